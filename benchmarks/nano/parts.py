"""What nano programs are put together from: filters, transformations, folds, endings and sources.

A part is a line or an expression of Python over the item `x` (or its transformed value `E`) with at most one
constant `C`. Parts of one kin are those that a vague wording can confuse (`x > C` and `x >= C`); splits are
made by kin, so that a problem and its mis-readings are always on the same side.
"""

from __future__ import annotations

from dataclasses import dataclass

WORDS = ("ant", "bee", "cow", "dog", "bear", "crow", "deer", "goat", "camel", "eagle", "tiger", "whale")
# Letters that words begin or end with. k is left to the number that a program may read.
LETTERS = sorted(({word[0] for word in WORDS} | {word[-1] for word in WORDS}) - {"k"})


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    kin: str


NUMBER_FILTERS = {
    "all": Part("", "all"),
    "even": Part("x % 2 == 0", "parity"),
    "odd": Part("x % 2 == 1", "parity"),
    "above": Part("x > C", "high"),
    "atleast": Part("x >= C", "high"),
    "below": Part("x < C", "low"),
    "atmost": Part("x <= C", "low"),
    "other": Part("x != C", "other"),
    "threes": Part("x % 3 == 0", "threes"),
}

WORD_FILTERS = {
    "all": Part("", "all"),
    "longer": Part("len(x) > C", "long"),
    "long": Part("len(x) >= C", "long"),
    "shorter": Part("len(x) < C", "short"),
    "short": Part("len(x) <= C", "short"),
    "starts": Part("x[0] == 'L'", "edge"),
    "ends": Part("x[-1] == 'L'", "edge"),
}

NUMBER_TURNS = {
    "same": Part("x", "same"),
    "double": Part("x * 2", "scale"),
    "half": Part("x // 2", "scale"),
    "add": Part("x + C", "shift"),
    "gap": Part("abs(x - C)", "shift"),
    "mod": Part("x % C", "mod"),
    "flip": Part("9 - x", "flip"),
}

WORD_TURNS = {
    "same": Part("x", "same"),
    "length": Part("len(x)", "length"),
    "head": Part("x[0]", "letter"),
    "tail": Part("x[-1]", "letter"),
}


@dataclass(frozen=True, slots=True)
class Fold:
    """How the kept items become output. `variable` is printed at the end ("" if the steps print).

    `none` is what is printed when no item is kept and the statement does not say what then: inputs on which
    the right program comes to that are not used as tests.
    """

    start: tuple[str, ...]
    steps: tuple[str, ...]
    variable: str
    kin: str
    none: str = ""
    scalar: bool = True


FOLDS = {
    "sum": Fold(("s = 0",), ("s += E",), "s", "amount"),
    "count": Fold(("c = 0",), ("c += 1",), "c", "amount"),
    "max": Fold(("m = -1",), ("m = max(m, E)",), "m", "extreme", none="-1"),
    "min": Fold(("m = 99",), ("m = min(m, E)",), "m", "extreme", none="99"),
    "first": Fold(("r = -1",), ("r = E", "break"), "r", "end", none="-1"),
    "last": Fold(("r = -1",), ("r = E",), "r", "end", none="-1"),
    "rises": Fold(("c = 0", "p = 99"), ("if E > p:", "    c += 1", "p = E"), "c", "moves"),
    "falls": Fold(("c = 0", "p = 0"), ("if E < p:", "    c += 1", "p = E"), "c", "moves"),
    "each": Fold((), ("print(E)",), "", "each", scalar=False),
    "running": Fold(("s = 0",), ("s += E", "print(s)"), "", "running", scalar=False),
    "row": Fold(("r = []",), ("r.append(E)",), "*r", "row", scalar=False),
}

# What a fold can do with words and letters, which have no sum and no order here.
WORD_FOLDS = ("count", "first", "last", "each", "row")

ENDINGS = {"none": "", "plus": "+ C", "twice": "* 2", "digit": "% 10"}

# Where the items come from: a line of numbers, a line of words, 1 to n, n down to 0 by steps, several lines.
SOURCES = ("list", "words", "range", "down", "rows")
