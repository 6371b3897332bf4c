"""A leaderboard shows what the tables say, and ranks only what a paired test tells apart."""

import csv
import io
import json
import math
from dataclasses import replace

import independent
import numpy as np
import pytest
from made_runs import make_run
from rich.console import Console

from harness import metrics, report, runs
from harness.regimes.estimates import per_problem
from harness.report import ReportOptions
from harness.reports import leaderboard
from harness.reports.entries import entries, load, load_all, ranked
from harness.reports.paper import PUBLISHED, published
from selfexec.errors import UsageError


@pytest.fixture(scope="module")
def rows(made):
    return ranked(entry for run in load_all(made.values()) for entry in entries(run))


def cells_of(line):
    return [cell.strip() for cell in line.strip("|\n").split(" | ")]


def markdown_tables(text):
    """(section title, [row as a dict]) for each table of a Markdown text."""
    title, head = None, None
    for line in text.splitlines():
        if line.startswith("### "):
            title, head = line[4:], None
        elif line.startswith("| ") and head is None:
            head = cells_of(line)
        elif line.startswith("| ") and not set(line) <= set("|-: "):
            yield title, dict(zip(head, cells_of(line), strict=True))


def test_the_harness_and_independent_code_agree_on_every_metric(made):
    for directory in made.values():
        expected = independent.metrics(directory)
        reported = {
            (row["regime"], row["metric"], row["k"], row["group"]): row
            for row in load(directory).metrics
            if row["value"] is not None
        }
        assert expected.keys() == reported.keys()
        for key, numbers in expected.items():
            row = reported[key]
            found = [math.nan if row[name] is None else row[name] for name in ("value", "ci_low", "ci_high")]
            assert found == pytest.approx(list(numbers), abs=1e-9, nan_ok=True), key


def test_every_number_of_the_markdown_is_the_one_recomputed_from_the_tables(made, rows):
    metric_of = {
        "Solve": ("direct", {"pass": "pass", "public": "public_pass"}),
        leaderboard.TITLES["self-verify"]: (
            "self-verify",
            {
                "best": "best_simulate",
                "oracle": "best_exec",
                "gap": "simulation_gap",
                "pass": "pass",
            },
        ),
        leaderboard.TITLES["self-fix"]: ("self-fix", {"pass": "pass", "public": "public_pass"}),
        "Output prediction": ("output-prediction", {"pass": "output_pass"}),
    }
    expected = {name: independent.metrics(directory) for name, directory in made.items()}
    compared = 0
    for title, line in markdown_tables(leaderboard.as_markdown(rows, [])):
        regime, names = metric_of[title]
        for column, shown in line.items():
            word, _, k = column.partition("@")
            if not k.isdigit() or word not in names:
                continue
            value, low, high = expected[line["run"]][regime, names[word], int(k), None]
            if word != "gap":  # a share's interval is shown within 0 and 100
                low, high = max(0.0, low), min(1.0, high)
            numbers = [float(x) for x in shown.replace("[", "").replace("]", "").replace(",", "").split()]
            assert numbers == pytest.approx([100 * value, 100 * low, 100 * high], abs=0.0501), (title, column)
            compared += 1
    assert compared > 40


def test_the_values_that_comparisons_pair_are_those_of_independent_code(made):
    loaded = load(made["middle"])
    expected = independent.per_problem(made["middle"])
    assert {(regime, metric) for regime, metric, _ in expected} >= {
        ("direct", "pass"),
        ("direct", "public_pass"),
        ("direct", "short1"),
        ("self-verify", "best_simulate"),
        ("self-verify", "best_exec"),
        ("self-verify", "simulation_gap"),
        ("self-fix", "pass"),
        ("output-prediction", "output_pass"),
    }
    for (regime, metric, k), values in expected.items():
        assert per_problem(loaded.facts, regime, metric, k) == pytest.approx(values, abs=1e-12)


def test_the_gain_over_direct_is_the_paired_difference(made, rows):
    row = next(row for row in rows if row.model == "made-8b" and row.regime == "self-fix")
    loaded = load(made["middle"])
    fixed = per_problem(loaded.facts, "self-fix", "pass", 1)
    direct = per_problem(loaded.facts, "direct", "pass", 1)
    contest = {name: row["contest"] for name, row in loaded.facts.problems.items()}
    expected = independent.interval(
        [fixed[name] - direct[name] for name in fixed], [contest[name] for name in fixed]
    )
    assert (row.gain.difference, row.gain.low, row.gain.high) == pytest.approx(expected)


def test_models_that_a_paired_test_cannot_tell_apart_share_a_tier(rows):
    tiers = {row.model: row.tier for row in rows if row.regime == "direct"}
    assert tiers == {"made-32b": 1, "made-8b": 2, "made-7b": 2, "made-1b": 3}
    ranks = {row.model: (row.rank_low, row.rank_high) for row in rows if row.regime == "direct"}
    assert ranks == {"made-32b": (1, 1), "made-8b": (2, 3), "made-7b": (2, 3), "made-1b": (4, 4)}


def test_equal_models_are_put_in_one_tier_as_often_as_promised(rows):
    """Families of eight models that differ by chance only: 28 pairs each, at 5 % a family."""
    row = next(row for row in rows if row.regime == "direct")
    draw = np.random.default_rng(1)
    split = uncorrected = 0
    for _ in range(100):
        hardness = draw.uniform(size=40)
        models = {f"model-{i}": dict(enumerate(draw.binomial(20, hardness) / 20)) for i in range(8)}
        family = [
            replace(row, model=name, values=values, clusters={i: i for i in values})
            for name, values in models.items()
        ]
        split += {one.tier for one in ranked(family)} != {1}
        uncorrected += set(metrics.tiers(models).values()) != {1}
    assert split <= 10  # of 100 at 5 %; more than 10 has a chance of one in a hundred
    assert uncorrected > 20


def test_runs_on_other_problems_are_never_ranked_together(made, tmp_path):
    other = make_run(tmp_path / "other", problems=10, samples=10, attempts=1, fixes=False)
    rows = ranked(entry for run in load_all([made["good"], other.directory]) for entry in entries(run))
    direct = [row for row in rows if row.regime == "direct"]
    assert [row.tier for row in direct] == [1, 1]
    assert len(leaderboard.tables(direct)) == 2


def test_an_unfinished_run_is_said_to_be_one(tmp_path):
    run = make_run(tmp_path / "run", problems=4, samples=4, attempts=1, fixes=False)
    run.metrics_path.unlink()
    manifest = run.manifest()
    manifest["asked"]["n"] = 6
    runs.write_json(run.manifest_path, manifest)
    row = entries(load(run.directory))[0]
    assert row.missing == 4 * 2
    assert "(unfinished)" in leaderboard.as_markdown([row], [])


def test_csv_and_json_hold_the_unrounded_values(rows):
    lines = list(csv.DictReader(io.StringIO(leaderboard.as_csv(rows, []))))
    found = json.loads(json.dumps(leaderboard.as_json(rows, [])))["rows"]
    assert len(lines) == len(found) == len(rows)
    for row, line, one in zip(rows, lines, found, strict=True):
        assert line["model"] == one["model"] == row.model
        metric, k = row.headline
        assert float(line[f"{metric}@{k}"]) == row.row["value"]
        assert line["data_sha256"] == one["data_sha256"] == row.data_sha256
        assert {"sandbox", "date_from", "date_to", "n", "n_samples"} <= one.keys()


def test_the_paper_stands_in_its_own_group_and_says_not_run(rows):
    beside = published(rows)
    text = leaderboard.as_markdown(rows, beside)
    ours, _, theirs = text.partition(f"## {PUBLISHED}")
    assert "65.3 / 77.6 / 80.6" in theirs
    assert "65.3 / 77.6 / 80.6" not in ours
    assert {each.here for each in beside} == {"not run"}
    groups = {line["group"] for line in csv.DictReader(io.StringIO(leaderboard.as_csv(rows, beside)))}
    assert groups == {"run", PUBLISHED}


def test_a_public_checkpoint_that_was_run_here_stands_beside_its_published_row(rows):
    row = next(row for row in rows if row.regime == "direct")
    cells = {cell: {**found, "n_problems": 287} for cell, found in row.cells.items()}
    ours = replace(row, model="facebook/cwm", benchmark="livecodebench", cells=cells)
    here = {(each.table, each.set): each.here for each in published([ours]) if each.hub == "facebook/cwm"}
    value = f"{100 * row.cells['pass', 1]['value']:.1f}"
    assert here["3", "LCB-IO"].startswith(f"pass@1/5/10 {value} / ")
    assert here["3", "DMC"] == "not run"


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_terminal_tables_fit_the_window(rows, width):
    out = io.StringIO()
    terminal = Console(file=out, width=width, highlight=False)
    leaderboard.show(rows, [], terminal)
    lines = [line for line in out.getvalue().splitlines() if line.startswith("   ")]
    assert len(lines) == len(rows)  # a table that is too wide would fold its cells into further lines
    assert max(map(len, lines)) <= width
    assert sum("[" in line for line in lines) == len(rows)


def test_hostile_names_stay_text(rows):
    row = replace(rows[0], model="evil|<b>[red]x[/red]\n# h")
    text = leaderboard.as_markdown([row], [])
    assert "evil\\|&lt;b>[red]x[/red] # h" in text
    out = io.StringIO()
    leaderboard.show([row], [], Console(file=out, width=150))
    assert "[red]x[/red]" in out.getvalue()


def test_the_command_writes_tables_and_a_page_a_run_and_prints_tables(made, tmp_path, capsys):
    assert report.main(ReportOptions(runs=[made["good"], made["bad"]], out=tmp_path / "out")) == 0
    captured = capsys.readouterr()
    assert "made-32b" in captured.out
    assert "written:" in captured.err
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    tables = {"leaderboard.md", "leaderboard.csv", "leaderboard.json"}
    assert files == tables | {"reports/good.html", "reports/bad.html"}


def test_with_json_stdout_is_one_object_a_row(made, tmp_path, capsys):
    report.main(ReportOptions(runs=[made["good"]], out=tmp_path, json=True))
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["regime"] for one in objects] == ["direct", "self-verify", "self-fix", "output-prediction"]


@pytest.mark.parametrize("what", ["missing", "no manifest", "not json", "foreign"])
def test_what_is_no_run_is_refused_in_one_line(tmp_path, what):
    directory = tmp_path / "run"
    if what != "missing":
        directory.mkdir()
    if what in ("not json", "foreign"):
        (directory / "manifest.json").write_text("{" if what == "not json" else '{"a": 1}')
    with pytest.raises(UsageError) as error:
        report.main(ReportOptions(runs=[directory], out=tmp_path / "out"))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()
