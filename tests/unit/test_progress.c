/* What commands draw while they work, on a pseudo-terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/cli/progress.h"
#include "ui/terminal.h"

struct pair {
    int screen; /* the side that reads what is drawn */
    FILE *to;
};

static void resize(const struct pair *pair, unsigned short columns)
{
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(pair->screen, TIOCSWINSZ, &size), 0);
}

static struct pair open_pair(unsigned short columns)
{
    struct pair pair = {.screen = posix_openpt(O_RDWR | O_NOCTTY)};
    struct termios modes;
    assert_true(pair.screen >= 0);
    assert_int_equal(grantpt(pair.screen), 0);
    assert_int_equal(unlockpt(pair.screen), 0);
    pair.to = fopen(ptsname(pair.screen), "r+");
    assert_non_null(pair.to);
    assert_int_equal(tcgetattr(fileno(pair.to), &modes), 0);
    cfmakeraw(&modes);
    assert_int_equal(tcsetattr(fileno(pair.to), TCSANOW, &modes), 0);
    resize(&pair, columns);
    return pair;
}

static void close_pair(struct pair *pair)
{
    fclose(pair->to);
    close(pair->screen);
}

/* What was drawn since the last time. */
static void assert_drawn(const struct pair *pair, const char *expected)
{
    char drawn[512] = "";
    size_t count = 0;
    assert_int_equal(fflush(pair->to), 0);
    struct pollfd wait = {.fd = pair->screen, .events = POLLIN};
    while (count < strlen(expected) && poll(&wait, 1, -1) > 0) {
        ssize_t more = read(pair->screen, drawn + count, sizeof drawn - 1 - count);
        assert_true(more > 0);
        count += (size_t)more;
    }
    drawn[count] = '\0';
    assert_string_equal(drawn, expected);
}

static void a_row_is_written_anew_in_its_place(void **state)
{
    (void)state;
    struct pair pair = open_pair(80);
    struct progress_block block = {.to = pair.to};
    progress_draw(&block, "one");
    assert_drawn(&pair, "\rone\033[K\033[J");
    progress_draw(&block, "two");
    assert_drawn(&pair, "\rtwo\033[K\033[J");
    progress_clear(&block);
    assert_drawn(&pair, "\r\033[J");
    progress_clear(&block);
    progress_draw(&block, "a\nb\nc");
    assert_drawn(&pair, "\ra\033[K\nb\033[K\nc\033[K\033[J");
    progress_draw(&block, "d\ne");
    assert_drawn(&pair, "\r\033[2Ad\033[K\ne\033[K\033[J");
    progress_clear(&block);
    assert_drawn(&pair, "\r\033[1A\033[J");
    close_pair(&pair);
}

static void no_row_reaches_the_last_column(void **state)
{
    (void)state;
    struct pair pair = open_pair(10);
    struct progress_block block = {.to = pair.to};
    progress_draw(&block, "1234567890");
    assert_drawn(&pair, "\r123456789\033[K\033[J");
    progress_draw(&block, "éééééééééé");
    assert_drawn(&pair, "\rééééééééé\033[K\033[J");
    progress_draw(&block, "東京東京東京"); /* two columns each */
    assert_drawn(&pair, "\r東京東京\033[K\033[J");
    resize(&pair, 1);
    progress_draw(&block, "x");
    assert_drawn(&pair, "\r\033[7A\033[2K\033[K\033[J");
    close_pair(&pair);
}

/* A terminal that became narrower has broken the rows: 30 columns take three rows of 12. */
static void rows_that_a_narrower_terminal_broke_are_taken_off(void **state)
{
    (void)state;
    struct pair pair = open_pair(80);
    struct progress_block block = {.to = pair.to};
    progress_draw(&block, "123456789012345678901234567890\n1234567890123");
    assert_drawn(&pair, "\r123456789012345678901234567890\033[K\n1234567890123\033[K\033[J");
    resize(&pair, 12);
    progress_draw(&block, "one");
    assert_drawn(&pair, "\r\033[4A\033[2Kone\033[K\033[J");
    resize(&pair, 80);
    progress_draw(&block, "two");
    assert_drawn(&pair, "\r\033[2Ktwo\033[K\033[J"); /* nothing is joined by becoming wider */
    close_pair(&pair);
}

static void only_a_terminal_of_a_kind_obeys(void **state)
{
    (void)state;
    struct pair pair = open_pair(80);
    static const struct {
        const char *term;
        bool obeys, has_font;
    } kinds[] = {
        {"xterm-256color", true, true}, {"tmux", true, true},
        {"dumb", false, true},          {"", false, true},
        {"linux", true, false},         {"linux-16color", true, false},
        {"vt220", true, false},         {"linuxish", true, true},
        {"sun-color", true, false},     {"vt100", true, true},
        {"screen.linux", true, false},  {"screen.xterm-256color", true, true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        setenv("TERM", kinds[i].term, 1);
        assert_int_equal(terminal_obeys(pair.to), kinds[i].obeys);
        assert_int_equal(terminal_has_font(), kinds[i].has_font);
    }
    unsetenv("TERM");
    assert_false(terminal_obeys(pair.to));
    setenv("TERM", "xterm", 1);
    FILE *file = tmpfile();
    assert_false(terminal_obeys(file));
    fclose(file);
    close_pair(&pair);
}

static void lines_are_cut_and_filled_by_columns(void **state)
{
    (void)state;
    struct text text = {0};
    progress_add_cut(&text, "Łódź", 6);
    progress_add_cut(&text, "|東京", 4);
    progress_add_cut(&text, "|abc", 3);
    assert_string_equal(text.bytes, "Łódź  |東 |ab");
    assert_int_equal(progress_width("Łódź"), 4);
    assert_int_equal(progress_width("東京"), 4);
    assert_int_equal(progress_width("\xFF!"), 2);
    text_free(&text);
}

static void a_bar_is_filled_to_its_share(void **state)
{
    (void)state;
    struct text text = {0};
    setlocale(LC_CTYPE, "C");
    progress_bar(&text, 8, 0.5);
    assert_string_equal(text.bytes, "####....");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_written_anew_in_its_place),
        cmocka_unit_test(no_row_reaches_the_last_column),
        cmocka_unit_test(rows_that_a_narrower_terminal_broke_are_taken_off),
        cmocka_unit_test(only_a_terminal_of_a_kind_obeys),
        cmocka_unit_test(lines_are_cut_and_filled_by_columns),
        cmocka_unit_test(a_bar_is_filled_to_its_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
