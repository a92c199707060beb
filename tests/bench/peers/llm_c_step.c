/* Times llm.c's CPU trainer: the training step of its main(), at a batch of any shape.
 *
 * llm_c.sh compiles this in the place of train_gpt2.c, with the checkout beside it. Arguments:
 * model file, tokens file, rows of a batch, their length, steps. Prints "seconds S" for each step.
 */
#define TESTING /* leaves out llm.c's own main() */
#include "checkout/train_gpt2.c"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s MODEL TOKENS ROWS LENGTH STEPS\n", argv[0]);
        return 2;
    }
    size_t rows = strtoul(argv[3], NULL, 10), length = strtoul(argv[4], NULL, 10);
    int steps = atoi(argv[5]);
    GPT2 model;
    DataLoader loader;
    gpt2_build_from_checkpoint(&model, argv[1]);
    dataloader_init(&loader, argv[2], rows, length, 0, 1, 0);
    for (int step = 1; step <= steps; step++) {
        double start = now();
        dataloader_next_batch(&loader);
        gpt2_forward(&model, loader.inputs, loader.targets, rows, length);
        gpt2_zero_grad(&model);
        gpt2_backward(&model);
        gpt2_update(&model, 1e-4f, 0.9f, 0.999f, 1e-8f, 0.0f, step);
        printf("seconds %.6f (loss %f)\n", now() - start, model.mean_loss);
    }
    dataloader_free(&loader);
    gpt2_free(&model);
    return 0;
}
