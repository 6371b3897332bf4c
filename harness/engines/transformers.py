"""The transformers engine: batches sorted by length, on a CPU or a GPU, a seed for every sample."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from harness.engines.flow import Flow, stream
from harness.engines.heap import keep_freed_memory
from harness.engines.local import check_template, first_line, model_identity, prompt_text, split_reasoning
from harness.engines.options import EngineOptions
from harness.engines.protocol import Completion, Request, Sampling, Usage
from selfexec.errors import UsageError

try:
    import torch
    import transformers
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
    from transformers.generation import LogitsProcessor

    from harness.engines import rounds
except ImportError as error:
    raise UsageError(
        f"engine transformers needs torch and transformers ({error}): pip install 'selfexec[train]'"
    ) from None

# Prompts looked at together to make batches of like length, in batches.
_LOOK_AHEAD = 8
# Tokens in a block of the continuous batching cache on a CPU.
_BLOCK = 64
# Enough of a vocabulary to hold the nucleus nearly always; where it does not, the whole is sorted.
_TOP = 1024


@dataclass
class _Job:
    """One completion under way."""

    request: Request
    index: int
    prompt: str
    ids: list[int]
    limit: int
    seed: int
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)


class TransformersEngine:
    """A model loaded by transformers.

    Sorted batching: given the same logits, a sample's draw depends on its own seed alone, not on the batch it
    is in; the logits themselves differ in the last bits between batches, so a response can differ where two
    tokens are nearly equally likely. Continuous batching is the library's, with one seed for the stream.
    """

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._arguments = options.template_args()
        self._device = options.device
        if self._device == "auto":
            self._device = "cuda" if torch.cuda.is_available() else "cpu"
        elif self._device == "cuda" and not torch.cuda.is_available():
            raise UsageError("--device cuda: torch sees no CUDA device here; use --device cpu")
        if self._device == "cpu":
            keep_freed_memory()
            # That kernels for a GPU are missing is no news here.
            logging.getLogger("transformers.integrations.hub_kernels").setLevel(logging.ERROR)
        self._tokenizer, self._model = _load(options, self._device)
        check_template(self._tokenizer, options)
        config = self._model.config.get_text_config()
        limit = getattr(config, "max_position_embeddings", None)
        self._context = min(options.max_model_len or limit or 1 << 30, limit or 1 << 30)
        self._ends = _end_tokens(self._model, self._tokenizer)
        self._identity = model_identity(options, getattr(config, "_commit_hash", None))
        self._identity["batching"] = options.batching
        self.usage = Usage()

    @property
    def identity(self) -> dict[str, Any]:
        return dict(self._identity)

    def generate(self, requests: Iterable[Request | Completion], sampling: Sampling) -> Iterator[Completion]:
        work = self._continuous if self._options.batching == "continuous" else self._sorted
        window = self._options.batch_size * _LOOK_AHEAD * 2
        return stream(requests, window, self.usage, lambda flow: work(flow, sampling))

    def describe(self) -> dict[str, Any]:
        return {
            **self.identity,
            "context": self._context,
            "device": self._device,
            "device_name": torch.cuda.get_device_name() if self._device == "cuda" else "cpu",
            "weights_dtype": str(self._model.dtype).removeprefix("torch."),
            "batch_size": self._options.batch_size,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }

    def close(self) -> None:
        """Free the model's memory."""
        del self._model
        if self._device == "cuda":
            torch.cuda.empty_cache()

    def _jobs(self, flow: Flow, request: Request, sampling: Sampling) -> Iterator[_Job]:
        """The request's completions to make; one that cannot be made is emitted as an error."""
        prompt = prompt_text(self._tokenizer, request, self._options, self._arguments)
        chat = self._options.prompt_form == "chat"
        ids = self._tokenizer(prompt, add_special_tokens=not chat)["input_ids"]
        limit = min(sampling.max_tokens, self._context - len(ids))
        for index in request.indices:
            if limit < 1:
                error = f"the prompt has {len(ids)} tokens, the context {self._context}"
                count = len(ids)
                flow.emit(
                    Completion(request, index, "", finish_reason="error", n_prompt_tokens=count, error=error)
                )
            else:
                yield _Job(request, index, prompt, ids, limit, request.seed(sampling) + index)

    def _sorted(self, flow: Flow, sampling: Sampling) -> None:
        """Longest prompts first, so that a batch too large for the memory shows at once."""
        size = self._options.batch_size
        waiting: list[_Job] = []
        while not flow.stopped:
            while len(waiting) < size * _LOOK_AHEAD:
                request = flow.take(wait=not waiting)
                if request is None:
                    break
                waiting.extend(self._jobs(flow, request, sampling))
            if not waiting:
                if flow.exhausted:
                    return
                continue
            waiting.sort(key=lambda job: -len(job.ids))
            batch, waiting = waiting[:size], waiting[size:]
            self._run(flow, batch, sampling)

    def _run(self, flow: Flow, jobs: list[_Job], sampling: Sampling) -> None:
        """Generate one batch; where the memory does not do, two of half the size."""
        try:
            self._generate(flow, jobs, sampling)
        except torch.OutOfMemoryError:
            left = [job for job in jobs if job.limit]
            if len(left) < 2:
                raise UsageError(
                    f"one sequence of {len(jobs[0].ids)} tokens does not fit into the GPU's memory: "
                    f"lower --max-tokens or use --dtype bfloat16"
                ) from None
            torch.cuda.empty_cache()
            for job in left:
                job.tokens, job.logprob, job.random = [], 0.0, Random(job.seed)
            self._run(flow, left[: len(left) // 2], sampling)
            self._run(flow, left[len(left) // 2 :], sampling)

    def _generate(self, flow: Flow, jobs: list[_Job], sampling: Sampling) -> None:
        filler = self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else 0
        # A fresh configuration: a checkpoint's own penalties and cuts would change what is measured.
        config = GenerationConfig(
            do_sample=False,
            max_new_tokens=max(job.limit for job in jobs),
            pad_token_id=filler,
            use_cache=True,
        )

        def push(row: int, token: int) -> bool:
            job = jobs[row]
            job.tokens.append(token)
            complete, ended = self.ends(job, sampling.stop)
            if complete:
                self.finish(flow, job, sampling, ended)
            return complete or flow.stopped

        def draw(rows: list[int]) -> list[LogitsProcessor]:
            return [_Draw([jobs[row] for row in rows], sampling)]

        with torch.inference_mode():
            rounds.generate(self._model, [job.ids for job in jobs], config, push, draw)

    def finish(self, flow: Flow, job: _Job, sampling: Sampling, ended: bool) -> None:
        """Emit the completion of a job whose tokens are all there. `ended`: by an end token."""
        tokens = job.tokens[:-1] if ended else job.tokens
        text = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        cuts = [at for stop in sampling.stop if (at := text.find(stop)) >= 0]
        if cuts:
            text = text[: min(cuts)]
        reasoning, answer = split_reasoning(text, job.prompt)
        flow.emit(
            Completion(
                job.request,
                job.index,
                answer,
                reasoning=reasoning,
                finish_reason="stop" if ended or cuts else "length",
                n_tokens=len(job.tokens),
                n_prompt_tokens=len(job.ids),
                logprob=job.logprob if sampling.logprobs else None,
            )
        )
        job.limit = 0

    def ends(self, job: _Job, stops: tuple[str, ...]) -> tuple[bool, bool]:
        """(is complete, by an end token), looking at the job's last token."""
        if job.tokens[-1] in self._ends:
            return True, True
        if stops:
            # A token is at least one byte, but for a few that are none: hence the eight more.
            tail = job.tokens[-max(len(stop.encode()) for stop in stops) - 8 :]
            text = self._tokenizer.decode(tail, clean_up_tokenization_spaces=False)
            if any(stop in text for stop in stops):
                return True, False
        return len(job.tokens) >= job.limit, False

    def _continuous(self, flow: Flow, sampling: Sampling) -> None:
        """The library's continuous batching. It knows no stop strings: they cut the finished text."""
        from transformers import ContinuousBatchingConfig

        greedy = sampling.temperature == 0
        config = GenerationConfig(
            do_sample=not greedy,
            temperature=None if greedy else sampling.temperature,
            top_p=None if greedy else sampling.top_p,
            top_k=0,
            max_new_tokens=sampling.max_tokens,
            eos_token_id=sorted(self._ends) or -1,
        )
        manager = self._model.init_continuous_batching(
            generation_config=config,
            continuous_batching_config=ContinuousBatchingConfig(
                seed=sampling.seed,
                return_logprobs=sampling.logprobs,
                allow_block_sharing=False,
                **self._cpu_cache(),
            ),
        )
        manager.start()
        jobs: dict[str, _Job] = {}
        number = 0
        try:
            while not flow.stopped and not (flow.exhausted and not jobs):
                request = flow.take(wait=not jobs)
                if request is not None:
                    for job in self._jobs(flow, request, sampling):
                        jobs[str(number)] = job
                        manager.add_request(job.ids, request_id=str(number), max_new_tokens=job.limit)
                        number += 1
                    continue
                result = manager.get_result(timeout=0.05)
                if result is None:
                    if jobs and not manager.is_running():
                        raise RuntimeError("continuous batching has stopped with requests left")
                elif result.error:
                    job = jobs.pop(result.request_id)
                    flow.emit(
                        Completion(job.request, job.index, "", finish_reason="error", error=str(result.error))
                    )
                elif result.is_finished():
                    job = jobs.pop(result.request_id)
                    job.tokens = list(result.generated_tokens)
                    job.logprob = float(sum(result.logprobs or ()))
                    self.finish(flow, job, sampling, bool(job.tokens) and job.tokens[-1] in self._ends)
        finally:
            manager.stop(block=True)

    def _cpu_cache(self) -> dict[str, int]:
        """On a GPU the library sizes the cache by the free memory; on a CPU it would take far too much."""
        if self._device == "cuda":
            return {}
        blocks = -(-min(self._context, 8192) // _BLOCK) * self._options.batch_size
        return {"block_size": _BLOCK, "num_blocks": blocks, "max_batch_tokens": 2 * _BLOCK}


class _Draw(LogitsProcessor):
    """Draws each row's next token with the row's own random numbers and leaves it as the only choice.

    Inverse transform sampling from the nucleus: the least set of most likely tokens with mass at least
    top_p (Holtzman et al., arXiv 1904.09751), from one uniform number a token.
    """

    def __init__(self, jobs: list[_Job], sampling: Sampling) -> None:
        self._jobs, self._sampling = jobs, sampling

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        greedy = self._sampling.temperature == 0
        chosen = scores.argmax(-1, keepdim=True) if greedy else self._draw(scores)
        if self._sampling.logprobs:
            logprobs = torch.log_softmax(scores.float(), -1).gather(-1, chosen).squeeze(-1).tolist()
            for job, logprob in zip(self._jobs, logprobs, strict=True):
                if job.limit:
                    job.logprob += logprob
        return torch.full_like(scores, -torch.inf).scatter_(-1, chosen, 0.0)

    def _draw(self, scores: torch.FloatTensor) -> torch.LongTensor:
        probabilities = torch.softmax(scores.double() / self._sampling.temperature, -1)
        top, tokens = probabilities.topk(min(_TOP, scores.shape[-1]), -1)
        mass = top.cumsum(-1)
        if (mass[:, -1] < self._sampling.top_p).any():
            top, tokens = probabilities.sort(-1, descending=True)
            mass = top.cumsum(-1)
        # A token belongs to the nucleus while the mass before it is below top_p; the first always does.
        inside = ((mass - top) < self._sampling.top_p).sum(-1, keepdim=True).clamp(min=1)
        uniform = torch.tensor([[job.random.random()] for job in self._jobs], dtype=mass.dtype)
        target = uniform.to(mass.device) * mass.gather(-1, inside - 1)
        place = torch.minimum(torch.searchsorted(mass, target, right=True), inside - 1)
        return tokens.gather(-1, place)


def _load(options: EngineOptions, device: str) -> tuple[Any, Any]:
    """Tokenizer and model, on the device, ready to generate."""
    path = Path(options.model)
    source, more = options.model, {}
    if path.suffix == ".gguf":
        if not path.is_file():
            raise UsageError(f"--model {options.model!r}: there is no such GGUF file")
        source, more = str(path.parent), {"gguf_file": path.name}
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, revision=options.revision, **more)
        if more and not tokenizer.chat_template:
            tokenizer.chat_template = _gguf_chat_template(path)
        dtype = options.dtype if options.dtype == "auto" else getattr(torch, options.dtype)
        model = AutoModelForCausalLM.from_pretrained(source, revision=options.revision, dtype=dtype, **more)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UsageError(f"--model {options.model!r} cannot be loaded: {first_line(error)}") from None
    if options.adapter:
        try:
            from peft import PeftModel

            model = PeftModel.from_pretrained(model, options.adapter).merge_and_unload()
        except ImportError:
            raise UsageError("--adapter needs peft: pip install 'selfexec[train]'") from None
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(f"--adapter {options.adapter!r} cannot be loaded: {first_line(error)}") from None
    return tokenizer, model.to(device).eval()


def _gguf_chat_template(path: Path) -> str | None:
    """The template in a GGUF file, which transformers 5.17 leaves behind."""
    from gguf import GGUFReader

    field = GGUFReader(path).get_field("tokenizer.chat_template")
    return None if field is None else field.contents()


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends a response: the checkpoint's generation config may name several."""
    ends: set[int] = set()
    for source in (model.generation_config, model.config.get_text_config(), tokenizer):
        token = getattr(source, "eos_token_id", None)
        with contextlib.suppress(TypeError):
            ends.update([token] if isinstance(token, int) else token)
    return frozenset(ends)
