"""A recorded run: its events, decoded from what the recorder wrote and replayed to any step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.tracing.recorder.driver import AGAIN
from harness.tracing.recorder.watching import FIELD, NAME, VALUE

# module     the globals that a called function may read, before the call
# call       a function begins; `changed` holds its arguments       resume     a generator goes on
# line       a statement is about to run                            exception  raised here, or passes
# return     with the value in `arg`       yield  the same          unwind     an exception leaves it
KINDS = ("module", "call", "resume", "line", "exception", "return", "yield", "unwind")
STATUSES = ("ok", "exception", "timeout", "event_limit", "byte_limit", "nondeterministic")


class Event(NamedTuple):
    """One step.

    changed: (name, value) pairs that differ from the frame's event before this one, so what the statement
    before has done. A name with a dot is a variable of another scope: `<module>.total`, `main.seen`.
    deleted: names that are gone.     arg: the text of what is returned, yielded or raised; of a resume the
    step of the call that began the frame; else None.
    stdout_len: bytes printed so far.     depth: 0 for the outermost recorded frame.
    """

    step: int
    event: str
    func: str
    depth: int
    line: int
    changed: tuple[tuple[str, str], ...]
    deleted: tuple[str, ...]
    arg: str | None
    stdout_len: int


@dataclass(frozen=True, eq=False)
class Trace:
    """One row of the `traces` table. `args` is the text of a call's arguments, None for a stdin program.

    Compared by identity: two are the same if their `trace_id` and their events are.
    """

    trace_id: str
    program_id: str
    source_kind: str
    entry: str | None
    source: str
    stdin: str
    args: str | None
    stdout: str
    return_repr: str | None
    exc_type: str | None
    exc_msg: str | None
    status: str
    python_version: str
    tracer_version: str
    n_events: int
    n_bytes: int
    wall_ms: float
    split: str
    events: Sequence[Event] = field(repr=False)

    @property
    def call(self) -> str | None:
        return None if self.entry is None else f"{self.entry}({self.args})"

    @property
    def answer(self) -> str:
        """What a simulation of this run is asked for: the output, the returned literal or `<error: NAME>`."""
        if self.exc_type is not None:
            return f"<error: {self.exc_type}>"
        return self.stdout if self.entry is None else self.return_repr or ""


class Recording(NamedTuple):
    """What the recorder wrote: `meta` has status, return, exc_type, exc_msg, python, version.

    same: whether a second run in the same process, not recorded, did the same; None if there was none.
    """

    meta: dict[str, Any]
    events: list[Event]
    n_bytes: int
    same: bool | None


class DecodeError(ValueError):
    """The bytes are no recording: the program wrote to the recorder's descriptor, or died while writing."""


def decode(data: bytes) -> Recording:
    """The recording in `data`, which is not trusted: anything malformed is a DecodeError."""
    try:
        head, *records = data.decode("utf-8").split("\n")
        same = _SAME.get(records[-1]) if records else None
        if same is not None:
            records.pop()
        meta = json.loads(head)
        functions = [str(name) for name in meta["functions"]]
        for key in ("status", "return", "exc_type", "exc_msg", "python", "version"):
            if not isinstance(meta[key], str | None):
                raise DecodeError(f"{key} is not text")
        if meta["status"] not in STATUSES:
            raise DecodeError(f"unknown status {meta['status']!r}")
        events = [_event(step, record, functions) for step, record in enumerate(records)]
    except (UnicodeDecodeError, ValueError, KeyError, IndexError, TypeError) as error:
        raise DecodeError(f"unreadable recording: {error}") from error
    return Recording(meta, events, sum(map(len, records)), same)


_SAME = {line: same for same, line in AGAIN.items()}


def _event(step: int, record: str, functions: Sequence[str]) -> Event:
    event, func, depth, line, stdout_len, rest = record.split(FIELD, 5)
    if event not in KINDS:
        raise DecodeError(f"unknown event {event!r}")
    if not rest:
        return Event(step, event, functions[int(func)], int(depth), int(line), (), (), None, int(stdout_len))
    arg, *changes = rest.split(NAME)
    changed, deleted = [], []
    for change in changes:
        name, mark, value = change.partition(VALUE)
        if mark:
            changed.append((name, value))
        else:
            deleted.append(name)
    function, valued = functions[int(func)], event in ("exception", "return", "yield", "resume")
    return Event(
        step,
        event,
        function,
        int(depth),
        int(line),
        tuple(changed),
        tuple(deleted),
        arg if valued else None,
        int(stdout_len),
    )


class Replay:
    """The state after each event, rebuilt from the differences.

    frames: the variables of the frames on the stack, outermost first.     scopes: the variables of the
    latest frame of every function, which lives on for closures; "<module>" holds the globals.
    `variables` are those of the frame of the last event.
    """

    def __init__(self) -> None:
        self.scopes: dict[str, dict[str, str]] = {"<module>": {}}
        self.frames: list[dict[str, str]] = []
        self.variables: dict[str, str] = {}
        # By the step of the call that began the frame: of the frames on the stack, and of waiting generators.
        self._began: list[str] = []
        self._suspended: dict[str, dict[str, str]] = {}

    def step(self, event: Event) -> dict[str, str]:
        """Apply one event and return the variables of its frame."""
        if event.event == "module":
            variables = self.scopes["<module>"]
        elif event.event == "call":
            variables = {} if event.func != "<module>" else self.scopes["<module>"]
            self.scopes[event.func] = variables
            self._begin(str(event.step), variables)
        elif event.event == "resume":
            variables = self._suspended.pop(event.arg or "", {})
            self._begin(event.arg or "", variables)
        else:
            variables = self.frames[-1]
        for name, value in event.changed:
            scope, _, plain = name.rpartition(".")
            (self.scopes.setdefault(scope, {}) if scope else variables)[plain] = value
        for name in event.deleted:
            variables.pop(name, None)
        if event.event in ("return", "unwind", "yield"):
            self.frames.pop()
            began = self._began.pop()
            if event.event == "yield":
                self._suspended[began] = variables
        self.variables = variables
        return variables

    def _begin(self, step: str, variables: dict[str, str]) -> None:
        self.frames.append(variables)
        self._began.append(step)


def replay(events: Sequence[Event]) -> Iterator[tuple[Event, dict[str, str]]]:
    """Each event with a copy of the variables of its frame after it."""
    state = Replay()
    for event in events:
        yield event, dict(state.step(event))


def stdout_at(trace: Trace, event: Event) -> str:
    return trace.stdout.encode("utf-8", "surrogateescape")[: event.stdout_len].decode("utf-8", "replace")


def trace_id(program_id: str, source: str, entry: str | None, given: str) -> str:
    """The name of a (program, input) pair: 16 hex digits of SHA-256, the same on every machine."""
    parts = "\0".join([program_id, source, entry or "", given])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def split_of(source: str) -> str:
    """train, validation or test by the program's hash (90/5/5), so that no program is in two of them."""
    place = int.from_bytes(hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()[:4], "big") % 100
    return "train" if place < 90 else "validation" if place < 95 else "test"
