"""The voice of an explanation: its sentences in their places, and the words for values, effects and names."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from harness.tracing.arithmetic import choices, deciding, is_settled, operands_of, parts, worked_out
from harness.tracing.claims import printed, span
from harness.tracing.moments import Moment, Program, Stage, is_told, program
from harness.tracing.phrases import operands, roles
from harness.tracing.trace import Trace

_RECALL_CHARS = 60  # a longer value is not repeated where it is only read
_RECALLS = 4
_PARTS = 3
_INDENTS = 8


class Voice:
    """What has been said of a trace, and what the program's state was before the statement to be told.

    lines, steps: the sentences, and for each the step that completes what it tells.     at: that step.
    indent: of the next sentence.     definitions: functions and classes that are still to be named.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.code: Program = program(trace.source)
        self.stage = Stage()
        self.lines: list[str] = []
        self.steps: list[int] = []
        self.at = 0
        self.indent = 0
        self.definitions: list[str] = []
        self.defined_at = 0
        self._fresh: set[tuple[str, str]] = set()
        self._said: set[tuple[str, str]] = set()
        self._roles: dict[str, dict[str, str]] = {}

    def say(self, text: str, indent: int | None = None) -> None:
        self.flush()
        depth = min(self.indent if indent is None else indent, _INDENTS)
        self.lines.append("  " * depth + text)
        self.steps.append(min(self.at, max(0, len(self.trace.events) - 1)))
        self._fresh, self._said = self._said, set()

    def flush(self) -> None:
        if self.definitions:
            names, self.definitions = [span(name) for name in self.definitions], []
            self.lines.append("  " * min(self.defined_at, _INDENTS) + f"We define {listed(names)}.")
            self.steps.append(max(0, self.at - 1))

    def values(self, pairs: Sequence[tuple[str, str]]) -> str:
        self._said.update(pairs)
        return listed([span(f"{name} = {value}") for name, value in pairs])

    def effect(self, moment: Moment, node: ast.AST | None = None) -> str:
        parts = []
        if moment.prints:
            parts.append(prints(moment.prints))
        if moment.changes:
            kept = self.kept(moment.changes, node)
            as_before = f" (as before, {self.values(kept)})" if kept else ""
            parts.append(f"gives {self.values(self.in_order(moment.changes, node))}{as_before}")
        if parts:
            return " and ".join(parts)
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if (
            isinstance(target, ast.Name)
            and (value := self.stage.lookup(target.id)) is not None
            and is_told(value)
        ):
            return f"leaves {span(target.id)} as it is ({self.values([(target.id, value)])})"
        plain = [name for name, _ in moment.event.changed if "." not in name and name in self.code.source]
        return f"defines {listed([span(name) for name in plain])}" if plain else "changes nothing"

    def kept(self, changes: Sequence[tuple[str, str]], node: ast.AST | None) -> list[tuple[str, str]]:
        """The names that an assignment of several binds to what they held, with that."""
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Tuple | ast.List):
            return []
        bound = [each.id for each in node.targets[0].elts if isinstance(each, ast.Name)]
        changed = {name for name, _ in changes}
        found = [(name, self.stage.lookup(name)) for name in bound if name not in changed]
        return [(name, value) for name, value in found if value is not None and is_told(value)]

    def in_order(self, changes: list[tuple[str, str]], node: ast.AST | None) -> list[tuple[str, str]]:
        """The changes in the order in which the statement names its targets."""
        if len(changes) < 2 or not isinstance(node, ast.Assign):
            return changes
        place = {name: index for index, name in enumerate(self.code.noted(targets, node))}
        return sorted(changes, key=lambda change: place.get(change[0], len(place)))

    def rest(self, moment: Moment) -> str:
        return f" This {self.effect(moment)}." if moment.changes or moment.prints else ""

    def recalls(self, *nodes: ast.AST, parts: Sequence[ast.expr] = ()) -> str:
        """` (a = 1 and b = 2)`: what the variables that are read hold, unless it was said just before, and
        what the `parts` of an expression come to."""
        found = []
        for name in dict.fromkeys(name for node in nodes for name in self.code.noted(operands, node)):
            value = self.stage.lookup(name)
            if value is None or not is_told(value) or len(value) > _RECALL_CHARS:
                continue
            if (name, value) not in self._fresh:
                found.append((name, value))
        known = self.values(found[:_RECALLS])
        values = [(each, worked_out(each, self.stage.lookup)) for each in parts]
        sums = [
            f"{span(self.code.segment(each))} is {span(value)}" for each, value in values if value is not None
        ]
        known += ("; " if known and sums else "") + listed(list(dict.fromkeys(sums)))
        return f" ({known})" if known else ""

    def test(self, test: ast.expr) -> str:
        """As `recalls`, with the sides of comparisons and the condition that decides it."""
        sides = self.code.noted(parts, test)
        decisive = deciding(test, self.stage.lookup)
        return self.recalls(test, parts=sides if decisive is None else [*sides, decisive])

    def inner(self, value: ast.AST) -> list[ast.expr]:
        """The parts of an expression that lead to its value: how choices came out, and plain operands."""
        if not self.code.noted(is_settled, value):
            return []
        found = operands_of(value, self.stage.lookup) if isinstance(value, ast.expr) else []
        return [*self.code.noted(choices, value), *found][:_PARTS]

    def roles_of(self, func: str) -> dict[str, str]:
        """What the variables of a function are for: name -> a noun phrase."""
        if func not in self._roles:
            node = self.code.tree if func == "<module>" else self.code.functions.get(func)
            self._roles[func] = self.code.noted(roles, node) if node is not None else {}
        return self._roles[func]

    def name(self, func: str) -> str:
        if func.endswith("<lambda>"):
            return "the lambda"
        owner, _, name = func.rpartition(".")
        if owner and isinstance(self.code.functions.get(owner), ast.ClassDef):
            return f"{span(name)} of {span(owner.rpartition('.')[2])}"
        return span(name)


def targets(node: ast.Assign) -> list[str]:
    """The names in the targets of an assignment, in their order."""
    return [name for target in node.targets for name in names(target)]


def names(target: ast.AST) -> list[str]:
    return [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]


def prints(out: Sequence[str]) -> str:
    return f"prints {listed([printed(piece) for piece in out])}"


def listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
