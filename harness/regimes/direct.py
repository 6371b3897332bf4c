"""Sample n solutions a problem and judge each on every test, while others are still being generated."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any

from benchmarks.problem import Problem
from harness.answers import error_answer, stated
from harness.engines.protocol import Completion, Engine, Request, Sampling
from harness.judge import Judge, Verdict
from harness.regimes import DIRECT
from harness.regimes.questions import Questions
from harness.responses import extract_code, extract_input, extract_output
from harness.runs import Run, code_sha256, storable

# Solutions that may wait for the sandbox, per worker: enough to keep it busy, few enough to bound memory.
QUEUED_PER_WORKER = 16

# Characters of a program's output that are kept: no model predicts more.
LONGEST_ANSWER = 100_000


@dataclass
class JudgeQueue:
    """Solutions on their way through the sandbox; verdict and execution rows on their way into the run.

    `put` blocks when too many wait, which holds the engine back rather than filling memory. Leaving the
    `with` block waits for the rest.
    """

    run: Run
    judge: Judge
    on_judged: Any = None
    _waiting: deque[tuple[Future, Problem, int, str, int, str | None]] = field(default_factory=deque)
    _executed: set[tuple[Any, ...]] = field(default_factory=set)

    def __enter__(self) -> JudgeQueue:
        self._executed = self.run["executions"].keys()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._drain(down_to=0)

    def put(self, problem: Problem, sample: int, regime: str, turn: int, code: str | None) -> None:
        self._waiting.append((self.judge.submit(problem, code), problem, sample, regime, turn, code))
        self._drain(down_to=QUEUED_PER_WORKER * self.judge.pool.workers)

    def _drain(self, down_to: int) -> None:
        """Record what is done; wait until at most `down_to` solutions are in the sandbox."""
        while True:
            for _ in range(len(self._waiting)):
                entry = self._waiting.popleft()
                if entry[0].done():
                    self._record(*entry)
                else:
                    self._waiting.append(entry)
            if len(self._waiting) <= down_to:
                return
            wait([entry[0] for entry in self._waiting], return_when=FIRST_COMPLETED)

    def _record(
        self, future: Future, problem: Problem, sample: int, regime: str, turn: int, code: str | None
    ) -> None:
        verdicts: list[Verdict] = future.result()
        self.run.append("executions", self._new_executions(problem, code, verdicts))
        self.run.append(
            "verdicts",
            [verdict_row(problem.problem_id, sample, regime, turn, verdict) for verdict in verdicts],
        )
        if self.on_judged:
            self.on_judged()

    def _new_executions(
        self, problem: Problem, code: str | None, verdicts: Iterable[Verdict]
    ) -> list[dict[str, Any]]:
        rows = {_execution_key(row): row for row in execution_rows(problem, code, verdicts)}
        new = rows.keys() - self._executed
        self._executed |= new
        return [rows[key] for key in sorted(new)]


def solve(
    run: Run,
    problems: Iterable[Problem],
    engine: Engine,
    sampling: Sampling,
    questions: Questions,
    judge: Judge,
    n: int,
    extraction: str = "lenient",
    on_solution: Any = None,
    on_judged: Any = None,
) -> None:
    """Fill the run's solutions and direct verdicts: samples 0..n-1 of every problem, but those it has."""
    solved = run["solutions"].keys()
    judged = run["verdicts"].keys("problem_id", "sample", "regime")
    asked: dict[str, Problem] = {}

    def requests() -> Iterator[Request]:
        for problem in problems:
            missing = [sample for sample in range(n) if (problem.problem_id, sample) not in solved]
            asked[problem.problem_id] = problem
            if missing:
                yield questions.solve(problem, missing)

    with JudgeQueue(run, judge, on_judged) as queue:
        for completion in engine.generate(requests(), sampling):
            problem = asked[completion.request.problem_id]
            row = solution_row(problem, completion, extraction)
            run.append("solutions", [row])
            if on_solution:
                on_solution(completion)
            queue.put(problem, row["sample"], DIRECT, 0, row["code"])
        # Solutions that an interrupted process kept but did not see judged.
        for row in run["solutions"].rows(["problem_id", "sample", "code"]):
            key = (row["problem_id"], row["sample"])
            if key in solved and (*key, DIRECT) not in judged and key[0] in asked:
                queue.put(asked[key[0]], key[1], DIRECT, 0, row["code"])


def problem_row(problem: Problem) -> dict[str, Any]:
    """A row of `problems`: what is shown of a problem and what tables are broken down by."""
    tests = [{"input": test.input, "output": test.output} for test in problem.public_tests]
    tags = {name: problem.tags.get(name) for name in ("difficulty", "platform", "date", "contest", "topic")}
    return {
        "problem_id": problem.problem_id,
        "statement": problem.statement,
        "style": problem.style,
        "entry": problem.entry,
        "checker": problem.checker,
        "time_limit_s": problem.time_limit_s,
        "memory_limit_bytes": problem.memory_limit_bytes,
        "public_tests": json.dumps(tests, ensure_ascii=False),
        "flags": ", ".join(problem.flags),
        **tags,
    }


def solution_row(problem: Problem, completion: Completion, extraction: str) -> dict[str, Any]:
    """A row of `solutions`. `code` is the program, or the stated answer where the benchmark asks for one."""
    if completion.code is not None:
        code = completion.code or None
    elif problem.style == "output":
        code = extract_output(completion.text)
    elif problem.style == "input":
        code = extract_input(completion.text)
    else:
        code = extract_code(completion.text, extraction)
    return {
        "problem_id": problem.problem_id,
        "sample": completion.index,
        "code": storable(code),
        **response_columns(completion),
    }


def response_columns(completion: Completion) -> dict[str, Any]:
    """The columns that every table with responses shares."""
    return {
        "response": storable(completion.text),
        "reasoning": storable(completion.reasoning),
        "finish_reason": completion.finish_reason,
        "n_tokens": completion.n_tokens,
        "n_prompt_tokens": completion.n_prompt_tokens,
        "prompt_sha256": completion.request.prompt_sha256,
    }


def verdict_row(problem_id: str, sample: int, regime: str, turn: int, verdict: Verdict) -> dict[str, Any]:
    return {
        "problem_id": problem_id,
        "sample": sample,
        "regime": regime,
        "turn": turn,
        "test": verdict.test,
        "visibility": verdict.visibility,
        "verdict": verdict.verdict,
        "cpu_ms": verdict.cpu_ms,
        "wall_ms": verdict.wall_ms,
        "max_rss_kb": verdict.max_rss_kb,
        "detail": storable(verdict.detail),
    }


def execution_rows(
    problem: Problem, code: str | None, verdicts: Iterable[Verdict]
) -> Iterator[dict[str, Any]]:
    """What the program really answered to the public tests."""
    if code is None:
        return
    for verdict in verdicts:
        if verdict.visibility == "public":
            answer = verdict.answer if verdict.answer is not None else error_answer(verdict.verdict)
            answer = stated(problem, answer)[:LONGEST_ANSWER]
            yield {
                "problem_id": problem.problem_id,
                "code_sha256": code_sha256(code),
                "test": verdict.test,
                "actual": storable(answer),
                "passed": verdict.verdict == "AC",
            }


def _execution_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["problem_id"], row["code_sha256"], row["test"])
