"""Every call is answered, whichever actors die when: the pool's own part, with threads in Ray's place.

Hundreds of deaths a second; what Ray itself does with a dead node is tested in test_ray_cluster.
"""

from __future__ import annotations

import queue
import random
import threading
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from sandboxes import ray_pool
from sandboxes.outcome import SandboxError
from sandboxes.ray_pool import MOST_LOSSES, RayPool

TOLD = {"backend": "namespaces", "level": 2, "python": "3", "selfexec": "1", "node": "here"}


class Dies(BaseException):
    """Raised in an actor: it dies, and a new one takes its place."""


class Actor:
    """Does one thing after another. When it dies, what it was doing and what waits fails, as with Ray; only
    what may be retried (`describe`) is kept for the one that comes after."""

    def __init__(self, ray: Threads):
        self._ray = ray
        self._todo: queue.SimpleQueue = queue.SimpleQueue()
        self.run = SimpleNamespace(remote=lambda calls: self._ask(lambda: self._run(calls)))
        asked = SimpleNamespace(remote=lambda: self._ask(lambda: TOLD, retried=True))
        self.describe = SimpleNamespace(options=lambda **_: asked)
        threading.Thread(target=self._serve, daemon=True).start()

    def _ask(self, work, retried=False):
        answer: Future = Future()
        self._todo.put((answer, work, retried))
        return SimpleNamespace(future=lambda: answer)

    def end(self):
        self._todo.put(None)

    def _serve(self):
        while (task := self._todo.get()) is not None:
            answer, work, _ = task
            try:
                result = work()
            except Dies:
                lost = [task]
                while not self._todo.empty():
                    lost.append(self._todo.get())
                for each in lost:
                    if each is None or each[2]:
                        self._todo.put(each)
                    else:
                        each[0].set_exception(self._ray.exceptions.RayActorError("the actor died"))
            else:
                answer.set_result(result)

    def _run(self, calls):
        results = []
        with self._ray.lock:
            die_at = self._ray.chance.randrange(len(calls) + 1) if self._ray.next_dies() else None
        for number, (function, arguments, _) in enumerate(calls):
            if number == die_at:
                raise Dies
            results.append((function(None, *arguments), None))
        if die_at == len(calls):
            raise Dies  # all done, and nothing told
        return 0.001 * len(calls), results


class Threads:
    """As much of Ray as the pool uses. `deaths`: how many actors die, at moments drawn from `seed`."""

    __version__ = "0"

    def __init__(self, workers: int, deaths: int = 0, seed: int = 0):
        error = type("RayError", (Exception,), {})
        self.exceptions = SimpleNamespace(
            RayError=error,
            RayActorError=type("RayActorError", (error,), {}),
            RayTaskError=type("RayTaskError", (error,), {}),
        )
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        self._workers, self._deaths = workers, deaths

    def next_dies(self) -> bool:
        if self._deaths and self.chance.random() < 0.2:
            self._deaths -= 1
            return True
        return False

    def is_initialized(self):
        return True

    def cluster_resources(self):
        return {"CPU": self._workers}

    def remote(self, **_):
        return lambda _: SimpleNamespace(remote=lambda *_: Actor(self))

    def wait(self, told, timeout):
        told[0].future().result(timeout)
        return told[:1], told[1:]

    def get(self, reference):
        return reference.future().result()

    def kill(self, actor):
        actor.end()


def opened(monkeypatch, ray: Threads) -> RayPool:
    monkeypatch.setattr(ray_pool, "_ray", lambda: ray)
    return RayPool()


def answer(pool, number, done):
    done.append(number)
    return 2 * number


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("seed", range(40))
def test_calls_are_answered_rightly_whichever_actors_die(monkeypatch, workers, seed):
    chance, done = random.Random(seed), []
    with opened(monkeypatch, Threads(workers, deaths=MOST_LOSSES - 1, seed=seed)) as pool:
        calls = [pool.submit(answer, n, done, cost=chance.choice([0.1, 1, 20])) for n in range(50)]
        assert [call.result(30) for call in calls] == [2 * n for n in range(50)]
    assert set(done) == set(range(50))


def deadly(pool, tries):
    tries.append(1)
    raise Dies


@pytest.mark.parametrize("seed", range(20))
def test_a_call_that_kills_its_actor_is_given_up_and_takes_no_other_with_it(monkeypatch, seed):
    tries, done = [], []
    place = random.Random(seed).randrange(40)
    with opened(monkeypatch, Threads(2)) as pool:
        calls = [
            pool.submit(deadly, tries) if n == place else pool.submit(answer, n, done) for n in range(40)
        ]
        with pytest.raises(SandboxError, match=f"{MOST_LOSSES} workers died"):
            calls[place].result(30)
        assert [call.result(30) for n, call in enumerate(calls) if n != place] == [
            2 * n for n in range(40) if n != place
        ]
    assert len(tries) == MOST_LOSSES


def test_calls_under_way_at_the_end_are_told(monkeypatch):
    release = threading.Event()
    pool = opened(monkeypatch, Threads(1))
    waiting = pool.submit(lambda _: release.wait(30))
    pool.close()
    with pytest.raises(SandboxError, match="closed"):
        waiting.result(30)
    release.set()
    with pytest.raises(SandboxError, match="closed"):
        pool.submit(answer, 1, [])
