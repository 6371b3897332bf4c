"""Every hostile and legitimate program gets its verdict on every backend, and the worker survives it."""

import pytest
from jailed_programs import CASES, LIMITS, RIGHT, SLOW, Case

from benchmarks.checkers import comparator
from harness.verdicts import failure
from sandboxes.outcome import Program

# Of two programs of a worker, the second must not see the first: this one fails if anything is left.
CLEAN = """
import os, builtins, sys, threading
n = int(input())
assert not os.listdir("."), os.listdir(".")
assert os.getcwd() == {cwd}, os.getcwd()
assert threading.active_count() == 1
assert print is builtins.print and len([1, 2]) == 2
assert not hasattr(builtins, "left"), "a builtin was left behind"
assert [fd for fd in range(64) if os.path.exists(f"/dev/fd/{{fd}}")] in ([0, 1, 2, 3], [])
print(2 * n)
""".replace("{cwd}", "os.environ.get('TMPDIR', '/tmp')").replace("{{fd}}", "{fd}")


def verdict(case: Case, outcome) -> str:
    failed = failure(outcome, case.limits)
    if failed:
        return failed[0]
    return "AC" if comparator("lines")(case.expected, outcome.stdout.decode("utf-8", "replace")) else "WA"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_program_gets_its_verdict_and_leaves_nothing_behind(pool, case):
    (outcome,) = pool.run(Program(case.source), [case.stdin.encode()], case.limits)
    wanted = next((want for name, want, _ in case.except_on if name == pool.backend), case.verdicts)
    assert verdict(case, outcome) in wanted.split("|"), outcome
    (after,) = pool.run(Program(CLEAN), [b"21\n"], LIMITS)
    assert after.stdout == b"42\n", after


@pytest.mark.parametrize("case", [case for case in CASES if case not in SLOW], ids=lambda case: case.name)
def test_the_verdict_is_the_same_when_the_program_has_several_tests(namespaces, case):
    """Several inputs take another path: compiled once, one fork an input."""
    outcomes = namespaces.run(Program(case.source), [case.stdin.encode()] * 2, case.limits)
    for outcome in outcomes:
        assert verdict(case, outcome) in case.verdicts.split("|"), outcome


LEAVES = {
    "a file": "open('left', 'w').write('x')",
    "a deep tree": "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')",
    "a closed directory": "import os\nos.mkdir('d'); open('d/f', 'w').close(); os.chmod('d', 0)",
    "a closed scratch directory": "import os\nos.chmod('.', 0)",
    "a link out": "import os\nos.symlink('/', 'root')",
    "odd names": "for name in ('a\\nb', '-rf', ' ', 'x' * 255): open(name, 'w').close()",
    "a file in /dev/shm": "import os\nif os.access('/dev/shm', os.W_OK): open('/dev/shm/left', 'w').close()",
    "a builtin": "import builtins\nbuiltins.left = 1; builtins.print = builtins.len = lambda *a: 0",
    "an open file": "import os\nf = open('left', 'w'); os.dup2(f.fileno(), 9)",
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "another directory": "import os\nos.mkdir('d'); os.chdir('d')",
    "lower limits": "import resource as r\nr.setrlimit(r.RLIMIT_NOFILE, (4, 4))",
    "a file, and the directory's old time": "import os\ns = os.stat('.')\nopen('left', 'w').close()\n"
    "try: os.utime('.', ns=(s.st_atime_ns, s.st_mtime_ns))\nexcept PermissionError: pass",
    "a low priority": "import os\nos.nice(19)",
    "a mask and handlers": "import os, signal\nos.umask(0o777); signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "writes to every descriptor": "import os\nfor fd in range(1024):\n    try: os.write(fd, b'x' * 999)\n    except OSError: pass",
    "a signal to the server": "import os\nfor pid in (1, os.getppid(), -1, 0):\n    for s in (9, 19, 15):\n"
    "        try: os.kill(pid, s)\n        except OSError: pass",
    "a pipe set non-blocking": "import os\nfor fd in (0, 1, 2, 3): os.set_blocking(fd, False)",
    "system calls of the kernel's corners": "import ctypes\nlibc = ctypes.CDLL(None)\n"
    "for n in (101, 155, 161, 165, 166, 169, 246, 248, 272, 298, 308, 313, 320, 321, 323, 425, 426, 427, 428, 429, "
    "430, 434, 438, 442):\n    assert libc.syscall(n, 0, 0, 0, 0, 0, 0) < 0, n",
}  # fmt: skip


@pytest.mark.parametrize("source", LEAVES.values(), ids=LEAVES)
def test_nothing_that_a_run_leaves_reaches_the_next(pool, source):
    for inputs in ([b""], [b"", b""]):
        outcomes = pool.run(Program(source), inputs, LIMITS)
        assert all(outcome.killed is None for outcome in outcomes), outcomes
        (after,) = pool.run(Program(CLEAN), [b"21\n"], LIMITS)
        assert after.stdout == b"42\n", after


def test_the_runs_of_one_program_do_not_see_each_other(pool):
    source = (
        "import os, random, builtins\nprint(os.listdir('.'), getattr(builtins, 'left', None), random.random())\n"
        "builtins.left = 1\nopen('left', 'w').close()\n"
    )
    printed = [outcome.stdout for outcome in pool.run(Program(source), [b""] * 5, LIMITS)]
    assert all(text.startswith(b"[] None 0.") for text in printed)
    assert len(set(printed)) == 5, "runs share their random numbers"


FINDS = """
import gc, re, sys
own = input()
print("said by", own)
seen, left, found = set(), [sys._getframe(), *gc.get_objects()], set()
skipped = {id(seen), id(left)}
while left:
    one = left.pop()
    if id(one) in seen or id(one) in skipped:
        continue
    seen.add(id(one))
    if isinstance(one, (bytes, bytearray)):
        found.update(re.findall(b"secret-[0-9]+|[s]aid by", one))
    elif type(one).__name__ == "generator":
        left += one.gi_frame.f_locals.values() if one.gi_frame else ()
    elif type(one).__name__ == "frame":
        left += [*one.f_locals.values(), one.f_globals, one.f_back]
    else:
        left += gc.get_referents(one)
assert found <= {own.encode()}, found
"""


def test_no_run_finds_what_others_of_its_program_read_or_print(pool):
    inputs = [b"secret-%d" % number for number in range(5)]
    outcomes = pool.run(Program(FINDS), inputs, LIMITS)
    assert [(one.exit, one.stdout) for one in outcomes] == [(0, b"said by %s\n" % told) for told in inputs], (
        outcomes
    )


def test_what_is_in_the_jail_is_only_the_runtime(namespaces):
    source = (
        "import os\n"
        "for path in ('/root', '/home', '/etc', '/var', '/work', '/proc', '/sys', '/dev'):\n"
        "    print(path, sorted(os.listdir(path)) if os.path.isdir(path) else None)\n"
    )
    (outcome,) = namespaces.run(Program(source), [b""], LIMITS)
    listed = dict(line.split(" ", 1) for line in outcome.stdout.decode().splitlines())
    assert listed["/home"] == listed["/var"] == listed["/sys"] == "None"
    assert listed["/etc"] in ("['ld.so.cache']", "None")
    names = eval(listed["/proc"])
    assert len([name for name in names if name.isdigit()]) <= 1, "other processes can be seen"


def test_the_plain_program_is_right():
    assert RIGHT in [case.source for case in CASES if case.verdicts == "AC"]
