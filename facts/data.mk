facts_data = \
	%D%/biography.ini \
	%D%/countries.ini \
	%D%/pairs.ini
