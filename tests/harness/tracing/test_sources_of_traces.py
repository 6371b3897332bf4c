"""Every source gives programs and inputs that are recorded to what their data sets say they answer."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import load, starter
from harness.build_traces import BuildOptions, main
from harness.tracing import sources
from harness.tracing.gate import judge
from harness.tracing.recording import Caps, record
from harness.tracing.rules import explain
from harness.tracing.sources import with_imports
from harness.tracing.tables import Dataset

RIGHT = "a, b = map(int, input().split())\nprint(a + b)\n"
WRONG = "a, b = map(int, input().split())\nprint(a - b)\n"


def cases(*pairs):
    return {"input": [given for given, _ in pairs], "output": [answer for _, answer in pairs]}


def contest_row(name="1_A. Sum"):
    """A row in the schema of deepmind/code_contests, with solutions in three languages."""
    return {
        "name": name,
        "description": "Add two numbers.",
        "public_tests": cases(("1 2\n", "3\n")),
        "private_tests": cases(("30 4\n", "34\n"), ("5 5\n", "10\n")),
        "generated_tests": cases(("0 0\n", "0\n")),
        "source": 2,
        "difficulty": 7,
        "solutions": {"language": [3, 2, 1], "solution": [RIGHT, "int main() {}", "print 1"]},
        "incorrect_solutions": {"language": [3], "solution": [WRONG]},
        "cf_contest_id": 1,
        "cf_rating": 800,
        "cf_tags": ["math"],
        "time_limit": {"seconds": 1, "nanos": 0},
        "memory_limit_bytes": 256_000_000,
        "input_file": "",
        "output_file": "",
    }


def test_python_3_solutions_of_codecontests_are_traced_on_public_and_private_tests(tmp_path):
    path = tmp_path / "train.parquet"
    pq.write_table(pa.Table.from_pylist([contest_row(), contest_row("2_B. Again")]), path)
    found = list(sources.subjects("code_contests", str(path)))
    assert [subject.program_id for subject in found] == [
        "1_A. Sum/0", "1_A. Sum/1", "2_B. Again/0", "2_B. Again/1",
    ]  # fmt: skip
    assert [subject.source for subject in found[:2]] == [RIGHT, WRONG]
    assert found[0].inputs == ("1 2\n", "30 4\n", "5 5\n")
    out = tmp_path / "data"
    assert main(BuildOptions(source="code_contests", data=str(path), out=out)) == 0
    answers = {(row["program_id"], row["stdin"]): row["stdout"] for row in Dataset(out).rows("traces")}
    assert answers["1_A. Sum/0", "30 4\n"] == "34\n"
    assert answers["1_A. Sum/1", "30 4\n"] == "26\n"
    assert Dataset(out).counts()["nlex"] == 12
    assert "CC-BY-4.0" in (out / "README.md").read_text()


CHOSEN = ("quiet-streak", "coin-purses")


def test_solutions_in_a_run_directory_are_traced_on_public_tests(tmp_path, pool):
    """Scripted solutions of two starter problems, one of them of a function, evaluated and then traced."""
    problems, recordings, run = tmp_path / "two.jsonl", tmp_path / "solutions.jsonl", tmp_path / "run"
    with gzip.open(Path(starter.__file__).with_name("problems.jsonl.gz"), "rt") as file:
        problems.write_text("".join(line for line in file if json.loads(line)["question_id"] in CHOSEN))
    samples = {"correct_1": 0, "wrong_edge": 1}
    rows = [
        {"problem_id": each.problem_id, "sample": samples[each.name], "code": each.code}
        for each in starter.solutions()
        if each.problem_id in CHOSEN and each.name in samples
    ]
    recordings.write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = [sys.executable, "-m", "harness.eval", "--bench", "starter", "--engine", "replay", "-n", "2"]
    flags = ["--data", problems, "--completions", recordings, "--ks", "1", "--out", run]
    subprocess.run([*command, *map(str, flags)], check=True, capture_output=True)
    found = list(sources.subjects(str(run)))
    entries = {subject.program_id: subject.entry for subject in found}
    assert entries == {
        "coin-purses/0": None,
        "coin-purses/1": None,
        "quiet-streak/0": "Solution().quietStreak",
        "quiet-streak/1": "Solution().quietStreak",
    }
    for subject in found:
        for trace in record(pool, subject, Caps()):
            assert trace.status == "ok"
            assert judge(explain(trace, "full"), trace, "rules").kept


def test_function_style_starter_solutions_are_called_as_the_judge_calls_them(pool):
    found = [subject for subject in sources.subjects("starter") if subject.entry is not None]
    assert len(found) == 20
    problems = {problem.problem_id: problem for problem in load("starter")}
    verdicts = {f"{each.problem_id}/{each.name}": each.verdict for each in starter.solutions()}
    checked = 0
    for subject in found:
        problem = problems[subject.program_id.partition("/")[0]]
        for trace, test in zip(record(pool, subject, Caps()), problem.public_tests, strict=True):
            assert trace.call.startswith((problem.entry, f"Solution().{problem.entry}"))
            if verdicts[subject.program_id] == "AC":
                assert json.loads(test.output) == json.loads(trace.return_repr.replace("'", '"'))
                checked += 1
    assert checked >= 10


def test_what_only_a_contest_site_imports_is_imported_in_the_text():
    code = "def f(x: List[int]):\n    total = inf\n    return bisect_left(x, total), max(x)\n"
    completed = with_imports(code)
    assert completed.endswith(code)
    assert completed.splitlines()[:3] == [
        "from bisect import bisect_left", "from math import inf", "from typing import List",
    ]  # fmt: skip
    space: dict = {}
    exec(completed, space)
    assert space["f"]([1, 2]) == (2, 2)
    own = "from math import sqrt\ndef inf(sqrt, gcd):\n    return gcd(sqrt)\nprint(inf(3, abs))\n"
    assert with_imports(own) == own
    assert with_imports("def f(:\n") == "def f(:\n"


DATA = os.environ.get("SELFEXEC_DATA")


@pytest.mark.skipif(not DATA, reason="SELFEXEC_DATA names no folder with data sets")
def test_real_contest_rows_with_solutions_of_ours_are_traced(pool, tmp_path):
    """The sample has no solutions: one that repeats its input stands in, on each problem's own tests."""
    table = pq.read_table(Path(DATA) / "code_contests-10.parquet")
    rows = table.to_pylist()
    for row in rows:
        row["solutions"] = {"language": [3], "solution": ["import sys\nprint(len(sys.stdin.read()))\n"]}
    path = tmp_path / "train.parquet"
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    statuses = Counter()
    for subject in sources.subjects("code_contests", str(path)):
        for given, trace in zip(dict.fromkeys(subject.inputs), record(pool, subject, Caps()), strict=True):
            statuses[trace.status] += 1
            if trace.status == "ok":
                assert trace.stdout == f"{len(given)}\n"
    assert statuses["ok"] >= 10
    assert set(statuses) <= {"ok", "byte_limit"}
