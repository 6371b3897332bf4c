"""MBPP (arXiv 2108.07732) and MBPP+ (arXiv 2305.01210): a function from one sentence and three tests."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from benchmarks.assertions import WITHOUT_NUMPY
from benchmarks.benchmark import Benchmark, BenchOptions, choose, refuse_other_options
from benchmarks.files import Pin, Row, find, rows
from benchmarks.problem import Problem, Test

PIN = Pin(
    "google-research-datasets/mbpp",
    "4bb6404fdc6cacfda99d4ac4205087b89d32030c",
    {
        "full/test-00000-of-00001.parquet": (
            "566fd53060ffba5766dace1d1e2f4c38906781526de222b0dfbdbc325b696c77"
        )
    },
)
PLUS_PIN = Pin(
    "evalplus/mbppplus",
    "b2d74c91837c3f2a20c1299ae98133cbe7cfa077",
    {
        "data/test-00000-of-00001-d5781c9c51e02795.parquet": (
            "dc20030b3788fccf617444edcb34138ef13d7e4fafd17bfcb8c1279dbb12399b"
        )
    },
)
# Tasks 1-10 are for few-shot prompts, 511 and up for validation and training.
TEST_TASKS = range(11, 511)
TIME_LIMIT_S = 10.0


def load(options: BenchOptions) -> Benchmark:
    """The 500 test tasks of MBPP (--split base, the default), or the 378 tasks of MBPP+ (--split plus).

    The assertions of `test_list` are public, as the usual prompt shows them; MBPP+ adds one private test
    with all its inputs. The challenge tests are left out: published scores do not use them.
    """
    refuse_other_options("mbpp", options, ("split",))
    split = choose("--split", options.split, ("base", "plus"))
    if split == "base":
        files = find(PIN, ("full/test-*.parquet",), options)
    else:
        files = find(PLUS_PIN, ("data/test-*.parquet",), options)
    problems: dict[str, Problem] = {}
    for path in files.paths:
        for row in rows(path):
            if len(problems) == options.limit:
                break
            number = row.get("task_id", (int, str))
            if split == "base" and isinstance(number, int) and number not in TEST_TASKS:
                continue
            problem = _problem(row)
            if problem.problem_id in problems:
                raise row.fault("task_id", f"{number!r} comes twice")
            problems[problem.problem_id] = problem
    choices = {"split": split, "limit": options.limit}
    return Benchmark("mbpp", tuple(problems.values()), files.source, files.revision, files.sha256, choices)


def _problem(row: Row) -> Problem:
    if "plus_input" in row.values:
        raise row.fault(
            "plus_input", "needs EvalPlus's own decoder; use the Parquet file of evalplus/mbppplus"
        )
    # The sanitized and the plus rows say `prompt` where the full ones say `text`.
    task = row.text("text", "") or row.text("prompt")
    reference = row.text("code")
    assertions = row.texts("test_list")
    if not assertions:
        raise row.fault("test_list", "holds no assertions")
    entry = _entry(row, assertions, reference)
    setup = _setup(row)
    public = tuple(Test(f"{setup}{assertion.strip()}\n", "", "public") for assertion in assertions)
    private = ()
    if added := row.text("test", ""):
        private = (Test(f"{setup}{WITHOUT_NUMPY}{added.rstrip()}\n", ""),)
    starter = f"{_signature(reference, entry)}\n    ...\n"
    shown = "\n".join(assertion.strip() for assertion in assertions)
    return Problem(
        problem_id=f"mbpp/{row.get('task_id', (int, str))}",
        statement=f"{task.strip()}\n\nThe function must pass these tests:\n\n{shown}",
        bare_statement=task.strip(),
        public_tests=public,
        load_tests=partial(tuple, (*public, *private)),
        style="assertions",
        entry=entry,
        starter_code=starter,
        program=reference,
        checker="exact",
        time_limit_s=TIME_LIMIT_S,
    )


def _setup(row: Row) -> str:
    """What comes before every assertion: a text in the full rows, a list of imports in the others."""
    lines = [row.text("test_setup_code", ""), *row.texts("test_imports", ())]
    return "".join(f"{line.strip()}\n" for line in lines if line.strip())


def _entry(row: Row, assertions: Sequence[str], reference: str) -> str:
    """The function of the reference solution that the first assertion calls."""
    try:
        defined = [node.name for node in ast.parse(reference).body if isinstance(node, ast.FunctionDef)]
        called = {
            node.func.id
            for node in ast.walk(ast.parse(assertions[0].strip()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
    except SyntaxError as error:
        raise row.fault("code", f"or the first test is not Python: {error}") from None
    for name in defined:
        if name in called:
            return name
    raise row.fault("code", "defines no function that the first test calls")


def _signature(reference: str, entry: str) -> str:
    """`def NAME(PARAMETERS):` of the reference solution, on one line."""
    functions = (node for node in ast.parse(reference).body if isinstance(node, ast.FunctionDef))
    (arguments, *_) = (ast.unparse(node.args) for node in functions if node.name == entry)
    return f"def {entry}({arguments}):"
