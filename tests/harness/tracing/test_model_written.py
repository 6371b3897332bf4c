"""Explanations and inputs by a model, through engines: a server, and recorded responses."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from harness.build_traces import BuildOptions, main
from harness.tracing.tables import Dataset
from tests.harness.engines.openai_server import Plan, serve

SOURCE = '''def grade(score, bonus=0):
    """Points to a letter."""
    total = score + bonus
    if total > 89:
        return "A"
    if total > 59:
        return "C"
    return "F"
'''
GIVEN = [
    {"program_id": "one", "source": SOURCE, "entry": "grade", "inputs": ["95", "60, 5", "1"]},
    {"program_id": "echo", "source": "word = input()\nprint(word * 2)\n", "inputs": ["ab\n"]},
]
BARE = [{"program_id": "bare", "source": SOURCE, "entry": "grade"}]
CALLS = "Here:\n\n```python\ngrade(95)\ngrade(60, bonus=5)\ngrade(1)\ngrade(1)\ngrade(x)\nprint(1)\n```\n"


def told(prompt):
    """What a model that follows the instructions makes of a record: its values, and the true output."""
    record = prompt.partition("## Record")[2]
    claims = re.findall(r"[#,] ([a-z]+ = '?\w+'?)", record)
    answer = re.search(r"^return (.+)$", record, re.MULTILINE)
    output = (
        ast.literal_eval(re.search(r"prints (.+)$", record, re.MULTILINE)[1]) if "prints" in record else ""
    )
    stated = output.rstrip("\n") if output else answer[1]
    return f"It runs with {', then '.join(claims)}.\n\nOutput:\n```\n{stated}\n```"


def reply(body):
    prompt = body["messages"][-1]["content"]
    if prompt.startswith("Write"):
        return CALLS
    if "grade(1)" in prompt:
        return "It adds total = 5 and ends.\n\nOutput:\n```\n'A'\n```"  # wrong
    if "grade(60, 5)" in prompt:
        return "The trace says total = 65.\n\nOutput:\n```\n'C'\n```"  # mentions what it must not
    return told(prompt)


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture
def plan():
    return Plan(reply=reply)


def test_a_server_explains_and_the_gate_keeps_what_is_true(tmp_path, plan):
    out = tmp_path / "data"
    with serve(plan) as url:
        flags = {"engine": "openai", "model": url, "out": out}
        assert main(BuildOptions(source=write(tmp_path / "p.jsonl", GIVEN), verbalizer="llm", **flags)) == 0
    dataset = Dataset(out)
    kept, rejected = list(dataset.rows("nlex")), list(dataset.rows("rejects"))
    assert {row["predicted_output"] for row in kept} == {"'A'", "abab"}
    assert {row["reason"] for row in rejected} == {"the stated output is wrong", "mentions the trace"}
    for row in [*kept, *rejected]:
        assert (row["style"], row["verbalizer"], row["model"]) == ("free", "llm", "tiny")
        assert row["n_tokens"] is None or row["n_tokens"] > 0
    # The training prompt is that of the evaluation: the record was for the verbaliser alone.
    prompts = [row["messages"][0]["content"] for row in kept]
    assert all("Record" not in prompt and SOURCE.strip() in prompt for prompt in prompts if "grade" in prompt)
    asked = [body["messages"][-1]["content"] for body in plan.bodies]
    assert any("total = 95" in prompt and "never mention" in prompt for prompt in asked)
    assert all(body["chat_template_kwargs"] == {"enable_thinking": False} for body in plan.bodies)
    card = (out / "README.md").read_text()
    assert "model tiny" in card
    assert "| rejected: mentions the trace | 1 |" in card


def test_a_model_proposes_inputs_and_those_that_add_a_branch_are_kept(tmp_path, plan):
    out = tmp_path / "data"
    with serve(plan) as url:
        flags = {"engine": "openai", "model": url, "out": out, "inputs": "llm"}
        assert main(BuildOptions(source=write(tmp_path / "p.jsonl", BARE), **flags)) == 0
    arguments = [row["args"] for row in Dataset(out).rows("traces")]
    # The model's own come first, and between them they take all three branches.
    assert arguments == ["95", "60, bonus=5", "1"]
    (body,) = plan.bodies
    assert "`grade`" in body["messages"][-1]["content"]
    assert Dataset(out).counts()["nlex"] == 3


def test_recorded_responses_take_the_place_of_a_model(tmp_path):
    source, out = write(tmp_path / "p.jsonl", BARE), tmp_path / "data"
    proposals = write(
        tmp_path / "calls.jsonl", [{"kind": "synthesise", "problem_id": "bare", "response": CALLS}]
    )
    flags = {"source": source, "engine": "replay", "completions": tmp_path / "calls.jsonl"}
    assert main(BuildOptions(out=out, inputs="llm", **flags)) == 0
    traces = list(Dataset(out).rows("traces"))
    assert [row["args"] for row in traces] == ["95", "60, bonus=5", "1"]
    rows = [json.loads(Path(proposals).read_text())]
    for row in traces:
        text = f"It returns.\n\nOutput:\n```\n{row['return_repr']}\n```"
        claims = f"score = {row['args'].partition(',')[0]}, so " if row["args"] != "1" else "score = 7, so "
        rows.append({"kind": "verbalise", "problem_id": row["trace_id"], "response": claims + text})
    write(tmp_path / "both.jsonl", rows)
    flags["completions"] = tmp_path / "both.jsonl"
    again = tmp_path / "explained"
    assert main(BuildOptions(out=again, inputs="llm", verbalizer="llm", **flags)) == 0
    kept = {row["predicted_output"] for row in Dataset(again).rows("nlex")}
    (rejected,) = Dataset(again).rows("rejects")
    assert kept == {"'A'", "'C'"}
    assert rejected["reason"] == "not grounded: only 0.00 of the claims are grounded"
