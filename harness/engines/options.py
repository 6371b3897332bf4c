"""The flags that choose and set up a model, and those that say how its tokens are drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.engines.protocol import Sampling
from selfexec.errors import UsageError

EngineName = Literal["vllm", "transformers", "openai", "replay"]

# Temperature and top-p: arXiv 2604.03253, section 5.1.2 (0.6 for one CWM setting).
PRESETS = {"paper": (1.0, 0.95), "paper-0.6": (0.6, 0.95), "greedy": (0.0, 1.0)}


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """Which model answers, and how it is run."""

    engine: EngineName
    """vllm, transformers: load the model here. openai: ask a server. replay: answer from a file."""

    model: str = ""
    """Hugging Face name, folder or FILE.gguf; openai: URL of a server (http://HOST:8000/v1) or URL#NAME;
    of several that serve one model, URL,URL."""

    revision: str | None = None
    """Commit, tag or branch of a Hugging Face model."""

    completions: Path | None = None
    """What the replay engine answers from: SOLUTIONS.jsonl(.gz), a run directory, or EvalPlus's or
    LiveCodeBench's own file of samples."""

    served_model: str | None = None
    """openai: the model's name on the server; may be left out where the server has only one."""

    api_key_env: str = "OPENAI_API_KEY"
    """openai: environment variable that holds the API key; the key itself is written nowhere."""

    concurrency: int = 64
    """openai: requests under way at once."""

    timeout: float = 600.0
    """openai: seconds without a byte from the server before a request is sent again."""

    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    """vllm, transformers: number format of the weights; auto takes the checkpoint's."""

    tensor_parallel: int = 1
    """vllm: GPUs that one copy of the model is spread over."""

    data_parallel: int = 1
    """vllm: copies of the model."""

    max_model_len: int | None = None
    """vllm, transformers: longest prompt and response in tokens; default is the model's own limit."""

    gpu_memory: float = 0.92
    """vllm: share of each GPU's memory that it may take."""

    prefix_caching: bool = False
    """vllm: reuse the work on equal prompt beginnings. Faster, but it can change greedy results."""

    enforce_eager: bool = False
    """vllm: no compilation and no CUDA graphs: starts sooner, generates slower."""

    adapter: str | None = None
    """vllm, transformers: folder of a LoRA adapter put on the model."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """transformers: where the model runs; auto takes a GPU if there is one."""

    batch_size: int = 16
    """transformers: sequences generated together."""

    batching: Literal["sorted", "continuous"] = "sorted"
    """transformers: sorted gives every sample its own seed; continuous is the library's, faster on a GPU."""

    prompt_form: Literal["chat", "completion"] = "chat"
    """chat: the model's chat template. completion: worked examples and then the task, for a base model."""

    chat_template_args: str = ""
    """JSON object handed to the chat template, such as '{"enable_thinking": false}'."""

    system_prompt: str = ""
    """System message before every prompt (chat form)."""

    cache: Path | None = None
    """Folder of a completion cache that runs may share: what was paid for once is not asked again."""

    share_identical: bool = False
    """Ask equal simulations (same code, same input) once; the default is independent attempts."""

    def template_args(self) -> dict[str, Any]:
        """`chat_template_args` as a dict."""
        if not self.chat_template_args:
            return {}
        try:
            arguments = json.loads(self.chat_template_args)
        except ValueError as error:
            raise UsageError(
                f"--chat-template-args {self.chat_template_args!r} is not JSON: {error}"
            ) from None
        if not isinstance(arguments, dict):
            raise UsageError(
                f"--chat-template-args {self.chat_template_args!r} is not a JSON object: write {{...}}"
            )
        return arguments

    def check(self) -> None:
        """Raise UsageError for a value that no engine could use."""
        if self.engine == "replay" and self.completions is None:
            raise UsageError("engine replay needs --completions FILE.jsonl")
        if self.engine != "replay" and not self.model:
            raise UsageError(f"engine {self.engine} needs --model")
        if self.engine != "replay" and self.completions is not None:
            raise UsageError(
                f"--completions is for engine replay, not {self.engine}: drop it or change --engine"
            )
        for name in ("concurrency", "tensor_parallel", "data_parallel", "batch_size"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is not at least 1")
        if self.max_model_len is not None and self.max_model_len < 1:
            raise UsageError(f"--max-model-len {self.max_model_len} is not at least 1")
        if self.timeout <= 0:
            raise UsageError(f"--timeout {self.timeout} is not positive")
        if not 0 < self.gpu_memory <= 1:
            raise UsageError(f"--gpu-memory {self.gpu_memory} is not in (0, 1]")
        self.template_args()


@dataclass(frozen=True, kw_only=True)
class SamplingOptions:
    """How tokens are drawn."""

    preset: Literal["paper", "paper-0.6", "greedy"] = "paper"
    """paper: temperature 1.0, top-p 0.95. paper-0.6: temperature 0.6, top-p 0.95. greedy: temperature 0."""

    temperature: float | None = None
    """In place of the preset's; 0 is greedy."""

    top_p: float | None = None
    """In place of the preset's."""

    max_tokens: int = 16384
    """Longest response in tokens, reasoning included."""

    stop: list[str] = field(default_factory=list)
    """Strings before which a response ends."""

    def sampling(self, seed: int = 0, stop: Sequence[str] = (), logprobs: bool = False) -> Sampling:
        """The Sampling of these flags; `stop` adds the prompts' own stop strings."""
        temperature, top_p = PRESETS[self.preset]
        temperature = temperature if self.temperature is None else self.temperature
        top_p = top_p if self.top_p is None else self.top_p
        if not 0 <= temperature <= 100:
            raise UsageError(f"--temperature {temperature} is not in [0, 100]")
        if not 0 < top_p <= 1:
            raise UsageError(f"--top-p {top_p} is not in (0, 1]")
        if self.max_tokens < 1:
            raise UsageError(f"--max-tokens {self.max_tokens} is not at least 1")
        if "" in self.stop:
            raise UsageError("--stop '' is an empty string: a response would end before it begins")
        return Sampling(temperature, top_p, self.max_tokens, (*self.stop, *stop), seed, logprobs)
