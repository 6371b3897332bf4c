"""What a plain expression comes to, worked out from the recorded values of its variables."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from harness.tracing.recorder.values import text_of

MAX_TEXT = 400  # of a variable's value that is parsed
MAX_RESULT = 40
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Div: operator.truediv,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "len": len, "max": max, "min": min, "ord": ord, "sum": sum, "int": int, "str": str,
}  # fmt: skip
# Methods of builtin values that change nothing and give nothing much larger than what they are given.
_METHODS = {
    "count", "endswith", "find", "get", "index", "isalnum", "isalpha", "isdigit", "islower", "isspace",
    "isupper", "lower", "lstrip", "rfind", "rindex", "rstrip", "split", "startswith", "strip", "swapcase",
    "title", "upper",
}  # fmt: skip
_SMALL = 10**12

_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, SyntaxError, RecursionError, MemoryError)

Lookup = Callable[[str], str | None]


def worked_out(node: ast.AST, lookup: Lookup) -> str | None:
    """The text of the value of an expression, None unless it is short and made of literals, variables with
    literal values, arithmetic, indices and a few builtin functions."""
    try:
        text = text_of(_value(node, lookup))
    except _FAULTS:
        return None
    return text if len(text) <= MAX_RESULT and "..." not in text else None


def _value(node: ast.AST | None, lookup: Lookup) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _literal(lookup(node.id))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, lookup)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _value(node.left, lookup), _value(node.right, lookup)
        if isinstance(node.op, ast.Mod | ast.Mult) and not (_is_small(left) and _is_small(right)):
            raise ValueError("formatting and repetition are not arithmetic")
        return _OPERATIONS[type(node.op)](left, right)
    if isinstance(node, ast.Compare):
        return _compared(node, lookup)
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            index: Any = slice(*(None if part is None else _value(part, lookup) for part in parts))
        else:
            index = _value(node.slice, lookup)
        return _value(node.value, lookup)[index]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function = _FUNCTIONS.get(node.func.id)
        if function is not None and lookup(node.func.id) is None:
            return function(*(_value(each, lookup) for each in node.args))
    method = node.func if isinstance(node, ast.Call) and not node.keywords else None
    if isinstance(method, ast.Attribute) and method.attr in _METHODS:
        owner = _value(method.value, lookup)
        return getattr(owner, method.attr)(*(_value(each, lookup) for each in node.args))
    raise ValueError("not plain")


def _compared(node: ast.Compare, lookup: Lookup) -> bool:
    left = _value(node.left, lookup)
    for kind, side in zip(node.ops, node.comparators, strict=True):
        right = _value(side, lookup)
        if isinstance(kind, ast.Is | ast.IsNot):
            if right is not None:
                raise ValueError("only None is the same object everywhere")
            holds = (left is None) == isinstance(kind, ast.Is)
        else:
            holds = _COMPARISONS[type(kind)](left, right)
        if not holds:
            return False
        left = right
    return True


def deciding(test: ast.expr, lookup: Lookup) -> ast.expr | None:
    """The operand of `and` that is false, or of `or` that is true: the first one, and with it the condition.
    None if there is none, or one before it cannot be worked out."""
    if not isinstance(test, ast.BoolOp):
        return None
    ends = isinstance(test.op, ast.Or)
    for operand in test.values:
        if not isinstance(operand, ast.Compare):
            return None
        try:
            holds = _compared(operand, lookup)
        except _FAULTS:
            return None
        if holds == ends:
            return operand
    return None


def is_settled(node: ast.AST) -> bool:
    """True if nothing that `node` reads changes while it is worked out: it calls only what is known here."""
    for each in ast.walk(node):
        if isinstance(each, ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Await):
            return False
        if isinstance(each, ast.Call):
            name = each.func.id if isinstance(each.func, ast.Name) else None
            method = each.func.attr if isinstance(each.func, ast.Attribute) else None
            if name not in _FUNCTIONS and method not in _METHODS:
                return False
    return True


def operands_of(node: ast.expr, lookup: Lookup) -> list[ast.expr]:
    """The largest operands, arguments and indices within an expression that can be worked out."""
    if isinstance(node, ast.BinOp):
        inside = [node.left, node.right]
    elif isinstance(node, ast.Call):
        inside = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
    elif isinstance(node, ast.Subscript):
        inside = [node.value, node.slice]
    elif isinstance(node, ast.Tuple | ast.List):
        inside = node.elts
    else:
        return []
    found: list[ast.expr] = []
    for each in inside:
        if isinstance(each, ast.Name | ast.Constant | ast.Slice | ast.Starred):
            continue
        if worked_out(each, lookup) is not None:
            found.append(each)
        else:
            found += operands_of(each, lookup)
    return found


def choices(node: ast.AST) -> list[ast.expr]:
    """The conditions of `a if condition else b` in an expression, in the order of the text."""
    found: list[ast.expr] = []
    for each in ast.walk(node):
        if isinstance(each, _SCOPES):
            return []  # its variables are not those of the statement
        if isinstance(each, ast.IfExp):
            found.append(each.test)
    return found


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and -_SMALL < value < _SMALL


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    return ast.literal_eval(text)


def _literal(text: str | None) -> Any:
    if text is None or len(text) > MAX_TEXT or "..." in text:
        raise ValueError("no literal")
    return _parsed(text)


def parts(test: ast.AST) -> list[ast.expr]:
    """The sides of the comparisons in a condition that are worth working out: no names, no literals."""
    found: list[ast.expr] = []
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            found += [node.left, *node.comparators]
        elif isinstance(node, _SCOPES) or not is_settled(node):
            return []  # its variables are not those of the statement, or change while it runs
    return [each for each in found if not isinstance(each, ast.Constant | ast.Name)]
