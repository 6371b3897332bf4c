"""Two runs on the same problems: paired differences with intervals, and the problems that changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.text import Text

from harness import console
from harness.metrics import Comparison, compare
from harness.regimes.estimates import per_problem
from harness.reports.entries import Loaded, caption, entries, with_bounds
from harness.reports.leaderboard import METRIC_TITLES
from harness.reports.values import REGIMES, headline
from selfexec.errors import UsageError


@dataclass(frozen=True)
class Difference:
    """A metric of two runs on the problems that both have; `paired` is the second minus the first."""

    regime: str
    metric: str
    k: int
    first: float
    second: float
    paired: Comparison


@dataclass(frozen=True)
class Changed:
    """One problem's direct pass@1 in two runs."""

    problem_id: str
    first: float
    second: float

    @property
    def change(self) -> float:
        return self.second - self.first


def differences(one: Loaded, other: Loaded) -> list[Difference]:
    """The ranked metric of every regime that both runs have, at every k that both were asked for.

    Raises UsageError if they have no problem in common.
    """
    if not one.facts.problems.keys() & other.facts.problems.keys():
        raise UsageError(
            f"--compare: {one.directory} and {other.directory} have no problem in common; "
            "choose runs on the same benchmark"
        )
    return [
        found
        for regime in REGIMES
        for metric, k in _shared(one, other, regime)
        if (found := _difference(one, other, regime, metric, k))
    ]


def changed(one: Loaded, other: Loaded) -> list[Changed]:
    """Problems whose direct pass@1 differs, the largest gains first."""
    first, second = (per_problem(run.facts, "direct", "pass", 1) for run in (one, other))
    rows = [
        Changed(name, first[name], second[name])
        for name in first
        if name in second and first[name] != second[name]
    ]
    return sorted(rows, key=lambda row: (-row.change, row.problem_id))


METHOD = "Paired by problem: Student-t on differences, clustered by contest; p without correction"
# What a narrow terminal can do without, in this order.
SPARE = ("problems", "left out", "A", "B")


def show(one: Loaded, other: Loaded, most: int = 12) -> None:
    """Print the differences and the problems that changed most in either direction."""
    terminal = console.stdout()
    labels = [f"A: {one.model} ({one.name})", f"B: {other.model} ({other.name})"]
    for label, run in zip(labels, (one, other), strict=True):
        rows = entries(run)
        terminal.print(
            f"{label}, {caption(rows[0])}" if rows else label,
            markup=False,
            soft_wrap=not terminal.is_terminal,
        )
    found = differences(one, other)
    columns = {
        "regime": [row.regime for row in found],
        "metric": [f"{METRIC_TITLES.get(row.metric, row.metric)}@{row.k}" for row in found],
        "A": [console.percent(row.first) for row in found],
        "B": [console.percent(row.second) for row in found],
        "B − A": [with_bounds(row.paired) for row in found],
        "p": [_p_value(row.paired.p_value) for row in found],
        "problems": [row.paired.n_problems for row in found],
        "left out": [row.paired.left_out for row in found],
    }
    if not any(columns["left out"]):
        del columns["left out"]
    for name in SPARE:
        if console.table_width(columns, zip(*columns.values(), strict=True)) <= terminal.width:
            break
        columns.pop(name, None)
    terminal.print(Text(f"\n{METHOD}"), style="bold", soft_wrap=not terminal.is_terminal)
    console.print_table("", list(columns), list(zip(*columns.values(), strict=True)), terminal)
    rows = changed(one, other)
    if not rows:
        console.note("no problem's pass@1 differs")
        return
    better = [row for row in rows if row.change > 0]
    worse = [row for row in reversed(rows) if row.change < 0]
    for word, side in (("better", better), ("worse", worse)):
        body = [
            (
                row.problem_id,
                console.percent(row.first),
                console.percent(row.second),
                f"{100 * row.change:+.1f}",
            )
            for row in side[:most]
        ]
        of = f", the first {most}" if len(side) > most else ""
        console.print_table(
            f"\n{len(side)} problem{'' if len(side) == 1 else 's'} where B is {word} (direct pass@1){of}",
            ("problem", "A", "B", "B − A"),
            body,
            terminal,
        )


def as_json(one: Loaded, other: Loaded) -> Iterator[dict[str, Any]]:
    """One object a difference, then one a problem that changed."""
    for row in differences(one, other):
        paired = {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in asdict(row.paired).items()
        }
        yield {**asdict(row), "paired": paired}
    for each in changed(one, other):
        yield {**asdict(each), "change": each.change}


def _p_value(value: float) -> str | None:
    if math.isnan(value):
        return None
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _shared(one: Loaded, other: Loaded, regime: str) -> list[tuple[str, int]]:
    ks = sorted(set(one.manifest["asked"]["ks"]) & set(other.manifest["asked"]["ks"]))
    ranked = [headline(run.metrics, regime, ks) for run in (one, other)]
    if None in ranked or ranked[0][0] != ranked[1][0]:
        return []
    return [(ranked[0][0], k) for k in ks]


def _difference(one: Loaded, other: Loaded, regime: str, metric: str, k: int) -> Difference | None:
    first, second = (per_problem(run.facts, regime, metric, k, run.pooling) for run in (one, other))
    shared = first.keys() & second.keys()
    if not shared:
        return None
    means = [math.fsum(values[name] for name in shared) / len(shared) for values in (first, second)]
    return Difference(
        regime, metric, k, *means, compare(second, first, one.facts.clusters | other.facts.clusters)
    )
