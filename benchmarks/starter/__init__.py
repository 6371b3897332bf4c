"""The problems that come with this project, in the row format of LiveCodeBench."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import livecodebench
from benchmarks.benchmark import Benchmark, BenchOptions, refuse_other_options
from benchmarks.files import Files, file_sha256, rows
from selfexec.errors import UsageError

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Solution:
    """A reference program and the verdict that it must get over all tests: AC, WA, TLE or RE."""

    problem_id: str
    name: str
    code: str
    verdict: str


def load(options: BenchOptions) -> Benchmark:
    refuse_other_options("starter", options, ("difficulty",))
    if options.data_revision is not None:
        raise UsageError(
            f"--data-revision {options.data_revision}: starter comes with the program; leave it out"
        )
    path = Path(options.data) if options.data else _packaged("problems")
    if not path.is_file():
        raise UsageError(f"--data {path}: no such file")
    digests = {path.name: file_sha256(path)}
    problems = [
        problem
        for problem in livecodebench.read(Files((path,), digests, "", ""))
        if options.difficulty in (None, problem.tags.get("difficulty"))
    ][: options.limit]
    return Benchmark(
        "starter",
        tuple(problems),
        "local file" if options.data else "part of this program",
        "",
        digests,
        {"difficulty": options.difficulty, "limit": options.limit},
    )


def solutions() -> Iterator[Solution]:
    """The reference programs of every problem, right and wrong ones."""
    for row in rows(_packaged("solutions")):
        yield Solution(*(row.text(name) for name in ("problem_id", "name", "code", "verdict")))


def completions_path() -> Path:
    """Scripted responses to every problem, as `--engine replay --completions` reads them."""
    return _packaged("completions")


def _packaged(name: str) -> Path:
    return _HERE / f"{name}.jsonl.gz"
