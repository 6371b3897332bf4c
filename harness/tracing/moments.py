"""What each event of a trace means for its program: which statement it ends, which branch and round it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from tokenize import COMMENT, TokenError, generate_tokens
from typing import Any

from harness.tracing.trace import Event, Replay, Trace

Change = tuple[str, str]
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Site:
    """A statement as the recorder knows it: by its first line.

    node: the statement, exception handler or match case that begins there; the first one of several.
    text: its source, of a compound statement the header only.     alone: no other one begins on the line.
    body: first and last line of the block it heads, (0, 0) for a simple statement.
    loops: first lines of the loops around it, outermost first.
    """

    line: int
    node: ast.AST
    text: str
    alone: bool
    body: tuple[int, int]
    loops: tuple[int, ...]
    last_line: int

    @property
    def is_loop(self) -> bool:
        return self.alone and isinstance(self.node, ast.For | ast.While)

    def holds(self, line: int) -> bool:
        """True for a line of the statement's block."""
        return self.body[0] <= line <= self.body[1]


class Program:
    """The statements of a source text by line, and the functions by name."""

    def __init__(self, source: str) -> None:
        self.source = source
        # As the parser counts them: a form feed ends no line, and columns are bytes.
        lines = _LINE.findall(source)
        self.lines = [line.rstrip("\r\n") for line in lines]
        self._encoded = [line.encode() for line in lines]
        self.tree = ast.parse(source)
        self.sites: dict[int, Site] = {}
        self.functions: dict[str, ast.AST] = {}
        # What is asked of a node is asked again in every round of a loop.
        self._segments: dict[ast.AST, str] = {}
        self.notes: dict[Any, Any] = {}
        self._collect(self.tree, (), "")

    def _collect(self, parent: ast.AST, loops: tuple[int, ...], name: str) -> None:
        """Note the statements below `parent`, which stands within `loops` and the function `name`."""
        looping = isinstance(parent, ast.For | ast.While | ast.AsyncFor)
        for node in ast.iter_child_nodes(parent):
            inner, inside = name, loops
            # What follows `else` runs after the loop and is no part of a round.
            if looping and node in parent.body:
                inside = (*loops, parent.lineno)
            if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
                self._add(node, inside)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{node.name}" if name else node.name
                self.functions[inner] = node
                inside = ()
            self._collect(node, inside, inner)

    def _add(self, node: ast.AST, loops: tuple[int, ...]) -> None:
        line = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
        last_line = getattr(node, "end_lineno", None) or line
        known = self.sites.get(line)
        if known is not None:
            if known.node is not node and known.alone:
                whole = self.lines[line - 1].strip()
                self.sites[line] = Site(
                    line, known.node, whole, False, known.body, known.loops, known.last_line
                )
            return
        body = getattr(node, "body", None)
        extent = (body[0].lineno, body[-1].end_lineno or 0) if body else (0, 0)
        self.sites[line] = Site(line, node, self._header(node), True, extent, loops, last_line)

    def _header(self, node: ast.AST) -> str:
        if isinstance(node, ast.match_case):
            return self.lines[node.pattern.lineno - 1].strip().removeprefix("case ").rstrip(": ")
        text = self._source_of(node)
        body = getattr(node, "body", None)
        if body and isinstance(node, ast.stmt | ast.ExceptHandler):
            lines = text.splitlines()[: max(1, body[0].lineno - node.lineno)]
            lines = lines if "#" not in text else _without_comments(lines)
            return " ".join(" ".join(lines).split()).rstrip(":")
        return text if "\n" not in text else " ".join(text.split())

    def site(self, line: int, func: str) -> Site | None:
        """The statement that a line of `func` begins; of `def f(x): return x` it is the body."""
        site = self.sites.get(line)
        own = self.functions.get(func)
        if site is None or own is None or site.node is not own:
            return site
        body = own.body[0]
        text = self.segment(body)
        return Site(
            line, body, text, len(own.body) == 1 and not getattr(body, "body", None), (0, 0), (), line
        )

    def segment(self, node: ast.AST) -> str:
        """The source of an expression on one line."""
        known = self._segments.get(node)
        if known is None:
            text = self._source_of(node) or ast.unparse(node)
            known = self._segments[node] = text if "\n" not in text else " ".join(text.split())
        return known

    def _source_of(self, node: ast.AST) -> str:
        """What `ast.get_source_segment` gives, without cutting the whole source into lines each time."""
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not first or not last or node.end_col_offset is None:
            return ""
        if first == last:
            return self._encoded[first - 1][node.col_offset : node.end_col_offset].decode()
        head = self._encoded[first - 1][node.col_offset :]
        tail = self._encoded[last - 1][: node.end_col_offset]
        return b"".join([head, *self._encoded[first : last - 1], tail]).decode()

    def expression(self, text: str) -> ast.expr:
        """The tree of an expression's source. Raises SyntaxError if it is none."""
        if text not in self.notes:
            self.notes[text] = ast.parse(text, mode="eval").body
        return self.notes[text]

    def noted(self, question: Callable[[ast.AST], Any], node: ast.AST) -> Any:
        """`question(node)`, worked out once."""
        key = (question, node)
        if key not in self.notes:
            self.notes[key] = question(node)
        return self.notes[key]


def _without_comments(lines: list[str]) -> list[str]:
    """The lines of a header without what is no code; as they are if they cannot be read apart."""
    kept = list(lines)
    try:
        for token in generate_tokens(iter([f"{line}\n" for line in lines]).__next__):
            if token.type == COMMENT:
                row, column = token.start
                kept[row - 1] = kept[row - 1][:column].rstrip()
    except (TokenError, IndentationError):
        pass  # the block that should follow the header is missing: all of the header has been read
    return kept


@lru_cache(maxsize=64)
def program(source: str) -> Program:
    return Program(source)


@dataclass
class Moment:
    """One event, and what it says about the statement that it completes.

    site: that statement, None where the event completes none.     frame: step of the call that began it.
    prints: pieces printed since the event before, each a line with its end or a part of one.
    changes: (name, value) as told: plain names, no functions, classes or modules.
    truth: how the condition came out.     round: the round of the loop that begins.
    loop: (frame, line, entry) of that loop, or of the one that ends (`ends`).
    result: text of what is returned, yielded or raised.     within: for each loop around, innermost last.
    """

    index: int
    event: Event
    frame: int
    site: Site | None = None
    prints: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    truth: bool | None = None
    round: int | None = None
    loop: tuple[int, int, int] | None = None
    ends: bool = False
    result: str | None = None


@dataclass
class _Frame:
    number: int
    func: str
    pending: Site | None = None
    line: int = 0
    raised: str | None = None
    rounds: dict[int, int] = field(default_factory=dict)
    entries: dict[int, int] = field(default_factory=dict)


@lru_cache(maxsize=4)
def moments(trace: Trace) -> tuple[Moment, ...]:
    """The moments of `trace`, one per event. Not to be changed: verbaliser and gate share them."""
    return tuple(_moments(trace))


def _moments(trace: Trace) -> Iterator[Moment]:
    code = program(trace.source)
    printed = trace.stdout.encode("utf-8", "surrogateescape")
    told = 0
    frames: list[_Frame] = []
    suspended: dict[int, _Frame] = {}
    for index, event in enumerate(trace.events):
        if event.event == "call":
            frames.append(_Frame(index, event.func))
        elif event.event == "resume":
            began = int(event.arg or index)
            frames.append(suspended.pop(began, None) or _Frame(began, event.func))
        frame = frames[-1] if frames else _Frame(-1, event.func)
        moment = Moment(index, event, frame.number)
        if event.stdout_len > told:
            moment.prints = pieces(printed[told : event.stdout_len].decode("utf-8", "replace"))
            told = event.stdout_len
        moment.changes = [(name.rpartition(".")[2], value) for name, value in event.changed if is_told(value)]
        if event.event in ("line", "return", "yield", "unwind", "exception"):
            moment.site, moment.result = frame.pending, event.arg
            if frame.pending is not None:
                _judge(moment, frame, event)
        if event.event == "line":
            _begin(frame, code.site(event.line, event.func), event.line)
        elif event.event == "exception":
            if frame.raised == event.arg:
                moment.result = None  # the same exception, on its way out
            frame.raised, frame.pending = event.arg, None
        elif event.event in ("return", "yield", "unwind"):
            frames.pop()
            frame.pending = None
            if event.event == "yield":
                suspended[frame.number] = frame
        yield moment
    if len(printed) > told and trace.events:
        # Printed after the last event: by other threads, or at the interpreter's end.
        last = Moment(len(trace.events), trace.events[-1], -1)
        last.prints = pieces(printed[told:].decode("utf-8", "replace"))
        yield last


def _begin(frame: _Frame, site: Site | None, line: int) -> None:
    if site is not None and site.is_loop and not (frame.line == line or _inside(frame.line, site)):
        frame.rounds[line] = 0
        frame.entries[line] = frame.entries.get(line, 0) + 1
    frame.pending, frame.line, frame.raised = site, line, None


def _inside(line: int, site: Site) -> bool:
    return site.holds(line)


def _judge(moment: Moment, frame: _Frame, event: Event) -> None:
    """Which way the completed statement went, as the line after it shows."""
    site = frame.pending
    assert site is not None
    if event.event in ("exception", "unwind") or not site.alone:
        return
    onward = event.event == "line"
    entered = onward and site.holds(event.line)
    node = site.node
    if isinstance(node, ast.Assert):
        moment.truth = True
    elif isinstance(node, ast.If | ast.While):
        moment.truth = entered
    if site.is_loop:
        moment.loop = (frame.number, site.line, frame.entries.get(site.line, 0))
        if entered:
            frame.rounds[site.line] = frame.rounds.get(site.line, 0) + 1
            moment.round = frame.rounds[site.line]
        else:
            moment.ends = True


def is_told(value: str) -> bool:
    """False for a function, class, module or iterator, which has no value to tell."""
    return not (value.startswith("<") and value.endswith(">")) or value.startswith("<int of")


def pieces(text: str) -> list[str]:
    """`text` cut after every line feed (and nowhere else)."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


class Stage:
    """Replay with the names that a statement sees: its frame's, those of enclosing functions, the globals."""

    def __init__(self) -> None:
        self.replay = Replay()
        self.functions: list[str] = []

    def step(self, event: Event) -> None:
        if event.event in ("call", "resume"):
            self.functions.append(event.func)
        self.replay.step(event)
        if event.event in ("return", "unwind", "yield"):
            self.functions.pop()

    def lookup(self, name: str) -> str | None:
        """The text of the value of `name` as the running frame sees it."""
        frames = self.replay.frames
        if frames and name in frames[-1]:
            return frames[-1][name]
        scope = self.functions[-1] if self.functions else ""
        while "." in scope:
            scope = scope.rpartition(".")[0]
            if name in self.replay.scopes.get(scope, {}):
                return self.replay.scopes[scope][name]
        return self.replay.scopes["<module>"].get(name)
