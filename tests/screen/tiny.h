/* A preset so small that a run of it takes a moment, and wide enough to have all there is. */
#ifndef MNEME_TESTS_SCREEN_TINY_H
#define MNEME_TESTS_SCREEN_TINY_H

#define TINY_PATH "config/mneme/presets/tiny.ini"

#define TINY_PRESET                                                                                \
    "[preset]\n"                                                                                   \
    "title = Thirty-two people and a few numbers\n"                                                \
    "description = For tests alone.\n"                                                             \
    "[facts]\n"                                                                                    \
    "templates = 4\n"                                                                              \
    "train_templates = 3\n"                                                                        \
    "[pools]\n"                                                                                    \
    "given-names = 8\n"                                                                            \
    "last-names = 8\n"                                                                             \
    "cities = 6\n"                                                                                 \
    "universities = 6\n"                                                                           \
    "majors = 6\n"                                                                                 \
    "companies = 6\n"                                                                              \
    "days = 5\n"                                                                                   \
    "months = 4\n"                                                                                 \
    "years = 5\n"                                                                                  \
    "[population]\n"                                                                               \
    "known = 32\n"                                                                                 \
    "new = 16\n"                                                                                   \
    "[model]\n"                                                                                    \
    "layers = 1\n"                                                                                 \
    "heads = 2\n"                                                                                  \
    "d_model = 16\n"                                                                               \
    "d_hidden = 32\n"                                                                              \
    "d_key = 8\n"                                                                                  \
    "[train]\n"                                                                                    \
    "steps = 60\n"                                                                                 \
    "batch = 8\n"                                                                                  \
    "lr = 3e-3\n"                                                                                  \
    "shards = 2\n"                                                                                 \
    "[eval]\n"                                                                                     \
    "every = 10\n"                                                                                 \
    "known = 16\n"                                                                                 \
    "new = 16\n"                                                                                   \
    "[checkpoint]\n"                                                                               \
    "every = 20\n"

#endif
