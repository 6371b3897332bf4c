"""What runs and traces cost, how that grows with workers and Ray, and what the paper's sizes come to.

    python tests/bench/bench_capacity.py

CPU is that of all processes that take part; wall times are the best of two passes over the same work, with
workers that have started and run something. The sizes are those of arXiv 2604.03253.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from bench_tracing import cpu_seconds
from performance import write_section

from benchmarks import BenchOptions, load, starter
from harness.build_traces import BuildOptions, builder
from harness.executors.building import build_everywhere
from harness.executors.processes import Processes
from harness.judge import Judge
from harness.responses import extract_code
from harness.tracing import chunks, sources
from harness.tracing.tables import Dataset
from sandboxes.outcome import Program
from sandboxes.pool import SandboxOptions, open_pool
from sandboxes.ray_pool import RayPool

PASSES = 2
JUDGED_PROBLEMS, JUDGED_SAMPLES = 20, 3
PROGRAMS, INPUTS = 200, 4
CHUNK = 5  # programs: enough blocks for two workers
FUNCTIONS, EXPLANATIONS = 30e6, 80e6
PROBLEMS, SAMPLES, REGIMES, TESTS = 287, 20, 3, 2  # two public tests a problem
ATTEMPTS, TURNS = 5, 10
CORES, NODES = 64, 8

ONE_CORE, ONE, TWO, RAY = "1 worker, one core", "1 worker", "2 workers", "Ray, 2 workers"
SETUPS = {
    ONE_CORE: SandboxOptions(workers=1),
    ONE: SandboxOptions(workers=1),
    TWO: SandboxOptions(workers=2),
    RAY: SandboxOptions(workers=2, executor="ray"),
}


@dataclass
class Measured:
    """Of one setup: seconds until it could work, and of its best pass wall and CPU seconds and the yield. Of
    Ray's workers no CPU is seen."""

    start_s: float
    wall_s: float = float("inf")
    cpu_s: float = 0.0
    counts: Counter[str] | None = None


def solutions() -> list[tuple]:
    """Some samples of some problems, as a run has them: several programs for the same tests."""
    problems = {problem.problem_id: problem for problem in load("starter", BenchOptions())}
    chosen = sorted(problems)[:: len(problems) // JUDGED_PROBLEMS][:JUDGED_PROBLEMS]
    found: dict[str, list] = {problem_id: [] for problem_id in chosen}
    path = Path(starter.completions_path())
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for row in map(json.loads, file):
            if row.get("kind", "solve") == "solve" and row["problem_id"] in found:
                found[row["problem_id"]].append(row.get("code") or extract_code(row["response"]))
    return [(problems[name], code) for name, codes in found.items() for code in codes[:JUDGED_SAMPLES]]


@contextlib.contextmanager
def opened(name: str) -> Iterator:
    """The pool of a setup, all of whose workers have run something."""
    every = os.sched_getaffinity(0)
    if name == ONE_CORE:
        os.sched_setaffinity(0, {min(every)})
    try:
        with open_pool(SETUPS[name]) as pool:
            if isinstance(pool, RayPool):
                wake(pool)
            else:
                pool.describe()
            yield pool
    finally:
        os.sched_setaffinity(0, every)


def wake(pool: RayPool | Processes) -> None:
    """Wait until every worker has answered."""
    seen: set[int] = set()
    while len(seen) < pool.workers:
        seen |= {future.result() for future in [pool.submit(answer) for _ in range(2 * pool.workers)]}


def answer(pool) -> int:
    # What the work to come imports.
    importlib.import_module("harness.build_traces")
    importlib.import_module("harness.judge")
    pool.run(Program("print(1)"), [b""])
    time.sleep(0.2)
    return os.getpid()


@contextlib.contextmanager
def judging(name: str) -> Iterator[Callable[[], Counter[str]]]:
    work = solutions()
    # A tenth of the time limits: endless loops are to be part of this, not all of it.
    with opened(name) as pool, Judge(pool, time_factor=0.1) as judge:

        def one_pass() -> Counter[str]:
            verdicts = [future.result() for future in [judge.submit(*one) for one in work]]
            return Counter(tests=sum(map(len, verdicts)), programs=len(work))

        for future in [judge.submit(*one) for one in work[:8]]:
            future.result()
        yield one_pass


@contextlib.contextmanager
def tracing(name: str) -> Iterator[Callable[[], Counter[str]]]:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        write_programs(Path(folder) / "programs.jsonl")
        options = BuildOptions(source=str(Path(folder) / "programs.jsonl"), out=Path(folder))
        pool = stack.enter_context(opened(name))
        if name == TWO:
            pool = stack.enter_context(Processes(replace(SETUPS[name], backend=pool.backend), pool.workers))
            wake(pool)

        def one_pass(programs: int | None = None) -> Counter[str]:
            out = Path(tempfile.mkdtemp(dir=folder))
            dataset = Dataset(out)
            todo = chunks.chunks(islice(sources.subjects(options.source, None), programs))
            if name in (ONE, ONE_CORE):
                make = builder(options, pool)
                for chunk, batch in todo:
                    part = dataset.part(chunk)
                    part.finish(make.build(batch, part, lambda _: None))
            else:
                build_everywhere(pool, options.travelling(), todo, dataset, lambda _: None)
            counts = Counter(dataset.counts())
            for table in ("traces", "nlex"):
                counts[f"bytes.{table}"] = sum(path.stat().st_size for path in (out / table).iterdir())
            return counts

        one_pass(programs=4 * CHUNK)
        yield one_pass


def measure(job: Callable[[str], contextlib.AbstractContextManager]) -> dict[str, Measured]:
    """The setups one after the other, in every pass anew: what else the machine does meets all of them."""
    found: dict[str, Measured] = {}
    for _ in range(PASSES):
        for name in SETUPS:
            if name == RAY and importlib.util.find_spec("ray") is None:
                continue
            began = time.perf_counter()
            with job(name) as one_pass:
                best = found.setdefault(name, Measured(time.perf_counter() - began))
                began_cpu, began = cpu_seconds(), time.perf_counter()
                counts = one_pass()
                wall = time.perf_counter() - began
                if wall < best.wall_s:
                    best.wall_s, best.cpu_s, best.counts = wall, cpu_seconds() - began_cpu, counts
    return found


def write_programs(path: Path) -> None:
    source = """def f(xs, k):
    total = 0
    for x in xs:
        if x % k == 0:
            total += x * {i}
        else:
            total -= x
    return [total, sorted(xs)]
"""
    rows = [
        {
            "program_id": f"p{i}",
            "source": source.format(i=i),
            "entry": "f",
            "inputs": [
                f"[{', '.join(str((i + j * n) % 17) for n in range(8))}], {j}" for j in range(1, INPUTS + 1)
            ],
        }
        for i in range(PROGRAMS)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def main() -> None:
    chunks.CHUNK_PROGRAMS = CHUNK
    judged, traced = measure(judging), measure(tracing)
    write_section("capacity", "Capacity", [*table(judged, traced), "", *extrapolated(judged, traced)])


def table(judged: dict[str, Measured], traced: dict[str, Measured]) -> list[str]:
    lines = [
        "Bars: 2 workers at least 1.8 times as fast as one; Ray at most 10 % slower than the local pool.",
        "Starting the workers, and with Ray the cluster, is no part of the times: it has columns of its own.",
        "",
        "| | judging, wall s | CPU s | to start, s | tracing, wall s | CPU s | to start, s |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in judged:
        cells = [
            cell
            for each in (judged[name], traced[name])
            for cell in (
                f"{each.wall_s:.1f}",
                "–" if name == RAY else f"{each.cpu_s:.1f}",
                f"{each.start_s:.1f}",
            )
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| | judging | tracing |", "|---|---:|---:|"]
    ratio = partial(faster, judged, traced)
    lines.append(ratio("2 workers on two cores, × one on one core", ONE_CORE, TWO))
    lines.append(ratio("2 workers, × one that may use both cores", ONE, TWO))
    if RAY in judged:
        lines.append(ratio("Ray's time, × that of the local pool", RAY, TWO))
    lines += [
        "",
        "One worker's own side (comparing, and for traces explaining, gating and packing) runs beside its "
        "sandbox where a second core is free, so one worker keeps more than one core busy.",
    ]
    return lines


def faster(judged: dict, traced: dict, what: str, slow: str, fast: str) -> str:
    cells = [f"{each[slow].wall_s / each[fast].wall_s:.2f}" for each in (judged, traced)]
    return f"| {what} | {' | '.join(cells)} |"


def extrapolated(judged: dict[str, Measured], traced: dict[str, Measured]) -> list[str]:
    judge_cpu, trace_cpu = judged[ONE_CORE].cpu_s, traced[ONE_CORE].cpu_s
    tests, judged_programs = judged[ONE_CORE].counts["tests"], judged[ONE_CORE].counts["programs"]
    counts = traced[ONE_CORE].counts
    traces, told = counts["traces.ok"] + counts["traces.exception"], counts["nlex"]
    per_test, per_trace = judge_cpu / tests, trace_cpu / traces
    bytes_each = counts["bytes.traces"] / traces, counts["bytes.nlex"] / told
    programs = PROBLEMS * SAMPLES * REGIMES
    per_program = judge_cpu / judged_programs
    needed = EXPLANATIONS * traces / told
    node = CORES * 3600
    answers = PROBLEMS * SAMPLES * (1 + TESTS * ATTEMPTS + (TURNS - 1) * (1 + TESTS))
    return [
        f"Measured with one worker: {1000 * per_test:.1f} CPU s per 1,000 tests judged, "
        f"{1000 * per_trace:.1f} CPU s per 1,000 traces (recorded, confirmed, explained, gated, written), "
        f"{told / traces:.2f} explanations a trace, {bytes_each[0]:.0f} bytes a trace and "
        f"{bytes_each[1]:.0f} an explanation on disk.",
        "",
        f"Extrapolated from these in proportion (a node is {CORES} cores as fast as one here):",
        "",
        "| what | CPU hours | hours on one node | on eight nodes | bytes |",
        "|---|---:|---:|---:|---:|",
        row(
            f"{programs:,} programs judged ({PROBLEMS} × {SAMPLES} × {REGIMES})",
            programs * per_program,
            node,
            0,
        ),
        row("180,000 programs judged", 180_000 * per_program, node, 0),
        row(
            f"{EXPLANATIONS:,.0f} explanations ({needed:,.0f} traces)",
            needed * per_trace,
            node,
            needed * bytes_each[0] + EXPLANATIONS * bytes_each[1],
        ),
        row(
            f"{FUNCTIONS:,.0f} functions with {INPUTS} inputs each",
            FUNCTIONS * INPUTS * per_trace,
            node,
            FUNCTIONS * INPUTS * (bytes_each[0] + bytes_each[1] * told / traces),
        ),
        "",
        f"Answers that a model gives in those three regimes, at most: {answers:,} ({TESTS} public tests, "
        f"{ATTEMPTS} attempts, {TURNS} turns). Tokens are that times the mean length of a response, which a "
        "run's manifest tells.",
    ]


def row(what: str, cpu_s: float, node: float, size: float) -> str:
    hours = cpu_s / node
    told = f"{size / 1e9:,.0f} GB" if size else "–"
    return f"| {what} | {cpu_s / 3600:,.1f} | {hours:,.2f} | {hours / NODES:,.2f} | {told} |"


if __name__ == "__main__":
    main()
