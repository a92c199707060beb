/* The three phases of learning facts, read off the attribute loss on known individuals.
 *
 * statistics: the loss falls to the no-knowledge baseline; plateau: it waits there, or some percent
 * off it; knowledge: it falls below. Two readers share one definition of the curve:
 * - the detector lives with a run and says in which phase it is now;
 * - the fit looks back at a whole curve and gives the plateau's start and end with a confidence
 *   interval.
 * Method in phase.c, with what "the plateau's end" means for a curve that leaves it smoothly.
 * Everything is a pure function of the points pushed so far. Uses GSL, and turns off its error
 * handler, which would end the program. */
#ifndef MNEME_MEASURE_PHASE_H
#define MNEME_MEASURE_PHASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum phase { PHASE_STATISTICS, PHASE_PLATEAU, PHASE_KNOWLEDGE };

/* "statistics", "plateau", "knowledge". */
const char *phase_name(enum phase phase);

/* What a look at the curve can say beyond the phase. */
enum phase_remark {
    PHASE_REMARK_NONE,
    PHASE_REMARK_TOO_FEW_POINTS, /* to tell a plateau, or where it ended */
    PHASE_REMARK_STILL_FALLING,  /* has not reached the baseline yet */
    PHASE_REMARK_NO_PLATEAU,     /* went through the baseline without waiting */
    PHASE_REMARK_STILL_THERE,    /* the plateau has not ended */
    PHASE_REMARK_LOST,           /* rose back to the baseline after facts were learned */
    PHASE_REMARK_DIVERGED,       /* the loss is not a number, or rises far above the baseline */
};

/* A phrase for a person: "still falling to the baseline"; "" for none. */
const char *phase_remark_text(enum phase_remark remark);

/* Steps are NAN where there is none. */
struct phase_report {
    double baseline; /* of the last point */
    enum phase phase;
    enum phase_remark remark;
    double plateau_start;
    double plateau_end;
    double plateau_end_low, plateau_end_high; /* 95 % confidence; only from phase_fit. Infinite on
                                                 a side that the evaluations do not bound. */
    double plateau_level; /* the loss there over the baseline; NAN where there is none */
    double every; /* steps between evaluations that would do where there are too few; else NAN */
};

enum { PHASE_REMARK_TEXT = 96 };

/* The same of a report, with how many evaluations would do: "too few evaluations to say: eval.every
 * = 20 would do". It may lie in text. */
const char *phase_say_remark(const struct phase_report *report, char text[PHASE_REMARK_TEXT]);

/* An evaluation: the attribute loss, and what a model that knows nobody would have had there. The
 * baseline may be another at every point, as it is where the sampling changes. */
struct phase_point {
    double step, loss, baseline; /* nats */
};

enum { PHASE_INTERVAL_TEXT = 72 };

/* An interval of steps for a person: "1,540 to 1,560" with " to " between; "1,540 or later" and
 * "1,560 or earlier" where it is open on one side, "" where there is none or it is open on both. */
const char *phase_say_interval(double low, double high, const char *between,
                               char text[PHASE_INTERVAL_TEXT]);

struct phase_detector;

/* baseline is what the report says before the first point. ERROR_INPUT where it is not above 0. */
struct phase_detector *phase_detector_new(double baseline, struct error *err);
void phase_detector_free(struct phase_detector *detector);

/* Takes the next evaluation. *changed is set when the report's phase, plateau start or plateau end
 * differ from before: the caller makes an event of it, nothing changes silently. A plateau's end
 * is told twice: when it shows, and more exactly when the departure is complete. A loss that is not
 * finite is allowed and becomes a remark. ERROR_INPUT: a step that does not ascend, a negative
 * loss, a baseline that is not above 0. On false the detector is as before. */
bool phase_detector_push(struct phase_detector *detector, const struct phase_point *point,
                         bool *changed, struct error *err);

void phase_detector_report(const struct phase_detector *detector, struct phase_report *report);

/* After the fact: point[count], steps ascending; baseline as for phase_detector_new. Errors as
 * above. */
bool phase_fit(const struct phase_point *point, size_t count, double baseline,
               struct phase_report *report, struct error *err);

#endif
