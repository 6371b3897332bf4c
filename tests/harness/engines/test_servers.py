"""Several servers of one model: the load is shared, one that dies loses nothing, one that returns is used."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from harness.engines import EngineOptions, Request, Sampling, open_engine
from harness.engines import servers as engine_servers
from harness.engines.servers import Server, next_of, parse
from selfexec.errors import UsageError
from tests.harness.engines.openai_server import Plan, serve


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def engine(*urls, **options):
    return open_engine(EngineOptions(engine="openai", model=",".join(urls), **options))


def requests(count):
    return [Request("solve", f"p{i}", ({"role": "user", "content": "Hello?"},)) for i in range(count)]


def answered(plan, dead_from=None):
    """The seeds of the requests that this server answered, from the first one to the last before it died."""
    return [body["seed"] for body in plan.bodies[:dead_from]]


def test_two_servers_share_the_load_and_each_request_is_asked_once():
    first, second = Plan(delay_s=0.02), Plan(delay_s=0.02)
    with serve(first) as one, serve(second) as two:
        completions = list(engine(one, two, concurrency=8).generate(requests(60), Sampling()))
    assert len({c.request.problem_id for c in completions}) == 60
    seeds = Counter(answered(first) + answered(second))
    assert len(seeds) == 60
    assert set(seeds.values()) == {1}
    assert min(len(first.bodies), len(second.bodies)) > 20
    assert max(first.most_at_once, second.most_at_once) <= 5


@pytest.mark.parametrize("death", ["reset", "half", 503, 500])
def test_when_one_dies_in_the_middle_nothing_is_lost_and_nothing_is_paid_twice(death):
    well, dying = Plan(delay_s=0.005), Plan(delay_s=0.005)

    def dies_after_ten(body):
        return death if dying.bodies.index(body) >= 10 else None

    dying.always = dies_after_ten
    with serve(well) as one, serve(dying) as two:
        model = engine(one, two, concurrency=6)
        completions = list(model.generate(requests(80), Sampling()))
    assert sorted(c.request.problem_id for c in completions) == sorted(f"p{i}" for i in range(80))
    assert {c.finish_reason for c in completions} == {"stop"}
    # What either server answered whole was asked of no server again.
    whole = Counter(answered(well) + answered(dying, 10))
    assert len(whole) == 80
    assert set(whole.values()) == {1}
    assert model.usage.retries == len(dying.bodies) - 10
    assert model.usage.completions == 80


def test_a_server_that_returns_is_asked_again(monkeypatch):
    monkeypatch.setattr(engine_servers, "FIRST_REST_S", 0.05)
    well, ill = Plan(delay_s=0.01), Plan(delay_s=0.01, faults=["reset"] * 2)
    with serve(well) as one, serve(ill) as two:
        completions = list(engine(one, two, concurrency=2).generate(requests(80), Sampling()))
    assert len(completions) == 80
    assert len(ill.bodies) > 10


def test_one_of_two_may_be_down_at_the_start_but_not_both():
    with serve(Plan()) as url:
        completions = list(engine("http://127.0.0.1:9/v1", url).generate(requests(10), Sampling()))
    assert len(completions) == 10
    with pytest.raises(UsageError, match="no server answers"):
        engine("http://127.0.0.1:9/v1", "http://127.0.0.1:10/v1")


def test_two_models_behind_one_list_are_refused():
    other = Plan(models=({"id": "large"},))
    with serve(Plan()) as one, serve(other) as two, pytest.raises(UsageError, match="serves 'large'"):
        engine(one, two)


def test_where_all_rest_the_first_one_back_is_next():
    soon, late = Server("a", resume_at=time.monotonic() + 5), Server("b", resume_at=time.monotonic() + 50)
    assert next_of([late, soon]) is soon
    free = Server("c", under_way=3)
    assert next_of([late, soon, free]) is free


def test_what_fails_together_counts_once_and_rests_grow(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(engine_servers.time, "monotonic", lambda: clock[0])
    server = Server("a")
    rests = []
    for _ in range(9):
        threads = [threading.Thread(target=server.set_aside) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rests.append(server.resume_at - clock[0])
        clock[0] = server.resume_at
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    server.answered()
    clock[0] += 1
    server.set_aside()
    assert server.resume_at - clock[0] == 1


@pytest.mark.parametrize("model", ["http://a/v1,", "http://a/v1,b", "http://u:p@a/v1,http://b/v1"])
def test_a_list_with_something_else_in_it_is_refused(model):
    with pytest.raises(UsageError, match="--model"):
        parse(model)


def test_a_list_may_name_the_model():
    servers, name = parse("http://a:1/v1/,http://b:2/v1,http://a:1/v1#org/model")
    assert [server.url for server in servers] == ["http://a:1/v1", "http://b:2/v1"]
    assert name == "org/model"
