"""Inputs for the problem in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.starter.shapes import numbers, text

PUBLIC = [text([5, 14]), text([100, 125]), text([1, 1000])]


def private(rng: Random) -> Iterator[str]:
    for pair in (
        [0, 0],
        [0, 9],
        [1, 1],
        [10, 10],
        [111, 111],
        [110, 112],
        [0, 100],
        [99, 100],
        [999, 1001],
        [13, 13],
    ):
        yield text(pair)
    for size in range(2, 12):
        yield text(sorted(numbers(rng, 2, 0, 10 ** (2 + size // 4))))
    yield text([123456, 145678])
    yield text([0, 10**18])
    yield text([10**18, 10**18])
    yield text([123456789012345678, 987654321098765432])
    yield text([112233445566778899, 112233445566778899])
    yield text([1, 10**15])
