"""python -m trainers.recipes.nano.replica: the paper's claims in miniature, by the public commands alone."""

# Annotations are evaluated here: the command line looks them up.

import json
import os
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from harness.runs import write_json
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.recipes.nano.claims import CLAIMS, Runs, as_json, measure, table
from trainers.recipes.nano.figure import svg
from trainers.recipes.nano.plan import FULL, QUICK, Stage, data, seed_stages
from trainers.recipes.nano.tables import beside

COMMAND = "python -m trainers.recipes.nano.replica"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Generate data, record and tell traces, train every arm, evaluate, and say which claims are shown.

    What is done stays done: the same command goes on where it was stopped.
    """

    out: Path = Path("results/replica")
    """Folder for the tables."""

    work: Path = Path("results/runs/replica")
    """Folder for data, models and runs."""

    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of weights, order and sampling. The training data are the same for all."""

    jobs: int = 2
    """Commands at a time, one thread each."""

    quick: bool = False
    """One seed, a third of the training, fewer problems: the machinery and the directions, in minutes."""


def main(options: Options) -> None:
    size = QUICK if options.quick else FULL
    seeds = options.seeds[:1] if options.quick else options.seeds
    work = options.work / ("quick" if options.quick else "full")
    folders = {seed: work / f"seed-{seed}" for seed in seeds}
    plan = list(data(work / "shared", size))
    for seed, folder in folders.items():
        plan += seed_stages(work / "shared", folder, seed, size)
    begun = time.monotonic()
    run_all(plan, work, options.jobs)
    runs = [Runs(folder, size.samples) for folder in folders.values()]
    found = [measure(claim, runs) for claim in CLAIMS]
    name = "quick" if options.quick else "claims"
    options.out.mkdir(parents=True, exist_ok=True)
    heading = "The claims in miniature" + (
        " (quick version: one seed, short training)" if options.quick else ""
    )
    text = table(found, heading) + "\n" + beside(list(folders.values()), runs)
    (options.out / f"{name}.md").write_text(text, "utf-8")
    (options.out / f"{name}.svg").write_text(svg(found, heading), "utf-8")
    seconds = sum(
        json.loads((work / "done" / f"{stage.name}.json").read_text("utf-8"))["seconds"] for stage in plan
    )
    spent = {"wall_s": round(time.monotonic() - begun), "stages_s": round(seconds), "jobs": options.jobs}
    write_json(options.out / f"{name}.json", {"seeds": list(seeds), "spent": spent, "claims": as_json(found)})
    print(text)
    print(f"Made: {options.out / name}.md, .svg and .json (claims), {work} (data, models, runs)")


def run_all(plan: list[Stage], work: Path, jobs: int) -> None:
    """Run every stage after those that it needs, so many at a time. Raises UsageError when one fails, after
    those under way have ended."""
    waiting = {stage.name: stage for stage in plan}
    running: dict[Future[None], str] = {}
    over: set[str] = set()
    with ThreadPoolExecutor(jobs) as threads:
        while waiting or running:
            ready = [stage for stage in waiting.values() if over.issuperset(stage.needs)]
            for stage in ready[: jobs - len(running)]:
                del waiting[stage.name]
                place = f"{len(plan) - len(waiting)}/{len(plan)}"
                running[threads.submit(perform, stage, work, place)] = stage.name
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                over.add(running.pop(future))
                future.result()


def perform(stage: Stage, work: Path, place: str) -> None:
    """Run a command unless it has run before; its output goes to a log. Raises UsageError if it fails."""
    done, log = work / "done" / f"{stage.name}.json", work / "logs" / f"{stage.name}.log"
    command = stage.command()
    if done.exists():
        if json.loads(done.read_text("utf-8"))["command"] == command:
            return
        raise UsageError(f"{done}: was made by another command; choose another --work")
    print(f"{place}: {stage.name}", flush=True)
    done.parent.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    _put_aside(stage.out)
    begun = time.monotonic()
    # Several one-thread jobs use two cores better than one job of two threads, and give the same sums.
    environment = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    with log.open("w", encoding="utf-8") as file:
        code = subprocess.run(
            [sys.executable, *command], stdout=file, stderr=subprocess.STDOUT, env=environment
        ).returncode
    if code:
        raise UsageError(f"{stage.name} ended with exit code {code}; see {log}")
    write_json(done, {"command": command, "seconds": round(time.monotonic() - begun, 1)})


def _put_aside(out: Path) -> None:
    """What an interrupted command left keeps another name, so that the command can start anew."""
    number = 1
    while out.exists():
        aside = out.with_name(f"{out.name}.interrupted-{number}")
        number += 1
        if not aside.exists():
            out.rename(aside)


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
