"""The tables of a data set of traces: their columns, their shards, and what is already there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness import runs, storage
from harness.tracing.trace import Event, Trace
from selfexec.errors import UsageError

SPLITS = ("train", "validation", "test")

_INT, _FLOAT, _BOOL = pa.int32(), pa.float64(), pa.bool_()
_CHANGE = pa.struct([("name", pa.string()), ("value", pa.string())])
_EVENT = pa.struct(
    [
        ("step", _INT),
        ("event", pa.string()),
        ("func", pa.string()),
        ("depth", _INT),
        ("line", _INT),
        ("changed", pa.list_(_CHANGE)),
        ("deleted", pa.list_(pa.string())),
        ("arg", pa.string()),
        ("stdout_len", _INT),
    ]
)
_MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])

TRACES = pa.schema(
    [
        ("trace_id", pa.string()),
        ("program_id", pa.string()),
        ("source_kind", pa.string()),
        ("entry", pa.string()),
        ("source", pa.string()),
        ("stdin", pa.string()),
        ("args", pa.string()),
        ("stdout", pa.string()),
        ("return_repr", pa.string()),
        ("exc_type", pa.string()),
        ("exc_msg", pa.string()),
        ("status", pa.string()),
        ("python_version", pa.string()),
        ("tracer_version", pa.string()),
        ("n_events", _INT),
        ("n_bytes", _INT),
        ("wall_ms", _FLOAT),
        ("split", pa.string()),
        ("events", pa.list_(_EVENT)),
    ]
)
NLEX = pa.schema(
    [
        ("trace_id", pa.string()),
        ("style", pa.string()),
        ("verbalizer", pa.string()),
        ("verbalizer_version", pa.string()),
        ("model", pa.string()),
        ("prompt_sha256", pa.string()),
        ("text", pa.string()),
        ("predicted_output", pa.string()),
        ("output_match", _BOOL),
        ("grounded", _FLOAT),
        ("n_tokens", _INT),
        ("messages", pa.list_(_MESSAGE)),
    ]
)
REJECTS = NLEX.append(pa.field("reason", pa.string()))
CWM = pa.schema([("trace_id", pa.string()), ("prompt", pa.string()), ("frames", pa.string())])
SCHEMAS = {"traces": TRACES, "nlex": NLEX, "rejects": REJECTS, "cwm": CWM}
# Differs between two runs that are otherwise the same.
_UNSTABLE = {"wall_ms"}
_LEVEL = 12
_LEAVES = [
    *TRACES.names[:-1],
    *(f"events.list.element.{name}" for name in Event._fields if name not in ("changed", "deleted")),
    "events.list.element.changed.list.element.name",
    "events.list.element.changed.list.element.value",
    "events.list.element.deleted.list.element",
]
_DONE = "done"
PART_BYTES = 64 << 20


def table_of(name: str, rows: Sequence[Any]) -> pa.Table:
    """The rows of a part as a table: traces as such, of the other tables rows as mappings."""
    schema = SCHEMAS[name]
    if name == "traces":
        return _table_of_traces(rows)
    return pa.Table.from_pylist([{column: row[column] for column in schema.names} for row in rows], schema)


def _table_of_traces(traces: Sequence[Trace]) -> pa.Table:
    """Column by column: a row of nested mappings costs twenty times as much."""
    columns = []
    for name in TRACES.names[:-1]:
        values = [getattr(trace, name) for trace in traces]
        if TRACES.field(name).type == pa.string():
            values = [runs.storable(value) for value in values]
        columns.append(pa.array(values, TRACES.field(name).type))
    events = [event for trace in traces for event in trace.events]
    parts: dict[str, pa.Array] = {}
    for place, name in enumerate(Event._fields):
        kind = _EVENT.field(name).type
        if name == "changed":
            flat = [change for event in events for change in event.changed]
            pairs = [pa.array([change[side] for change in flat], pa.string()) for side in (0, 1)]
            items = pa.StructArray.from_arrays(pairs, fields=list(_CHANGE))
            parts[name] = pa.ListArray.from_arrays(_offsets(len(event.changed) for event in events), items)
        else:
            parts[name] = pa.array([event[place] for event in events], kind)
    structs = pa.StructArray.from_arrays(list(parts.values()), fields=list(_EVENT))
    columns.append(pa.ListArray.from_arrays(_offsets(len(trace.events) for trace in traces), structs))
    return pa.Table.from_arrays(columns, schema=TRACES)


def _offsets(lengths: Iterable[int]) -> pa.Array:
    return pa.array([0, *accumulate(lengths)], pa.int32())


def _write(table: pa.Table, path: Path) -> None:
    """Events are small integers and repeated names: packed and compressed hard they take 6 bytes each."""
    step = "events.list.element.step"
    options: dict[str, Any] = {}
    if "events" in table.schema.names:
        options = {
            "use_dictionary": [name for name in _LEAVES if name != step and not name.endswith(".value")],
            "column_encoding": {step: "DELTA_BINARY_PACKED"},
            "write_statistics": False,
        }
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=_LEVEL, **options)
    storage.publish(path, sink.getvalue().to_pybytes())


def trace_of(row: Mapping[str, Any]) -> Trace:
    """The trace of a row of the `traces` table."""
    events = tuple(
        Event(
            each["step"],
            each["event"],
            each["func"],
            each["depth"],
            each["line"],
            tuple((change["name"], change["value"]) for change in each["changed"]),
            tuple(each["deleted"]),
            each["arg"],
            each["stdout_len"],
        )
        for each in row["events"]
    )
    return Trace(**{name: row[name] for name in TRACES.names if name != "events"}, events=events)


@dataclass(frozen=True)
class Chunk:
    """The unit of work and of resume: some consecutive programs. `key` names them and their inputs."""

    number: int
    key: str


class Dataset:
    """A directory of traces and explanations, written chunk by chunk.

    A chunk's rows become one Parquet file per table and split, named for their content; its mark in `done/`,
    with its share of the yield, is written last. So a chunk without a mark is simply done again, and data
    sets made by different shards of one job merge by copying their files into one directory.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def manifest_path(self) -> Path:
        return self.directory / "manifest.json"

    def open(self, settings: Mapping[str, Any], resume: bool) -> None:
        """Make the directory, or with `resume` check that it was made with these settings."""
        if self.directory.exists() and not self.directory.is_dir():
            raise UsageError(f"--out {self.directory} is a file; give a directory")
        if self.manifest_path.exists():
            if not resume:
                raise UsageError(
                    f"--out {self.directory} exists; add --resume to continue it, or choose another name"
                )
            was = runs.read_json(self.manifest_path)["settings"]
            for name in sorted(was.keys() | settings.keys()):
                if was.get(name) != settings.get(name):
                    raise UsageError(
                        f"--resume {self.directory}: {name} was {was.get(name)!r} and is now "
                        f"{settings.get(name)!r}; use the same settings or another --out"
                    )
            for leftover in self.directory.rglob(f"*{runs.TEMPORARY_SUFFIX}"):
                leftover.unlink()
            return
        if self.directory.is_dir() and any(self.directory.iterdir()):
            raise UsageError(
                f"--out {self.directory} is not empty and holds no data set; choose another name"
            )
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--out {self.directory} cannot be made: {error.strerror}") from None
        runs.write_json(self.manifest_path, {"settings": dict(settings)})

    def is_done(self, chunk: Chunk) -> bool:
        return self.mark(chunk).exists()

    def part(self, chunk: Chunk) -> Part:
        return Part(self, chunk)

    def counts(self) -> dict[str, int]:
        """The yield over all chunks that are done."""
        total: dict[str, int] = {}
        for path in sorted((self.directory / _DONE).glob("*.json")):
            for name, count in runs.read_json(path)["counts"].items():
                total[name] = total.get(name, 0) + count
        return total

    def files(self, table: str, split: str) -> list[Path]:
        return sorted((self.directory / table).glob(f"{split}-*.parquet"))

    def find(self, table: str, trace_id: str) -> list[dict[str, Any]]:
        """The rows of a trace. Reads the id column of each file, and one file whole."""
        found = []
        for path in sorted((self.directory / table).glob("*.parquet")):
            ids = pq.read_table(storage.readable(path), columns=["trace_id"]).column(0).to_pylist()
            places = [place for place, each in enumerate(ids) if each.startswith(trace_id)]
            if places:
                found.extend(pq.read_table(storage.readable(path)).take(places).to_pylist())
        return found

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        for path in sorted((self.directory / table).glob("*.parquet")):
            with pq.ParquetFile(storage.readable(path)) as file:
                for batch in file.iter_batches(batch_size=64, columns=list(columns) if columns else None):
                    yield from batch.to_pylist()

    def mark(self, chunk: Chunk) -> Path:
        return self.directory / _DONE / f"{chunk.number:06d}-{chunk.key}.json"


class Part:
    """The rows of one chunk on their way to disk: files are written when enough have come together."""

    def __init__(self, dataset: Dataset, chunk: Chunk) -> None:
        self.dataset = dataset
        self.chunk = chunk
        self._rows: dict[tuple[str, str], list[Any]] = {}
        self._size = 0

    def add(self, table: str, split: str, row: Any, size: int) -> None:
        """`row`: a Trace for `traces`, else a mapping. `size`: about how many bytes it takes."""
        self._rows.setdefault((table, split), []).append(row)
        self._size += size
        if self._size > PART_BYTES:
            self.flush()

    def flush(self) -> None:
        for (table, split), rows in self._rows.items():
            folder = self.dataset.directory / table
            folder.mkdir(exist_ok=True)
            columns = table_of(table, rows)
            _write(columns, folder / f"{split}-{_content(columns)}.parquet")
        self._rows.clear()
        self._size = 0

    def finish(self, counts: Mapping[str, int]) -> None:
        """Write what waits and then the mark."""
        self.flush()
        mark = self.dataset.mark(self.chunk)
        mark.parent.mkdir(exist_ok=True)
        runs.write_json(mark, {"chunk": self.chunk.number, "counts": dict(counts)})


def _content(table: pa.Table) -> str:
    """16 hex digits that name what a part holds."""
    stable = table.select([name for name in table.schema.names if name not in _UNSTABLE])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, stable.schema) as stream:
        stream.write_table(stable)
    return hashlib.sha256(sink.getvalue()).hexdigest()[:16]
