"""python -m harness.report: runs as leaderboards and pages, compared, checked and exported."""

# Annotations are evaluated here: the command line looks them up in this module.

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from json import dumps
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from harness import console
from harness.reports import compare, leaderboard, verify
from harness.reports.entries import entries, load_all, ranked
from harness.reports.export import Format, export
from harness.reports.page import write_page
from harness.reports.paper import published
from harness.storage import Place
from sandboxes.pool import SandboxOptions
from selfexec.commandline import run as run_command
from selfexec.errors import UsageError

NAME = "python -m harness.report"

DIFFERENT = 1


@dataclass(frozen=True)
class ReportOptions:
    """Leaderboard tables and a page for one or more runs; or with --verify, --compare or --export a check of
    a run, a comparison of two, or runs in other tools' formats. Exit code 1: --verify found a difference."""

    runs: list[Place] = field(default_factory=list)
    """Run directories, as harness.eval made them."""

    out: Path = Path("results")
    """Folder for leaderboard.md, .csv and .json, for reports/RUN.html and for exports/."""

    paper: bool = False
    """Add the rows that arXiv 2604.03253 published, in a group of their own."""

    cutoff: str | None = None
    """The model's training cut-off, YYYY-MM-DD: pages show accuracy before and after it."""

    verify: Place | None = None
    """Judge this run's programs again, recompute its metrics and say what is equal and what differs."""

    data: str | None = None
    """With --verify: the benchmark's file or folder, where the benchmark is not a packaged one."""

    prompts: Path | None = None
    """With --verify: the folder of templates, if the run was made with its own."""

    compare: tuple[Place, Place] | None = None
    """Two runs: paired differences with intervals, and the problems that changed."""

    export: Format | None = None
    """lcb, evalplus, inspect or hub: write the runs in that format."""

    json: bool = False
    """One JSON object a row on stdout instead of tables."""

    sandbox: Annotated[SandboxOptions, Parameter(name="*", group="Sandbox, with --verify")] = field(
        default_factory=SandboxOptions
    )


def main(options: ReportOptions) -> int:
    if options.verify is not None:
        return verify_run(options, options.verify)
    if options.compare is not None:
        return compare_runs(options, *options.compare)
    if not options.runs:
        raise UsageError("give at least one run directory, as harness.eval made it with --out")
    if options.export is not None:
        paths = [export(run, options.export, options.out / "exports") for run in load_all(options.runs)]
        console.note(f"written: {', '.join(map(str, paths))}")
        return 0
    return report_runs(options)


def report_runs(options: ReportOptions) -> int:
    """Tables of all runs and a page for each."""
    if options.cutoff is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", options.cutoff):
        raise UsageError(f"--cutoff {options.cutoff}: give a date as YYYY-MM-DD")
    loaded = load_all(options.runs)
    rows = ranked(entry for run in loaded for entry in entries(run))
    beside = published(rows) if options.paper else []
    paths = leaderboard.write(options.out, rows, beside)
    for run in loaded:
        path = options.out / "reports" / f"{run.name.replace('/', '-')}.html"
        write_page(path, run, entries(run), published(), options.cutoff)
        paths.append(path)
    if options.json:
        print_json(leaderboard.as_json(rows, beside)["rows"])
    else:
        leaderboard.show(rows, beside)
    console.note(f"written: {', '.join(map(str, paths))}")
    return 0


def verify_run(options: ReportOptions, directory: Path) -> int:
    findings = verify.verify(directory, options.data, options.prompts, options.sandbox)
    if options.json:
        print_json(asdict(finding) for finding in findings)
    else:
        verify.show(findings)
    if verify.same(findings):
        console.note(f"{directory}: everything is equal")
        return 0
    count = sum(finding.status == verify.DIFFERS for finding in findings)
    console.note(f"{directory}: {count:,} of {len(findings):,} things compared differ")
    return DIFFERENT


def compare_runs(options: ReportOptions, first: Path, second: Path) -> int:
    loaded = load_all([first, second])
    if len(loaded) < 2:
        raise UsageError(f"--compare {first} {second}: the two are one run; give two")
    if options.json:
        print_json(compare.as_json(*loaded))
    else:
        compare.show(*loaded)
    return 0


def print_json(rows: Iterable[dict]) -> None:
    for row in rows:
        print(dumps(row, ensure_ascii=False, allow_nan=False))


if __name__ == "__main__":
    run_command(NAME, ReportOptions, main)
