"""A problem and its tests, whatever data set they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

# A limit beyond these is a fault of the row.
MOST_SECONDS = 3600.0
MOST_MIB = 1 << 20

Visibility = Literal["public", "private", "generated"]

# How a solution is asked, and so how a test is run:
#   stdin       a program that reads stdin and prints
#   function    a function or Solution method: one JSON argument a line in, JSON of the return value out
#   assertions  Python assertions about a function (HumanEval, MBPP); `Test.input` is their source, and
#               `starter_code` runs before a solution: it holds the imports and helpers that tests rely on
#   output      CruxEval-O: the answer is the value of a given call        (`program` holds the code)
#   input       CruxEval-I: the answer is a call that gives a given value  (`program` holds the code)
Style = Literal["stdin", "function", "assertions", "output", "input"]


@dataclass(frozen=True, slots=True)
class Test:
    """One input and its expected output, as text in the form that `Style` says."""

    __test__ = False  # not a test class for pytest

    input: str
    output: str
    visibility: Visibility = "private"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. Public tests are at hand; all tests are loaded when asked for, since they may be large.

    `load_tests()` returns every test, the public ones first: a test's number is its place in that tuple.
    `bare_statement` is the statement with its example tests removed (for --hide-public-tests).
    `checker` names a rule of `benchmarks.checkers`; `checker_source` is the program of a `python` or
    `testlib` checker. `time_limit_s` is CPU seconds per test, `memory_limit_bytes` the peak resident set.
    `imported`: the benchmark's own grader runs a program as if it had imported the usual modules and all
    their names; `recursion_limit` is what that grader sets, None for Python's own.
    `tags` holds what tables are broken down by: date (ISO), platform, difficulty, contest. `flags` warns of
    known faults of the row.
    """

    problem_id: str
    statement: str
    bare_statement: str
    public_tests: tuple[Test, ...]
    load_tests: Callable[[], tuple[Test, ...]] = field(repr=False, compare=False)
    style: Style = "stdin"
    entry: str | None = None
    starter_code: str = ""
    program: str = ""
    checker: str = "lines"
    checker_source: str = ""
    time_limit_s: float = 6.0
    memory_limit_bytes: int = 512 << 20
    recursion_limit: int | None = None
    imported: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
