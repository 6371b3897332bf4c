"""The replay engine finds a row by what the prompt is about, and refuses a file it cannot read whole."""

from __future__ import annotations

import gzip
import json

import pytest

from harness import runs
from harness.engines.protocol import Request, Sampling
from harness.engines.replay import ReplayEngine
from selfexec.errors import UsageError


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ask(engine, kind, problem="p", indices=(0,), **about):
    request = Request(kind, problem, ({"role": "user", "content": "?"},), indices=indices, **about)
    return list(engine.generate([request], Sampling()))


def test_each_kind_of_row_answers_its_own_request(tmp_path):
    engine = ReplayEngine(
        write(
            tmp_path / "rows.jsonl",
            {"problem_id": "p", "sample": 0, "response": "first"},
            {"problem_id": "p", "sample": 1, "code": "print(1)"},
            {"problem_id": "p", "kind": "simulate", "sample": 1, "test": 0, "attempt": 2, "response": "sim"},
            {
                "problem_id": "p",
                "kind": "simulate",
                "sample": 1,
                "test": 0,
                "attempt": 2,
                "turn": 1,
                "response": "sim of the repair",
            },
            {"problem_id": "p", "kind": "fix", "sample": 1, "turn": 1, "response": "SUBMIT"},
        )
    )
    first, second = ask(engine, "solve", indices=(0, 1))
    assert (first.text, first.code, first.index) == ("first", None, 0)
    assert (second.text, second.code, second.index) == ("", "print(1)", 1)
    (simulated,) = ask(engine, "simulate", sample=1, test=0, indices=(2,))
    assert simulated.text == "sim"
    (later,) = ask(engine, "simulate", sample=1, test=0, turn=1, indices=(2,))
    assert later.text == "sim of the repair"
    (fixed,) = ask(engine, "fix", sample=1, turn=1)
    assert fixed.text == "SUBMIT"


def test_a_completion_without_a_row_is_missing_and_not_an_empty_answer(tmp_path):
    engine = ReplayEngine(write(tmp_path / "rows.jsonl", {"problem_id": "p", "sample": 0, "response": "x"}))
    for kind, about in [
        ("solve", {"indices": (1,)}),
        ("simulate", {"sample": 0, "test": 0}),
        ("fix", {"sample": 0, "turn": 1}),
        ("solve", {"problem": "q"}),
    ]:
        (completion,) = ask(engine, kind, **about)
        assert completion.finish_reason == "missing"
        assert completion.text == ""
        assert completion.code is None


def test_a_plain_row_is_a_prediction_where_the_program_is_the_benchmarks_own(tmp_path):
    engine = ReplayEngine(write(tmp_path / "rows.jsonl", {"problem_id": "p", "sample": 3, "response": "[1]"}))
    (prediction,) = ask(engine, "simulate", sample=None, test=0, indices=(3,))
    assert prediction.text == "[1]"
    (other,) = ask(engine, "simulate", sample=3, test=0, indices=(3,))
    assert other.finish_reason == "missing"


def test_token_counts_and_finish_reasons_are_replayed(tmp_path):
    row = {
        "problem_id": "p",
        "sample": 0,
        "response": "x",
        "n_tokens": 7,
        "finish_reason": "length",
        "reasoning": "hm",
    }
    (completion,) = ask(ReplayEngine(write(tmp_path / "rows.jsonl", row)), "solve")
    assert (completion.n_tokens, completion.finish_reason, completion.reasoning) == (7, "length", "hm")


def test_a_gzipped_file_reads_the_same(tmp_path):
    plain = write(tmp_path / "rows.jsonl", {"problem_id": "p", "sample": 0, "response": "é\ud800"})
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert (
        ask(ReplayEngine(packed), "solve")[0].text == ask(ReplayEngine(plain), "solve")[0].text == "é\ud800"
    )


def test_problem_ids_and_samples_are_listed(tmp_path):
    engine = ReplayEngine(
        write(
            tmp_path / "rows.jsonl",
            {"problem_id": "p", "sample": 0, "response": "x"},
            {"problem_id": "p", "sample": 4, "response": "x"},
            {"problem_id": "q", "kind": "fix", "sample": 0, "turn": 1, "response": "x"},
        )
    )
    assert engine.problem_ids == {"p", "q"}
    assert engine.samples("p") == {0, 4}
    assert engine.samples("q") == set()


GOOD = {"problem_id": "p", "sample": 0, "response": "x"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"problem_id": "p", ', "not JSON"),
        ("[1]", "JSON object"),
        ("[" * 100_000, "not JSON"),
        (json.dumps(GOOD | {"problem_id": 3}), "problem_id"),
        (json.dumps(GOOD | {"sample": "0"}), "sample"),
        (json.dumps(GOOD | {"sample": -1}), "sample"),
        (json.dumps(GOOD | {"sample": True}), "sample"),
        (json.dumps({"problem_id": "p", "response": "x"}), "sample"),
        (json.dumps({"problem_id": "p", "sample": 0}), "response"),
        (json.dumps(GOOD | {"response": ["x"]}), "response"),
        (json.dumps(GOOD | {"kind": "sovle"}), "kind"),
        (json.dumps(GOOD | {"kind": "simulate", "test": 0}), "attempt"),
        (json.dumps(GOOD | {"kind": "fix"}), "turn"),
        (json.dumps(GOOD | {"finish_reason": "bored"}), "finish_reason"),
        (json.dumps(GOOD | {"n_tokens": 1.5}), "n_tokens"),
    ],
)
def test_a_malformed_line_is_named_with_its_file_its_number_and_its_field(tmp_path, line, says):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(GOOD | {"sample": 9}) + "\n\n" + line + "\n")
    with pytest.raises(UsageError, match=says) as caught:
        ReplayEngine(path)
    assert str(caught.value).startswith(f"{path}:3:")
    assert "\n" not in str(caught.value)


def test_two_rows_for_one_completion_are_refused(tmp_path):
    path = write(tmp_path / "rows.jsonl", GOOD, GOOD | {"response": "y"})
    with pytest.raises(UsageError, match=r": line 2: .*line 1"):
        ReplayEngine(path)


def test_files_that_cannot_be_read_are_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"absent\.jsonl"):
        ReplayEngine(tmp_path / "absent.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(UsageError, match="no rows"):
        ReplayEngine(tmp_path / "empty.jsonl")
    (tmp_path / "torn.jsonl.gz").write_bytes(gzip.compress(json.dumps(GOOD).encode() * 1000)[:-20])
    with pytest.raises(UsageError, match="cannot be read"):
        ReplayEngine(tmp_path / "torn.jsonl.gz")
    (tmp_path / "latin.jsonl").write_bytes(b'{"problem_id": "\xe9"}\n')
    with pytest.raises(UsageError, match=r"latin\.jsonl:1:"):
        ReplayEngine(tmp_path / "latin.jsonl")


def test_a_runs_own_programs_are_replayed_and_not_found_anew(tmp_path):
    run = runs.create(tmp_path / "run", {"determines": {}, "engine": {"model": "m"}}, resume=False)
    text = "```python\nprint(1)\n```"
    columns = {"problem_id": "p", "response": text, "finish_reason": "stop", "n_tokens": 5}
    run.append("solutions", [columns | {"sample": 0, "code": "print(2)"}, columns | {"sample": 1}])
    run.close()
    engine = ReplayEngine(tmp_path / "run")
    kept, empty = ask(engine, "solve", indices=(0, 1))
    assert (kept.text, kept.code, kept.n_tokens) == (text, "print(2)", 5)
    # The run found no program in this response, and another extraction mode must not find one now.
    assert (empty.text, empty.code) == (text, "")
    assert engine.describe()["model"] == "m"


def test_two_runs_with_other_programs_are_not_the_same_recording(tmp_path):
    digests = set()
    for name, code in (("a", "print(1)"), ("b", "print(2)"), ("c", "print(2)")):
        run = runs.create(tmp_path / name, {"determines": {}}, resume=False)
        run.append("solutions", [{"problem_id": "p", "sample": 0, "code": code}])
        run.close()
        digests.add(ReplayEngine(tmp_path / name).identity["sha256"])
    assert len(digests) == 2


def test_samples_files_of_other_tools_are_read(tmp_path):
    evalplus = write(
        tmp_path / "evalplus.jsonl",
        {"task_id": "HumanEval/0", "solution": "a"},
        {"task_id": "Mbpp/2", "solution": "m"},
        {"task_id": "HumanEval/0", "solution": "b", "_identifier": "HumanEval/0#1"},
    )
    engine = ReplayEngine(evalplus)
    assert [one.code for one in ask(engine, "solve", "HumanEval/0", indices=(0, 1))] == ["a", "b"]
    assert ask(engine, "solve", "mbpp/2")[0].code == "m"

    outputs = [
        {"question_id": "abc301_a", "code_list": ["x", ""], "output_list": ["```\nx\n```", "none"]},
        {"question_id": "2784", "code_list": ["y"]},
    ]
    for indent in (None, 4):
        path = tmp_path / f"lcb{indent}.json"
        path.write_text(json.dumps(outputs, indent=indent))
        engine = ReplayEngine(path)
        assert [one.code for one in ask(engine, "solve", "abc301_a", indices=(0, 1))] == ["x", ""]
        assert ask(engine, "solve", "abc301_a", indices=(1,))[0].text == "none"
        assert engine.samples("2784") == {0}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"code_list": ["x"]}, "question_id"),
        ({"question_id": "q", "code_list": "x"}, "code_list"),
        ({"question_id": "q", "code_list": ["x"], "output_list": ["a", "b"]}, "output_list"),
    ],
)
def test_a_malformed_entry_of_outputs_is_named(tmp_path, entry, says):
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps([{"question_id": "good", "code_list": []}, entry]))
    with pytest.raises(UsageError, match=rf"entry 1: {says}"):
        ReplayEngine(path)
