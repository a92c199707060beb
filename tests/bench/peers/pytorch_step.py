#!/usr/bin/env python3
"""Times PyTorch training the model of a preset, written as a good user of PyTorch would.

On the CPU, in fp32 or, with --precision bf16, in autocast's mixture: fused AdamW,
scaled_dot_product_attention, one product for queries, keys and values, a tied embedding. Positions
are learned vectors also where the preset has relative ones: those would cost a user of PyTorch an
attention of their own, so this is in PyTorch's favour. Norms and biases are the preset's; `--set model.family=gpt2` gives GPT-2's.

--sequences says what becomes of biographies of different lengths:
  equal   their tokens laid end to end and cut into rows of the mean length: no padding at all
  padded  each its own row, filled up to the longest of the batch, the filling masked in the loss
  packed  no filling but in the attention, which every layer unpacks for and packs again after
Only tokens of biographies are credited, filling never.
"""

import ctypes
import json
import platform
import time
import timeit
from typing import NamedTuple, Optional

import torch
import torch.nn.functional as F
from torch import nn

import peer


class Batch(NamedTuple):
    token: torch.Tensor            # [tokens]
    target: torch.Tensor           # [tokens] the token after each; IGNORED for filling
    rows: int
    length: int                    # of a row, in the attention
    place: Optional[torch.Tensor]  # [tokens] in [rows * length]; None where tokens = rows * length


BATCHES = 3
IGNORED = -100  # as cross_entropy has it


def equal(batch, length):
    stream = torch.tensor(peer.end_to_end(batch, len(batch) * length + 1))
    return Batch(stream[:-1], stream[1:], len(batch), length, None)


def packed(batch, _):
    length = max(map(len, batch)) - 1
    place = [row * length + i for row, tokens in enumerate(batch) for i in range(len(tokens) - 1)]
    return Batch(torch.tensor([token for tokens in batch for token in tokens[:-1]]),
                 torch.tensor([token for tokens in batch for token in tokens[1:]]),
                 len(batch), length, torch.tensor(place))


def padded(batch, length):
    whole = packed(batch, length)
    cells = whole.rows * whole.length
    return whole._replace(
        token=torch.zeros(cells, dtype=torch.long).index_copy(0, whole.place, whole.token),
        target=torch.full((cells,), IGNORED).index_copy(0, whole.place, whole.target), place=None)


SEQUENCES = {"equal": equal, "padded": padded, "packed": packed}


class Block(nn.Module):
    def __init__(self, preset):
        super().__init__()
        self.heads, self.d_key = preset.heads, preset.d_key
        inner = preset.heads * preset.d_key
        self.attention_norm = norm(preset)
        self.query_key_value = nn.Linear(preset.d_model, 3 * inner, bias=preset.bias)
        self.attention_out = nn.Linear(inner, preset.d_model, bias=preset.bias)
        self.hidden_norm = norm(preset)
        self.hidden_in = nn.Linear(preset.d_model, preset.d_hidden, bias=preset.bias)
        self.hidden_out = nn.Linear(preset.d_hidden, preset.d_model, bias=preset.bias)

    def attend(self, x, rows, length, place):
        x = self.query_key_value(x)
        if place is not None:
            x = x.new_zeros(rows * length, x.shape[1]).index_copy(0, place, x)
        query, key, value = x.view(rows, length, 3, self.heads, self.d_key).permute(2, 0, 3, 1, 4)
        x = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x.transpose(1, 2).reshape(rows * length, self.heads * self.d_key)
        if place is not None:
            x = x.index_select(0, place)
        return self.attention_out(x)

    def forward(self, x, rows, length, place):
        x = x + self.attend(self.attention_norm(x), rows, length, place)
        hidden = F.gelu(self.hidden_in(self.hidden_norm(x)), approximate="tanh")
        return x + self.hidden_out(hidden)


def norm(preset):
    if preset.norm == "rms":
        return nn.RMSNorm(preset.d_model)
    return nn.LayerNorm(preset.d_model, bias=preset.bias)


class Transformer(nn.Module):
    def __init__(self, preset, chunked_loss):
        super().__init__()
        self.embedding = nn.Embedding(preset.vocab, preset.d_model)
        self.position = nn.Parameter(torch.empty(preset.max_length, preset.d_model))
        self.blocks = nn.ModuleList(Block(preset) for _ in range(preset.layers))
        self.final_norm = norm(preset)
        self.loss_options = nn.LinearCrossEntropyOptions() if chunked_loss else None
        for weight in self.parameters():
            if weight.dim() > 1:
                nn.init.normal_(weight, std=0.02)

    def forward(self, token, target, rows, length, place):
        """The mean loss."""
        x = self.embedding(token)
        if place is None:
            x = (x.view(rows, length, -1) + self.position[:length]).flatten(0, 1)
        else:
            x = x + self.position.index_select(0, place % length)
        for block in self.blocks:
            x = block(x, rows, length, place)
        return F.linear_cross_entropy(self.final_norm(x), self.embedding.weight, target,
                                      ignore_index=IGNORED, options=self.loss_options)


def keep_memory():
    """Lets malloc keep what tensors free for the next step instead of asking the system for fresh
    pages, as the allocators do that PyTorch's tuning guide advises. A large model gains a third."""
    trim_threshold, mmap_max = -1, -4  # numbers of malloc.h
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, 2**31 - 1)


def seconds_of_steps(preset, args, batches, threads):
    torch.set_num_threads(threads)
    torch.compiler.reset()
    torch.manual_seed(1)
    model = Transformer(preset, args.chunked_loss)
    optimizer = torch.optim.AdamW(model.parameters(), lr=preset.lr, eps=preset.epsilon,
                                  betas=(preset.beta1, preset.beta2),
                                  weight_decay=preset.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, preset.steps, preset.final_lr)
    loss_of = torch.compile(model) if args.compile else model

    rounds = torch.autocast("cpu", torch.bfloat16, enabled=args.precision == "bf16")

    def step(number):
        with rounds:
            loss = loss_of(*batches[number % BATCHES])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    seconds, tokens, begin = [], 0, time.monotonic()
    for number in range(args.warmup + args.steps):
        seconds.append(timeit.timeit(lambda: step(number), number=1))
        tokens += int((batches[number % BATCHES].target != IGNORED).sum())
        if args.each:
            print(json.dumps({"step": number + 1, "tokens": tokens,
                              "seconds": time.monotonic() - begin}), flush=True)
    return seconds[args.warmup:]


def main():
    parser = peer.options(__doc__.splitlines()[0])
    parser.add_argument("--sequences", choices=SEQUENCES, default="equal",
                        help="what becomes of different lengths (equal)")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32",
                        help="of products: bf16 by autocast (fp32)")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    parser.add_argument("--chunked-loss", action="store_true",
                        help="never hold the logits of all tokens")
    parser.add_argument("--each", action="store_true",
                        help="print a line for every step, with tokens and seconds so far")
    args = parser.parse_args()
    keep_memory()
    preset = peer.Preset(args)
    biographies = peer.biographies(args, BATCHES)
    length = peer.mean_inputs(biographies)
    batches = [SEQUENCES[args.sequences](batch, length) for batch in biographies]
    tokens = sum(int((batch.target != IGNORED).sum()) for batch in batches) / BATCHES
    peer.race(args, preset, tokens,
              lambda threads: seconds_of_steps(preset, args, batches, threads),
              peer="pytorch", version=torch.__version__, sequences=args.sequences,
              compile=args.compile, precision=args.precision,
              chunked_loss=args.chunked_loss)


if __name__ == "__main__":
    main()
