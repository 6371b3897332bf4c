"""Does an output match the expected one? Every rule that a problem can be judged by."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial

from benchmarks.literals import evaluate
from selfexec.errors import UsageError

Comparator = Callable[[str, str], bool]

FLOAT_TOLERANCE = 1e-5

# A checker that is itself a program (`Problem.checker_source`) needs the sandbox: the judge runs it.
PROGRAMS = ("python", "testlib")


def comparator(spec: str) -> Comparator:
    """The function `(expected, actual) -> bool` that `spec` names.

    exact            the same text, character for character
    tokens           the same tokens between white space
    lines            LiveCodeBench's rule: lines stripped, equal as text or token by token as decimals
    dmc              CodeContests' rule, with its faults: case ignored, numbers within 1e-5 absolute
    float            tokens; where either one is a real number, within 1e-5 absolute or relative
    float(ABS,REL)   the same with other tolerances
    unordered-lines  the same lines in any order
    json             JSON values that are equal in Python (LiveCodeBench's rule for functions)
    literal          Python literals or constant arithmetic, equal in Python (CruxEval)

    `python` and `testlib` are valid specs too, but programs: see `is_program`.
    Raises UsageError for any other spec.
    """
    if match := re.fullmatch(r"float\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)", spec):
        try:
            absolute, relative = (float(number) for number in match.groups())
        except ValueError:
            absolute = -1.0
        if not (absolute >= 0 and relative >= 0):
            raise UsageError(f"checker {spec!r}: give two numbers >= 0, as in float(1e-6,0)")
        return partial(_float, absolute, relative)
    if spec in _RULES:
        return _RULES[spec]
    if is_program(spec):
        raise UsageError(f"checker {spec!r} is a program, which needs a sandbox: judge it with harness.judge")
    known = ", ".join([*_RULES, "float(ABS,REL)", *PROGRAMS])
    raise UsageError(f"no checker {spec!r}: choose one of {known}")


def is_program(spec: str) -> bool:
    """True for a checker that is a program of its own and not a rule of this module."""
    return spec in PROGRAMS


def _exact(expected: str, actual: str) -> bool:
    return expected == actual


def _tokens(expected: str, actual: str) -> bool:
    return expected.split() == actual.split()


def _lines(expected: str, actual: str) -> bool:
    """The comparison of LiveCodeBench (repository LiveCodeBench, commit 28fef95, testing_util.py)."""
    if expected == actual:
        return True
    wanted = [line.strip() for line in expected.strip().split("\n")]
    found = [line.strip() for line in actual.strip().split("\n")]
    return len(wanted) == len(found) and all(map(_line_matches, wanted, found))


def _line_matches(wanted: str, found: str) -> bool:
    if wanted == found:
        return True
    try:
        # Comparing a signalling NaN raises too, and LiveCodeBench fails such a line.
        return [Decimal(token) for token in found.split()] == [Decimal(token) for token in wanted.split()]
    except InvalidOperation:
        return False


_DMC_SPACE = re.compile(r"[ \n\t\r\v]+")
_DMC_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?(inf|infinity|nan|nan\(\w*\))", re.ASCII)
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _dmc(expected: str, actual: str) -> bool:
    """The comparison of CodeContests (repository code_contests, commit fa7a4f8, tester_sandboxer.cc).

    Integers go through double precision like any other number there, so 10**17 matches 10**17 + 1, and
    there is no relative tolerance. Both faults are kept: published scores contain them.
    """
    wanted, found = _dmc_tokens(expected), _dmc_tokens(actual)
    return len(wanted) == len(found) and (wanted == found or all(map(_dmc_values_match, wanted, found)))


def _dmc_tokens(text: str) -> list[str]:
    return [token for token in _DMC_SPACE.split(text.translate(_ASCII_LOWER)) if token]


def _dmc_values_match(wanted: str, found: str) -> bool:
    a, b = _dmc_number(wanted), _dmc_number(found)
    if a is None or b is None:
        return wanted == found
    return abs(a - b) < 1e-5  # false for NaN, and for two infinities: the original computes inf - inf


def _dmc_number(token: str) -> float | None:
    token = token.strip(" \t\n\v\f\r")
    if not _DMC_NUMBER.fullmatch(token):
        return None
    return float("nan") if "nan" in token else float(token)


_INTEGER = re.compile(r"([+-]?)(\d+)", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _float(absolute: float, relative: float, expected: str, actual: str) -> bool:
    """Token by token: |actual - expected| <= max(absolute, relative * |expected|).

    The tolerance is for real numbers: two integers must be the same integer, however large, and anything
    that is no number must be the same text.
    """
    if expected == actual:
        return True
    wanted, found = expected.split(), actual.split()
    return len(wanted) == len(found) and all(map(partial(_close, absolute, relative), wanted, found))


def _close(absolute: float, relative: float, wanted: str, found: str) -> bool:
    if wanted == found:
        return True
    if not (_REAL.fullmatch(wanted) and _REAL.fullmatch(found)):
        return False
    whole, other = _INTEGER.fullmatch(wanted), _INTEGER.fullmatch(found)
    if whole and other:
        return _canonical(whole) == _canonical(other)
    target, value = float(wanted), float(found)
    return math.isfinite(target) and abs(value - target) <= max(absolute, relative * abs(target))


def _canonical(integer: re.Match[str]) -> str:
    """An integer's text without `+` and leading zeros: int() refuses more than 4300 digits."""
    sign, digits = integer[1], integer[2].lstrip("0")
    return f"-{digits}" if sign == "-" and digits else digits


def _unordered_lines(expected: str, actual: str) -> bool:
    """Lines are stripped; blank lines at either end of the output do not count."""
    wanted, found = (
        Counter(line.strip() for line in text.strip().split("\n")) for text in (expected, actual)
    )
    return wanted == found


def _json(expected: str, actual: str) -> bool:
    """Python's == between the two values, so 1 equals 1.0 and true, as in LiveCodeBench's grader.

    JSON has no tuples: one that a function returned counts as a list wherever it stands, as on the site that
    the problems come from. The official grader takes only the outermost one for a list.
    """
    try:
        return json.loads(expected) == json.loads(actual)
    except (ValueError, RecursionError):
        return False


def _literal(expected: str, actual: str) -> bool:
    """What `assert f(x) == actual` says when f(x) is the value of `expected`. Executes nothing."""
    try:
        return bool(evaluate(actual) == evaluate(expected))
    except (ValueError, RecursionError):
        return False


_RULES: dict[str, Comparator] = {
    "exact": _exact,
    "tokens": _tokens,
    "lines": _lines,
    "dmc": _dmc,
    "float": partial(_float, FLOAT_TOLERANCE, FLOAT_TOLERANCE),
    "unordered-lines": _unordered_lines,
    "json": _json,
    "literal": _literal,
}
