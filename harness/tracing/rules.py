"""Explanations by rules: a trace told statement by statement, with the values it really had."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Literal

from harness.tracing import terse
from harness.tracing.arithmetic import parts, worked_out
from harness.tracing.claims import printed, span, with_answer
from harness.tracing.moments import Moment, Program, Site, Stage, is_told, moments, program
from harness.tracing.phrases import operands, roles, subject
from harness.tracing.trace import Trace

VERSION = "1"
Style = Literal["full", "compact", "terse"]
# Those that are told unless others are asked for; terse is for models with few weights.
STYLES: tuple[Style, ...] = ("full", "compact")

_RECALL_CHARS = 60  # a longer value is not repeated where it is only read
_RECALLS = 4
_INDENTS = 8
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
    return list(zip(narrator.lines, narrator.steps, strict=True))


class _Narrator:
    """Writes one explanation: walks the moments with the state before each at hand."""

    def __init__(self, trace: Trace, style: Style) -> None:
        self.trace = trace
        self.code: Program = program(trace.source)
        self.moments = moments(trace)
        self.compact = style == "compact"
        self.stage = Stage()
        self.lines: list[str] = []
        self.steps: list[int] = []
        self.at = 0
        self.fresh: set[tuple[str, str]] = set()
        self.said: set[tuple[str, str]] = set()
        self.indent = 0
        self.roles: dict[str, dict[str, str]] = {}
        self.definitions: list[str] = []
        self.defined_at = 0
        self.caught = True
        self.rounds: dict[tuple[int, int, int], tuple[int, int]] = {}
        for moment in self.moments:
            if moment.loop is not None and moment.round is not None:
                self.rounds[moment.loop] = (moment.round, moment.index)

    def tell(self) -> str:
        at = 0
        while at < len(self.moments):
            moment, self.at = self.moments[at], at
            skip = self._gap(moment) if self.compact else None
            if skip is None:
                self._tell(moment)
                self._step(moment)
                at += 1
            else:
                at = skip
        self._flush_definitions()
        if self.trace.exc_type is not None:
            name = span(f"<error: {self.trace.exc_type}>")
            self._say(f"Nothing catches the exception, so the run ends with {name}.", 0)
        return "\n".join(self.lines)

    def _step(self, moment: Moment) -> None:
        if moment.index < len(self.trace.events):
            self.stage.step(moment.event)

    # -- one moment -------------------------------------------------------------------------------------

    def _tell(self, moment: Moment) -> None:
        kind, site = moment.event.event, moment.site
        loops = len(site.loops) if site is not None else 0
        self.indent = moment.event.depth + loops
        if moment.event.func.endswith("<lambda>") and self._lambda(moment):
            return
        if moment.index == len(self.trace.events):
            self._say(f"Before it ends, the program {self._prints(moment)}.")
        elif kind == "module":
            self._say(f"Before the call, the module has {self._values(moment.changes)}.")
        elif kind in ("call", "resume"):
            self._call(moment)
        elif kind == "exception":
            self._exception(moment)
        elif kind == "unwind":
            if moment.event.func != "<module>":
                self._say(f"{self._name(moment.event.func)} does not catch it.{self._rest(moment)}", 0)
            elif rest := self._rest(moment):
                self._say(rest.strip(), 0)
        else:
            if site is not None:
                self._statement(moment, site)
            elif moment.changes or moment.prints:
                self._say(f"This {self._effect(moment)}.")
            if kind in ("return", "yield"):
                self._result(moment)

    def _lambda(self, moment: Moment) -> bool:
        """A lambda that only returns is told in one sentence, at its end."""
        event = moment.event
        if event.event == "call" and not moment.prints and not any("." in name for name in _told(moment)):
            following = [each.event for each in self.moments[moment.index + 1 : moment.index + 3]]
            if [each.event for each in following] == ["line", "return"]:
                given = f"For {self._values(moment.changes)} the" if moment.changes else "The"
                result = self.moments[moment.index + 2].result or "None"
                self._say(
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
        self.indent = event.depth
        if moment.prints:
            self._say(f"First this {self._prints(moment)}.")
        own = [each for each, raw in zip(moment.changes, _told(moment), strict=True) if "." not in raw]
        others = [each for each, raw in zip(moment.changes, _told(moment), strict=True) if "." in raw]
        name = self._name(event.func)
        if event.event == "resume":
            text = f"{name} goes on where it had stopped"
            text += f", and now {self._values(moment.changes)}." if moment.changes else "."
            self._say(text)
            return
        who = "We call" if event.depth == 0 else "This calls"
        text = f"{who} {name} with {self._values(own)}." if own else f"{who} {name}."
        if others:
            text += f" At this point {self._values(others)}."
        self._say(text)

    def _exception(self, moment: Moment) -> None:
        rest = self._rest(moment)
        if moment.result is None:
            if moment.site is not None:
                self._say(f"The exception comes out of the statement {span(_headline(moment.site))}.{rest}")
            elif rest:
                self._say(rest.strip())
            return
        what = "Waiting there, it" if moment.site is None else f"The statement {span(_headline(moment.site))}"
        recalls = self._recalls(moment.site.node) if moment.site is not None else ""
        if moment.site is not None and isinstance(moment.site.node, ast.Assert):
            what = f"The assertion {span(self.code.segment(moment.site.node.test))} fails and"
            recalls = ""
        elif moment.site is not None and isinstance(moment.site.node, ast.Raise):
            what, recalls = "Here the program", recalls
        self._say(f"{what}{recalls} raises {span(moment.result)}.{rest}")

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
        what = self._name(func)
        self.indent = moment.event.depth
        value = node.value if isinstance(node, ast.Return) else None
        if value is not None and not isinstance(value, ast.Constant | ast.Name):
            self._say(f"{what} works out {span(self.code.segment(value))}{self._recalls(value)} and {text}.")
        else:
            self._say(f"{what} {text}.")

    # -- statements -------------------------------------------------------------------------------------

    def _statement(self, moment: Moment, site: Site) -> None:
        node = site.node
        if not site.alone:
            reads = [getattr(node, "test", None) or getattr(node, "iter", None) or node]
            self._say(f"The statement {span(site.text)}{self._recalls(*reads)} {self._effect(moment)}.")
        elif isinstance(node, ast.For):
            self._for(moment, site, node)
        elif isinstance(node, ast.While):
            self._while(moment, site, node)
        elif isinstance(node, ast.If):
            self._if(moment, node)
        elif isinstance(node, ast.Assert):
            test = span(self.code.segment(node.test))
            self._say(f"{test} is true{self._test(node.test)}, so the assertion holds.{self._rest(moment)}")
        elif isinstance(node, ast.ExceptHandler):
            self._handler(moment, site)
        elif isinstance(node, ast.match_case):
            fits = site.holds(moment.event.line)
            verb = "fits" if fits else "does not fit"
            self._say(f"The pattern {span(site.text)} {verb}.{self._rest(moment)}")
        elif isinstance(node, ast.Match):
            what = f"{span(self.code.segment(node.subject))}{self._recalls(node.subject)}"
            self._say(f"We match {what}.{self._rest(moment)}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name not in self.definitions:
                self.definitions.append(node.name)
            self.defined_at = self.indent
            if rest := self._rest(moment):
                self._say(rest.strip())
        else:
            self._simple(moment, site, node)

    def _simple(self, moment: Moment, site: Site, node: ast.AST) -> None:
        bare = not (moment.changes or moment.prints)
        if isinstance(node, ast.Break):
            self._say(f"We leave the loop.{self._rest(moment)}")
        elif isinstance(node, ast.Continue):
            self._say(f"We go on with the next round.{self._rest(moment)}")
        elif isinstance(
            node, ast.Pass | ast.Try | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal
        ) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            if rest := self._rest(moment):
                self._say(rest.strip())
        elif isinstance(node, ast.Return):
            if not bare:
                self._say(f"On the way out, {span(site.text)} {self._effect(moment)}.")
        elif isinstance(node, ast.With):
            if not bare:
                self._say(f"{span(site.text)} {self._effect(moment)}.")
        elif isinstance(node, ast.Delete) and bare:
            self._say(f"{span(site.text)} removes what it names.")
        elif (
            isinstance(node, ast.Expr)
            and bare
            and (isinstance(node.value, ast.Yield) or self._called(moment))
        ):
            return  # what there is to say was said where it went on
        elif text := self._plain_start(moment, node):
            self._say(text)
        else:
            value = getattr(node, "value", node)
            begin = subject(self.code, node, site.text)
            stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
            if isinstance(node, ast.AugAssign) or stored:
                begin = self._with_value(begin, node.value)
            elif isinstance(node, ast.Assign) and isinstance(value, ast.Name) and moment.changes:
                begin = self._copied(begin, node, moment.changes[0][1])
            recalls = self._recalls(value, *self.code.noted(_indices, node))
            self._say(f"{begin}{recalls} {self._effect(moment, node)}.")

    def _called(self, moment: Moment) -> bool:
        """True if the statement called a function that is told."""
        return self.moments[moment.index - 1].event.event in ("return", "yield")

    def _with_value(self, begin: str, value: ast.expr) -> str:
        """Says what the right side of `x += ...` comes to."""
        known = None if isinstance(value, ast.Constant | ast.Name) else worked_out(value, self.stage.lookup)
        code = span(self.code.segment(value))
        if known is None or begin.count(code) != 1:
            return begin
        comma = "," if not begin.endswith(code) else ""
        return begin.replace(code, f"{code}, which is {span(known)}{comma}")

    def _copied(self, begin: str, node: ast.Assign, value: str) -> str:
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Name):
            return begin
        source, name = span(self.code.segment(node.value)), span(target.id)
        if value[:1] in "[{" or value.endswith(")"):
            return f"Making {name} another name for {source}"
        return f"Copying {source} to {name}"

    def _plain_start(self, moment: Moment, node: ast.AST) -> str:
        """`x = 0` and the like: the claim is the whole statement."""
        if not isinstance(node, ast.Assign) or moment.prints or not moment.changes:
            return ""
        target = node.targets[0]
        if (
            len(node.targets) != 1
            or not isinstance(target, ast.Name)
            or [name for name, _ in moment.changes] != [target.id]
        ):
            return ""
        source, value = self.code.segment(node.value), moment.changes[0][1]
        first = self.stage.lookup(target.id) is None
        role = self._roles(moment.event.func).get(target.id, "") if first else ""
        role = f", {role}" if role else ""
        if isinstance(node.value, ast.Constant) or source == value:
            return f"We set {self._values(moment.changes)}{role}."
        if role:
            begin = subject(self.code, node, source)
            return f"{begin}{self._recalls(node.value)} gives {self._values(moment.changes)}{role}."
        return ""

    def _for(self, moment: Moment, site: Site, node: ast.For) -> None:
        target = self.code.noted(_names, node.target)
        changed = {name for name, _ in moment.changes}
        held = [(name, self.stage.lookup(name)) for name in target if name not in changed]
        same = [(name, value) for name, value in held if value is not None and is_told(value)]
        if moment.round is None and not moment.ends:
            self._say(
                f"{span(site.text)} {self._effect(moment)}."
            ) if moment.changes or moment.prints else None
            return
        if moment.ends:
            if self._first(moment):
                recalls = self._recalls(node.iter)
                self._say(f"{span(site.text)} finds nothing to go over{recalls}.{self._rest(moment)}")
            else:
                self._say(
                    f"There is nothing left for {span(site.text)}, so the loop ends.{self._rest(moment)}"
                )
            return
        if moment.round == 1:
            self._say(f"The loop {span(site.text)} begins{self._recalls(node.iter)}.")
        self.indent += 1
        if moment.changes:
            text = f"Round {moment.round}: {self._values(moment.changes)}"
            text += f"; as before ({self._values(same)})." if same else "."
        else:
            text = f"Round {moment.round}: the item is the same as before"
            text += f" ({self._values(same)})." if same else "."
        if moment.prints:
            text += f" On the way it {self._prints(moment)}."
        self._say(text)

    def _while(self, moment: Moment, site: Site, node: ast.While) -> None:
        test = span(self.code.segment(node.test))
        always = isinstance(node.test, ast.Constant)
        if moment.round is not None:
            if moment.round == 1:
                self._say(f"The loop {span(site.text)} begins.")
            self.indent += 1
            text = f"Round {moment.round}"
            text += " begins." if always else f": {test} is true{self._test(node.test)}."
            self._say(text + self._rest(moment))
        elif moment.ends and not always:
            end = "the loop does not start" if self._first(moment) else "the loop ends"
            self._say(f"{test} is false{self._test(node.test)}, so {end}.{self._rest(moment)}")
        elif rest := self._rest(moment):
            self._say(rest.strip())

    def _first(self, moment: Moment) -> bool:
        return moment.loop not in self.rounds

    def _if(self, moment: Moment, node: ast.If) -> None:
        if moment.truth is None:
            if rest := self._rest(moment):
                self._say(rest.strip())
            return
        test = span(self.code.segment(node.test))
        if moment.truth:
            then = "so we enter the block"
        elif not node.orelse:
            then = "so we skip the block"
        elif self.code.lines[node.orelse[0].lineno - 1].lstrip().startswith("elif"):
            then = "so we try the next condition"
        else:
            then = "so we take the other branch"
        truth = "true" if moment.truth else "false"
        self._say(f"{test} is {truth}{self._test(node.test)}, {then}.{self._rest(moment)}")

    def _handler(self, moment: Moment, site: Site) -> None:
        if site.holds(moment.event.line) and moment.event.event == "line":
            changes = f": {self._values(moment.changes)}" if moment.changes else ""
            extra = f" This {self._prints(moment)}." if moment.prints else ""
            self._say(f"{span(site.text)} catches the exception{changes}.{extra}")
        else:
            self._say(f"{span(site.text)} does not match.{self._rest(moment)}")

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
        self.indent = moment.event.depth + len(moment.site.loops if moment.site else ()) + 1
        text = f"Rounds 3 to {last - 1} go the same way"
        pairs = [(name, self.stage.lookup(name)) for name in changed]
        known = [(name, value) for name, value in pairs if value is not None and is_told(value)]
        if known:
            text += f" (after them {self._values(known)})"
        self._say(text + ".")
        if out:
            self._say(f"In these rounds the program {_prints(out)}.")
        return end

    # -- words ------------------------------------------------------------------------------------------

    def _say(self, text: str, indent: int | None = None) -> None:
        self._flush_definitions()
        depth = min(self.indent if indent is None else indent, _INDENTS)
        self.lines.append("  " * depth + text)
        self.steps.append(min(self.at, max(0, len(self.trace.events) - 1)))
        self.fresh, self.said = self.said, set()

    def _flush_definitions(self) -> None:
        if self.definitions:
            names, self.definitions = [span(name) for name in self.definitions], []
            self.lines.append("  " * min(self.defined_at, _INDENTS) + f"We define {_list(names)}.")
            self.steps.append(max(0, self.at - 1))

    def _values(self, pairs: Sequence[tuple[str, str]]) -> str:
        self.said.update(pairs)
        return _list([span(f"{name} = {value}") for name, value in pairs])

    def _prints(self, moment: Moment) -> str:
        return _prints(moment.prints)

    def _effect(self, moment: Moment, node: ast.AST | None = None) -> str:
        parts = []
        if moment.prints:
            parts.append(_prints(moment.prints))
        if moment.changes:
            parts.append(f"gives {self._values(self._in_order(moment.changes, node))}")
        if parts:
            return " and ".join(parts)
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if (
            isinstance(target, ast.Name)
            and (value := self.stage.lookup(target.id)) is not None
            and is_told(value)
        ):
            return f"leaves {span(target.id)} as it is ({self._values([(target.id, value)])})"
        plain = [name for name, _ in moment.event.changed if "." not in name and name in self.code.source]
        return f"defines {_list([span(name) for name in plain])}" if plain else "changes nothing"

    def _in_order(self, changes: list[tuple[str, str]], node: ast.AST | None) -> list[tuple[str, str]]:
        """The changes in the order in which the statement names its targets."""
        if len(changes) < 2 or not isinstance(node, ast.Assign):
            return changes
        place = {name: index for index, name in enumerate(self.code.noted(_targets, node))}
        return sorted(changes, key=lambda change: place.get(change[0], len(place)))

    def _rest(self, moment: Moment) -> str:
        return f" This {self._effect(moment)}." if moment.changes or moment.prints else ""

    def _recalls(self, *nodes: ast.AST, parts: Sequence[ast.expr] = ()) -> str:
        """` (a = 1 and b = 2)`: what the variables that are read hold, unless it was said just before, and
        what the `parts` of an expression come to."""
        found = []
        for name in dict.fromkeys(name for node in nodes for name in self.code.noted(operands, node)):
            value = self.stage.lookup(name)
            if value is None or not is_told(value) or len(value) > _RECALL_CHARS:
                continue
            if (name, value) not in self.fresh:
                found.append((name, value))
        known = self._values(found[:_RECALLS])
        values = [(each, worked_out(each, self.stage.lookup)) for each in parts]
        sums = [
            f"{span(self.code.segment(each))} is {span(value)}" for each, value in values if value is not None
        ]
        known += ("; " if known and sums else "") + _list(list(dict.fromkeys(sums)))
        return f" ({known})" if known else ""

    def _test(self, test: ast.expr) -> str:
        return self._recalls(test, parts=self.code.noted(parts, test))

    def _roles(self, func: str) -> dict[str, str]:
        if func not in self.roles:
            node = self.code.tree if func == "<module>" else self.code.functions.get(func)
            self.roles[func] = self.code.noted(roles, node) if node is not None else {}
        return self.roles[func]

    def _name(self, func: str) -> str:
        if func.endswith("<lambda>"):
            return "the lambda"
        owner, _, name = func.rpartition(".")
        if owner and isinstance(self.code.functions.get(owner), ast.ClassDef):
            return f"{span(name)} of {span(owner.rpartition('.')[2])}"
        return span(name)


def _names(target: ast.AST) -> list[str]:
    return [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]


def _targets(node: ast.Assign) -> list[str]:
    return [name for target in node.targets for name in _names(target)]


def _told(moment: Moment) -> list[str]:
    return [name for name, value in moment.event.changed if is_told(value)]


def _headline(site: Site) -> str:
    return site.text


def _indices(node: ast.AST) -> list[ast.AST]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [
        each.slice
        for target in targets
        if target is not None
        for each in ast.walk(target)
        if isinstance(each, ast.Subscript)
    ]


def _prints(out: Sequence[str]) -> str:
    return f"prints {_list([printed(piece) for piece in out])}"


def _list(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
