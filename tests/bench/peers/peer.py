"""What the timings of all peers share: a preset's shape and biographies, options and the report.

Shape and biographies are asked of mneme itself, so nothing here repeats a preset's numbers.
"""

import argparse
import configparser
import itertools
import json
import os
import statistics
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


def options(description):
    """A parser of the options every peer has; the caller adds its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("preset", help="as mneme knows it: paper, quickstart, ...")
    parser.add_argument("--mneme", default=os.path.join(ROOT, "build", "mneme"),
                        help="the program to ask (build/mneme)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="change a key of the preset, as in model.family=gpt2")
    parser.add_argument("--threads", type=counts, default=sorted({1, os.cpu_count()}),
                        metavar="N,...", help="try each number and report the best (1 and all)")
    parser.add_argument("--warmup", type=int, default=1, metavar="N",
                        help="steps before the clock starts (1)")
    parser.add_argument("--steps", type=int, default=3, metavar="N",
                        help="steps timed, of which the median counts (3)")
    return parser


def counts(text):
    return [int(word) for word in text.split(",")]


def ask_mneme(args, *words):
    changes = [word for change in args.set for word in ("--set", change)]
    try:
        answer = subprocess.run([args.mneme, *words, *changes], check=True, stdout=subprocess.PIPE,
                                text=True)
    except (OSError, subprocess.CalledProcessError) as err:
        raise SystemExit(f"cannot ask mneme: {err}")
    return answer.stdout


class Preset:
    """The keys of a preset that a training step depends on."""

    def __init__(self, args):
        shown = ask_mneme(args, "presets", "--show", args.preset)
        keys = configparser.ConfigParser(interpolation=None)
        keys.read_string(shown[shown.index("[preset]"):])
        model, train = keys["model"], keys["train"]
        self.layers, self.heads, self.d_model, self.d_hidden, self.d_key, self.vocab = (
            model.getint(key)
            for key in ("layers", "heads", "d_model", "d_hidden", "d_key", "vocab"))
        self.max_length = model.getint("max_length")
        self.norm, self.bias = model["norm"], model.getboolean("bias")
        self.steps, self.batch = train.getint("steps"), train.getint("batch")
        self.lr, self.final_lr, self.weight_decay, self.beta1, self.beta2, self.epsilon = (
            train.getfloat(key)
            for key in ("lr", "final_lr", "weight_decay", "beta1", "beta2", "epsilon"))

    def flops_per_token(self):
        """Six for every parameter in a matrix, the tied embedding counted once; neither products
        between tokens nor anything about positions."""
        block = 4 * self.d_model * self.heads * self.d_key + 2 * self.d_model * self.d_hidden
        return 6 * (self.layers * block + self.vocab * self.d_model)


def biographies(args, steps):
    """The token lists of the batches of the first `steps` steps: [steps][batch][length]."""
    return [[json.loads(line)["tokens"]
             for line in ask_mneme(args, "sample", "--json", "--step", str(step),
                                   args.preset).splitlines()]
            for step in range(1, steps + 1)]


def mean_inputs(batches):
    """The inputs of a biography (its tokens but the last), on average and rounded down."""
    lengths = [len(tokens) - 1 for batch in batches for tokens in batch]
    return sum(lengths) // len(lengths)


def end_to_end(biographies, count):
    """`count` tokens of the biographies one after the other, and again where they run out."""
    tokens = itertools.chain.from_iterable(biographies)
    return list(itertools.islice(itertools.cycle(tokens), count))


def race(args, preset, tokens, seconds_of_steps, **about):
    """Times steps of `tokens` tokens with each number of threads, seconds_of_steps(threads) giving
    each step's, and prints as JSON the number with the best median."""
    seconds = {threads: statistics.median(seconds_of_steps(threads)) for threads in args.threads}
    best = min(seconds, key=seconds.get)
    print(json.dumps({
        **about, "preset": args.preset, "set": args.set, "tokens": round(tokens),
        "seconds": {threads: round(median, 4) for threads, median in seconds.items()},
        "threads": best, "tokens_per_s": round(tokens / seconds[best]),
        "gflops": round(preset.flops_per_token() * tokens / seconds[best] / 1e9, 1)}))
