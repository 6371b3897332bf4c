"""The estimators agree with brute force, and the intervals cover what they claim."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, permutations
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.metrics import (
    bootstrap_interval,
    compare,
    pass_at_k,
    rank_score_at_k,
    short1_at_k,
    t_interval,
    tiers,
)

samples = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=8)


def brute_force(scores, passed, k):
    """The mean over all k-subsets of the mean result of the subset's best-scored samples, exactly."""
    total = count = Fraction(0)
    for subset in combinations(range(len(scores)), k):
        best = max(scores[i] for i in subset)
        results = [passed[i] for i in subset if scores[i] == best]
        total += Fraction(sum(results), len(results))
        count += 1
    return total / count


@given(samples, st.data())
def test_rank_score_equals_the_mean_over_all_subsets(pairs, data):
    scores, passed = zip(*pairs, strict=True)
    k = data.draw(st.integers(1, len(pairs)))
    assert rank_score_at_k(scores, passed, k) == pytest.approx(
        float(brute_force(scores, passed, k)), abs=1e-14
    )


@given(samples, st.data())
def test_a_constant_score_gives_pass_at_1(pairs, data):
    passed = [result for _, result in pairs]
    k = data.draw(st.integers(1, len(pairs)))
    expected = pass_at_k(len(passed), sum(passed), 1)
    assert rank_score_at_k([7.0] * len(passed), passed, k) == pytest.approx(expected, abs=1e-14)


@given(samples, st.data())
def test_the_result_as_score_gives_pass_at_k(pairs, data):
    passed = [result for _, result in pairs]
    k = data.draw(st.integers(1, len(pairs)))
    expected = pass_at_k(len(passed), sum(passed), k)
    assert rank_score_at_k(passed, passed, k) == pytest.approx(expected, abs=1e-14)


@given(samples, st.data())
def test_rank_score_does_not_depend_on_the_order_of_samples(pairs, data):
    k = data.draw(st.integers(1, len(pairs)))
    shuffled = data.draw(st.permutations(pairs))
    one, other = (rank_score_at_k(*zip(*each, strict=True), k) for each in (pairs, shuffled))
    assert one == other


def test_a_tie_is_broken_evenly():
    """One of two best samples is right: each order of them is equally likely."""
    outcomes = []
    for order in permutations([(1, True), (1, False)]):
        outcomes.append(order[0][1])
    assert rank_score_at_k([1, 1, 0], [True, False, False], 3) == fmean(outcomes) == 0.5


@given(st.integers(1, 9), st.data())
def test_pass_at_k_equals_the_share_of_subsets_with_a_correct_sample(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    subsets = list(combinations(range(n), k))
    share = sum(any(i < c for i in subset) for subset in subsets) / len(subsets)
    assert pass_at_k(n, c, k) == pytest.approx(share, abs=1e-15)


@pytest.mark.parametrize("k", [1, 2, 10, 100, 199, 200])
@pytest.mark.parametrize("c", [0, 1, 100, 199, 200])
def test_pass_at_k_is_exact_to_the_last_bit_for_200_samples(c, k):
    exact = 1 - Fraction(math.comb(200 - c, k), math.comb(200, k))
    assert pass_at_k(200, c, k) == float(exact)


def test_rank_score_is_accurate_for_200_samples():
    scores = [i % 13 for i in range(200)]
    passed = [i % 3 == 0 for i in range(200)]
    total = Fraction(0)
    for i in range(200):
        # The chance that a given sample is the best of 50, as a sum over how many of its ties are drawn too.
        ties, below = scores.count(scores[i]) - 1, sum(score < scores[i] for score in scores)
        ways = sum(
            Fraction(math.comb(ties, t) * math.comb(below, 49 - t), t + 1) for t in range(min(ties, 49) + 1)
        )
        total += passed[i] * ways
    assert rank_score_at_k(scores, passed, 50) == pytest.approx(float(total / math.comb(200, 50)), rel=1e-14)


@pytest.mark.parametrize(
    "estimate", [lambda k: pass_at_k(4, 2, k), lambda k: rank_score_at_k([1], [True], k)]
)
def test_more_than_n_samples_are_undefined_and_not_1(estimate):
    assert math.isnan(estimate(5))


@pytest.mark.parametrize(
    "call",
    [
        lambda: pass_at_k(4, 5, 1),
        lambda: pass_at_k(4, 2, 0),
        lambda: rank_score_at_k([1.0, math.nan], [True, False], 1),
        lambda: rank_score_at_k([1.0], [True, False], 1),
        lambda: rank_score_at_k([1.0], [True], 0),
        lambda: t_interval([1.0, 0.0], ["a"]),
        lambda: compare({"a": 1.0}, {"b": 1.0}),
    ],
)
def test_nonsense_is_refused(call):
    with pytest.raises(ValueError, match=r"needs|NaN|scores for|values for|common"):
        call()


def test_short1_picks_the_shortest_and_an_unclosed_reasoning_last():
    assert short1_at_k([5, 3, None], [False, True, False], 3) == 1.0
    assert short1_at_k([5, None, 9], [True, True, False], 3) == 1.0
    # Pairs: (5, None) -> the closed one, (5, 9) -> 5, (None, 9) -> 9 although None is right.
    assert short1_at_k([5, None, 9], [True, True, False], 2) == pytest.approx(2 / 3)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_student_t_agrees_with_scipy(values):
    interval = t_interval(values)
    error = stdev(values) / math.sqrt(len(values))
    assert interval.value == pytest.approx(fmean(values))
    if error > 1e-9:
        low, high = stats.t.interval(0.95, len(values) - 1, fmean(values), error)
        assert (interval.low, interval.high) == (pytest.approx(low), pytest.approx(high))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_clusters_of_one_problem_each_change_nothing(values):
    plain, clustered = t_interval(values), t_interval(values, range(len(values)))
    assert clustered.low == pytest.approx(plain.low, abs=1e-12)
    assert bootstrap_interval(values, resamples=200) == bootstrap_interval(
        values, range(len(values)), resamples=200
    )


def test_copies_of_a_problem_in_one_cluster_add_no_certainty():
    """Twenty problems, each copied ten times: the interval is that of twenty, with the right clusters."""
    values = [float(i % 3 == 0) for i in range(20)]
    copied, names = values * 10, list(range(20)) * 10
    honest, fooled = t_interval(values), t_interval(copied)
    clustered = t_interval(copied, names)
    assert (clustered.low, clustered.high) == (pytest.approx(honest.low), pytest.approx(honest.high))
    assert fooled.high - fooled.low < (honest.high - honest.low) / 2


@pytest.mark.parametrize("interval", [t_interval, bootstrap_interval])
def test_an_interval_covers_the_truth_about_as_often_as_it_says(interval):
    rng = np.random.default_rng(1)
    runs = rng.random((300, 60)) < 0.6
    keywords = {"resamples": 500} if interval is bootstrap_interval else {}
    covered = [(i := interval(run.astype(float), **keywords)).low <= 0.6 <= i.high for run in runs]
    assert 0.90 <= fmean(covered) <= 0.99


def test_the_interval_at_287_problems_and_p_60_is_5_7_points():
    values = [1.0] * 172 + [0.0] * 115
    for interval in t_interval(values), bootstrap_interval(values):
        assert (interval.high - interval.low) / 2 == pytest.approx(0.057, abs=0.002)


def test_the_bootstrap_gives_the_same_interval_every_time():
    values = [math.sin(i) ** 2 for i in range(40)]
    assert bootstrap_interval(values) == bootstrap_interval(values)
    assert bootstrap_interval(values) != bootstrap_interval(values, seed=1)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5)), min_size=2, max_size=30).filter(
        lambda rows: len({cluster for _, cluster in rows}) > 1
    ),
    st.integers(0, 3),
)
def test_the_bootstrap_is_that_of_drawing_clusters_with_replacement(rows, seed):
    values, clusters = zip(*rows, strict=True)
    members = {name: [v for v, c in rows if c == name] for name in dict.fromkeys(clusters)}
    groups = list(members.values())
    drawn = np.random.default_rng(seed).integers(len(groups), size=(50, len(groups)), dtype=np.int32)
    means = [fmean([value for group in draw for value in groups[group]]) for draw in drawn]
    found = bootstrap_interval(values, clusters, resamples=50, seed=seed)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])), abs=1e-12)


def test_a_cluster_bootstrap_weighs_problems_and_not_contests():
    interval = bootstrap_interval([1.0, 1.0, 1.0, 0.0], ["a", "a", "a", "b"])
    assert interval.value == 0.75


@pytest.mark.parametrize("interval", [t_interval, bootstrap_interval])
@pytest.mark.parametrize("values", [[], [0.5, math.nan]])
def test_the_mean_of_nothing_or_of_an_undefined_value_is_undefined(interval, values):
    assert math.isnan(interval(values).value)
    assert math.isnan(interval(values).low)


@pytest.mark.parametrize("interval", [t_interval, bootstrap_interval])
def test_one_problem_has_a_mean_and_no_interval(interval):
    assert interval([0.5]).value == 0.5
    assert math.isnan(interval([0.5]).high)


def test_a_paired_comparison_sees_what_two_intervals_hide():
    hard = np.random.default_rng(0).random(100)
    one = {i: float(p) for i, p in enumerate(hard)}
    other = {i: float(p) - 0.02 + 0.01 * (i % 2) for i, p in enumerate(hard)}
    result = compare(one, other)
    assert result.difference == pytest.approx(0.015)
    assert result.low > 0
    assert result.p_value < 1e-6
    assert t_interval(list(one.values())).low < t_interval(list(other.values())).value


def test_a_comparison_uses_shared_problems_only_and_says_how_many_it_left_out():
    result = compare({"a": 1.0, "b": 0.0, "c": 1.0}, {"b": 0.5, "c": 0.0, "d": 1.0})
    assert (result.n_problems, result.left_out) == (2, 2)
    assert result.difference == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=20))
def test_the_p_value_is_that_of_the_paired_t_test(pairs):
    one, other = dict(enumerate(a for a, _ in pairs)), dict(enumerate(b for _, b in pairs))
    differences = [a - b for a, b in pairs]
    if stdev(differences) > 1e-6:
        expected = stats.ttest_rel(list(one.values()), list(other.values())).pvalue
        assert compare(one, other).p_value == pytest.approx(expected, rel=1e-6)
        assert compare(other, one).p_value == pytest.approx(expected, rel=1e-6)


def test_a_run_compared_with_itself_differs_by_nothing():
    result = compare({"a": 1.0, "b": 0.5}, {"a": 1.0, "b": 0.5})
    assert (result.difference, result.p_value) == (0.0, 1.0)


def test_runs_that_cannot_be_told_apart_share_a_tier():
    good = {i: float(i % 10 != 0) for i in range(100)}
    as_good = {i: float(i % 10 != 1) for i in range(100)}
    bad = {i: float(i % 10 == 0) for i in range(100)}
    assert tiers({"bad": bad, "good": good, "as good": as_good}) == {"good": 1, "as good": 1, "bad": 2}
