"""Estimators over a problem's samples, and intervals over problems."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import numpy as np
from scipy.special import stdtr, stdtrit

NAN = float("nan")
LEVEL = 0.95
RESAMPLES = 10_000
_AT_ONCE = 2_000_000  # draws of the bootstrap at a time: bounds the memory


def pass_at_k(n: int, c: int, k: int) -> float:
    """Probability that k of a problem's n samples, drawn without replacement, hold a correct one; c are.

    1 - C(n-c, k) / C(n, k), unbiased (Chen et al., arXiv 2107.03374). NaN for k > n, where it is undefined.
    """
    if k < 1 or not 0 <= c <= n:
        raise ValueError(f"pass@k needs k >= 1 and 0 <= c <= n, not n={n} c={c} k={k}")
    if k > n:
        return NAN
    # The quotient of two integers is rounded once, however large they are.
    return (math.comb(n, k) - math.comb(n - c, k)) / math.comb(n, k)


def rank_score_at_k(scores: Sequence[float], passed: Sequence[bool], k: int) -> float:
    """Probability that the best-scored of k samples, drawn without replacement, is correct.

    The estimator of Hassid et al. (arXiv 2404.00725), with ties broken evenly at random in closed form:
    with m samples at or below a score and m' below it, the best of k draws has that score with probability
    [C(m, k) - C(m', k)] / C(n, k), and is then correct as often as the samples of that score are.
    NaN for k > n, where it is undefined.
    """
    n = len(scores)
    if len(passed) != n:
        raise ValueError(f"{n} scores for {len(passed)} results")
    if any(math.isnan(score) for score in scores):
        raise ValueError("a score is NaN: give a sample without a score the lowest one")
    if k < 1:
        raise ValueError(f"rank-score@k needs k >= 1, not {k}")
    if k > n:
        return NAN
    terms = []
    left = n
    ranked = sorted(zip(scores, passed, strict=True), key=itemgetter(0), reverse=True)
    for _, group in groupby(ranked, key=itemgetter(0)):
        results = [bool(result) for _, result in group]
        ways = math.comb(left, k) - math.comb(left - len(results), k)
        terms.append(ways * sum(results) / (math.comb(n, k) * len(results)))
        left -= len(results)
    return math.fsum(terms)


def short1_at_k(lengths: Sequence[int | None], passed: Sequence[bool], k: int) -> float:
    """Probability that the shortest of k samples is correct (Hassid et al., arXiv 2505.17813).

    A length is that of the reasoning, None where the reasoning never closed: such a sample comes last.
    """
    return rank_score_at_k([-math.inf if length is None else -length for length in lengths], passed, k)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over problems with its confidence interval; `low` and `high` are NaN where there is none."""

    value: float
    low: float
    high: float


def t_interval(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Interval:
    """Mean and Student-t interval. A value is a problem's, never a sample's: samples are not independent.

    `clusters` names each value's cluster (its contest): the variance is then that of cluster sums, with the
    factor G/(G-1) for G clusters and G-1 degrees of freedom; clusters of one value each give the plain
    interval. One NaN makes the mean undefined, and so does having no value. The interval may reach beyond
    0 and 1.
    """
    sums, sizes = _by_cluster(values, clusters)
    if not len(sums) or np.isnan(sums).any():
        return Interval(NAN, NAN, NAN)
    mean = float(sums.sum() / sizes.sum())
    error, freedom = _standard_error(sums, sizes)
    if freedom < 1:
        return Interval(mean, NAN, NAN)
    margin = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Interval(mean, mean - margin, mean + margin)


def bootstrap_interval(
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Mean and percentile bootstrap interval over problems, or over clusters of problems."""
    sums, sizes = _by_cluster(values, clusters)
    if not len(sums) or np.isnan(sums).any():
        return Interval(NAN, NAN, NAN)
    mean = float(sums.sum() / sizes.sum())
    if len(sums) < 2:
        return Interval(mean, NAN, NAN)
    counts = _drawn(len(sums), resamples, seed)
    # Not a matrix product: that would be made by threads, in an order that depends on the machine.
    means = np.einsum("ij,j->i", counts, sums) / np.einsum("ij,j->i", counts, sizes)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high))


@lru_cache(maxsize=2)
def _drawn(clusters: int, resamples: int, seed: int) -> np.ndarray:
    """How often each resample draws each cluster, as (resamples, clusters).

    A run has hundreds of metrics over the same problems: drawing anew for each would be most of the work.
    """
    rng = np.random.default_rng(seed)
    counts = np.empty((resamples, clusters), dtype=np.uint16 if clusters < 1 << 16 else np.uint32)
    step = max(1, _AT_ONCE // clusters)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = rng.integers(clusters, size=(rows, clusters), dtype=np.int32)
        places = drawn + clusters * np.arange(rows)[:, None]
        of_rows = np.bincount(places.ravel(), minlength=rows * clusters)
        counts[start : start + rows] = of_rows.reshape(rows, clusters)
    return counts


def _by_cluster(
    values: Sequence[float], clusters: Sequence[Hashable] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of the values of each cluster, in order of first appearance."""
    array = np.asarray(values, dtype=float)
    if clusters is None:
        return array, np.ones(len(array))
    if len(clusters) != len(array):
        raise ValueError(f"{len(array)} values for {len(clusters)} cluster names")
    index = {name: number for number, name in enumerate(dict.fromkeys(clusters))}
    numbers = np.array([index[name] for name in clusters], dtype=np.intp)
    return np.bincount(numbers, array, len(index)), np.bincount(numbers, minlength=len(index)).astype(float)


def _standard_error(sums: np.ndarray, sizes: np.ndarray) -> tuple[float, int]:
    """Standard error of the mean of all values, and its degrees of freedom."""
    groups, count = len(sums), sizes.sum()
    if groups < 2:
        return NAN, groups - 1
    residuals = sums - sizes * (sums.sum() / count)
    return float(np.sqrt(groups / (groups - 1) * np.square(residuals).sum()) / count), groups - 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """`one` minus `other` on the problems that both have: mean difference, its interval, two-sided p-value.

    `left_out` counts the problems that only one of them has.
    """

    difference: float
    low: float
    high: float
    p_value: float
    n_problems: int
    left_out: int


def compare(
    one: Mapping[Hashable, float],
    other: Mapping[Hashable, float],
    clusters: Mapping[Hashable, Hashable] | None = None,
    level: float = LEVEL,
) -> Comparison:
    """Paired comparison of two runs, by problem id (Student-t on the differences; see `t_interval`).

    Pairing takes out what makes a problem hard for both, which is most of the variance. `clusters` maps a
    problem id to its contest. Raises ValueError if the runs have no problem in common.
    """
    shared = [problem for problem in one if problem in other]
    if not shared:
        raise ValueError("the two runs have no problem in common")
    differences = [one[problem] - other[problem] for problem in shared]
    names = None if clusters is None else [clusters[problem] for problem in shared]
    interval = t_interval(differences, names, level)
    error, freedom = _standard_error(*_by_cluster(differences, names))
    if freedom < 1 or math.isnan(interval.value):
        p_value = NAN
    elif error == 0:
        p_value = 1.0 if interval.value == 0 else 0.0
    else:
        p_value = 2 * float(stdtr(freedom, -abs(interval.value) / error))
    left_out = len(one) + len(other) - 2 * len(shared)
    return Comparison(interval.value, interval.low, interval.high, p_value, len(shared), left_out)


def tiers(
    runs: Mapping[str, Mapping[Hashable, float]],
    clusters: Mapping[Hashable, Hashable] | None = None,
    level: float = LEVEL,
) -> dict[str, int]:
    """Which runs cannot be told apart: name -> tier, from 1, best mean first.

    Going down the means, a run opens a new tier when the paired interval of its difference to the first
    run of the current tier lies wholly below zero.
    """
    means = {name: float(np.mean(list(values.values()))) for name, values in runs.items()}
    result: dict[str, int] = {}
    leader, tier = None, 0
    for name in sorted(runs, key=lambda name: -means[name]):
        if leader is None or compare(runs[name], runs[leader], clusters, level).high < 0:
            leader, tier = name, tier + 1
        result[name] = tier
    return result
