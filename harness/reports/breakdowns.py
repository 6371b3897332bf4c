"""A run broken down: by difficulty, date and length, by how it failed, by how well it was predicted."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.metrics import Interval, t_interval
from harness.regimes.outcomes import Facts, Judged

Values = dict[str, float]  # by problem

# A verdict that stands for a solution is that of its first failing test.
PASSED = "AC"
VERDICT_WORDS = {
    "AC": "accepted",
    "WA": "wrong answer",
    "TLE": "time limit",
    "MLE": "memory limit",
    "OLE": "output limit",
    "RE": "crash",
    "CE": "no runnable program",
    "INTERNAL": "sandbox fault",
}


@dataclass(frozen=True)
class Part:
    """One part of a breakdown: its mean with an interval over problems, and what it is a mean of."""

    label: str
    interval: Interval
    n_problems: int
    n_items: int


def by_tag(facts: Facts, values: Values, tag: str, order: Sequence[str] = ()) -> list[Part]:
    """Parts by a column of `problems`, in `order` and then by name; problems without it are left out."""
    groups: dict[str, Values] = defaultdict(dict)
    for problem, value in values.items():
        if facts.problems[problem][tag]:
            groups[facts.problems[problem][tag]][problem] = value
    names = sorted(groups, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [_part(facts, name, groups[name]) for name in names]


def by_date(facts: Facts, values: Values, most: int = 24, least: float = 8) -> list[Part]:
    """Parts by the problem's date: months, quarters or years, the finest with at most `most` parts of
    `least` problems on average."""

    def group(label: Callable[[str], str]) -> list[Part]:
        groups: dict[str, Values] = defaultdict(dict)
        for problem, value in values.items():
            date = facts.problems[problem]["date"]
            if date:
                groups[label(date)][problem] = value
        return [_part(facts, name, groups[name]) for name in sorted(groups)]

    parts = []
    for label in (month, quarter, year):
        parts = group(label)
        if len(parts) <= most and sum(part.n_problems for part in parts) >= least * len(parts):
            break
    return parts


def month(date: str) -> str:
    """`2024-08` of `2024-08-17`."""
    return date[:7]


def quarter(date: str) -> str:
    """`2024-Q3` of `2024-08-17`."""
    return f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"


def year(date: str) -> str:
    """`2024` of `2024-08-17`."""
    return date[:4]


@dataclass(frozen=True)
class CutOff:
    """Problems from before a date, those from that date on, and the difference: after minus before."""

    date: str
    before: Part
    after: Part
    difference: Interval


def by_cutoff(facts: Facts, values: Values, date: str) -> CutOff | None:
    """Accuracy before and from `date` on; None where one side is empty.

    The interval of the difference of two independent means is made of their own intervals (MOVER, Zou and
    Donner 2008).
    """
    sides: dict[bool, Values] = {False: {}, True: {}}
    for problem, value in values.items():
        if facts.problems[problem]["date"]:
            sides[facts.problems[problem]["date"][:10] >= date][problem] = value
    if not sides[False] or not sides[True]:
        return None
    before, after = _part(facts, f"before {date}", sides[False]), _part(facts, f"from {date}", sides[True])
    old, new = before.interval, after.interval
    difference = new.value - old.value
    return CutOff(
        date,
        before,
        after,
        Interval(
            difference,
            difference - math.hypot(new.value - new.low, old.high - old.value),
            difference + math.hypot(new.high - new.value, old.value - old.low),
        ),
    )


def by_length(facts: Facts, lines: Mapping[tuple[str, int], int], parts: int = 5) -> list[Part]:
    """Share of correct programs by their number of lines, in `parts` classes of about equal size."""
    found = {key: count for key, count in lines.items() if key in facts.direct}
    if len(set(found.values())) < 2:
        return []
    cuts = sorted({round(cut) for cut in statistics.quantiles(found.values(), n=parts)})
    groups: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for key, count in sorted(found.items()):
        groups[sum(count > cut for cut in cuts)].append((key[0], float(facts.direct[key].passed)))
    result = []
    for number in sorted(groups):
        counts = [count for count in found.values() if sum(count > cut for cut in cuts) == number]
        low, high = min(counts), max(counts)
        label = f"{low} lines" if low == high else f"{low}–{high} lines"
        result.append(_items_part(label, groups[number]))
    return result


def outcome(judged: Judged) -> str:
    """AC, or the verdict of the first failing test."""
    return next(
        (judged.verdicts[test] for test in sorted(judged.verdicts) if judged.verdicts[test] != PASSED), PASSED
    )


def outcomes(judged: Iterable[Judged]) -> list[tuple[str, int]]:
    """How solutions ended, AC first and then the kinds of failure, commonest first."""
    counts = Counter(map(outcome, judged))
    return sorted(counts.items(), key=lambda item: (item[0] != PASSED, -item[1], item[0]))


@dataclass(frozen=True)
class Bin:
    """Items that were predicted to pass with probability `predicted`, and the share that really passed."""

    predicted: float
    real: Interval
    count: int


def calibration(facts: Facts, most: int = 11) -> list[Bin]:
    """Over (solution, public test): the share of attempts that predict a pass against the share that passes.

    One bin for each share that occurs, or tenths where more than `most` do.
    """
    items: dict[float, list[tuple[str, float]]] = defaultdict(list)
    for key, tests in sorted(facts.predictions.items()):
        for test, predicted in tests.items():
            if key in facts.direct and test in facts.direct[key].verdicts:
                share = sum(predicted.expected) / len(predicted.expected)
                items[share].append((key[0], float(facts.direct[key].verdicts[test] == PASSED)))
    if len(items) > most:
        tenths: dict[float, list[tuple[str, float]]] = defaultdict(list)
        for share, rows in items.items():
            tenths[(min(9, int(share * 10)) + 0.5) / 10] += rows
        items = tenths
    return [
        Bin(share, t_interval([v for _, v in rows], [p for p, _ in rows]), len(rows))
        for share, rows in sorted(items.items())
    ]


def turn_counts(facts: Facts, regime: str) -> list[tuple[int, int]]:
    """How many episodes took how many solution turns."""
    return sorted(Counter(one.solutions for one in facts.episodes.get(regime, {}).values()).items())


def _part(facts: Facts, label: str, values: Values) -> Part:
    clusters = facts.clusters
    interval = t_interval(list(values.values()), [clusters[problem] for problem in values])
    return Part(label, interval, len(values), len(values))


def _items_part(label: str, items: Sequence[tuple[str, float]]) -> Part:
    interval = t_interval([value for _, value in items], [problem for problem, _ in items])
    return Part(label, interval, len({problem for problem, _ in items}), len(items))
