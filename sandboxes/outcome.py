"""What goes into the sandbox and what comes out: programs, limits, and the kernel's facts about a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one run. Times are seconds, sizes are bytes.

    `cpu_s` decides TLE; `wall_s` is the backstop for a program that waits, 2 x cpu + 1 s unless given. Time
    that a run spends ready but without a CPU, on a busy machine, does not count against it.
    `memory_bytes` bounds the peak resident set. `output_bytes` bounds stdout; `stderr_bytes` is how much of
    the end of stderr is kept. `processes` is how many child processes a run may have: 0 denies fork and
    exec (threads are always allowed). `execute` lets a run become another program, without children.
    """

    cpu_s: float = 10.0
    wall_s: float | None = None
    memory_bytes: int = 512 * MEBIBYTE
    output_bytes: int = 64 * MEBIBYTE
    stderr_bytes: int = 8192
    file_bytes: int = 64 * MEBIBYTE
    open_files: int = 64
    processes: int = 0
    execute: bool = False

    @property
    def wall_backstop_s(self) -> float:
        return 2 * self.cpu_s + 1 if self.wall_s is None else self.wall_s


@dataclass(frozen=True, slots=True)
class Program:
    """A program and the driver that runs it in the child.

    `driver` is the name of a file in `sandboxes/drivers/` or the source text of a driver: a stdlib-only
    module with `prepare(source, options) -> state`, called once per program and which runs nothing
    untrusted, and `run(state)`, called in a fresh process for every input.
    """

    source: str
    driver: str = "script"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Facts about one run. There is no field that says "passed": the sandbox cannot know.

    exit: exit status, None if a signal ended the run.     signal: that signal's number, else None.
    killed: which limit made the sandbox kill the run, else None.
    cpu_ns, wall_ns: user + system time, and elapsed time.     maxrss_kb: peak resident set in KiB.
    delay_ns: of a run killed at the wall limit, how long it was ready but had no CPU; None if unknown.
    stdout: at most `output_bytes` of it.     truncated: it printed more than that.
    stderr: the last `stderr_bytes` of it.     result: what the driver wrote to its result descriptor.
    oom: the run ended for want of memory (an uncaught MemoryError, or the kernel's OOM killer).
    compile_error: the program never started; `stderr` says why.
    leftover: processes that outlived the run and were killed.
    """

    exit: int | None
    signal: int | None
    killed: Literal["cpu", "wall"] | None
    cpu_ns: int
    wall_ns: int
    maxrss_kb: int
    stdout: bytes
    truncated: bool
    stderr: bytes
    result: bytes = b""
    oom: bool = False
    compile_error: bool = False
    leftover: int = 0
    delay_ns: int | None = None


class SandboxError(Exception):
    """Our fault, not the program's: a dead worker, an unreadable frame. Raised after one retry."""
