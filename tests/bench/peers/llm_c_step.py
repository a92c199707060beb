"""Times the trainer that llm_c.sh built, at the shape of a preset.

Writes what it reads: BUILD/model.bin and BUILD/tokens.bin, in the formats of
gpt2_build_from_checkpoint (version 3) and dataloader.h (version 1): 256 little-endian 32-bit words of
header, then fp32 parameters or 16-bit tokens. The biographies' tokens are laid end to end and cut
into rows of the mean length.
"""

import array
import itertools
import os
import random
import subprocess
import sys

import peer

MODEL_MAGIC, MODEL_VERSION = 20240326, 3
TOKENS_MAGIC, TOKENS_VERSION = 20240520, 1
HEADER_WORDS = 256
VOCAB_MULTIPLE = 128
BATCHES = 3


def write(path, header, *parts):
    words = array.array("i", header + [0] * (HEADER_WORDS - len(header)))
    with open(path, "wb") as file:
        for part in (words, *parts):
            if sys.byteorder == "big":
                part.byteswap()
            part.tofile(file)


def normal(count):
    """`count` values of deviation 0.02: a block of a prime length over and over, which is quick."""
    generator = random.Random(1)
    block = array.array("f", (generator.gauss(0, 0.02) for _ in range(100_003)))
    return (block * (count // len(block) + 1))[:count]


def constant(count, value):
    return array.array("f", [value]) * count


def write_model(path, preset):
    width, layers = preset.d_model, preset.layers
    if preset.d_hidden != 4 * width or preset.heads * preset.d_key != width:
        raise SystemExit("llm.c needs d_hidden = 4 d_model and heads * d_key = d_model")
    vocab = -(-preset.vocab // VOCAB_MULTIPLE) * VOCAB_MULTIPLE

    def norm():
        return constant(layers * width, 1), constant(layers * width, 0)

    def linear(inputs, outputs):
        return normal(layers * inputs * outputs), constant(layers * outputs, 0)

    write(path,
          [MODEL_MAGIC, MODEL_VERSION, preset.max_length, preset.vocab, layers, preset.heads, width,
           vocab],
          normal(vocab * width), normal(preset.max_length * width),
          *norm(), *linear(width, 3 * width), *linear(width, width),
          *norm(), *linear(width, 4 * width), *linear(4 * width, width),
          constant(width, 1), constant(width, 0))


def write_tokens(path, tokens):
    write(path, [TOKENS_MAGIC, TOKENS_VERSION, len(tokens)], array.array("H", tokens))


def seconds_of_steps(args, rows, length, threads):
    command = [os.path.join(args.build, name) for name in ("train_gpt2", "model.bin", "tokens.bin")]
    command += map(str, (rows, length, args.warmup + args.steps))
    done = subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": str(threads)},
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"llm.c's trainer failed:\n{done.stdout}")
    seconds = [float(line.split()[1]) for line in done.stdout.splitlines()
               if line.startswith("seconds ")]
    return seconds[args.warmup:]


def main():
    parser = peer.options(__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="the folder of what was built")
    parser.add_argument("--rows", type=int, metavar="N",
                        help="rows of a batch (as many as the preset has biographies)")
    args = parser.parse_args()
    preset = peer.Preset(args)
    batches = peer.biographies(args, BATCHES)
    rows, length = args.rows or preset.batch, peer.mean_inputs(batches)
    write_model(os.path.join(args.build, "model.bin"), preset)
    write_tokens(os.path.join(args.build, "tokens.bin"),
                 peer.end_to_end(itertools.chain(*batches), BATCHES * rows * length + 1))
    peer.race(args, preset, rows * length,
              lambda threads: seconds_of_steps(args, rows, length, threads),
              peer="llm.c", sequences="equal", compiler=os.environ.get("CC", "cc"))


if __name__ == "__main__":
    main()
