"""When a predicted answer is what a program answered."""

import pytest

from benchmarks.problem import Problem, Test
from harness.answers import call_text, expected_text, prediction_kind, same_answer, stated


def problem(style, entry=None):
    return Problem("p", "", "", (), lambda: (), style=style, entry=entry)


STDIN, FUNCTION = problem("stdin"), problem("function", "f")


@pytest.mark.parametrize(
    ("predicted", "actual", "same"),
    [
        ("4\n", "4", True),
        ("0.333334", "0.3333333", True),
        ("5", "4", False),
        ("4.000001", "4", True),
        (None, "4", False),
        ("<error: ValueError>", "<error: ValueError>", True),
        ("<ERROR:ValueError >", "<error: ValueError>", True),
        ("<error: JSONDecodeError>", "<error: json.decoder.JSONDecodeError>", True),
        ("<error: KeyError>", "<error: ValueError>", False),
        ("<timeout>", "<timeout>", True),
        ("<timeout>", "<error: ValueError>", False),
        ("4", "<timeout>", False),
        ("<timeout>", "4", False),
        ("", "", True),
    ],
)
def test_answers_of_programs(predicted, actual, same):
    assert same_answer(STDIN, predicted, actual) is same


@pytest.mark.parametrize(
    ("predicted", "actual", "same"),
    [
        ("True", "True", True),
        ("[1, 2]", "[1,2]", True),
        ("(1, [2, 3])", "[1, [2, 3]]", True),
        ("'a'", "'b'", False),
        ("not a literal", "not a literal", True),
        ("10 ** 9 + 7", "1000000007", True),
        ("set()", "set()", True),
        ("[1] * 3", "[1, 1, 1]", True),
        ("__import__('os').getpid()", "1", False),
        ("'ab' * 10 ** 12", "1", False),
        ("[" * 5000 + "]" * 5000, "[]", False),
        ("{'a': (1,)}", "{'a': [1]}", True),
        ("<error: ValueError>", "<error: ValueError>", True),
    ],
)
def test_answers_of_functions_are_literals(predicted, actual, same):
    assert same_answer(FUNCTION, predicted, actual) is same


def test_a_json_answer_is_stated_as_a_literal():
    assert stated(FUNCTION, '[true, null, "a"]') == "[True, None, 'a']"
    assert stated(FUNCTION, "<timeout>") == "<timeout>"
    assert stated(STDIN, "true") == "true"


def test_a_call_and_its_expected_value_are_shown_as_python():
    test = Test('[1, 2]\n"x"\n', "false", "public")
    assert call_text(FUNCTION, test) == "f([1, 2], 'x')"
    assert expected_text(FUNCTION, test) == "False"


@pytest.mark.parametrize(
    ("predicted", "actual", "right", "kind"),
    [
        ("4", "4", True, "right"),
        (None, "4", False, "no answer"),
        ("4", "<timeout>", False, "crash missed"),
        ("<error: X>", "4", False, "crash imagined"),
        ("<error: X>", "<error: Y>", False, "other crash"),
        ("YES", "Yes", False, "format"),
        ("1 2", "12", False, "format"),
        ("5", "4", False, "value"),
    ],
)
def test_how_a_prediction_is_wrong(predicted, actual, right, kind):
    assert prediction_kind(predicted, actual, right) == kind
