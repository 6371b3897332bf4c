"""A run of all regimes in the real sandbox, what can be changed in it, and what --verify finds."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import load, starter
from harness import eval as evaluation
from harness.reports.verify import verify
from sandboxes.pool import SandboxOptions
from selfexec import commandline

PROBLEMS = 2


def make_real_run(root):
    """A run of all regimes in the real sandbox: a right and a wrong program a problem; the wrong one is
    fixed after a wrong turn."""
    rows = []
    for problem in load("starter", limit=PROBLEMS):
        programs = {
            one.verdict: one.code for one in starter.solutions() if one.problem_id == problem.problem_id
        }
        for sample, verdict in enumerate(("AC", "WA")):
            about = {"problem_id": problem.problem_id, "sample": sample}
            rows.append({**about, "response": f"So:\n```python\n{programs[verdict]}\n```"})
            fixes = ["```python\nprint('no')\n```", f"```python\n{programs['AC']}\n```", "SUBMIT"]
            for turn, response in enumerate(fixes if sample else ["SUBMIT"], 1):
                rows.append({**about, "kind": "fix", "turn": turn, "response": response})
            for test, one in enumerate(problem.public_tests):
                for turn in range(4):
                    for attempt in range(2):
                        text = one.output if attempt == 0 else "nothing"
                        more = {"kind": "simulate", "turn": turn, "test": test, "attempt": attempt}
                        rows.append({**about, **more, "response": f"Output:\n```\n{text}\n```"})
    completions = root / "completions.jsonl"
    completions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = [
        *("--bench", "starter", "--engine", "replay", "--completions", completions, "--limit", PROBLEMS),
        *("-n", 2, "--ks", 1, 2, "--sim-attempts", 2, "--max-turns", 4, "--workers", 1),
        *("--regimes", "direct", "self-verify", "self-fix", "output-prediction", "--out", root / "run"),
    ]
    with pytest.raises(SystemExit) as ended:
        commandline.run("eval", evaluation.EvalOptions, evaluation.main, list(map(str, arguments)))
    assert ended.value.code == 0
    return root / "run"


def change(run, table, column, value, chosen=lambda row: True):
    """Set one column of the first row that `chosen` accepts, and return what stood there."""
    for part in run[table].parts():
        data = pq.read_table(part)
        for number, row in enumerate(data.to_pylist()):
            if chosen(row):
                values = data.column(column).to_pylist()
                was, values[number] = values[number], value
                index = data.schema.get_field_index(column)
                field = data.schema.field(index)
                pq.write_table(data.set_column(index, field, pa.array(values, field.type)), part)
                return was
    raise AssertionError("no such row")


def checks_that_differ(run):
    findings = verify(run.directory, sandbox=SandboxOptions(workers=1))
    return {one.check: one for one in findings if one.status == "differs"}
