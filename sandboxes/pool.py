"""A pool of jailed fork servers: programs in, outcomes out, whatever happens to a worker."""

from __future__ import annotations

import os
import platform
import queue
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from sandboxes import backends
from sandboxes.outcome import Limits, Outcome, Program, SandboxError
from sandboxes.runtime import installed
from sandboxes.worker import Worker
from selfexec.errors import UsageError

if TYPE_CHECKING:
    from sandboxes.ray_pool import RayPool

IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+([\w., \t]+)", re.MULTILINE)
# Importing these does something.
NOT_IMPORTED = frozenset(
    {"antigravity", "this", "idlelib", "turtle", "turtledemo", "tkinter", "test", "__main__"}
)
# Packages that get a fork server of their own, with the package imported, if this interpreter has it.
PACKAGES = ("numpy",)
COMPILER = "cplusplus"  # the one driver whose workers have a compiler in their jail
# The packages that a server has imported, and its driver: what one imports is in every fork of the server.
Kind = tuple[tuple[str, ...], str]


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """How programs are isolated, as flags of a command."""

    backend: Literal["auto", "docker", "namespaces", "confined", "process"] = "auto"
    """What isolates the programs; auto takes the strongest that this machine gives."""

    workers: int | None = None
    """Programs run at once; the number of cores by default."""

    image: str | None = None
    """docker: run in this image, any that has a Python, instead of one made from this interpreter."""

    unsafe_no_isolation: bool = False
    """Allow backend process, which isolates nothing: programs can read and delete your files."""

    time_factor: float = 1.0
    """Multiplies every time limit."""

    memory_factor: float = 1.0
    """Multiplies every memory limit."""

    executor: Literal["local", "ray"] = "local"
    """local: programs run on this machine. ray: on the nodes of a Ray cluster, --workers of them in all."""

    ray_address: str | None = None
    """ray: the cluster, as Ray names it (auto, HOST:6379, ray://HOST:10001); default RAY_ADDRESS, and without
    it a cluster of this machine alone."""


def open_pool(options: SandboxOptions, share: int = 1) -> SandboxPool | RayPool:
    """The pool that `options` asks for. Raises UsageError if it cannot be had.

    share: how many processes divide a Ray cluster's CPUs among them, unless workers are given.
    """
    for flag, value in (("--time-factor", options.time_factor), ("--memory-factor", options.memory_factor)):
        if not 0 < value < 1000:
            raise UsageError(f"{flag} {value:g}: give a number above 0")
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers}: must be at least 1")
    asked = (options.backend, options.workers, options.image, options.unsafe_no_isolation)
    if options.executor == "ray":
        from sandboxes.ray_pool import RayPool

        return RayPool(*asked, options.ray_address, share)
    if options.ray_address is not None:
        raise UsageError(f"--ray-address {options.ray_address}: add --executor ray")
    return SandboxPool(*asked)


class SandboxPool:
    """Runs programs on `workers` fork servers of one backend. Thread-safe: as many threads, as many at work.

    backend: "auto" (the strongest that this machine gives), or the name of one. workers: the cores that
    this process may use, unless given. Raises UsageError if the backend does not isolate here, which is
    found by trying.
    """

    def __init__(
        self,
        backend: str = "auto",
        workers: int | None = None,
        image: str | None = None,
        unsafe_no_isolation: bool = False,
    ):
        self.backend = backends.choose(backend, image, unsafe_no_isolation)
        self.level = backends.LEVELS[self.backend]
        self.workers = workers or len(os.sched_getaffinity(0))
        self._image = image
        self._start = backends.starter(self.backend, image)
        self._idle: queue.LifoQueue[_Slot] = queue.LifoQueue()
        self._slots = [_Slot(self._start) for _ in range(self.workers)]
        for slot in self._slots:
            self._idle.put(slot)
        self._alone = _Alone()

    def __enter__(self) -> SandboxPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop every worker. A run that is in progress raises SandboxError."""
        for slot in self._slots:
            slot.discard()

    def run(
        self,
        program: Program,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        stop: Callable[[Outcome], bool] | None = None,
    ) -> list[Outcome]:
        """Run `program` once on each of `inputs`, each in a fresh process, and return their outcomes.

        With `stop`, the first outcome for which it is true is the last one. Raises SandboxError if a worker
        fails, and a fresh one fails on the same program.
        """
        limits = limits or Limits()
        if limits.processes and self.backend == "confined" and program.driver != COMPILER:
            raise UsageError(
                "backend confined cannot end the processes of a run: leave Limits.processes at 0"
            )
        imports = imported_modules(program.source)
        packages = tuple(name for name in PACKAGES if name in imports and installed(name))
        kind = packages, program.driver
        imports = tuple(name for name in imports if name not in PACKAGES)
        outcomes: list[Outcome] = []
        attempts = 2
        while len(outcomes) < len(inputs):
            try:
                with self._alone.together(), self._borrow() as slot, slot.worker(kind) as worker:
                    runs = worker.run(program, inputs[len(outcomes) :], limits, imports)
                    for outcome in runs:
                        if outcome.killed == "wall" and outcome.delay_ns is None:
                            runs.close()
                            break
                        outcomes.append(outcome)
                        if stop and stop(outcome):
                            runs.close()
                            return outcomes
                    else:
                        return outcomes
            except SandboxError:
                attempts -= 1
                if not attempts:
                    raise
                continue
            # It waited for long, and nobody can say whether for itself or for the CPU: once more, alone.
            with self._alone.alone(), self._borrow() as slot, slot.worker(kind) as worker:
                outcomes += worker.run(program, [inputs[len(outcomes)]], limits, imports)
            if stop and stop(outcomes[-1]):
                break
        return outcomes

    def describe(self) -> dict[str, Any]:
        """For the manifest: what isolates, how strongly, on which kernel, with which Python and limits."""
        told = {
            "backend": self.backend,
            "level": self.level,
            "workers": self.workers,
            "kernel": platform.release(),
            "machine": platform.machine(),
            "python": self._python(),
            "default_limits": asdict(Limits()),
        }
        if self.backend == "docker":
            from sandboxes import docker

            told |= docker.describe(self._image)
        return told

    def _python(self) -> str:
        """The interpreter inside, as it names itself."""
        (outcome,) = self.run(Program("import sys\nprint(sys.version)"), [b""])
        return outcome.stdout.decode().strip()

    @contextmanager
    def _borrow(self) -> Iterator[_Slot]:
        slot = self._idle.get()
        try:
            yield slot
        finally:
            self._idle.put(slot)


class _Slot:
    """A place for one worker of each kind. One is started when it is wanted, and anew after it failed."""

    def __init__(self, start: backends.Start):
        self._start = start
        self._workers: dict[Kind, Worker] = {}

    @contextmanager
    def worker(self, kind: Kind) -> Iterator[Worker]:
        """The worker of this kind. It does not outlive an exception."""
        if kind not in self._workers:
            packages, driver = kind
            try:
                self._workers[kind] = self._start(packages, compiler=driver == COMPILER)
            except UsageError as error:  # what isolated when the pool was opened is gone
                raise SandboxError(str(error)) from error
        try:
            yield self._workers[kind]
        except BaseException:
            if worker := self._workers.pop(kind, None):
                worker.close()
            raise

    def discard(self) -> None:
        while self._workers:
            _, worker = self._workers.popitem()
            worker.close()


class _Alone:
    """Lets many run together, or one alone. Who wants to be alone goes first."""

    def __init__(self):
        self._condition = threading.Condition()
        self._running = 0
        self._wanting = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._condition:
            self._condition.wait_for(lambda: not self._wanting)
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._condition:
            self._wanting += 1
            self._condition.wait_for(lambda: not self._running)
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._wanting -= 1
                self._condition.notify_all()


def imported_modules(source: str) -> tuple[str, ...]:
    """Standard modules and PACKAGES that `source` seems to import: a guess from its text."""
    names: dict[str, None] = {}
    for match in IMPORT.finditer(source):
        for part in match[1].split(" import ")[0].split(","):
            name = part.split(" as ")[0].strip()
            top = name.partition(".")[0]
            if top in PACKAGES:
                names[top] = None
            elif top in sys.stdlib_module_names and top not in NOT_IMPORTED:
                names[name] = None
    return tuple(names)
