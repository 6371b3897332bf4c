"""Explanations by a model: it is shown the run, and what it writes about it goes through the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from harness.engines.protocol import Engine, Request, Sampling
from harness.prompts import Prompts
from harness.responses import split_reasoning
from harness.tracing.chunks import Explanation
from harness.tracing.moments import moments, program
from harness.tracing.trace import Trace

VERSION = "1"
STYLE = "free"

_VALUE_CHARS = 300
_RECORD_CHARS = 60_000


def by_model(
    engine: Engine, prompts: Prompts, sampling: Sampling, model: str
) -> Callable[[Sequence[Trace]], Iterator[tuple[Trace, Explanation]]]:
    """A verbaliser that asks `engine`, all traces at once. An empty or cut response is a text as well."""

    def verbalise(traces: Sequence[Trace]) -> Iterator[tuple[Trace, Explanation]]:
        by_id = {trace.trace_id: trace for trace in traces}
        requests = (
            Request("verbalise", trace.trace_id, messages(prompts, trace)) for trace in by_id.values()
        )
        for completion in engine.generate(requests, sampling):
            text = split_reasoning(completion.text, completion.reasoning, completion.finish_reason).answer
            # A cut response goes to the gate too, which rejects it: the yield then says how many there were.
            trace = by_id[completion.request.problem_id]
            yield trace, Explanation(STYLE, (text or "").strip(), model, completion.n_tokens)

    return verbalise


def messages(prompts: Prompts, trace: Trace):
    """The prompt: code, input, and the record that the model must not mention."""
    return tuple(
        prompts.render(
            "verbalise", code=trace.source, call=trace.call, stdin=trace.stdin, trace=record_text(trace)
        )
    )


def record_text(trace: Trace) -> str:
    """A trace as lines of text: each statement that ran, what it changed and what it printed.

    Cut in the middle beyond 60,000 characters, where no model reads with care.
    """
    code = program(trace.source)
    lines: list[str] = []
    for moment in moments(trace):
        event = moment.event
        parts = [f"{name} = {_cut(value)}" for name, value in moment.changes]
        parts += [f"prints {_cut(repr(''.join(moment.prints)))}"] if moment.prints else []
        indent = "  " * min(event.depth, 8)
        effect = f"  # {', '.join(parts)}" if parts else ""
        if event.event in ("call", "resume"):
            lines.append(f"{indent}{event.event} {event.func}{effect}")
            continue
        if lines:
            lines[-1] += effect
        if event.event == "line":
            site = code.sites.get(event.line)
            lines.append(f"{indent}line {event.line}: {site.text if site else ''}")
        elif event.event in ("return", "yield", "exception"):
            lines.append(f"{indent}{event.event} {_cut(event.arg or '')}")
    text = "\n".join(lines)
    if len(text) > _RECORD_CHARS:
        half = _RECORD_CHARS // 2
        text = f"{text[:half]}\n...\n{text[-half:]}"
    return text


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE_CHARS else text[:_VALUE_CHARS] + "..."
