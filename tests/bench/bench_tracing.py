"""What recording and explaining costs, beside PySnooper and snoop, into results/performance.md.

python tests/bench/bench_tracing.py
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType

import pysnooper
import snoop
from performance import write_section

from harness.prompts import Prompts
from harness.tracing import rules, sources
from harness.tracing.chunks import Builder, by_rules
from harness.tracing.recorder import driver
from harness.tracing.recorder.watching import Recorder
from harness.tracing.recording import Caps
from harness.tracing.sources import Subject
from harness.tracing.tables import Chunk, Dataset
from sandboxes.pool import SandboxPool

REPEATS = 15

# Each is called once and gives about 10,000 events.
PROGRAMS = {
    "small locals": (
        """
def run(n):
    a = 0
    b = 1
    items = [3, 1, 2]
    for i in range(n):
        c = a + b
        a = b % 1000
        b = c % 1000
        if b > 500:
            a += items[i % 3]
    return a
""",
        1800,
    ),
    "a list that changes": (
        """
def run(n):
    seen = [0] * 20
    for i in range(n):
        k = i * 7 % 20
        seen[k] += i
        if seen[k] % 3 == 0:
            seen[k] -= 1
    return sum(seen)
""",
        2300,
    ),
    "calls": (
        """
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

def run(n):
    return fib(n)
""",
        15,
    ),
}

# As long as those of CruxEval (arXiv 2401.03065), each with its calls.
FUNCTIONS = {
    """
def f(nums):
    output = []
    for n in nums:
        output.append((nums.count(n), n))
    output.sort(reverse=True)
    return output
""": ["[1, 1, 3, 1, 3, 1]", "[]", "[5, 2]", "[4, 4, 4]"],
    """
def f(text, suffix):
    output = text
    while text.endswith(suffix):
        output = text[:-len(suffix)]
        text = output
    return output
""": ["'!klcd!ma:ri!!', '!'", "'abc', 'x'", "'aaaa', 'aa'", "'xyx', 'x'"],
    """
def f(text):
    odd = ''
    even = ''
    for i, c in enumerate(text):
        if i % 2 == 0:
            even += c
        else:
            odd += c
    return even + odd.lower()
""": ["'Mammoth'", "'a'", "'HELLO'", "'xYzW'"],
    """
def f(array):
    for i in range(len(array) - 1, 0, -1):
        for j in range(i):
            if array[j] > array[j + 1]:
                array[j], array[j + 1] = array[j + 1], array[j]
    return array
""": ["[3, 1, 2]", "[9]", "[2, 1]", "[1, 5, 0, 2]"],
    """
def f(d):
    result = {}
    for k, v in d.items():
        if v not in result:
            result[v] = []
        result[v].append(k)
    return result
""": ["{'a': 1, 'b': 2, 'c': 1}", "{}", "{1: 1}", "{1: 2, 3: 2}"],
    """
def f(s, n):
    return s[-n:] + s[:n].upper()
""": ["'hello', 2", "'a', 3", "'', 1", "'xyz', 0"],
}
ROUNDS = 30
STARTER_PROGRAMS = 120


def main() -> None:
    recorder, overhead = recorder_lines()
    lines = [
        "Recorder, CPU time added to the program, best of 15 (bars: at most 2.5 µs per event with small "
        "locals, 5 times faster than PySnooper, 20 times faster than snoop):",
        "",
        "| program | events | µs per event | PySnooper | snoop |",
        "|---|---:|---:|---:|---:|",
        *recorder,
        "",
        f"A tracer that does nothing costs {overhead:.2f} µs per event on this machine at this moment.",
        "",
        "End to end (bars: 100 traces per second and core on functions as long as CruxEval's; 6 bytes an "
        "event):",
        "",
        "| what | traces | events | traces/s and core | events/s and core | bytes per event on disk |",
        "|---|---:|---:|---:|---:|---:|",
        *end_to_end(),
        "",
        "Recorded, run again to confirm, explained in both styles, gated and written; CPU time of all "
        "processes, with one worker that has started. In the third row every program is a new one, as in "
        "CruxEval itself.",
    ]
    write_section("tracing", "Traces and explanations", lines)


def recorder_lines() -> tuple[list[str], float]:
    lines, nothing = [], float("inf")
    with tempfile.TemporaryDirectory() as folder:
        for name, (source, size) in PROGRAMS.items():
            path = Path(folder) / f"{name.replace(' ', '_')}.py"
            path.write_text(source)
            plain = best(partial(getattr, module(path), "run"), size)
            ours, events = record(source, size)
            idle = best(partial(idly_traced, path), size) - plain
            nothing = min(nothing, idle / events)
            per_event = (ours - plain) / events
            others = []
            for tool in (pysnooper.snoop(io.StringIO(), depth=100, max_variable_length=None), snooped()):
                cost = best(partial(decorated, path, tool), size, 1) - plain
                others.append(f"{cost / events * 1e6:.1f} ({cost / (ours - plain):.0f}×)")
            lines.append(f"| {name} | {events:,} | {per_event * 1e6:.2f} | {' | '.join(others)} |")
    return lines, nothing * 1e6


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def best(make: Callable[[], Callable], size: int, repeats: int = REPEATS) -> float:
    """CPU seconds of one call, the best of some."""
    times = []
    for _ in range(repeats):
        function = make()
        begin = time.process_time()
        function(size)
        times.append(time.process_time() - begin)
    return min(times)


def record(source: str, size: int) -> tuple[float, int]:
    """(CPU seconds of a recorded call with its record written out, events)."""
    times, events = [], 0
    for _ in range(REPEATS):
        state = driver.prepare(source, {"entry": "run"})
        space: dict = {}
        exec(state["code"], space)
        recorder = Recorder(state["codes"], space, io.BytesIO().tell, max_events=10**9, max_bytes=10**9)
        begin = time.process_time()
        recorder.run(partial(space["run"], size))
        "\n".join(recorder.records).encode()
        times.append(time.process_time() - begin)
        recorder.reveal()
        assert not recorder.died
        events = len(recorder.records)
    return min(times), events


def idly_traced(path: Path) -> Callable:
    loaded = module(path)

    def tracer(frame, event, arg):
        return tracer

    def run(size: int) -> None:
        sys.settrace(tracer)
        try:
            loaded.run(size)
        finally:
            sys.settrace(None)

    return run


def decorated(path: Path, tool: Callable) -> Callable:
    loaded = module(path)
    # Of a recursive function every call is to be told, as the recorder does.
    for name in ("fib", "run"):
        if hasattr(loaded, name):
            setattr(loaded, name, tool(getattr(loaded, name)))
    return loaded.run


def snooped() -> Callable:
    return snoop.Config(out=io.StringIO(), color=False).snoop


def end_to_end() -> list[str]:
    small = [
        Subject(f"f{number}.{round_}", "bench", f"# {round_}\n{source}", "f", tuple(calls))
        for round_ in range(ROUNDS)
        for number, (source, calls) in enumerate(FUNCTIONS.items())
    ]
    starter = list(islice(sources.subjects("starter"), STARTER_PROGRAMS))
    single = [
        replace(subject, program_id=f"{subject.program_id}.{number}", inputs=(given,))
        for subject in small
        for number, given in enumerate(subject.inputs or ())
    ]
    return [
        row("functions as long as CruxEval's, four calls each", small),
        row("the starter set's programs", starter),
        row("the same functions, one call each", single),
    ]


def row(name: str, subjects: list[Subject]) -> str:
    with tempfile.TemporaryDirectory() as folder, SandboxPool(workers=1) as pool:
        dataset = Dataset(Path(folder) / "data")
        dataset.open({}, False)
        builder = Builder(
            pool, Caps(), Prompts.load(), by_rules(rules.STYLES), "rules", rules.VERSION, False, list
        )
        # The worker starts with its first program: a job starts it once.
        builder.build(subjects[:1], dataset.part(Chunk(1, "first")), lambda count: None)
        begin = cpu_seconds()
        part = dataset.part(Chunk(0, "bench"))
        counts = builder.build(subjects, part, lambda count: None)
        part.finish(counts)
        spent = cpu_seconds() - begin
        size = sum(path.stat().st_size for path in dataset.directory.glob("traces/*.parquet"))
    traces, events = counts["inputs"], counts["events"]
    rates = f"{traces / spent:,.0f} | {events / spent:,.0f} | {size / events:.1f}"
    return f"| {name} | {traces:,} | {events:,} | {rates} |"


def cpu_seconds() -> float:
    """Of this process and all below it. What a killed worker has spent is lost to getrusage."""
    parents, spent = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                spent[int(entry.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return sum(seconds for process, seconds in spent.items() if os.getpid() in _line(process, parents))


def _line(process: int, parents: dict[int, int]) -> Iterator[int]:
    """A process and those that it descends from."""
    while process:
        yield process
        process = parents.get(process, 0)


if __name__ == "__main__":
    main()
