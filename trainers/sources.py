"""Instruction data for SFT: any data set with messages or with prompts and completions, mixed by weight."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets

from selfexec.errors import UsageError

KEYS = ("config", "split", "revision", "weight", "rows", "prompt", "completion")
Convert = Callable[[Mapping[str, Any]], dict[str, Any]]
READERS = {".jsonl": "json", ".json": "json", ".parquet": "parquet", ".gz": "json"}


@dataclass(frozen=True, slots=True)
class Source:
    """One data set of a mixture. `weight` is its share of the rows; None keeps every row once.

    `rows`: no more than so many of its rows, drawn by the seed of the mixture; None takes all.
    `prompt` and `completion` name the columns of a data set that is in neither of the two usual forms, such
    as `input` and `output`.
    """

    path: str
    config: str | None = None
    split: str = "train"
    revision: str | None = None
    weight: float | None = None
    rows: int | None = None
    prompt: str = "prompt"
    completion: str = "completion"

    @classmethod
    def parse(cls, text: str) -> Source:
        """`PATH[,key=value]...`, as in `nvidia/OpenMathReasoning,split=cot,prompt=problem,weight=0.3`."""
        path, *settings = text.split(",")
        values: dict[str, Any] = {}
        for setting in settings:
            key, found, value = setting.partition("=")
            if not found or key.strip() not in KEYS:
                raise UsageError(f"data {text!r}: {setting!r} is not one of {'=, '.join(KEYS)}=")
            values[key.strip()] = value.strip()
        if "weight" in values:
            try:
                values["weight"] = float(values["weight"])
            except ValueError:
                values["weight"] = -1.0
            if not values["weight"] > 0:
                raise UsageError(f"data {text!r}: weight must be a number above 0")
        if "rows" in values:
            values["rows"] = int(values["rows"]) if values["rows"].isdecimal() else 0
            if not values["rows"]:
                raise UsageError(f"data {text!r}: rows must be a whole number above 0")
        return cls(path.strip(), **values)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Rows `{"prompt": [message...], "completion": [message]}`, and where they came from."""

    rows: datasets.Dataset
    provenance: list[dict[str, Any]]


def mix(texts: Sequence[str], seed: int) -> Mixture:
    """Load every source and mix their rows.

    Without weights every row is there once. With weights (then for every source) rows are drawn so that a
    source has its share, until each has been seen whole; a small source is then seen more than once.
    """
    sources = [Source.parse(text) for text in texts]
    if not sources:
        raise UsageError("--data is empty; name at least one data set")
    tables = [load(source, seed) for source in sources]
    provenance = [
        {**describe(source), "rows": len(table), "sha256": content_sha256(table)}
        for source, table in zip(sources, tables, strict=True)
    ]
    weights = [source.weight for source in sources]
    if all(weight is None for weight in weights):
        rows = datasets.concatenate_datasets(tables).shuffle(seed=seed)
    elif None in weights:
        missing = sources[weights.index(None)].path
        raise UsageError(f"data {missing}: has no weight, but others have; give a weight to all or to none")
    else:
        total = sum(weights)
        rows = datasets.interleave_datasets(
            [table.shuffle(seed=seed) for table in tables],
            probabilities=[weight / total for weight in weights],
            seed=seed,
            stopping_strategy="all_exhausted",
        )
    return Mixture(rows, provenance)


def load(source: Source, seed: int = 0) -> datasets.Dataset:
    """The rows of one source as prompts and completions."""
    table = open_table(source)
    if not len(table):
        raise UsageError(f"data {source.path}: split {source.split} has no rows")
    if source.rows is not None and source.rows < len(table):
        table = table.shuffle(seed=seed).select(range(source.rows))
    columns = set(table.column_names)
    if {source.prompt, source.completion} <= columns:
        convert = from_columns(source)
    elif "messages" in columns:
        convert = from_messages(source)
    else:
        raise UsageError(
            f"data {source.path}: has columns {', '.join(table.column_names)}, but neither messages nor "
            f"{source.prompt} and {source.completion}; name them with prompt= and completion="
        )
    return table.map(convert, remove_columns=table.column_names, desc=f"reading {Path(source.path).name}")


def open_table(source: Source) -> datasets.Dataset:
    path = Path(source.path)
    try:
        if path.is_file():
            if path.suffix not in READERS:
                raise UsageError(f"data {path}: is no .jsonl, .json or .parquet file")
            return datasets.load_dataset(READERS[path.suffix], data_files=str(path), split="train")
        if path.is_dir():
            return open_folder(path, source.config, source.split)
        return datasets.load_dataset(source.path, source.config, split=source.split, revision=source.revision)
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        raise UsageError(f"data {source.path}: cannot be opened: {error}") from None


def open_folder(folder: Path, config: str | None, split: str | None = None) -> Any:
    """The data set in a folder (of all splits, a dictionary), as its files are now.

    By the folder, the library would find it in its cache under the folder's name and its card: another folder
    of that name, or the same one written anew, would be given out as the first. By the files it looks at when
    they were changed.
    """
    builder = datasets.load_dataset_builder(str(folder), config)
    files = {name: list(paths) for name, paths in builder.config.data_files.items()}
    return datasets.load_dataset(builder.name, data_files=files, split=split)


def from_columns(source: Source) -> Convert:
    def convert(row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "prompt": as_messages(row[source.prompt], "user"),
            "completion": as_messages(row[source.completion], "assistant"),
        }

    return convert


def from_messages(source: Source) -> Convert:
    def convert(row: Mapping[str, Any]) -> dict[str, Any]:
        messages = as_messages(row["messages"], "user")
        if len(messages) < 2 or messages[-1]["role"] != "assistant":
            roles = [message["role"] for message in messages]
            raise UsageError(f"data {source.path}: a row has the roles {roles}; the last must be assistant")
        return {"prompt": messages[:-1], "completion": messages[-1:]}

    return convert


def as_messages(value: Any, role: str) -> list[dict[str, str]]:
    if isinstance(value, str):
        return [{"role": role, "content": value}]
    return [{"role": message["role"], "content": message["content"]} for message in value]


def describe(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in ("path", "config", "split", "revision", "weight")}


def content_sha256(table: datasets.Dataset) -> str:
    """Digest of the rows themselves, in order: the same rows have it wherever they lie."""
    digest = hashlib.sha256()
    for batch in table.with_format("arrow").iter(1000):
        for row in batch.to_pylist():
            digest.update(repr(sorted(row.items())).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
