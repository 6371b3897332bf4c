"""Calls carried out beside the sandbox workers of this machine, each worker with a process of its own."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.util import Finalize
from typing import Any

from sandboxes.pool import SandboxOptions, SandboxPool, open_pool


class Processes:
    """`submit` of RayPool, on this machine.

    For calls whose own side costs as much as the sandbox's: as threads of one process they would share one
    core. options: with the backend that is known to isolate here. A process is started when there is work
    for it, and ends with this one, however this one ends. If one dies, every call raises BrokenProcessPool.
    """

    def __init__(self, options: SandboxOptions, workers: int) -> None:
        self.workers = workers
        self._options = replace(options, workers=1)
        # Forked from a process that has imported everything and has no threads.
        context = multiprocessing.get_context("forkserver")
        # Not the command itself: each process imports that under another name, and Python warns of two.
        context.set_forkserver_preload(["harness.executors.building"])
        self._executor = ProcessPoolExecutor(workers, context, initializer=_begin)

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(cancel_futures=True)

    def submit(self, function: Callable[..., Any], *arguments: Any, cost: float = 1.0) -> Future:
        """A future of `function(pool, *arguments)`; `pool` is a SandboxPool of one. cost: of no use here."""
        return self._executor.submit(_call, self._options, function, arguments)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C reaches all: without a traceback from each
    parent = multiprocessing.parent_process()
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _call(options: SandboxOptions, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(_pool(options), *arguments)


@functools.cache
def _pool(options: SandboxOptions) -> SandboxPool:
    pool = open_pool(options)
    Finalize(None, pool.close, exitpriority=0)
    return pool
