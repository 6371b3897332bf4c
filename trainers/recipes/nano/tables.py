"""What stands beside the claims: training budgets, predictions and their exactness, verifying, fixing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.regimes import DIRECT
from harness.reports.values import FIX, FIX_EXECUTED, PREDICT, VERIFY
from harness.runs import read_json
from trainers.recipes.nano.claims import Runs
from trainers.recipes.nano.plan import (
    ARMS,
    EXPLAINERS,
    LEVELS,
    PREDICTORS,
    RL_ARMS,
    exactness_file,
    trained,
)

# What a table shows where a run has no such number.
_NONE = "-"
_SELF_FIXED = (*(f"joint-{level}" for level in LEVELS), "scaffold", "self-rlef")

Table = tuple[str, list[str], list[list[str]]]  # title, heads, rows


def beside(folders: Sequence[Path], runs: Sequence[Runs]) -> str:
    """All the tables, in Markdown: means over the seeds, whose folders and runs these are."""
    tables = (budgets(folders), predictions(folders, runs), verification(runs), repairs(runs))
    return "\n".join(markdown(*each) for each in tables)


def budgets(folders: Sequence[Path]) -> Table:
    """Arms by what their training took."""
    rows = []
    for arm in (*ARMS, *RL_ARMS):
        logs = [training_log(folder, arm) for folder in folders]
        tokens = mean(last(log, "num_tokens") for log in logs) if arm in ARMS else None
        rows.append(
            [
                arm,
                f"{mean(last(log, 'step') for log in logs):,.0f}",
                f"{tokens:,.0f}" if tokens else _NONE,
                f"{mean(last(log, 'train_runtime') for log in logs):,.0f}",
            ]
        )
    return "Training, a seed", ["arm", "steps", "tokens of fine-tuning", "seconds"], rows


def predictions(folders: Sequence[Path], runs: Sequence[Runs]) -> Table:
    """Arms by how often they predict an output, and how often every step on the way is right too."""
    rows = []
    for arm in PREDICTORS:
        exact = math.nan
        if arm in EXPLAINERS:
            exact = mean(read_json(exactness_file(folder, arm))["exact"] for folder in folders)
        rows.append(
            [
                arm,
                percent(average(runs, f"greedy-{arm}", PREDICT, "output_pass", 1)),
                percent(exact),
                percent(average(runs, f"warm-{arm}", PREDICT, "output_pass", 1)),
            ]
        )
    heads = ["arm", "right, greedily", "right in every step, greedily", "right at temperature 1"]
    return "Output prediction (mixed), in percent", heads, rows


def verification(runs: Sequence[Runs]) -> Table:
    """Levels by what choosing among n samples brings. What clear wording leaves is no ambiguity's doing."""
    n = runs[0].samples
    rows, gains = [], {}
    for level in LEVELS:
        name = f"joint-{level}"
        one = average(runs, name, VERIFY, "pass", 1)
        shown = [
            one,
            average(runs, name, VERIFY, "short1", n),
            average(runs, name, VERIFY, "best_simulate", n),
            average(runs, name, VERIFY, "best_exec", n),
            average(runs, name, VERIFY, "pass", n),
        ]
        gains[level] = shown[2] - one
        rows.append([level, *map(percent, shown), f"{100 * gains[level]:+.1f}"])
    heads = ["level", "pass@1", f"short1@{n}", f"best@{n} simulate", f"best@{n} exec", f"pass@{n}", "gain"]
    if gains["loose"] > 0:
        share = 1 - gains["clear"] / gains["loose"]
        rows.append(["the loose gain that loose wording makes", *[""] * 5, f"{100 * share:.0f} %"])
    return "Self-verification by the joint arm, in percent", heads, rows


def repairs(runs: Sequence[Runs]) -> Table:
    """Runs by what self-fix makes of their first programs."""
    rows = []
    for name in _SELF_FIXED:
        for regime, label in ((FIX, "predicted"), (FIX_EXECUTED, "executed")):
            if not find(runs[0][name].metrics, regime, "pass", 1):
                continue
            rows.append(
                [
                    name,
                    label,
                    percent(average(runs, name, DIRECT, "pass", 1)),
                    percent(average(runs, name, regime, "pass", 1)),
                    f"{average(runs, name, regime, 'mean_turns'):.2f}",
                    percent(average(runs, name, regime, "fixed")),
                    percent(average(runs, name, regime, "broken")),
                ]
            )
    heads = ["run", "feedback", "pass@1 direct", "pass@1 self-fix", "mean turns", "fixed", "broken"]
    return "Self-fix, in percent", heads, rows


def average(runs: Sequence[Runs], name: str, regime: str, metric: str, k: int | None = None) -> float:
    """A metric of a run, averaged over seeds; NaN where one has none."""
    found = [find(each[name].metrics, regime, metric, k) for each in runs]
    return mean(math.nan if row is None else row["value"] for row in found)


def find(
    rows: Iterable[Mapping[str, Any]], regime: str, metric: str, k: int | None
) -> Mapping[str, Any] | None:
    """The row of metrics.json of this metric over all problems, if it has a value."""
    for row in rows:
        same = (row["regime"], row["metric"], row["k"], row["group"]) == (regime, metric, k, None)
        if same and row["value"] is not None:
            return row
    return None


def training_log(folder: Path, arm: str) -> list[dict[str, Any]]:
    lines = (trained(folder, arm).parent / "log.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def last(log: Sequence[Mapping[str, Any]], name: str) -> float:
    """The last value of that name in a training log."""
    return next(float(line[name]) for line in reversed(log) if name in line)


def mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)


def percent(share: float) -> str:
    return _NONE if math.isnan(share) else f"{100 * share:.1f}"


def markdown(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"## {title}", "", f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])
