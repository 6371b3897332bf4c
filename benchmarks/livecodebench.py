"""LiveCodeBench (arXiv 2403.07974): contest problems with dates; the row format that `starter` shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.benchmark import Benchmark, BenchOptions, refuse_other_options
from benchmarks.files import Files, Pin, Row, find, lines, row_values, rows, warn
from benchmarks.packed import Spool, Stretch, unpack
from benchmarks.problem import MOST_MIB, MOST_SECONDS, Problem, Test
from benchmarks.statement import without_examples
from selfexec.errors import UsageError

PIN = Pin(
    "livecodebench/code_generation_lite",
    "0fe84c3912ea0c4d4a78037083943e8f0c4dd505",
    {
        "test.jsonl": "2bd02b38beb48e8c46b5b9987095d999ff38cd8efc255ea5d58974317c48f63f",
        "test2.jsonl": "095df7c5daf15f882c51a9deb84085cff1e073495a5dbcf95015a564d485f3a3",
        "test3.jsonl": "28ed26cc83363ce3f1fe2d5fad9f8393077beb1907b167a31bd3b32f80801b79",
        "test4.jsonl": "d711138ddaebfcf5f8ec6a4283ee677298c0f5c5d374a235af92aaf0584510da",
        "test5.jsonl": "7f77571c2a6df0c2a72a3277650309f67e01e0008e18117e624633df53f81214",
        "test6.jsonl": "bb4c364f71921c4495a6ad15abe1a927350b720009f4933e2e71f8af0f6fd1f5",
    },
)

# What release 1 holds, and what each later release added.
RELEASE_FILES = ("test.jsonl", "test2.jsonl", "test3.jsonl", "test4.jsonl", "test5.jsonl", "test6.jsonl")

TIME_LIMIT_S = 6.0  # the official limit, there of wall time
MEMORY_LIMIT_BYTES = 1 << 30  # AtCoder's; the official grader has none

# LCB-IO (arXiv 2604.03253): the stdin problems of release 6 in the window of CWM (arXiv 2510.02387).
LCB_IO_WINDOW = ("2024-08-01", "2025-04-30")
LCB_IO_COUNT = 287

# The official grader puts imports of everything usual before a solution, and this limit: solutions that rely
# on either are right there (repository LiveCodeBench, commit 28fef95, testing_util.py).
RECURSION_LIMIT = 50_000

# ERRATA.md of the LiveCodeBench repository, commit 6ebcdda: by problem id, or for LeetCode by title slug.
ERRATA = {
    "several-right-answers": (
        "abc311_c",
        "abc326_d",
        "abc327_b",
        "abc333_e",
        "abc343_e",
        "abc362_c",
        "find-words-containing-character",
        "find-the-peaks",
        "generate-binary-strings-without-adjacent-zeros",
    ),
    "interactive": ("abc337_e", "abc355_e"),
    "broken-tests": ("abc350_c", "apply-operations-to-make-string-empty", "most-frequent-ids"),
}
_FLAGS = {name: flag for flag, names in ERRATA.items() for name in names}


def load(options: BenchOptions) -> Benchmark:
    """The problems of a release within the window and filters of `options`, in the order of the files."""
    refuse_other_options(
        "livecodebench",
        options,
        ("release", "start_date", "end_date", "platform", "difficulty", "io_only"),
    )
    first, last = _release(options.release or "v6")
    start, end = _day("--start-date", options.start_date), _day("--end-date", options.end_date)
    if start and end and end < start:
        raise UsageError(f"--end-date {end}: is before --start-date {start}")
    files = find(PIN, RELEASE_FILES[first - 1 : last], options)
    problems = []
    for problem in read(files):
        if (
            (start is None or problem.tags["date"] >= start)
            and (end is None or problem.tags["date"] <= end)
            and options.platform in (None, problem.tags.get("platform"))
            and options.difficulty in (None, problem.tags.get("difficulty"))
            and not (options.io_only and problem.style != "stdin")
        ):
            problems.append(replace(problem, imported=True, recursion_limit=RECURSION_LIMIT))
            if len(problems) == options.limit:
                break
    if not problems:
        raise UsageError(f"livecodebench: no problem left of {files.source}; widen the window or the filters")
    notes = []
    if options.io_only:
        notes.append(f"{len(problems)} problems tested by stdin and stdout only")
        # Release 6 has no problem after April 2025, so a later end asks for the same ones.
        to_the_end = end is None or end >= LCB_IO_WINDOW[1]
        asked = (first, last, start, to_the_end) == (1, 6, LCB_IO_WINDOW[0], True)
        if asked and len(problems) != LCB_IO_COUNT:
            notes.append(
                f"NOT LCB-IO as published: that has {LCB_IO_COUNT} problems, this has {len(problems)}"
            )
        for note in notes:
            warn(note)
    release = f"v{last}" if first == 1 else f"v{first}-v{last}"
    return Benchmark(
        "livecodebench",
        tuple(problems),
        files.source,
        files.revision,
        files.sha256,
        {
            # Of other files only the user can say which release they are.
            "release": release if files.by_name else options.release,
            "start_date": start,
            "end_date": end,
            "window": "both dates inclusive",
            "platform": options.platform,
            "difficulty": options.difficulty,
            "io_only": options.io_only,
            "limit": options.limit,
        },
        tuple(notes),
    )


def _release(text: str) -> tuple[int, int]:
    """First and last release of `v6`, `release_v6`, `v4-v6` or `v4_v6`."""
    match = re.fullmatch(r"(?:release_)?v([1-6])(?:[-_]v([1-6]))?", text)
    if not match:
        raise UsageError(f"--release {text}: expected v1 to v6, or a range such as v5-v6")
    first, last = match.groups()
    if last is None:
        return 1, int(first)
    if last < first:
        raise UsageError(f"--release {text}: the range is empty")
    return int(first), int(last)


def _day(flag: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{flag} {text}: expected a date as YYYY-MM-DD") from None


def read(files: Files) -> Iterator[Problem]:
    """The problems of files in this format. Private tests stay on disk until `load_tests()`.

    Raises UsageError for a malformed row and for a `question_id` that comes twice.
    """
    spool = Spool()
    seen: dict[str, str] = {}
    for path in files.paths:
        for row, private in _rows_and_private_tests(path, spool):
            problem = _problem(row, private)
            if problem.problem_id in seen:
                raise row.fault(
                    "question_id", f"{problem.problem_id!r} is that of {seen[problem.problem_id]}"
                )
            seen[problem.problem_id] = row.where
            yield problem


_PRIVATE = "private_test_cases"
_PRIVATE_KEY = re.compile(rb'"private_test_cases"\s*:\s*"')


def _rows_and_private_tests(path: Path, spool: Spool) -> Iterator[tuple[Row, Stretch]]:
    """Each row without its private tests, and where these lie."""
    if path.name.endswith(".parquet"):
        for row in rows(path):
            private = spool.keep(row.text(_PRIVATE, "").encode())
            yield Row({**row.values, _PRIVATE: ""}, row.where), private
        return
    for number, offset, line in lines(path):
        where = f"{path} line {number}"
        # The private tests are most of the row: they are cut out before the rest is parsed.
        key = _PRIVATE_KEY.search(line)
        end = _end_of_string(line, key.end()) if key else -1
        if end < 0:
            row = Row(row_values(line, where), where)
            raise row.fault(_PRIVATE, "is not a JSON string")
        row = Row(row_values(line[: key.end()] + line[end:], where), where)
        if path.name.endswith(".gz"):
            yield row, spool.keep(line[key.end() : end], escaped=True)
        else:
            yield row, Stretch(path, offset + key.end(), end - key.end(), escaped=True)


def _end_of_string(line: bytes, start: int) -> int:
    """Where the JSON string that starts at `start` is closed by a quote; -1 if it never is."""
    end = line.find(b'"', start)
    while end >= 0:
        backslashes = end
        while backslashes > start and line[backslashes - 1] == ord("\\"):
            backslashes -= 1
        if (end - backslashes) % 2 == 0:
            return end
        end = line.find(b'"', end + 1)
    return -1


def _problem(row: Row, private: Stretch) -> Problem:
    metadata = row.json("metadata", dict, "{}")
    shown = row.json("public_test_cases", list, "[]")
    public = tuple(_tests(shown, "public", row, "public_test_cases"))
    functional = bool(row.text("starter_code", "")) or "func_name" in metadata
    entry = metadata.get("func_name")
    if functional and not isinstance(entry, str):
        raise row.fault("metadata", "has no func_name, which a problem with starter code needs")
    statement = row.text("question_content")
    problem_id, title = row.text("question_id"), row.text("question_title", "")
    return Problem(
        problem_id=problem_id,
        statement=statement,
        bare_statement=without_examples(statement),
        public_tests=public,
        load_tests=partial(_all_tests, public, private, row),
        style="function" if functional else "stdin",
        entry=entry,
        starter_code=row.text("starter_code", ""),
        checker=_setting(row, metadata, "checker", str, "json" if functional else "lines"),
        checker_source=_setting(row, metadata, "checker_source", str, ""),
        time_limit_s=float(_limit(row, metadata, "time_limit_s", TIME_LIMIT_S, MOST_SECONDS)),
        memory_limit_bytes=int(_limit(row, metadata, "memory_limit_mb", MEMORY_LIMIT_BYTES >> 20, MOST_MIB))
        << 20,
        tags=_tags(row, metadata, title),
        flags=_flags(problem_id, title),
    )


def _setting(row: Row, metadata: dict, name: str, kind: type | tuple[type, ...], default):
    value = metadata.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise row.fault("metadata", f"has {name} = {value!r}")
    return value


def _limit(row: Row, metadata: dict, name: str, default: float, most: float) -> float:
    value = _setting(row, metadata, name, (int, float), default)
    return row.quantity("metadata", value, 0.001 if name == "time_limit_s" else 1, most)


def _tags(row: Row, metadata: dict, title: str) -> dict[str, str]:
    day = row.text("contest_date")[:10]
    try:
        date.fromisoformat(day)
    except ValueError:
        raise row.fault("contest_date", f"{day!r} does not start with YYYY-MM-DD") from None
    tags = {
        "title": title,
        "date": day,
        "platform": row.text("platform"),
        "difficulty": row.text("difficulty"),
        "contest": row.text("contest_id", ""),
        "topic": _setting(row, metadata, "topic", str, ""),
    }
    return {name: value for name, value in tags.items() if value}


def _flags(problem_id: str, title: str) -> tuple[str, ...]:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return tuple(dict.fromkeys(_FLAGS[name] for name in (problem_id, slug) if name in _FLAGS))


def _all_tests(public: tuple[Test, ...], private: Stretch, row: Row) -> tuple[Test, ...]:
    return (*public, *_tests(unpack(private, row, _PRIVATE), "private", row, _PRIVATE))


def _tests(values: list, visibility: str, row: Row, name: str) -> Iterator[Test]:
    for number, value in enumerate(values):
        match value:
            case {"input": str(given), "output": str(expected)}:
                yield Test(row.unicode(name, given), row.unicode(name, expected), visibility)
            case _:
                raise row.fault(
                    name, f"has a test {number} that is not an object with input and output texts"
                )
