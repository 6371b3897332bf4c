"""Runs that several tests read; none of them changes one (a test that does makes its own)."""

import independent
import pytest
from made_runs import make_run
from page_reader import Page
from real_run import make_real_run

from harness.reports.entries import entries, load
from harness.reports.page import page
from harness.reports.paper import published


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Directories of four finished runs on the same 24 problems; the middle two are hardly apart."""
    root = tmp_path_factory.mktemp("runs")
    small = {"problems": 24, "samples": 10, "attempts": 3, "tests": 5}
    return {
        name: make_run(root / name, **small, **changes).directory
        for name, changes in {
            "good": {"model": "made-32b", "skill": 2.5, "simulation": 0.95},
            "middle": {"model": "made-8b", "skill": 0.5},
            "middling": {"model": "made-7b", "skill": 0.4},
            "bad": {"model": "made-1b", "skill": -3.0, "simulation": 0.4, "fixes": False},
        }.items()
    }


@pytest.fixture(scope="session")
def html(made):
    loaded = load(made["middle"])
    return page(loaded, entries(loaded), published(), "2024-10-01")


@pytest.fixture(scope="session")
def parsed(html):
    return Page(html)


@pytest.fixture(scope="session")
def expected(made):
    return independent.metrics(made["middle"])


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """The directory of a run of all regimes in the real sandbox; a test that changes it makes a copy."""
    return make_real_run(tmp_path_factory.mktemp("real"))
