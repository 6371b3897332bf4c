"""Runs and data sets on hf://, through the hub's own client and a stand-in for the hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from harness import runs
from tests.hub import REPOSITORY, Hub

# Opens a run, lets another process append a row to it if one is named, and appends a row.
WRITER = """
import subprocess, sys
from harness import runs
from harness.storage import place
from selfexec.errors import UsageError

program, where, problem, elsewhere = sys.argv[1:]
run = runs.Run(place(where))
if elsewhere:
    subprocess.run([sys.executable, "-c", program, program, where, elsewhere, ""], check=True)
row = dict.fromkeys(runs.SCHEMAS["executions"].names) | {"problem_id": problem}
run["executions"].buffer.append(row)
try:
    run.flush()
except UsageError as error:
    print(error)
"""

LOADER = """
import datasets, json
print(json.dumps(datasets.load_dataset("me/runs", "nlex").num_rows))
"""


@pytest.fixture
def hub(tmp_path_factory):
    server = Hub(tmp_path_factory.mktemp("home"))
    yield server
    server.close()


def start(hub, *arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | hub.settings(),
    )


def evaluate(hub, out, *more, n=2):
    arguments = ["--bench", "starter", "--limit", 6, "-n", n, "--engine", "replay", "--ks", 1, "--out", out]
    return start(hub, "-m", "harness.eval", *arguments, *more)


def problems_of(hub, table):
    parts = (content for name, content in hub.files.items() if name.startswith(f"{table}/"))
    return sorted(row["problem_id"] for part in parts for row in pq.read_table(BytesIO(part)).to_pylist())


def test_an_evaluation_is_written_reported_and_resumed_as_in_a_folder(hub, tmp_path):
    out = f"hf://{REPOSITORY}/one"
    done = evaluate(hub, out)
    assert done.returncode == 0, done.stderr
    before = dict(hub.files)
    assert evaluate(hub, out).returncode == 2
    assert hub.files == before
    grown = evaluate(hub, out, "--resume", n=3)
    assert grown.returncode == 0, grown.stderr
    assert {name for name in before if name.endswith(".parquet")} < set(hub.files)
    assert evaluate(hub, tmp_path / "here", n=3).returncode == 0
    for table in ("solutions", "verdicts"):
        there = problems_of(hub, f"one/{table}")
        assert there == sorted(row["problem_id"] for row in runs.open_run(tmp_path / "here")[table].rows())
    said = [
        json.loads(start(hub, "-m", "harness.report", run, "--out", tmp_path / "report", "--json").stdout)
        for run in (out, tmp_path / "here")
    ]
    first, second = ({name: value for name, value in each.items() if name != "run"} for each in said)
    assert first == second


def test_traces_are_those_of_a_folder(hub, tmp_path):
    for out in (f"hf://{REPOSITORY}/traces", tmp_path / "traces"):
        done = start(hub, "-m", "harness.build_traces", "--source", "starter", "--limit", 4, "--out", out)
        assert done.returncode == 0, done.stderr
    told = list(tmp_path.rglob("nlex/*.parquet"))
    assert told
    for path in told:
        there = hub.files[str(path.relative_to(tmp_path))]
        assert pq.read_table(BytesIO(there)).equals(pq.read_table(path))


def test_a_data_set_that_is_pushed_can_be_loaded_by_its_name(hub, tmp_path):
    out = tmp_path / "traces"
    flags = ("--source", "starter", "--limit", 4, "--out", out, "--push-to-hub", "me/runs")
    done = start(hub, "-m", "harness.build_traces", *flags)
    assert done.returncode == 0, done.stderr
    for path in [*out.rglob("*.parquet"), out / "README.md"]:
        assert hub.files[str(path.relative_to(out))] == path.read_bytes()
    loaded = start(hub, "-c", LOADER)
    assert loaded.returncode == 0, loaded.stderr
    splits = {path.name.partition("-")[0]: path for path in out.glob("nlex/*.parquet")}
    assert json.loads(loaded.stdout) == {
        name: pq.read_metadata(path).num_rows for name, path in splits.items()
    }


def test_a_second_process_is_noticed_although_the_client_remembers_what_it_listed(hub):
    where = f"hf://{REPOSITORY}/shared"
    assert start(hub, "-c", WRITER, WRITER, where, "a", "").stdout == ""
    done = start(hub, "-c", WRITER, WRITER, where, "c", "b")
    assert "written by another process" in done.stdout, done.stderr
    assert problems_of(hub, "shared/executions") == ["a", "b"]


@pytest.mark.parametrize("name", ["datasets/me/none/run", "me/none", "none"])
def test_a_repository_that_is_not_there_is_named(hub, name):
    done = evaluate(hub, f"hf://{name}")
    assert done.returncode == 2
    assert f"hf://{name}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not hub.commits
