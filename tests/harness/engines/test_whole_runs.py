"""Whole evaluations through a faulty server and a local model: a resumed run asks only for the rest."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from tests.harness.engines import tiny_model
from tests.harness.engines.openai_server import Plan, serve

pytestmark = pytest.mark.slow

REGIMES = ("--regimes", "direct", "self-verify", "self-fix", "--feedback", "simulated")
SIZE = (
    "--bench",
    "starter",
    "--limit",
    "2",
    "-n",
    "2",
    "--ks",
    "1",
    "2",
    "--sim-attempts",
    "2",
    "--max-turns",
    "3",
)
TIMINGS = ("cpu_ms", "wall_ms", "max_rss_kb", "detail")


def reply(body):
    """Answers in every form that a regime asks for, fixed by the prompt and the seed."""
    prompt, seed = body["messages"][-1]["content"], body["seed"]
    if "SUBMIT" in prompt:
        return "It looks right.\n\nSUBMIT" if seed % 3 else f"No.\n\n```python\nprint({seed % 5})\n```"
    if "Output:" in prompt:
        numbers = re.findall(r"\d+", prompt)
        return f"We follow it.\n\nOutput:\n```\n{numbers[seed % len(numbers)] if numbers else seed}\n```"
    return f"Here it is.\n\n```python\nn = input()\nprint({seed % 7})\n```"


def command(url, out, *more):
    flags = ("--engine", "openai", "--model", url, "--out", str(out), "--concurrency", "4")
    return [sys.executable, "-m", "harness.eval", *flags, *SIZE, *REGIMES, *more]


def rows(out, table):
    found = [
        row
        for part in sorted((out / table).glob("part-*.parquet"))
        for row in pq.read_table(part).to_pylist()
    ]
    for row in found:
        for column in TIMINGS:
            row.pop(column, None)
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


def tables(out):
    return {name: rows(out, name) for name in ("solutions", "predictions", "turns", "verdicts")}


@pytest.fixture(scope="module")
def server():
    """One server, so that every run talks to the same address."""
    plan = Plan(reply=reply)
    with serve(plan) as url:
        yield plan, url


@pytest.fixture(scope="module")
def reference(server, tmp_path_factory):
    """A run without a fault: its directory and how many requests it took."""
    plan, url = server
    out = tmp_path_factory.mktemp("runs") / "reference"
    done = subprocess.run(command(url, out), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return out, len(plan.bodies)


def test_a_run_through_a_server_is_well_formed(reference):
    out, asked = reference
    found = tables(out)
    assert len(found["solutions"]) == 4
    assert all(row["code"] and row["n_tokens"] for row in found["solutions"])
    assert found["predictions"]
    assert all(row["predicted"] is not None for row in found["predictions"])
    assert {row["kind"] for row in found["turns"]} >= {"simulate", "fix"}
    usage = json.loads((out / "manifest.json").read_text())["sessions"][0]["usage"]
    assert usage["completions"] == asked
    assert (usage["errors"], usage["retries"]) == (0, 0)


def test_faults_of_the_server_change_nothing_but_the_time(server, reference, tmp_path):
    plan, url = server
    faults = itertools.cycle([None, 429, None, None, 500, None, "garbage", None, None, "half", None])
    plan.always = lambda body: next(faults)
    plan.retry_after = "0.01"
    try:
        done = subprocess.run(command(url, tmp_path / "run"), capture_output=True, text=True, timeout=300)
    finally:
        plan.always = None
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "run") == tables(reference[0])
    usage = json.loads((tmp_path / "run" / "manifest.json").read_text())["sessions"][0]["usage"]
    assert usage["retries"] > 5
    assert usage["errors"] == 0


@pytest.mark.parametrize("cached", [True, False], ids=["cache", "no-cache"])
def test_a_killed_run_asks_only_for_the_rest_and_ends_with_the_same_tables(
    server, reference, tmp_path, cached
):
    plan, url = server
    out = tmp_path / "run"
    flags = ("--cache", str(tmp_path / "cache")) if cached else ()
    whole, asked = reference
    answered = len(plan.bodies)
    plan.delay_s = 0.05
    resume, kills = (), 0
    for share in (0.15, 0.5, 0.8):
        process = subprocess.Popen(
            command(url, out, *flags, *resume), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + 60
        while len(plan.bodies) - answered < share * asked and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        resume = ("--resume",)
    plan.delay_s = 0.0
    done = subprocess.run(command(url, out, *flags, *resume), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert kills
    assert tables(out) == tables(whole)
    if cached:
        # What a kill cost is asked again: what was under way, and what was answered and not yet kept.
        assert len(plan.bodies) - answered <= asked + 3 * 2 * 4


def test_the_key_is_nowhere_in_a_run(tmp_path):
    key = "sk-do-not-write-me-down"
    with serve(Plan(reply=reply, key=key)) as url:
        environment = os.environ | {"OPENAI_API_KEY": key}
        done = subprocess.run(
            command(url, tmp_path / "run"), capture_output=True, text=True, timeout=300, env=environment
        )
        assert done.returncode == 0, done.stderr
        refused = subprocess.run(
            command(url, tmp_path / "refused"),
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"OPENAI_API_KEY": key + "x"},
        )
    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert key not in done.stdout + done.stderr + refused.stdout + refused.stderr
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()


def test_a_server_that_is_not_there_is_one_line_and_exit_2(tmp_path):
    with serve(Plan()) as url:
        pass
    done = subprocess.run(command(url, tmp_path / "run"), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "no server answers" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


LOCAL = {
    "sorted": ("torch", ("--engine", "transformers", "--device", "cpu")),
    "continuous": ("torch", ("--engine", "transformers", "--device", "cpu", "--batching", "continuous")),
    "vllm": ("vllm", ("--engine", "vllm", "--dtype", "float32", "--enforce-eager")),
}


@pytest.mark.parametrize("kind", [pytest.param("vllm", marks=pytest.mark.vllm), "sorted", "continuous"])
def test_a_run_through_a_local_model_is_well_formed(tmp_path, kind):
    package, flags = LOCAL[kind]
    pytest.importorskip(package, reason=f"needs {package}: tests/scripts/vllm_cpu_env.sh brings it")
    model = tiny_model.make(tmp_path / "model", context=4096)
    out = tmp_path / "run"
    local = (*flags, "--model", str(model), "--max-tokens", "16")
    done = subprocess.run(
        [sys.executable, "-m", "harness.eval", *local, "--out", str(out), *SIZE, *REGIMES],
        capture_output=True,
        text=True,
        timeout=600,
        env=os.environ | {"OMP_NUM_THREADS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"},
    )
    assert done.returncode == 0, done.stderr
    solutions = rows(out, "solutions")
    assert len(solutions) == 4
    assert all(1 <= row["n_tokens"] <= 16 for row in solutions)
    assert (out / "metrics.json").exists()
