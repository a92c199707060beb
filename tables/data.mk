tables_data = \
	%D%/SOURCES \
	%D%/countries.tsv \
	%D%/elements.tsv
