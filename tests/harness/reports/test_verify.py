"""A run that is made again from its own responses shows whatever was changed in it."""

import json
import shutil
from dataclasses import asdict

import pytest
from real_run import change, checks_that_differ

from harness import report, runs
from harness.report import ReportOptions
from harness.reports.verify import verify
from sandboxes.pool import SandboxOptions
from selfexec.errors import UsageError


@pytest.fixture
def run(real, tmp_path):
    shutil.copytree(real, tmp_path / "run")
    return runs.open_run(tmp_path / "run")


def test_an_untouched_run_comes_out_the_same(run, capsys):
    options = ReportOptions(verify=run.directory, sandbox=SandboxOptions(workers=1))
    assert report.main(options) == 0
    captured = capsys.readouterr()
    assert "everything is equal" in captured.err
    for table in ("solutions", "verdicts", "executions", "predictions", "turns", "metrics", "seal"):
        line = next(line for line in captured.out.splitlines() if line.startswith(f"{table} "))
        _, rows, equal, differ, word = line.split()
        assert rows == equal != "0"
        assert (differ, word) == ("0", "equal")


def test_a_flipped_verdict_is_found_and_named(run):
    was = change(run, "verdicts", "verdict", "AC", lambda row: row["verdict"] == "WA")
    differing = checks_that_differ(run)
    assert differing.keys() == {"seal", "verdicts"}
    assert (differing["verdicts"].stored, differing["verdicts"].fresh) == ("AC", was)
    assert differing["seal"].what == "tables: verdicts"


def test_a_flip_that_was_sealed_again_and_carried_into_the_metrics_is_found_all_the_same(run):
    from harness.regimes.summary import summarise
    from harness.reports.seal import sealed

    wrong = [row for row in run["verdicts"].rows() if row["verdict"] != "AC" and row["regime"] == "direct"]
    for _ in wrong:
        change(
            run, "verdicts", "verdict", "AC", lambda row: row["verdict"] != "AC" and row["regime"] == "direct"
        )
    runs.write_json(run.metrics_path, summarise(run, run.manifest()))
    runs.write_json(run.manifest_path, sealed(run, run.manifest()))
    differing = checks_that_differ(run)
    assert "seal" not in differing
    assert {"verdicts", "metrics"} <= differing.keys()


def test_an_edited_response_is_found_by_the_program_it_no_longer_holds(run):
    change(run, "solutions", "response", "```python\nprint(1)\n```")
    differing = checks_that_differ(run)
    assert {"seal", "solutions"} <= differing.keys()
    assert differing["solutions"].what.endswith(": code")


def test_an_edited_response_is_found_even_where_the_program_stays(run):
    was = next(run["solutions"].rows())["response"]
    change(run, "solutions", "response", f"Ignore what follows. {was}")
    assert checks_that_differ(run).keys() == {"seal"}


def test_an_edited_prediction_and_an_edited_fix_are_found(run):
    change(run, "predictions", "response", "Output:\n```\nelse\n```")
    change(run, "turns", "response", "SUBMIT", lambda row: row["decision"] == "fix")
    assert {"predictions", "turns"} <= checks_that_differ(run).keys()


def test_a_prompt_that_was_not_the_one_rendered_is_found(run):
    change(run, "solutions", "prompt_sha256", "00" * 32)
    differing = checks_that_differ(run)
    assert differing["solutions"].what.endswith(": prompt_sha256")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [("environment", "python", "2.7"), ("totals", "tokens", 1), ("determines", "pooling", "majority")],
)
def test_a_changed_manifest_entry_is_found(run, section, name, value):
    manifest = run.manifest()
    manifest[section][name] = value
    runs.write_json(run.manifest_path, manifest)
    differing = checks_that_differ(run)
    assert differing["seal"].what == f"manifest: {section}"


def test_other_data_than_the_run_was_made_on_is_never_judged(run):
    manifest = run.manifest()
    manifest["determines"]["bench"]["sha256"] = "00" * 32
    runs.write_json(run.manifest_path, manifest)
    findings = verify(run.directory)
    assert [one.check for one in findings if one.status == "differs"] == ["seal", "benchmark"]
    assert "verdicts" not in {one.check for one in findings}


def test_a_difference_ends_with_exit_code_1_and_json_names_it(run, capsys):
    change(run, "verdicts", "verdict", "RE", lambda row: row["verdict"] == "WA")
    options = ReportOptions(verify=run.directory, json=True, sandbox=SandboxOptions(workers=1))
    assert report.main(options) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"check": "verdicts", "status": "differs", "stored": "RE", "fresh": "WA"}.items() <= next(
        row for row in rows if row["check"] == "verdicts" and row["status"] == "differs"
    ).items()


def test_factors_are_the_runs_own(run):
    with pytest.raises(UsageError, match="--time-factor"):
        verify(run.directory, sandbox=SandboxOptions(time_factor=2.0))


def test_an_unfinished_run_is_refused(run):
    run.metrics_path.unlink()
    with pytest.raises(UsageError, match="--resume"):
        verify(run.directory)


def test_verifying_changes_nothing(run):
    before = {path: path.read_bytes() for path in run.directory.rglob("*.*")}
    findings = verify(run.directory, sandbox=SandboxOptions(workers=1))
    assert {path: path.read_bytes() for path in run.directory.rglob("*.*")} == before
    assert all(asdict(one) for one in findings)
