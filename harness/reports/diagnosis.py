"""The sections of a page that say why: where a model succeeds, how it simulates, how its solutions end."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.regimes.estimates import per_problem
from harness.reports import breakdowns, charts
from harness.reports.blocks import (
    Matrix,
    MetricRows,
    Note,
    Section,
    Table,
    bounds,
    figure,
    interval,
    parts_table,
    signed,
    tenths,
    whiskers,
)
from harness.reports.breakdowns import VERDICT_WORDS, Part
from harness.reports.charts import percent_interval
from harness.reports.entries import Loaded
from harness.reports.values import DIRECT, PREDICT, VERIFY
from harness.runs import open_run

# What makes a program hard to predict, as the groups of metrics.json name it.
FEATURES = {
    "events": "steps that the program takes",
    "lines": "lines of the program",
    "loop_depth": "depth of its loops",
    "digits": "digits of its largest number",
}


def where(loaded: Loaded, cutoff: str | None) -> Section:
    """Accuracy of direct solving by difficulty, date, topic and program length."""
    values = per_problem(loaded.facts, DIRECT, "pass", 1)
    if not values:
        return Section("where", "Where it succeeds")
    overall = math.fsum(values.values()) / len(values)
    blocks: list[Any] = []
    difficulty = breakdowns.by_tag(loaded.facts, values, "difficulty", ("easy", "medium", "hard"))
    if difficulty:
        blocks.append(whiskers("By difficulty", "pass@1 by difficulty", difficulty, overall))
    dates = breakdowns.by_date(loaded.facts, values)
    if len(dates) > 1:
        blocks += _dates(loaded, values, dates, cutoff)
    for tag in ("platform", "topic"):
        parts = breakdowns.by_tag(loaded.facts, values, tag)
        if 1 < len(parts) <= 20:
            blocks.append(whiskers(f"By {tag}", f"pass@1 by {tag}", parts, overall))
    run = open_run(loaded.directory)
    lengths = {
        (row["problem_id"], row["sample"]): len(row["code"].strip().splitlines())
        for row in run["solutions"].rows(["problem_id", "sample", "code"])
        if row["code"]
    }
    parts = breakdowns.by_length(loaded.facts, lengths)
    if parts:
        share = sum(one.passed for key, one in loaded.facts.direct.items() if key in lengths)
        total = sum(key in lengths for key in loaded.facts.direct)
        blocks.append(
            whiskers(
                "By length of the program", "share of correct programs by lines of code", parts, share / total
            )
        )
    lead = (
        "pass@1 in percent with 95 % intervals over problems; the rule is the mean of all." if blocks else ""
    )
    return Section("where", "Where it succeeds", lead, blocks, empty="the problems carry no tags")


def _dates(
    loaded: Loaded, values: Mapping[str, float], dates: Sequence[Part], cutoff: str | None
) -> list[Any]:
    chart = figure(
        lambda width: charts.timeline(
            dates,
            "pass@1 by date",
            "pass@1 by date of the problem: "
            + "; ".join(f"{part.label} {percent_interval(part.interval)}" for part in dates),
            width,
            cutoff,
        ),
        "By date of the problem",
        parts_table("date", dates),
    )
    if cutoff is None:
        return [chart]
    split = breakdowns.by_cutoff(loaded.facts, dict(values), cutoff)
    if split is None:
        return [chart, Note(f"No problem lies on the other side of the cut-off {cutoff}.")]
    sides = [
        [part.label, percent_interval(part.interval), part.n_problems] for part in (split.before, split.after)
    ]
    difference = split.difference
    sides.append(["difference", f"{signed(difference.value)} {bounds(difference, signed)}", ""])
    caption = f"Before and after the model's cut-off, {cutoff}"
    return [chart, Table(["problems", "pass@1", "problems counted"], sides, caption)]


def verifier(loaded: Loaded, found: MetricRows) -> Section:
    """How well programs are predicted: confusion, calibration, by verdict, and kinds of wrong answers."""
    blocks: list[Any] = []
    for group in ("public tests", "all tests"):
        cells = {
            name: found.get(VERIFY, f"verifier_{name}", None, group)
            for name in ("true_pass", "false_pass", "false_fail", "true_fail")
        }
        if any(value is None for value in cells.values()):
            continue

        def cell(name: str, words: str, cells: Any = cells) -> tuple[float, str, str]:
            return cells[name].value, percent_interval(cells[name]), words

        precision, recall = (
            found.get(VERIFY, f"verifier_{name}", None, group) for name in ("precision", "recall")
        )
        words = [
            f"{name} {tenths(value.value)} %"
            for name, value in (("precision", precision), ("recall", recall))
            if value is not None
        ]
        blocks.append(
            Matrix(
                f"The verifier against {'the' if group == 'public tests' else ''} {group}".replace("  ", " "),
                ["really passes", "really fails"],
                [
                    (
                        "predicted to pass",
                        [cell("true_pass", "rightly trusted"), cell("false_pass", "fooled")],
                    ),
                    (
                        "predicted to fail",
                        [cell("false_fail", "wrongly rejected"), cell("true_fail", "caught")],
                    ),
                ],
                "prediction",
                "truth",
                (", ".join(words) + ". ").capitalize()
                + "A majority of attempts has to pass every public test.",
            )
        )
    bins = breakdowns.calibration(loaded.facts)
    if bins:
        table = Table(
            ["predicted", "really pass", "items"],
            [[tenths(one.predicted), percent_interval(one.real), f"{one.count:,}"] for one in bins],
        )
        description = "Of items predicted to pass with a given share of attempts, how many do: " + "; ".join(
            f"{tenths(one.predicted)} % predicted, {tenths(one.real.value)} % real" for one in bins
        )
        blocks.append(
            figure(
                lambda width: charts.reliability(bins, "Calibration of the verifier", description, width),
                "Calibration: share of (program, public test) that really pass, percent",
                table,
                "On the diagonal a prediction is worth what it says. Larger dots stand for more items.",
            )
        )
    by_verdict = [
        Part(f"{name} · {VERDICT_WORDS.get(name, name)}", interval(row), row["n_problems"], row["n_samples"])
        for name, row in found.groups(PREDICT, "output_pass", "verdict=")
    ]
    overall = found.get(PREDICT, "output_pass", 1)
    if by_verdict and overall:
        blocks.append(
            whiskers(
                "Outputs predicted, by what really happens",
                "output pass@1 by verdict",
                by_verdict,
                overall.value,
            )
        )
    for name, words in FEATURES.items():
        by_feature = [
            Part(group.replace("-", "–"), interval(row), row["n_problems"], row["n_samples"])
            for group, row in found.groups(PREDICT, "output_pass", f"{name}=")
        ]
        if len(by_feature) > 1 and overall:
            by_feature.sort(key=_first_number)
            title = f"Outputs predicted, by {words}"
            blocks.append(whiskers(title, f"output pass@1 by {words}", by_feature, overall.value))
    kinds = sorted(
        ((name, row["value"]) for name, row in found.groups(PREDICT, "answer_share", "answer=")),
        key=lambda item: (item[0] != "right", -item[1]),
    )
    if kinds:
        rows = [(name, value, f"{100 * value:.1f} %") for name, value in kinds]
        blocks.append(
            figure(
                lambda width: charts.bars(
                    rows,
                    "Kinds of predicted answers",
                    ", ".join(f"{name} {text}" for name, _, text in rows),
                    width,
                    strong=1,
                ),
                "Predicted answers by kind",
                Table(["answer", "share"], [[name, tenths(value)] for name, value in kinds]),
            )
        )
    return Section("verifier", "How well it simulates", "", blocks)


def failures(loaded: Loaded) -> Section:
    """How solutions ended: accepted, or the verdict of the first failing test."""
    direct = list(loaded.facts.direct.values())
    if not direct:
        return Section("failures", "How solutions end")
    counts = breakdowns.outcomes(direct)
    rows = [
        (
            f"{name} · {VERDICT_WORDS.get(name, name)}",
            n / len(direct),
            f"{n:,} · {100 * n / len(direct):.1f} %",
        )
        for name, n in counts
    ]
    failed = sum(not one.passed for one in direct)
    hidden = sum(not one.passed and one.passed_public for one in direct if one.public_tests)
    blocks = [
        figure(
            lambda width: charts.bars(
                rows,
                "How solutions end",
                ", ".join(f"{label} {text}" for label, _, text in rows),
                width,
                strong=int(counts[0][0] == "AC"),
            ),
            f"{len(direct):,} solutions by the verdict of their first failing test",
            Table(
                ["verdict", "meaning", "solutions", "percent"],
                [[k, VERDICT_WORDS.get(k, k), f"{n:,}", f"{100 * n / len(direct):.1f}"] for k, n in counts],
            ),
        )
    ]
    lead = ""
    if failed:
        lead = f"{hidden:,} of {failed:,} wrong solutions pass every public test: no public test can tell."
    return Section("failures", "How solutions end", lead, blocks)


def _first_number(part: Part) -> float:
    """`31–100` as 31; an open class (`over 100`) after the others."""
    number = re.search(r"\d+", part.label)
    return math.inf if number is None or part.label.startswith("over") else int(number[0])
