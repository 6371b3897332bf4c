"""The eval command end to end: real sandbox, replayed responses, every regime, kills and resumes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from math import comb

import pyarrow.parquet as pq
import pytest

from benchmarks import load
from harness.reports.entries import entries
from harness.reports.entries import load as load_run

PROBLEMS = 4
SAMPLES = 5
DIRECT = ("--limit", PROBLEMS, "-n", SAMPLES, "--ks", 1, 2, 10, "--all-tests")
TIMINGS = ("cpu_ms", "wall_ms", "max_rss_kb", "detail")


def command(*arguments):
    return [sys.executable, "-m", "harness.eval", *map(str, arguments)]


def evaluate(out, *arguments, check=True):
    done = subprocess.run(
        command("--bench", "starter", "--engine", "replay", "--out", out, *arguments),
        capture_output=True,
        text=True,
    )
    if check:
        assert done.returncode == 0, done.stderr
    return done


def table(run, name):
    rows = [
        row for part in sorted((run / name).glob("part-*.parquet")) for row in pq.read_table(part).to_pylist()
    ]
    for row in rows:
        for column in TIMINGS:
            row.pop(column, None)
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def metrics(run):
    return {
        (row["regime"], row["metric"], row["k"], row["group"]): row["value"]
        for row in json.loads((run / "metrics.json").read_text())
    }


def problems_of(run):
    return sorted(row["problem_id"] for row in table(run, "problems"))


@pytest.fixture(scope="module")
def direct(tmp_path_factory):
    out = tmp_path_factory.mktemp("eval") / "direct"
    evaluate(out, *DIRECT)
    return out


def test_pass_at_k_is_what_the_verdicts_say(direct):
    passed = {}
    for row in table(direct, "verdicts"):
        solution = passed.setdefault(row["problem_id"], {})
        solution[row["sample"]] = solution.get(row["sample"], True) and row["verdict"] == "AC"
    assert len(passed) == PROBLEMS
    assert all(len(samples) == SAMPLES for samples in passed.values())
    for k in (1, 2):
        by_hand = sum(
            1 - comb(SAMPLES - sum(samples.values()), k) / comb(SAMPLES, k) for samples in passed.values()
        )
        assert metrics(direct)["direct", "pass", k, None] == pytest.approx(by_hand / PROBLEMS)
    assert metrics(direct)["direct", "pass", 10, None] is None


def test_every_solution_is_judged_on_every_test(direct):
    problems = list(load("starter", limit=PROBLEMS))
    expected = {
        (problem.problem_id, sample, test)
        for problem in problems
        for sample in range(SAMPLES)
        for test in range(len(problem.load_tests()))
    }
    rows = table(direct, "verdicts")
    assert {(row["problem_id"], row["sample"], row["test"]) for row in rows} == expected
    assert len(rows) == len(expected)


def test_the_manifest_says_what_ran(direct):
    manifest = json.loads((direct / "manifest.json").read_text())
    assert manifest["determines"]["bench"]["sha256"]
    assert manifest["determines"]["sampling"]["seed"] == 0
    assert manifest["environment"]["sandbox"]["level"] >= 1
    assert manifest["totals"]["programs_judged"] == len(table(direct, "verdicts"))
    assert len(manifest["sessions"]) == 1


def test_resuming_a_finished_run_changes_no_row(direct):
    before = {name: table(direct, name) for name in ("solutions", "verdicts", "executions")}
    evaluate(direct, *DIRECT, "--resume")
    assert {name: table(direct, name) for name in before} == before


@pytest.fixture(scope="module")
def scripted(direct, tmp_path_factory):
    """Completions for every regime: a simulator that is right four times in five, and fixes of every kind."""
    rng = random.Random(7)
    solutions = {(row["problem_id"], row["sample"]): row for row in table(direct, "solutions")}
    digests = {}
    actual = {
        (row["problem_id"], row["code_sha256"], row["test"]): row["actual"]
        for row in table(direct, "executions")
    }
    from harness.runs import code_sha256

    rows = []
    right = {
        key[0]: row["code"]
        for key, row in solutions.items()
        if all(
            verdict["verdict"] == "AC"
            for verdict in table(direct, "verdicts")
            if (verdict["problem_id"], verdict["sample"]) == key
        )
    }
    for (problem, sample), row in solutions.items():
        digests[problem, sample] = code_sha256(row["code"])
        rows.append({"problem_id": problem, "sample": sample, "response": row["response"]})
        tests = [key[2] for key in actual if key[:2] == (problem, digests[problem, sample])]
        for test in tests:
            for attempt in range(3):
                answer = actual[problem, digests[problem, sample], test]
                text = answer if rng.random() < 0.8 else "no such thing"
                rows.append(
                    {
                        "kind": "simulate",
                        "problem_id": problem,
                        "sample": sample,
                        "test": test,
                        "attempt": attempt,
                        "response": f"Step by step.\n\nOutput:\n```\n{text}\n```",
                    }
                )
        fixed = right.get(problem, row["code"])
        ending = ["SUBMIT", f"```python\n{fixed}\n```", f"```python\nprint('broken {sample}')\n```", "Hm."]
        for turn in (1, 2, 3):
            response = ending[sample % 4] if turn == 1 else rng.choice(["SUBMIT", f"```python\n{fixed}\n```"])
            rows.append(
                {"kind": "fix", "problem_id": problem, "sample": sample, "turn": turn, "response": response}
            )
    path = tmp_path_factory.mktemp("scripted") / "completions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


ALL = ("direct", "self-verify", "self-fix", "output-prediction")


def every_regime(scripted):
    return (
        *("--completions", scripted, "--limit", PROBLEMS, "-n", SAMPLES, "--ks", 1, 2),
        *("--regimes", *ALL, "--sim-attempts", 3, "--max-turns", 4),
    )


@pytest.fixture(scope="module")
def full(scripted, tmp_path_factory):
    out = tmp_path_factory.mktemp("eval") / "full"
    evaluate(out, *every_regime(scripted))
    return out


def test_all_regimes_come_from_one_set_of_solutions(full):
    assert len(table(full, "solutions")) == PROBLEMS * SAMPLES
    found = metrics(full)
    for regime in ("direct", "self-fix", "self-fix-executed"):
        assert found[regime, "pass", 1, None] is not None
    gap = found["self-verify", "best_exec", 2, None] - found["self-verify", "best_simulate", 2, None]
    assert found["self-verify", "simulation_gap", 2, None] == pytest.approx(gap)


def test_no_step_is_asked_twice_and_self_fix_shares_the_first_simulation(full):
    turns = table(full, "turns")
    key = ("problem_id", "sample", "feedback", "turn", "kind", "test")
    keys = [tuple(row[name] for name in key) for row in turns]
    assert len(keys) == len(set(keys))
    shared = {
        (row["problem_id"], row["sample"], row["test"]): row["response"]
        for row in table(full, "predictions")
        if row["attempt"] == 0
    }
    first = [row for row in turns if row["kind"] == "simulate" and row["turn"] == 0]
    assert first
    assert all(row["response"] == shared[row["problem_id"], row["sample"], row["test"]] for row in first)


def without_solutions(scripted, path):
    """The scripted completions of a model that solves nothing."""
    rows = [json.loads(line) for line in scripted.read_text().splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows if row.get("kind")))
    return path


def test_solutions_of_another_run_give_what_that_run_gave_itself(full, scripted, tmp_path):
    simulator = without_solutions(scripted, tmp_path / "simulator.jsonl")
    out = tmp_path / "run"
    evaluate(out, *every_regime(simulator), "--solutions", full)
    for name in ("predictions", "turns", "executions", "programs", "verdicts"):
        assert table(out, name) == table(full, name), name
    codes = [[(row["sample"], row["code"]) for row in table(run, "solutions")] for run in (out, full)]
    assert codes[0] == codes[1]
    assert metrics(out) == metrics(full)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["solver"]["completions"] == str(full)
    assert manifest["engine"]["completions"] == str(simulator)
    # The tokens of the solutions were paid for by the other run.
    responses = len(table(out, "predictions")) + len(table(out, "turns"))
    assert manifest["totals"]["responses"] == responses


def test_direct_numbers_belong_to_whoever_wrote_the_solutions(direct, scripted, tmp_path):
    simulator = without_solutions(scripted, tmp_path / "simulator.jsonl")
    solved = [
        {"question_id": problem, "code_list": ["print(1)"] * SAMPLES} for problem in problems_of(direct)
    ]
    elsewhere = tmp_path / "others.json"
    elsewhere.write_text(json.dumps(solved))
    out = tmp_path / "run"
    arguments = ("--completions", simulator, "--limit", PROBLEMS, "-n", SAMPLES, "--ks", 1)
    evaluate(out, *arguments, "--regimes", "direct", "self-verify", "--solutions", elsewhere)
    assert {row["code"] for row in table(out, "solutions")} == {"print(1)"}
    rows = {row.regime: row for row in entries(load_run(out))}
    assert rows["direct"].model == "others.json"
    assert rows["self-verify"].model == "simulator.jsonl"
    assert "solutions of others.json" in rows["self-verify"].settings


def test_a_run_is_not_resumed_with_other_solutions(full, scripted, tmp_path):
    out = tmp_path / "run"
    arguments = ("--limit", PROBLEMS, "-n", SAMPLES, "--ks", 1)
    evaluate(out, *arguments, "--solutions", full)
    before = table(out, "solutions")
    done = evaluate(out, *arguments, "--resume", check=False)
    assert done.returncode == 2
    assert "solver" in done.stderr
    assert table(out, "solutions") == before


def test_solutions_that_lack_a_sample_are_refused(full, tmp_path):
    done = evaluate(
        tmp_path / "run", "--limit", PROBLEMS, "-n", SAMPLES + 1, "--solutions", full, check=False
    )
    assert done.returncode == 2
    assert "--solutions" in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_again_and_again_ends_with_the_same_tables(full, scripted, tmp_path, seed):
    rng = random.Random(seed)
    out = tmp_path / "killed"
    replayed = ("--bench", "starter", "--engine", "replay")
    kills = 0
    for _ in range(4):
        child = subprocess.Popen(
            command(*replayed, "--out", out, "--resume", *every_regime(scripted)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0.6, 3.0))
        if child.poll() is None:
            kills += 1
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    evaluate(out, "--resume", *every_regime(scripted))
    assert kills
    for name in ("solutions", "predictions", "turns", "executions", "programs", "verdicts"):
        assert table(out, name) == table(full, name), name
    assert metrics(out) == metrics(full)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--bench", "startr", "--engine", "replay"], ["startr", "starter"]),
        (["--bench", "starter", "--engine", "vlm"], ["--engine", "vlm", "vllm"]),
        (["--bench", "starter", "--engine", "replay", "-n", "0"], ["-n", "0"]),
        (["--bench", "starter", "--engine", "replay", "--ks", "0"], ["--ks"]),
        (["--bench", "starter", "--engine", "replay", "-n", "5000"], ["-n", "5000"]),
        (["--bench", "starter", "--engine", "replay", "--completions", "nowhere.jsonl"], ["nowhere.jsonl"]),
        (["--bench", "starter", "--engine", "replay", "--regimes", "direct", "telepathy"], ["telepathy"]),
        (["--bench", "starter", "--engine", "replay", "--data", "nowhere"], ["--data", "nowhere"]),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(arguments, named, tmp_path):
    done = subprocess.run(command(*arguments, "--out", tmp_path / "run"), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    for word in named:
        assert word in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_taken_directory_is_left_alone(direct):
    before = (direct / "manifest.json").read_bytes()
    done = evaluate(direct, "--limit", PROBLEMS, "-n", SAMPLES, check=False)
    assert done.returncode == 2
    assert "--resume" in done.stderr
    assert (direct / "manifest.json").read_bytes() == before


def test_completions_for_unknown_problems_are_refused(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_text(json.dumps({"problem_id": "no-such-problem", "sample": 0, "code": "print(1)"}) + "\n")
    done = evaluate(tmp_path / "run", "--completions", path, check=False)
    assert done.returncode == 2
    assert "no-such-problem" in done.stderr
    assert not (tmp_path / "run").exists()


CRUX = {"id": "sample_0", "code": "def f(x):\n    return x + 1", "input": "1", "output": "2"}


def cruxeval(tmp_path, *answers):
    data, completions = tmp_path / "cruxeval.jsonl", tmp_path / "answers.jsonl"
    data.write_text(json.dumps(CRUX) + "\n")
    rows = [{"problem_id": "sample_0", "sample": i, "response": text} for i, text in enumerate(answers)]
    completions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [
        *command("--bench", "cruxeval", "--data", data, "--engine", "replay", "--completions", completions),
        *("-n", str(len(answers)), "--ks", "1", "--out", str(tmp_path / "run")),
    ]


def test_a_plain_row_is_one_prediction_where_the_benchmark_asks_for_predictions(tmp_path):
    answers = ["2", "assert f(1) == 2", "It adds one.\n\nOutput:\n```\n3\n```", "no idea"]
    arguments = [*cruxeval(tmp_path, *answers), "--regimes", "output-prediction"]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert metrics(tmp_path / "run")["output-prediction", "output_pass", 1, None] == 0.5


def test_a_benchmark_without_public_tests_cannot_be_verified_or_fixed(tmp_path):
    arguments = [*cruxeval(tmp_path, "2"), "--regimes", "self-fix"]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 2
    assert "self-fix" in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("regime", "kind"), [("self-verify", "simulate"), ("self-fix", "fix")])
def test_a_regime_that_the_completions_have_no_rows_for_is_refused(tmp_path, regime, kind):
    path = tmp_path / "plain.jsonl"
    rows = [
        {"problem_id": problem.problem_id, "sample": 0, "code": "print(1)"}
        for problem in load("starter", limit=1)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ("--completions", path, "--limit", 1, "-n", 1, "--regimes", regime)
    done = evaluate(tmp_path / "run", *arguments, check=False)
    assert done.returncode == 2
    assert kind in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_malformed_completions_line_is_named(tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_text('{"problem_id": "a", "sample": 0, "code": "x"}\n{"problem_id": "b", "sample": -1}\n')
    done = evaluate(tmp_path / "run", "--completions", path, check=False)
    assert done.returncode == 2
    assert "broken.jsonl:2" in done.stderr
    assert "sample" in done.stderr


def test_a_dry_run_shows_prompts_and_counts_and_writes_nothing(tmp_path):
    done = evaluate(tmp_path / "run", "--dry-run", "--regimes", *ALL, "--limit", PROBLEMS)
    for word in ("--- solve", "--- simulate", "--- fix", "submit or fix, at most"):
        assert word in done.stdout
    assert not (tmp_path / "run").exists()
