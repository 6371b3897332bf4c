"""Programs recorded in the sandbox: one run under the recorder, one without it to confirm."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.runs import storable
from harness.tracing.recorder import SOURCE as RECORDER
from harness.tracing.recorder.driver import RECORDER_VERSION
from harness.tracing.recorder.values import RETURN_CHARS, text_of
from harness.tracing.sources import Subject
from harness.tracing.trace import DecodeError, Trace, decode, split_of, trace_id
from sandboxes import values
from sandboxes.outcome import Limits, Outcome, Program
from sandboxes.pool import SandboxPool

RECORDED = ("ok", "exception")


@dataclass(frozen=True)
class Caps:
    """What a recording may cost at most: events, bytes of their text, CPU seconds, bytes of memory."""

    max_events: int = 10_000
    max_bytes: int = 1_000_000
    cpu_s: float = 10.0
    memory_bytes: int = 512 << 20

    def limits(self) -> Limits:
        # What a program prints is told in the explanation: more than a trace may hold is of no use.
        return Limits(cpu_s=self.cpu_s, memory_bytes=self.memory_bytes, output_bytes=4 * self.max_bytes)


def record(pool: SandboxPool, subject: Subject, caps: Caps) -> list[Trace] | None:
    """A trace per input of `subject`, in order; None if the program does not compile.

    A run that ended is run once more without the recorder: if it prints or returns something else, its
    status is `nondeterministic`. The second run is one of the same process where that is as good, else one
    of its own. Traces cut short have no events. Raises SandboxError for a fault of ours.
    """
    subject = replace(
        subject,
        source=storable(subject.source),
        inputs=tuple(dict.fromkeys(storable(given) for given in subject.inputs or ())),
    )
    options = {
        "entry": subject.entry,
        "max_events": caps.max_events,
        "max_bytes": caps.max_bytes,
        "confirm": True,
    }
    program = Program(subject.source, RECORDER, options)
    limits = caps.limits()
    inputs = [given.encode() for given in subject.inputs]
    if not inputs:
        return []
    outcomes = pool.run(program, inputs, limits)
    if outcomes[0].compile_error:
        return None
    # A recording is a tree of thousands of small tuples without cycles: looking for some costs a third.
    enabled = gc.isenabled()
    gc.disable()
    try:
        found = [_trace(subject, given, each) for given, each in zip(subject.inputs, outcomes, strict=True)]
    finally:
        if enabled:
            gc.enable()
    traces = [trace for trace, _ in found]
    # What differed within one process may have done so because it was the second run there.
    open_ = [place for place, (trace, same) in enumerate(found) if trace.status in RECORDED and not same]
    plain = _plain(pool, subject, [subject.inputs[place] for place in open_], limits)
    for place, outcome in zip(open_, plain, strict=True):
        if not _same(traces[place], outcomes[place], outcome):
            traces[place] = replace(traces[place], status="nondeterministic", events=())
    return traces


def _plain(pool: SandboxPool, subject: Subject, given: Sequence[str], limits: Limits) -> list[Outcome]:
    if not given:
        return []
    if subject.entry is None:
        return pool.run(Program(subject.source), [text.encode() for text in given], limits)
    options = {"entry": subject.entry, "arguments": "expression"}
    calls = [f"{subject.entry}({text}\n)".encode() for text in given]
    return pool.run(Program(subject.source, "function", options), calls, limits)


def _same(trace: Trace, recorded: Outcome, plain: Outcome) -> bool:
    if plain.stdout != recorded.stdout:
        return False
    # A limit that was reached after the recording was complete was reached by the run that came after it.
    if not recorded.killed and (plain.exit, plain.signal) != (recorded.exit, recorded.signal):
        return False
    if trace.entry is None or trace.status != "ok":
        return True
    try:
        value = values.loads(plain.result)
    except ValueError:
        return False
    text = text_of(value, RETURN_CHARS, literal=True)
    return text == trace.return_repr or "Opaque" in text


def _trace(subject: Subject, given: str, outcome: Outcome) -> tuple[Trace, bool | None]:
    """The trace of a run, and whether it was confirmed there and then (None: not tried)."""
    empty = {
        "status": "timeout",
        "return": None,
        "exc_type": None,
        "exc_msg": None,
        "python": "",
        "version": "",
    }
    try:
        meta, events, n_bytes, same = decode(outcome.result)
    except DecodeError:
        # Nothing was written: killed at a limit, or dead of a signal. A program that wrote to the
        # recorder's descriptor itself ends here too.
        meta, events, n_bytes, same = empty, [], 0, None
        if outcome.killed is None:
            meta = {**empty, "status": "exception", "exc_type": "MemoryError" if outcome.oom else "Killed"}
    status = meta["status"]
    if outcome.truncated:
        status = "byte_limit"
    elif meta.get("truncated") and status == "ok":
        status = "event_limit"  # the stack was full once, and the recorder saw no more from there on
    complete = status in RECORDED and bool(events)
    if status in RECORDED and not complete:
        status = "timeout"
    trace = Trace(
        trace_id=trace_id(subject.program_id, subject.source, subject.entry, given),
        program_id=subject.program_id,
        source_kind=subject.source_kind,
        entry=subject.entry,
        source=subject.source,
        stdin=given if subject.entry is None else "",
        args=given if subject.entry is not None else None,
        stdout=outcome.stdout.decode("utf-8", "replace"),
        return_repr=meta["return"],
        exc_type=meta["exc_type"],
        exc_msg=meta["exc_msg"],
        status=status,
        python_version=meta["python"] or "",
        tracer_version=meta["version"] or RECORDER_VERSION,
        n_events=len(events),
        n_bytes=n_bytes,
        wall_ms=round(outcome.wall_ns / 1e6, 3),
        split=split_of(subject.source),
        events=tuple(events) if complete else (),
    )
    return trace, same
