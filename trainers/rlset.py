"""An RL set on disk: problems with all their tests, and programs whose outputs are to be predicted.

    DIR/problems/{train,validation}.parquet      one row per problem
    DIR/predictions/{train,validation}.parquet   one row per (program, public test)
    DIR/summary.json                             where it came from and what was left out

`python -m trainers.data` writes it, `python -m trainers.rl` reads it. It is whole: training needs neither the
benchmark nor the run directories that it was built from.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.problem import Problem, Test
from harness.runs import TEMPORARY_SUFFIX, read_json, storable, write_json
from selfexec.errors import UsageError

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")
SUMMARY_FILE = "summary.json"
BATCH_ROWS = 64

PROBLEM_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("statement", pa.string()),
        ("bare_statement", pa.string()),
        ("style", pa.string()),
        ("entry", pa.string()),
        ("starter_code", pa.string()),
        ("checker", pa.string()),
        ("checker_source", pa.string()),
        ("time_limit_s", pa.float64()),
        ("memory_limit_bytes", pa.int64()),
        ("tests", pa.large_string()),  # JSON: [[input, output, visibility], ...], public ones first
        ("tags", pa.string()),  # JSON
    ]
)
PREDICTION_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("model", pa.string()),
        ("sample", pa.int64()),
        ("test", pa.int64()),
        ("code", pa.string()),
        ("answer", pa.string()),  # what the program really answers, as harness.answers defines it
    ]
)


class RLSet:
    """The rows of an RL set, opened without being held in memory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.summary: dict[str, Any] = read_json(directory / SUMMARY_FILE)
        self.problem_rows = {split: _open(self._file("problems", split)) for split in SPLITS}
        self.predictions = {split: _open(self._file("predictions", split)) for split in SPLITS}
        self._places = {
            problem_id: (split, place)
            for split in SPLITS
            for place, problem_id in enumerate(self.problem_rows[split]["problem_id"])
        }

    def problem(self, problem_id: str) -> Problem:
        split, place = self._places[problem_id]
        rows = self.problem_rows[split]
        return problem_from(rows[place], lambda: tests_of(rows[place]))

    def problem_ids(self, split: Split) -> list[str]:
        return list(self.problem_rows[split]["problem_id"])

    def describe(self) -> dict[str, Any]:
        """For the record of a training run: the files' hashes and where the rows came from."""
        files = sorted(path for path in self.directory.rglob("*.parquet"))
        return {
            "path": str(self.directory),
            "files": {str(path.relative_to(self.directory)): sha256(path) for path in files},
            "summary": self.summary,
        }

    def _file(self, table: str, split: Split) -> Path:
        path = self.directory / table / f"{split}.parquet"
        if not path.is_file():
            raise UsageError(
                f"--data {self.directory} is no RL set: {path.relative_to(self.directory)} is missing"
            )
        return path


def write(
    directory: Path,
    problems: Mapping[Split, Iterable[Problem]],
    predictions: Mapping[Split, Iterable[Mapping[str, Any]]],
    summary: Mapping[str, Any],
) -> None:
    """Write an RL set. The summary comes last, so that a folder that has one is whole."""
    for split in SPLITS:
        _stream(
            directory / "problems" / f"{split}.parquet", PROBLEM_SCHEMA, map(problem_row, problems[split])
        )
        _stream(directory / "predictions" / f"{split}.parquet", PREDICTION_SCHEMA, predictions[split])
    write_json(directory / SUMMARY_FILE, summary)


def problem_row(problem: Problem) -> dict[str, Any]:
    tests = [[test.input, test.output, test.visibility] for test in problem.load_tests()]
    row = {name: getattr(problem, name) for name in PROBLEM_SCHEMA.names if name not in ("tests", "tags")}
    return {
        **{name: storable(value) if isinstance(value, str) else value for name, value in row.items()},
        "tests": storable(json.dumps(tests)),
        "tags": json.dumps(dict(problem.tags)),
    }


def problem_from(row: Mapping[str, Any], load_tests: Any) -> Problem:
    fields = {name: row[name] for name in PROBLEM_SCHEMA.names if name not in ("tests", "tags")}
    tests = tests_of(row)
    return Problem(
        **fields,
        tags=json.loads(row["tags"]),
        public_tests=tuple(test for test in tests if test.visibility == "public"),
        load_tests=load_tests,
    )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stream(path: Path, schema: pa.Schema, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows batch by batch: the tests of ten thousand problems do not fit into memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    waiting = iter(rows)
    with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        while batch := list(islice(waiting, BATCH_ROWS)):
            writer.write_table(pa.Table.from_pylist([dict(row) for row in batch], schema))
    os.replace(temporary, path)


def tests_of(row: Mapping[str, Any]) -> tuple[Test, ...]:
    return tuple(Test(*fields) for fields in json.loads(row["tests"]))


def _open(path: Path) -> datasets.Dataset:
    if not pq.read_metadata(path).num_rows:
        # datasets cannot open an empty file.
        return datasets.Dataset(pq.read_table(path))
    return datasets.Dataset.from_parquet(str(path))
