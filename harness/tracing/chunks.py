"""From programs to rows: record, explain, gate and count, a chunk of programs at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness import runs
from harness.engines.protocol import Message
from harness.prompts import Prompts
from harness.tracing import cwm, rules
from harness.tracing.gate import Ruling, judge
from harness.tracing.recording import RECORDED, Caps, record
from harness.tracing.sources import Subject
from harness.tracing.tables import Chunk, Part
from harness.tracing.trace import Trace
from sandboxes.outcome import SandboxError
from sandboxes.pool import SandboxPool

CHUNK_PROGRAMS = 256
CHUNK_INPUTS = 1000
_USUAL_INPUTS = 6  # of a function whose inputs are still to be found

# What becomes of programs, inputs, traces and explanations, in the order of the yield table.
YIELD = (
    ("programs", "programs read"),
    ("programs.compile_error", "dropped: does not compile"),
    ("programs.no_inputs", "dropped: no inputs found"),
    ("programs.sandbox_error", "dropped: the sandbox failed on it"),
    ("inputs", "inputs run"),
    ("traces.ok", "traces that ended well"),
    ("traces.exception", "traces that ended in an exception"),
    ("traces.timeout", "dropped: timeout"),
    ("traces.event_limit", "dropped: too many events"),
    ("traces.byte_limit", "dropped: too many bytes"),
    ("traces.nondeterministic", "dropped: another run differs"),
    ("events", "events recorded"),
    ("nlex", "explanations kept"),
)


@dataclass(frozen=True)
class Explanation:
    """A text about a trace and where it is from. `n_tokens` is None where nothing counts them."""

    style: str
    text: str
    model: str = ""
    n_tokens: int | None = None


Verbalise = Callable[[Sequence[Trace]], Iterator[tuple[Trace, Explanation]]]


def by_rules(styles: Sequence[rules.Style]) -> Verbalise:
    """Each style's text; a compact text that says the same as the full one is not told twice."""

    def verbalise(traces: Sequence[Trace]) -> Iterator[tuple[Trace, Explanation]]:
        for trace in traces:
            for style in styles:
                if style == "compact" and "full" in styles and not rules.passes_over(trace):
                    continue
                yield trace, Explanation(style, rules.explain(trace, style))

    return verbalise


def chunks(subjects: Iterable[Subject]) -> Iterator[tuple[Chunk, list[Subject]]]:
    """Consecutive subjects in chunks, each under a key that names its content.

    A chunk ends at CHUNK_PROGRAMS programs or CHUNK_INPUTS inputs: it is what a kill may cost.
    """
    number, batch, inputs = 0, [], 0
    for subject in subjects:
        batch.append(subject)
        inputs += _USUAL_INPUTS if subject.inputs is None else len(subject.inputs)
        if len(batch) == CHUNK_PROGRAMS or inputs >= CHUNK_INPUTS:
            yield _chunk(number, batch), batch
            number, batch, inputs = number + 1, [], 0
    if batch:
        yield _chunk(number, batch), batch


def _chunk(number: int, batch: Sequence[Subject]) -> Chunk:
    digest = hashlib.sha256()
    for subject in batch:
        parts = (subject.program_id, subject.source, subject.entry or "", *(subject.inputs or ("?",)))
        digest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    return Chunk(number, digest.hexdigest()[:16])


@dataclass
class Builder:
    """Makes the rows of chunks.

    `verbalise` explains traces, `verbalizer` and `version` name it; with `at_once` it is given all traces of
    a chunk together, as an engine wants them. `find_inputs` gives functions that came without inputs theirs.
    `with_frames` adds the table of Code World Model's format.
    """

    pool: SandboxPool
    caps: Caps
    prompts: Prompts
    verbalise: Verbalise
    verbalizer: str
    version: str
    at_once: bool
    find_inputs: Callable[[Sequence[Subject]], list[Subject]]
    with_frames: bool = False

    def build(self, batch: Sequence[Subject], part: Part, progress: Callable[[int], None]) -> Counter[str]:
        """Add the rows of a chunk to `part` and return its yield."""
        counts: Counter[str] = Counter({"programs": len(batch)})
        batch = self.find_inputs(batch)
        waiting: list[Trace] = []
        with ThreadPoolExecutor(self.pool.workers, thread_name_prefix="record") as threads:
            for traces in threads.map(self._record, batch):
                if isinstance(traces, str):
                    counts[traces] += 1
                    continue
                counts["programs.no_inputs"] += not traces
                counts["inputs"] += len(traces)
                for trace in traces:
                    part.add("traces", trace.split, trace, 2 * trace.n_bytes)
                    if self.with_frames and trace.status in RECORDED:
                        row = {
                            "trace_id": trace.trace_id,
                            "prompt": cwm.prompt(trace),
                            "frames": cwm.frames(trace),
                        }
                        part.add("cwm", trace.split, row, 2 * trace.n_bytes)
                    counts[f"traces.{trace.status}"] += 1
                    counts["events"] += trace.n_events
                told = [trace for trace in traces if trace.status in RECORDED]
                if self.at_once:
                    waiting += told
                else:
                    self._explain(told, part, counts)
                progress(len(traces))
        if waiting:
            self._explain(waiting, part, counts)
        return counts

    def _record(self, subject: Subject) -> list[Trace] | str:
        """The traces of a program, or the name under which its loss is counted."""
        try:
            traces = record(self.pool, subject, self.caps)
        except SandboxError:
            return "programs.sandbox_error"
        return "programs.compile_error" if traces is None else traces

    def _explain(self, traces: Sequence[Trace], part: Part, counts: Counter[str]) -> None:
        found = list(self.verbalise(traces))
        # An engine answers in whatever order; the table has the order of the traces.
        place = {trace.trace_id: index for index, trace in enumerate(traces)}
        found.sort(key=lambda each: place[each[0].trace_id])
        for trace, explanation in found:
            ruling = judge(explanation.text, trace, self.verbalizer, style=explanation.style)
            table = "nlex" if ruling.kept else "rejects"
            part.add(table, trace.split, self._row(trace, explanation, ruling), 3 * len(explanation.text))
            counts["nlex" if ruling.kept else f"rejects.{ruling.reason.partition(':')[0]}"] += 1

    def _row(self, trace: Trace, explanation: Explanation, ruling: Ruling) -> dict[str, Any]:
        text = runs.storable(explanation.text)
        return {
            "trace_id": trace.trace_id,
            "style": explanation.style,
            "verbalizer": self.verbalizer,
            "verbalizer_version": self.version,
            "model": explanation.model,
            "prompt_sha256": self._prompt_sha256,
            "text": text,
            "predicted_output": runs.storable(ruling.predicted),
            "output_match": ruling.output_match,
            "grounded": ruling.grounded,
            "n_tokens": explanation.n_tokens,
            "messages": [*question(self.prompts, trace), {"role": "assistant", "content": text}],
            "reason": ruling.reason,
        }

    @cached_property
    def _prompt_sha256(self) -> str:
        return self.prompts.sha256()


def question(prompts: Prompts, trace: Trace) -> list[Message]:
    """The prompt that a simulation of this run is asked with: the one that evaluation uses."""
    if trace.entry is None:
        return list(prompts.render("simulate_program", code=trace.source, stdin=runs.storable(trace.stdin)))
    return list(prompts.render("simulate_function", code=trace.source, call=trace.call))
