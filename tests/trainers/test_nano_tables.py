"""The tables beside the claims of the miniature."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from harness.regimes import DIRECT
from harness.reports.values import FIX, FIX_EXECUTED, PREDICT, VERIFY
from trainers.recipes.nano import tables
from trainers.recipes.nano.plan import ARMS, EXPLAINERS, PREDICTORS, RL_ARMS, exactness_file, trained

N = 10


class Seed(dict):
    """Runs by name, as claims.Runs gives them."""

    samples = N


def run(**values):
    """A run with these metrics: regime__metric__k=value, k = 0 for none."""
    rows = []
    for name, value in values.items():
        regime, metric, k = name.split("__")
        regime = {"verify": VERIFY, "fix": FIX, "executed": FIX_EXECUTED, "predict": PREDICT}.get(
            regime, regime
        )
        row = {"regime": regime, "metric": metric, "k": int(k) or None, "value": value}
        rows += [row | {"group": "verdict=AC", "value": 0.123}, row | {"group": None}]
    return SimpleNamespace(metrics=rows)


def verified(one, best):
    return run(
        verify__pass__1=one,
        verify__short1__10=0.5,
        verify__best_simulate__10=best,
        verify__best_exec__10=0.9,
        verify__pass__10=0.95,
    )


def test_what_clear_wording_leaves_of_a_gain_is_told():
    seeds = [
        Seed(
            {
                "joint-clear": verified(0.7, 0.8),
                "joint-loose": verified(0.3, 0.7),
                "joint-mixed": verified(0, 0),
            }
        ),
        Seed(
            {
                "joint-clear": verified(0.5, 0.6),
                "joint-loose": verified(0.3, 0.7),
                "joint-mixed": verified(0, 0),
            }
        ),
    ]
    _, heads, rows = tables.verification(seeds)
    by_level = {row[0]: row for row in rows}
    assert by_level["clear"] == ["clear", "60.0", "50.0", "70.0", "90.0", "95.0", "+10.0"]
    assert by_level["loose"][-1] == "+40.0"
    assert rows[-1][-1] == "75 %"
    assert all(len(row) == len(heads) for row in rows)


def test_repairs_have_a_row_for_every_feedback_that_a_run_has():
    whole = {
        f"{regime}__{metric}__{k}": value
        for regime, shift in (("fix", 0.0), ("executed", 0.1))
        for metric, k, value in (
            ("pass", 1, 0.6 + shift),
            ("mean_turns", 0, 1.25),
            ("fixed", 0, 0.2),
            ("broken", 0, 0.05),
        )
    }
    simulated = {name: value for name, value in whole.items() if name.startswith("fix")}
    seed = Seed(dict.fromkeys(tables._SELF_FIXED, run(**{f"{DIRECT}__pass__1": 0.5}, **whole)))
    seed["scaffold"] = run(**{f"{DIRECT}__pass__1": 0.4}, **simulated)
    _, _, rows = tables.repairs([seed])
    assert [row[:2] for row in rows if row[0] == "scaffold"] == [["scaffold", "predicted"]]
    assert ["self-rlef", "executed", "50.0", "70.0", "1.25", "20.0", "5.0"] in rows


def test_a_metric_that_one_seed_lacks_is_no_number():
    seeds = [Seed(a=run(predict__output_pass__1=0.5)), Seed(a=run(predict__output_pass__2=0.5))]
    assert tables.percent(tables.average(seeds, "a", PREDICT, "output_pass", 1)) == "-"
    assert tables.percent(tables.average(seeds[:1], "a", PREDICT, "output_pass", 1)) == "50.0"


@pytest.fixture
def folders(tmp_path):
    """Two seeds' folders with training logs and exactness files."""
    for seed in (0, 1):
        for place, arm in enumerate((*ARMS, *RL_ARMS)):
            log = trained(tmp_path / str(seed), arm).parent / "log.jsonl"
            log.parent.mkdir(parents=True)
            lines = [{"step": 1, "num_tokens": 9.0}, {"step": 100 * (seed + 1), "num_tokens": 1000.0 * place}]
            lines += [{"step": 100 * (seed + 1), "train_runtime": 30.0}]
            log.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
        for arm in EXPLAINERS:
            path = exactness_file(tmp_path / str(seed), arm)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps({"exact": 0.4 + 0.2 * seed}), "utf-8")
    return [tmp_path / "0", tmp_path / "1"]


def test_budgets_are_means_of_the_logs(folders):
    _, heads, rows = tables.budgets(folders)
    arms = list(ARMS)
    assert rows[1] == [arms[1], "150", "1,000", "30"]
    assert [row[2] for row in rows[len(arms) :]] == ["-"] * len(RL_ARMS)
    assert all(len(row) == len(heads) for row in rows)


def test_exactness_stands_beside_accuracy_where_an_arm_explains(folders):
    seed = Seed(
        {
            f"{kind}-{arm}": run(predict__output_pass__1=0.75)
            for kind in ("greedy", "warm")
            for arm in PREDICTORS
        }
    )
    _, _, rows = tables.predictions(folders, [seed, seed])
    assert rows[0] == ["answers", "75.0", "-", "75.0"]
    assert rows[1] == ["nlex", "75.0", "50.0", "75.0"]


def test_a_table_is_markdown():
    text = tables.markdown("A title", ["one", "two"], [["a", "1"], ["b", "2"]])
    assert text.splitlines() == ["## A title", "", "| one | two |", "|---|---:|", "| a | 1 |", "| b | 2 |"]
