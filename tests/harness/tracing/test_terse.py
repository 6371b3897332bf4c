"""The terse style: every operation is told, every word of it is true, and its gate finds each untruth."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from harness.build_traces import BuildOptions, main
from harness.tracing.claims import split_answer
from harness.tracing.gate import judge
from harness.tracing.rules import explain
from harness.tracing.terse import bare, first_fault

SUM = """a = list(map(int, input().split()))
s = 0
for x in a:
    if x > 4 and x % 2 == 0:
        s += x // 2
print(s)
"""


def told(trace):
    return split_answer(explain(trace, "terse"))[0].strip()


def test_every_operation_is_told_with_its_operands(recorded):
    assert told(recorded(SUM, "8 2 5\n")) == (
        "a = 8 2 5 . s = 0 . "
        "x = 8 , left 2 5 . 8 > 4 yes . 8 % 2 = 0 . 0 == 0 yes . 8 // 2 = 4 . s = 0 + 4 = 4 . "
        "x = 2 , left 5 . 2 > 4 no . "
        "x = 5 , left nothing . 5 > 4 yes . 5 % 2 = 1 . 1 == 0 no . done . prints 4 ."
    )


def test_the_answer_ends_it(recorded):
    assert explain(recorded(SUM, "8 2 5\n"), "terse").endswith("\n\nOutput:\n```\n4\n```")


def test_a_value_that_stays_is_told_again(recorded):
    source = "m = 3\nfor x in [1, 1]:\n    m = max(m, x)\nprint(m)\n"
    assert told(recorded(source)) == (
        "m = 3 . x = 1 . m = max 3 1 = 3 . x = 1 . m = max 3 1 = 3 . done . prints 3 ."
    )


def test_lines_of_output_are_repeated_with_those_before(recorded):
    source = "for w in input().split():\n    print(w[0])\n"
    text = told(recorded(source, "owl gnu\n"))
    assert "owl at 0 = o . prints o ." in text
    assert "gnu at 0 = g . prints g , all o / g ." in text


def test_what_is_not_worked_out_is_told_by_its_effect(recorded):
    source = (
        "d = dict(a=[1, 2])\nd['b'] = sorted('ba')\ntry:\n    d['c']\nexcept KeyError:\n    print('no c')\n"
    )
    trace = recorded(source)
    assert told(trace) == "d = a : 1 2 . d = a : 1 2 b : a b . raises KeyError c . prints no c ."
    assert judge(explain(trace, "terse"), trace, "rules", style="terse").kept


def test_functions_and_exceptions_are_told(recorded):
    source = "def f(n):\n    return n * 2\nx = f(3)\nraise ValueError(x)\n"
    trace = recorded(source)
    text = told(trace)
    assert "call f . n = 3 . 3 * 2 = 6 . returns 6 . x = 6 ." in text
    assert text.endswith("ends with ValueError .")
    assert first_fault(text, trace) is None


@pytest.mark.parametrize(
    ("source", "stdin"),
    [
        (
            "k = int(input())\na = list(map(int, input().split()))\nc = 0\np = 99\nfor x in a:\n"
            "    if not x != k:\n        continue\n    y = abs(x - k)\n    if y > p:\n        c += 1\n"
            "    p = y\nprint(c)\n",
            "3\n5 3 9 1\n",
        ),
        (
            "n = int(input())\nfor i in range(n):\n    a = list(map(int, input().split()))\n    m = -1\n"
            "    for x in a:\n        if x > 2 and x < 9:\n            m = max(m, x % 4)\n    print(m)\n",
            "2\n3 9 8\n7 1\n",
        ),
        ("x = int(input())\ns = 0\nwhile x > 0:\n    s += 9 - x\n    print(s)\n    x -= 2\n", "5\n"),
        (
            "a = input().split()\nr = -1\nfor x in a:\n    if x[-1] == 't':\n"
            "        r = len(x)\n        break\nprint(r)\n",
            "owl goat ant\n",
        ),
        ("n = int(input())\nr = []\nfor x in range(1, n + 1):\n    r.append(x // 2)\nprint(*r)\n", "5\n"),
    ],
)
def test_small_programs_of_every_kind_pass_the_gate(recorded, source, stdin):
    trace = recorded(source, stdin)
    ruling = judge(explain(trace, "terse"), trace, "rules", style="terse")
    assert ruling.kept, ruling.reason


def test_a_negation_is_told_by_what_follows(recorded):
    source = "for x in [1, 7]:\n    if not x < 5:\n        continue\n    print(x)\n"
    assert told(recorded(source)) == "x = 1 . 1 < 5 yes . prints 1 . x = 7 . 7 < 5 no . skip . done ."


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("s = 0 + 4 = 4", "s = 0 + 4 = 5"),  # a sum
        ("s = 0 + 4 = 4", "s = 4 = 4"),  # half an operation
        ("8 > 4 yes", "8 > 4 no"),  # a comparison
        ("8 // 2 = 4", "8 // 2 = 3"),  # an operation
        ("x = 2 , left 5", "x = 5 , left 2"),  # an order
        ("x = 2 , left 5", "x = 2 , left 6"),  # what is to come
        ("x = 5 , left nothing . ", ""),  # a round
        ("prints 4", "prints 6"),  # an output
        ("prints 4 .", "prints 4 . prints 4 ."),  # an output too many
        ("done .", "done . it is easy ."),  # chatter
        ("a = 8 2 5 . ", ""),  # a value
    ],
)
def test_each_untruth_is_found(recorded, true, false):
    trace = recorded(SUM, "8 2 5\n")
    body = told(trace)
    assert true in body
    assert first_fault(body, trace) is None
    assert first_fault(body.replace(true, false, 1), trace) is not None


@pytest.mark.parametrize(
    ("value", "text"), [("[1, 'a b']", "1 a b"), ("''", "nothing"), ("-1", "-1"), ("{'a': (2,)}", "a : 2")]
)
def test_values_are_bare(value, text):
    assert bare(value) == text


def test_a_data_set_in_this_style_keeps_its_explanations(tmp_path):
    source = tmp_path / "programs.jsonl"
    source.write_text(json.dumps({"program_id": "sum", "source": SUM, "inputs": ["8 2 5\n", "1\n"]}) + "\n")
    main(BuildOptions(source=str(source), out=tmp_path / "out", styles=["terse"]))
    rows = [
        row
        for path in (tmp_path / "out" / "nlex").glob("*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]
    assert len(rows) == 2
    assert {row["style"] for row in rows} == {"terse"}
    assert "0 + 4 = 4 ." in " ".join(row["text"] for row in rows)
