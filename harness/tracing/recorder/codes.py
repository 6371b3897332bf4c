"""What is known of a program's code before it runs, and whether it may be run twice in one process."""

from __future__ import annotations

import ast
import opcode
import sys
import types

from harness.tracing.recorder.statements import Statements

_OPTIMIZED, _GENERATOR = 0x1, 0x20 | 0x80 | 0x200
_COLLAPSED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_RETURNS = ("RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE", "RETURN_GENERATOR")
_YIELDS = ("YIELD_VALUE", "RESUME")  # 3.13 has gone past the yield when it tells
# In the place of a _Code: a list, set or dict comprehension, part of the statement that it stands in.
IN_PLACE = object()


class _Code:
    """A code object whose lines are recorded."""

    def __init__(self, code, statements, owners):
        self.code = code
        self.name = _name(code)
        self.number = None  # in the recording's list of functions, once it has been called
        self.module = code.co_name == "<module>"
        self.resumable = bool(code.co_flags & _GENERATOR)
        self.statements = statements
        self.reads, self.writes = (), frozenset()
        if not self.module:
            self.reads, self.writes = _globals_of(code)
        self.owners = owners  # name of a free variable -> function whose variable it is
        self.inside = _comprehension_offsets(code, statements) if sys.version_info >= (3, 12) else ()
        self.tricky = bool(
            statements.start or self.inside
        )  # a line is not always the beginning of a statement

    def ends(self, offset):
        """True if the frame is left from `offset` by a return or yield, and not by an exception."""
        return _opcode(self.code, offset) in _RETURNS

    def yields(self, offset):
        return self.resumable and _opcode(self.code, offset) in _YIELDS


def codes_of(code, tree):
    """id of a code object -> its _Code, or IN_PLACE; of all others in `code` no line is told."""
    statements = Statements(tree)
    codes = {}
    pending = [(code, {})]
    while pending:
        each, outer = pending.pop()
        own = dict.fromkeys(each.co_cellvars, _name(each))
        inner = [const for const in each.co_consts if isinstance(const, types.CodeType)]
        pending.extend((const, outer | own) for const in inner)
        # The body of a class and a comprehension are part of the statement that they stand in.
        if each is code or (each.co_flags & _OPTIMIZED and each.co_name not in _COLLAPSED):
            free = {name: outer[name] for name in each.co_freevars if name in outer and name != "__class__"}
            codes[id(each)] = _Code(each, statements, free)
        elif each.co_name in _COLLAPSED[:3]:
            codes[id(each)] = IN_PLACE
    return codes


def _name(code):
    return code.co_qualname.replace("<locals>.", "")


def _globals_of(code):
    """The globals that a function's code names: (all of them in order, those it assigns)."""
    read, written, extended, raw = set(), set(), 0, code.co_code
    for at in range(0, len(raw), 2):
        name = opcode.opname[raw[at]]
        argument = extended << 8 | raw[at + 1]
        extended = argument if name == "EXTENDED_ARG" else 0
        if name.endswith("_GLOBAL"):
            index = argument >> 1 if name == "LOAD_GLOBAL" else argument
            (read if name == "LOAD_GLOBAL" else written).add(code.co_names[index])
    return tuple(sorted(read | written)), frozenset(written)


def _opcode(code, offset):
    return opcode.opname[code.co_code[offset]]


def _comprehension_offsets(code, statements):
    """Offsets of the instructions that belong to a comprehension inlined into this code (3.12 and later)."""
    if code.co_flags & _GENERATOR and code.co_name in _COLLAPSED:
        return frozenset()
    inside = set()
    for index, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if None in (line, end_line, column, end_column):
            continue
        for first, first_column, last, last_column in statements.comprehensions:
            if (first, first_column) <= (line, column) and (end_line, end_column) <= (last, last_column):
                inside.add(index * 2)
                break
    return frozenset(inside)


def imported(tree):
    """The modules that a program names in its import statements, each by its first part."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0] if not node.level else ""


# Modules whose functions reach nothing outside the program; what `random` draws differs the second time.
_WITHIN = """
    __future__ abc array bisect cmath collections copy dataclasses decimal enum fractions functools heapq
    itertools json math numbers operator random re statistics string sys textwrap types typing
"""
_OF_SYS = """
    argv byteorder exit float_info get_int_max_str_digits getrecursionlimit hexversion int_info intern maxsize
    maxunicode set_int_max_str_digits setrecursionlimit stderr stdin stdout version version_info
"""
# Names that lead to other modules, to files, to the interpreter's own state or to places in memory.
_WITHOUT = """
    __builtins__ __del__ __import__ __loader__ __spec__ breakpoint eval exec globals id open vars
"""


def repeatable(tree):
    """True if a second run of the program in the same process is as good as one in a process of its own.

    It has to keep within itself: nothing that it names may reach the file system, the clock, other
    processes or the interpreter. What it does to the modules that it may use can make the second run
    differ, never agree by mistake.
    """
    if not set(_WITHIN.split()).issuperset(imported(tree)):
        return False
    of_sys, without = frozenset(_OF_SYS.split()), frozenset(_WITHOUT.split())
    allowed = set()  # nodes `sys` of an expression `sys.name`
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.attr in of_sys:
                allowed.add(id(node.value))
            if node.attr in without:
                return False
        elif isinstance(node, ast.Name):
            if node.id in without or (node.id == "sys" and id(node) not in allowed):
                return False
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.name in without:
                return False
        elif isinstance(node, ast.ImportFrom):
            if node.module == "sys" and not of_sys.issuperset(alias.name for alias in node.names):
                return False
        elif isinstance(node, ast.Import) and any(each.name == "sys" and each.asname for each in node.names):
            return False
    return True
