#include "base/gsl.h"

#include <pthread.h>

#include <gsl/gsl_errno.h>

static void turn_handler_off(void)
{
    gsl_set_error_handler_off();
}

void gsl_keep_from_aborting(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, turn_handler_off);
}
