"""CodeContests (arXiv 2203.07814) in the schema of the hub, and CodeContests+ (arXiv 2506.05817) rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.benchmark import Benchmark, BenchOptions, choose, refuse_other_options
from benchmarks.files import Files, Pin, Row, find, rows
from benchmarks.problem import MOST_MIB, MOST_SECONDS, Problem, Test, Visibility
from benchmarks.statement import without_examples

PIN = Pin(
    "deepmind/code_contests",
    "802411c3010cb00d1b05bad57ca77365a3c699d6",
    {
        "data/valid-00000-of-00001-5e672c5751f060d3.parquet": (
            "02e8c1ccedae716f1e43cc813fcb7823c3db666ea92638820aba80e8cef451ab"
        ),
        "data/test-00000-of-00001-9c49eeff30aacaa8.parquet": (
            "aa426cbdb202bf8703b658bcb31fd1878ca7cfd33ca07d3b703dc94ca6a2b651"
        ),
        "data/train-00000-of-00039-e991a271dbfa9925.parquet": (
            "950bfdefde1f274edf93963e7e23c93ab16034de344aa7b7c32d14145e8d5232"
        ),
        "data/train-00001-of-00039-e092fe56fda18715.parquet": (
            "7bcc72d98a3d97f07be90ea70bf8db834c8f29ac2c7626d7cfc657bae6f5ddd9"
        ),
        "data/train-00002-of-00039-9cea23812e920e41.parquet": (
            "d67c9643019e632941b045f115c6bdf5925a4b32cd9f3fc991734970669b4a29"
        ),
        "data/train-00003-of-00039-e3822fccad6e083a.parquet": (
            "f4952386b2958bddb71ff6713b273b5425b1191084ef75923731b111bc20485f"
        ),
    },
)
SPLITS: Mapping[str, tuple[str, ...]] = {
    "dmc": ("data/valid-*.parquet", "data/test-*.parquet"),
    "valid": ("data/valid-*.parquet",),
    "test": ("data/test-*.parquet",),
    "train": ("data/train-*.parquet",),
}
GROUPS: tuple[Visibility, ...] = ("public", "private", "generated")

# contest_problem.proto of the code_contests repository.
_SOURCES = ("unknown", "codechef", "codeforces", "hackerearth", "codejam", "atcoder", "aizu")
_DIFFICULTIES = {1: "easy", 2: "medium", 3: "hard", 4: "harder", 5: "hardest", 6: "external"}
_LANGUAGES = {1: "python2", 2: "cpp", 3: "python3", 4: "java"}

# For rows that give none, as problems outside Codeforces often do.
TIME_LIMIT_S = 10.0
MEMORY_LIMIT_BYTES = 512 << 20

_PROBLEM_COLUMNS = (
    "name",
    "description",
    "public_tests",
    "private_tests",
    "generated_tests",
    "source",
    "difficulty",
    "cf_contest_id",
    "cf_rating",
    "cf_tags",
    "time_limit",
    "memory_limit_bytes",
    "input_file",
    "output_file",
    # CodeContests+
    "id",
    "title",
    "test_cases",
    "checker",
    "memory_limit",
)


def load(options: BenchOptions) -> Benchmark:
    """The problems of a split, read row by row each time that they are iterated."""
    refuse_other_options("code_contests", options, ("split", "test_groups"))
    split = choose("--split", options.split, tuple(SPLITS))
    groups = tuple(group for group in GROUPS if group in (options.test_groups or GROUPS))
    files = find(PIN, SPLITS[split], options)
    return Benchmark(
        "code_contests",
        _Problems(files, groups, options.limit),
        files.source,
        files.revision,
        files.sha256,
        {
            # Of other files only the user can say which split they are.
            "split": split if files.by_name else options.split,
            "test_groups": list(groups),
            "limit": options.limit,
        },
    )


@dataclass(frozen=True)
class _Problems:
    files: Files
    groups: tuple[Visibility, ...]
    limit: int | None

    def __iter__(self) -> Iterator[Problem]:
        names: Counter[str] = Counter()
        for path in self.files.paths:
            for row in rows(path, _PROBLEM_COLUMNS):
                if names.total() == self.limit:
                    return
                yield _problem(row, self.groups, names)


@dataclass(frozen=True, slots=True)
class Solution:
    """A submission from the data set. `language` is python2, python3, cpp, java or unknown."""

    problem_id: str
    language: str
    code: str
    correct: bool


def solutions(options: BenchOptions, languages: Sequence[str] = ("python3",)) -> Iterator[Solution]:
    """The submissions in these languages, right and wrong ones, to the problems that `load` gives."""
    split = choose("--split", options.split, tuple(SPLITS))
    names: Counter[str] = Counter()
    columns = ("name", "id", "title", "solutions", "incorrect_solutions")
    for path in find(PIN, SPLITS[split], options).paths:
        for row in rows(path, columns):
            if names.total() == options.limit:
                return
            name = _name(row, names)
            for field, correct in ("solutions", True), ("incorrect_solutions", False):
                for language, code in _pairs(row, field, "language", "solution", int):
                    spoken = _LANGUAGES.get(language, "unknown")
                    if spoken in languages:
                        yield Solution(name, spoken, code, correct)


def _problem(row: Row, groups: Sequence[Visibility], names: Counter[str]) -> Problem:
    name = _name(row, names)
    statement = row.text("description")
    by_group: dict[str, list[Test]] = {group: [] for group in GROUPS}
    for group in GROUPS:
        for given, expected in _pairs(row, f"{group}_tests", "input", "output", str):
            by_group[group].append(Test(given, expected, group))
    for test in row.get("test_cases", list, ()):  # CodeContests+: none of them is in the statement
        by_group["generated"].append(_plus_test(row, test))
    tests = tuple(test for group in groups for test in by_group[group])
    checker = row.text("checker", "")
    flags = []
    if row.text("input_file", "") or row.text("output_file", ""):
        flags.append("reads-or-writes-files")
    if not tests:
        flags.append("no-tests")
    return Problem(
        problem_id=name,
        statement=statement,
        bare_statement=without_examples(statement),
        public_tests=tuple(by_group["public"]) if "public" in groups else (),
        load_tests=partial(tuple, tests),
        checker="testlib" if checker else "dmc",
        checker_source=checker,
        time_limit_s=_time_limit(row),
        memory_limit_bytes=_memory_limit(row),
        tags=_tags(row),
        flags=tuple(flags),
    )


def _name(row: Row, names: Counter[str]) -> str:
    """The problem's name, with a number if an earlier row has it too."""
    if "name" in row.values:
        name = row.text("name")
    else:
        name = f"{row.text('id')}. {row.text('title', '')}".strip(". ")
    names[name] += 1
    return name if names[name] == 1 else f"{name}#{names[name]}"


def _pairs(row: Row, field: str, first: str, second: str, kind: type) -> Iterator[tuple[Any, str]]:
    """The pairs of a struct of two parallel lists."""
    value = row.get(field, (dict, list), {})
    if isinstance(value, list):  # the same as a list of structs
        if not all(isinstance(each, dict) for each in value):
            raise row.fault(field, f"holds something other than pairs of {first} and {second}")
        value = {key: [each.get(key) for each in value] for key in (first, second)}
    firsts, seconds = value.get(first) or [], value.get(second) or []
    if len(firsts) != len(seconds):
        raise row.fault(field, f"has {len(firsts)} of {first} and {len(seconds)} of {second}")
    for one, other in zip(firsts, seconds, strict=True):
        if not isinstance(one, kind) or not isinstance(other, str):
            raise row.fault(field, f"holds a pair of {type(one).__name__} and {type(other).__name__}")
        yield row.unicode(field, one) if isinstance(one, str) else one, row.unicode(field, other)


def _plus_test(row: Row, test: Any) -> Test:
    match test:
        case {"input": str(given), "output": str(expected)}:
            return Test(row.unicode("test_cases", given), row.unicode("test_cases", expected), "generated")
    raise row.fault("test_cases", "holds a test without a text for input and for output")


def _time_limit(row: Row) -> float:
    value = row.get("time_limit", (dict, int, float), 0)
    if isinstance(value, dict):
        seconds = row.quantity("time_limit", value.get("seconds") or 0, 0, MOST_SECONDS)
        seconds += row.quantity("time_limit", value.get("nanos") or 0, 0, 1e9) / 1e9
    else:
        # CodeContests+ gives milliseconds.
        seconds = row.quantity("time_limit", value, 0, 1000 * MOST_SECONDS) / 1000
    return float(seconds) or TIME_LIMIT_S


def _memory_limit(row: Row) -> int:
    size = row.get("memory_limit_bytes", int, 0)
    if size:
        return int(row.quantity("memory_limit_bytes", size, 1 << 20, MOST_MIB << 20))
    # CodeContests+ gives megabytes.
    megabytes = row.get("memory_limit", (int, float), 0)
    if megabytes:
        return int(row.quantity("memory_limit", megabytes, 1, MOST_MIB) * 1_000_000)
    return MEMORY_LIMIT_BYTES


def _tags(row: Row) -> dict[str, str]:
    source = row.get("source", (int, str), 0)
    if isinstance(source, int):
        source = _SOURCES[source] if 0 <= source < len(_SOURCES) else "unknown"
    rating = row.get("cf_rating", int, 0)
    contest = row.get("cf_contest_id", int, 0)
    tags = {
        "platform": source.lower(),
        "difficulty": _DIFFICULTIES.get(row.get("difficulty", int, 0), ""),
        "rating": str(rating or ""),
        "contest": str(contest or _contest(row)),
        "topic": ", ".join(row.texts("cf_tags", ())),
    }
    return {name: value for name, value in tags.items() if value}


def _contest(row: Row) -> str:
    """`1025` of the name `1025_B. Weakened Common Divisor`."""
    match = re.match(r"(\d+)_", row.text("name", "") or row.text("id", ""))
    return match[1] if match else ""
