"""A problem whose own reference solution fails its tests is left out, and the run says so everywhere."""

import json
import subprocess
import sys

import pytest

from harness.reports import entries
from harness.reports.page import page

SOUND = {
    "task_id": 11,
    "text": "Halve a number.",
    "code": "def half(x):\n    return x / 2",
    "test_list": ["assert half(4) == 2"],
    "test_setup_code": "",
    "challenge_test_list": [],
}
FAULTY = SOUND | {"task_id": 12, "test_list": ["assert half(4) == 3"]}
QUITTING = SOUND | {"task_id": 13, "code": "def half(x):\n    raise SystemExit"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("mbpp") / "mbpp.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (SOUND, FAULTY, QUITTING)))
    return path


@pytest.fixture(scope="module")
def solutions(data):
    path = data.with_name("solutions.jsonl")
    rows = [
        {"problem_id": f"mbpp/{number}", "sample": 0, "response": f"```python\n{SOUND['code']}\n```"}
        for number in (11, 12, 13)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*arguments):
    return subprocess.run([sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True)


def test_a_run_goes_on_without_it_and_its_manifest_and_page_name_it(data, solutions, tmp_path):
    out = tmp_path / "run"
    arguments = ("harness.eval", "--bench", "mbpp", "--data", data, "--engine", "replay", "-n", 1, "--ks", 1)
    done = run(*arguments, "--completions", solutions, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "left out: mbpp/12: its reference solution fails its own test" in done.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    assert sorted(manifest["left_out"]) == ["mbpp/12", "mbpp/13"]
    loaded = entries.load(out)
    assert list(loaded.facts.problems) == ["mbpp/11"]
    (row,) = [row for row in loaded.metrics if (row["metric"], row["k"]) == ("pass", 1)]
    assert (row["value"], row["n_problems"]) == (1.0, 1)
    assert "2 problems left out: mbpp/12: its reference solution fails" in page(
        loaded, entries.entries(loaded), [], None
    )
    again = run(*arguments, "--completions", solutions, "--out", out, "--resume")
    assert again.returncode == 0, again.stderr


def test_judging_solutions_skips_it_and_says_so(data, solutions):
    done = run("harness.judge", solutions, "--bench", "mbpp", "--data", data, "--json")
    assert [json.loads(line)["problem_id"] for line in done.stdout.splitlines()] == ["mbpp/11"]
    assert "left out: mbpp/12" in done.stderr
    assert "left out: mbpp/13" in done.stderr
    assert done.returncode == 0
