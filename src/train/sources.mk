train_sources = \
	%D%/baselines.c %D%/baselines.h \
	%D%/checkpoint.c %D%/checkpoint.h \
	%D%/command_queue.c %D%/command_queue.h \
	%D%/evaluation.c %D%/evaluation.h \
	%D%/event.h \
	%D%/finetune.c %D%/finetune.h \
	%D%/history.c %D%/history.h \
	%D%/loop.c %D%/loop.h \
	%D%/observer.c %D%/observer.h \
	%D%/patching.c %D%/patching.h \
	%D%/plan.c %D%/plan.h \
	%D%/safetensors.c %D%/safetensors.h \
	%D%/sampled_entropy.c %D%/sampled_entropy.h \
	%D%/schedule.c %D%/schedule.h \
	%D%/spacing.c %D%/spacing.h \
	%D%/status_board.c %D%/status_board.h \
	%D%/timeline.c %D%/timeline.h \
	%D%/tracker.c %D%/tracker.h \
	%D%/trainer.c %D%/trainer.h \
	%D%/trainer_options.c %D%/trainer_options.h \
	%D%/trainer_setup.h \
	%D%/turns.c %D%/turns.h \
	%D%/widening.c %D%/widening.h
