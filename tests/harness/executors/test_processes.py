"""Traces built in several processes of this machine are those that one builds, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harness import build_traces
from harness.executors.building import build_everywhere
from harness.executors.processes import Processes
from harness.tracing.tables import Chunk, Dataset
from sandboxes.outcome import Program
from sandboxes.pool import SandboxOptions
from selfexec.errors import UsageError

PER_CHUNK = 4


def programs(path: Path, count: int = 22) -> str:
    source = (
        "def f(n):\n    total = {k}\n    for i in range(n):\n        total += i * {k}\n    return total\n"
    )
    rows = [
        {"program_id": f"p{k}", "source": source.format(k=k), "entry": "f", "inputs": ["3", "4"]}
        for k in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def contents(directory: Path) -> dict[str, object]:
    """The rows of a data set by file name, without the wall time of the runs, and its marks."""
    tables = {path: pq.read_table(path) for path in sorted(directory.rglob("*.parquet"))}
    rows = {
        str(path.relative_to(directory)): [
            {name: value for name, value in row.items() if name != "wall_ms"} for row in table.to_pylist()
        ]
        for path, table in tables.items()
    }
    return rows | {path.name: path.read_text() for path in (directory / "done").glob("*.json")}


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("harness.tracing.chunks.CHUNK_PROGRAMS", PER_CHUNK)


def test_two_processes_build_what_one_builds(small_chunks, tmp_path):
    source = programs(tmp_path / "programs.jsonl")
    for workers in (1, 2):
        build_traces.main(
            build_traces.BuildOptions(
                source=source, out=tmp_path / str(workers), sandbox=SandboxOptions(workers=workers)
            )
        )
    assert len(list(tmp_path.glob("2/done/*.json"))) == 6
    assert contents(tmp_path / "2") == contents(tmp_path / "1")


def test_one_chunk_needs_no_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(build_traces, "Processes", None)
    source = programs(tmp_path / "programs.jsonl")
    options = build_traces.BuildOptions(
        source=source, out=tmp_path / "out", sandbox=SandboxOptions(workers=2)
    )
    assert build_traces.main(options) == 0


def _answer(pool, number):
    (outcome,) = pool.run(Program("print(int(input()) + 1)"), [str(number).encode()])
    return int(outcome.stdout), os.getpid()


def _raises(pool):
    raise UsageError("no such thing")


def _dies(pool):
    os.kill(os.getpid(), signal.SIGKILL)


def test_calls_get_a_sandbox_and_their_errors_come_back():
    with Processes(SandboxOptions(), 2) as processes:
        told = [processes.submit(_answer, number) for number in range(6)]
        assert [each.result()[0] for each in told] == [1, 2, 3, 4, 5, 6]
        assert os.getpid() not in {each.result()[1] for each in told}
        with pytest.raises(UsageError, match="no such thing"):
            processes.submit(_raises).result()


def test_a_process_that_dies_is_told_and_never_waited_for():
    with Processes(SandboxOptions(), 1) as processes, pytest.raises(BrokenProcessPool):
        processes.submit(_dies).result()


def test_a_chunk_that_is_lost_is_named_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.executors.building._build", _dies_of)
    chunk = Chunk(7, "0" * 16)
    with (
        Processes(SandboxOptions(), 1) as processes,
        pytest.raises(UsageError, match=r"chunk 7 died.*--resume"),
    ):
        build_everywhere(processes, {}, [(chunk, [])], Dataset(tmp_path), lambda _: None)
    assert not list(tmp_path.rglob("*.json"))


def _dies_of(pool, *_):
    os._exit(1)


def children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    below = [int(pid) for pid, parent in map(str.split, found.splitlines()) if int(parent) == process]
    return below + [each for child in below for each in children(child)]


def test_killed_at_any_moment_it_leaves_no_process_and_resumes_to_the_same_tables(small_chunks, tmp_path):
    source = programs(tmp_path / "programs.jsonl")
    out = tmp_path / "out"
    script = (
        "import sys\nfrom pathlib import Path\nfrom harness import build_traces\n"
        "from harness.tracing import chunks\nfrom sandboxes.pool import SandboxOptions\n"
        f"if __name__ == '__main__':\n    chunks.CHUNK_PROGRAMS = {PER_CHUNK}\n"
        "    build_traces.main(build_traces.BuildOptions(source=sys.argv[1], out=Path(sys.argv[2]),\n"
        "        resume=len(sys.argv) > 3, sandbox=SandboxOptions(workers=2)))\n"
    )
    (tmp_path / "run.py").write_text(script)
    command = [sys.executable, str(tmp_path / "run.py"), source, str(out)]
    environment = os.environ | {"PYTHONPATH": str(Path(build_traces.__file__).parents[1])}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(out.glob("done/*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    below = children(process.pid)
    assert len(below) > 2
    process.kill()
    process.wait()
    while any(Path(f"/proc/{each}").exists() for each in below) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [each for each in below if Path(f"/proc/{each}").exists()]
    done = len(list(out.glob("done/*.json")))
    subprocess.run([*command, "resume"], env=environment, check=True, capture_output=True)
    options = build_traces.BuildOptions(
        source=source, out=tmp_path / "one", sandbox=SandboxOptions(workers=1)
    )
    build_traces.main(options)
    assert done < len(list(out.glob("done/*.json"))) == 6
    assert contents(out) == contents(tmp_path / "one")
