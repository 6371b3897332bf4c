"""What runs and traces cost, how that grows with workers and Ray, and what the paper's sizes come to.

    python tests/bench/bench_capacity.py

CPU is that of all processes that take part; wall times are of one pass after a warm one. The sizes are those
of arXiv 2604.03253.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import io
import json
import tempfile
import time
from pathlib import Path

from bench_tracing import cpu_seconds
from performance import write_section

from benchmarks import BenchOptions, load, starter
from harness import build_traces
from harness.judge import Judge
from harness.responses import extract_code
from harness.tracing import chunks
from sandboxes.pool import SandboxOptions, open_pool

SOLUTIONS = 60
PROGRAMS = 24
INPUTS = 4
FUNCTIONS, EXPLANATIONS = 30e6, 80e6
PROBLEMS, SAMPLES, REGIMES, TESTS = 287, 20, 3, 2  # two public tests a problem
ATTEMPTS, TURNS = 5, 10
CORES, NODES = 64, 8

TIMES = {
    "1 worker": SandboxOptions(workers=1),
    "2 workers": SandboxOptions(workers=2),
    "Ray, 2 workers": SandboxOptions(workers=2, executor="ray"),
}


def solutions() -> list[tuple]:
    problems = {problem.problem_id: problem for problem in load("starter", BenchOptions())}
    path = Path(starter.completions_path())
    found = []
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            row = json.loads(line)
            if row.get("kind", "solve") == "solve":
                code = row.get("code") or extract_code(row["response"])
                found.append((problems[row["problem_id"]], code))
    return found[:: max(len(found) // SOLUTIONS, 1)][:SOLUTIONS]


def judging(options: SandboxOptions) -> tuple[float, float, int]:
    """Wall and CPU seconds of judging (of Ray's workers no CPU is seen), and tests judged."""
    work = solutions()
    # A tenth of the time limits: endless loops are to be part of this, not all of it.
    with open_pool(options) as pool, Judge(pool, time_factor=0.1) as judge:
        for future in [judge.submit(problem, code) for problem, code in work[:8]]:
            future.result()
        began_cpu, began = cpu_seconds(), time.perf_counter()
        verdicts = [future.result() for future in [judge.submit(*one) for one in work]]
        wall = time.perf_counter() - began
        spent = cpu_seconds() - began_cpu
    return wall, spent, sum(map(len, verdicts))


def tracing(options: SandboxOptions, folder: Path) -> tuple[float, float, dict[str, int]]:
    """Wall seconds, CPU seconds and the yield of a data set of short functions, with its bytes."""
    out = folder / f"{options.executor}-{options.workers}"
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        build_traces.main(
            build_traces.BuildOptions(source=str(folder / "programs.jsonl"), out=out, sandbox=options)
        )
    wall = time.perf_counter() - began
    counts = build_traces.Dataset(out).counts()
    for table in ("traces", "nlex"):
        counts[f"bytes.{table}"] = sum(path.stat().st_size for path in (out / table).glob("*.parquet"))
    return wall, tracing_cpu(folder), counts


def tracing_cpu(folder: Path) -> float:
    """CPU seconds of building the same data set with one worker, its start left out."""
    source = build_traces.BuildOptions(source=str(folder / "programs.jsonl"), out=folder / "cpu")
    with tempfile.TemporaryDirectory() as out, open_pool(SandboxOptions(workers=1)) as pool:
        pool.describe()
        make, dataset = build_traces.builder(source, pool), build_traces.Dataset(Path(out))
        began = cpu_seconds()
        for chunk, batch in chunks.chunks(build_traces.sources.subjects(source.source, None)):
            part = dataset.part(chunk)
            part.finish(make.build(batch, part, lambda _: None))
        return cpu_seconds() - began


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
    chunks.CHUNK_PROGRAMS = 4  # enough blocks for two workers
    times = dict(TIMES)
    if importlib.util.find_spec("ray") is None:
        del times["Ray, 2 workers"]
    judged = {name: judging(options) for name, options in times.items()}
    with tempfile.TemporaryDirectory() as folder:
        write_programs(Path(folder) / "programs.jsonl")
        traced = {name: tracing(options, Path(folder)) for name, options in times.items()}
    write_section("capacity", "Capacity", [*measured(judged, traced), "", *extrapolated(judged, traced)])


def measured(judged: dict, traced: dict) -> list[str]:
    base_judge, base_trace = judged["1 worker"][0], traced["1 worker"][0]
    lines = [
        "Bars: 2 workers at least 1.8 times as fast as one; Ray at most 10 % slower than the local pool.",
        "Tracing includes the start of the workers, and of the cluster with Ray.",
        "",
        "| | judging, wall s | × one worker | tracing, wall s | × one worker |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, (wall, _, _) in judged.items():
        trace_wall = traced[name][0]
        faster = base_judge / wall, base_trace / trace_wall
        lines.append(f"| {name} | {wall:.1f} | {faster[0]:.2f} | {trace_wall:.1f} | {faster[1]:.2f} |")
    return lines


def extrapolated(judged: dict, traced: dict) -> list[str]:
    _, judge_cpu, tests = judged["1 worker"]
    _, trace_cpu, counts = traced["1 worker"]
    traces, told = counts["traces.ok"] + counts.get("traces.exception", 0), counts["nlex"]
    per_test, per_trace = judge_cpu / tests, trace_cpu / traces
    bytes_each = counts["bytes.traces"] / traces, counts["bytes.nlex"] / told
    programs = PROBLEMS * SAMPLES * REGIMES
    per_program = per_test * tests / SOLUTIONS
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
