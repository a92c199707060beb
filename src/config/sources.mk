config_sources = \
	%D%/assignments.c %D%/assignments.h \
	%D%/library.c %D%/library.h \
	%D%/paths.c %D%/paths.h \
	%D%/preferences.c %D%/preferences.h \
	%D%/preset.c %D%/preset.h \
	%D%/preset_check.c %D%/preset_check.h \
	%D%/preset_compare.c %D%/preset_compare.h \
	%D%/preset_complete.c %D%/preset_complete.h \
	%D%/preset_file.c %D%/preset_file.h \
	%D%/preset_key.c %D%/preset_key.h \
	%D%/preset_sampling.c %D%/preset_sampling.h \
	%D%/renamed.c %D%/renamed.h \
	%D%/table_files.c %D%/table_files.h \
	%D%/table_preset.c %D%/table_preset.h \
	%D%/table_sizes.c %D%/table_sizes.h \
	%D%/themes.h
