"""A forger who seals a run again after every change is found all the same, by what the sandbox says."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from real_run import checks_that_differ

from harness import runs
from harness.regimes.summary import summarise
from harness.reports.seal import sealed


@pytest.fixture
def run(real, tmp_path):
    shutil.copytree(real, tmp_path / "run")
    return runs.open_run(tmp_path / "run")


def rewrite(run, table, change):
    """Put `change(rows)` in the place of a table's rows."""
    parts = run[table].parts()
    data = pa.concat_tables(pq.read_table(part) for part in parts)
    for part in parts[1:]:
        part.unlink()
    pq.write_table(pa.Table.from_pylist(change(data.to_pylist()), schema=data.schema), parts[0])


def seal_again(run, metrics=True):
    if metrics:
        runs.write_json(run.metrics_path, summarise(run, run.manifest()))
    runs.write_json(run.manifest_path, sealed(run, run.manifest()))


def without_one(rows):
    return rows[:-1]


@pytest.mark.parametrize("table", ["solutions", "verdicts", "executions", "predictions", "turns", "problems"])
def test_a_row_taken_away_is_found(run, table):
    rewrite(run, table, without_one)
    assert checks_that_differ(run)["seal"].what == f"tables: {table}"


@pytest.mark.parametrize("table", ["verdicts", "executions", "predictions"])
def test_a_row_taken_away_and_sealed_over_is_found(run, table):
    rewrite(run, table, without_one)
    seal_again(run)
    differing = checks_that_differ(run)
    assert "seal" not in differing
    assert table in differing


def test_a_failure_taken_away_with_its_whole_sample_is_found(run):
    """The wrong sample of a problem vanishes from every table, and all numbers are made anew."""
    for table in ("solutions", "verdicts", "predictions", "turns"):
        rewrite(run, table, lambda rows: [row for row in rows if (row["sample"]) != 1])
    seal_again(run)
    assert checks_that_differ(run)


@pytest.mark.parametrize("table", ["verdicts", "predictions"])
def test_a_row_too_many_is_found(run, table):
    def with_one_more(rows):
        return [*rows, {**rows[-1], "test": 999}]

    rewrite(run, table, with_one_more)
    assert checks_that_differ(run)["seal"].what == f"tables: {table}"
    seal_again(run, metrics=table == "verdicts")
    differing = checks_that_differ(run)
    assert "seal" not in differing
    assert table in differing


@pytest.mark.parametrize("excuse", [False, True])
def test_a_problem_taken_away_with_all_its_rows_is_found(run, excuse):
    """Also where the manifest claims that its reference solution fails."""
    *_, last = run["problems"].rows()
    name = last["problem_id"]
    for table in runs.SCHEMAS:
        if run[table].parts():
            rewrite(run, table, lambda rows: [row for row in rows if row["problem_id"] != name])
    if excuse:
        runs.write_json(run.manifest_path, run.manifest() | {"left_out": {name: "its reference fails"}})
    seal_again(run)
    differing = checks_that_differ(run)
    assert differing.keys() == {"problems"}
    assert differing["problems"].what == name


def test_a_part_of_another_run_in_its_place_is_found(run, tmp_path):
    other = shutil.copytree(run.directory, tmp_path / "other")
    part = run["verdicts"].parts()[0]
    theirs = other / "verdicts" / part.name
    rows = pq.read_table(theirs)
    others = ["WA" if verdict == "AC" else "AC" for verdict in rows["verdict"].to_pylist()]
    names = pa.array(others, rows.schema.field("verdict").type)
    pq.write_table(rows.set_column(rows.schema.get_field_index("verdict"), "verdict", names), theirs)
    shutil.copy(theirs, part)
    assert {"seal", "verdicts"} <= checks_that_differ(run).keys()


def changed_value(rows):
    row = next(row for row in rows if row["metric"] == "pass" and row["value"] is not None)
    row["value"] += 0.01
    return rows


def changed_bound(rows):
    next(row for row in rows if row["ci_low"] is not None)["ci_low"] -= 0.01
    return rows


@pytest.mark.parametrize(
    "change",
    [changed_value, changed_bound, lambda rows: rows[1:], lambda rows: [*rows, {**rows[0], "k": 77}]],
    ids=["a value", "a bound", "a row less", "a row more"],
)
def test_a_changed_number_of_the_metrics_is_found(run, change):
    metrics = change(json.loads(run.metrics_path.read_text()))
    runs.write_json(run.metrics_path, metrics)
    assert {"seal", "metrics"} <= checks_that_differ(run).keys()
    seal_again(run, metrics=False)
    assert checks_that_differ(run).keys() == {"metrics"}
