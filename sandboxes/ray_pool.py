"""The same sandbox workers as Ray actors on every node of a cluster: calls go to them in blocks.

Ray places the actors, notices that a node died, starts its actors again where there is room and moves the
data. What is decided here is only which call goes into which block.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import selfexec
from sandboxes.outcome import Limits, Outcome, Program, SandboxError
from sandboxes.pool import SandboxPool
from selfexec.errors import UsageError

# A block is to take this long: a thousand times what sending it costs, and little to lose with a node.
BLOCK_SECONDS = 0.5
# One block runs while the next one is already there.
BLOCKS_AHEAD = 2
# Workers that may die under one call before it is held to be the reason.
MOST_LOSSES = 3
PLACEMENT_SECONDS = 120.0
CONNECT_SECONDS = 10.0
# Shared values, such as problems with their tests, that a worker keeps at hand.
KEPT_VALUES = 4
# Outcomes can depend on these: every node must have the same.
ALIKE = ("backend", "level", "python", "selfexec")


@dataclass(eq=False)
class _Call:
    """One call of a user, and the future that it gets its answer by."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    shared: Any
    cost: float
    future: Future = field(default_factory=Future)
    losses: int = 0


@dataclass(eq=False)
class _Seat:
    """An actor as seen from here. `blocks` has been sent and is not answered."""

    actor: Any
    live: bool = False
    blocks: list[list[_Call]] = field(default_factory=list)

    def has_room(self, call: _Call) -> bool:
        """Whether a block that begins with this call can be sent. One that lost a worker is alone there."""
        if call.losses:
            return self.live and not self.blocks
        alone = any(block[0].losses for block in self.blocks)
        return self.live and not alone and len(self.blocks) < BLOCKS_AHEAD


class RayPool:
    """What SandboxPool is, on the CPUs of a Ray cluster. Thread-safe.

    workers: how many programs run at once, by default as many as the cluster has CPUs, divided by
    `share`, the number of processes that use it together. address: of a cluster;
    None for the one that RAY_ADDRESS names, else for one of this machine alone, which ends with the pool.
    A call is carried out at least once, so it must be one that can be repeated. Raises UsageError where Ray,
    the cluster or isolation on its nodes cannot be had.
    """

    def __init__(
        self,
        backend: str = "auto",
        workers: int | None = None,
        image: str | None = None,
        unsafe_no_isolation: bool = False,
        address: str | None = None,
        share: int = 1,
    ):
        ray = self._ray = _ray()
        self._ours = not ray.is_initialized()
        if self._ours:
            _connect(ray, address, workers)
        cpus = int(ray.cluster_resources().get("CPU", 0))
        self.workers = workers or max(cpus // share, 1)
        if not cpus and not workers:
            raise UsageError("--executor ray: the cluster has no CPUs; add nodes that have some")
        self._stdout = sys.stdout = _WithoutRay(sys.stdout)
        remote = ray.remote(num_cpus=1, max_restarts=-1, scheduling_strategy="SPREAD")(_Sandbox)
        self._seats = [_Seat(remote.remote(backend, image, unsafe_no_isolation)) for _ in range(self.workers)]
        self._events: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._waiting: deque[_Call] = deque()
        self._sent: set[_Call] = set()
        self._waiting_cost = 0.0
        self._seconds_per_cost: float | None = None
        self._closed = False
        self._fault: Exception | None = None
        try:
            self._told = self._first_to_start()
        except BaseException:
            self._release()
            raise
        for seat in self._seats:
            self._await_start(seat)
        self._thread = threading.Thread(target=self._serve, name="ray-blocks", daemon=True)
        self._thread.start()

    def __enter__(self) -> RayPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the actors, and the cluster if it was started here. Calls under way raise SandboxError."""
        if self._closed:
            return
        self._closed = True
        self._events.put(None)
        self._thread.join()
        self._release()

    def _release(self) -> None:
        for seat in self._seats:
            self._ray.kill(seat.actor)
        if self._ours:
            with contextlib.redirect_stdout(sys.stderr):  # Ray prints what it held back of its own words
                self._ray.shutdown()
        if sys.stdout is self._stdout:
            sys.stdout = self._stdout.real

    def submit(self, function: Callable[..., Any], *arguments: Any, shared: Any = None, cost: float = 1.0):
        """A future of `function(pool, *arguments)`, called beside a worker; `pool` is its SandboxPool of one.

        function: of a module that the nodes can import. shared: a value of `share`, which goes before the
        other arguments. cost: how much work this is, in any unit that the calls of this pool have in common.
        """
        call = _Call(function, arguments, shared, cost)
        if self._closed:
            raise SandboxError("the pool is closed")
        self._events.put(lambda: self._enqueue(call))
        return call.future

    def share(self, value: Any) -> Any:
        """Something that many calls need, such as a problem with its tests: it travels to a node once."""
        return self._ray.put(value)

    def run(
        self,
        program: Program,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        stop: Callable[[Outcome], bool] | None = None,
    ) -> list[Outcome]:
        """As SandboxPool.run. With `stop`, which stays here, each input waits until it was asked about the
        one before; where that takes too long, `submit` a function that stops over there."""
        if not inputs:
            return []
        if stop is None:
            return self.submit(_run, program, list(inputs), limits, cost=len(inputs)).result()
        outcomes: list[Outcome] = []
        for given in inputs:
            outcomes += self.submit(_run, program, [given], limits).result()
            if stop(outcomes[-1]):
                break
        return outcomes

    def describe(self) -> dict[str, Any]:
        """As SandboxPool.describe, and what the cluster is."""
        nodes = sum(node["Alive"] for node in self._ray.nodes())
        about = {"workers": self.workers, "executor": "ray", "ray": self._ray.__version__, "nodes": nodes}
        return {name: value for name, value in self._told.items() if name != "node"} | about

    # ---- what follows runs in the thread of _serve, which alone touches seats and calls --------------------

    def _serve(self) -> None:
        while (event := self._events.get()) is not None:
            event()
            # Together with all that came meanwhile: blocks are cut from what is waiting.
            while not self._events.empty():
                event = self._events.get()
                if event is None:
                    break
                event()
            if event is None:
                break
            self._send()
        self._fail(SandboxError("the pool was closed"))

    def _enqueue(self, call: _Call) -> None:
        if self._fault is not None:
            call.future.set_exception(self._fault)
            return
        self._waiting.append(call)
        self._waiting_cost += call.cost

    def _send(self) -> None:
        """Give blocks to the live actors, the least busy first."""
        while self._waiting:
            first = self._waiting[0]
            seat = min((seat for seat in self._seats if seat.has_room(first)), key=_busy, default=None)
            if seat is None:
                return
            block = self._next_block()
            if block:
                seat.blocks.append(block)
                packed = [(call.function, call.arguments, call.shared) for call in block]
                answer = seat.actor.run.remote(packed).future()
                answer.add_done_callback(
                    lambda answer, seat=seat, block=block: self._events.put(
                        lambda: self._answered(seat, block, answer)
                    )
                )

    def _next_block(self) -> list[_Call]:
        """The next calls: what takes BLOCK_SECONDS, and no more than a fair share of what is left. One alone
        as long as nothing tells how long one takes."""
        live = sum(seat.live for seat in self._seats)
        most = 0.0
        if self._seconds_per_cost is not None:
            most = BLOCK_SECONDS / max(self._seconds_per_cost, 1e-9)
            most = min(most, self._waiting_cost / (BLOCKS_AHEAD * live))
        block: list[_Call] = []
        cost = 0.0
        while self._waiting:
            call = self._waiting[0]
            # What lost a worker goes alone, so that it can take no others with it.
            if block and (cost + call.cost > most or call.losses or block[0].losses):
                break
            self._waiting.popleft()
            self._waiting_cost -= call.cost
            if call.future.running() or call.future.set_running_or_notify_cancel():
                block.append(call)
                cost += call.cost
        self._sent.update(block)
        return block

    def _answered(self, seat: _Seat, block: list[_Call], answer: Future) -> None:
        seat.blocks.remove(block)
        self._sent.difference_update(block)
        error = answer.exception()
        if error is None:
            seconds, results = answer.result()
            self._learn(seconds, sum(call.cost for call in block))
            for call, (result, problem) in zip(block, results, strict=True):
                if problem is None:
                    call.future.set_result(result)
                else:
                    call.future.set_exception(problem)
            return
        if not isinstance(error, self._ray.exceptions.RayActorError):
            for call in block:
                call.future.set_exception(SandboxError(f"a worker failed: {error}"))
            return
        if seat.live:
            seat.live = False
            self._await_start(seat)
            # Any of these may be the reason: what was finished there may not have been answered any more.
            for call in chain(block, *seat.blocks):
                call.losses += 1
        for call in reversed(block):
            if call.losses >= MOST_LOSSES:
                call.future.set_exception(SandboxError(f"{call.losses} workers died during one call"))
            else:
                self._waiting.appendleft(call)
                self._waiting_cost += call.cost

    def _learn(self, seconds: float, cost: float) -> None:
        per_cost = seconds / max(cost, 1e-9)
        known = self._seconds_per_cost
        self._seconds_per_cost = per_cost if known is None else 0.8 * known + 0.2 * per_cost

    def _await_start(self, seat: _Seat) -> None:
        """Use the actor once it says that it is there, for the first time or after Ray started it again."""
        told = self._asked(seat).future()
        told.add_done_callback(lambda told: self._events.put(lambda: self._started(seat, told)))

    def _asked(self, seat: _Seat) -> Any:
        """What the actor will say of itself, also if its node dies before."""
        return seat.actor.describe.options(max_task_retries=-1).remote()

    def _started(self, seat: _Seat, told: Future) -> None:
        error = told.exception()
        if error is None:
            error = self._unlike(told.result())
        if error is None:
            seat.live = True
            return
        if isinstance(error, self._ray.exceptions.RayTaskError):
            error = error.cause if isinstance(error.cause, UsageError) else SandboxError(str(error))
        self._fault = error
        self._fail(error)

    def _unlike(self, told: dict[str, Any]) -> UsageError | None:
        for name in ALIKE:
            if told[name] != self._told[name]:
                return UsageError(
                    f"node {told['node']} has {name} {told[name]!r} and node {self._told['node']} has "
                    f"{self._told[name]!r}: make the nodes alike, or name a --backend that all have"
                )
        return None

    def _fail(self, error: Exception) -> None:
        for call in [*self._waiting, *self._sent]:
            if not call.future.done() and (
                call.future.running() or call.future.set_running_or_notify_cancel()
            ):
                call.future.set_exception(error)
        self._waiting.clear()
        self._sent.clear()

    def _first_to_start(self) -> dict[str, Any]:
        told = [self._asked(seat) for seat in self._seats]
        ready, _ = self._ray.wait(told, timeout=PLACEMENT_SECONDS)
        try:
            if not ready:
                raise UsageError(
                    f"--executor ray: no worker found a free CPU in {PLACEMENT_SECONDS:.0f} s; free "
                    "some of the cluster or add nodes"
                )
            return self._ray.get(ready[0])
        except self._ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, UsageError):
                raise cause from None
            reason = str(error).strip().splitlines()[-1]
            raise UsageError(f"--executor ray: a worker does not start on a node: {reason}") from None


def _busy(seat: _Seat) -> int:
    return len(seat.blocks)


class _WithoutRay:
    """Standard output for results: what Ray's own threads print about a node that died goes to stderr."""

    def __init__(self, real: Any):
        self.real = real

    def __getattr__(self, name: str) -> Any:
        of_ray = threading.current_thread().name.startswith("ray_")
        return getattr(sys.stderr if of_ray else self.real, name)


class _Sandbox:
    """The actor: a pool of one worker, on some node."""

    def __init__(self, backend: str, image: str | None, unsafe_no_isolation: bool):
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._pool: SandboxPool | UsageError
        try:
            self._pool = SandboxPool(backend, 1, image, unsafe_no_isolation)
        except UsageError as error:  # told when asked: an actor that fails to start is silently started again
            self._pool = error

    def describe(self) -> dict[str, Any]:
        if isinstance(self._pool, UsageError):
            raise self._pool
        node = _ray().util.get_node_ip_address()
        return self._pool.describe() | {"selfexec": selfexec.__version__, "node": node}

    def run(self, calls: list[tuple]) -> tuple[float, list[tuple[Any, Exception | None]]]:
        """The seconds that the calls took; of each its result, or the exception that it ended with."""
        began = time.perf_counter()
        answers: list[tuple[Any, Exception | None]] = []
        for function, arguments, shared in calls:
            try:
                given = arguments if shared is None else (self._value(shared), *arguments)
                answers.append((function(self._pool, *given), None))
            except Exception as error:  # the caller's to judge: it is raised again by the future
                answers.append((None, error))
        return time.perf_counter() - began, answers

    def _value(self, reference: Any) -> Any:
        key = reference.hex()
        if key not in self._values:
            self._values[key] = _ray().get(reference)
        self._values.move_to_end(key)
        while len(self._values) > KEPT_VALUES:
            self._values.popitem(last=False)
        return self._values[key]


def _run(pool: SandboxPool, program: Program, inputs: list[bytes], limits: Limits | None) -> list[Outcome]:
    return pool.run(program, inputs, limits)


def _ray() -> Any:
    # Neither usage statistics nor a word about every worker.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError:
        raise UsageError("--executor ray needs Ray: pip install 'selfexec[ray]'") from None
    return ray


def _connect(ray: Any, address: str | None, workers: int | None) -> None:
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        if host and port.isdigit():  # Ray itself asks for minutes before it gives up, or ends the process
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
        if address == "local":
            cores = workers or len(os.sched_getaffinity(0))
            ray.init(address=address, num_cpus=cores, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except (OSError, RuntimeError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(f"--ray-address {address}: {reason}") from None
