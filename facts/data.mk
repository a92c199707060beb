facts_data = \
	%D%/biography.ini \
	%D%/invented-countries.ini \
	%D%/pairs.ini
