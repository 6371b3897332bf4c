"""The Docker engine and its containers may die in mid-run: verdicts stay right, and nothing is left."""

import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from open_backends import open_backend

from sandboxes import docker
from sandboxes.outcome import Program, SandboxError
from sandboxes.pool import SandboxPool

pytestmark = pytest.mark.docker
SLEEP = Program("import time\ntime.sleep(1)\nprint(2 * int(input()))")
SCRIPT = Path(__file__).parents[2] / "sandboxes" / "image" / "dockerd.sh"


def containers(pool) -> list[str]:
    """Ids of the containers that a pool has now."""
    return [worker._jail._id for slot in pool._slots for worker in list(slot._workers.values())]


def gone(client, ids) -> bool:
    there = {one["Id"] for one in client.api.containers(all=True)}
    return not there & set(ids)


def eventually(true, seconds=30) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


@pytest.fixture
def client():
    open_backend("docker")  # skips where no engine answers
    client = docker.connect()
    yield client
    client.close()


def test_a_container_that_is_killed_is_replaced_and_the_program_run_again(client):
    with SandboxPool("docker", workers=1) as pool, ThreadPoolExecutor(1) as threads:
        pool.run(SLEEP, [b"1"])
        (ours,) = containers(pool)
        future = threads.submit(pool.run, SLEEP, [b"21", b"4"])
        time.sleep(0.4)
        client.api.kill(ours, signal="KILL")
        assert [one.stdout for one in future.result(60)] == [b"42\n", b"8\n"]
        (fresh,) = containers(pool)
    assert ours != fresh
    assert eventually(lambda: gone(client, [ours, fresh]))


def test_containers_that_die_again_and_again_are_a_fault_and_no_verdict(client):
    seen = set()
    with SandboxPool("docker", workers=1) as pool, ThreadPoolExecutor(1) as threads:
        future = threads.submit(pool.run, Program("import time\ntime.sleep(20)"), [b""])
        while not future.done():
            for one in set(containers(pool)) - seen:
                time.sleep(0.3)
                client.api.remove_container(one, force=True)
                seen.add(one)
            time.sleep(0.1)
        with pytest.raises(SandboxError) as caught:
            future.result()
        assert "\n" not in str(caught.value)
        assert len(seen) == 2, "once, and once more on a fresh worker"
        assert pool.run(SLEEP, [b"21"])[0].stdout == b"42\n", "the pool can be used again"
        seen.update(containers(pool))
    assert eventually(lambda: gone(client, seen))


@contextmanager
def no_socket(client):
    yield None, None


@contextmanager
def a_socket_that_nobody_can_reach(client):
    folder = tempfile.mkdtemp()
    try:
        yield None, folder
    finally:
        os.rmdir(folder)


@contextmanager
def a_folder_that_the_engine_does_not_have(client):
    yield None, "/nowhere"


@pytest.mark.parametrize(
    "listener", [no_socket, a_socket_that_nobody_can_reach, a_folder_that_the_engine_does_not_have]
)
def test_a_container_that_cannot_reach_our_socket_talks_through_the_engine(client, monkeypatch, listener):
    monkeypatch.setattr(docker, "_listener", listener)
    echo = Program("import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())")
    inputs = [b"1", b"x" * 3_000_000, b"2"]
    with SandboxPool("docker", workers=1) as pool:
        assert [one.stdout for one in pool.run(echo, inputs)] == inputs
        (worker,) = pool._slots[0]._workers.values()
        assert not worker.connects
        told = docker.connect().api.inspect_container(worker._jail._id)["State"]
        assert told["Running"]
    assert eventually(lambda: gone(client, [worker._jail._id]))


@pytest.fixture
def engine(monkeypatch):
    """An engine of our own, which a test may kill. Its folder has a short name, as its sockets must."""
    if os.getuid() or not shutil.which("dockerd"):
        pytest.skip("needs root and dockerd to start an engine of its own")
    folder = tempfile.mkdtemp(prefix="engine-", dir="/tmp")
    started = subprocess.run(["sh", SCRIPT, "start", folder], capture_output=True, text=True)
    if started.returncode:
        pytest.skip(f"no second engine can be started: {started.stderr.strip().splitlines()[-1]}")
    monkeypatch.setenv("DOCKER_HOST", started.stdout.strip().partition("=")[2])
    yield folder
    subprocess.run(["sh", SCRIPT, "stop", folder], check=True)


@pytest.mark.slow
def test_an_engine_that_is_killed_in_mid_run_costs_no_verdict_and_leaves_no_container(engine):
    pid = int(Path(engine, "pid").read_text())
    with SandboxPool("docker", workers=1) as pool, ThreadPoolExecutor(1) as threads:
        pool.run(SLEEP, [b"1"])
        server = pool._slots[0]._workers[(), "script"]._jail
        main = server._client.api.inspect_container(server._id)["State"]["Pid"]
        future = threads.submit(pool.run, SLEEP, [b"21", b"4"])
        time.sleep(0.4)
        os.kill(pid, 9)
        # A container talks to us without the engine.
        assert [one.stdout for one in future.result(60)] == [b"42\n", b"8\n"]
    assert eventually(lambda: not os.path.exists(f"/proc/{main}")), "the container outlived its pool"


@pytest.mark.slow
def test_an_engine_that_is_gone_is_told_in_one_line(engine):
    pid = int(Path(engine, "pid").read_text())
    with SandboxPool("docker", workers=1) as pool:
        os.kill(pid, 9)
        with pytest.raises(SandboxError, match="no Docker engine answers") as caught:
            pool.run(SLEEP, [b"21"])
        assert "\n" not in str(caught.value)
