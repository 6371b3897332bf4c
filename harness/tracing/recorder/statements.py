"""What the syntax tree tells the recorder: where statements begin, and which of them can change a value."""

from __future__ import annotations

import ast

INERT = 0  # rebinds names at most
SUBSCRIPT = 1  # reads an element: a defaultdict may grow
TOUCHING = 2  # may change any object
# A tuple of names stands for `name += value`: it changes an object only if the name holds a mutable one.
# The name "" in it stands for SUBSCRIPT.

# Calls of these change no builtin value. (A method of the same name on a user's class is a traced call of its
# own, after which everything is looked at again.)
_PURE_FUNCTIONS = """
    abs all any bin bool chr complex dict divmod enumerate float format hash hex id input int isinstance len
    list max min oct ord pow print range repr reversed round set sorted str sum tuple type zip
"""
_PURE_METHODS = """
    bit_count bit_length ceil comb copy difference factorial floor gcd get hypot intersection isqrt issubset
    issuperset items keys lcm log log2 most_common perm read readline sqrt union values
"""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_CHANGING = (
    ast.Delete,
    ast.With,
    ast.AsyncWith,
    ast.Import,
    ast.ImportFrom,
    ast.ClassDef,
    ast.FunctionDef,
    ast.Match,
)
_OPAQUE = (ast.Yield, ast.YieldFrom, ast.Await, ast.Starred)


class Statements:
    """Facts by line number for one module.

    start: line -> first line of the simple statement or compound header it belongs to, where that has more
    than one line.
    plans: first line of a statement that does no more than bind names -> (those names; the names that it
    augments, harmless unless they hold a mutable value; whether it reads an element). Of a line that is not
    in it, anything may have changed.
    loops: lines of `for` headers.     comprehensions: (first line, column, last line, column) of each list,
    set and dict comprehension.
    """

    def __init__(self, tree):
        self.start = {}
        kinds, stores, handled = {}, {}, set()
        self.loops = set()
        self.comprehensions = []
        nodes = list(ast.walk(tree))
        rebound = {node.id for node in nodes if isinstance(node, ast.Name) and type(node.ctx) is ast.Store}
        rebound |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        self._pure = frozenset(_PURE_FUNCTIONS.split()) - rebound
        self._pure_methods = frozenset(_PURE_METHODS.split()) | frozenset(dir(str))
        for node in nodes:
            if isinstance(node, ast.stmt):
                self._statement(node, kinds, stores)
            elif isinstance(node, _COMPREHENSIONS):
                self.comprehensions.append(
                    (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
                )
            elif isinstance(node, ast.ExceptHandler) and node.name:
                handled.update(range(node.lineno, node.end_lineno + 1))  # its end removes the name
        self.plans = {
            line: (stores[line], tuple(name for name in _names(kind) if name), "" in _names(kind))
            for line, kind in kinds.items()
            if kind is not TOUCHING and line not in handled
        }

    def _statement(self, node, kinds, stores):
        first, last = node.lineno, node.end_lineno
        body = getattr(node, "body", None) or getattr(node, "cases", None)
        if body:
            inner = body[0].pattern if hasattr(body[0], "pattern") else body[0]
            last = max(first, inner.lineno - 1)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for line in range(min((each.lineno for each in node.decorator_list), default=first), first + 1):
                if node.decorator_list:
                    self.start[line] = first
        elif last > first and not isinstance(node, ast.Try):
            for line in range(first, last + 1):
                self.start.setdefault(line, first)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.loops.add(first)
        kinds[first] = _stronger(kinds.get(first, INERT), self._kind(node))
        names = [
            each.id
            for part in _own_parts(node)
            for each in ast.walk(part)
            if isinstance(each, ast.Name) and type(each.ctx) is ast.Store and not each.id.startswith("__")
        ]
        stores[first] = tuple(dict.fromkeys([*stores.get(first, ()), *names]))

    def _kind(self, node):
        if isinstance(node, _CHANGING):
            return TOUCHING
        parts = _own_parts(node)
        kind = INERT
        if isinstance(node, ast.AugAssign):
            if not isinstance(node.target, ast.Name):
                return TOUCHING
            kind = (node.target.id,)
            parts = [node.value]
        for part in parts:
            for inner in ast.walk(part):
                kind = _stronger(kind, self._expression(inner))
                if kind is TOUCHING:
                    return TOUCHING
        return kind

    def _expression(self, node):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else None
            method = function.attr if isinstance(function, ast.Attribute) else None
            return INERT if name in self._pure or method in self._pure_methods else TOUCHING
        if isinstance(node, (ast.Subscript, ast.Attribute)) and type(node.ctx) is not ast.Load:
            return TOUCHING
        if isinstance(node, _OPAQUE):
            return TOUCHING
        return SUBSCRIPT if isinstance(node, ast.Subscript) else INERT


def _own_parts(node):
    """The expressions of a statement, without the statements in its blocks."""
    return [
        part
        for field, value in ast.iter_fields(node)
        if field not in ("body", "orelse", "finalbody", "handlers", "cases")
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, ast.AST)
    ]


def _names(kind):
    return kind if isinstance(kind, tuple) else ("",) * kind


def _stronger(one, other):
    if TOUCHING in (one, other):
        return TOUCHING
    if isinstance(one, tuple) or isinstance(other, tuple):
        return _names(one) + _names(other)
    return max(one, other)
