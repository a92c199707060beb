/* mneme facts-init: files of one's own for a table. */
#include "base/shell.h"
#include "base/text.h"
#include "config/table_files.h"
#include "facts/fact_set.h"
#include "ui/cli/cli.h"
#include "ui/cli/output.h"

static void print_files(const struct table_files *files, const struct paths *paths)
{
    static const char *const what[TABLE_FILES] = {
        [TABLE_FILE_FACTS] = "which columns are told, and what they are called",
        [TABLE_FILE_TEMPLATES] = "the sentences that tell them",
        [TABLE_FILE_PRESET] = "how many rows are held out, the model and its training",
    };
    for (int f = 0; f < TABLE_FILES; f++)
        output_print("wrote %s: %s\n", files->path[f], what[f]);
    if (files->left_out > 0)
        output_print("left out %zu column%s, since no more than %d can be told; the first file has "
                     "them as comments\n",
                     files->left_out, files->left_out == 1 ? "" : "s", FACTS_MAX_ATTRIBUTES);
    struct text line = {0};
    text_format(&line, "open it with: %s ", paths->program);
    shell_add_operand(&line, files->path[TABLE_FILE_PRESET]);
    if (!line.failed)
        output_print("%s\n", line.bytes);
    text_free(&line);
}

static bool take_none(void *arguments, int option, const char *value, struct error *err)
{
    (void)arguments;
    (void)value;
    return error_set(err, ERROR_INPUT, "there is no option %d", option);
}

static int facts_init(const struct cli_command *command, const struct paths *paths, int argc,
                      char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct table_files files;
    struct error err;
    if (!cli_options(&line, take_none, NULL) || !cli_operands(&line, 1, 2))
        return line.status;
    const char *directory = line.operands > 1 ? line.operand[1] : NULL;
    if (!table_files_write(&files, paths, line.operand[0], directory, &err))
        return cli_fail(&err);
    print_files(&files, paths);
    table_files_free(&files);
    return EXIT_DONE;
}

const struct cli_command cli_facts_init = {
    .name = "facts-init",
    .operands = "TABLE [DIR]",
    .summary = "Write a facts file, templates and a preset for a table, to be edited.",
    .run = facts_init,
};
