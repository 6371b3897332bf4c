"""The order in which a run sees its rows, written down beforehand."""

from __future__ import annotations

import random
from collections.abc import Sequence


def passes(count: int, needed: int, seed: int) -> list[int]:
    """Row numbers for a whole run: shuffled passes over `count` rows, cut at `needed`.

    Pass number p has a permutation of its own, drawn from the seed and p. With the order written down, a run
    that resumes in its third pass goes on exactly where it was, and one that is prolonged keeps its past.
    """
    order: list[int] = []
    for number in range(-(-needed // count)):
        turn = list(range(count))
        random.Random(f"{seed} pass {number}").shuffle(turn)
        order += turn
    return order[:needed]


def alike(order: list[int], lengths: Sequence[int], batch: int, window: int, seed: int) -> list[int]:
    """`order` rearranged so that batches are of rows of like length: little of them is padding.

    Within every `window` rows, the rows are sorted by length and cut into batches, and the batches are
    shuffled. `order` and `window` hold whole batches, and `order` whole windows, so that an order that goes
    on begins as a shorter one does.
    """
    arranged: list[int] = []
    for start in range(0, len(order), window):
        rows = sorted(order[start : start + window], key=lambda row: lengths[row])
        batches = [rows[place : place + batch] for place in range(0, len(rows), batch)]
        random.Random(f"{seed} window {start}").shuffle(batches)
        arranged += [row for each in batches for row in each]
    return arranged
