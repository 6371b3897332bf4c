"""Where programs and their inputs come from: benchmarks, a run directory, a JSONL file, a folder of code."""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks import BenchOptions, code_contests, starter
from benchmarks.files import Row, rows
from benchmarks.problem import Test
from harness import runs
from sandboxes.drivers.function import PRELUDE
from selfexec.errors import UsageError

BENCHMARKS = ("starter", "code_contests", "cruxeval", "humaneval")
LICENCES = {
    "starter": "Apache-2.0 (written for this project)",
    "code_contests": "CC-BY-4.0 (DeepMind CodeContests)",
    "cruxeval": "MIT (facebookresearch/cruxeval)",
    "humaneval": "MIT (openai/human-eval)",
    "run": "that of the model's outputs and of the benchmark",
    "jsonl": "that of the file given",
    "folder": "that of the files given",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A program and the inputs to record it on.

    entry: the function to call, None for a program that reads stdin.     inputs: each is the text on stdin,
    or the source of a call's arguments (`[1, 2], key='a'`); None where they are to be found.
    """

    program_id: str
    source_kind: str
    source: str
    entry: str | None
    inputs: tuple[str, ...] | None


def kind_of(source: str) -> str:
    """The source kind that `--source` names. Raises UsageError if it names nothing."""
    if source in BENCHMARKS:
        return source
    path = Path(source)
    if path.is_dir():
        return "run" if (path / "manifest.json").is_file() else "folder"
    if path.is_file():
        if path.name.endswith((".jsonl", ".jsonl.gz")):
            return "jsonl"
        raise UsageError(f"--source {source}: a file has to be JSONL (.jsonl or .jsonl.gz)")
    raise UsageError(
        f"--source {source}: neither {', '.join(BENCHMARKS)} nor a JSONL file, a folder or a run directory"
    )


def subjects(source: str, data: str | None = None) -> Iterator[Subject]:
    """The programs of a source, one at a time. Raises UsageError for data that is missing or malformed."""
    kind = kind_of(source)
    if kind in ("jsonl", "folder") and data is not None:
        raise UsageError(f"--data {data}: does not apply to {source}, which is the data; leave it out")
    if kind == "starter":
        return _starter(data)
    if kind == "code_contests":
        return _code_contests(data)
    if kind == "cruxeval":
        return _cruxeval(data)
    if kind == "humaneval":
        return _humaneval(data)
    if kind == "run":
        return _run(Path(source), data)
    return _jsonl(Path(source)) if kind == "jsonl" else _folder(Path(source))


def _starter(data: str | None) -> Iterator[Subject]:
    problems = {problem.problem_id: problem for problem in benchmarks.load("starter", data=data)}
    for solution in starter.solutions():
        problem = problems.get(solution.problem_id)
        if problem is not None:
            name = f"{solution.problem_id}/{solution.name}"
            yield _solution(name, "starter", solution.code, problem.entry, problem.public_tests)


def _solution(name: str, kind: str, code: str, function: str | None, tests: Sequence[Test]) -> Subject:
    """A solution on tests of its problem. `function` is what these call, None if they are stdin."""
    if function is None:
        return Subject(name, kind, code, None, tuple(test.input for test in tests))
    # A contest site calls a method of a new object, and has imported much that a solution does not.
    entry = function if re.search(rf"^def {function}\b", code, re.MULTILINE) else f"Solution().{function}"
    given = [[json.loads(line) for line in test.input.splitlines() if line.strip()] for test in tests]
    inputs = tuple(", ".join(map(repr, arguments)) for arguments in given)
    return Subject(name, kind, with_imports(code), entry, inputs)


def with_imports(code: str) -> str:
    """`code` with a line in front of it for each name that it uses and only a contest site would import."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return code
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    lines = sorted(_prelude()[name] for name in used if name not in bound and name in _prelude())
    return "".join(f"{line}\n" for line in lines) + code


@lru_cache(maxsize=1)
def _prelude() -> dict[str, str]:
    """name -> the line that imports it, for what the judge of function-style problems imports beforehand."""
    known: dict[str, str] = {}
    for node in ast.parse(PRELUDE).body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if isinstance(node, ast.Import):
                known[alias.name] = f"import {alias.name}"
                continue
            module = import_module(node.module or "")
            names = [alias.name] if alias.name != "*" else getattr(module, "__all__", vars(module))
            known |= {name: f"from {node.module} import {name}" for name in names if name[0] != "_"}
    return {name: line for name, line in known.items() if not hasattr(builtins, name)}


def _code_contests(data: str | None) -> Iterator[Subject]:
    """The Python 3 solutions, right and wrong ones, each on its problem's public and private tests."""
    options = BenchOptions(data=data, split="train" if data is None else None)
    found = code_contests.solutions(options)
    number, solution = 0, next(found, None)
    for problem in benchmarks.load("code_contests", options):
        inputs = None
        while solution is not None and solution.problem_id == problem.problem_id:
            if inputs is None:
                tests = [test for test in problem.load_tests() if test.visibility != "generated"]
                inputs = tuple(test.input for test in tests)
            yield Subject(f"{problem.problem_id}/{number}", "code_contests", solution.code, None, inputs)
            number, solution = number + 1, next(found, None)
        number = 0


def _cruxeval(data: str | None) -> Iterator[Subject]:
    for problem in benchmarks.load("cruxeval", data=data):
        call = problem.public_tests[0].input
        arguments = call[call.index("(") + 1 : -1]
        yield Subject(problem.problem_id, "cruxeval", problem.program, problem.entry, (arguments,))


def _humaneval(data: str | None) -> Iterator[Subject]:
    """The canonical solutions on the calls of their own tests."""
    for problem in benchmarks.load("humaneval", data=data):
        (test,) = problem.load_tests()
        calls = tuple(calls_in(test.input, "candidate"))
        yield Subject(problem.problem_id, "humaneval", problem.program, problem.entry, calls)


def calls_in(test: str, name: str) -> Iterator[str]:
    """The arguments of the calls of `name` in a test's source that are literals, each once."""
    seen = set()
    for node in ast.walk(ast.parse(test)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            values = [*node.args, *(each.value for each in node.keywords)]
            try:
                for value in values:
                    ast.literal_eval(value)
            except ValueError:
                continue
            parts = [ast.unparse(each) for each in node.args]
            parts += [f"{each.arg}={ast.unparse(each.value)}" for each in node.keywords]
            text = ", ".join(parts)
            if text not in seen:
                seen.add(text)
                yield text


def _run(directory: Path, data: str | None) -> Iterator[Subject]:
    """A run's solutions on the public tests of their problems, as the run's tables hold them."""
    if data is not None:
        raise UsageError(f"--data {data}: a run directory holds its own tests; leave it out")
    run = runs.open_run(directory)
    problems: dict[str, tuple[str | None, list[Test]]] = {}
    for row in run["problems"].rows():
        if row["style"] in ("stdin", "function"):
            tests = [Test(each["input"], each["output"]) for each in json.loads(row["public_tests"])]
            problems[row["problem_id"]] = (row["entry"] if row["style"] == "function" else None, tests)
    for row in run["solutions"].rows(["problem_id", "sample", "code"]):
        if row["code"] and row["problem_id"] in problems:
            name = f"{row['problem_id']}/{row['sample']}"
            yield _solution(name, "run", row["code"], *problems[row["problem_id"]])


def _jsonl(path: Path) -> Iterator[Subject]:
    seen: dict[str, str] = {}
    for row in rows(path):
        name = row.text("program_id")
        if name in seen:
            raise row.fault("program_id", f"{name!r} is also that of {seen[name]}")
        seen[name] = row.where
        entry = row.text("entry", "") or None
        if entry is not None and not all(part.isidentifier() for part in entry.split(".")):
            raise row.fault("entry", f"{entry!r} is no name of a function")
        inputs = row.values.get("inputs")
        if inputs is None and entry is None:
            raise row.fault("inputs", "is missing (only a function can do without)")
        if inputs is not None:
            inputs = _texts(row, inputs)
        yield Subject(name, "jsonl", row.text("source"), entry, inputs)


def _texts(row: Row, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise row.fault("inputs", "is not a list of texts")
    return tuple(value)


_UNSUITABLE = re.compile(r"^(?:test_|_|main$)")


def _folder(directory: Path) -> Iterator[Subject]:
    """The top-level functions of the .py files below `directory` that take arguments; inputs are found."""
    paths = sorted(directory.rglob("*.py"))
    if not paths:
        raise UsageError(f"--source {directory}: the folder holds no .py file")
    for path in paths:
        try:
            source = path.read_text(encoding="utf-8")
            tree = ast.parse(source)
        except (UnicodeDecodeError, SyntaxError, ValueError):
            continue  # code of another Python version, or no code: a folder of public code holds some
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or _UNSUITABLE.search(node.name) or node.decorator_list:
                continue
            arguments = node.args
            if arguments.args or arguments.posonlyargs:
                name = f"{path.relative_to(directory)}:{node.name}"
                yield Subject(name, "folder", source, node.name, None)
