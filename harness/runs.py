"""A run directory: append-only Parquet tables and the manifest that made them.

Rows are buffered and written as whole Parquet files, first under a temporary name and then renamed, so that
a table never holds half a file: whatever kills the process, the rows that were flushed are there and the
next start asks only for the others.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness import storage
from harness.storage import TEMPORARY_SUFFIX
from selfexec.errors import UsageError

LOCK_NAME = ".lock"

# A kill costs at most a second and a fiftieth of the work so far, and the parts of a long run stay few.
FLUSH_ROWS = 20_000
FLUSH_SHARE = 1 / 50

_TEXT, _INT, _FLOAT, _BOOL = pa.string(), pa.int64(), pa.float64(), pa.bool_()

# Causes before effects: a part of a table is written after the parts it was made from.
SCHEMAS: dict[str, pa.Schema] = {
    # One row per problem: what tables and reports are broken down by, and what a reader wants to see.
    # `public_tests` is JSON, a list of {"input", "output"}; `checker_source` may be empty.
    "problems": pa.schema(
        [
            ("problem_id", _TEXT),
            ("statement", _TEXT),
            ("style", _TEXT),
            ("entry", _TEXT),
            ("checker", _TEXT),
            ("time_limit_s", _FLOAT),
            ("memory_limit_bytes", _INT),
            ("public_tests", _TEXT),
            ("difficulty", _TEXT),
            ("platform", _TEXT),
            ("date", _TEXT),
            ("contest", _TEXT),
            ("topic", _TEXT),
            ("flags", _TEXT),
        ]
    ),
    # One row per (problem, sample).
    "solutions": pa.schema(
        [
            ("problem_id", _TEXT),
            ("sample", _INT),
            ("response", _TEXT),
            ("reasoning", _TEXT),
            ("code", _TEXT),
            ("finish_reason", _TEXT),
            ("n_tokens", _INT),
            ("n_prompt_tokens", _INT),
            ("prompt_sha256", _TEXT),
        ]
    ),
    # One row per (solution, public test, attempt) predicted.
    "predictions": pa.schema(
        [
            ("problem_id", _TEXT),
            ("sample", _INT),
            ("test", _INT),
            ("attempt", _INT),
            ("response", _TEXT),
            ("reasoning", _TEXT),
            ("finish_reason", _TEXT),
            ("n_tokens", _INT),
            ("n_prompt_tokens", _INT),
            ("prompt_sha256", _TEXT),
            ("predicted", _TEXT),
            ("match_expected", _BOOL),
            ("match_actual", _BOOL),
        ]
    ),
    # One row per step of a self-fix episode; `test` is set for simulate steps only.
    "turns": pa.schema(
        [
            ("problem_id", _TEXT),
            ("sample", _INT),
            ("feedback", _TEXT),
            ("turn", _INT),
            ("kind", _TEXT),
            ("test", _INT),
            ("response", _TEXT),
            ("reasoning", _TEXT),
            ("finish_reason", _TEXT),
            ("n_tokens", _INT),
            ("n_prompt_tokens", _INT),
            ("prompt_sha256", _TEXT),
            ("decision", _TEXT),
            ("code", _TEXT),
            ("predicted", _TEXT),
        ]
    ),
    # One row per (program, public test) really executed; `actual` as harness.answers defines it.
    "executions": pa.schema(
        [
            ("code_sha256", _TEXT),
            ("problem_id", _TEXT),
            ("test", _INT),
            ("actual", _TEXT),
            ("passed", _BOOL),
        ]
    ),
    # One row per (program, public test) that was predicted: what makes it hard (harness.regimes.features).
    "programs": pa.schema(
        [
            ("problem_id", _TEXT),
            ("code_sha256", _TEXT),
            ("test", _INT),
            ("lines", _INT),
            ("loop_depth", _INT),
            ("events", _INT),
            ("digits", _INT),
        ]
    ),
    # One row per (solution, test) judged. `regime` says whose solution: direct, self-fix, self-fix-executed.
    "verdicts": pa.schema(
        [
            ("problem_id", _TEXT),
            ("sample", _INT),
            ("regime", _TEXT),
            ("turn", _INT),
            ("test", _INT),
            ("visibility", _TEXT),
            ("verdict", _TEXT),
            ("cpu_ms", _FLOAT),
            ("wall_ms", _FLOAT),
            ("max_rss_kb", _INT),
            ("detail", _TEXT),
        ]
    ),
}

KEYS: dict[str, tuple[str, ...]] = {
    "problems": ("problem_id",),
    "solutions": ("problem_id", "sample"),
    "verdicts": ("problem_id", "sample", "regime", "turn", "test"),
    "executions": ("problem_id", "code_sha256", "test"),
    "programs": ("problem_id", "code_sha256", "test"),
    "predictions": ("problem_id", "sample", "test", "attempt"),
    "turns": ("problem_id", "sample", "feedback", "turn", "kind", "test"),
}


class Table:
    """One append-only table: parts on disk, and rows that wait to be written as the next part."""

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        self.schema = SCHEMAS[name]
        self.buffer: list[Mapping[str, Any]] = []
        self._directory = directory / name
        self._next_part = len(self.parts())
        # A lease of object storage can be lost: two processes must not write one name.
        remote = isinstance(directory, storage.ObjectPath)
        self._writer = f"-{secrets.token_hex(4)}" if remote else ""

    def flush(self) -> None:
        """Write the waiting rows as one new part."""
        if not self.buffer:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        part = self._directory / f"part-{self._next_part:05d}{self._writer}.parquet"
        if self._writer and len(self.parts()) != self._next_part:
            raise UsageError(
                f"{self._directory} is written by another process too; end one of them and start again with "
                "--resume"
            )
        table = pa.Table.from_pylist([dict(row) for row in self.buffer], schema=self.schema)
        write_parquet(table, part)
        self._next_part += 1
        self.buffer.clear()

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows, on disk and buffered, sorted by the table's key."""
        key = KEYS[self.name]
        wanted = list(columns or self.schema.names)
        needed = wanted + [name for name in key if name not in wanted]
        parts = [
            pq.read_table(storage.readable(path), columns=needed).select(needed) for path in self.parts()
        ]
        if self.buffer:
            buffered = pa.Table.from_pylist([dict(row) for row in self.buffer], schema=self.schema)
            parts.append(buffered.select(needed))
        table = pa.concat_tables(parts) if parts else self.schema.empty_table().select(needed)
        return table.sort_by([(name, "ascending") for name in key]).select(wanted)

    def parts(self) -> list[Path]:
        return sorted(self._directory.glob("part-*.parquet"))

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        for batch in self.read(columns).to_batches(max_chunksize=10_000):
            yield from batch.to_pylist()

    def keys(self, *columns: str) -> set[tuple[Any, ...]]:
        """The distinct values of `columns` (by default the key) over all rows."""
        names = list(columns or KEYS[self.name])
        table = self.read(names)
        return set(zip(*(table.column(name).to_pylist() for name in names), strict=True))


class Run:
    """A run directory, open for one process at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tables = {name: Table(directory, name) for name in SCHEMAS}
        self._opened_at = self._flushed_at = time.monotonic()
        self._lock: int | None = None
        self._lease: storage.Lease | None = None

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    @property
    def manifest_path(self) -> Path:
        return self.directory / "manifest.json"

    @property
    def metrics_path(self) -> Path:
        return self.directory / "metrics.json"

    def manifest(self) -> dict[str, Any]:
        return read_json(self.manifest_path)

    def append(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows that belong together. They reach the disk together, and soon."""
        buffer = self.tables[table].buffer
        buffer.extend(rows)
        now = time.monotonic()
        patience = storage.flush_seconds(self.directory) + FLUSH_SHARE * (now - self._opened_at)
        if len(buffer) >= FLUSH_ROWS or now - self._flushed_at > patience:
            self.flush()

    def flush(self) -> None:
        """Write what waits in every table, in the order of SCHEMAS: causes reach the disk before effects,
        so that no verdict is ever kept of a response that was lost."""
        for table in self.tables.values():
            table.flush()
        self._flushed_at = time.monotonic()

    def lock(self) -> None:
        """Keep a second process out; the kernel drops the lock when this one ends, however it ends. Object
        storage has a lease instead, the hub nothing: there a second process is noticed at its first part."""
        if isinstance(self.directory, storage.ObjectPath):
            if self.directory.scheme in storage.LEASED:
                self._lease = storage.Lease(self.directory / LOCK_NAME)
            return
        self._lock = os.open(self.directory / LOCK_NAME, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"{self.directory} is in use by another process; wait for it or choose another --out"
            ) from None

    def close(self) -> None:
        self.flush()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._lease is not None:
            self._lease.release()
            self._lease = None


def create(directory: Path, manifest: Mapping[str, Any], resume: bool) -> Run:
    """Open `directory` for a run that `manifest` describes: a new one, or with `resume` one that is there.

    Raises UsageError when the directory holds something and `resume` is not given, or when what would be
    resumed was made with other settings: the rows of two settings must never meet in one table.
    """
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"--out {directory} is a file; give a directory")
    run = Run(directory)
    if directory.is_dir() and any(not _is_debris(path) for path in directory.iterdir()):
        if not resume:
            raise UsageError(f"--out {directory} exists; add --resume to continue it, or choose another name")
        if not run.manifest_path.exists():
            raise UsageError(
                f"--out {directory} holds no manifest.json, so it is no run; choose another name"
            )
        run.lock()
        _same_settings(directory, run.manifest(), manifest)
        for leftover in directory.rglob(f"*{TEMPORARY_SUFFIX}"):
            leftover.unlink()
        return run
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {directory} cannot be made: {error.strerror}") from None
    run.lock()
    write_json(run.manifest_path, manifest)
    return run


def open_run(directory: Path) -> Run:
    """Open a finished or unfinished run for reading. Raises UsageError when it is none."""
    run = Run(directory)
    if not run.manifest_path.is_file():
        raise UsageError(f"{directory} is no run directory: it has no manifest.json")
    return run


def _is_debris(path: Path) -> bool:
    """What a process leaves that was killed before it wrote the manifest."""
    return path.name == LOCK_NAME or path.name.endswith(TEMPORARY_SUFFIX)


def _same_settings(directory: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Compare what determines results: the manifests' `determines` section."""
    was, now = _flatten(old.get("determines", {})), _flatten(new.get("determines", {}))
    differing = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
    if differing:
        key = differing[0]
        more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
        raise UsageError(
            f"--resume {directory}: {key} was {was.get(key)!r} and is now {now.get(key)!r}{more}; "
            "use the same settings or another --out"
        )


def _flatten(value: Any, prefix: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping) and value:
        return {
            name: leaf
            for key, inner in value.items()
            for name, leaf in _flatten(inner, f"{prefix}.{key}" if prefix else str(key)).items()
        }
    return {prefix: list(value) if isinstance(value, tuple) else value}


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write `table` so that `path` either holds all of it or does not exist."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    storage.publish(path, sink.getvalue().to_pybytes())


def write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    storage.publish(path, text.encode("utf-8"))


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is missing") from None
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from None


def code_sha256(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str | None) -> str | None:
    """`text` as Arrow can hold it: a lone surrogate, which is no UTF-8, becomes U+FFFD."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
