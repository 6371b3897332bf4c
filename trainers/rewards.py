"""The rewards: the sandbox and the one comparator say +1 or -1, and nothing when the fault is ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.problem import Problem
from harness.answers import error_answer
from harness.judge import Judge, Verdict
from sandboxes.outcome import SandboxError
from trainers.steps import Steps, grounded

RIGHT, WRONG = 1.0, -1.0

# Asked when the reward is needed, so that programs run while others are being written.
Pending = Callable[[], float | None]


@dataclass(slots=True)
class Rewards:
    """Judges what the policy wrote.

    `final` stops at the first failed test, since all that a reward asks is whether there is one; `public`
    runs every public test, since its answers are feedback. `faults` counts programs that the sandbox failed.
    The episodes of a group often write the same program: between two calls of `forget` it runs once.
    """

    final: Judge
    public: Judge
    steps: Steps | None = None
    step_weight: float = 0.0
    faults: int = 0
    _running: dict[tuple[str, str, str], Future[list[Verdict]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Run every program anew from here on: a time-out on a busy machine is not for ever."""
        with self._lock:
            self._running.clear()

    def prediction(
        self, problem: Problem, text: str, right: bool, code: str, test: int, facts: dict[str, float]
    ) -> Pending:
        """Output prediction: +1 if the stated answer is what the program really answers, else -1.

        With `steps`, plus step_weight x the grounded share of the states that `text` claims (the idea of
        ExecVerify and of StepCodeReasoner, arXiv 2605.11922), which is noted in `facts`.
        """
        answer = RIGHT if right else WRONG
        if self.steps is None:
            return lambda: answer
        trace = self.steps.trace(problem, code, test)

        def reward() -> float | None:
            try:
                facts["grounded"] = grounded(text, trace.result())
            except SandboxError:
                self.faults += 1
                return None
            return answer + self.step_weight * facts["grounded"]

        return reward

    def solution(self, problem: Problem, code: str | None) -> Pending:
        """Solve and repair: +1 if the program passes every test of the problem, else -1."""
        if not code:
            return lambda: WRONG
        future = self._submit("final", problem, code)

        def reward() -> float | None:
            verdicts = self._verdicts(future)
            if verdicts is None:
                return None
            return RIGHT if all(verdict.verdict == "AC" for verdict in verdicts) else WRONG

        return reward

    def answers(self, programs: Sequence[tuple[Problem, str | None]]) -> list[list[str | None] | None]:
        """What each program answers to its public tests; None for a program that the sandbox failed."""
        futures = [self._submit("public", problem, code) if code else None for problem, code in programs]
        found: list[list[str | None] | None] = []
        for (problem, _), future in zip(programs, futures, strict=True):
            verdicts = [] if future is None else self._verdicts(future)
            if verdicts is None:
                found.append(None)
                continue
            texts: list[str | None] = [None] * len(problem.public_tests)
            for verdict in verdicts:
                texts[verdict.test] = (
                    verdict.answer if verdict.answer is not None else error_answer(verdict.verdict)
                )
            found.append(texts)
        return found

    def accepts(self, problem: Problem, test: int, answer: str) -> bool:
        """Does public test number `test` take this answer?"""
        return self.public.matches(problem, test, answer)

    def _submit(self, kind: Literal["final", "public"], problem: Problem, code: str) -> Future[list[Verdict]]:
        with self._lock:
            key = (kind, problem.problem_id, code)
            if key not in self._running:
                public = range(len(problem.public_tests))
                self._running[key] = (
                    self.final.submit(problem, code)
                    if kind == "final"
                    else self.public.submit(problem, code, public)
                )
            return self._running[key]

    def _verdicts(self, future: Future[list[Verdict]]) -> list[Verdict] | None:
        try:
            verdicts = future.result()
        except SandboxError:
            self.faults += 1
            return None
        if any(verdict.verdict == "INTERNAL" for verdict in verdicts):
            self.faults += 1
            return None
        return verdicts
