"""A run's tables -> the metrics of metrics.json.

A metric is a mean over problems of a per-problem estimate, clustered by contest where problems share one.
Output prediction averages over items (solution, public test) and clusters by problem. `ci_low` and `ci_high`
are a Student-t interval over problems, `boot_low` and `boot_high` a percentile bootstrap of the same mean.
Undefined (k > n, or nothing to count) is None, never a number.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from harness.answers import prediction_kind
from harness.metrics import bootstrap_interval, pass_at_k, t_interval
from harness.regimes import DIRECT, OUTPUT_PREDICTION, SELF_VERIFY, features
from harness.regimes.estimates import ANSWER_METRIC, Samples, estimator, predicted_items, samples
from harness.regimes.outcomes import Facts, Judged, Predicted, read
from harness.runs import Run

Row = dict[str, Any]

TRANSITIONS = {
    (False, True): "fixed",
    (True, False): "broken",
    (True, True): "both_pass",
    (False, False): "both_fail",
}


def summarise(run: Run, manifest: Mapping[str, Any]) -> list[Row]:
    """All metrics of a run, as the tidy rows of metrics.json."""
    facts = read(run)
    ks = sorted(set(manifest["asked"]["ks"]))
    pooling = manifest["determines"].get("pooling", "mean")
    rows = direct_metrics(facts, ks)
    if facts.predictions:
        rows += prediction_metrics(facts, ks)
        rows += verify_metrics(facts, ks, pooling)
    for regime in sorted(facts.episodes):
        rows += fix_metrics(facts, regime, ks)
    return rows


def direct_metrics(facts: Facts, ks: Sequence[int]) -> list[Row]:
    """pass@k and short1@k on all tests, public_pass@k; output_pass@k where the answer is the solution."""
    styles = {facts.problems[problem]["style"] for problem, _ in facts.direct}
    if len(styles) == 1 and (metric := ANSWER_METRIC.get(next(iter(styles)))):
        return _curve(facts, OUTPUT_PREDICTION, metric, ks)
    return [row for metric in ("pass", "public_pass", "short1") for row in _curve(facts, DIRECT, metric, ks)]


def verify_metrics(facts: Facts, ks: Sequence[int], pooling: str) -> list[Row]:
    """best@k by simulation and by execution, pass@k and short1@k from the same samples, for every k <= n.

    A candidate's score is the number of public tests it is predicted (or really found) to pass. The
    simulation gap is the difference of the two, paired within each problem.
    """
    chosen = samples(facts, SELF_VERIFY, "pass")
    most = min((len(judged) for judged in chosen.values()), default=0)
    every_k = sorted({*range(1, most + 1), *ks})
    curves = [
        _curve(facts, SELF_VERIFY, metric, every_k, pooling)
        for metric in ("pass", "short1", "best_simulate", "best_exec", "simulation_gap")
    ]
    return [row for at_k in zip(*curves, strict=True) for row in at_k] + verifier_confusion(facts, chosen)


def verifier_confusion(facts: Facts, chosen: Samples) -> list[Row]:
    """Candidates by what is predicted (a majority of attempts passes every public test) and what is true.

    Counts as shares of all candidates, precision and recall; once against the public tests, which is what
    is predicted, and once against all tests, which is what is wanted. Candidates without a program are
    left out: nothing is predicted of them.
    """
    rows = []
    for group, truth in (("public tests", _truth_public), ("all tests", _truth_all)):
        cells: dict[str, list[tuple[bool, bool]]] = {
            problem: [
                (_predicted_pass(facts.predictions[key]), truth(one))
                for key, one in judged.items()
                if key in facts.predictions
            ]
            for problem, judged in chosen.items()
        }
        flat = [cell for of_problem in cells.values() for cell in of_problem]
        counts = Counter(flat)
        for name, cell in (
            ("verifier_true_pass", (True, True)),
            ("verifier_false_pass", (True, False)),
            ("verifier_false_fail", (False, True)),
            ("verifier_true_fail", (False, False)),
        ):
            items = [
                (problem, float(one == cell)) for problem, of_problem in cells.items() for one in of_problem
            ]
            rows.append(_item_row(SELF_VERIFY, name, items, group=group))
        predicted = counts[True, True] + counts[True, False]
        real = counts[True, True] + counts[False, True]
        for name, total in (("verifier_precision", predicted), ("verifier_recall", real)):
            value = counts[True, True] / total if total else None
            rows.append(_plain_row(SELF_VERIFY, name, value, len(cells), len(flat), group=group))
    return rows


def prediction_metrics(facts: Facts, ks: Sequence[int]) -> list[Row]:
    """output_pass@k over (solution, public test) items, whole and broken down, and the kinds of answers."""
    items = predicted_items(facts)
    rows = [
        _item_row(
            OUTPUT_PREDICTION,
            "output_pass",
            [(key[0], pass_at_k(len(one.actual), sum(one.actual), k)) for key, _, one in items],
            k,
        )
        for k in ks
    ]
    groups: dict[str, list[tuple[str, float]]] = defaultdict(list)
    kinds: Counter[str] = Counter()
    for key, test, one in items:
        share = sum(one.actual) / len(one.actual)
        program = (key[0], facts.digests[key], test)
        verdict = f"verdict={facts.direct[key].verdicts[test]}"
        for group in (verdict, *features.groups(facts.programs.get(program))):
            groups[group].append((key[0], share))
        truth = facts.executions[program]
        kinds.update(
            prediction_kind(answer, truth, right)
            for answer, right in zip(one.answers, one.actual, strict=True)
        )
    rows += [_item_row(OUTPUT_PREDICTION, "output_pass", groups[group], 1, group) for group in sorted(groups)]
    total = sum(kinds.values())
    problems = len({key[0] for key, _, _ in items})
    return rows + [
        _plain_row(
            OUTPUT_PREDICTION, "answer_share", kinds[kind] / total, problems, total, group=f"answer={kind}"
        )
        for kind in sorted(kinds)
    ]


def fix_metrics(facts: Facts, regime: str, ks: Sequence[int]) -> list[Row]:
    """pass@k and public_pass@k of final programs, mean solution turns, and what became of the first ones."""
    episodes = facts.episodes[regime]
    rows = [row for metric in ("pass", "public_pass") for row in _curve(facts, regime, metric, ks)]
    items = [(key[0], float(episode.solutions)) for key, episode in episodes.items()]
    rows.append(_item_row(regime, "mean_turns", items))
    for group, truth in ((None, _truth_all), ("public tests", _truth_public)):
        changes = [
            (key[0], (truth(facts.direct[key]), truth(episode.final)))
            for key, episode in episodes.items()
            if key in facts.direct
        ]
        for change, name in TRANSITIONS.items():
            share = [(problem, float(one == change)) for problem, one in changes]
            rows.append(_item_row(regime, name, share, group=group))
    for how in ("submit", "limit", "unparsable"):
        share = [(key[0], float(episode.ended == how)) for key, episode in episodes.items()]
        rows.append(_item_row(regime, "ended", share, group=f"ended={how}"))
    return rows


def _truth_all(judged: Judged) -> bool:
    return judged.passed


def _truth_public(judged: Judged) -> bool:
    return judged.passed_public


def _predicted_pass(predictions: Mapping[int, Predicted]) -> bool:
    return all(2 * sum(one.expected) > len(one.expected) for one in predictions.values())


# Rows.


def _curve(facts: Facts, regime: str, metric: str, ks: Sequence[int], pooling: str = "mean") -> list[Row]:
    """A metric at each k: a mean over problems, clustered by contest."""
    chosen, estimate = samples(facts, regime, metric), estimator(facts, metric, pooling)
    clusters = [facts.clusters[problem] for problem in chosen]
    total = sum(map(len, chosen.values()))
    return [
        _mean_row(
            _plain_row(regime, metric, None, len(chosen), total, k),
            [estimate(judged, k) for judged in chosen.values()],
            clusters,
        )
        for k in ks
    ]


def _item_row(
    regime: str,
    metric: str,
    items: Sequence[tuple[str, float]],
    k: int | None = None,
    group: str | None = None,
) -> Row:
    """A mean over items, each named with its problem, which is its cluster."""
    clusters = [problem for problem, _ in items]
    row = _plain_row(regime, metric, None, len(set(clusters)), len(items), k, group)
    return _mean_row(row, [value for _, value in items], clusters)


def _mean_row(row: Row, values: Sequence[float], clusters: Sequence[str]) -> Row:
    """`row` with the mean of `values` and both its intervals."""
    interval = t_interval(values, clusters)
    resampled = bootstrap_interval(values, clusters)
    return row | {
        "value": _finite(interval.value),
        "ci_low": _finite(interval.low),
        "ci_high": _finite(interval.high),
        "boot_low": _finite(resampled.low),
        "boot_high": _finite(resampled.high),
    }


def _plain_row(
    regime: str,
    metric: str,
    value: float | None,
    n_problems: int,
    n_samples: int,
    k: int | None = None,
    group: str | None = None,
) -> Row:
    return {
        "regime": regime,
        "metric": metric,
        "k": k,
        "group": group,
        "value": None if value is None else _finite(value),
        "ci_low": None,
        "ci_high": None,
        "boot_low": None,
        "boot_high": None,
        "n_problems": n_problems,
        "n_samples": n_samples,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
