"""On a real Ray cluster of several nodes the tables are those of this machine alone, whichever node dies."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import pytest

ray = pytest.importorskip("ray", reason="needs Ray: pip install -e '.[ray]'")

import pyarrow.parquet as pq
from ray.cluster_utils import Cluster

from benchmarks import BenchOptions, starter
from harness import build_traces, judge, runs
from harness import eval as evaluate
from harness.engines import EngineOptions
from sandboxes import ray_pool
from sandboxes.outcome import Limits, Program, SandboxError
from sandboxes.pool import SandboxOptions, SandboxPool
from sandboxes.ray_pool import MOST_LOSSES, RayPool
from selfexec.errors import UsageError

pytestmark = pytest.mark.slow

LOCAL = SandboxOptions(workers=1)
ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # which the nodes cannot import


def patiently(start, attempts=4):
    """Ray gives a node 30 seconds to start, which are not always enough on a busy machine."""
    try:
        return start()
    except Exception as error:
        if attempts == 1 or "timed out during startup" not in str(error):
            raise
        return patiently(start, attempts - 1)


@pytest.fixture(scope="module")
def cluster():
    """Three raylets on this machine: one without CPUs, where the driver is, and two with one each."""
    head = {"num_cpus": 0, "include_dashboard": False}
    cluster = patiently(lambda: Cluster(initialize_head=True, head_node_args=head))
    for _ in range(2):
        patiently(lambda: cluster.add_node(num_cpus=1))
    cluster.wait_for_nodes()
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture
def on_ray(cluster):
    return SandboxOptions(executor="ray", ray_address=cluster.address, workers=2)


@pytest.fixture
def a_node_dies(cluster):
    """`a_node_dies(when)`: once `when()` is true a working node is killed; a new one comes after."""
    killers = []

    def kill_once(when):
        def watch():
            deadline = time.monotonic() + 120
            while not when() and time.monotonic() < deadline:
                time.sleep(0.02)
            node = random.choice(list(cluster.worker_nodes))
            cluster.remove_node(node, allow_graceful=False)

        killers.append(threading.Thread(target=watch))
        killers[-1].start()

    yield kill_once
    for killer in killers:
        killer.join()
    while len(cluster.worker_nodes) < 2:
        patiently(lambda: cluster.add_node(num_cpus=1))
    cluster.wait_for_nodes()


def programs(path: Path, count: int) -> Path:
    source = "n = int(input())\ntotal = {k}\nfor i in range(n):\n    total += i * {k}\nprint(total)\n"
    rows = [
        {"program_id": f"p{k}", "source": source.format(k=k), "inputs": [f"{n}\n" for n in range(3, 7)]}
        for k in range(count)
    ]
    rows += [
        {"program_id": f"f{k}", "source": f"def f(xs):\n    return [x + {k} for x in xs]\n", "entry": "f"}
        for k in range(count // 4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def stable_rows(directory: Path) -> dict[str, list[dict]]:
    """All rows of a data set by file name, without the wall time of the runs."""
    return {
        str(path.relative_to(directory)): pq.read_table(path).drop_columns(["wall_ms"]).to_pylist()
        if path.parent.name == "traces"
        else pq.read_table(path).to_pylist()
        for path in sorted(directory.rglob("*.parquet"))
    }


def marks(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (directory / "done").glob("*.json")}


@pytest.mark.parametrize("moment", [1, 5, 11])
def test_build_traces_gives_the_local_tables_though_a_node_dies(
    on_ray, a_node_dies, tmp_path, monkeypatch, moment
):
    monkeypatch.setattr("harness.tracing.chunks.CHUNK_PROGRAMS", 5)
    source = str(programs(tmp_path / "programs.jsonl", 60))
    here, there = tmp_path / "here", tmp_path / "there"
    build_traces.main(build_traces.BuildOptions(source=source, out=here, sandbox=LOCAL))
    a_node_dies(lambda: len(list(there.glob("done/*.json"))) >= moment)
    build_traces.main(build_traces.BuildOptions(source=source, out=there, sandbox=on_ray))
    assert marks(there) == marks(here)
    assert len(marks(here)) == 15
    rows = stable_rows(here)
    assert any(rows.values())
    assert stable_rows(there) == rows


def test_chunks_that_are_there_are_not_built_again(on_ray, tmp_path, monkeypatch):
    monkeypatch.setattr("harness.tracing.chunks.CHUNK_PROGRAMS", 5)
    source = str(programs(tmp_path / "programs.jsonl", 12))
    out = tmp_path / "out"
    build_traces.main(build_traces.BuildOptions(source=source, out=out, sandbox=LOCAL))
    was = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    lost = sorted(out.glob("done/*.json"))[1]
    lost.unlink()
    build_traces.main(build_traces.BuildOptions(source=source, out=out, resume=True, sandbox=on_ray))
    assert lost.exists()
    now = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    assert now.keys() == was.keys()
    assert 0 < sum(now[path] != was[path] for path in now) < len(now)


def evaluation(out: Path, sandbox: SandboxOptions) -> evaluate.EvalOptions:
    return evaluate.EvalOptions(
        bench="starter",
        out=out,
        regimes=["direct"],
        n=2,
        ks=[1],
        data=BenchOptions(limit=20),
        model=EngineOptions(engine="replay"),
        sandbox=sandbox,
    )


# Measured anew in every run.
MEASURED = {"cpu_ms", "wall_ms", "max_rss_kb", "detail"}


def table_rows(directory: Path) -> dict[str, list[dict]]:
    run = runs.open_run(directory)
    return {
        name: [{key: row[key] for key in row.keys() - MEASURED} for row in run[name].rows()]
        for name in runs.SCHEMAS
    }


def test_an_evaluation_gives_the_local_tables_though_a_node_dies(on_ray, a_node_dies, tmp_path, capsys):
    evaluate.main(evaluation(tmp_path / "here", LOCAL))
    results = capsys.readouterr().out
    there = tmp_path / "there"
    a_node_dies(lambda: any(there.glob("verdicts/*.parquet")))
    evaluate.main(evaluation(there, on_ray))
    assert len(capsys.readouterr().out.splitlines()) == len(results.splitlines())  # without Ray's words
    expected = table_rows(tmp_path / "here")
    assert len(expected["verdicts"]) > 100
    assert table_rows(there) == expected
    assert runs.open_run(there).manifest()["environment"]["sandbox"]["executor"] == "ray"


def test_judging_a_file_gives_the_local_verdicts_though_a_node_dies(cluster, a_node_dies, tmp_path, capsys):
    path = Path(starter.completions_path())
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        lines = list(islice(file, 60))
    solutions = tmp_path / "solutions.jsonl"
    solutions.write_text("".join(lines))

    def verdicts(sandbox: SandboxOptions) -> list[tuple]:
        judge.main(judge.JudgeOptions(solutions, bench="starter", json=True, sandbox=sandbox))
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [(row["problem_id"], row["sample"], row["test"], row["verdict"]) for row in rows]

    began = time.monotonic()
    a_node_dies(lambda: len(cluster.worker_nodes) == 2 and time.monotonic() > began + 6)
    there = verdicts(SandboxOptions(executor="ray", ray_address=cluster.address, workers=2))
    assert there == verdicts(LOCAL)
    assert len(there) > 100


def _sum_of(pool, shared, number):
    return sum(shared) + number


def _dies(pool, marker):
    os._exit(1)


def _answers_late(pool, answer):
    """As on a busy machine: what sends the answer runs only when the process has nothing else to do."""
    time.sleep(0.3)  # the next call is to be there
    core = min(os.sched_getaffinity(0))
    for thread in map(int, os.listdir("/proc/self/task")):
        os.sched_setaffinity(thread, {core})
        if thread != threading.get_native_id():
            os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
    return answer


def _fails(pool, message):
    raise UsageError(message)


@pytest.fixture(scope="module")
def pool(cluster):
    with RayPool(workers=2, address=cluster.address) as pool:
        yield pool


def test_outcomes_are_those_of_a_local_pool(pool):
    program = Program("import sys\nn = int(input())\nprint(n * 2)\nsys.exit(n)")
    inputs = [b"0\n", b"3\n", b"x\n"]
    with SandboxPool(workers=1) as local:
        here = local.run(program, inputs, Limits(cpu_s=2))
    there = pool.run(program, inputs, Limits(cpu_s=2))
    assert [(o.exit, o.stdout, o.stderr) for o in there] == [(o.exit, o.stdout, o.stderr) for o in here]


def test_stop_ends_with_the_first_outcome_for_which_it_is_true_and_nothing_is_run_after_it(pool, monkeypatch):
    submit, sent = pool.submit, []

    def watched(function, program, inputs, *rest, **keywords):
        sent.extend(inputs)
        return submit(function, program, inputs, *rest, **keywords)

    monkeypatch.setattr(pool, "submit", watched)
    outcomes = pool.run(
        Program("print(input())"), [b"a\n", b"b\n", b"c\n"], stop=lambda o: o.stdout == b"b\n"
    )
    assert [outcome.stdout for outcome in outcomes] == [b"a\n", b"b\n"]
    assert sent == [b"a\n", b"b\n"]


def test_words_of_rays_own_threads_do_not_reach_the_results(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", ray_pool._WithoutRay(sys.stdout))
    talk = threading.Thread(target=print, args=("a node died",), name="ray_listen_error_messages")
    talk.start()
    talk.join()
    print("a result")
    assert capsys.readouterr() == ("a result\n", "a node died\n")


def test_a_call_that_fails_takes_no_others_of_its_block_with_it(pool):
    shared = pool.share([1, 2, 3])
    good = [pool.submit(_sum_of, number, shared=shared) for number in range(50)]
    bad = pool.submit(_fails, "no such thing")
    assert [future.result() for future in good] == [6 + number for number in range(50)]
    with pytest.raises(UsageError, match="no such thing"):
        bad.result()


def test_a_call_that_kills_every_worker_is_given_up_and_the_others_are_answered(pool):
    shared = pool.share([0])
    calls = [pool.submit(_sum_of, number, shared=shared) for number in range(20)]
    deadly = pool.submit(_dies, "")
    calls += [pool.submit(_sum_of, number, shared=shared) for number in range(20, 40)]
    assert [future.result() for future in calls] == list(range(40))
    with pytest.raises(SandboxError, match=f"{MOST_LOSSES} workers died"):
        deadly.result()


def test_a_call_whose_answer_is_lost_as_the_next_one_kills_the_worker_is_not_blamed(pool):
    deadline = time.monotonic() + 120
    while not all(seat.live for seat in pool._seats):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    late = [pool.submit(_answers_late, number) for number in range(2)]
    deadly = [pool.submit(_dies, "") for _ in range(2)]
    assert [future.result() for future in late] == [0, 1]
    for future in deadly:
        with pytest.raises(SandboxError, match=f"{MOST_LOSSES} workers died"):
            future.result()


def test_a_cluster_that_does_not_answer_is_named():
    """In a process of its own: in this one Ray is connected already."""
    script = "from sandboxes.ray_pool import RayPool; RayPool(address='127.0.0.1:1')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith("selfexec.errors.UsageError: --ray-address 127.0.0.1:1: ")


def test_an_address_without_the_executor_is_refused(tmp_path):
    from sandboxes.pool import open_pool

    with pytest.raises(UsageError, match="add --executor ray"):
        open_pool(SandboxOptions(ray_address="auto"))
