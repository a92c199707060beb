model_sources = \
	%D%/activation.c %D%/activation.h \
	%D%/arena.c %D%/arena.h \
	%D%/associative.c %D%/associative.h \
	%D%/attention.c %D%/attention.h \
	%D%/bf16.c %D%/bf16.h \
	%D%/blas.c %D%/blas.h \
	%D%/block.c %D%/block.h \
	%D%/decoder.c %D%/decoder.h \
	%D%/decoder_state.h \
	%D%/feed_forward.c %D%/feed_forward.h \
	%D%/gelu.c %D%/gelu.h \
	%D%/init.c %D%/init.h \
	%D%/layout.c %D%/layout.h \
	%D%/linear.c %D%/linear.h \
	%D%/matrix.c %D%/matrix.h \
	%D%/matrix_operand.h \
	%D%/matrix_speed.c %D%/matrix_speed.h \
	%D%/mixer.c %D%/mixer.h \
	%D%/mixer_attention.c \
	%D%/mixer_recurrence.c \
	%D%/model.c %D%/model.h \
	%D%/model_ops.c %D%/model_ops.h \
	%D%/norm.c %D%/norm.h \
	%D%/onednn.c %D%/onednn.h \
	%D%/options.h \
	%D%/output.c %D%/output.h \
	%D%/packed.c %D%/packed.h \
	%D%/pass.c %D%/pass.h \
	%D%/precision.c %D%/precision.h \
	%D%/prediction.h \
	%D%/real.h \
	%D%/recurrence.c %D%/recurrence.h \
	%D%/small_product.c %D%/small_product.h \
	%D%/step_part.h \
	%D%/tensor.h \
	%D%/transformer.c \
	%D%/transformer_decoder.c %D%/transformer_decoder.h \
	%D%/vector_math.h \
	%D%/weight_tiles.c %D%/weight_tiles.h \
	%D%/workspace.c %D%/workspace.h
