"""Programs that try to break out or to pass a limit: what a backend is worth is found by running them."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program, SandboxError
from sandboxes.worker import Worker

# All probes run whenever a pool is opened: the limits are as low as they can be told from a mishap.
LIMITS = Limits(
    cpu_s=0.2,
    wall_s=20,
    memory_bytes=64 * MEBIBYTE,
    output_bytes=MEBIBYTE,
    file_bytes=MEBIBYTE,
    open_files=16,
)


@dataclass(frozen=True, slots=True)
class Probe:
    """A program, and what its outcome must be for the isolation to have held."""

    name: str
    source: str
    held: Callable[[Outcome], bool]
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one probe."""

    name: str
    held: bool
    detail: str


def _denied(outcome: Outcome) -> bool:
    """The attempt raised OSError (EPERM, EACCES, ENOENT ...), and the program says so."""
    return outcome.exit == 0 and outcome.stdout == b"denied\n"


def _attempt(*lines: str) -> str:
    body = "\n    ".join(lines)
    return f"try:\n    {body}\nexcept (OSError, ImportError): print('denied')\nelse: print('succeeded')\n"


def _system_call(number: str, *arguments: str) -> str:
    return _attempt(
        "import ctypes, os",
        "libc = ctypes.CDLL(None, use_errno=True)",
        f"if libc.syscall({number}, {', '.join(arguments)}) == -1: raise OSError(ctypes.get_errno(), '')",
    )


CANARY = "the canary of this probe"
PROBES = (
    Probe("runs a program", "print('denied')", _denied),
    Probe(
        "no host file can be read",
        _attempt("assert open({canary!r}).read() != " + repr(CANARY)),
        _denied,
    ),
    Probe("no host directory can be listed", _attempt("import os", "os.listdir({folder!r})"), _denied),
    Probe("nothing can be written outside", _attempt("open({folder!r} + '/new', 'w')"), _denied),
    Probe("/etc/passwd cannot be read", _attempt("open('/etc/passwd')"), _denied),
    Probe(
        "no TCP connection",
        _attempt("import socket", "socket.create_connection(('127.0.0.1', 9), 0.1)"),
        _denied,
    ),
    Probe("no UNIX socket", _attempt("import socket", "socket.socket(socket.AF_UNIX)"), _denied),
    Probe("no child process", _attempt("import os", "if os.fork() == 0: os._exit(0)"), _denied),
    Probe(
        "no other program",
        _attempt("import os, sys", "os.execv(sys.executable or '/bin/sh', ['x', '-c', ''])"),
        _denied,
    ),
    Probe("no signal to another process", _attempt("import os", "os.kill(os.getppid(), 0)"), _denied),
    Probe("no signal to everybody", _attempt("import os", "os.kill(-1, 0)"), _denied),
    Probe(
        "no ptrace",
        _system_call("101 if os.uname().machine == 'x86_64' else 117", "0", "0", "0", "0"),
        _denied,
    ),
    Probe(
        "no new namespace",
        _system_call("272 if os.uname().machine == 'x86_64' else 97", "0x10000000"),
        _denied,
    ),
    Probe(
        "no mount",
        _system_call("165 if os.uname().machine == 'x86_64' else 40", "0", "0", "0", "0", "0"),
        _denied,
    ),
    Probe(
        "only descriptors 0 to 3",
        "import os\nfor fd in range(4, 1100):\n    try: os.fstat(fd)\n    except OSError: continue\n"
        "    print('open', fd)\n    break\nelse: print('denied')",
        _denied,
    ),
    Probe("a file is left in the scratch directory", "open('left', 'w').write('x')", lambda o: o.exit == 0),
    Probe(
        "and is gone in the next run",
        "import os\nprint('denied' if not os.listdir('.') else 'there')",
        _denied,
    ),
    Probe(
        "CPU time is limited",
        "while True: pass",
        lambda o: o.killed == "cpu",
        replace(LIMITS, cpu_s=0.03),
    ),
    Probe(
        "wall time is limited",
        "import time\ntime.sleep(9)",
        lambda o: o.killed == "wall",
        replace(LIMITS, wall_s=0.03),
    ),
    Probe(
        "memory is limited",
        "x = []\nwhile True: x.append(bytearray(1 << 30))",
        lambda o: o.oom,
    ),
    Probe("output is limited", "while True: print('x' * 4096)", lambda o: o.truncated),
    Probe(
        "file size is limited",
        "with open('f', 'wb') as file:\n    while True: file.write(bytes(1 << 18))",
        lambda o: o.signal == signal.SIGXFSZ,
    ),
    Probe("open files are limited", "import os\nwhile True: os.open('/dev/null', 0)", lambda o: o.exit == 1),
)


def examine(start: Callable[[], Worker]) -> Iterator[Finding]:
    """Start a worker, run every probe on it and yield what was found. Fails as `start` fails."""
    worker = start()
    try:
        with tempfile.TemporaryDirectory(prefix="selfexec-canary-") as folder:
            os.chmod(folder, 0o755)
            canary = os.path.join(folder, "canary")
            with open(canary, "w") as file:
                file.write(CANARY)
            for probe in PROBES:
                source = probe.source.replace("{canary!r}", repr(canary)).replace("{folder!r}", repr(folder))
                try:
                    (outcome,) = worker.run(Program(source), [b""], probe.limits)
                except SandboxError as error:
                    yield Finding(probe.name, False, str(error))
                    return
                yield Finding(probe.name, probe.held(outcome), _told(outcome))
    finally:
        with contextlib.suppress(OSError):
            worker.close()


def _told(outcome: Outcome) -> str:
    if outcome.killed:
        return f"killed at the {outcome.killed} limit"
    if outcome.signal:
        return f"signal {outcome.signal}"
    said = outcome.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return said or outcome.stdout[:60].decode(errors="replace").strip() or f"exit {outcome.exit}"
