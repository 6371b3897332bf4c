"""Places say what paired tests support, whatever the order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.reports.tiers import Place, places


def drawn(seed, skills, problems=60):
    """One row a skill: shares of 20 samples on problems of varying hardness."""
    draw = np.random.default_rng(seed)
    hardness = draw.normal(size=problems)
    return {
        f"row-{number}": dict(enumerate(draw.binomial(20, 1 / (1 + np.exp(hardness - skill))) / 20))
        for number, skill in enumerate(skills)
    }


@given(st.integers(0, 10_000), st.lists(st.floats(-3, 3), min_size=1, max_size=7))
def test_places_do_not_depend_on_the_order_of_rows(seed, skills):
    rows = drawn(seed, skills)
    backwards = dict(reversed(rows.items()))
    found = places(rows)
    if len({sum(values.values()) for values in rows.values()}) == len(rows):
        assert found == places(backwards)
    assert {name: (one.rank_low, one.rank_high) for name, one in found.items()} == {
        name: (one.rank_low, one.rank_high) for name, one in places(backwards).items()
    }


@given(st.integers(0, 10_000), st.lists(st.floats(-3, 3), min_size=1, max_size=7))
def test_a_rank_range_holds_the_rank_of_the_means(seed, skills):
    rows = drawn(seed, skills)
    means = {name: sum(values.values()) for name, values in rows.items()}
    for name, place in places(rows).items():
        better = sum(mean > means[name] for mean in means.values())
        as_good = sum(mean >= means[name] for mean in means.values())
        assert place.rank_low <= better + 1
        assert place.rank_high >= as_good
        assert 1 <= place.tier <= len(rows)


def test_clearly_different_rows_have_a_place_each():
    rows = drawn(1, [3, 1, -1, -3])
    assert places(rows) == {f"row-{i}": Place(i + 1, i + 1, i + 1) for i in range(4)}


def test_equal_rows_share_every_place():
    rows = {name: {0: 0.5, 1: 0.25, 2: 1.0} for name in "abc"}
    assert set(places(rows).values()) == {Place(1, 1, 3)}


def test_contests_count_as_one():
    """Twelve problems of two contests are two observations, which tell nothing apart."""
    values = np.linspace(0.2, 0.6, 12)
    rows = {
        "low": dict(enumerate(values)),
        "high": dict(enumerate(values + 0.1 + 0.02 * (np.arange(12) < 6))),
    }
    assert places(rows)["low"].tier == 2
    contests = {number: number < 6 for number in range(12)}
    assert places(rows, contests)["low"].tier == 1


def test_no_rows_have_no_places():
    assert places({}) == {}


def test_rows_without_a_common_problem_are_refused():
    with pytest.raises(ValueError, match="no problem in common"):
        places({"a": {0: 1.0}, "b": {1: 1.0}})


SEVENTEEN = {0: 1, 1: 4, 2: 6, 3: 1, 4: 5}  # true tier -> how many models of exactly that skill


def seventeen_models(seed, samples):
    """Seventeen models on the same 880 problems, in five classes of equal skill."""
    draw = np.random.default_rng(seed)
    hardness = draw.normal(scale=1.5, size=880)
    rows, truth = {}, {}
    for tier, size in SEVENTEEN.items():
        chances = 1 / (1 + np.exp(hardness - 2 + tier))
        for number in range(size):
            name = f"model-{tier}{'abcdef'[number]}"
            rows[name] = dict(enumerate(draw.binomial(samples, chances) / samples))
            truth[name] = tier
    return rows, truth


@pytest.mark.parametrize("samples", [1, 10])
@pytest.mark.parametrize("seed", range(5))
def test_seventeen_models_of_five_skills_fall_into_five_tiers(seed, samples):
    rows, truth = seventeen_models(seed, samples)
    found = places(rows)
    assert {name: place.tier - 1 for name, place in found.items()} == truth
    best, worst = {}, {}
    for tier, size in SEVENTEEN.items():
        best[tier] = 1 + sum(SEVENTEEN[better] for better in range(tier))
        worst[tier] = best[tier] + size - 1
    for name, place in found.items():
        assert (place.rank_low, place.rank_high) == (best[truth[name]], worst[truth[name]]), name


def test_models_that_answer_alike_are_never_parted():
    rows, _ = seventeen_models(0, 10)
    copies = rows | {f"copy of {name}": values for name, values in rows.items()}
    found = places(copies)
    for name in rows:
        assert found[name] == found[f"copy of {name}"]


def test_a_bare_rank_would_part_what_a_tier_keeps_together():
    rows, truth = seventeen_models(1, 10)
    means = {name: np.mean(list(values.values())) for name, values in rows.items()}
    tied = [name for name, tier in truth.items() if tier == 2]
    assert len({means[name] for name in tied}) == len(tied)
    assert {places(rows)[name].tier for name in tied} == {3}
