"""Judging goes on while the model generates: no worker idles while solutions wait, and memory is bounded."""

import threading
import time

import pytest

from benchmarks.problem import Problem, Test
from harness import runs
from harness.engines.flow import stream
from harness.engines.protocol import Completion, Sampling, Usage
from harness.judge import Judge
from harness.prompts import Prompts
from harness.regimes.direct import QUEUED_PER_WORKER, solve
from harness.regimes.questions import Questions
from sandboxes.pool import SandboxPool

WORKERS = 2
PATIENCE = 60  # seconds until something that never comes counts as missing
TESTS = tuple(Test(f"{number}\n", f"{number}\n", "public") for number in range(6))


def problems(count):
    return [
        Problem(
            problem_id=f"p{number}",
            statement="Print it.",
            bare_statement="Print it.",
            public_tests=TESTS,
            load_tests=lambda: TESTS,
        )
        for number in range(count)
    ]


def solution(request):
    """No two alike, so that none is judged by sharing."""
    return f"```python\nprint(input())  # {request.problem_id}\n```"


class Model:
    """Answers each request after `before(its number)` returns."""

    def __init__(self, window, before=lambda number: None):
        self.usage, self.window, self.before = Usage(), window, before

    def generate(self, requests, sampling):
        return stream(requests, self.window, self.usage, self._work)

    def _work(self, flow):
        number = 0
        while (request := flow.take()) is not None:
            self.before(number)
            flow.emit(Completion(request, 0, solution(request)))
            number += 1


@pytest.fixture
def pool():
    with SandboxPool(workers=WORKERS) as pool:
        yield pool


def play(directory, pool, model, count):
    run = runs.create(directory, {"determines": {}}, resume=False)
    with Judge(pool) as judge:
        solve(run, problems(count), model, Sampling(), Questions(Prompts.load()), judge, n=1)
    run.close()
    verdicts = list(run["verdicts"].rows(["problem_id", "verdict"]))
    assert len(verdicts) == count * len(TESTS)
    assert {row["verdict"] for row in verdicts} == {"AC"}


def test_a_solution_is_judged_before_the_next_response_is_there(pool, tmp_path, monkeypatch):
    judged, run_in_pool = threading.Semaphore(0), pool.run

    def noting(*arguments, **more):
        try:
            return run_in_pool(*arguments, **more)
        finally:
            judged.release()

    def wait_for_the_one_before(number):
        if number:
            assert judged.acquire(timeout=PATIENCE), f"response {number - 1} was not judged"

    monkeypatch.setattr(pool, "run", noting)
    play(tmp_path / "run", pool, Model(4, wait_for_the_one_before), 12)


def test_no_worker_is_idle_while_a_solution_waits(pool, tmp_path, monkeypatch):
    everybody, run_in_pool = threading.Barrier(WORKERS, timeout=PATIENCE), pool.run

    def together(*arguments, **more):
        """Goes on when all workers are in the sandbox; breaks when one of them gets nothing to do."""
        everybody.wait()
        return run_in_pool(*arguments, **more)

    monkeypatch.setattr(pool, "run", together)
    play(tmp_path / "run", pool, Model(4), 10 * WORKERS)


def test_a_fast_model_does_not_run_ahead_of_a_slow_sandbox(pool, tmp_path, monkeypatch):
    window, count = 4, 120
    lock, run_in_pool = threading.Lock(), pool.run
    generated = judged = most_ahead = 0

    def slowly(*arguments, **more):
        nonlocal judged
        time.sleep(0.02)
        outcomes = run_in_pool(*arguments, **more)
        with lock:
            judged += 1
        return outcomes

    def note(number):
        nonlocal generated, most_ahead
        with lock:
            generated = number + 1
            most_ahead = max(most_ahead, generated - judged)

    monkeypatch.setattr(pool, "run", slowly)
    play(tmp_path / "run", pool, Model(window, note), count)
    # What waits in the queue, what the window lets through, what the workers hold.
    assert WORKERS < most_ahead <= QUEUED_PER_WORKER * WORKERS + window + WORKERS + 2 < count
