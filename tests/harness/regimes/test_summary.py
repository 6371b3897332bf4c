"""Metrics from facts: hand-computed values, and an independent estimate by drawing every subset."""

from itertools import combinations
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.regimes import estimates, summary
from harness.regimes.outcomes import Episode, Facts, Judged, Predicted

KS = [1, 2, 3]


def judged(passed, public_passed, public_tests=2):
    """A solution with its public tests first and one private test that decides the rest."""
    public = ["AC"] * public_passed + ["WA"] * (public_tests - public_passed)
    private = "AC" if passed else "WA"
    verdicts = dict(enumerate([*public, private]))
    assert passed == all(verdict == "AC" for verdict in verdicts.values())
    return Judged(passed, public_passed, public_tests, verdicts)


def facts(problems, predictions=None, lengths=None, episodes=None, contests=None):
    """`problems`: problem -> list of Judged, one per sample."""
    direct = {(name, i): one for name, samples in problems.items() for i, one in enumerate(samples)}
    return Facts(
        problems={name: {"style": "stdin", "contest": ""} for name in problems},
        clusters=contests or {name: name for name in problems},
        direct=direct,
        lengths=lengths or {key: 10 for key in direct},
        digests={key: f"{key}" for key in direct},
        predictions=predictions or {},
        executions={(key[0], f"{key}", test): "1" for key in direct for test in range(2)},
        episodes=episodes or {},
    )


def value(rows, regime, metric, k=None, group=None):
    (row,) = [
        row
        for row in rows
        if (row["regime"], row["metric"], row["k"], row["group"]) == (regime, metric, k, group)
    ]
    return row["value"]


RIGHT, PUBLIC_ONLY, WRONG = judged(True, 2), judged(False, 2), judged(False, 0)


def test_pass_at_k_averages_over_problems_not_samples():
    rows = summary.direct_metrics(facts({"a": [RIGHT, WRONG], "b": [WRONG, WRONG]}), [1, 2, 3])
    assert value(rows, "direct", "pass", 1) == pytest.approx((1 / 2 + 0) / 2)
    assert value(rows, "direct", "pass", 2) == pytest.approx((1 + 0) / 2)
    assert value(rows, "direct", "pass", 3) is None, "k > n is undefined, not 1.0"


def test_public_pass_counts_public_tests_only():
    rows = summary.direct_metrics(facts({"a": [PUBLIC_ONLY, WRONG]}), [1])
    assert value(rows, "direct", "pass", 1) == 0
    assert value(rows, "direct", "public_pass", 1) == 0.5


def test_short1_takes_the_shortest_and_an_unclosed_reasoning_last():
    lengths = {("a", 0): None, ("a", 1): 30, ("a", 2): 20}
    rows = summary.direct_metrics(facts({"a": [WRONG, WRONG, RIGHT]}, lengths=lengths), [3])
    assert value(rows, "direct", "short1", 3) == 1
    lengths = {("a", 0): 30, ("a", 1): 25, ("a", 2): None}
    rows = summary.direct_metrics(facts({"a": [WRONG, WRONG, RIGHT]}, lengths=lengths), [3])
    assert value(rows, "direct", "short1", 3) == 0


def predicted(expected, actual=None, answers=None):
    return Predicted(
        tuple(expected),
        tuple(actual or expected),
        tuple(answers or ["1" if hit else "2" for hit in expected]),
    )


def perfect(problems):
    """A simulator that is right about every public test of every solution."""
    return {
        (name, i): {test: predicted([one.verdicts[test] == "AC"] * 5, [True] * 5) for test in range(2)}
        for name, samples in problems.items()
        for i, one in enumerate(samples)
    }


solutions = st.lists(
    st.builds(
        lambda public, private: judged(public == 2 and private, public),
        st.integers(0, 2),
        st.booleans(),
    ),
    min_size=3,
    max_size=6,
)


@given(st.dictionaries(st.sampled_from("abcd"), solutions, min_size=2))
def test_a_perfect_simulator_equals_the_oracle_exactly(problems):
    rows = summary.verify_metrics(facts(problems, perfect(problems)), KS, "mean")
    for k in KS:
        assert value(rows, "self-verify", "best_simulate", k) == value(rows, "self-verify", "best_exec", k)
        assert value(rows, "self-verify", "simulation_gap", k) == 0


@given(st.dictionaries(st.sampled_from("abcd"), solutions, min_size=2), st.data())
@settings(max_examples=50)
def test_best_of_k_equals_drawing_every_subset_and_picking_the_highest_score(problems, data):
    predictions = {
        (name, i): {
            test: predicted(data.draw(st.lists(st.booleans(), min_size=2, max_size=2))) for test in range(2)
        }
        for name, samples in problems.items()
        for i in range(len(samples))
    }
    rows = summary.verify_metrics(facts(problems, predictions), KS, "mean")

    def picked(name, subset, score):
        best = max(score(name, i) for i in subset)
        return mean(problems[name][i].passed for i in subset if score(name, i) == best)

    def simulate(name, i):
        return sum(sum(one.expected) for one in predictions[name, i].values())

    def execute(name, i):
        return problems[name][i].public_passed

    for metric, score in (("best_simulate", simulate), ("best_exec", execute)):
        for k in KS:
            expected = mean(
                mean(picked(name, subset, score) for subset in combinations(range(len(samples)), k))
                for name, samples in problems.items()
            )
            assert value(rows, "self-verify", metric, k) == pytest.approx(expected)


def test_a_simulator_that_always_says_the_same_gives_pass_at_1():
    problems = {"a": [RIGHT, WRONG, WRONG], "b": [RIGHT, RIGHT, WRONG]}
    constant = {key: {0: predicted([True]), 1: predicted([True])} for key in facts(problems).direct}
    rows = summary.verify_metrics(facts(problems, constant), KS, "mean")
    for k in KS:
        assert value(rows, "self-verify", "best_simulate", k) == pytest.approx(
            value(rows, "self-verify", "pass", 1)
        )


def test_pooling_by_mean_counts_attempts_and_by_majority_tests():
    attempts = {0: predicted([True, True, False]), 1: predicted([True, False, False])}
    assert estimates.simulated_score(attempts, "mean") == pytest.approx(2 / 3 + 1 / 3)
    assert estimates.simulated_score(attempts, "majority") == 1


def test_half_of_the_attempts_is_no_majority():
    split = {0: predicted([True, False])}
    assert estimates.simulated_score(split, "majority") == 0
    rows = summary.verify_metrics(facts({"a": [RIGHT]}, {("a", 0): split}), [1], "mean")
    assert value(rows, "self-verify", "verifier_false_fail", group="all tests") == 1


def test_the_confusion_table_precision_and_recall():
    problems = {"a": [RIGHT, RIGHT, PUBLIC_ONLY, WRONG]}
    says_pass = {0: predicted([True]), 1: predicted([True])}
    says_fail = {0: predicted([True]), 1: predicted([False])}
    predictions = dict(zip(facts(problems).direct, [says_pass, says_fail, says_pass, says_fail], strict=True))
    rows = summary.verify_metrics(facts(problems, predictions), [1], "mean")
    on_all = {
        name: value(rows, "self-verify", f"verifier_{name}", group="all tests")
        for name in ("true_pass", "false_pass", "false_fail", "true_fail", "precision", "recall")
    }
    assert on_all == {
        "true_pass": 0.25,
        "false_pass": 0.25,
        "false_fail": 0.25,
        "true_fail": 0.25,
        "precision": 0.5,
        "recall": 0.5,
    }
    assert value(rows, "self-verify", "verifier_precision", group="public tests") == 1
    assert value(rows, "self-verify", "verifier_recall", group="public tests") == pytest.approx(2 / 3)


def test_a_candidate_without_a_program_ties_with_one_that_fails_every_test():
    problems = {"a": [RIGHT, WRONG, WRONG]}
    predictions = perfect(problems)
    del predictions["a", 2]
    rows = summary.verify_metrics(facts(problems, predictions), [1, 2], "mean")
    assert value(rows, "self-verify", "best_simulate", 2) == value(rows, "self-verify", "best_exec", 2)


def test_output_prediction_averages_over_items_and_says_how_answers_are_wrong():
    problems = {"a": [RIGHT], "b": [WRONG]}
    given_facts = facts(
        problems,
        {
            ("a", 0): {0: predicted([True] * 4, [True, True, False, False], ["1", "1", None, "7"])},
            ("b", 0): {1: predicted([False] * 4, [False] * 4, ["<timeout>", "8", "8", "8"])},
        },
    )
    rows = summary.prediction_metrics(given_facts, [1, 2])
    assert value(rows, "output-prediction", "output_pass", 1) == pytest.approx((2 / 4 + 0) / 2)
    assert value(rows, "output-prediction", "output_pass", 2) == pytest.approx((1 - 1 / 6) / 2)
    assert value(rows, "output-prediction", "output_pass", 1, "verdict=AC") == 0.5
    assert value(rows, "output-prediction", "output_pass", 1, "verdict=WA") == 0
    shares = {
        kind: value(rows, "output-prediction", "answer_share", group=f"answer={kind}")
        for kind in ("right", "no answer", "value", "crash imagined")
    }
    assert shares == {"right": 2 / 8, "no answer": 1 / 8, "value": 4 / 8, "crash imagined": 1 / 8}


def test_transitions_turns_and_endings_of_self_fix():
    problems = {"a": [RIGHT, RIGHT], "b": [WRONG, PUBLIC_ONLY]}
    episodes = {
        ("a", 0): Episode(RIGHT, 1, "submit"),
        ("a", 1): Episode(WRONG, 2, "submit"),
        ("b", 0): Episode(RIGHT, 3, "limit"),
        ("b", 1): Episode(PUBLIC_ONLY, 1, "unparsable"),
    }
    rows = summary.fix_metrics(facts(problems, episodes={"self-fix": episodes}), "self-fix", [1, 2])
    assert value(rows, "self-fix", "pass", 1) == 0.5
    assert value(rows, "self-fix", "pass", 2) == 1
    assert value(rows, "self-fix", "public_pass", 1) == 0.75
    assert value(rows, "self-fix", "mean_turns") == pytest.approx(7 / 4)
    for name in ("fixed", "broken", "both_pass", "both_fail"):
        assert value(rows, "self-fix", name) == 0.25
    on_public = {
        name: value(rows, "self-fix", name, group="public tests")
        for name in ("fixed", "broken", "both_pass", "both_fail")
    }
    assert on_public == {"fixed": 0.25, "broken": 0.25, "both_pass": 0.5, "both_fail": 0.0}
    assert value(rows, "self-fix", "ended", group="ended=submit") == 0.5


def test_problems_of_one_contest_are_one_cluster_and_widen_the_interval():
    problems = {name: [RIGHT if name in "abcd" else WRONG] for name in "abcdefgh"}
    alone = summary.direct_metrics(facts(problems), [1])[0]
    contests = {name: "first" if name in "abcd" else "second" for name in problems}
    together = summary.direct_metrics(facts(problems, contests=contests), [1])[0]
    assert alone["value"] == together["value"] == 0.5
    assert together["ci_high"] - together["ci_low"] > alone["ci_high"] - alone["ci_low"]
