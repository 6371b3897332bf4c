"""Inputs for the problem in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.starter.shapes import numbers, text

PUBLIC = [
    text(4, [3, 1, 4, 2]),
    text(3, [1, 2, 3]),
]


def private(rng: Random) -> Iterator[str]:
    yield text(1, [0])
    yield text(2, [5, 5])
    yield text(4, [2, 2, 1, 1])
    yield text(3, [-1, -2, -3])
    yield text(5, [5, 4, 3, 2, 1])
    yield text(2, [10**9, -(10**9)])
    yield text(6, [0, -1, 0, -1, 0, -1])
    yield text(5, [1, 1, 1, 1, 0])
    for size in range(2, 17):
        yield text(size, numbers(rng, size, -size, size))
    yield text(400, numbers(rng, 400, -(10**9), 10**9))
    yield text(1050, range(1050))
    yield text(15000, range(15000, 0, -1))
    yield text(15000, numbers(rng, 500, -5000, 5000) * 30)
