"""Judge programs: run them on a problem's tests in the sandbox and compare what comes out.

python -m harness.judge PROGRAM.py --tests TESTS.jsonl
python -m harness.judge SOLUTIONS.jsonl --bench starter
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from benchmarks import BenchOptions, load
from benchmarks.checkers import comparator, is_program
from benchmarks.files import rows
from benchmarks.literals import evaluate
from benchmarks.problem import Problem, Test
from harness import console
from harness.assertions import AssertionJudge
from harness.checking import call_in_answer, cannot_reach_out, check, read_answer
from harness.executors.judging import Parcels
from harness.responses import extract_code
from harness.tracing.sources import with_imports
from harness.verdicts import Answer, Verdict, decide, failure
from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program, SandboxError
from sandboxes.pool import SandboxOptions, SandboxPool, open_pool
from sandboxes.ray_pool import RayPool
from selfexec import commandline
from selfexec.errors import UsageError

NAME = "python -m harness.judge"
ALL_RIGHT, NOT_ALL_RIGHT, OUR_FAULT = 0, 1, 3


class Judge:
    """Judges solutions on one pool. Thread-safe.

    Limits are the problem's, times the two factors. With `stop_early` the public tests are all run, and
    the others up to the first test that is not AC: what every metric needs, at a fraction of the cost.
    With `share_identical` a program that is submitted again for the same problem gets the same verdicts
    without running again: models repeat themselves, most of all on easy problems.
    """

    def __init__(
        self,
        pool: SandboxPool,
        time_factor: float = 1.0,
        memory_factor: float = 1.0,
        stop_early: bool = False,
        share_identical: bool = False,
    ):
        self.pool = pool
        self.time_factor = time_factor
        self.memory_factor = memory_factor
        self.stop_early = stop_early
        self._shared: dict[tuple[str, str, tuple[int, ...] | None], Future] | None = (
            {} if share_identical else None
        )
        self._assertions = AssertionJudge(pool)
        self._parcels = Parcels(pool) if isinstance(pool, RayPool) else None
        self._threads = ThreadPoolExecutor(pool.workers, thread_name_prefix="judge")

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self, problem: Problem, code: str | None, tests: Sequence[int] | None = None
    ) -> Future[list[Verdict]]:
        """`judge` in a thread of its own, one per worker of the pool, or on a node of its cluster. To be
        called from one thread."""
        if self._shared is None or not code:
            return self._start(problem, code, tests)
        key = (problem.problem_id, code, None if tests is None else tuple(tests))
        if key not in self._shared:
            self._shared[key] = self._start(problem, code, tests)
        return self._shared[key]

    def _start(
        self, problem: Problem, code: str | None, tests: Sequence[int] | None
    ) -> Future[list[Verdict]]:
        if self._parcels is None:
            return self._threads.submit(self.judge, problem, code, tests)
        settings = (self.time_factor, self.memory_factor, self.stop_early)
        return self._parcels.submit(problem, code, tests, settings)

    def faults(self, problems: Iterable[Problem]) -> dict[str, str]:
        """Problems that no solution can be judged on, by id, and why: their own reference solution fails.

        Data sets have such rows. They are to be left out, and that is to be said.
        """
        checked = [problem for problem in problems if problem.style == "assertions"]
        reasons = self._threads.map(self._assertions.fault, checked)
        return {problem.problem_id: why for problem, why in zip(checked, reasons, strict=True) if why}

    def judge(self, problem: Problem, code: str | None, tests: Sequence[int] | None = None) -> list[Verdict]:
        """The verdicts of `code` on the problem's tests, or on those whose numbers are given, in order.

        For CruxEval `code` is the answer: a literal (style "output") or a call (style "input").
        Raises SandboxError for a fault of the sandbox, which is no verdict, and UsageError where the
        problem itself cannot be judged (a checker that does not compile).
        """
        chosen = _numbered(problem, tests)
        if not code or not code.strip():
            return [Verdict(number, test.visibility, "CE", 0, 0, 0, "no code") for number, test in chosen]
        match problem.style:
            case "stdin":
                return self._run(problem, _script(problem, code), chosen)
            case "function":
                options = {"entry": problem.entry, "arguments": "json-lines", "prelude": True}
                options["recursion_limit"] = problem.recursion_limit
                return self._run(problem, Program(code, "function", options), chosen)
            case "assertions":
                return self._assertions.judge(problem, code, chosen, self.limits(problem), self.stop_early)
            case "output":
                return [self._literal(problem, code, *one) for one in chosen]
            case "input":
                return [self._call(problem, code, *one) for one in chosen]
        raise UsageError(f"{problem.problem_id}: style {problem.style!r} is none that can be judged")

    def matches(self, problem: Problem, number: int, answer: str) -> bool:
        """Is `answer` right for public test `number`? By the problem's checker, as a verdict would be.

        An answer to a function is a Python literal; tuples count as lists, as they do in its JSON.
        """
        test = problem.public_tests[number]
        if problem.style == "function":
            try:
                answer = json.dumps(evaluate(answer))
            except (ValueError, TypeError, RecursionError):
                return False
        return check(self.pool, problem, [(test, answer)])[0].right

    def limits(self, problem: Problem) -> Limits:
        """The limits in force for `problem`."""
        return Limits(
            cpu_s=problem.time_limit_s * self.time_factor,
            memory_bytes=int(problem.memory_limit_bytes * self.memory_factor),
        )

    def _run(self, problem: Problem, program: Program, chosen: list[tuple[int, Test]]) -> list[Verdict]:
        """Run a program on its tests. A checker that is a program itself gets its turn when all have run:
        inside the run it would need a second worker."""
        limits = self.limits(problem)
        later = is_program(problem.checker)
        verdicts: list[Verdict] = []
        waiting: list[tuple[int, Outcome, str]] = []

        def see(outcome: Outcome) -> bool:
            number, test = chosen[len(verdicts)]
            answer = None
            if not failure(outcome, limits):
                try:
                    text = read_answer(problem, outcome)
                    answer = Answer(text, True) if later else check(self.pool, problem, [(test, text)])[0]
                    waiting.append((len(verdicts), outcome, text))
                except ValueError as error:
                    answer = Answer(outcome.stdout.decode(errors="replace"), False, str(error))
            verdicts.append(decide(number, test, outcome, limits, answer))
            return self.stop_early and _decided(chosen, verdicts)

        self.pool.run(program, [test.input.encode() for _, test in chosen], limits, see)
        if later:
            answers = check(self.pool, problem, [(chosen[place][1], text) for place, _, text in waiting])
            for (place, outcome, _), answer in zip(waiting, answers, strict=True):
                verdicts[place] = decide(*chosen[place], outcome, limits, answer)
            if self.stop_early:
                ends = (end for end in range(1, len(verdicts)) if _decided(chosen, verdicts[:end]))
                del verdicts[next(ends, len(verdicts)) :]
        return verdicts

    def _literal(self, problem: Problem, code: str, number: int, test: Test) -> Verdict:
        """CruxEval-O: the answer is a literal, which is compared without running anything."""
        answer = check(self.pool, problem, [(test, code)])[0]
        return Verdict(number, test.visibility, "AC" if answer.right else "WA", 0, 0, 0, answer.detail, code)

    def _call(self, problem: Problem, code: str, number: int, test: Test) -> Verdict:
        """CruxEval-I: does the answered call give the expected value?

        An argument that could reach the function's code and change it is evaluated in a run of its own, and
        only its value meets the function.
        """
        limits, entry = self.limits(problem), problem.entry
        call = call_in_answer(code, entry)
        if call is None:
            return Verdict(number, test.visibility, "CE", 0, 0, 0, f"not a call of {entry}")
        given, form = ast.unparse(call).encode(), "expression"
        if not cannot_reach_out(call):
            echo = f"def {entry}(*arguments, **keywords): return [list(arguments), keywords]"
            program = Program(echo, "function", {"entry": entry, "arguments": "expression"})
            (outcome,) = self.pool.run(program, [given], limits)
            if failure(outcome, limits):
                return decide(number, test, outcome, limits, None)
            given, form = outcome.result, "typed"
        program = Program(problem.program, "function", {"entry": entry, "arguments": form})
        (outcome,) = self.pool.run(program, [given], limits)
        answer = None
        if not failure(outcome, limits):
            try:
                answer = check(self.pool, problem, [(test, read_answer(problem, outcome))])[0]
            except ValueError as error:
                answer = Answer("", False, str(error))
        return decide(number, test, outcome, limits, answer)


def _script(problem: Problem, code: str) -> Program:
    """A stdin program. Where the benchmark's grader imports names beforehand, those that it uses and does not
    bind itself are there."""
    prelude = with_imports(code).removesuffix(code) if problem.imported else ""
    options = {"prelude": prelude, "recursion_limit": problem.recursion_limit}
    return Program(code, options={name: value for name, value in options.items() if value})


def _decided(chosen: Sequence[tuple[int, Test]], verdicts: Sequence[Verdict]) -> bool:
    """Is nothing left to learn? A test failed, and no public test is still to be run."""
    left = chosen[len(verdicts) :]
    return any(one.verdict != "AC" for one in verdicts) and not (left and left[0][1].visibility == "public")


def _numbered(problem: Problem, numbers: Sequence[int] | None) -> list[tuple[int, Test]]:
    """The tests by their numbers, all of them for None."""
    public = problem.public_tests
    if numbers is not None and all(number < len(public) for number in numbers):
        return [(number, public[number]) for number in numbers]  # no need to load what may be large
    tests = problem.load_tests()
    return [(number, tests[number]) for number in (range(len(tests)) if numbers is None else numbers)]


@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """Judge one program on a file of tests, or many solutions on a benchmark. Exit code 0: all are AC;
    1: some are not; 2: bad input; 3: the sandbox failed (INTERNAL)."""

    source: Annotated[Path, Parameter(name="PROGRAM")] = field(kw_only=False)
    """PROGRAM.py, or SOLUTIONS.jsonl with lines {"problem_id", "sample", "response" or "code"}."""

    tests: Path | None = None
    """Tests for PROGRAM.py: lines {"input": str, "output": str}."""

    bench: str | None = None
    """Benchmark that the solutions are for: starter, livecodebench, code_contests, humaneval, mbpp ..."""

    checker: str | None = None
    """How outputs are compared: exact, tokens, lines (default), float, dmc, unordered-lines ..."""

    time_limit: float | None = None
    """CPU seconds per test; default 10, or the problem's."""

    memory_limit: int | None = None
    """MiB per test; default 512, or the problem's."""

    stop_early: bool = False
    """Run the public tests, and the others only up to the first that is not AC."""

    extraction: str = "lenient"
    """How a program is found in a response; lcb is LiveCodeBench's rule."""

    json: bool = False
    """One JSON object per test on stdout; everything else on stderr."""

    data: Annotated[BenchOptions, Parameter(name="*", group="Problems")] = field(default_factory=BenchOptions)
    sandbox: Annotated[SandboxOptions, Parameter(name="*", group="Sandbox")] = field(
        default_factory=SandboxOptions
    )


@dataclass(frozen=True)
class Solution:
    """One program to judge. `label` is what its rows are known by in the output."""

    label: dict[str, Any]
    problem: Problem
    code: str | None


def main(options: JudgeOptions) -> int:
    _check(options)
    solutions = _one_program(options) if options.bench is None else _many_solutions(options)
    counts: Counter[str] = Counter()
    with (
        open_pool(options.sandbox) as pool,
        Judge(pool, options.sandbox.time_factor, options.sandbox.memory_factor, options.stop_early) as judge,
    ):
        told = pool.describe()
        console.note(f"sandbox: {told['backend']}, level {told['level']}, {told['workers']} workers")
        faults = judge.faults({one.problem.problem_id: one.problem for one in solutions}.values())
        for why in faults.values():
            console.note(f"left out: {why}")
        sound = [one for one in solutions if one.problem.problem_id not in faults]
        futures = [judge.submit(one.problem, one.code) for one in sound]
        with console.meter("judge", len(sound), "solutions") as meter:
            for one, future in zip(sound, futures, strict=True):
                try:
                    verdicts = future.result()
                except SandboxError as error:
                    verdicts = [Verdict(-1, "private", "INTERNAL", 0, 0, 0, str(error))]
                for verdict in verdicts:
                    counts[verdict.verdict] += 1
                    _print(options, one.label, verdict)
                meter.advance()
    console.note("  ".join(f"{name} {count}" for name, count in counts.most_common()))
    if counts["INTERNAL"]:
        return OUR_FAULT
    return ALL_RIGHT if set(counts) <= {"AC"} else NOT_ALL_RIGHT


def _check(options: JudgeOptions) -> None:
    if (options.tests is None) == (options.bench is None):
        raise UsageError("give either --tests TESTS.jsonl (for a program) or --bench NAME (for solutions)")
    if options.time_limit is not None and not 0 < options.time_limit <= 3600:
        raise UsageError(f"--time-limit {options.time_limit:g}: give seconds, above 0 and at most 3600")
    if options.memory_limit is not None and not 16 <= options.memory_limit <= 1 << 20:
        raise UsageError(f"--memory-limit {options.memory_limit}: give MiB, at least 16")
    if options.extraction not in ("lenient", "lcb"):
        raise UsageError(f"--extraction {options.extraction}: choose lenient or lcb")
    if options.checker is not None:
        comparator(options.checker)  # raises for one that does not exist or that is a program
    for path in (options.source, options.tests):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: no such file")


def _one_program(options: JudgeOptions) -> list[Solution]:
    try:
        code = options.source.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{options.source}: not UTF-8 at byte {error.start}") from None
    tests = tuple(Test(row.text("input"), row.text("output", "")) for row in rows(options.tests))
    if not tests:
        raise UsageError(f"{options.tests}: holds no test")
    problem = Problem(
        problem_id=options.source.name,
        statement="",
        bare_statement="",
        public_tests=(),
        load_tests=lambda: tests,
        checker=options.checker or "lines",
        time_limit_s=options.time_limit or 10.0,
        memory_limit_bytes=(options.memory_limit or 512) * MEBIBYTE,
    )
    return [Solution({}, problem, code)]


def _many_solutions(options: JudgeOptions) -> list[Solution]:
    changes: dict[str, Any] = {}
    if options.checker:
        changes["checker"] = options.checker
    if options.time_limit:
        changes["time_limit_s"] = options.time_limit
    if options.memory_limit:
        changes["memory_limit_bytes"] = options.memory_limit * MEBIBYTE
    problems = {one.problem_id: replace(one, **changes) for one in load(options.bench, options.data)}
    solutions = []
    for row in rows(options.source):
        if row.text("kind", "solve") != "solve":
            continue
        problem_id = row.text("problem_id")
        if problem_id not in problems:
            raise row.fault("problem_id", f"{problem_id!r} is not a problem of {options.bench}")
        if row.values.get("code") is not None:
            code = row.text("code")
        else:
            code = extract_code(row.text("response"), options.extraction)
        label = {"problem_id": problem_id, "sample": row.get("sample", int, 0)}
        solutions.append(Solution(label, problems[problem_id], code))
    if not solutions:
        raise UsageError(f"{options.source}: holds no solution")
    return solutions


def _print(options: JudgeOptions, label: dict[str, Any], verdict: Verdict) -> None:
    row = {
        **label,
        "test": None if verdict.verdict == "INTERNAL" else verdict.test,
        "verdict": verdict.verdict,
        "cpu_ms": verdict.cpu_ms,
        "wall_ms": verdict.wall_ms,
        "max_rss_kb": verdict.max_rss_kb,
        "detail": verdict.detail,
    }
    if options.json:
        print(json.dumps(row))
    else:
        where = " ".join(str(value) for value in label.values())
        where += "" if row["test"] is None else f" test {verdict.test}"
        figures = f"{verdict.cpu_ms:9.1f} ms {verdict.max_rss_kb >> 10:5} MiB"
        print(f"{where.strip():12} {verdict.verdict:4} {figures}  {verdict.detail}".rstrip())


if __name__ == "__main__":
    commandline.run(NAME, JudgeOptions, main)
