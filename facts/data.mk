facts_data = \
	%D%/biography.ini \
	%D%/countries.ini \
	%D%/elements.ini \
	%D%/invented-countries.ini \
	%D%/pairs.ini
