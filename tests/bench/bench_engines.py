"""What the harness adds to a model's own time: vLLM with and without it, and the cost of one completion.

`python tests/bench/bench_engines.py` writes its section of results/performance.md. The comparison with bare
vLLM needs vLLM (`make test-models` makes an environment without a GPU) and is left out where it is missing.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from performance import write_section

from harness.engines import EngineOptions, Request, Sampling, open_engine
from harness.engines.flow import stream
from harness.engines.protocol import Completion, Usage
from tests.harness.engines.openai_server import Plan, serve

SAMPLES = 4


def requests(count: int, indices: tuple[int, ...]) -> list[Request]:
    """Prompts of 100 to 300 characters."""
    return [
        Request("solve", f"p{i}", ({"role": "user", "content": f"{i} " + "word " * (20 + i % 40)},), indices)
        for i in range(count)
    ]


def vllm_overhead(prompts: int, max_tokens: int, rounds: int) -> list[dict]:
    """Wall time through the harness over the wall time of `LLM.generate` for the same prompts and seeds.

    Bare and harnessed rounds alternate and swap places, so that a slow minute of the machine hits both.
    """
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    from vllm import SamplingParams

    from tests.harness.engines import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        model = tiny_model.make(Path(folder), context=1024)
        engine = open_engine(
            EngineOptions(engine="vllm", model=str(model), dtype="float32", enforce_eager=True)
        )
        sampling = Sampling(max_tokens=max_tokens)
        asked = requests(prompts, tuple(range(SAMPLES)))
        bare_asked = [
            (
                list(request.messages),
                SamplingParams(
                    n=SAMPLES,
                    temperature=sampling.temperature,
                    top_p=sampling.top_p,
                    max_tokens=max_tokens,
                    seed=request.seed(sampling),
                ),
            )
            for request in asked
        ]

        def bare() -> int:
            outputs = engine._copies.llm.chat(
                [messages for messages, _ in bare_asked],
                [parameters for _, parameters in bare_asked],
                use_tqdm=False,
            )
            return sum(len(sample.token_ids) for output in outputs for sample in output.outputs)

        def harnessed() -> int:
            return sum(completion.n_tokens for completion in engine.generate(asked, sampling))

        bare(), harnessed()
        times: dict[str, list[float]] = {"bare": [], "harness": []}
        busy: dict[str, list[float]] = {"bare": [], "harness": []}
        tokens = {}
        for number in range(rounds):
            pair = [("bare", bare), ("harness", harnessed)]
            for name, run in pair if number % 2 else reversed(pair):
                start, cpu = time.perf_counter(), time.process_time()
                tokens[name] = run()
                times[name].append(time.perf_counter() - start)
                busy[name].append(time.process_time() - cpu)
        engine.close()
    assert tokens["bare"] == tokens["harness"], "the same seeds must give the same tokens"
    bare_s, harness_s = (statistics.median(times[name]) for name in ("bare", "harness"))
    ratios = sorted(harness / bare for bare, harness in zip(times["bare"], times["harness"], strict=True))
    added = statistics.median(busy["harness"]) - statistics.median(busy["bare"])
    setting = f"{prompts} prompts x {SAMPLES} samples, {tokens['bare']} tokens, {rounds} rounds"
    return [
        {"what": "vLLM alone", "value": tokens["bare"] / bare_s, "unit": "tokens/s", "note": setting},
        {
            "what": "vLLM in the harness",
            "value": tokens["bare"] / harness_s,
            "unit": "tokens/s",
            "note": setting,
        },
        {
            "what": "harness over vLLM alone, wall time",
            "value": 100 * (statistics.median(ratios) - 1),
            "unit": "%",
            "note": f"median of pairs, from {100 * (ratios[0] - 1):.1f} to {100 * (ratios[-1] - 1):.1f}",
        },
        {
            "what": "CPU time that the harness adds in the calling process, of vLLM's wall time",
            "value": 100 * added / bare_s,
            "unit": "%",
            "note": "the engine itself runs in other processes; this figure stands on a busy machine too",
        },
    ]


def flow_cost(count: int = 20_000) -> list[dict]:
    """CPU time for handing one completion from a worker to the consumer."""

    def echo(flow):
        while (request := flow.take()) is not None:
            flow.emit(Completion(request, 0, "text"))

    asked = requests(count, (0,))
    start = time.process_time()
    assert sum(1 for _ in stream(asked, 512, Usage(), echo)) == count
    spent = time.process_time() - start
    return [
        {
            "what": "one completion through the flow",
            "value": 1e6 * spent / count,
            "unit": "us CPU",
            "note": "",
        }
    ]


def openai_cost(count: int = 200, tokens: int = 400) -> list[dict]:
    """CPU time of this side for one streamed event; the server runs in another process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there, tokens), daemon=True)
    server.start()
    engine = open_engine(EngineOptions(engine="openai", model=here.recv()))
    start, cpu = time.perf_counter(), time.process_time()
    assert sum(1 for _ in engine.generate(requests(count, (0,)), Sampling())) == count
    spent, cpu = time.perf_counter() - start, time.process_time() - cpu
    server.terminate()
    note = f"{count} answers of {tokens} events, {count * tokens / spent:.0f} events/s"
    return [
        {
            "what": "one event streamed by a server",
            "value": 1e6 * cpu / count / tokens,
            "unit": "us CPU",
            "note": note,
        }
    ]


def _serve(pipe, tokens: int) -> None:
    with serve(Plan(reply=lambda body: "abc" * tokens)) as url:
        pipe.send(url)
        time.sleep(600)


def rows(quick: bool = False) -> list[dict]:
    """Every figure: what, value, unit, note."""
    out = flow_cost() + openai_cost()
    try:
        import vllm  # noqa: F401
    except ImportError:
        print("vLLM is not installed here: its comparison is left out", file=sys.stderr)
        return out
    return out + (vllm_overhead(16, 64, 3) if quick else vllm_overhead(64, 256, 7))


def main() -> None:
    found = rows(quick="--quick" in sys.argv)
    table = [f"| {row['what']} | {row['value']:.1f} {row['unit']} | {row['note']} |" for row in found]
    lines = ["| what | value | |", "|---|---:|---|", *table]
    write_section("engines", "Engines", lines)


if __name__ == "__main__":
    main()
