"""Which explanations are kept: those that state the true output and claim nothing that did not happen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.checkers import comparator
from harness.tracing import terse
from harness.tracing.arithmetic import worked_out
from harness.tracing.claims import Claim, loose, read, span, split_answer
from harness.tracing.moments import Moment, Program, Stage, is_told, moments, program
from harness.tracing.trace import Replay, Trace

LLM_THRESHOLD = 0.9
_MENTIONS = re.compile(
    r"\b(?:execution|the|this|given|provided) (?:trace|recording|execution record|log)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Ruling:
    """kept: passed the gate.     reason: "" or why not.     grounded: share of the claims that are true."""

    kept: bool
    reason: str
    predicted: str | None
    output_match: bool
    grounded: float


def judge(
    text: str, trace: Trace, verbalizer: str, threshold: float = LLM_THRESHOLD, style: str = "full"
) -> Ruling:
    """Pass or reject `text`: (a) its output is the true one, (b) its claims are grounded, (c) it does not
    mention that a trace exists. Text by rules must account for every step and claim nothing else."""
    body, predicted = split_answer(text)
    match = predicted is not None and same_answer(trace, predicted)
    if verbalizer == "rules":
        fault = terse.first_fault(body, trace) if style == "terse" else first_fault(body, trace)
        grounded = 1.0 if fault is None else grounded_fraction(body, trace)
    else:
        grounded = grounded_fraction(body, trace)
        fault = None if grounded >= threshold else f"only {grounded:.2f} of the claims are grounded"
    if predicted is None:
        reason = "no output is stated"
    elif not match:
        reason = "the stated output is wrong"
    elif fault is not None:
        reason = f"not grounded: {fault}"
    elif _MENTIONS.search(body):
        reason = "mentions the trace"
    else:
        reason = ""
    return Ruling(not reason, reason, predicted, match, grounded)


def same_answer(trace: Trace, predicted: str) -> bool:
    """True if `predicted` is the output of `trace`, by the rule that predictions are scored with."""
    if trace.exc_type is not None:
        return predicted.strip() == trace.answer
    if trace.entry is None:
        return comparator("float")(trace.stdout, predicted)
    return predicted.strip() == trace.answer or comparator("literal")(trace.answer, predicted)


def grounded_fraction(text: str, trace: Trace) -> float:
    """Share of the claims `name = value` in `text` that hold at some step, no earlier than the one before.

    The most claims that can be placed in order count as grounded. A text without claims is 1.0 if the run
    changes no variable and else 0.0: it grounds nothing.
    """
    body = split_answer(text)[0]
    places = _places(trace)
    claims = [(each.name, _normal(each.value)) for each in loose(body)]
    if not claims:
        return 0.0 if places else 1.0
    # best[k]: the earliest step at which k + 1 claims so far can be placed in order.
    best: list[int] = []
    for name, value in claims:
        spans = places.get((name, value))
        if not spans:
            continue
        starts = [start for start, _ in spans]
        for count in range(len(best), -1, -1):
            after = best[count - 1] if count else 0
            at = bisect_left(starts, after)
            if at and spans[at - 1][1] >= after:
                step = after
            elif at < len(spans):
                step = spans[at][0]
            else:
                continue
            if count == len(best):
                best.append(step)
            elif step < best[count]:
                best[count] = step
    return len(best) / len(claims)


def _places(trace: Trace) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(name, value) -> the spans of steps, first and last, in which a variable of that name has the value."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    held: dict[tuple[int, str], tuple[str, int]] = {}
    state = Replay()
    end = len(trace.events)

    def close(key: tuple[int, str], last: int) -> None:
        value, first = held.pop(key)
        found.setdefault((key[1], _normal(value)), []).append((first, last))

    for index, event in enumerate(trace.events):
        variables = state.step(event)
        for name, value in event.changed:
            scope, _, plain = name.rpartition(".")
            key = (id(state.scopes.get(scope)) if scope else id(variables), plain)
            if key in held:
                close(key, index)
            if is_told(value):
                held[key] = (value, index)
    for key in list(held):
        close(key, end)
    return {key: sorted(spans) for key, spans in found.items()}


def _normal(value: str) -> str:
    """Texts of one value that differ only in quotes and spaces are the same."""
    return value.replace('"', "'").replace(" ", "")


# -- text by rules ---------------------------------------------------------------------------------------


def first_fault(body: str, trace: Trace) -> str | None:
    """None if `body` tells every change, print and return of `trace` in order, and nothing else; or what is
    wrong first. Rounds that a text passes over must be announced, with what they print."""
    reader = _Auditor(trace)
    try:
        for claim in read(body):
            fault = reader.check(claim)
            if fault is not None:
                return fault
    except (ValueError, SyntaxError) as error:
        return f"a literal cannot be read: {error}"
    return reader.missing()


class _Auditor:
    """Walks the moments of a trace beside the claims of a text."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.code = program(trace.source)
        self.source = " ".join(trace.source.split())
        self.names = {part for event in trace.events for part in event.func.split(".")}
        self.moments = iter(moments(trace))
        self.stage = Stage()
        self.now: Moment | None = None
        # What has to be told of the moment, what may be told of it, what passed-over rounds have printed.
        self.waiting: list[Claim] = []
        self.optional: Claim | None = None
        self.skipped: list[Claim] = []
        self.complete = False  # all of the moment has been told: what is read next is read after it
        self._advance()

    def check(self, claim: Claim) -> str | None:
        if claim.kind == "number":
            return f"a number that nothing accounts for: {claim.value}"
        if claim.kind == "code":
            return None if self._is_code(claim.value) else f"no such code: {span(claim.value)}"
        if claim.kind == "literal":
            return None if claim.value == self.trace.return_repr else f"not the returned value: {claim.value}"
        if claim.kind == "recall":
            return self._before_next(claim, lambda: self.stage.lookup(claim.name))
        if claim.kind == "value":
            node = self.code.expression(claim.name)
            return self._before_next(claim, lambda: worked_out(node, self.stage.lookup))
        if claim.kind == "rounds":
            return self._pass_over(int(claim.name), int(claim.value))
        if self.skipped:
            if claim not in self.skipped:
                return f"what the rounds passed over print is not told: {_words(self.skipped[0])}"
            self.skipped.remove(claim)
            return None
        while self.now is not None:
            if claim in self.waiting:
                self.waiting.remove(claim)
                self.complete = not self.waiting
                return None
            if claim == self.optional:
                return None
            if self.waiting:
                return f"{_words(claim)} where {_words(self.waiting[0])} is due"
            self._advance()
        return f"{_words(claim)} does not happen"

    def missing(self) -> str | None:
        if self.skipped:
            return f"left out: {_words(self.skipped[0])}"
        while self.now is not None:
            if self.waiting:
                return f"left out: {_words(self.waiting[0])}"
            self._advance()
        return None

    def _advance(self) -> None:
        """On to the next moment: `stage` holds the state before it."""
        if self.now is not None and self.now.index < len(self.trace.events):
            self.stage.step(self.now.event)
        self.now, self.complete = next(self.moments, None), False
        self.waiting, self.optional = _facts(self.now, self.code) if self.now is not None else ([], None)

    def _before_next(self, claim: Claim, found: Callable[[], str | None]) -> str | None:
        """A value that is only read: true in the state before the next thing that is told."""
        if self.complete:
            self._advance()
        while True:
            if found() == claim.value:
                return None
            if self.now is None or self.waiting:
                return f"{_words(claim)} is not so at this point"
            self._advance()

    def _pass_over(self, first: int, last: int) -> str | None:
        """Skip rounds `first` to `last` of the loop whose next round is `first`."""
        # A round that was told already has nothing left to tell: the loop inside may have ended with it.
        while self.now is not None and not (self.waiting and self.now.round is not None):
            if self.waiting:
                return f"left out: {_words(self.waiting[0])}"
            self._advance()
        if self.now is None or self.now.round != first:
            return f"round {first} does not come next"
        loop = self.now.loop
        while self.now is not None and not (
            self.now.loop == loop and (self.now.ends or self.now.round == last + 1)
        ):
            self.skipped.extend(claim for claim in self.waiting if claim.kind == "print")
            self._advance()
        if self.now is None or self.now.round != last + 1:
            return f"rounds {first} to {last}: the loop ends before"
        return None

    def _is_code(self, text: str) -> bool:
        known = " ".join(text.split()) in self.source or text in self.names
        return known or text == f"<error: {self.trace.exc_type}>"


def _facts(moment: Moment, code: Program) -> tuple[list[Claim], Claim | None]:
    """What a text has to say of a moment, and what it may say: how a condition came out."""
    facts = [Claim("print", "", piece) for piece in moment.prints]
    facts += [Claim("set", name, value) for name, value in moment.changes]
    kind = moment.event.event
    if moment.result is not None:
        if kind in ("return", "yield") and moment.event.func != "<module>":
            facts.append(Claim(f"{kind}s", "", moment.result))
        elif kind == "exception":
            facts.append(Claim("raises", "", moment.result))
    if moment.round is not None:
        facts.append(Claim("round", "", str(moment.round)))
    if moment.truth is None or moment.site is None:
        return facts, None
    return facts, Claim("cond", code.segment(moment.site.node.test), "true" if moment.truth else "false")


def _words(claim: Claim) -> str:
    return f"{claim.name} = {claim.value}" if claim.name else f"{claim.kind} {claim.value!r}"
