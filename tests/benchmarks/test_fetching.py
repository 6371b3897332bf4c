"""Data sets fetched by the hub's own client, from a stand-in for the hub."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from benchmarks.livecodebench import PIN
from tests.benchmarks.lcb_rows import lcb_row
from tests.hub import Hub


@pytest.fixture
def hub(tmp_path):
    server = Hub(tmp_path, f"datasets/{PIN.repository}")
    for number in (1, 2, 3):
        name = "test.jsonl" if number == 1 else f"test{number}.jsonl"
        server.files[name] = (json.dumps(lcb_row(number)) + "\n").encode()
    yield server
    server.close()


@pytest.fixture
def show(hub):
    """`python -m benchmarks livecodebench`, and the names of the files that it has fetched by then."""

    def run(*options):
        command = [sys.executable, "-m", "benchmarks", "livecodebench", "--json", *options]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | hub.settings())
        fetched = sorted(path.name for path in hub.home.rglob("snapshots/*/*"))
        return SimpleNamespace(code=done.returncode, said=done.stdout, complaint=done.stderr, fetched=fetched)

    return run


def test_the_files_of_a_release_are_fetched_and_no_others(show):
    shown = show("--release", "v2", "--data-revision", "main")
    assert shown.code == 0, shown.complaint
    assert shown.fetched == ["test.jsonl", "test2.jsonl"]
    assert json.loads(shown.said)["problems"] == 2


def test_what_was_fetched_is_read_without_the_hub(show, hub):
    first = show("--release", "v1", "--data-revision", "main")
    hub.close()
    again = show("--release", "v1", "--data-revision", "main")
    assert (again.code, again.said) == (0, first.said)
    lacking = show("--release", "v2", "--data-revision", "main")
    assert lacking.code == 2
    assert "give --data" in lacking.complaint.splitlines()[-1]


def test_a_file_that_is_not_the_pinned_one_is_refused(show):
    shown = show("--release", "v1")
    assert shown.code == 2
    assert re.search(rf"test\.jsonl: SHA-256 .* at revision {PIN.revision}", shown.complaint.splitlines()[-1])


def test_a_missing_repository_is_one_line(show, hub):
    hub.repository = "datasets/others/data"
    shown = show("--release", "v1", "--data-revision", "main")
    assert shown.code == 2
    assert len(shown.complaint.strip().splitlines()) == 1
    assert PIN.repository in shown.complaint
