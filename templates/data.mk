templates_data = \
	%D%/biography/birth-date.txt \
	%D%/biography/birth-place.txt \
	%D%/biography/company.txt \
	%D%/biography/location.txt \
	%D%/biography/major.txt \
	%D%/biography/university.txt \
	%D%/countries/capital.txt \
	%D%/countries/currency.txt \
	%D%/countries/language.txt \
	%D%/general.txt \
	%D%/pairs/language.txt
