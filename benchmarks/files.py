"""Where a data set's files are, what they hash to, and their rows, each with its place for error messages."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from benchmarks.benchmark import BenchOptions
from selfexec.errors import UsageError

NO_ROWS = "holds no rows; fetch it again, or take it away"
SUFFIXES = (".jsonl", ".jsonl.gz", ".parquet")


@dataclass(frozen=True)
class Pin:
    """A data set on the hub at a fixed revision, and the SHA-256 of those of its files that are known.

    The hashes are facts about the files published at that revision, gathered from public projects that
    pin the same files; a file without one is fetched at the revision and its hash is recorded.
    """

    repository: str
    revision: str
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Files:
    """A data set's files on this machine; `sha256` is by file name.

    `by_name`: they are the published files, by their names. Otherwise only the user can say which release
    or split they hold.
    """

    paths: tuple[Path, ...]
    sha256: Mapping[str, str]
    source: str
    revision: str
    by_name: bool = True


def find(pin: Pin, patterns: Sequence[str], options: BenchOptions) -> Files:
    """The files of `pin` that match `patterns` (globs of paths in the repository), hashed and checked.

    With `options.data` they come from there: a file is taken as it is; of a folder, the files with the
    wanted names, or if it has none, every shard in it. Raises UsageError if there are none, or if a file
    of the pinned revision has another hash than it had when it was pinned.
    """
    if options.data is None:
        revision = options.data_revision or pin.revision
        source = f"hub: {pin.repository}"
        paths = _on_the_hub(pin.repository, revision, patterns)
        by_name = True
    else:
        revision = options.data_revision or ""
        source = "local file"
        paths, by_name = _given(Path(options.data), patterns)
    digests = {path.name: file_sha256(path) for path in paths}
    if revision == pin.revision:
        _check(pin, paths, digests)
    return Files(tuple(paths), digests, source, revision, by_name)


def _given(path: Path, patterns: Sequence[str]) -> tuple[list[Path], bool]:
    if path.is_file():
        if not path.name.endswith(SUFFIXES):
            raise UsageError(f"--data {path}: expected a name that ends in {', '.join(SUFFIXES)}")
        return [path], False
    if not path.is_dir():
        raise UsageError(f"--data {path}: no such file or folder")
    present = sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(SUFFIXES))
    wanted = [_matching(present, pattern) for pattern in patterns]
    if any(wanted):
        for pattern, files in zip(patterns, wanted, strict=True):
            if not files:
                raise UsageError(f"--data {path}: has no {Path(pattern).name}; add it, or name one file")
        return [file for files in wanted for file in files], True
    if not present:
        raise UsageError(f"--data {path}: holds no file that ends in {', '.join(SUFFIXES)}")
    return present, False


def _matching(files: Sequence[Path], pattern: str) -> list[Path]:
    """The files whose name matches that of `pattern`, whatever their format; `valid` matches `valid-*`."""
    stem = _stem(Path(pattern).name)
    return [file for file in files if fnmatch(_stem(file.name), stem) or _stem(file.name) + "-*" == stem]


def _stem(name: str) -> str:
    return re.sub(r"(\.jsonl(\.gz)?|\.parquet)$", "", name)


def _on_the_hub(repository: str, revision: str, patterns: Sequence[str]) -> list[Path]:
    # Importing the hub client takes a while, and --data does not need it.
    from huggingface_hub import snapshot_download

    def fetch(**where: bool) -> list[Path] | None:
        folder = snapshot_download(
            repository, repo_type="dataset", revision=revision, allow_patterns=list(patterns), **where
        )
        found = [sorted(Path(folder).glob(pattern)) for pattern in patterns]
        return [path for paths in found for path in paths] if all(map(_complete, found)) else None

    # Files of a commit never change: what is in the cache needs no question over the network.
    if re.fullmatch("[0-9a-f]{40}", revision):
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            if paths := fetch(local_files_only=True):
                return paths
    try:
        paths = fetch()
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f"{repository} at revision {revision}: {', '.join(patterns)} cannot be fetched from the hub "
            f"({reason}); "
            "give --data PATH with a copy of it"
        ) from None
    if paths is None:
        raise UsageError(
            f"{repository} at revision {revision}: does not hold all of {', '.join(patterns)}, or they are "
            "not all in the cache and the hub is out of reach; give --data PATH with a copy of them"
        )
    return paths


def _complete(paths: Sequence[Path]) -> bool:
    """Is any there, and of shards named -00003-of-00039 as many as they say?"""
    totals = [int(match[1]) for path in paths if (match := re.search(r"-of-(\d+)", path.name))]
    return bool(paths) and all(total == len(paths) for total in totals)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(pin: Pin, paths: Sequence[Path], digests: Mapping[str, str]) -> None:
    known = {Path(name).name: digest for name, digest in pin.sha256.items()}
    for path in paths:
        expected = known.get(path.name)
        if expected is not None and digests[path.name] != expected:
            raise UsageError(
                f"{path}: SHA-256 {digests[path.name]} is not that of {path.name} in {pin.repository} at "
                f"revision {pin.revision} ({expected}); fetch it again, or leave out --data-revision"
            )


@dataclass(frozen=True)
class Row:
    """One row of a data set. `where` names its file and line (of a Parquet file: row), counted from 1."""

    values: Mapping[str, Any]
    where: str

    def fault(self, name: str, problem: str) -> UsageError:
        """The error to raise about the field `name`."""
        return UsageError(f"{self.where}: field {name!r} {problem}")

    def get(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The field's value, which must be of type `kind`; a missing or null field is `default`.

        Raises UsageError if it is of another type, or missing without a default.
        """
        value = self.values.get(name)
        if value is None:
            if default is None:
                raise self.fault(name, "is missing")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join(each.__name__ for each in kinds)
            raise self.fault(name, f"is {type(value).__name__}, expected {wanted}")
        return self.unicode(name, value) if isinstance(value, str) else value

    def text(self, name: str, default: str | None = None) -> str:
        return self.get(name, str, default)

    def texts(self, name: str, default: Sequence[str] | None = None) -> Sequence[str]:
        """A field that holds a list of texts."""
        values = self.get(name, list, default)
        if not all(isinstance(each, str) for each in values):
            raise self.fault(name, "holds something other than texts")
        return [self.unicode(name, each) for each in values]

    def unicode(self, name: str, text: str) -> str:
        """`text` of the field `name`. JSON can name half a surrogate pair, which no file can hold."""
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise self.fault(name, f"is no Unicode text: {error.reason}") from None
        return text

    def quantity(self, name: str, value: Any, low: float, high: float) -> float:
        """A number of the field `name`, which must lie between `low` and `high`."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            shown = repr(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
            raise self.fault(name, f"holds {shown}, expected a number from {low:g} to {high:g}")
        return value

    def json(self, name: str, kind: type, default: str | None = None) -> Any:
        """The value of a field that holds JSON text, which must be of type `kind`."""
        return parse_json(self.text(name, default), kind, self, name)


def parse_json(text: str | bytes, kind: type, row: Row, name: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise row.fault(name, f"is not JSON: {error}") from None
    if not isinstance(value, kind):
        raise row.fault(name, f"holds a JSON {type(value).__name__}, expected {kind.__name__}")
    return value


def rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of a JSONL, JSONL.gz or Parquet file, one at a time; of Parquet only `columns`, if given."""
    if path.name.endswith(".parquet"):
        yield from _parquet_rows(path, columns)
        return
    for number, _, line in lines(path):
        where = f"{path} line {number}"
        yield Row(row_values(line, where), where)


def row_values(line: bytes, where: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: not JSON: {error}") from None
    if not isinstance(values, dict):
        raise UsageError(f"{where}: expected a JSON object, found {type(values).__name__}")
    return values


def lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The lines of a file that are not blank: line number from 1, offset in the (unpacked) file, bytes."""
    offset = number = found = 0
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.isspace():
                    found += 1
                    yield number, offset, line
                offset += len(line)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path} line {number + 1}: not a complete gzip file: {error}") from None
    if not found:
        raise UsageError(f"{path}: {NO_ROWS}")


def _parquet_rows(path: Path, columns: Sequence[str] | None) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        # Buffered reading: a row group's column can be as large as the file.
        file = pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except pyarrow.ArrowInvalid as error:
        raise UsageError(f"{path}: not a Parquet file: {error}") from None
    with file:
        names = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
        number = 0
        try:
            # Small batches: rows of megabytes become Python objects one batch at a time.
            for batch in file.iter_batches(batch_size=16, columns=names, use_threads=False):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(values, f"{path} row {number}")
        except (pyarrow.ArrowException, OSError) as error:
            raise UsageError(f"{path} row {number + 1}: unreadable Parquet data: {error}") from None
    if not number:
        raise UsageError(f"{path}: {NO_ROWS}")


def warn(message: str) -> None:
    """Something that a reader of the results must know, said at once."""
    print(f"warning: {message}", file=sys.stderr)
