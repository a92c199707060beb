/* Map of this file: runs; claims; names.
 *
 * A bound states the paper's claim. How long and large runs are, and which reading shows a claim at
 * this size, was found by trying with other seeds than those that judge (tried_seeds): a model that
 * has learned nothing yet shows nothing, and what was chosen after looking proves nothing. */
#include "paper/claims.h"

#include <string.h>

const char *const claim_scales[SCALES] = {[SCALE_FAST] = "fast", [SCALE_FULL] = "full"};

/* Runs */

/* The smallest model that learns hundreds of people in a minute. */
#define SMALL                                                                                      \
    "model.d_model=96 model.d_hidden=384 model.d_key=24 checkpoint.every=0 population.new=512 "

/* Where nothing is read but the curves of who is known. */
#define CURVES "eval.new=16 eval.circuits=0 "

/* As many people as it has just begun to know after so many steps, so that it shows who begins
 * sooner; and fewer, for all to be learned. */
#define CROWD                                                                                      \
    SMALL CURVES "population.known=2048 train.steps=1500 train.lr=3e-3 eval.known=256 "            \
                 "eval.every=30 "
#define FEW SMALL "population.known=512 train.lr=4e-3 eval.known=128 eval.new=64 "

/* A law of the number of people alone: with a rate that does not fall, how long a run is meant to
 * be says nothing of when it leaves. */
#define LAW_FULL "train.schedule=constant "
#define LAW      SMALL CURVES LAW_FULL "train.lr=3e-3 eval.known=128 "

/* Fine-tuning from there on, with a rate that stands to the first one as in the paper. */
#define TUNE  "fine-tuning.after=1500 train.steps=1800 fine-tuning.lr=3e-4 eval.every=10 "
#define LATER "fine-tuning.after=6400 train.steps=7000 fine-tuning.lr=1.5e-4 "

/* Celebrities, and others who are half known: who is then fine-tuned on. */
#define HALF_KNOWN "sampling.celebrities=64 "
#define RARE       "fine-tuning.who=rare fine-tuning.lr=3e-4 eval.every=10 "

/* With the attention of a reference. */
#define PATCHED      "train.steps=400 eval.every=10 patching.reference_step="
#define PATCHED_FULL "train.steps=1600 patching.reference_step="

/* Facts told in one way, and how long that is looked at. */
#define ONE_WORDING "facts.train_templates=1 "
#define VARIED      "train.steps=700 "
#define VARIED_FULL "population.known=512 population.new=512 train.steps=1000 "

/* Seeds where an effect is smaller than what seeds do, of its size, and larger. */
#define SUBTLE                                                                                     \
    {                                                                                              \
        6, 6                                                                                       \
    }
#define TESTED                                                                                     \
    {                                                                                              \
        3, 5                                                                                       \
    }
#define FIRM                                                                                       \
    {                                                                                              \
        1, 3                                                                                       \
    }

static const struct claim_run runs[] = {
    {.name = "learned",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW "train.steps=1500 checkpoint.every=200", "train.steps=6400"}},
    {.name = "law-1",
     .preset = "uniform",
     .seeds = SUBTLE,
     .settings = {LAW "population.known=256 train.steps=350 eval.every=10",
                  LAW_FULL "population.known=512 train.steps=800"}},
    {.name = "law-2",
     .preset = "uniform",
     .seeds = SUBTLE,
     .settings = {LAW "population.known=512 train.steps=600",
                  LAW_FULL "population.known=2048 train.steps=2000"}},
    {.name = "law-3",
     .preset = "uniform",
     .seeds = SUBTLE,
     .settings = {LAW "population.known=1024 train.steps=1000",
                  LAW_FULL "population.known=4096 train.steps=4000"}},
    {.name = "uniform", .preset = "uniform", .seeds = SUBTLE, .settings = {CROWD, ""}},
    {.name = "power-law", .preset = "power-law", .seeds = SUBTLE, .settings = {CROWD, ""}},
    {.name = "celebrities",
     .preset = "celebrities",
     .seeds = SUBTLE,
     .settings = {CROWD "sampling.celebrities=256", ""}},
    {.name = "warm-up",
     .preset = "warm-up",
     .seeds = TESTED,
     .settings = {CROWD "sampling.subset=256 sampling.steps=400", ""}},
    {.name = "adaptive",
     .preset = "adaptive",
     .seeds = SUBTLE,
     .settings = {CROWD "sampling.subset=512 eval.every=20", ""}},
    {.name = "grow",
     .preset = "grow",
     .seeds = SUBTLE,
     .settings = {CROWD "sampling.subset=256 sampling.steps=750", ""}},
    {.name = "sequential",
     .preset = "sequential",
     .seeds = TESTED,
     .settings = {FEW "train.steps=900 train.lr=2e-3 train.schedule=constant", ""}},
    {.name = "one-wording",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW ONE_WORDING VARIED, ONE_WORDING VARIED_FULL}},
    {.name = "fixed-order",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW ONE_WORDING VARIED "facts.shuffle=no",
                  ONE_WORDING VARIED_FULL "facts.shuffle=no"}},
    {.name = "many-wordings",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW VARIED, VARIED_FULL}},
    {.name = "lr-low",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=800 train.lr=2e-3", "train.lr=1e-3"}},
    {.name = "lr-high",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=1200 train.lr=6e-3", "train.lr=4e-3"}},
    {.name = "decay-low",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=600 train.weight_decay=0.01", "train.weight_decay=0.01"}},
    {.name = "decay-high",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=600 train.weight_decay=1", "train.weight_decay=1"}},
    {.name = "batch-small",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=1000 train.batch=16 train.lr=3e-3",
                  "train.batch=16 train.steps=3200"}},
    {.name = "batch-large",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=400 train.batch=64", "train.batch=64"}},
    {.name = "layers-3",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=600 model.layers=3", "model.layers=4"}},
    {.name = "narrow",
     .preset = "uniform",
     .seeds = FIRM,
     .settings = {FEW "train.steps=800 model.d_model=64 model.d_hidden=256 model.d_key=16",
                  "model.d_model=96 model.d_hidden=384 model.d_key=24"}},
    {.name = "recurrent",
     .preset = "recurrent",
     .seeds = FIRM,
     .settings = {FEW "train.steps=1000", ""}},
    {.name = "patched-0",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW PATCHED "0", PATCHED_FULL "0"}},
    {.name = "patched-early",
     .preset = "uniform",
     .seeds = TESTED,
     .settings = {FEW PATCHED "40", PATCHED_FULL "80"}},
    {.name = "patched-plateau",
     .preset = "uniform",
     .source = {"learned@200", "learned@800"},
     .seeds = TESTED,
     .settings = {FEW PATCHED "200", PATCHED_FULL "800"}},
    {.name = "patched-late",
     .preset = "uniform",
     .source = {"learned@400", "learned@1600"},
     .seeds = TESTED,
     .settings = {FEW PATCHED "400", PATCHED_FULL "1600"}},
    {.name = "toy", .preset = "toy-memory", .seeds = TESTED, .settings = {"", ""}},
    {.name = "toy-replay",
     .preset = "toy-memory-replay",
     .source = {"toy@16000", "toy@16000"},
     .seeds = TESTED,
     .settings = {"", ""}},
    {.name = "tune-few",
     .preset = "uniform",
     .source = {"learned", "learned"},
     .seeds = TESTED,
     .settings = {FEW TUNE "population.fine_tuning=8", LATER "population.fine_tuning=32"}},
    {.name = "tune-many",
     .preset = "uniform",
     .source = {"learned", "learned"},
     .seeds = TESTED,
     .settings = {FEW TUNE "population.fine_tuning=128", LATER "population.fine_tuning=512"}},
    {.name = "tune-replay",
     .preset = "uniform",
     .source = {"learned", "learned"},
     .seeds = TESTED,
     .settings = {FEW TUNE "population.fine_tuning=128 fine-tuning.replay=0.25",
                  LATER "population.fine_tuning=512 fine-tuning.replay=0.25"}},
    {.name = "half-known",
     .preset = "celebrities",
     .seeds = SUBTLE,
     .settings = {FEW HALF_KNOWN "train.steps=1000",
                  "population.known=1024 sampling.celebrities=64 train.steps=2000"}},
    {.name = "tune-rare",
     .preset = "celebrities",
     .source = {"half-known", "half-known"},
     .seeds = SUBTLE,
     .settings = {FEW HALF_KNOWN RARE "fine-tuning.after=1000 train.steps=1300",
                  "population.known=1024 sampling.celebrities=64 " RARE
                  "fine-tuning.after=2000 train.steps=2600"}},
};

/* Claims */

#define LAST(run, key)                                                                             \
    {                                                                                              \
        REDUCTION_LAST, run, key, 0                                                                \
    }
#define ON_PLATEAU(run, key)                                                                       \
    {                                                                                              \
        REDUCTION_ON_PLATEAU, run, key, 0                                                          \
    }
#define BASELINE(run)                                                                              \
    {                                                                                              \
        REDUCTION_BASELINE, run, NULL, 0                                                           \
    }
#define BELOW(high)       RELATION_BELOW, 0, high
#define ABOVE(low)        RELATION_ABOVE, low, 0
#define WITHIN(low, high) RELATION_WITHIN, low, high
#define ALONE                                                                                      \
    COMPARISON_NONE,                                                                               \
    {                                                                                              \
        REDUCTION_NONE, NULL, NULL, 0                                                              \
    }

/* That `run` ends with a lower loss than when all are drawn alike. */
#define ENDS_LOWER(run)                                                                            \
    {                                                                                              \
        "last loss",                                                                               \
            "the last attribute loss, all individuals asked alike, is lower than with uniform "    \
            "sampling",                                                                            \
            LAST(run, "attr_loss"), COMPARISON_DIFFERENCE, LAST("uniform", "attr_loss"), BELOW(0)  \
    }

/* That its plateau ends sooner. */
#define LEAVES_SOONER(run)                                                                         \
    {                                                                                              \
        "step that leaves",                                                                        \
            "the loss is 5 % below its own baseline after fewer steps than with uniform "          \
            "sampling",                                                                            \
            {REDUCTION_LEAVES, run, NULL, 0}, COMPARISON_DIFFERENCE,                               \
            {REDUCTION_STAYS, "uniform", NULL, 0}, BELOW(0)                                        \
    }

/* That all of some runs go through the three phases. */
#define HAS_PHASES(what, with, runs)                                                               \
    {                                                                                              \
        what,                                                                                      \
            "with " with                                                                           \
            " more than {low} of the runs have a plateau with a start and an end, and "            \
            "end 5 % below the baseline at least",                                                 \
            {REDUCTION_PHASES, runs, NULL, 0}, ALONE, ABOVE(.99)                                   \
    }

#define BESIDE_UNIFORM(run)                                                                        \
    {                                                                                              \
        "Loss and accuracy, beside uniform sampling", FIGURE_CURVES, NULL, "uniform " run          \
    }

static const struct claim claims[] = {
    {
        .id = "three-phases",
        .title = "Three phases",
        .text = "The loss on facts falls fast to what it is without knowing anybody, waits there "
                "with almost nothing recalled, and falls again until the facts are known.",
        .paper = "Fig. 2: loss .02 and accuracy near 1 after 16,000 steps with 64k individuals",
        .watch = "quickstart phases",
        .check =
            {
                HAS_PHASES("three phases", "uniform sampling", "learned"),
                {"loss half-way",
                 "half-way to the step at which the loss is 5 % below the baseline it has long "
                 "fallen to it: it is below {high} of the uniform one",
                 {REDUCTION_HALF_WAY, "learned", "attr_loss", 0},
                 COMPARISON_RATIO,
                 BASELINE("learned"),
                 BELOW(1.07)},
                {"accuracy on the plateau", "while the plateau lasts accuracy is below {high}",
                 ON_PLATEAU("learned", "attr_acc"), ALONE, BELOW(.1)},
                {"last accuracy", "accuracy ends above {low}", LAST("learned", "attr_acc"), ALONE,
                 ABOVE(.8)},
            },
        .figure = {{"Loss and accuracy", FIGURE_CURVES, NULL, "learned"}},
    },
    {
        .id = "plateau-law",
        .title = "The plateau's law",
        .text = "The plateau lasts longer with more individuals, almost in proportion.",
        .paper = "Fig. 2: plateau end = 0.43 N^0.81, R2 .998, N from 4k to 256k",
        .watch = "quickstart phases",
        .check =
            {
                {"exponent",
                 "of the law a N^b for the step at which the loss is 5 % below the "
                 "baseline, the exponent b is {low} to {high}",
                 {REDUCTION_LAW_EXPONENT, "law-1 law-2 law-3", NULL, 0},
                 ALONE,
                 WITHIN(.6, 1.1)},
            },
        .figure = {{"Loss and accuracy", FIGURE_CURVES, NULL, "law-1 law-2 law-3"}},
    },
    {
        .id = "variety",
        .title = "Variety of wordings",
        .text = "Facts that are always told in the same words are known in others hardly at all, "
                "or weakly; where the order of the sentences is fixed as well there is no "
                "generalisation.",
        .paper = "Fig. A: 1 to 16 templates for each individual, order shuffled or fixed",
        .watch = "variety",
        .check =
            {
                {"one wording",
                 "with one wording of every fact accuracy in others ends below {high} of what it "
                 "is with 20",
                 LAST("one-wording", "attr_acc"), COMPARISON_RATIO,
                 LAST("many-wordings", "attr_acc"), BELOW(.5)},
                {"fixed order", "and with one in a fixed order below {high}",
                 LAST("fixed-order", "attr_acc"), ALONE, BELOW(.1)},
                {"training loss", "though what it is trained on is predicted better with one",
                 LAST("one-wording", "train_loss"), COMPARISON_DIFFERENCE,
                 LAST("many-wordings", "train_loss"), BELOW(0)},
                {"training loss", "and with a fixed order", LAST("fixed-order", "train_loss"),
                 COMPARISON_DIFFERENCE, LAST("many-wordings", "train_loss"), BELOW(0)},
            },
        .figure = {{"Loss and accuracy in other words", FIGURE_CURVES, NULL,
                    "one-wording fixed-order many-wordings"},
                   {"Training loss", FIGURE_MEASURE, "train_loss",
                    "one-wording fixed-order many-wordings"}},
    },
    {
        .id = "robustness",
        .title = "Robustness",
        .text = "The three phases come with every learning rate, weight decay, batch and size, and "
                "without attention.",
        .paper = "Fig. C: lr, N, weight decay .01 to 1, batch 32 to 512, size, attention or "
                 "recurrence",
        .watch = "quickstart recurrent",
        .check =
            {
                HAS_PHASES("learning rate", "a lower and a higher learning rate", "lr-low lr-high"),
                HAS_PHASES("weight decay", "a tenth and ten times the weight decay",
                           "decay-low decay-high"),
                HAS_PHASES("batch", "half and twice the batch", "batch-small batch-large"),
                HAS_PHASES("size", "other sizes of the model", "narrow layers-3"),
                HAS_PHASES("recurrence", "a recurrence in the place of attention", "recurrent"),
            },
        .figure = {{"Learning rate and weight decay", FIGURE_CURVES, NULL,
                    "lr-low lr-high decay-low decay-high"},
                   {"Batch and size", FIGURE_CURVES, NULL,
                    "batch-small batch-large narrow layers-3"},
                   {"A recurrence in the place of attention", FIGURE_CURVES, NULL, "recurrent"}},
    },
    {
        .id = "patching",
        .title = "Attention patching",
        .text = "With the attention of a model that is past its plateau another one learns "
                "without waiting; the later the reference the faster; a very early one is worse "
                "than none.",
        .paper = "Fig. 3, D: references at 0 to 16k steps; those at 500 and 1,000 worse than at 0",
        .watch = "patching patching-early",
        .check =
            {
                {"step that leaves",
                 "with the attention of a model past its plateau the loss is 5 % "
                 "below the baseline after fewer steps than without",
                 {REDUCTION_LEAVES, "patched-late", NULL, 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_STAYS, "learned", NULL, 0},
                 BELOW(0)},
                {"last loss",
                 "with that of a model past it the last loss is lower than with that "
                 "of one on it",
                 LAST("patched-late", "attr_loss"), COMPARISON_DIFFERENCE,
                 LAST("patched-plateau", "attr_loss"), BELOW(0)},
                {"last loss", "with that of one on it lower than with that of one long before it",
                 LAST("patched-plateau", "attr_loss"), COMPARISON_DIFFERENCE,
                 LAST("patched-early", "attr_loss"), BELOW(0)},
                {"last loss",
                 "and with that of one long before it higher than with that of one "
                 "not trained at all",
                 LAST("patched-early", "attr_loss"), COMPARISON_DIFFERENCE,
                 LAST("patched-0", "attr_loss"), ABOVE(0)},
            },
        .figure = {{"Loss and accuracy with the attention of a reference", FIGURE_CURVES, NULL,
                    "patched-0 patched-early patched-plateau patched-late"}},
    },
    {
        .id = "circuits",
        .title = "Attention circuits",
        .text = "Tokens of a name soon attend to each other; attention from where a value is "
                "predicted to the name falls first, while that to the text rises, then climbs "
                "all through the plateau.",
        .paper = "Fig. 3 right, F: attribute to name climbs to about 0.9 in the last layer",
        .watch = "quickstart phases",
        .check =
            {
                {"attention within names",
                 "in the first layer attention from the last token of a name to the others of the "
                 "same occurrence is higher after 60 steps than at step 0",
                 {REDUCTION_AT, "learned", "name_name_within.0", 60},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_FIRST, "learned", "name_name_within.0", 0},
                 ABOVE(0)},
                {"attribute to name at the plateau's start",
                 "in the last layer that from attribute to name has fallen by the plateau's start",
                 {REDUCTION_AT_START, "learned", "attr_name.1", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_FIRST, "learned", "attr_name.1", 0},
                 BELOW(0)},
                {"attribute to text there",
                 "and that to text has risen",
                 {REDUCTION_AT_START, "learned", "attr_text.1", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_FIRST, "learned", "attr_text.1", 0},
                 ABOVE(0)},
                {"attribute to name, plateau",
                 "from the plateau's start to its end attribute to "
                 "name climbs",
                 {REDUCTION_AT_END, "learned", "attr_name.1", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_AT_START, "learned", "attr_name.1", 0},
                 ABOVE(0)},
                {"attribute to name", "and ends above {low}", LAST("learned", "attr_name.1"), ALONE,
                 ABOVE(.5)},
            },
        .figure = {{"Attention over training", FIGURE_MEASURE,
                    "name_name_within.0,name_name.0,attr_name.1,attr_text.1", "learned"}},
    },
    {
        .id = "power-law",
        .title = "Power law",
        .text = "Where some individuals come more often than others the plateau is shorter, and "
                "after the same steps more is known of all.",
        .paper = "Fig. 4, G: the plateau is shortest at alpha .6 to .8",
        .watch = "power-law uniform",
        .check = {LEAVES_SOONER("power-law"), ENDS_LOWER("power-law")},
        .figure = {BESIDE_UNIFORM("power-law")},
    },
    {
        .id = "celebrities",
        .title = "Celebrities",
        .text = "A few individuals that come more often help as a power law does.",
        .paper = "Fig. H, J: like the power law",
        .watch = "celebrities uniform",
        .check = {LEAVES_SOONER("celebrities"), ENDS_LOWER("celebrities")},
        .figure = {BESIDE_UNIFORM("celebrities"),
                   {"Celebrities and all", FIGURE_MEASURE, "attr_loss,subset_attr_loss",
                    "celebrities"}},
    },
    {
        .id = "warm-up",
        .title = "Warm-up on a subset",
        .text = "Training on a few individuals first, then on all, beats the best distribution "
                "that stays.",
        .paper = "Fig. 4, I-L: N 128k, 94.92 % known, where uniform sampling reaches 63.26 %",
        .watch = "warm-up uniform",
        .check = {ENDS_LOWER("warm-up"),
                  {"last loss", "and lower than with a power law", LAST("warm-up", "attr_loss"),
                   COMPARISON_DIFFERENCE, LAST("power-law", "attr_loss"), BELOW(0)},
                  {"last loss", "and than with celebrities", LAST("warm-up", "attr_loss"),
                   COMPARISON_DIFFERENCE, LAST("celebrities", "attr_loss"), BELOW(0)}},
        .figure = {{"Loss and accuracy, beside uniform sampling and a power law", FIGURE_CURVES,
                    NULL, "uniform power-law warm-up"}},
    },
    {
        .id = "adaptive",
        .title = "Warm-up that ends by itself",
        .text = "Proposed, not tried: to let all others in when the plateau is seen to end.",
        .paper = "section 4, no figure",
        .watch = "adaptive uniform",
        .check = {ENDS_LOWER("adaptive")},
        .figure = {{"Loss and accuracy, beside uniform sampling and a fixed warm-up", FIGURE_CURVES,
                    NULL, "uniform warm-up adaptive"}},
    },
    {
        .id = "grow",
        .title = "A growing population",
        .text = "Proposed, not tried: to let more individuals in step by step.",
        .paper = "section 4, no figure",
        .watch = "grow uniform",
        .check = {ENDS_LOWER("grow")},
        .figure = {BESIDE_UNIFORM("grow")},
    },
    {
        .id = "hallucination",
        .title = "Hallucination",
        .text = "As soon as facts are learned the loss on people never seen rises above that of "
                "knowing nothing; the model is less sure of them than of those it knows.",
        .paper = "Fig. 5 left, M",
        .watch = "quickstart",
        .check =
            {
                {"new loss",
                 "the last loss on new individuals is above {low} of the uniform baseline",
                 LAST("learned", "new_attr_loss"), COMPARISON_RATIO, BASELINE("learned"),
                 ABOVE(1.1)},
                {"rise", "and higher than on the plateau", LAST("learned", "new_attr_loss"),
                 COMPARISON_DIFFERENCE, ON_PLATEAU("learned", "new_attr_loss"), ABOVE(0)},
                {"largest probability",
                 "the largest probability is lower on new than on known "
                 "individuals",
                 LAST("learned", "new_max_prob"), COMPARISON_DIFFERENCE,
                 LAST("learned", "max_prob"), BELOW(0)},
                {"entropy", "and the entropy higher", LAST("learned", "new_entropy"),
                 COMPARISON_DIFFERENCE, LAST("learned", "entropy"), ABOVE(0)},
            },
        .figure = {{"Loss on new over loss on known individuals", FIGURE_TRAJECTORY, NULL,
                    "learned"},
                   {"Confidence", FIGURE_MEASURE, "max_prob,new_max_prob,entropy,new_entropy",
                    "learned"}},
    },
    {
        .id = "fine-tuning",
        .title = "Fine-tuning on new people",
        .text = "Trained on new people alone, the model forgets old ones within a few hundred "
                "steps, before it has learned the new ones; the more there are the worse; what "
                "attention looks at stays.",
        .paper = "Fig. 5, N, O: 1k to 16k new beside 64k old individuals",
        .watch = "fine-tuning",
        .check =
            {
                {"old accuracy lost",
                 "within 50 steps the accuracy on old individuals falls by {low} at least",
                 {REDUCTION_FIRST, "tune-many", "attr_acc", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_AT, "tune-many", "attr_acc", 50},
                 ABOVE(.2)},
                {"new accuracy",
                 "by when that on new ones is still below {high}",
                 {REDUCTION_AT, "tune-many", "tuned_attr_acc", 50},
                 ALONE,
                 BELOW(.5)},
                {"attribute to name",
                 "attention from attribute to name in the last layer ends within "
                 "{low} to {high} of what it was",
                 LAST("tune-many", "attr_name.1"),
                 COMPARISON_RATIO,
                 {REDUCTION_FIRST, "tune-many", "attr_name.1", 0},
                 WITHIN(.8, 1.25)},
                {"old loss",
                 "after 100 steps with sixteen times as many new individuals the loss on old ones "
                 "is higher",
                 {REDUCTION_AT, "tune-many", "attr_loss", 100},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_AT, "tune-few", "attr_loss", 100},
                 ABOVE(0)},
            },
        .figure = {{"Accuracy on old and new individuals", FIGURE_MEASURE,
                    "attr_acc,tuned_attr_acc", "tune-many"},
                   {"Loss on old individuals", FIGURE_MEASURE, "attr_loss", "tune-few tune-many"}},
    },
    {
        .id = "replay",
        .title = "Replay",
        .text = "Old individuals mixed in make the loss of them in the end smaller; the drop at "
                "the beginning remains.",
        .paper = "Fig. 5, N: old ones with weights 2 to 1/32",
        .watch = "replay fine-tuning",
        .check =
            {
                {"old loss", "with replay the last loss on old individuals is lower than without",
                 LAST("tune-replay", "attr_loss"), COMPARISON_DIFFERENCE,
                 LAST("tune-many", "attr_loss"), BELOW(0)},
                {"old loss",
                 "but within 50 steps their loss still rises by {low} at least",
                 {REDUCTION_AT, "tune-replay", "attr_loss", 50},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_FIRST, "tune-replay", "attr_loss", 0},
                 ABOVE(.1)},
            },
        .figure = {{"Accuracy on old and new individuals", FIGURE_MEASURE,
                    "attr_acc,tuned_attr_acc", "tune-many tune-replay"}},
    },
    {
        .id = "rare-known",
        .title = "Fine-tuning on rare known people",
        .text = "Fine-tuning on those who were seen seldom makes them better known and hardly "
                "hurts those who were seen often.",
        .paper = "Fig. P: accuracy on them from 50 % to about 70 %, N 128k, 8k celebrities",
        .watch = "rare-known",
        .check =
            {
                {"celebrities' accuracy",
                 "before it celebrities are known with an accuracy above {low}",
                 {REDUCTION_FIRST, "tune-rare", "subset_attr_acc", 0},
                 ALONE,
                 ABOVE(.5)},
                {"rare accuracy",
                 "the accuracy on the rare ones rises by {low} at least",
                 LAST("tune-rare", "tuned_attr_acc"),
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_FIRST, "tune-rare", "tuned_attr_acc", 0},
                 ABOVE(.05)},
                {"celebrities' accuracy lost",
                 "that on celebrities falls by less than {high}",
                 {REDUCTION_FIRST, "tune-rare", "subset_attr_acc", 0},
                 COMPARISON_DIFFERENCE,
                 LAST("tune-rare", "subset_attr_acc"),
                 BELOW(.1)},
            },
        .figure = {{"Accuracy on celebrities and rare ones", FIGURE_MEASURE,
                    "subset_attr_acc,tuned_attr_acc", "tune-rare"}},
    },
    {
        .id = "toy-memory",
        .title = "A memory without attention",
        .text = "A single hidden layer forgets in the same way, with no attention at all; replay "
                "saves it in the end, not at the beginning.",
        .paper = "Fig. Q, R: 8,192 pairs, 32 to 1,024 new ones, replay with weights 2 to 1/512",
        .watch = "toy-memory toy-memory-replay",
        .check =
            {
                {"learned",
                 "before fine-tuning the accuracy on old pairs is above {low}",
                 {REDUCTION_FIRST, "toy", "attr_acc", 0},
                 ALONE,
                 ABOVE(.9)},
                {"old accuracy lost",
                 "within 1,000 steps on new ones alone it falls by {low} at "
                 "least",
                 {REDUCTION_FIRST, "toy", "attr_acc", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_AT, "toy", "attr_acc", 1000},
                 ABOVE(.2)},
                {"old accuracy", "with replay it ends higher", LAST("toy-replay", "attr_acc"),
                 COMPARISON_DIFFERENCE, LAST("toy", "attr_acc"), ABOVE(0)},
                {"drop with replay",
                 "but falls within 300 steps by {low} at least",
                 {REDUCTION_FIRST, "toy-replay", "attr_acc", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_AT, "toy-replay", "attr_acc", 300},
                 ABOVE(.02)},
            },
        .figure = {{"Accuracy on old and new pairs", FIGURE_MEASURE, "attr_acc,tuned_attr_acc",
                    "toy toy-replay"}},
    },
    {
        .id = "sequential",
        .title = "Group after group",
        .text = "When training goes on to another group the one before is forgotten fast; later "
                "groups are learned faster.",
        .paper = "Fig. S-X",
        .watch = "sequential",
        .check =
            {
                {"first group learned",
                 "the first group's lowest loss is below {high} of the uniform baseline",
                 {REDUCTION_LEAST, "sequential", "group_attr_loss.0", 0},
                 COMPARISON_RATIO,
                 BASELINE("sequential"),
                 BELOW(.9)},
                {"forgotten",
                 "the first group's last loss is higher than its lowest by {low}",
                 LAST("sequential", "group_attr_loss.0"),
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_LEAST, "sequential", "group_attr_loss.0", 0},
                 ABOVE(.3)},
                {"lowest loss",
                 "the last group's lowest loss, after as many steps on it, is lower "
                 "than the first group's",
                 {REDUCTION_LEAST, "sequential", "group_attr_loss.3", 0},
                 COMPARISON_DIFFERENCE,
                 {REDUCTION_LEAST, "sequential", "group_attr_loss.0", 0},
                 BELOW(0)},
            },
        .figure = {{"Loss of the groups", FIGURE_MEASURE,
                    "group_attr_loss.0,group_attr_loss.1,group_attr_loss.2,group_attr_loss.3",
                    "sequential"}},
    },
};

const struct claim_table claim_table = {
    .claim = claims,
    .claims = sizeof claims / sizeof *claims,
    .run = runs,
    .runs = sizeof runs / sizeof *runs,
    .tried_seeds = 30,
};

/* Names */

const struct claim *claim_find(const struct claim_table *table, const char *id)
{
    for (size_t i = 0; i < table->claims; i++)
        if (strcmp(table->claim[i].id, id) == 0)
            return &table->claim[i];
    return NULL;
}

const struct claim_run *claim_run_find(const struct claim_table *table, const char *name,
                                       size_t length)
{
    for (size_t i = 0; i < table->runs; i++)
        if (strlen(table->run[i].name) == length && strncmp(table->run[i].name, name, length) == 0)
            return &table->run[i];
    return NULL;
}

size_t claim_checks(const struct claim *claim)
{
    size_t count = 0;
    while (count < CLAIM_CHECKS && claim->check[count].label)
        count++;
    return count;
}

size_t claim_figures(const struct claim *claim)
{
    size_t count = 0;
    while (count < CLAIM_FIGURES && claim->figure[count].title)
        count++;
    return count;
}

const char *claim_next_name(const char *names, size_t *length)
{
    names += strspn(names, " ");
    *length = strcspn(names, " ");
    return *length > 0 ? names : NULL;
}

/* What claims need */

static void mark_run(const struct claim_table *table, const char *name, size_t length,
                     enum scale scale, bool *needed);

/* The run that a run begins at. */
static void mark_source(const struct claim_table *table, const struct claim_run *run,
                        enum scale scale, bool *needed)
{
    const char *source = run->source[scale];
    if (source)
        mark_run(table, source, strcspn(source, "@"), scale, needed);
}

static void mark_run(const struct claim_table *table, const char *name, size_t length,
                     enum scale scale, bool *needed)
{
    const struct claim_run *run = claim_run_find(table, name, length);
    if (!run || needed[run - table->run])
        return;
    needed[run - table->run] = true;
    mark_source(table, run, scale, needed);
}

static void mark_runs(const struct claim_table *table, const char *names, enum scale scale,
                      bool *needed)
{
    size_t length = 0;
    for (const char *name = names; name && (name = claim_next_name(name + length, &length));)
        mark_run(table, name, length, scale, needed);
}

void claim_mark_runs(const struct claim_table *table, const struct claim *claim, enum scale scale,
                     bool *needed)
{
    for (size_t i = 0; i < claim_checks(claim); i++) {
        mark_runs(table, claim->check[i].statistic.run, scale, needed);
        mark_runs(table, claim->check[i].other.run, scale, needed);
    }
    for (size_t i = 0; i < claim_figures(claim); i++)
        mark_runs(table, claim->figure[i].runs, scale, needed);
}
