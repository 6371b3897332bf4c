"""The answer of a run that ended well: what it is, and whether the problem's checker accepts it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.checkers import comparator, is_program
from benchmarks.problem import Problem, Test
from harness.verdicts import Answer, failure, last_line
from sandboxes import native, values
from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program
from sandboxes.pool import SandboxPool
from selfexec.errors import UsageError

CHECKER_LIMITS = Limits(cpu_s=30, memory_bytes=1024 * MEBIBYTE)
TESTLIB_FILES = ("input", "output", "answer")  # the arguments of a testlib checker, in this order
TESTLIB_WRONG = (1, 2)  # wrong answer, presentation error; other failures of a checker are its own
MAX_SHOWN = 200


def read_answer(problem: Problem, outcome: Outcome) -> str:
    """The answer of a run that ended well, as text in the form that the problem's checker compares.

    Raises ValueError if it gave none: what a function returned is no value that can be compared.
    """
    if problem.style == "stdin":
        try:
            return outcome.stdout.decode()
        except UnicodeDecodeError:
            raise ValueError("the output is not UTF-8") from None
    value = values.loads(outcome.result)
    if problem.checker != "json":
        return repr(value)
    try:
        return json.dumps(values.plain(value))
    except TypeError as error:
        raise ValueError(str(error)) from None


def check(pool: SandboxPool, problem: Problem, answers: Sequence[tuple[Test, str]]) -> list[Answer]:
    """Which answers the problem's checker accepts. One that is a program runs in a sandbox of `pool`."""
    if is_program(problem.checker):
        return _ask_program(pool, problem, answers) if answers else []
    matches = comparator(problem.checker)
    return [
        Answer(text, True) if matches(test.output, text) else Answer(text, False, f"answered {_short(text)}")
        for test, text in answers
    ]


def _short(text: str) -> str:
    return repr(text) if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]!r}... ({len(text)} characters)"


def _ask_program(pool: SandboxPool, problem: Problem, answers: Sequence[tuple[Test, str]]) -> list[Answer]:
    """Ask the problem's own checker, each time in a fresh process.

    A checker that stumbles over an output has found it wrong. That a checker is broken shows in the
    expected output: it must accept that.
    """
    ask = _ask_testlib if problem.checker == "testlib" else _ask_python
    told = []
    said = ask(pool, problem, answers)
    for (test, text), (right, detail, stumbled) in zip(answers, said, strict=True):
        if stumbled and not ask(pool, problem, [(test, test.output)])[0][0]:
            raise UsageError(f"{problem.problem_id}: its checker fails on the expected output: {detail}")
        told.append(Answer(text, right, detail or ("" if right else f"answered {_short(text)}")))
    return told


# What a checker said of one answer: is it right, a detail for a person, and did the checker itself fail.
_Said = tuple[bool, str, bool]


def _ask_python(pool: SandboxPool, problem: Problem, answers: Sequence[tuple[Test, str]]) -> list[_Said]:
    """Call `check(input, output, expected)` of a checker in Python."""
    program = Program(problem.checker_source, "function", {"entry": "check", "arguments": "json-list"})
    inputs = [json.dumps([test.input, text, test.output]).encode() for test, text in answers]
    said = []
    for outcome in pool.run(program, inputs, CHECKER_LIMITS):
        try:
            said.append((values.loads(outcome.result) is True, "", False))
        except ValueError:
            said.append((False, f"the checker failed: {last_line(outcome.stderr)}", True))
    return said


def _ask_testlib(pool: SandboxPool, problem: Problem, answers: Sequence[tuple[Test, str]]) -> list[_Said]:
    """Run `checker input output answer`, compiled: it exits with 0 if right, 1 or 2 if wrong."""
    executable = native.compile_program(pool, problem.checker_source)
    inputs = [
        dict(zip(TESTLIB_FILES, map(str.encode, (test.input, text, test.output)), strict=True))
        for test, text in answers
    ]
    limits = replace(CHECKER_LIMITS, execute=True)
    said = []
    for outcome in native.run_program(pool, executable, TESTLIB_FILES, inputs, limits):
        words = outcome.stderr.decode(errors="replace").strip()[:MAX_SHOWN]
        failed = failure(outcome, limits)
        if failed and outcome.exit not in TESTLIB_WRONG:
            said.append((False, f"the checker failed: {failed[1]}", True))
        else:
            said.append((not failed, words if failed else "", False))
    return said


def call_in_answer(answer: str, entry: str) -> ast.Call | None:
    """The call of `entry` that an answer to CruxEval-I is, or that its bare arguments make."""
    for text in (answer.strip(), f"{entry}({answer.strip()})"):
        try:
            node = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry:
            return node
    return None


# Attributes by which a generator, frame, traceback, coroutine or function leads to the code around it.
INNARDS = ("_", "gi_", "f_", "tb_", "cr_", "ag_", "co_", "func_", "mro")
BUILTINS = frozenset(
    re.findall(
        r"\w+",
        """abs all any bin bool bytearray bytes chr complex dict divmod enumerate filter float format
        frozenset hash hex int isinstance iter len list map max min next oct ord pow range repr
        reversed round set slice sorted str sum tuple zip""",
    )
)


def cannot_reach_out(call: ast.Call) -> bool:
    """Do the arguments of `call` name nothing but builtins and their own variables, and no innards?

    Such arguments (a lambda, say) can be evaluated beside the function without being able to change it.
    """
    own = {node.arg for node in ast.walk(call) if isinstance(node, ast.arg)}
    own |= {
        node.id for node in ast.walk(call) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for part in (*call.args, *call.keywords):
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and node.id not in BUILTINS | own:
                return False
            if isinstance(node, ast.Attribute) and node.attr.startswith(INNARDS):
                return False
            if isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)):
                return False
    return True
