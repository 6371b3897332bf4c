"""python -m harness.build_traces: programs into recorded traces and their explanations, as a data set."""

# Annotations are evaluated here: the nested option classes are looked up by the command line.

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from harness import console
from harness.engines import Engine, EngineOptions, Sampling, open_engine
from harness.engines.options import EngineName
from harness.executors.building import build_everywhere
from harness.executors.processes import Processes
from harness.prompts import Prompts
from harness.storage import Place
from harness.tracing import inputs, llm, rules, sources
from harness.tracing.cards import write_card, yield_rows
from harness.tracing.chunks import Builder, by_rules, chunks
from harness.tracing.llm import by_model
from harness.tracing.recorder.driver import RECORDER_VERSION
from harness.tracing.recording import Caps
from harness.tracing.sources import Subject
from harness.tracing.tables import Dataset
from sandboxes.pool import SandboxOptions, SandboxPool, open_pool
from sandboxes.ray_pool import RayPool
from selfexec.commandline import run as run_command
from selfexec.errors import UsageError

NAME = "python -m harness.build_traces"


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """Record programs line by line, explain each run in natural language, and keep the explanations that
    state the true output and claim nothing untrue. `datasets.load_dataset(OUT, "nlex")` opens the result."""

    source: str
    """Where the programs come from: starter, code_contests, cruxeval, humaneval; a JSONL file of
    {"program_id", "source", "entry"?, "inputs"}; a folder of .py files; a run directory of harness.eval."""

    out: Place
    """Directory for the data set, or s3://, gs:// or hf://. It must not exist, except with --resume."""

    resume: bool = False
    """Continue the data set in --out: the chunks that it holds are kept."""

    data: str | None = None
    """The benchmark's data, a file or folder in its own format, instead of the hub."""

    verbalizer: Literal["rules", "llm"] = "rules"
    """rules: templates over the program, no model. llm: a model is shown the run and explains it."""

    styles: list[rules.Style] = field(default_factory=lambda: list(rules.STYLES))
    """Rules: full tells every step; compact tells a long loop by its first two rounds and its last.
    terse tells every operation in few words, for models with few weights; only if asked for."""

    engine: EngineName | None = None
    """For --verbalizer llm and --inputs llm: vllm, transformers, openai, replay."""

    model: str = ""
    """The model, as harness.eval takes it: a name, a folder, or the URL of a server."""

    completions: Path | None = None
    """replay: a file of recorded responses, rows of `kind` (verbalise, synthesise), `problem_id` (the trace's
    or program's id) and `response`."""

    served_model: str | None = None
    """openai: the model's name on the server."""

    chat_template_args: str = '{"enable_thinking": false}'
    """JSON object handed to the chat template: by default the model does not think before it explains."""

    temperature: float = 0.7
    """Of the model that explains."""

    max_tokens: int = 8192
    """Longest explanation in tokens."""

    inputs: Literal["fuzz", "llm"] = "fuzz"
    """Where the inputs of functions come from that have none: made from the code, or asked of the model
    first. Those are kept that take a new way through the code."""

    seed: int = 0
    """Seeds the inputs that are made and the model's draws."""

    format: Literal["tables", "cwm"] = "tables"
    """cwm: also write the table `cwm`, the frames that Code World Model (arXiv 2510.02387) predicts."""

    push_to_hub: str | None = None
    """OWNER/NAME of a data set on the Hugging Face hub to upload the result to."""

    max_events: int = 10_000
    """Drop a run with more events."""

    max_bytes: int = 1_000_000
    """Drop a run whose recording has more bytes."""

    time_limit: float = 10.0
    """CPU seconds for a run, the recording included."""

    limit: int | None = None
    """Only the first so many programs."""

    shard: str = "0/1"
    """i/N: only every N-th chunk of programs, from the i-th on (0 to N-1). The shards of a job can be written
    by different machines; to merge them, copy their files into one directory."""

    sandbox: Annotated[SandboxOptions, Parameter(name="*", group="Sandbox")] = field(
        default_factory=SandboxOptions
    )

    def check(self) -> None:
        for flag, value in (
            ("--max-events", self.max_events),
            ("--max-bytes", self.max_bytes),
            ("--limit", 1 if self.limit is None else self.limit),
        ):
            if value < 1:
                raise UsageError(f"{flag} {value} is not at least 1")
        if self.engine is None and "llm" in (self.verbalizer, self.inputs):
            flag = "--verbalizer" if self.verbalizer == "llm" else "--inputs"
            raise UsageError(f"{flag} llm needs a model: add --engine and --model")
        if self.engine is not None and "llm" not in (self.verbalizer, self.inputs):
            raise UsageError(
                f"--engine {self.engine} has nothing to do: add --verbalizer llm or --inputs llm"
            )
        if self.push_to_hub is not None and not isinstance(self.out, Path):
            raise UsageError(f"--push-to-hub {self.push_to_hub} needs a folder of this machine for --out")
        if not self.styles:
            raise UsageError("--styles needs at least one of full, compact")
        if not 0 < self.time_limit < 3600:
            raise UsageError(f"--time-limit {self.time_limit:g} is not in (0, 3600)")

    def shard_numbers(self) -> tuple[int, int]:
        first, mark, count = self.shard.partition("/")
        if not (mark and first.isdigit() and count.isdigit() and int(first) < int(count)):
            raise UsageError(f"--shard {self.shard}: give i/N with 0 <= i < N, such as 0/4")
        return int(first), int(count)

    def engine_options(self) -> EngineOptions:
        return EngineOptions(
            engine=self.engine,
            model=self.model,
            completions=self.completions,
            served_model=self.served_model,
            chat_template_args=self.chat_template_args if self.engine != "replay" else "",
        )

    def sampling(self) -> Sampling:
        return Sampling(temperature=self.temperature, top_p=0.95, max_tokens=self.max_tokens, seed=self.seed)

    def travelling(self) -> dict[str, Any]:
        """The fields as plain values, but for those that concern this machine alone."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "sandbox"}

    def settings(self, model: str) -> dict[str, Any]:
        """What the rows depend on: a data set is continued only with the same. `model` is its name, which
        another server or port does not change."""
        return {
            "source": self.source,
            "kind": sources.kind_of(self.source),
            "data": self.data,
            "verbalizer": self.verbalizer,
            "styles": list(self.styles),
            "model": model,
            "inputs": self.inputs,
            "seed": self.seed,
            "format": self.format,
            "max_events": self.max_events,
            "max_bytes": self.max_bytes,
            "time_limit": self.time_limit,
            "limit": self.limit,
            "shard": self.shard,
            "recorder_version": RECORDER_VERSION,
            "rules_version": rules.VERSION,
            "prompt_sha256": Prompts.load().sha256(),
        }


def main(options: BuildOptions) -> int:
    options.check()
    shard, shards = options.shard_numbers()
    subjects = islice(sources.subjects(options.source, options.data), options.limit)
    dataset = Dataset(options.out)
    prompts = Prompts.load()
    with ExitStack() as stack:
        engine = None
        if options.engine is not None:
            engine = open_engine(options.engine_options())
            stack.callback(engine.close)
        model = "" if engine is None else str(engine.describe().get("model") or options.model)
        settings = options.settings(model)
        pool = stack.enter_context(open_pool(options.sandbox))
        dataset.open(settings, options.resume)
        todo = (
            (chunk, batch)
            for chunk, batch in chunks(subjects)
            if chunk.number % shards == shard and not dataset.is_done(chunk)
        )
        first = list(islice(todo, 2))
        todo = chain(first, todo)
        with console.meter("recording", None, "traces") as progress:
            if engine is None and isinstance(pool, RayPool):
                build_everywhere(pool, options.travelling(), todo, dataset, progress.advance)
            elif engine is None and pool.workers > 1 and len(first) > 1:
                # What follows a recording costs nearly as much: one process for it would hold the others up.
                with Processes(replace(options.sandbox, backend=pool.backend), pool.workers) as processes:
                    build_everywhere(processes, options.travelling(), todo, dataset, progress.advance)
            else:
                make = builder(options, pool, prompts, engine, model)
                for chunk, batch in todo:
                    part = dataset.part(chunk)
                    part.finish(make.build(batch, part, progress.advance))
    card = write_card(dataset, settings)
    rows = [(label, f"{count:,}") for label, count in yield_rows(dataset.counts())]
    console.print_table("", ("", "count"), rows)
    console.stdout().print(f"\nData set in {options.out}, its card in {card}", soft_wrap=True)
    if options.push_to_hub is not None:
        push(dataset, options.push_to_hub)
    return 0


def builder(
    options: BuildOptions,
    pool: SandboxPool,
    prompts: Prompts | None = None,
    engine: Engine | None = None,
    model: str = "",
) -> Builder:
    """What makes the rows that `options` ask for. `model` is the name of the engine's model."""
    prompts = prompts or Prompts.load()
    by_llm = options.verbalizer == "llm"
    return Builder(
        pool=pool,
        caps=Caps(options.max_events, options.max_bytes, options.time_limit),
        prompts=prompts,
        verbalise=by_model(engine, prompts, options.sampling(), model)
        if by_llm
        else by_rules(options.styles),
        verbalizer=options.verbalizer,
        version=llm.VERSION if by_llm else rules.VERSION,
        at_once=by_llm,
        find_inputs=lambda batch: _with_inputs(batch, pool, options, engine, prompts),
        with_frames=options.format == "cwm",
    )


def _with_inputs(
    batch: Sequence[Subject],
    pool: SandboxPool,
    options: BuildOptions,
    engine: Engine | None,
    prompts: Prompts,
) -> list[Subject]:
    """The batch, with inputs for the functions that came without."""
    bare = [subject for subject in batch if subject.inputs is None]
    asked: dict[str, list[str]] = {}
    if options.inputs == "llm" and bare:
        assert engine is not None
        found = inputs.ask(engine, prompts, bare, options.sampling())
        asked = {subject.program_id: texts for subject, texts in found}

    def complete(subject: Subject) -> Subject:
        if subject.inputs is not None:
            return subject
        # A model's proposals come first; what is made from the code fills up the branches they leave.
        candidates = [*asked.get(subject.program_id, ()), *inputs.fuzz(subject, options.seed)]
        return replace(subject, inputs=inputs.choose(pool, subject, dict.fromkeys(candidates)))

    with ThreadPoolExecutor(pool.workers) as threads:
        return list(threads.map(complete, batch))


def push(dataset: Dataset, repository: str) -> None:
    """Upload the data set and its card to the Hugging Face hub."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi()
    try:
        url = api.create_repo(repository, repo_type="dataset", exist_ok=True)
        api.upload_folder(folder_path=dataset.directory, repo_id=repository, repo_type="dataset")
    except (HfHubHTTPError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"--push-to-hub {repository}: {reason}; the data set itself is complete in {dataset.directory}"
        ) from None
    console.stdout().print(f"Pushed to {url}", soft_wrap=True)


if __name__ == "__main__":
    run_command(NAME, BuildOptions, main)
