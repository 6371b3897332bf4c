"""Explanations by rules: a trace told statement by statement, with the values it really had."""

from __future__ import annotations

import ast
from typing import Literal

from harness.tracing import terse
from harness.tracing.claims import span, with_answer
from harness.tracing.moments import Moment, Site, is_told, moments
from harness.tracing.sentences import tell
from harness.tracing.trace import Trace
from harness.tracing.voice import Voice, prints

VERSION = "2"
Style = Literal["full", "compact", "terse"]
# Those that are told unless others are asked for; terse is for models with few weights.
STYLES: tuple[Style, ...] = ("full", "compact")

_CALLER_CHARS = 80  # a longer statement is not quoted to say what calls
_OTHERWISE = "go on like this, each by the branches that its values choose"
# A loop of fewer rounds is told whole in the compact style too.
_SHORT_LOOP = 5


def explain(trace: Trace, style: Style = "full") -> str:
    """The explanation of `trace`, ending with its output. Style "full" tells every step, "compact" the first
    two rounds and the last one of a loop and what the others came to, "terse" every step in few words."""
    if style == "terse":
        return terse.explain(trace)
    return with_answer(_Narrator(trace, style).tell(), trace.answer)


def passes_over(trace: Trace) -> bool:
    """True if the compact style passes over rounds of a loop: else it says what the full one says."""
    return any(moment.round is not None and moment.round >= _SHORT_LOOP for moment in moments(trace))


def linked(trace: Trace, style: str) -> list[tuple[str, int]]:
    """The sentences of `explain` without the output, each with the step that completes what it tells."""
    narrator = _Narrator(trace, "compact" if style == "compact" else "full")
    narrator.tell()
    return list(zip(narrator.voice.lines, narrator.voice.steps, strict=True))


class _Narrator:
    """Writes one explanation: walks the moments with the state before each at hand."""

    def __init__(self, trace: Trace, style: Style) -> None:
        self.trace = trace
        self.voice = Voice(trace)
        self.moments = moments(trace)
        self.compact = style == "compact"
        # By depth, the statement under way, which a call below it belongs to.
        self.running: dict[int, Site | None] = {}
        # loop -> its last round and where that begins, and where its first begins.
        self.rounds: dict[tuple[int, int, int], tuple[int, int]] = {}
        self.begins: dict[tuple[int, int, int], int] = {}
        for moment in self.moments:
            if moment.loop is not None and moment.round is not None:
                self.rounds[moment.loop] = (moment.round, moment.index)
                self.begins.setdefault(moment.loop, moment.index)

    def tell(self) -> str:
        at = 0
        while at < len(self.moments):
            moment, self.voice.at = self.moments[at], at
            skip = self._gap(moment) if self.compact else None
            if skip is None:
                self._tell(moment)
                self._step(moment)
                at += 1
            else:
                at = skip
        self.voice.flush()
        if self.trace.exc_type is not None:
            name = span(f"<error: {self.trace.exc_type}>")
            self.voice.say(f"Nothing catches the exception, so the run ends with {name}.", 0)
        return "\n".join(self.voice.lines)

    def _step(self, moment: Moment) -> None:
        event = moment.event
        if moment.index < len(self.trace.events):
            self.voice.stage.step(event)
            if event.event == "line":
                self.running[event.depth] = self.voice.code.site(event.line, event.func)

    # -- one moment -------------------------------------------------------------------------------------

    def _tell(self, moment: Moment) -> None:
        kind, site = moment.event.event, moment.site
        loops = len(site.loops) if site is not None else 0
        self.voice.indent = moment.event.depth + loops
        if moment.event.func.endswith("<lambda>") and self._lambda(moment):
            return
        if moment.index == len(self.trace.events):
            self.voice.say(f"Before it ends, the program {prints(moment.prints)}.")
        elif kind == "module" and not moment.changes:
            pass  # classes and functions, of which there is nothing to tell
        elif kind == "module":
            self.voice.say(f"Before the call, the module has {self.voice.values(moment.changes)}.")
        elif kind in ("call", "resume"):
            self._call(moment)
        elif kind == "exception":
            self._exception(moment)
        elif kind == "unwind":
            if moment.event.func != "<module>":
                self.voice.say(
                    f"{self.voice.name(moment.event.func)} does not catch it.{self.voice.rest(moment)}", 0
                )
            elif rest := self.voice.rest(moment):
                self.voice.say(rest.strip(), 0)
        else:
            if site is not None:
                tell(self.voice, moment, site, entered=moment.loop in self.rounds)
            elif moment.changes or moment.prints:
                self.voice.say(f"This {self.voice.effect(moment)}.")
            if kind in ("return", "yield"):
                self._result(moment)

    def _lambda(self, moment: Moment) -> bool:
        """A lambda that only returns is told in one sentence, at its end."""
        event = moment.event
        if event.event == "call" and not moment.prints and not any("." in name for name in _told(moment)):
            following = [each.event for each in self.moments[moment.index + 1 : moment.index + 3]]
            if [each.event for each in following] == ["line", "return"]:
                given = f"For {self.voice.values(moment.changes)} the" if moment.changes else "The"
                result = self.moments[moment.index + 2].result or "None"
                self.voice.say(
                    f"{given} lambda returns {span(result)}."
                    if result != "None"
                    else f"{given} lambda returns nothing."
                )
                return True
            return False
        quiet = moment.index >= 2 and not (moment.changes or moment.prints)
        return quiet and event.event in ("line", "return") and self._merged(moment)

    def _merged(self, moment: Moment) -> bool:
        back = 1 if moment.event.event == "line" else 2
        start = self.moments[moment.index - back].event
        kinds = [each.event.event for each in self.moments[moment.index - back : moment.index - back + 3]]
        told = any("." in name for name in _told(self.moments[moment.index - back]))
        return kinds == ["call", "line", "return"] and start.func.endswith("<lambda>") and not told

    def _call(self, moment: Moment) -> None:
        event = moment.event
        if event.func == "<module>":
            return
        self.voice.indent = event.depth
        if moment.prints:
            self.voice.say(f"First this {prints(moment.prints)}.")
        own = [each for each, raw in zip(moment.changes, _told(moment), strict=True) if "." not in raw]
        others = [each for each, raw in zip(moment.changes, _told(moment), strict=True) if "." in raw]
        name = self.voice.name(event.func)
        if event.event == "resume":
            text = f"{name} goes on where it had stopped"
            text += f", and now {self.voice.values(moment.changes)}." if moment.changes else "."
            self.voice.say(text)
            return
        caller = self.running.get(event.depth - 1)
        who = "We call" if event.depth == 0 else "This calls"
        if event.depth and caller is not None and len(caller.text) <= _CALLER_CHARS:
            who = f"The statement {span(caller.text)} calls"
        text = f"{who} {name} with {self.voice.values(own)}." if own else f"{who} {name}."
        if others:
            text += f" At this point {self.voice.values(others)}."
        self.voice.say(text)

    def _exception(self, moment: Moment) -> None:
        rest = self.voice.rest(moment)
        if moment.result is None:
            if moment.site is not None:
                self.voice.say(f"The exception comes out of the statement {span(moment.site.text)}.{rest}")
            elif rest:
                self.voice.say(rest.strip())
            return
        what = "Waiting there, it" if moment.site is None else f"The statement {span(moment.site.text)}"
        recalls = self.voice.recalls(moment.site.node) if moment.site is not None else ""
        if moment.site is not None and isinstance(moment.site.node, ast.Assert):
            what = f"The assertion {span(self.voice.code.segment(moment.site.node.test))} fails and"
            recalls = ""
        elif moment.site is not None and isinstance(moment.site.node, ast.Raise):
            what, recalls = "Here the program", recalls
        self.voice.say(f"{what}{recalls} raises {span(moment.result)}.{rest}")

    def _result(self, moment: Moment) -> None:
        func = moment.event.func
        if func == "<module>" or moment.result is None:
            return
        verb = "returns" if moment.event.event == "return" else "yields"
        text = f"{verb} {span(moment.result)}" if moment.result != "None" else f"{verb} nothing"
        literal = self.trace.return_repr
        if verb == "returns" and moment.event.depth == 0 and literal is not None and literal != moment.result:
            text += f", that is {span(literal)}"
        site = moment.site
        node = site.node if site is not None and site.alone else None
        what = self.voice.name(func)
        self.voice.indent = moment.event.depth
        value = node.value if isinstance(node, ast.Return) else None
        if value is not None and not isinstance(value, ast.Constant | ast.Name):
            code = span(self.voice.code.segment(value))
            recalls = self.voice.recalls(value, parts=self.voice.inner(value))
            self.voice.say(f"{what} works out {code}{recalls} and {text}.")
        else:
            self.voice.say(f"{what} {text}.")

    # -- the middle of a long loop ----------------------------------------------------------------------

    def _gap(self, moment: Moment) -> int | None:
        """In the compact style: tell rounds 3 to the last but one in a sentence. Index of the last round."""
        if moment.round != 3 or moment.loop is None:
            return None
        last, end = self.rounds[moment.loop]
        if last < _SHORT_LOOP:
            return None
        skipped = self.moments[moment.index : end]
        changed: dict[str, None] = {}
        out: list[str] = []
        for each in skipped:
            out.extend(each.prints)
            if each.frame == moment.frame:
                changed.update((name, None) for name, _ in each.changes)
            self._step(each)
        self.voice.indent = moment.event.depth + len(moment.site.loops if moment.site else ()) + 1
        way = "go the same way" if self._alike(moment.loop, moment.index, end) else _OTHERWISE
        text = f"Rounds 3 to {last - 1} {way}"
        pairs = [(name, self.voice.stage.lookup(name)) for name in changed]
        known = [(name, value) for name, value in pairs if value is not None and is_told(value)]
        if known:
            text += f" (after them {self.voice.values(known)})"
        self.voice.say(text + ".")
        if out:
            self.voice.say(f"In these rounds the program {prints(out)}.")
        return end

    def _alike(self, loop: tuple[int, int, int], middle: int, end: int) -> bool:
        """True if each round from `middle` to `end` runs the statements of the first or of the second one."""
        ways: list[set[int]] = []
        known = 0
        for moment in self.moments[self.begins[loop] : end]:
            if moment.loop == loop and moment.round is not None:
                ways.append(set())
                known = len(ways) if moment.index < middle else known
            if moment.frame == loop[0]:
                ways[-1].add(moment.event.line)
        return all(way in ways[:known] for way in ways[known:])


def _told(moment: Moment) -> list[str]:
    return [name for name, value in moment.event.changed if is_told(value)]
