"""The vllm engine: the offline LLM, stepped by hand so that completions come out as they finish."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Before the import: vLLM reads them then. What a user has set stays.
os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")

from harness.engines.flow import Flow, stream
from harness.engines.local import check_template, first_line, model_identity, prompt_text, split_reasoning
from harness.engines.options import EngineOptions
from harness.engines.protocol import Completion, Request, Sampling, Usage
from selfexec.errors import UsageError

try:
    import vllm
    from transformers import AutoTokenizer
    from vllm import LLM, SamplingParams
    from vllm.lora.request import LoRARequest
    from vllm.platforms import current_platform
    from vllm.sampling_params import RequestOutputKind
except ImportError as error:
    raise UsageError(
        f"engine vllm needs vLLM ({error}): pip install 'selfexec[vllm]' (without a GPU see docs/engines.md)"
    ) from None


@dataclass
class _Open:
    """One vLLM request under way: completions `first`, `first + 1`, ... of a request."""

    request: Request
    first: int
    left: int
    prompt: str
    n_prompt_tokens: int


class VllmEngine:
    """A model run by vLLM.

    All samples of a prompt are one vLLM request (a resumed run asks for each unbroken stretch of missing
    ones). vLLM seeds the i-th of them with the request's seed plus i, which is what `Request.seed` promises.
    """

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._arguments = options.template_args()
        self._adapter = _adapter(options.adapter)
        # Before the weights are loaded, which takes minutes.
        with contextlib.suppress(OSError, ValueError):  # vLLM reads tokenizers that transformers does not
            check_template(AutoTokenizer.from_pretrained(options.model, revision=options.revision), options)
        self._copies = _start(options)
        self._tokenizer = self._copies.tokenizer
        check_template(self._tokenizer, options)
        config = self._copies.config
        self._context = config.model_config.max_model_len
        self._slots = config.scheduler_config.max_num_seqs * options.data_parallel
        self._weights_dtype = str(config.model_config.dtype).removeprefix("torch.")
        self._identity = model_identity(options, getattr(config.model_config.hf_config, "_commit_hash", None))
        self._identity["prefix_caching"] = options.prefix_caching
        self._number = 0
        self.usage = Usage()

    @property
    def identity(self) -> dict[str, Any]:
        return dict(self._identity)

    def generate(self, requests: Iterable[Request | Completion], sampling: Sampling) -> Iterator[Completion]:
        return stream(requests, 2 * self._slots, self.usage, lambda flow: self._work(flow, sampling))

    def describe(self) -> dict[str, Any]:
        options = self._options
        return {
            **self.identity,
            "context": self._context,
            "weights_dtype": self._weights_dtype,
            "tensor_parallel": options.tensor_parallel,
            "data_parallel": options.data_parallel,
            "enforce_eager": options.enforce_eager,
            "vllm": vllm.__version__,
        }

    def close(self) -> None:
        """Stop the engine's processes and free the GPU."""
        self._copies.close()

    def _work(self, flow: Flow, sampling: Sampling) -> None:
        under_way: dict[str, _Open] = {}
        try:
            while not flow.stopped:
                while (request := flow.take(wait=not under_way)) is not None:
                    under_way |= self._add(flow, request, sampling)
                if not under_way and flow.exhausted:
                    return
                for output in self._copies.step():
                    self._emit(flow, under_way, output)
        finally:
            if under_way:
                self._copies.abort(list(under_way))

    def _add(self, flow: Flow, request: Request, sampling: Sampling) -> dict[str, _Open]:
        """Hand a request to vLLM; one that it cannot take is emitted as errors."""
        prompt = prompt_text(self._tokenizer, request, self._options, self._arguments)
        chat = self._options.prompt_form == "chat"
        ids = self._tokenizer(prompt, add_special_tokens=not chat)["input_ids"]
        limit = min(sampling.max_tokens, self._context - len(ids))
        if limit < 1:
            error = f"the prompt has {len(ids)} tokens, the context {self._context}"
            for index in request.indices:
                flow.emit(
                    Completion(
                        request, index, "", finish_reason="error", n_prompt_tokens=len(ids), error=error
                    )
                )
            return {}
        (prepared,) = self._copies.renderer.render_cmpl([{"prompt_token_ids": ids}])
        added = {}
        # vLLM takes no several greedy samples of one prompt.
        several = sampling.temperature > 0
        runs = stretches(request.indices) if several else [(index, 1) for index in request.indices]
        for first, count in runs:
            name = str(self._number)
            self._number += 1
            params = _params(sampling, limit, request.seed(sampling) + first, count)
            self._copies.add(name, prepared, params, self._adapter)
            added[name] = _Open(request, first, count, prompt, len(ids))
        return added

    def _emit(self, flow: Flow, under_way: dict[str, _Open], output: Any) -> None:
        job = under_way[output.request_id]
        for sample in output.outputs:
            if not sample.finished():
                continue
            reasoning, answer = split_reasoning(sample.text, job.prompt)
            flow.emit(
                Completion(
                    job.request,
                    job.first + sample.index,
                    answer,
                    reasoning=reasoning,
                    finish_reason="length" if sample.finish_reason == "length" else "stop",
                    n_tokens=len(sample.token_ids),
                    n_prompt_tokens=job.n_prompt_tokens,
                    logprob=sample.cumulative_logprob,
                )
            )
            job.left -= 1
        if not job.left:
            del under_way[output.request_id]


def stretches(indices: Sequence[int]) -> list[tuple[int, int]]:
    """(first, count) of each unbroken stretch: (0, 1, 4) gives (0, 2) and (4, 1)."""
    out: list[tuple[int, int]] = []
    for index in sorted(indices):
        if out and index == sum(out[-1]):
            out[-1] = (out[-1][0], out[-1][1] + 1)
        else:
            out.append((index, 1))
    return out


def _params(sampling: Sampling, limit: int, seed: int, count: int) -> SamplingParams:
    return SamplingParams(
        n=count,
        temperature=sampling.temperature,
        top_p=sampling.top_p if sampling.temperature > 0 else 1.0,
        max_tokens=limit,
        stop=list(sampling.stop) or None,
        seed=seed,
        logprobs=0 if sampling.logprobs else None,
        # FINAL_ONLY holds every sample back until the slowest of the prompt is done. Cumulative output at an
        # interval that is never reached gives each sample once when it starts and once when it is done.
        output_kind=RequestOutputKind.FINAL_ONLY if count == 1 else RequestOutputKind.CUMULATIVE,
        stream_interval=None if count == 1 else limit + 1,
    )


def _adapter(folder: str | None) -> LoRARequest | None:
    if folder is None:
        return None
    if not (Path(folder) / "adapter_config.json").is_file():
        raise UsageError(f"--adapter {folder!r} is not the folder of a LoRA adapter: no adapter_config.json")
    return LoRARequest("adapter", 1, folder)


class _Single:
    """One copy of the model: the offline LLM, with the engine inside it stepped by hand."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.llm = LLM(**arguments)
        self._engine = self.llm.llm_engine
        self.config = self._engine.vllm_config
        self.renderer = self.llm.renderer
        self.tokenizer = self.llm.get_tokenizer()

    def add(self, name: str, prompt: Any, params: SamplingParams, adapter: LoRARequest | None) -> None:
        self._engine.add_request(name, prompt, params, lora_request=adapter)

    def step(self) -> list[Any]:
        return self._engine.step()

    def abort(self, names: Sequence[str]) -> None:
        self._engine.abort_request(list(names))

    def close(self) -> None:
        self._engine.engine_core.shutdown()


def _start(options: EngineOptions) -> Any:
    arguments = {
        "model": options.model,
        "revision": options.revision,
        "tokenizer_revision": options.revision,
        "dtype": options.dtype,
        "tensor_parallel_size": options.tensor_parallel,
        "max_model_len": options.max_model_len,
        "gpu_memory_utilization": options.gpu_memory,
        "enable_prefix_caching": options.prefix_caching,
        "enforce_eager": options.enforce_eager,
        "disable_log_stats": True,
    }
    if current_platform.is_cpu():
        # A prompt computed in two steps makes vLLM 0.31 rewind the random generator of a seeded request,
        # which a CPU generator cannot do: the engine dies with "CPU Generator does not use offset".
        arguments["enable_chunked_prefill"] = False
        # With --enforce-eager it takes a kernel for CPUs that rotates wrongly what has the heads apart, as in
        # LFM2: the model then writes nonsense, without a word.
        arguments["compilation_config"] = {"custom_ops": ["-rotary_embedding"]}
        arguments["worker_extension_cls"] = "harness.engines.vllm_cpu.WorkerExtension"
    if options.adapter:
        rank = json.loads((Path(options.adapter) / "adapter_config.json").read_text())["r"]
        arguments |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": max(8, rank)}
    try:
        if options.data_parallel == 1:
            return _Single(arguments)
        from harness.engines.replicas import Replicas

        return Replicas({**arguments, "data_parallel_size": options.data_parallel})
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"vLLM could not start with --model {options.model!r}: {first_line(error)}"
        ) from error
