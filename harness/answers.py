"""What a program answers to an input, as text, and when a predicted answer is the same.

A program that prints and ends has its stdout as its answer, a function the literal of its value. A program
that crashes or runs for ever has an answer too, so that predicting it can be right or wrong:
`<error: NAME>` with the class of the exception, and `<timeout>`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from benchmarks.checkers import comparator
from benchmarks.literals import evaluate
from benchmarks.problem import Problem, Test

TIMEOUT = "<timeout>"
_ERROR = re.compile(r"<error:\s*([\w. ]+?)\s*>", re.IGNORECASE)

# The rule of the paper's reward: floats within 1e-5, everything else exact.
_SAME_OUTPUT = comparator("float")


def error_answer(name: str) -> str:
    """The answer of a program that an uncaught exception (or a signal) called `name` ended."""
    return f"<error: {name}>"


def is_failure(answer: str) -> bool:
    """Is this the answer of a program that crashed or ran for ever?"""
    text = answer.strip()
    return text.lower() == TIMEOUT or _ERROR.fullmatch(text) is not None


def same_answer(problem: Problem, predicted: str | None, actual: str) -> bool:
    """Does the prediction state what the program answered? No prediction is never right."""
    if predicted is None:
        return False
    if is_failure(actual) or is_failure(predicted):
        return _failure(predicted) == _failure(actual)
    if problem.style == "stdin":
        return _SAME_OUTPUT(actual, predicted)
    try:
        return bool(_plain(evaluate(predicted)) == _plain(evaluate(actual)))
    except (ValueError, RecursionError):
        return predicted.strip() == actual.strip()


def prediction_kind(predicted: str | None, actual: str, right: bool) -> str:
    """What kind of prediction this is: right, or in which way wrong.

    no answer: nothing readable was stated.  crash missed, crash imagined, other crash: about programs that
    fail.  format: the right characters in the wrong layout or case.  value: something else.
    """
    if right:
        return "right"
    if predicted is None:
        return "no answer"
    if is_failure(actual):
        return "other crash" if is_failure(predicted) else "crash missed"
    if is_failure(predicted):
        return "crash imagined"
    return "format" if _letters(predicted) == _letters(actual) else "value"


def call_text(problem: Problem, test: Test) -> str:
    """The call that a function-style test makes, as Python source: `entry(1, [2, 3])`."""
    arguments = [json.loads(line) for line in test.input.splitlines() if line.strip()]
    return f"{problem.entry}({', '.join(map(repr, arguments))})"


def expected_text(problem: Problem, test: Test) -> str:
    """The expected answer of a test in the form in which a model states it."""
    return stated(problem, test.output)


def _failure(answer: str) -> str | None:
    text = answer.strip()
    if text.lower() == TIMEOUT:
        return TIMEOUT
    match = _ERROR.fullmatch(text)
    # `json.decoder.JSONDecodeError` and `JSONDecodeError` name the same class.
    return match.group(1).rsplit(".", 1)[-1] if match else None


def stated(problem: Problem, answer: str) -> str:
    """A program's answer in the form in which a model states it: a function's JSON value as a literal."""
    if problem.style != "function" or is_failure(answer):
        return answer
    try:
        return repr(json.loads(answer))
    except ValueError:
        return answer


def _letters(text: str) -> str:
    return "".join(text.lower().split()).strip("'\"")


def _plain(value: Any) -> Any:
    """Tuples as lists, as a function's JSON answer has them."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
