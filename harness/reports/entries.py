"""A run as rows of a leaderboard: one for each regime, with what its numbers depend on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.metrics import Comparison, compare
from harness.regimes.estimates import per_problem
from harness.regimes.outcomes import Facts, read
from harness.regimes.summary import summarise
from harness.reports.tiers import places
from harness.reports.values import DIRECT, FIX, FIX_EXECUTED, PREDICT, REGIMES, VERIFY, headline
from harness.runs import open_run, read_json
from selfexec.errors import UsageError

Cell = tuple[str, int | None]  # metric, k


@dataclass(frozen=True)
class Loaded:
    """A run directory, read: manifest, metrics rows and facts."""

    directory: Path
    name: str
    manifest: Mapping[str, Any]
    metrics: list[dict[str, Any]]
    facts: Facts

    @property
    def model(self) -> str:
        """The model's name; two replays of different files differ in their digest."""
        for section in (self.manifest.get("engine"), self.manifest["determines"].get("engine")):
            if section and section.get("model"):
                return str(section["model"])
        return str(self.manifest["determines"]["engine"].get("engine", "unknown"))

    def author(self, regime: str) -> str:
        """Whose numbers a regime's are: direct ones belong to whoever wrote the solutions."""
        solver = self.manifest.get("solver")
        return str(solver["model"]) if solver and regime == DIRECT else self.model

    @property
    def pooling(self) -> str:
        return self.manifest["determines"].get("pooling", "mean")

    @property
    def missing(self) -> int:
        """Solutions asked for and not judged yet: 0 for a finished run."""
        asked = len(self.facts.problems) * self.manifest["asked"]["n"]
        return max(0, asked - len(self.facts.direct))


@dataclass(frozen=True)
class Entry:
    """One row: a model under one regime on one window of a benchmark.

    cells: (metric, k) -> metrics row. values: the headline metric by problem, for paired tests. gain: against
    the same run's direct pass@1. `tier`, `rank_low` and `rank_high` are set by `ranked`, within `group`.
    """

    run: str
    model: str
    regime: str
    benchmark: str
    window: str
    dates: tuple[str, str] | None
    settings: str
    problems_sha256: str
    data_sha256: str
    data_revision: str
    sandbox: str
    n: int
    ks: tuple[int, ...]
    missing: int
    headline: tuple[str, int]
    cells: Mapping[Cell, Mapping[str, Any]]
    values: Mapping[str, float] = field(repr=False)
    clusters: Mapping[str, str] = field(repr=False)
    gain: Comparison | None = None
    tier: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None

    @property
    def group(self) -> tuple[str, str, str, str]:
        """Rows of one group are about the same problems and may be compared."""
        return (self.benchmark, self.data_sha256, self.problems_sha256, self.regime)

    @property
    def row(self) -> Mapping[str, Any]:
        return self.cells[self.headline]


def load_all(directories: Iterable[Path]) -> list[Loaded]:
    """Read runs, each once, named by as much of the end of its path as tells it from the others."""
    paths = list(dict.fromkeys(directory.resolve() for directory in directories))
    return [replace(load(path), name=_short_name(path, paths)) for path in paths]


def load(directory: Path) -> Loaded:
    """Read a run; of one that was interrupted, what it has so far. Raises UsageError when it is none."""
    run = open_run(directory)
    manifest = run.manifest()
    try:
        manifest["determines"]["bench"], manifest["asked"]["n"], manifest["asked"]["ks"]
    except (KeyError, TypeError):
        raise UsageError(
            f"{run.manifest_path} is no manifest of harness.eval: it lacks determines.bench or asked.n"
        ) from None
    metrics = read_json(run.metrics_path) if run.metrics_path.is_file() else summarise(run, manifest)
    return Loaded(directory, directory.name, manifest, metrics, read(run))


def entries(loaded: Loaded) -> list[Entry]:
    """One entry for each regime that has values, in the order of REGIMES."""
    found = []
    bench = loaded.manifest["determines"]["bench"]
    dates = sorted(row["date"][:10] for row in loaded.facts.problems.values() if row["date"])
    for regime in REGIMES:
        best = headline(loaded.metrics, regime, loaded.manifest["asked"]["ks"])
        if best is None:
            continue
        metric, k = best
        found.append(
            Entry(
                run=loaded.name,
                model=loaded.author(regime),
                regime=regime,
                benchmark=bench["name"],
                window=window(bench),
                dates=(dates[0], dates[-1]) if dates else None,
                settings=settings(loaded.manifest, regime),
                problems_sha256=_digest(loaded.facts.problems),
                data_sha256=bench.get("sha256", ""),
                data_revision=bench.get("revision", ""),
                sandbox=sandbox(loaded.manifest),
                n=loaded.manifest["asked"]["n"],
                ks=tuple(loaded.manifest["asked"]["ks"]),
                missing=loaded.missing,
                headline=best,
                cells={
                    (row["metric"], row["k"]): row
                    for row in loaded.metrics
                    if row["regime"] == regime and row["group"] is None
                },
                values=per_problem(loaded.facts, regime, metric, k, loaded.pooling),
                clusters=loaded.facts.clusters,
                gain=_gain(loaded, regime, metric, k),
            )
        )
    return found


def ranked(rows: Iterable[Entry]) -> list[Entry]:
    """Sort by benchmark, window, regime and value, and set tiers and possible ranks within each group."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    order = {regime: number for number, regime in enumerate(REGIMES)}
    result = []
    for key in sorted(groups, key=lambda key: (key[0], groups[key][0].window, key[2], order[key[3]])):
        # Of rows that were made with another headline k, only those of the same k are about the same thing.
        by_headline: dict[tuple[str, int], list[Entry]] = {}
        for row in groups[key]:
            by_headline.setdefault(row.headline, []).append(row)
        for best in sorted(by_headline):
            result += _with_tiers(by_headline[best])
    return result


def _with_tiers(rows: list[Entry]) -> list[Entry]:
    names = {str(number): row for number, row in enumerate(rows)}
    usable = {name: row.values for name, row in names.items() if row.values}
    found = places(usable, next((row.clusters for row in rows), {}))
    placed = [replace(row, **asdict(found[name])) if name in found else row for name, row in names.items()]
    return sorted(placed, key=lambda row: (row.tier or len(rows) + 1, -(row.row["value"] or 0), row.model))


def caption(row: Entry) -> str:
    """`livecodebench, release v6: 287 problems of 2024-08-03 to 2025-04-06, data 3f2a91c4`."""
    parts = [row.benchmark if row.window == "all" else f"{row.benchmark}, {row.window}"]
    problems = f"{row.row['n_problems']} problems"
    if row.dates:
        problems += f" of {' to '.join(dict.fromkeys(row.dates))}"
    revision = f" at {row.data_revision[:12]}" if row.data_revision else ""
    return f"{parts[0]}: {problems}, data {row.data_sha256[:8]}{revision}"


def with_bounds(paired: Comparison) -> str:
    """`+5.2 [+1.0, +9.4]`."""
    value, low, high = (f"{100 * x + 0.0:+.1f}" for x in (paired.difference, paired.low, paired.high))
    return value if math.isnan(paired.low) else f"{value} [{low}, {high}]"


def window(bench: Mapping[str, Any]) -> str:
    """Which part of the benchmark, as options say it: `release v6, io-only, 2024-08-01 to 2025-04-30`."""
    choices = dict(bench.get("choices") or {})
    start, end = choices.pop("start_date", None), choices.pop("end_date", None)
    words = []
    for name, value in choices.items():
        label = name.replace("_", "-")
        if value is True:
            words.append(label)
        elif value not in (None, False, "", [], ()):
            text = "+".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            words.append(f"{label} {text}")
    if start or end:
        words.append(f"{start or '…'} to {end or '…'}")
    return ", ".join(words) or "all"


def settings(manifest: Mapping[str, Any], regime: str) -> str:
    """What a regime's numbers depend on besides model and problems, in a few words."""
    determines, asked = manifest["determines"], manifest["asked"]
    sampling = determines.get("sampling", {})
    words = []
    if determines["engine"].get("engine") == "replay":
        words.append("replayed responses")
    elif "temperature" in sampling:
        words.append(f"T={sampling['temperature']:g}, top-p {sampling.get('top_p', 1):g}")
    if regime in (VERIFY, PREDICT) and asked.get("sim_attempts"):
        words.append(f"{asked['sim_attempts']} predictions a test")
    if regime == VERIFY and determines.get("pooling", "mean") != "mean":
        words.append(f"{determines['pooling']} pooling")
    if regime in (VERIFY, PREDICT) and (manifest.get("verifier") or {}).get("model"):
        words.append(f"verifier {manifest['verifier']['model']}")
    if manifest.get("solver"):
        words.append(f"solutions of {manifest['solver']['model']}")
    if regime in (FIX, FIX_EXECUTED) and determines.get("max_turns"):
        words.append(f"at most {determines['max_turns']} turns")
    if regime in (FIX, FIX_EXECUTED) and determines.get("feedback_detail", "output") != "output":
        words.append(f"{determines['feedback_detail']} feedback")
    if determines.get("hide_public_tests"):
        words.append("public tests hidden")
    return ", ".join(words)


def sandbox(manifest: Mapping[str, Any]) -> str:
    """`namespaces, level 2`."""
    found = manifest.get("environment", {}).get("sandbox", {})
    level = f", level {found['level']}" if "level" in found else ""
    return f"{found.get('backend', 'unknown')}{level}"


def _gain(loaded: Loaded, regime: str, metric: str, k: int) -> Comparison | None:
    """The regime's headline minus direct pass@1, paired by problem, from the same samples."""
    if regime in (DIRECT, PREDICT):
        return None
    values = per_problem(loaded.facts, regime, metric, k, loaded.pooling)
    direct = per_problem(loaded.facts, DIRECT, "pass", 1)
    return compare(values, direct, loaded.facts.clusters) if values.keys() & direct.keys() else None


def _short_name(path: Path, paths: Iterable[Path]) -> str:
    for count in range(1, len(path.parts)):
        tail = path.parts[-count:]
        if sum(other.parts[-count:] == tail for other in paths) == 1:
            return "/".join(tail)
    return str(path)


def _digest(problems: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(problems)).encode()).hexdigest()
