"""How long reports take: making a page of 10,000 samples, and reading it in a browser."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from performance import write_section

sys.path.insert(0, str(Path(__file__).parents[1] / "harness" / "reports"))

import webdriver
from made_runs import make_run

from harness.regimes.summary import summarise
from harness.reports.entries import entries, load, load_all, ranked
from harness.reports.page import write_page
from harness.reports.seal import broken

REPEATS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        run = make_run(root / "run", problems=500, attempts=3, filler=20)
        path = root / "page.html"
        lines = ["| what, on 500 problems × 20 samples | CPU s |", "| --- | ---: |"]
        loaded = None
        steps = {
            "read a run's tables and metrics": lambda: load(run.directory),
            "compute every metric, with both intervals": lambda: summarise(run, run.manifest()),
            "leaderboard rows and tiers": lambda: ranked(
                entry for one in load_all([run.directory]) for entry in entries(one)
            ),
            "write its page": lambda: write_page(path, loaded, entries(loaded)),
            "check its seal": lambda: broken(run, run.manifest()),
        }
        for name, step in steps.items():
            started = time.process_time()
            result = step()
            lines.append(f"| {name} | {time.process_time() - started:.1f} |")
            loaded = loaded or result
        size = path.stat().st_size / 2**20
        lines += ["", f"The page holds {len(loaded.facts.direct):,} samples in {size:.1f} MiB."]
        lines += in_browser(root, path)
    write_section("report", "Reports", lines)


def in_browser(root: Path, path: Path) -> list[str]:
    """First paint, time until the samples can be browsed, filters and opening a sample; medians."""
    if webdriver.MISSING:
        return [f"In a browser: not run, it {webdriver.MISSING}."]
    found: dict[str, list[float]] = {name: [] for name in ("paint", "ready", "filter", "sort", "show")}
    for repeat in range(REPEATS):
        with webdriver.Browser(root / f"home-{repeat}") as browser:
            browser.open(path)
            ready = browser.wait("return document.documentElement.dataset.ready", 120)
            found["ready"].append(float(ready))
            paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
            found["paint"].append(browser.run(paint))
            for name, field, value in (("filter", "outcome", "-"), ("sort", "order", "tokens")):
                browser.run(
                    "const [name, value] = arguments;"
                    "const field = document.querySelector('.filters').elements[name]; field.value = value;"
                    "field.dispatchEvent(new Event('input', {bubbles: true}))",
                    field,
                    value,
                )
                spent = browser.run("return document.querySelector('#browser').dataset.filterMs")
                found[name].append(float(spent))
            browser.run("return samples.show(9999)")
            found["show"].append(
                float(browser.run("return document.querySelector('#browser').dataset.showMs"))
            )
    words = {
        "paint": "first contentful paint (promised: under 2,000)",
        "ready": "samples can be browsed",
        "filter": "filter by outcome (promised: under 200)",
        "sort": "sort by length",
        "show": "open a sample of a block not yet unpacked",
    }
    lines = ["", f"| in headless Chromium, fresh profile, {REPEATS} times | median ms | worst ms |"]
    lines.append("| --- | ---: | ---: |")
    for name, values in found.items():
        lines.append(f"| {words[name]} | {statistics.median(values):,.0f} | {max(values):,.0f} |")
    return lines


if __name__ == "__main__":
    main()
