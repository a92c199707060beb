pools_data = \
	%D%/cities.txt \
	%D%/companies.txt \
	%D%/country-forms.txt \
	%D%/country-lands.txt \
	%D%/country-qualifiers.txt \
	%D%/currencies.txt \
	%D%/days.txt \
	%D%/given-names.txt \
	%D%/languages.txt \
	%D%/last-names.txt \
	%D%/majors.txt \
	%D%/months.txt \
	%D%/universities.txt \
	%D%/years.txt
