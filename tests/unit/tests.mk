# A test program is one row here. test_gradients is built with the model in double precision.

unit_tests = \
	%D%/test_answer \
	%D%/test_answer_words \
	%D%/test_arena \
	%D%/test_associative \
	%D%/test_attention \
	%D%/test_axis \
	%D%/test_base \
	%D%/test_base64 \
	%D%/test_baselines \
	%D%/test_batch \
	%D%/test_bf16 \
	%D%/test_biography \
	%D%/test_blas \
	%D%/test_calibration \
	%D%/test_branch \
	%D%/test_canvas \
	%D%/test_cells \
	%D%/test_chart \
	%D%/test_checkpoint \
	%D%/test_choices \
	%D%/test_chooser \
	%D%/test_circuit_track \
	%D%/test_circuits \
	%D%/test_circuits_chart \
	%D%/test_claims \
	%D%/test_columns \
	%D%/test_command_queue \
	%D%/test_completion \
	%D%/test_condition \
	%D%/test_csv \
	%D%/test_curve_news \
	%D%/test_decoder \
	%D%/test_engine \
	%D%/test_envelope \
	%D%/test_export \
	%D%/test_fact_set \
	%D%/test_fact_table \
	%D%/test_figures \
	%D%/test_file \
	%D%/test_finetune \
	%D%/test_follower \
	%D%/test_fork \
	%D%/test_format \
	%D%/test_gelu \
	%D%/test_groups \
	%D%/test_heads_table \
	%D%/test_hint_line \
	%D%/test_ini \
	%D%/test_inquiry \
	%D%/test_key_form \
	%D%/test_knowledge \
	%D%/test_layout \
	%D%/test_lessons \
	%D%/test_linear \
	%D%/test_loss_chart \
	%D%/test_manual \
	%D%/test_map \
	%D%/test_map_list \
	%D%/test_match_list \
	%D%/test_marks \
	%D%/test_matrix \
	%D%/test_measure \
	%D%/test_measure_paths \
	%D%/test_memory \
	%D%/test_metrics \
	%D%/test_norm \
	%D%/test_mouse \
	%D%/test_names \
	%D%/test_number \
	%D%/test_optimizer \
	%D%/test_output \
	%D%/test_overlay \
	%D%/test_page \
	%D%/test_page_figures \
	%D%/test_pairs \
	%D%/test_panel \
	%D%/test_patching \
	%D%/test_paths \
	%D%/test_patience \
	%D%/test_phase \
	%D%/test_phase_command \
	%D%/test_picked_chart \
	%D%/test_plan \
	%D%/test_pool \
	%D%/test_population \
	%D%/test_preferences \
	%D%/test_preset \
	%D%/test_process \
	%D%/test_processors \
	%D%/test_progress \
	%D%/test_prompt_line \
	%D%/test_question \
	%D%/test_question_chart \
	%D%/test_question_track \
	%D%/test_random \
	%D%/test_recall \
	%D%/test_recurrence \
	%D%/test_reference \
	%D%/test_replay \
	%D%/test_reproduction \
	%D%/test_requests \
	%D%/test_run \
	%D%/test_run_catalog \
	%D%/test_run_lock \
	%D%/test_run_queue \
	%D%/test_run_table \
	%D%/test_run_trash \
	%D%/test_safetensors \
	%D%/test_sampling \
	%D%/test_scaling_law \
	%D%/test_schedule \
	%D%/test_segmented \
	%D%/test_series \
	%D%/test_session \
	%D%/test_session_change \
	%D%/test_session_watch \
	%D%/test_shards \
	%D%/test_shell \
	%D%/test_shipped_facts \
	%D%/test_shipped_tables \
	%D%/test_signals \
	%D%/test_small_product \
	%D%/test_snapshots \
	%D%/test_spacing \
	%D%/test_step_span \
	%D%/test_speeds \
	%D%/test_stopwatch \
	%D%/test_strings \
	%D%/test_subnormals \
	%D%/test_suggest \
	%D%/test_summary \
	%D%/test_surface \
	%D%/test_sweep \
	%D%/test_tab_line \
	%D%/test_table_files \
	%D%/test_table_measures \
	%D%/test_table_preset \
	%D%/test_table_sizes \
	%D%/test_template \
	%D%/test_text_file \
	%D%/test_theme \
	%D%/test_thread \
	%D%/test_timeline \
	%D%/test_top_values \
	%D%/test_transcript \
	%D%/test_transformer \
	%D%/test_weight_tiles \
	%D%/test_turns \
	%D%/test_type_ahead \
	%D%/test_typed \
	%D%/test_utf8 \
	%D%/test_value_span \
	%D%/test_vector_math \
	%D%/test_verdict \
	%D%/test_vocabulary \
	%D%/test_widening \
	%D%/test_wordings \
	%D%/test_words \
	%D%/test_worker

# What computes with products is tested under every kernel of OpenBLAS that the processor can run:
# other machines run other ones.
numeric_tests = \
	%D%/test_answer \
	%D%/test_answer_words \
	%D%/test_associative \
	%D%/test_attention \
	%D%/test_checkpoint \
	%D%/test_circuits \
	%D%/test_decoder \
	%D%/test_engine \
	%D%/test_export \
	%D%/test_finetune \
	%D%/test_fork \
	%D%/test_gradients \
	%D%/test_knowledge \
	%D%/test_lessons \
	%D%/test_linear \
	%D%/test_matrix \
	%D%/test_optimizer \
	%D%/test_output \
	%D%/test_patching \
	%D%/test_recall \
	%D%/test_recurrence \
	%D%/test_reference \
	%D%/test_session \
	%D%/test_shards \
	%D%/test_subnormals \
	%D%/test_table_measures \
	%D%/test_top_values \
	%D%/test_transformer \
	%D%/test_widening

script_tests = %D%/test_count_tests.sh

EXTRA_DIST += $(script_tests)

if UNIT_TESTS
TESTS += $(unit_tests) %D%/test_gradients
check_PROGRAMS += $(unit_tests) %D%/test_gradients
check_LIBRARIES += libmodel_double.a
endif
TESTS += $(script_tests)

libmodel_double_a_SOURCES = $(model_sources) tests/fixtures/model_reference.c
libmodel_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DMNEME_REAL_IS_DOUBLE
%C%_test_gradients_CPPFLAGS = $(AM_CPPFLAGS) -DMNEME_REAL_IS_DOUBLE
%C%_test_gradients_LDADD = libmodel_double.a $(LDADD)
