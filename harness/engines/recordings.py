"""Recorded work: responses or programs from a JSON Lines file, a run directory or another tool's samples."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness.runs import open_run
from selfexec.errors import UsageError

_KINDS = ("solve", "simulate", "fix", "verbalise", "synthesise")
_FINISH_REASONS = ("stop", "length", "loop", "error", "missing")

# EvalPlus's spelling of MBPP's task names -> ours.
_EVALPLUS_MBPP = ("Mbpp/", "mbpp/")


class Key(NamedTuple):
    """What a row is found by. `index` is a solve's sample, a simulate's attempt, and 0 for a fix."""

    kind: str
    problem_id: str
    sample: int | None
    turn: int
    test: int | None
    index: int


class Recorded(NamedTuple):
    """One response. `code` is the program where the recording names it; "" says that there was none."""

    response: str
    reasoning: str
    code: str | None
    finish_reason: str
    n_tokens: int | None
    place: str


class Recording(NamedTuple):
    """All rows of a file or run, a digest of what they say, and whose they are: a model's or file's name."""

    rows: Mapping[Key, Recorded]
    sha256: str
    model: str


def read(path: Path) -> Recording:
    """Read what `path` holds:

    a run directory: its solutions, with the programs that the run itself found in the responses;
    SOLUTIONS.jsonl(.gz): `harness.engines.replay` says what a row holds;
    EvalPlus's samples: lines of `task_id` and `solution`, samples numbered as they come;
    LiveCodeBench's outputs: a JSON list of `question_id` and `code_list` (and `output_list`, the responses).

    Raises UsageError that names the file, the line and the field.
    """
    recording = _read_run(path) if path.is_dir() else _read_file(path)
    if not recording.rows:
        raise UsageError(f"completions file {str(path)!r} holds no rows")
    return recording


def _read_run(directory: Path) -> Recording:
    run = open_run(directory)
    manifest = run.manifest()
    model = (manifest.get("solver") or manifest.get("engine") or {}).get("model") or directory.name
    rows, digest = {}, hashlib.sha256()
    columns = ["problem_id", "sample", "response", "reasoning", "code", "finish_reason", "n_tokens"]
    for row in run["solutions"].rows(columns):
        key = _solution(row["problem_id"], row["sample"])
        rows[key] = Recorded(
            row["response"] or "",
            row["reasoning"] or "",
            row["code"] or "",
            row["finish_reason"],
            row["n_tokens"],
            str(directory),
        )
        digest.update(json.dumps([row[name] for name in columns]).encode())
    return Recording(rows, digest.hexdigest(), model)


def _read_file(path: Path) -> Recording:
    digest = hashlib.sha256()
    opened: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        with opened(path, "rb") as file:
            rows = _collect(path, _livecodebench(path, file) if _is_list(file) else _lines(path, file))
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"completions file {str(path)!r} cannot be read: {error}") from None
    return Recording(rows, digest.hexdigest(), path.name)


def _is_list(file: Any) -> bool:
    """Whether a file is one JSON list spread over lines, or of objects, and not a row a line."""
    start = file.read(4096).decode("utf-8-sig", "replace").split()
    file.seek(0)
    return "".join(start[:2]).startswith(("[{", "[]")) or start == ["["]


def _collect(path: Path, found: Iterator[tuple[Key, Recorded]]) -> dict[Key, Recorded]:
    rows: dict[Key, Recorded] = {}
    for key, row in found:
        if key in rows:
            raise UsageError(
                f"{path}: {row.place}: problem_id {key.problem_id!r}: the same row as {rows[key].place} "
                "(kind, sample, turn, test and attempt are equal): drop one of the two"
            )
        rows[key] = row
    return rows


def _lines(path: Path, file: Any) -> Iterator[tuple[Key, Recorded]]:
    """The rows of a JSON Lines file; blank lines are skipped."""
    counts: dict[str, int] = {}
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = _object(line)
            if "task_id" in row and "problem_id" not in row:
                yield _evalplus(row, counts, number)
            else:
                yield _row(row, number)
        except ValueError as error:
            raise UsageError(f"{path}:{number}: {error}") from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ValueError(f"a row is a JSON object, not {type(row).__name__}")
    return row


def _evalplus(row: dict[str, Any], counts: dict[str, int], number: int) -> tuple[Key, Recorded]:
    """A line of `task_id` and `solution`; several lines of one task are its samples, in order."""
    task = _text(row, "task_id").replace(*_EVALPLUS_MBPP)
    code = _text(row, "solution", empty=True)
    sample = counts.get(task, 0)
    counts[task] = sample + 1
    return _solution(task, sample), Recorded("", "", code, "stop", None, f"line {number}")


def _livecodebench(path: Path, file: Any) -> Iterator[tuple[Key, Recorded]]:
    """A list of {"question_id", "code_list"}; "" in the list is a response without a program."""
    try:
        entries = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON: {error}") from None
    for number, entry in enumerate(entries):
        place = f"entry {number}"
        try:
            if not isinstance(entry, dict):
                raise ValueError(f"a JSON object is needed, not {type(entry).__name__}")
            question = _text(entry, "question_id")
            codes = _texts(entry, "code_list")
            responses = _texts(entry, "output_list") if entry.get("output_list") else [""] * len(codes)
            if len(responses) != len(codes):
                raise ValueError(f"output_list: {len(responses)} responses for {len(codes)} programs")
        except ValueError as error:
            raise UsageError(f"{path}: {place}: {error}") from None
        for sample, (code, response) in enumerate(zip(codes, responses, strict=True)):
            yield _solution(question, sample), Recorded(response, "", code, "stop", None, place)


def _solution(problem_id: str, sample: int) -> Key:
    return Key("solve", problem_id, None, 0, None, sample)


def _row(row: dict[str, Any], number: int) -> tuple[Key, Recorded]:
    """A row of SOLUTIONS.jsonl. Raises ValueError that names the field."""
    problem = _text(row, "problem_id")
    kind = row.get("kind", "solve")
    if kind not in _KINDS:
        raise ValueError(f"kind: one of {', '.join(_KINDS)} is needed, not {kind!r}")
    if kind == "solve":
        key = _solution(problem, _count(row, "sample"))
    elif kind == "simulate":
        sample = None if row.get("sample") is None else _count(row, "sample")
        turn = _count(row, "turn", default=0)
        key = Key(kind, problem, sample, turn, _count(row, "test"), _count(row, "attempt"))
    elif kind == "fix":
        key = Key(kind, problem, _count(row, "sample"), _count(row, "turn"), None, 0)
    else:
        test = None if row.get("test") is None else _count(row, "test")
        key = Key(kind, problem, None, 0, test, _count(row, "attempt", default=0))

    response, code = row.get("response"), row.get("code")
    for field in ("response", "code", "reasoning"):
        if row.get(field) is not None and not isinstance(row[field], str):
            raise ValueError(f"{field}: a string is needed, not {type(row[field]).__name__}")
    if response is None and code is None:
        raise ValueError("response: one of response and code is needed")
    if response is not None and code is not None:
        code = None  # a run's own solutions table holds both; the response is what was generated
    finish_reason = row.get("finish_reason") or "stop"
    if finish_reason not in _FINISH_REASONS:
        raise ValueError(
            f"finish_reason: one of {', '.join(_FINISH_REASONS)} is needed, not {finish_reason!r}"
        )
    n_tokens = None if row.get("n_tokens") is None else _count(row, "n_tokens")
    reasoning = row.get("reasoning") or ""
    return key, Recorded(response or "", reasoning, code, finish_reason, n_tokens, f"line {number}")


def _text(row: Mapping[str, Any], field: str, empty: bool = False) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"{field}: a {'' if empty else 'non-empty '}string is needed, not {value!r}")
    return value


def _texts(row: Mapping[str, Any], field: str) -> list[str]:
    value = row.get(field)
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{field}: a list of strings is needed")
    return value


def _count(row: Mapping[str, Any], field: str, default: int | None = None) -> int:
    value = row.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{field}: a whole number from 0 is needed, not {value!r}")
    return value
