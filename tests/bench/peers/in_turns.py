#!/usr/bin/env python3
"""Mneme beside PyTorch, or beside another build of itself, on a machine whose speed changes.

All train at once, but only one goes on while the others are stopped, for some seconds in turn. What
is compared lies within one round, and nobody is measured on a good minute of the host's alone. A
step counts that falls into one turn as a whole.
"""

import argparse
import json
import os
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import peer

HERE = os.path.dirname(os.path.abspath(__file__))


class Contender:
    """A trainer that prints a JSON object for each step, with the tokens and seconds so far."""

    def __init__(self, name, words):
        self.name = name
        self.steps = []  # seconds and tokens of each
        self.last = None
        try:
            self.process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
        except OSError as err:
            raise SystemExit(f"cannot start {words[0]}: {err.strerror}")
        self.unread = b""

    def signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def take(self, line):
        try:
            point = json.loads(line)
        except ValueError:
            raise SystemExit(f"{self.name} says no line of JSON for a step")
        if "tokens" not in point:
            return
        if self.last:
            self.steps.append((point["seconds"] - self.last["seconds"],
                               point["tokens"] - self.last["tokens"]))
        self.last = point

    def read(self, seconds):
        """What it says within some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.process.stdout], [], [], left)[0]:
                return
            said = os.read(self.process.stdout.fileno(), 1 << 16)
            if not said:
                raise SystemExit(f"{self.name} has ended")
            *lines, self.unread = (self.unread + said).split(b"\n")
            for line in lines:
                self.take(line)

    def warm_up(self, steps):
        while len(self.steps) < steps:
            self.read(1)

    def turn(self, seconds):
        """Tokens a second of each step that fell into this turn as a whole."""
        self.steps = []
        self.signal(signal.SIGCONT)
        self.read(seconds)
        self.signal(signal.SIGSTOP)
        return [tokens / took for took, tokens in self.steps if took < seconds]


def mneme_words(args, program, directory):
    changes = [*args.set, f"train.precision={args.precision}", f"train.threads={args.threads}",
               "train.steps=1000000", "eval.every=1000000", "checkpoint.every=0"]
    return [program, "train", args.preset, "--json", "--run", directory,
            *(word for change in changes for word in ("--set", change))]


def pytorch_words(args):
    options = [f"--{name}" for name in ("compile", "chunked-loss")
               if getattr(args, name.replace("-", "_"))]
    changes = [word for change in args.set for word in ("--set", change)]
    return [args.python, os.path.join(HERE, "pytorch_step.py"), args.preset, "--each", "--mneme",
            args.mneme[0], "--threads", str(args.threads), "--precision", args.precision,
            "--steps", "1000000", *options, *changes]


def positive(kind):
    def number(text):
        value = kind(text)
        if not 0 < value < 1e6:
            raise ValueError
        return value
    number.__name__ = "positive number"
    return number


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("preset", help="as mneme knows it: paper, quickstart, ...")
    parser.add_argument("--mneme", action="append", metavar="PROGRAM",
                        help="the program (build/mneme); again for another build")
    parser.add_argument("--python", default=sys.executable, metavar="PROGRAM",
                        help="a Python that has PyTorch (this one)")
    parser.add_argument("--no-pytorch", action="store_true", help="builds of Mneme alone")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--compile", action="store_true", help="PyTorch through torch.compile")
    parser.add_argument("--chunked-loss", action="store_true", help="as pytorch_step.py has it")
    parser.add_argument("--threads", type=positive(int), default=os.cpu_count(), metavar="N",
                        help="of each (all processors)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="change a key of the preset")
    parser.add_argument("--rounds", type=positive(int), default=7, metavar="N", help="turns of each (7)")
    parser.add_argument("--turn", type=positive(float), default=10, metavar="SECONDS",
                        help="long enough for some steps (10)")
    args = parser.parse_args()
    args.mneme = args.mneme or [os.path.join(peer.ROOT, "build", "mneme")]
    return args


def report(args, contenders, rate):
    """rate[contender][round]: the median of a turn's steps, tokens a second."""
    for contender, own in zip(contenders, rate):
        ratios = [a / b for a, b in zip(rate[0], own)]
        print(json.dumps({
            "name": contender.name, "preset": args.preset, "precision": args.precision,
            "threads": args.threads, "rounds": len(own),
            "tokens_per_s": round(statistics.median(own)), "best": round(max(own)),
            "least": round(min(own)), "first_over_this": round(statistics.median(ratios), 3),
            "of_rounds": [round(min(ratios), 2), round(max(ratios), 2)]}))


def race(args, contenders):
    for contender in contenders:
        contender.signal(signal.SIGSTOP)
    for contender in contenders:
        contender.signal(signal.SIGCONT)
        contender.warm_up(3)
        contender.signal(signal.SIGSTOP)
    rate = [[] for contender in contenders]
    for _ in range(args.rounds):
        turns = [contender.turn(args.turn) for contender in contenders]
        for contender, steps, own in zip(contenders, turns, rate):
            if not steps:
                raise SystemExit(f"{contender.name} made no whole step in a turn of {args.turn:g} s")
            own.append(statistics.median(steps))
    return rate


def main():
    args = parsed()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory() as directory:
        wanted = [(program, mneme_words(args, program, os.path.join(directory, str(i))))
                  for i, program in enumerate(args.mneme)]
        if not args.no_pytorch:
            wanted.append(("pytorch", pytorch_words(args)))
        contenders = []
        try:
            for name, words in wanted:
                contenders.append(Contender(name, words))
            report(args, contenders, race(args, contenders))
        finally:
            for contender in contenders:
                contender.signal(signal.SIGKILL)
                contender.process.wait()


if __name__ == "__main__":
    main()
