"""Does an explanation follow the run? The true trace of what is predicted, for a reward on the steps."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from benchmarks.problem import Problem
from harness.answers import call_text
from harness.tracing.gate import grounded_fraction
from harness.tracing.recording import RECORDED, Caps, record
from harness.tracing.sources import Subject
from harness.tracing.trace import Trace
from sandboxes.pool import SandboxPool

KEPT_TRACES = 512


class Steps:
    """Records programs in the sandbox and says how much of a text their traces bear out. Thread-safe.

    A group of episodes asks for one trace; the last KEPT_TRACES are kept for those that ask again.
    """

    def __init__(self, pool: SandboxPool) -> None:
        self._pool = pool
        self._threads = ThreadPoolExecutor(pool.workers, thread_name_prefix="steps")
        self._traces: OrderedDict[tuple[str, str, int], Future[Trace | None]] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def trace(self, problem: Problem, code: str, test: int) -> Future[Trace | None]:
        """The trace of `code` on a public test; None if the run is too long to be told, or differs from one
        time to the next. The future raises SandboxError for a fault of ours."""
        key = (problem.problem_id, code, test)
        with self._lock:
            known = self._traces.get(key)
            if known is None or (known.done() and known.exception()):
                known = self._traces[key] = self._threads.submit(self._record, problem, code, test)
            self._traces.move_to_end(key)
            while len(self._traces) > KEPT_TRACES:
                self._traces.popitem(last=False)
        return known

    def _record(self, problem: Problem, code: str, test: int) -> Trace | None:
        public = problem.public_tests[test]
        given = public.input
        if problem.style != "stdin":
            given = call_text(problem, public).removeprefix(f"{problem.entry}(").removesuffix(")")
        entry = None if problem.style == "stdin" else problem.entry
        traces = record(self._pool, Subject(problem.problem_id, "rl", code, entry, (given,)), Caps())
        return traces[0] if traces and traces[0].status in RECORDED else None


def grounded(text: str, trace: Trace | None) -> float:
    """The share of the states that `text` claims which the run really went through, in [0, 1]; 0 without a
    trace. Claims of nothing are no way to be right: a text without any has 0 where there are states."""
    return 0.0 if trace is None else grounded_fraction(text, trace)
