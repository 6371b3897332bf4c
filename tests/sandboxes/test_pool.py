"""The pool: faults of workers, limits, streams of any size, and the same verdicts under load."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandboxes import seccomp
from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program, SandboxError
from sandboxes.pool import SandboxPool, imported_modules
from sandboxes.worker import Worker
from selfexec.errors import UsageError

DOUBLE = Program("print(2 * int(input()))")
SLEEP = Program("import time\ntime.sleep(1)\nprint(2 * int(input()))")


def children(pid: int) -> list[int]:
    """All descendants of a process, itself first."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in below for one in children(int(child)))]


def worker_of(pool: SandboxPool, kind=((), "script")) -> Worker:
    pool.run(DOUBLE, [b"1"])
    return next(slot._workers[kind] for slot in pool._slots if kind in slot._workers)


def test_inputs_come_back_in_order_whatever_their_number_and_size(pool):
    inputs = [b"%d" % number + b" " * (number * 7919 % 100_000) for number in range(60)]
    outcomes = pool.run(DOUBLE, inputs)
    assert [outcome.stdout for outcome in outcomes] == [b"%d\n" % (2 * number) for number in range(60)]


@pytest.mark.parametrize("size", [0, 1, 65_536, 300_000, 20_000_000])
def test_streams_of_any_size_come_through_whole(pool, size):
    echo = Program("import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())")
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    limits = Limits(memory_bytes=512 * MEBIBYTE, output_bytes=size + 1)
    for inputs in ([data], [data, b"y", data]):
        assert [one.stdout for one in pool.run(echo, inputs, limits)] == inputs


def test_large_streams_leave_no_descriptor_behind(pool):
    echo = Program("import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())")
    seen = "import os\nprint(len(os.listdir('/proc/self/fd')) if os.path.exists('/proc/self/fd') else 0)"
    pool.run(echo, [b"x" * 300_000] * 2)
    (inside,) = pool.run(Program(seen), [b""])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        pool.run(echo, [b"x" * 300_000] * 3)
        pool.run(echo, [b"x" * 300_000])
        pool.run(echo, [b"x" * 300_000, b"y"] * 2, stop=lambda outcome: True)
    assert len(os.listdir("/proc/self/fd")) <= before + 2
    assert pool.run(Program(seen), [b""])[0].stdout == inside.stdout


def test_only_the_end_of_stderr_is_kept(pool):
    source = "import sys\nfor i in range(100_000): print(i, file=sys.stderr)"
    (outcome,) = pool.run(Program(source), [b""], Limits(stderr_bytes=100))
    assert outcome.exit == 0
    assert len(outcome.stderr) == 100
    assert outcome.stderr.endswith(b"99999\n")


def test_a_flood_of_output_is_cut_at_its_limit(pool):
    (outcome,) = pool.run(Program("while 1: print('x' * 999)"), [b""], Limits(output_bytes=12345))
    assert outcome.truncated
    assert len(outcome.stdout) == 12345


def test_stop_ends_the_runs_at_the_first_outcome_it_is_true_for(pool):
    outcomes = pool.run(DOUBLE, [b"1", b"2", b"x", b"4", b"5"] * 20, stop=lambda one: one.exit != 0)
    assert [one.exit for one in outcomes] == [0, 0, 1]
    assert pool.run(DOUBLE, [b"21"])[0].stdout == b"42\n"


def test_no_input_means_no_outcome(namespaces):
    assert namespaces.run(DOUBLE, []) == []


def test_cpu_time_decides_and_wall_time_is_the_backstop(pool):
    spin, sleep = Program("while 1: pass"), Program("import time; time.sleep(30)")
    (spun,) = pool.run(spin, [b""], Limits(cpu_s=0.2, wall_s=30))
    assert spun.killed == "cpu"
    assert 0.2e9 <= spun.cpu_ns < 1e9
    (slept,) = pool.run(sleep, [b""], Limits(cpu_s=5, wall_s=0.2))
    assert slept.killed == "wall"
    assert slept.cpu_ns < 0.2e9


def test_a_run_may_have_child_processes_where_it_is_allowed_to(namespaces):
    source = (
        "import os, subprocess, sys, time\n"
        "code = 'print(6 * 7)'\n"
        "print(subprocess.run([sys.executable, '-S', '-c', code], capture_output=True, text=True).stdout)\n"
        "if os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\n"
        "for pid in (1, os.getppid(), -1, 0):\n"
        "    try: os.kill(pid, 9); print('killed', pid)\n    except OSError: pass\n"
    )
    for inputs in ([b""], [b"", b""]):
        for outcome in namespaces.run(Program(source), inputs, Limits(processes=10)):
            assert outcome.stdout == b"42\n\n", outcome
            assert outcome.leftover == 1


def test_the_children_of_a_run_signal_each_other_but_no_server(namespaces):
    source = (
        "import os, time\nservers = {1, os.getppid()}\n"
        "if (child := os.fork()) == 0:\n    reached = 0\n"
        "    for target in (*servers, 0, -1, -os.getpgrp()):\n"
        "        for number in (0, 2, 19):\n"
        "            try: os.kill(target, number); reached += 1\n            except PermissionError: pass\n"
        "    os._exit(reached)\n"
        "print(os.waitpid(child, 0)[1])\n"
        "if (child := os.fork()) == 0: time.sleep(60)\n"
        "os.kill(child, 15)\nprint(os.waitpid(child, 0)[1])\n"
    )
    for inputs in ([b""], [b"", b""]):
        for outcome in namespaces.run(Program(source), inputs, Limits(processes=10)):
            assert outcome.stdout == b"0\n15\n", outcome


def test_the_children_of_a_run_are_no_more_than_it_may_have(namespaces):
    source = (
        "import os, time\nn = 0\ntry:\n    while n < 300:\n"
        "        if os.fork() == 0: time.sleep(60); os._exit(0)\n        n += 1\nexcept OSError: print(n)\n"
    )
    for outcome in namespaces.run(Program(source), [b"", b""], Limits(processes=10)):
        assert 10 <= int(outcome.stdout) <= 12
        assert outcome.leftover == int(outcome.stdout)
    assert namespaces.run(DOUBLE, [b"21"])[0].stdout == b"42\n"


def test_a_worker_that_is_killed_is_replaced_and_the_program_run_again(namespaces):
    worker = worker_of(namespaces)
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(namespaces.run, SLEEP, [b"21", b"4"])
        time.sleep(0.4)
        for pid in reversed(children(worker._jail._process.pid)):
            os.kill(pid, signal.SIGKILL)
        assert [one.stdout for one in future.result()] == [b"42\n", b"8\n"]


def test_every_process_of_a_worker_may_die_alone(namespaces):
    for victim in range(1, 4):
        worker = worker_of(namespaces)
        with ThreadPoolExecutor(1) as threads:
            future = threads.submit(namespaces.run, SLEEP, [b"21", b"4"])
            time.sleep(0.4)
            family = children(worker._jail._process.pid)
            if victim < len(family):
                os.kill(family[victim], signal.SIGKILL)
            outcomes = future.result()
        # The death of the run itself is a fact about the run; that of any server is ours to mend.
        assert [one.stdout for one in outcomes[1:]] == [b"8\n"], victim
        assert outcomes[0].stdout == b"42\n" or outcomes[0].signal == 9, victim


class Fault:
    """A worker's link with one fault: `spoil` gets every chunk that comes in."""

    def __init__(self, link, spoil):
        self._link, self._spoil = link, spoil

    def recv(self, size):
        return self._spoil(self._link.recv(size))

    def __getattr__(self, name):
        return getattr(self._link, name)


@pytest.mark.parametrize(
    "spoil",
    [lambda data: b"", lambda data: b"nonsense" * 40, lambda data: data.replace(b"O 0", b"O x"), lambda data: b"O 0 0 0 1 1 1 0 0 0 99999999999999 0 0".ljust(128)],
    ids=["closed", "nonsense", "a number that is none", "more output than the limit"],
)  # fmt: skip
def test_an_unreadable_answer_is_retried_once_and_then_raised(spoil):
    with SandboxPool("namespaces", workers=1) as pool:
        worker = worker_of(pool)
        worker._link = Fault(worker._link, spoil)
        assert pool.run(DOUBLE, [b"21"])[0].stdout == b"42\n", "a fresh worker mends it"
        start = pool._slots[0]._start

        def spoilt_start(packages, **options):
            fresh = start(packages, **options)
            fresh._link = Fault(fresh._link, spoil)
            return fresh

        pool._slots[0]._start = spoilt_start
        pool._slots[0].discard()
        with pytest.raises(SandboxError):
            pool.run(DOUBLE, [b"21"])


def test_no_process_is_left_when_a_pool_is_closed():
    with SandboxPool("namespaces", workers=2) as pool:
        family = children(worker_of(pool)._jail._process.pid)
        assert len(family) >= 2
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}") for pid in family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in family if os.path.exists(f"/proc/{pid}")]


def test_no_server_outlives_a_harness_that_is_killed(tmp_path):
    script = (
        "import sys, time\nfrom sandboxes.pool import SandboxPool\nfrom sandboxes.outcome import Program\n"
        "pool = SandboxPool('namespaces', workers=1)\npool.run(Program('print(1)'), [b''])\n"
        "print(pool._slots[0]._workers[(), 'script']._jail._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    harness = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    server = int(harness.stdout.readline())
    harness.kill()
    harness.wait()
    deadline = time.monotonic() + 60
    while os.path.exists(f"/proc/{server}") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{server}")


def facts(outcomes: list[Outcome]) -> list[tuple]:
    return [(one.exit, one.signal, one.killed is not None, one.stdout) for one in outcomes]


@pytest.mark.slow
def test_verdicts_are_the_same_with_one_worker_with_many_and_beside_a_cpu_hog():
    programs = [
        (DOUBLE, [b"1", b"2", b"x"]),
        (Program("while 1: pass"), [b""]),
        (Program("import time; time.sleep(0.3); print(1)"), [b"", b""]),
        (Program("print(sum(range(3_000_000)))"), [b"", b""]),
    ]
    limits = Limits(cpu_s=1.0, wall_s=4.0)

    def all_of(workers: int) -> list:
        with SandboxPool("namespaces", workers) as pool, ThreadPoolExecutor(workers) as threads:
            return list(threads.map(lambda one: facts(pool.run(*one, limits)), programs * 2))

    alone = all_of(1)
    hogs = [subprocess.Popen([sys.executable, "-S", "-c", "while 1: pass"]) for _ in range(4)]
    try:
        assert all_of(4) == alone
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_threads_share_the_workers(namespaces):
    results: dict[int, bytes] = {}

    def work(number):
        results[number] = namespaces.run(DOUBLE, [b"%d" % number])[0].stdout

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: b"%d\n" % (2 * number) for number in range(20)}


def test_a_program_that_imports_numpy_gets_a_server_that_has_it(pool):
    pytest.importorskip("numpy")
    program = Program(
        "import numpy as np\nprint(np.arange(int(input())).sum(), np.random.rand() < 1, np.random.rand())"
    )
    outcomes = pool.run(program, [b"10"] * 3)
    assert all(outcome.stdout.startswith(b"45 True") for outcome in outcomes), outcomes
    assert len({outcome.stdout for outcome in outcomes}) == 3, "runs share numpy's random numbers"
    assert (("numpy",), "script") in {kind for slot in pool._slots for kind in slot._workers}


def test_other_installed_packages_are_not_in_the_jail(namespaces):
    (outcome,) = namespaces.run(Program("import pytest"), [b""])
    assert b"ModuleNotFoundError" in outcome.stderr


def test_the_manifest_says_what_isolates():
    with SandboxPool("namespaces", workers=1) as pool:
        told = pool.describe()
    assert (told["backend"], told["level"], told["workers"]) == ("namespaces", 2, 1)
    assert told["python"] == sys.version
    assert told["default_limits"]["cpu_s"] == Limits().cpu_s


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"backend": "process"}, "--unsafe-no-isolation"),
        ({"backend": "chroot"}, "--backend chroot"),
        ({"backend": "namespaces", "image": "python:3"}, "--image python:3"),
    ],
)
def test_a_pool_that_cannot_be_had_says_so_in_one_line(arguments, words):
    with pytest.raises(UsageError, match=words) as caught:
        SandboxPool(**arguments)
    assert "\n" not in str(caught.value)


def test_imports_are_guessed_from_the_source():
    source = "import sys, os.path as p\nfrom collections import deque\n  import antigravity, nothing\nimport numpy as np"
    assert imported_modules(source) == ("sys", "os.path", "collections", "numpy")


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_filters_fit_and_their_holes_are_inside(machine):
    filters = seccomp.compile_filters(machine)
    for code, holes in (
        (filters.server, ()),
        (filters.run, filters.run_pid_at),
        (filters.family, filters.family_pid_at),
    ):
        assert len(code) % 8 == 0
        assert len(code) // 8 < 4096
        assert all(code[hole : hole + 4] == bytes(4) for hole in holes)
