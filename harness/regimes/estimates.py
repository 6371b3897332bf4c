"""What a metric is for one problem. Metrics are means of these values, and comparisons pair them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping

from harness.metrics import pass_at_k, rank_score_at_k, short1_at_k
from harness.regimes import OUTPUT_PREDICTION, SELF_VERIFY
from harness.regimes.outcomes import Facts, Judged, Key, Predicted

Samples = dict[str, dict[Key, Judged]]
Estimate = Callable[[Mapping[Key, Judged], int], float]

# Styles whose solutions are answers, not programs: solving them is output (or input) prediction.
ANSWER_METRIC = {"output": "output_pass", "input": "input_pass"}


def samples(facts: Facts, regime: str, metric: str) -> Samples:
    """The judged samples that `metric` counts, by problem: of self-fix the final programs.

    Where public tests are what it is about (public_pass, and choosing by them), problems without any are
    left out.
    """
    if regime in facts.episodes:
        judged: Mapping[Key, Judged] = {key: episode.final for key, episode in facts.episodes[regime].items()}
    else:
        judged = facts.direct
    problems: Samples = defaultdict(dict)
    for key in sorted(judged):
        problems[key[0]][key] = judged[key]
    if metric != "public_pass" and regime != SELF_VERIFY:
        return dict(problems)
    return {
        problem: of_problem
        for problem, of_problem in problems.items()
        if any(one.public_tests for one in of_problem.values())
    }


def estimator(facts: Facts, metric: str, pooling: str = "mean") -> Estimate:
    """(a problem's judged samples, k) -> its estimate of `metric`; NaN where it is undefined (k > n)."""

    def share(passed: Callable[[Judged], bool]) -> Estimate:
        return lambda judged, k: pass_at_k(len(judged), sum(map(passed, judged.values())), k)

    def best(score: Callable[[Key], float]) -> Estimate:
        return lambda judged, k: rank_score_at_k(
            [score(key) for key in judged], [one.passed for one in judged.values()], k
        )

    match metric:
        case "public_pass":
            return share(lambda one: one.passed_public)
        case "short1":
            return lambda judged, k: short1_at_k(
                [facts.lengths[key] for key in judged], [one.passed for one in judged.values()], k
            )
        case "best_simulate":
            scores = {key: simulated_score(facts.predictions.get(key, {}), pooling) for key in facts.direct}
            return best(scores.__getitem__)
        case "best_exec":
            return best(lambda key: facts.direct[key].public_passed)
        case "simulation_gap":
            executed, simulated = (estimator(facts, one, pooling) for one in ("best_exec", "best_simulate"))
            return lambda judged, k: executed(judged, k) - simulated(judged, k)
    return share(lambda one: one.passed)


def per_problem(facts: Facts, regime: str, metric: str, k: int, pooling: str = "mean") -> dict[str, float]:
    """The estimate of `metric` at `k` for each problem; problems where it is undefined are left out.

    Output prediction of programs has one value per (solution, public test): here it is their mean over the
    problem, while the metric is their mean over all.
    """
    if regime == OUTPUT_PREDICTION and metric == "output_pass" and facts.predictions:
        items: dict[str, list[float]] = defaultdict(list)
        for key, _, one in predicted_items(facts):
            items[key[0]].append(pass_at_k(len(one.actual), sum(one.actual), k))
        values = {problem: math.fsum(found) / len(found) for problem, found in items.items()}
    else:
        estimate = estimator(facts, metric, pooling)
        values = {problem: estimate(judged, k) for problem, judged in samples(facts, regime, metric).items()}
    return {problem: value for problem, value in values.items() if not math.isnan(value)}


def predicted_items(facts: Facts) -> list[tuple[Key, int, Predicted]]:
    """Every (solution, public test) that something was predicted of, in order."""
    return [
        (key, test, one)
        for key, tests in sorted(facts.predictions.items())
        if key in facts.direct
        for test, one in sorted(tests.items())
    ]


def simulated_score(predictions: Mapping[int, Predicted], pooling: str) -> float:
    """How many public tests a candidate is predicted to pass, its attempts pooled per test.

    mean: the share of attempts that predict a pass. majority: 1 if more than half do. The paper does not
    say how it pools.
    """
    shares = [sum(one.expected) / len(one.expected) for one in predictions.values()]
    return math.fsum(shares) if pooling == "mean" else float(sum(share > 0.5 for share in shares))
