"""Tests that are Python assertions (HumanEval, MBPP), judged without showing them to the solution.

An assertion holds the expected value, and code that shares its process could read it there. So it takes
three runs: the assertions about the reference solution, which tells which calls they make; those calls, of
the solution; and the assertions again, about a stand-in that knows nothing but the solution's answers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import sandboxes
from benchmarks.problem import Problem, Test
from harness.verdicts import Answer, Verdict, decide, failure
from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program, SandboxError
from sandboxes.pool import SandboxPool
from selfexec.errors import UsageError

TRUSTED_LIMITS = Limits(cpu_s=60, memory_bytes=2048 * MEBIBYTE, output_bytes=256 * MEBIBYTE)
MAX_ROUNDS = 50
FUNCTION_DRIVER = Path(sandboxes.__file__).with_name("drivers") / "function.py"


class AssertionJudge:
    """Judges solutions on assertion tests. Remembers which calls a test makes. Thread-safe."""

    def __init__(self, pool: SandboxPool):
        self._pool = pool
        self._calls: dict[tuple[str, str], list] = {}
        self._lock = threading.Lock()

    def judge(
        self,
        problem: Problem,
        code: str,
        chosen: Sequence[tuple[int, Test]],
        limits: Limits,
        stop_early: bool,
    ) -> list[Verdict]:
        """One verdict for each of the numbered tests of `chosen`, up to the first failure if `stop_early`."""
        options = {"entry": problem.entry, "arguments": "calls", "before": problem.starter_code}
        candidate = Program(code, "function", options)
        recorded = [self._recorded(problem, test) for _, test in chosen]
        outcomes = self._pool.run(
            candidate,
            [json.dumps(calls).encode() for calls in recorded],
            limits,
            (lambda outcome: failure(outcome, limits) is not None) if stop_early else None,
        )
        verdicts: list[Verdict] = []
        for (number, test), calls, outcome in zip(chosen, recorded, outcomes, strict=False):
            outcome, answer = self._replay(problem, candidate, test, calls, outcome, limits)
            verdicts.append(decide(number, test, outcome, limits, answer))
            if stop_early and verdicts[-1].verdict != "AC":
                break
        return verdicts

    def fault(self, problem: Problem) -> str | None:
        """Why the problem cannot be judged: its reference solution fails one of its tests. None if it can."""
        try:
            for test in problem.load_tests():
                self._recorded(problem, test)
        except UsageError as error:
            return str(error)
        return None

    def _recorded(self, problem: Problem, test: Test) -> list:
        """The calls that the test makes of the reference solution, as [arguments, keywords] in typed JSON."""
        key = (problem.problem_id, test.input)
        with self._lock:
            if key in self._calls:
                return self._calls[key]
        if not problem.program:
            return []
        said = self._assert(problem, test, None)
        if not said["passed"]:
            raise UsageError(
                f"{problem.problem_id}: its reference solution fails its own test ({said['error']})"
            )
        with self._lock:
            self._calls[key] = said["calls"]
        return said["calls"]

    def _replay(
        self, problem: Problem, candidate: Program, test: Test, calls: list, outcome: Outcome, limits: Limits
    ) -> tuple[Outcome, Answer | None]:
        """Assert about the solution's answers; where they lead to other calls, ask the solution again."""
        for _ in range(MAX_ROUNDS):
            if failure(outcome, limits):
                return outcome, None
            answers = _answers(outcome, len(calls))
            if answers is None:
                return outcome, Answer("", False, "the program wrote over what its function answered")
            said = self._assert(problem, test, list(zip(calls, answers, strict=True)))
            if said["passed"] or not said["calls"]:
                text = "passed" if said["passed"] else said["error"] or "failed"
                return outcome, Answer(text, said["passed"], said["error"])
            calls = [*calls, *said["calls"]]
            outcome = self._pool.run(candidate, [json.dumps(calls).encode()], limits)[0]
        return outcome, Answer("", False, f"the test made new calls in each of {MAX_ROUNDS} rounds")

    def _assert(self, problem: Problem, test: Test, answers: list | None) -> dict:
        options = {"entry": problem.entry, "function_driver": FUNCTION_DRIVER.read_text()}
        program = Program(problem.program or problem.starter_code, "replay", options)
        task = json.dumps({"test": test.input, "answers": answers}).encode()
        (outcome,) = self._pool.run(program, [task], TRUSTED_LIMITS)
        failed = failure(outcome, TRUSTED_LIMITS)
        if failed and answers is None:
            raise UsageError(f"{problem.problem_id}: its reference solution cannot be run ({failed[1]})")
        if failed:
            # Answers that break the assertions' own code (a list of 10**9, say) are wrong answers.
            return {"passed": False, "error": f"asserting ended with {failed[0]}: {failed[1]}", "calls": []}
        try:
            return json.loads(outcome.result)
        except ValueError:
            raise SandboxError(f"{problem.problem_id}: the assertions gave no result") from None


def _answers(outcome: Outcome, count: int) -> list | None:
    """What the solution wrote, if that is a list of `count` answers: it could have written anything."""
    try:
        answers = json.loads(outcome.result)
    except (ValueError, RecursionError):
        return None
    well_formed = isinstance(answers, list) and len(answers) == count
    return answers if well_formed and all(isinstance(each, dict) for each in answers) else None
