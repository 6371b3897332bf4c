"""The openai engine against a server that misbehaves: all comes back once, or one line says why."""

from __future__ import annotations

import itertools
import threading

import pytest

from harness.engines import EngineOptions, Request, Sampling, open_engine
from harness.engines import openai as openai_engine
from selfexec.errors import UsageError
from tests.harness.engines.openai_server import Plan, serve

SECRET = "sk-do-not-write-me-down"


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch):
    monkeypatch.setattr(openai_engine, "_FIRST_DELAY_S", 0.001)
    monkeypatch.setattr(openai_engine, "_LONGEST_DELAY_S", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def engine(url, **options):
    return open_engine(EngineOptions(engine="openai", model=url, **options))


def request(name="p", indices=(0,), text="Hello?", **about):
    return Request("solve", name, ({"role": "user", "content": text},), indices=indices, **about)


def ask(url, requests, sampling=None, **options):
    return list(engine(url, **options).generate(requests, sampling or Sampling()))


def test_every_index_of_every_request_comes_back_once_with_its_counts():
    plan = Plan()
    with serve(plan) as url:
        model = engine(url)
        completions = list(model.generate([request("p", (0, 1, 4)), request("q", (2,))], Sampling()))
    assert sorted((c.request.problem_id, c.index) for c in completions) == [
        ("p", 0),
        ("p", 1),
        ("p", 4),
        ("q", 2),
    ]
    assert {c.finish_reason for c in completions} == {"stop"}
    assert all(c.n_prompt_tokens == 7 and c.n_tokens == len(c.text) for c in completions)
    assert (model.usage.completions, model.usage.prompt_tokens, model.usage.in_flight) == (4, 28, 0)


def test_an_index_draws_with_the_same_seed_whatever_else_is_asked_for():
    with serve(Plan()) as url:
        together = {c.index: c.text for c in ask(url, [request("p", (0, 1, 2))])}
        alone = {
            c.index: c.text
            for c in ask(url, [request("p", (1,)), request("q", (1,))])
            if c.request.problem_id == "p"
        }
        other = {c.index: c.text for c in ask(url, [request("p", (1,))], Sampling(seed=1))}
    assert len(set(together.values())) == 3
    assert alone[1] == together[1]
    assert other[1] != together[1]


def test_what_is_sent_is_what_was_asked_for():
    plan = Plan()
    with serve(plan) as url:
        sampling = Sampling(0.6, 0.9, 50, ("END",))
        ask(url, [request()], sampling, chat_template_args='{"enable_thinking": false}')
        ask(url, [request()], Sampling(temperature=0))
        ask(url, [request()], prompt_form="completion")
    body, greedy, plain = plan.bodies
    assert body["messages"] == [{"role": "user", "content": "Hello?"}]
    assert (body["temperature"], body["top_p"], body["max_tokens"], body["stop"]) == (0.6, 0.9, 50, ["END"])
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["model"] == "tiny"
    assert greedy["temperature"] == 0
    assert "top_p" not in greedy
    assert plain["prompt"] == "Hello?"
    assert plan.paths[-1] == "/v1/completions"


def test_a_vllm_server_is_asked_for_fewer_and_larger_events():
    plan = Plan(models=[{"id": "tiny", "owned_by": "vllm"}])
    with serve(plan) as url:
        ask(url, [request()])
    assert plan.bodies[0]["stream_interval"] > 1
    plan = Plan()
    with serve(plan) as url:
        ask(url, [request()])
    assert "stream_interval" not in plan.bodies[0]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize("streams", [True, False])
def test_reasoning_comes_apart_from_the_text(field, streams):
    with serve(Plan(reasoning="hm", reasoning_field=field, streams=streams)) as url:
        (completion,) = ask(url, [request()])
    assert completion.reasoning == "hm"
    assert completion.text.startswith("seed ")


def test_text_with_any_line_separator_comes_through_whole():
    text = "a\u2028b\x85c\r\nd\x0be\U0001f600f\n\n"
    with serve(Plan(reply=lambda body: text)) as url:
        (completion,) = ask(url, [request()])
    assert completion.text == text


def test_a_prompt_with_a_lone_surrogate_can_be_sent():
    plan = Plan()
    with serve(plan) as url:
        (completion,) = ask(url, [request(text="\ud800")])
    assert completion.finish_reason == "stop"
    assert plan.bodies[0]["messages"][0]["content"] == "\ud800"


@pytest.mark.parametrize(
    "fault", [429, 500, 502, 503, 408, "garbage", "half", "reset", "error-event", "empty"]
)
def test_a_passing_fault_is_tried_again_and_leaves_no_trace_in_the_answer(fault):
    plan = Plan(faults=[fault, fault], reply=lambda body: "a whole answer")
    with serve(plan) as url:
        model = engine(url)
        (completion,) = model.generate([request()], Sampling())
    assert completion.text == "a whole answer"
    assert model.usage.retries == 2
    assert len({body["seed"] for body in plan.bodies}) == 1


def test_a_server_that_goes_silent_is_asked_again():
    plan = Plan(faults=["slow"])
    with serve(plan) as url:
        (completion,) = ask(url, [request()], timeout=2.0)
    assert completion.finish_reason == "stop"
    assert len(plan.bodies) == 2


def test_retry_after_is_waited_for():
    plan = Plan(faults=[429], retry_after="0.4")
    with serve(plan) as url:
        ask(url, [request()])
    assert plan.times[1] - plan.times[0] >= 0.4


def test_a_flood_of_429_loses_no_request():
    turns = itertools.count()
    plan = Plan(always=lambda body: 429 if next(turns) % 3 else None)
    with serve(plan) as url:
        completions = ask(url, [request(f"p{i}") for i in range(60)], concurrency=16)
    assert sorted(c.request.problem_id for c in completions) == sorted(f"p{i}" for i in range(60))
    assert {c.finish_reason for c in completions} == {"stop"}


def test_a_request_that_alone_keeps_failing_becomes_an_error_and_the_others_go_on():
    plan = Plan(always=lambda body: 500 if "poison" in body["messages"][0]["content"] else None)
    with serve(plan) as url:
        requests = [request("bad", text="poison"), *(request(f"p{i}") for i in range(40))]
        completions = ask(url, requests, concurrency=2)
    bad = [c for c in completions if c.finish_reason == "error"]
    assert [c.request.problem_id for c in bad] == ["bad"]
    assert "HTTP 500" in bad[0].error
    assert len(completions) == 41


def test_a_server_that_answers_nothing_any_more_ends_the_run_and_keeps_what_came_before():
    plan = Plan()
    with serve(plan) as url:
        stream = engine(url, concurrency=1).generate([request(f"p{i}") for i in range(5)], Sampling())
        first = next(stream)
        plan.always = 500
        kept = [first]
        with pytest.raises(UsageError, match="--resume"):
            kept.extend(stream)
    assert kept[0].finish_reason == "stop"
    assert "error" not in {c.finish_reason for c in kept}


def test_an_unreachable_server_is_one_line():
    with serve(Plan()) as url:
        pass
    with pytest.raises(UsageError, match="no server answers at") as caught:
        engine(url)
    assert "\n" not in str(caught.value)


def test_a_wrong_key_is_one_line_that_does_not_hold_the_key(monkeypatch):
    with serve(Plan(key="right")) as url:
        with pytest.raises(UsageError, match="set OPENAI_API_KEY"):
            engine(url)
        monkeypatch.setenv("MY_KEY", SECRET)
        with pytest.raises(UsageError, match="refused the key in MY_KEY") as caught:
            engine(url, api_key_env="MY_KEY")
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_that_is_revoked_during_the_run_ends_it(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    plan = Plan(key=SECRET)
    with serve(plan) as url:
        model = engine(url, concurrency=1)
        stream = model.generate([request(f"p{i}") for i in range(20)], Sampling())
        next(stream)
        plan.key = "another"
        with pytest.raises(UsageError, match="refused the key") as caught:
            list(stream)
    assert SECRET not in str(caught.value)
    assert SECRET not in str(model.describe()) + str(model.identity)


def test_an_echoed_key_is_struck_out_of_a_completions_error(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    plan = Plan(
        always=lambda body: (422, {"error": SECRET}) if body["messages"][0]["content"] == "bad" else None
    )
    with serve(plan) as url:
        good, bad = ask(url, [request("good"), request("bad", text="bad")], concurrency=1)
    assert good.finish_reason == "stop"
    assert bad.finish_reason == "error"
    assert SECRET not in bad.error
    assert "***" in bad.error


def test_a_prompt_longer_than_the_context_is_an_error_and_the_others_go_on():
    with serve(Plan(context=100)) as url:
        completions = ask(url, [request("long", text="x" * 500), request("short")], Sampling(max_tokens=20))
    assert {c.request.problem_id: c.finish_reason for c in completions} == {"long": "error", "short": "stop"}
    assert "maximum context length" in next(c.error for c in completions if c.error)


def test_a_prompt_that_fits_is_answered_with_as_many_tokens_as_fit():
    plan = Plan(context=100)
    with serve(plan) as url:
        (completion,) = ask(url, [request(text="x" * 30)], Sampling(max_tokens=1000))
    assert completion.finish_reason == "stop"
    assert plan.bodies[-1]["max_tokens"] == 70


def test_a_first_request_that_is_refused_ends_the_run_with_the_servers_words():
    with (
        serve(Plan(always=(404, {"error": {"message": "The model `x` does not exist."}}))) as url,
        pytest.raises(UsageError, match="does not exist"),
    ):
        ask(url, [request()], served_model="x")


def test_the_newer_name_of_the_length_limit_is_taken_up():
    def fault(body):
        if "max_tokens" in body:
            words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return 400, {"error": {"message": words}}
        return None

    plan = Plan(always=fault)
    with serve(plan) as url:
        completions = ask(url, [request("p", (0, 1))], Sampling(max_tokens=9))
    assert {c.finish_reason for c in completions} == {"stop"}
    assert plan.bodies[-1]["max_completion_tokens"] == 9


def test_the_models_name_is_asked_for_only_where_it_is_not_plain():
    with serve(Plan()) as url:
        assert engine(url).identity["model"] == "tiny"
        assert engine(url + "#other").identity["model"] == "other"
        assert engine(url + "/", served_model="other").identity["model"] == "other"
    two = Plan(models=[{"id": "a"}, {"id": "b"}])
    with serve(two) as url, pytest.raises(UsageError, match=r"\(a, b\).*--served-model"):
        engine(url)


@pytest.mark.parametrize("model", ["gpt-oss", "ftp://host/v1", "http://", "http://user:pass@host/v1"])
def test_a_model_that_is_no_url_is_refused(model):
    with pytest.raises(UsageError, match="--model") as caught:
        engine(model)
    assert "pass@" not in str(caught.value)


def test_no_more_than_the_concurrency_is_under_way():
    plan = Plan(delay_s=0.02)
    with serve(plan) as url:
        ask(url, [request(f"p{i}", (0, 1)) for i in range(20)], concurrency=4)
    assert plan.most_at_once == 4


def test_requests_are_pulled_no_further_than_the_window_while_nobody_consumes():
    pulled = []

    def requests():
        for number in range(1000):
            pulled.append(number)
            yield request(f"p{number}")

    plan = Plan()
    with serve(plan) as url:
        stream = engine(url, concurrency=3).generate(requests(), Sampling())
        next(stream)
        idle = threading.Event()
        while not idle.wait(0.05) and len(plan.bodies) < 7:
            pass
        idle.wait(0.3)
        assert len(plan.bodies) == 7  # twice the concurrency, and the one taken
        assert len(pulled) <= 8
        stream.close()
    assert len(pulled) <= 8


def test_requests_may_wait_for_what_was_consumed():
    seen = threading.Event()

    def requests():
        yield request("first")
        assert seen.wait(10)
        yield request("second")

    with serve(Plan()) as url:
        names = []
        for completion in engine(url).generate(requests(), Sampling()):
            names.append(completion.request.problem_id)
            seen.set()
    assert names == ["first", "second"]


def test_an_error_in_the_requests_reaches_the_consumer():
    def requests():
        yield request()
        raise ZeroDivisionError("mine")

    with serve(Plan(delay_s=0.2)) as url, pytest.raises(ZeroDivisionError, match="mine"):
        list(engine(url).generate(requests(), Sampling()))


def test_log_probabilities_are_none_unless_asked_for_and_a_cut_loop_is_marked():
    with serve(Plan(finish_reason="length", reply=lambda body: "round and " * 60)) as url:
        (completion,) = ask(url, [request()])
    assert completion.logprob is None
    assert completion.finish_reason == "loop"


def test_a_server_without_usage_leaves_the_counts_open():
    with serve(Plan(reports_usage=False)) as url:
        (completion,) = ask(url, [request()])
    assert completion.n_tokens is None
    assert completion.n_prompt_tokens is None
