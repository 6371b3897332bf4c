"""A meaning (which part in which slot) as a Python program, in several styles; and such programs run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import CodeType

from benchmarks.nano.parts import (
    ENDINGS,
    FOLDS,
    NUMBER_FILTERS,
    NUMBER_TURNS,
    SOURCES,
    WORD_FILTERS,
    WORD_FOLDS,
    WORD_TURNS,
    Fold,
    Part,
)

MAX_LINES = 12
SLOTS = ("filter", "second", "turn", "fold", "ending")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a statement can mean. `second` is a second filter ("all" for none).

    `constants` holds the C (or the letter L) of the slots filter, second, turn and ending, and the step of
    the source `down`; `read` names the slot whose constant is read from the input as k ("" for none).
    """

    source: str
    filter: str
    second: str
    turn: str
    fold: str
    ending: str
    constants: tuple[tuple[str, str], ...]
    read: str = ""

    @property
    def of_words(self) -> bool:
        return self.source == "words"

    @property
    def filters(self) -> dict[str, Part]:
        return WORD_FILTERS if self.of_words else NUMBER_FILTERS

    @property
    def turns(self) -> dict[str, Part]:
        return WORD_TURNS if self.of_words else NUMBER_TURNS

    def composition(self) -> tuple[str, ...]:
        """What splits are made by: the source, and the kin of the filters, the transformation and the fold.

        Constants and ending do not count, so what a problem of the test split does to the items of its source
        was never trained on, whatever else the program does.
        """
        kept = sorted({self.filters[self.filter].kin, self.filters[self.second].kin} - {"all"})
        return (self.source, *kept, self.turns[self.turn].kin, FOLDS[self.fold].kin)

    def kinds(self) -> tuple[int, tuple[int, ...], int, int]:
        """The composition as numbers: of source, filters in force, transformation and fold."""
        _, *kept, turn, fold = self.composition()
        filters = _kinds(self.filters)
        return (
            SOURCES.index(self.source),
            tuple(filters.index(kin) for kin in kept),
            _kinds(self.turns).index(turn),
            _kinds(FOLDS).index(fold),
        )

    def constant(self, slot: str) -> str:
        """The constant of a slot as it stands in the program and the statement: k or a literal."""
        return "k" if self.read == slot else dict(self.constants).get(slot, "")

    def sensible(self) -> bool:
        """Can somebody mean this? Counting ignores a transformation, letters have no sum, and so on."""
        words_out = self.of_words and self.turn != "length"
        kin = [self.filters[name].kin for name in (self.filter, self.second)]
        return (
            (self.fold != "count" or self.turn == "same")
            and (not words_out or self.fold in WORD_FOLDS)
            and (
                self.ending == "none" or (FOLDS[self.fold].scalar and (not words_out or self.fold == "count"))
            )
            and (self.second == "all" or (self.filter != "all" and kin[0] != kin[1]))
            and len(program(self).splitlines()) <= MAX_LINES
        )

    def _has_scalar(self) -> bool:
        """Is a single number printed at the end?"""
        words_out = self.of_words and self.turn != "length"
        return FOLDS[self.fold].scalar and (not words_out or self.fold == "count")


def _kinds(parts: Mapping[str, Part] | Mapping[str, Fold]) -> list[str]:
    """The kin of some parts, each once, in the order of the parts."""
    return list(dict.fromkeys(part.kin for part in parts.values()))


@dataclass(frozen=True, slots=True)
class Style:
    """guard: `if not ...: continue` instead of nesting. apart: the transformed value gets a line of its own.
    nested: two filters as two ifs."""

    guard: bool = False
    apart: bool = False
    nested: bool = False


PLAIN = Style()


def styles(meaning: Meaning) -> Iterator[Style]:
    """The styles that differ for this meaning and are not too long, the plain one first."""
    filtered, two = meaning.filter != "all", meaning.second != "all"
    apart = meaning.turn != "same"
    for guard, own_line, nested in product((False, True), repeat=3):
        # In a while loop, `continue` would jump over the step.
        if guard and (not filtered or meaning.source == "down" or nested):
            continue
        if (own_line and not apart) or (nested and not two):
            continue
        style = Style(guard, own_line, nested)
        if len(program(meaning, style).splitlines()) <= MAX_LINES:
            yield style


def program(meaning: Meaning, style: Style = PLAIN) -> str:
    """The program text, without a newline at its end."""
    fold = FOLDS[meaning.fold]
    lines = ["k = int(input())"] if meaning.read else []
    item = "x in a"
    match meaning.source:
        case "list":
            lines += ["a = list(map(int, input().split()))"]
        case "words":
            lines += ["a = input().split()"]
        case "range":
            lines += ["n = int(input())"]
            item = "x in range(1, n + 1)"
        case "down":
            lines += ["x = int(input())"]
        case "rows":
            lines += ["n = int(input())", "for i in range(n):"]
    body = ["a = list(map(int, input().split()))"] if meaning.source == "rows" else []
    body += fold.start
    loop = _loop(meaning, style)
    if meaning.source == "down":
        body += ["while x > 0:", *_indent([*loop, f"x -= {meaning.constant('step')}"])]
    else:
        body += [f"for {item}:", *_indent(loop)]
    if fold.variable:
        if ending := _fill(ENDINGS[meaning.ending], meaning.constant("ending")):
            body.append(f"{fold.variable} = {fold.variable} {ending}")
        body.append(f"print({fold.variable})")
    return "\n".join([*lines, *(_indent(body) if meaning.source == "rows" else body)])


def _loop(meaning: Meaning, style: Style) -> list[str]:
    """What is done with one item."""
    conditions = [
        _fill(meaning.filters[name].code, meaning.constant(slot))
        for slot, name in (("filter", meaning.filter), ("second", meaning.second))
        if name != "all"
    ]
    value = _fill(meaning.turns[meaning.turn].code, meaning.constant("turn"))
    steps = [step.replace("E", value) for step in FOLDS[meaning.fold].steps]
    if style.apart:
        steps = [f"y = {value}", *(step.replace("E", "y") for step in FOLDS[meaning.fold].steps)]
    if not conditions:
        return steps
    if style.guard:
        guards = [line for each in conditions for line in (f"if not {each}:", "    continue")]
        return [*guards, *steps]
    if style.nested:
        first, second = conditions
        return [f"if {first}:", f"    if {second}:", *_indent(_indent(steps))]
    return [f"if {' and '.join(conditions)}:", *_indent(steps)]


def _indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _fill(code: str, constant: str) -> str:
    return code.replace("C", constant).replace("L", constant)


def run(source: str, stdin: str) -> str | None:
    """What a program of this module prints; None if it raises.

    Only for programs that this package wrote: it runs them in this very process.
    """
    lines = iter(stdin.split("\n"))
    printed: list[str] = []

    def show(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    try:
        exec(_compiled(source), {"input": lambda: next(lines), "print": show})
    except (ValueError, ZeroDivisionError, StopIteration):
        return None
    return "".join(printed)


@lru_cache(maxsize=50_000)
def _compiled(source: str) -> CodeType:
    return compile(source, "<nano>", "exec")
