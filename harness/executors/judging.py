"""Solutions judged beside the sandbox workers of a Ray cluster."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from benchmarks.problem import Problem
from harness.verdicts import Verdict
from sandboxes.pool import SandboxPool
from sandboxes.ray_pool import RayPool

# Problems of which the tests stay in the cluster while no call for them is under way.
KEPT_PROBLEMS = 64

Settings = tuple[float, float, bool]


class Parcels:
    """Problems in a form that travels, each put into the cluster once for all solutions that it meets."""

    def __init__(self, pool: RayPool) -> None:
        self._pool = pool
        self._sent: dict[str, tuple[Problem, Any, int]] = {}

    def submit(
        self, problem: Problem, code: str | None, tests: Sequence[int] | None, settings: Settings
    ) -> Future[list[Verdict]]:
        """The future of `Judge.judge`, carried out on some node by a judge with these settings."""
        known, reference, count = self._sent.get(problem.problem_id, (None, None, 0))
        if known is not problem:
            every = problem.load_tests()
            whole = replace(problem, load_tests=functools.partial(tuple, every))
            reference, count = self._pool.share(whole), len(every)
            self._sent[problem.problem_id] = problem, reference, count
            while len(self._sent) > KEPT_PROBLEMS:
                del self._sent[next(iter(self._sent))]
        cost = (count if tests is None else len(tests)) if code else 0.1
        return self._pool.submit(_judge, code, tests, settings, shared=reference, cost=max(cost, 0.1))


def _judge(
    pool: SandboxPool, problem: Problem, code: str | None, tests: Sequence[int] | None, settings: Settings
) -> list[Verdict]:
    return _judge_of(pool, settings).judge(problem, code, tests)


@functools.lru_cache
def _judge_of(pool: SandboxPool, settings: Settings) -> Any:
    """One judge a worker and setting: it remembers which calls an assertion makes."""
    from harness.judge import Judge

    return Judge(pool, *settings)
