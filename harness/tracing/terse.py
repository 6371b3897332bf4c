"""The terse style of explanation: every operation in few words, for models with few weights.

A sentence ends with ` .` and is one of

    s = 4 .   s = 0 + 4 = 4 .     a variable gets a value, after the operation that gave it
    8 // 2 = 4 .   8 > 7 no .     an operation; a comparison
    x = 8 , left 2 6 .   done .   a loop takes an item, with the items that are still to come; it ends
    prints 4 , all 3 / 4 .        a line of output, with the lines so far when there are several
    skip .   leave .              continue and break

Values are written bare: without brackets, quotes and commas, `nothing` if that leaves nothing. So a model
finds each operand by copying a word that it wrote before.
"""

from __future__ import annotations

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness.tracing.claims import with_answer
from harness.tracing.moments import Moment, Program, Stage, is_told, moments, program
from harness.tracing.trace import Trace

VERSION = "2"

_MOST_ITEMS = 16  # of a loop, or lines of output, that are repeated
_PLAIN = (bool, int, str, list)

_BINARY: dict[type, tuple[str, Callable]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}
_COMPARE: dict[type, tuple[str, Callable]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
_CALLS: dict[str, Callable] = {"abs": abs, "len": len, "max": max, "min": min}


def explain(trace: Trace) -> str:
    """The explanation of `trace`, ending with its output."""
    return with_answer(_Teller(trace).tell(), trace.answer)


def bare(value: str) -> str:
    """The text of a value without brackets, quotes and commas."""
    return " ".join(re.sub(r"[\[\](){},'\"]", " ", value).split()) or "nothing"


class Unknown(Exception):
    """An expression that is not worked out here: its effect is told, not its steps."""


class _Teller:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.code: Program = program(trace.source)
        self.stage = Stage()
        self.said: list[str] = []
        self.lines: list[str] = []

    def tell(self) -> str:
        for moment in moments(self.trace):
            self._tell(moment)
            if moment.index < len(self.trace.events):
                self.stage.step(moment.event)
        if self.trace.exc_type is not None:
            self._say(f"ends with {self.trace.exc_type}")
        return " ".join(self.said)

    def _say(self, sentence: str) -> None:
        self.said.append(f"{sentence} .")

    def _tell(self, moment: Moment) -> None:
        node = moment.site.node if moment.site is not None and moment.site.alone else None
        before = len(self.said)
        changes = list(moment.changes)
        if moment.event.event == "call" and moment.event.func != "<module>":
            self._say(f"call {moment.event.func}")
        elif moment.event.event == "exception" and moment.result is not None:
            self._say(f"raises {bare(moment.result)}")
        elif isinstance(node, ast.For):
            changes = self._round(moment, node, changes)
        elif isinstance(node, ast.If | ast.While | ast.Assert):
            self._steps(node.test)
        elif isinstance(node, ast.Continue):
            self._say("skip")
        elif isinstance(node, ast.Break):
            self._say("leave")
        elif isinstance(node, ast.Assign | ast.AugAssign):
            changes = self._assigned(node, changes)
        elif isinstance(node, ast.Expr | ast.Return) and node.value is not None:
            arguments = node.value.args if isinstance(node.value, ast.Call) else [node.value]
            for argument in arguments:
                self._steps(argument)
        for name, value in changes:
            self._say(f"{name} = {bare(value)}")
        self._prints(moment.prints)
        if moment.event.event in ("return", "yield") and moment.event.func != "<module>":
            self._say(f"returns {bare(moment.result or '')}")
        # Between the last value and a condition that nothing was worked out for: say how it came out.
        if isinstance(node, ast.If | ast.While) and moment.truth is not None and len(self.said) == before:
            self._say("yes" if moment.truth else "no")

    def _round(self, moment: Moment, node: ast.For, changes: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """A loop takes an item or ends. Returns the changes that are still to be told."""
        if moment.ends:
            self._say("done")
            return changes
        if moment.round is None or not isinstance(node.target, ast.Name):
            return changes
        name = node.target.id
        value = dict(changes).get(name) or self.stage.lookup(name)
        if value is None:
            return changes
        sentence = f"{name} = {bare(value)}"
        items = self._items(node.iter)
        if items is not None and len(items) <= _MOST_ITEMS:
            left = items[moment.round :]
            sentence += f" , left {' '.join(bare(repr(item)) for item in left) or 'nothing'}"
        self._say(sentence)
        return [change for change in changes if change[0] != name]

    def _items(self, node: ast.expr) -> list[Any] | None:
        """What a loop goes over, if that is a list in a variable or a range."""
        try:
            if isinstance(node, ast.Name):
                value = self._name(node.id)
                return value if isinstance(value, list) else None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
                bounds = [self._value(argument, []) for argument in node.args]
                numbers = range(*bounds)
                return list(numbers) if len(numbers) <= _MOST_ITEMS else None
        except (Unknown, TypeError, ValueError):
            return None
        return None

    def _assigned(
        self, node: ast.Assign | ast.AugAssign, changes: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """`s = 0 + 4 = 4`: the last operation stands between the name and its value, new or old.

        Returns the changes that are still to be told.
        """
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        if not isinstance(target, ast.Name):
            return changes
        name = target.id
        value = dict(changes).get(name) or self.stage.lookup(name)
        if value is None or not is_told(value):
            return changes
        expression = node.value
        if isinstance(node, ast.AugAssign):
            expression = ast.BinOp(ast.Name(name), node.op, node.value)
        steps: list[str] = []
        try:
            result = self._value(expression, steps)
        except Unknown:
            steps, result = [], None
        last = ""
        if steps and " = " in steps[-1] and bare(repr(result)) == bare(value):
            last = steps.pop()
        for step in steps:
            self._say(step)
        self._say(f"{name} = {last or bare(value)}")
        return [change for change in changes if change[0] != name]

    def _steps(self, node: ast.expr) -> None:
        steps: list[str] = []
        try:
            self._value(node, steps)
        except Unknown:
            return
        for step in steps:
            self._say(step)

    def _prints(self, pieces: Sequence[str]) -> None:
        for piece in pieces:
            self.lines.append(bare(piece))
            sentence = f"prints {self.lines[-1]}"
            if 1 < len(self.lines) <= _MOST_ITEMS:
                sentence += f" , all {' / '.join(self.lines)}"
            self._say(sentence)

    # -- expressions ------------------------------------------------------------------------------------

    def _name(self, name: str) -> Any:
        text = self.stage.lookup(name)
        try:
            value = ast.literal_eval(text or "")
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise Unknown from None
        if type(value) not in _PLAIN:
            raise Unknown
        return value

    def _value(self, node: ast.expr, steps: list[str]) -> Any:
        """The value of a simple expression; the operations on the way are appended to `steps`.

        Raises Unknown for what is not numbers, words and lists of them under the usual operators, and for an
        operation that fails.
        """
        match node:
            case ast.Constant(value=value) if type(value) in _PLAIN:
                return value
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return not self._value(inner, steps)
            case ast.BoolOp(op=op, values=parts):
                truth = False
                for part in parts:
                    truth = bool(self._value(part, steps))
                    if truth == isinstance(op, ast.Or):
                        break
                return truth
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                sign, apply = _BINARY[type(op)]
                return self._operation(sign, apply, left, right, steps)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                sign, apply = _COMPARE[type(op)]
                return self._operation(sign, apply, left, right, steps)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _CALLS:
                values = [self._value(argument, steps) for argument in arguments]
                return self._applied(f"{name} {_words(values)}", _CALLS[name], values, steps)
            case ast.Subscript(value=inner, slice=index):
                values = [self._value(inner, steps), self._value(index, steps)]
                text = f"{bare(repr(values[0]))} at {bare(repr(values[1]))}"
                return self._applied(text, operator.getitem, values, steps)
        raise Unknown

    def _operation(
        self, sign: str, apply: Callable, left: ast.expr, right: ast.expr, steps: list[str]
    ) -> Any:
        values = [self._value(left, steps), self._value(right, steps)]
        return self._applied(f"{bare(repr(values[0]))} {sign} {bare(repr(values[1]))}", apply, values, steps)

    def _applied(self, text: str, apply: Callable, values: list[Any], steps: list[str]) -> Any:
        numbers = [value for value in values if type(value) is int]
        if any(abs(number) > 10**12 for number in numbers):
            raise Unknown
        try:
            result = apply(*values)
        except (TypeError, ValueError, ZeroDivisionError, IndexError):
            raise Unknown from None
        if type(result) not in _PLAIN or len(repr(result)) > 200:
            raise Unknown
        if type(result) is bool:
            steps.append(f"{text} {'yes' if result else 'no'}")
        else:
            steps.append(f"{text} = {bare(repr(result))}")
        return result


def _words(values: Sequence[Any]) -> str:
    return " ".join(bare(repr(value)) for value in values)


# -- the gate of this style ------------------------------------------------------------------------------

_SENTENCE = re.compile(r"(?:^| )\.(?: |$)")
_SET = re.compile(r"([^\W\d]\w*) = (?:(.*) = )?(.+?)(?: , left (.+))?")
_PRINTS = re.compile(r"prints (.+?)(?: , all (.+))?")
_OPERATION = re.compile(r"(\S+) (\S+) (\S+) (?:= )?(\S+)")
_CALL = re.compile(r"(abs|len|max|min) (.+) = (\S+)")
_AT = re.compile(r"(.+) at (\S+) = (\S+)")
_REPORTS = ("call ", "returns ", "raises ", "ends with ")
_FLOW = {"skip", "leave", "done", "yes", "no"}
_SIGNS = dict((*_BINARY.values(), *_COMPARE.values()))


def first_fault(body: str, trace: Trace) -> str | None:
    """None if `body` tells every change, output line, result and exception of `trace` in their order, works
    out nothing wrong, and says nothing else; or what is wrong first."""
    due = _facts(trace)
    waiting: Counter[str] = next(due, Counter())
    left: dict[str, str] = {}
    told: dict[str, str] = {}
    for sentence in (each.strip() for each in _SENTENCE.split(body.strip())):
        if sentence in ("done", "leave"):
            left.clear()
        if not sentence or sentence in _FLOW:
            continue
        fact, work = _read(sentence)
        if work and not _holds(work):
            return f"{sentence!r} is worked out wrong"
        name = fact.partition(" = ")[0]
        match = _SET.fullmatch(sentence)
        if match and match[4]:
            announced = left.get(name, "nothing")
            if announced not in ("nothing", f"{match[3]} {match[4]}".removesuffix(" nothing")):
                return f"{sentence!r} does not go on with {announced!r}"
            left[name] = match[4]
        if not fact or (told.get(name) == fact and not (waiting or Counter())[fact]):
            continue  # nothing but an operation, or a value that the variable already has
        while waiting is not None and not waiting[fact]:
            if waiting.total():
                return f"{fact!r} where {next(iter(+waiting))!r} is due"
            waiting = next(due, None)
        if waiting is None:
            return f"{fact!r} does not happen"
        waiting[fact] -= 1
        if " = " in fact:
            told[name] = fact
    while waiting is not None:
        if waiting.total():
            return f"left out: {next(iter(+waiting))!r}"
        waiting = next(due, None)
    return None


def _read(sentence: str) -> tuple[str, str]:
    """(what the sentence tells of the run, what it works out), either of them "" if it does not."""
    if match := _SET.fullmatch(sentence):
        name, work, value, _ = match.groups()
        return f"{name} = {value}", f"{work} = {value}" if work else ""
    if match := _PRINTS.fullmatch(sentence):
        return f"prints {match[2] or match[1]}", ""
    if sentence.startswith(_REPORTS):
        return sentence, ""
    return "", sentence


def _holds(work: str) -> bool:
    """Is this operation worked out right?"""
    try:
        if match := _CALL.fullmatch(work):
            values = [_read_value(word) for word in match[2].split()]
            if match[1] == "len":
                return match[3] in (str(len(values)), str(len(match[2])))
            result = _CALLS[match[1]](*values) if match[1] == "abs" or len(values) > 1 else values[0]
        elif match := _AT.fullmatch(work):
            words, index = match[1].split(), int(match[2])
            return match[3] in (words[index] if -len(words) <= index < len(words) else "", words[0][index])
        elif match := _OPERATION.fullmatch(work):
            result = _SIGNS[match[2]](_read_value(match[1]), _read_value(match[3]))
            if type(result) is bool:
                return match[4] == ("yes" if result else "no")
        else:
            return False
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return False
    return bare(repr(result)) == match.groups()[-1]


def _read_value(word: str) -> int | str:
    return int(word) if re.fullmatch(r"-?\d+", word) else word


def _facts(trace: Trace) -> Iterator[Counter[str]]:
    """What each moment has to be told of."""
    lines: list[str] = []
    for moment in moments(trace):
        facts = Counter(f"{name} = {bare(value)}" for name, value in moment.changes)
        for piece in moment.prints:
            lines.append(bare(piece))
            facts[f"prints {' / '.join(lines) if len(lines) <= _MOST_ITEMS else lines[-1]}"] += 1
        if moment.event.event in ("return", "yield") and moment.event.func != "<module>":
            facts[f"returns {bare(moment.result or '')}"] += 1
        if moment.event.event == "call" and moment.event.func != "<module>":
            facts[f"call {moment.event.func}"] += 1
        if moment.event.event == "exception" and moment.result is not None:
            facts[f"raises {bare(moment.result)}"] += 1
        yield facts
    if trace.exc_type is not None:
        yield Counter([f"ends with {trace.exc_type}"])
