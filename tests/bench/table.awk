# A table of invented rows, as CSV, for NOTES: a name, and a column for each number of values. So
# many values are drawn there at random; 0 stands for a value of each row's own.
#   awk -v rows=2000 -v values="20 50 100 200" -v seed=1 -f table.awk > invented.csv
# What rand() gives for a seed differs between awks.

# Syllables that count in base 70, and a beginning that no other column has.
function word(number, beginning,    written) {
    do {
        written = substr("bdfgklmnprstvz", number % 14 + 1, 1) \
                  substr("aeiou", int(number / 14) % 5 + 1, 1) written
        number = int(number / 70)
    } while (number > 0)
    return beginning written
}

BEGIN {
    srand(seed)
    columns = split(values, count, " ")
    printf "name"
    for (c = 1; c <= columns; c++)
        printf ",column%s", substr("abcdefghijklmnop", c, 1)
    printf "\n"
    for (row = 0; row < rows; row++) {
        name = word(row, "q")
        printf "%s%s", toupper(substr(name, 1, 1)), substr(name, 2)
        for (c = 1; c <= columns; c++) {
            number = count[c] ? int(rand() * count[c]) : row
            printf ",%s", word(number, substr("xhcwyjqabcdefghi", c, 1) "i")
        }
        printf "\n"
    }
}
