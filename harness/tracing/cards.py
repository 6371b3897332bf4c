"""The dataset card: what a directory of traces holds, how it was made, and what was dropped on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

import selfexec
from harness import manifest
from harness.tracing import rules
from harness.tracing.chunks import YIELD
from harness.tracing.recorder.driver import RECORDER_VERSION
from harness.tracing.sources import LICENCES
from harness.tracing.tables import SCHEMAS, SPLITS, Dataset

CONFIGS = ("nlex", "traces", "cwm")

_ABOUT = {
    "trace_id": "names the program and its input; joins the two tables",
    "program_id": "the program's name in its source",
    "source_kind": "where the program is from",
    "entry": "the function called; null for a program that reads stdin",
    "args": "source of the call's arguments; null for a program that reads stdin",
    "return_repr": "the returned value as a literal, where it has one",
    "exc_type": "class of the uncaught exception, if any",
    "status": "ok, exception; or why there are no events: timeout, event_limit, byte_limit, nondeterministic",
    "n_bytes": "size of the recording as text",
    "wall_ms": "of the recorded run, with the one that confirmed it in the same process",
    "split": "by the hash of the program, so that no program is in two splits",
    "events": "what happened, step by step; `changed` is what differs from the same frame's event before",
    "style": "full tells every step; compact tells a loop by its first two rounds, its last and a summary",
    "verbalizer": "rules (templates) or llm",
    "prompt_sha256": "of the prompt templates that `messages` was made with",
    "text": "the explanation; it ends with the output",
    "predicted_output": "the output that the text states",
    "grounded": "share of the claims about variables that the run bears out, in order",
    "prompt": "context and entry in the format of Code World Model",
    "frames": "the frames that it is to go on with",
    "n_tokens": "of the text, where the model's engine counts them",
    "messages": "user: the simulation prompt; assistant: the text",
}


def yield_rows(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The yield table: (what, how many), zeros among the reasons left out."""
    rows = [
        (label, counts.get(name, 0))
        for name, label in YIELD
        if counts.get(name) or not label.startswith("dropped")
    ]
    rejects = sorted(name for name in counts if name.startswith("rejects."))
    return rows + [(f"rejected: {name.partition('.')[2]}", counts[name]) for name in rejects]


def write_card(dataset: Dataset, settings: Mapping[str, Any]) -> Path:
    """Write README.md with the YAML that `datasets.load_dataset` reads; the path."""
    path = dataset.directory / "README.md"
    path.write_text(_card(dataset, settings), encoding="utf-8")
    return path


def _card(dataset: Dataset, settings: Mapping[str, Any]) -> str:
    kind = str(settings["kind"])
    counts = dataset.counts()
    lines = ["---", "language:", "- en", "tags:", "- code", "- execution-traces", "configs:"]
    for config in CONFIGS:
        files = {split: dataset.files(config, split) for split in SPLITS}
        if any(files.values()):
            lines += [f"- config_name: {config}", *(["  default: true"] if config == "nlex" else [])]
            # `datasets` keeps a folder in its cache by its name and this header, and looks at nothing else.
            lines += [f"  description: files {_digest(files)}"]
            lines += ["  data_files:"]
            for split in SPLITS:
                if files[split]:
                    lines += [f"  - split: {split}", f"    path: {config}/{split}-*.parquet"]
    lines += ["---", "", f"# Execution traces and their explanations: {kind}", ""]
    lines += [
        "Programs were run in a sandbox and recorded line by line (`traces`); each recording was told in "
        "natural language and kept if it states the true output and claims nothing that did not happen "
        "(`nlex`). Explanations that were not kept are in `rejects`, with the reason.",
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        'nlex = load_dataset("PATH-OR-NAME-OF-THIS-DIRECTORY", "nlex")',
        "```",
        "",
        "## Yield",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {label} | {count:,} |" for label, count in yield_rows(counts)),
        "",
    ]
    for config in CONFIGS:
        schema = SCHEMAS[config]
        if not any(dataset.files(config, split) for split in SPLITS):
            continue
        lines += [f"## Columns of `{config}`", "", "| column | type | |", "|---|---|---|"]
        lines += [
            f"| {field.name} | {_type(field.type)} | {_ABOUT.get(field.name, '')} |" for field in schema
        ]
        lines += [""]
    packages = manifest.environment({})["packages"]
    lines += [
        "## How it was made",
        "",
        f"- programs: {settings['source']}; licence of the sources: {LICENCES[kind]}",
        f"- verbalizer: {settings['verbalizer']}"
        + (f", model {settings['model']}" if settings.get("model") else f", version {rules.VERSION}"),
        f"- limits: {settings['max_events']} events and {settings['max_bytes']} bytes a trace",
        f"- recorder version {RECORDER_VERSION}, selfexec {selfexec.__version__}, "
        f"pyarrow {packages.get('pyarrow', '?')}; each trace names its Python version",
        "",
    ]
    return "\n".join(lines)


def _digest(files: Mapping[str, Sequence[Path]]) -> str:
    """Of the names of files, which are digests of their contents."""
    names = sorted(path.name for paths in files.values() for path in paths)
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:16]


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return "{" + ", ".join(field.name for field in kind) + "}"
    return str(kind)
