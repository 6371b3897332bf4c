"""What the replica does: a list of public commands, each with what it needs to have been done before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The arms of fine-tuning, and what each is trained on: the share of rows by kind of task.
#   answers    output prediction without explanations          nlex      with them, for as many tokens
#   unfixed    prediction and solving: never saw a fix prompt  joint     prediction, solving and fixing
ARMS = {
    "nlex": {"nlex": 1.0},
    "unfixed": {"nlex": 0.3, "solve": 0.7},
    "joint": {"nlex": 0.4, "solve": 0.2, "fix": 0.4},
    "answers": {"answers": 1.0},
}
LEVELS = ("mixed", "clear", "loose")
# The arms that are compared as predictors, and those of them that explain.
PREDICTORS = ("answers", "nlex", "answers-rl", "nlex-rl")
EXPLAINERS = ("nlex", "nlex-rl")
# What an arm starts from: another arm, or else the untrained model.
BEGINS = {"unfixed": "nlex", "joint": "unfixed"}

# The arms of RL: the task, and the arm that each starts from.
RL_ARMS = {
    "nlex-rl": ("output-prediction", "nlex"),
    "answers-rl": ("output-prediction", "answers"),
    "solve-rl": ("solve", "joint"),
    "self-rlef": ("self-rlef", "joint"),
}
# Programs must stay diverse to be worth choosing from, and their arms have few steps: they sharpen gently.
_GENTLE = {"norm_learning_rate": 0.05}


@dataclass(frozen=True)
class Size:
    """How much of everything. steps: optimiser steps by arm, of ROWS rows or, in RL, of 256 episodes.

    problems: of a run with all regimes; predicted: of a run of output prediction alone.
    """

    programs: int
    solves: int
    fixes: int
    steps: dict[str, int]
    problems: int
    predicted: int
    samples: int
    attempts: int


# Rows of a step. A row without explanation has 0.4 times the tokens: so `answers` sees as many as `nlex`.
ROWS = {"answers": 10}
_ROWS = 4

FULL = Size(
    programs=7600,
    solves=6000,
    fixes=7000,
    steps={
        "answers": 3600,
        "nlex": 3600,
        "unfixed": 2100,
        "joint": 4400,
        "nlex-rl": 14,
        "answers-rl": 14,
        "solve-rl": 5,
        "self-rlef": 5,
    },
    problems=40,
    predicted=60,
    samples=10,
    attempts=2,
)
QUICK = Size(
    programs=3200,
    solves=3000,
    fixes=3000,
    steps={
        "answers": 1400,
        "nlex": 1400,
        "unfixed": 800,
        "joint": 1700,
        "nlex-rl": 4,
        "answers-rl": 4,
        "solve-rl": 2,
        "self-rlef": 2,
    },
    problems=10,
    predicted=20,
    samples=10,
    attempts=2,
)


@dataclass(frozen=True)
class Stage:
    """One command: `python -m MODULE ARGUMENTS... --out OUT`. needs: the names of those that come before."""

    name: str
    module: str
    arguments: tuple[str, ...]
    out: Path
    needs: tuple[str, ...] = ()

    def command(self) -> list[str]:
        return ["-m", self.module, *self.arguments, "--out", str(self.out)]


def data(folder: Path, size: Size) -> Iterator[Stage]:
    """What all seeds are trained on: `folder` is shared by them."""
    recipes = "trainers.recipes.nano"
    made = _flags(seed=0, programs=size.programs, solves=size.solves, fixes=size.fixes)
    yield Stage("data", f"{recipes}.make_data", made, folder / "data")
    programs = folder / "data" / "programs.jsonl"
    told = _flags(source=programs, styles="terse")
    yield Stage("traces", "harness.build_traces", told, folder / "traces", ("data",))
    bare = _flags(nlex=folder / "traces")
    yield Stage("answers", f"{recipes}.answers_only", bare, folder / "answers.jsonl", ("traces",))
    yield Stage("rlset", f"{recipes}.make_rlset", _flags(seed=0), folder / "rlset")


def seed_stages(shared: Path, folder: Path, seed: int, size: Size) -> Iterator[Stage]:
    """Training and evaluation of one seed, which is that of weights, order and sampling."""

    def named(name: str) -> str:
        return f"seed-{seed}/{name}"

    untrained = folder / "untrained"
    yield Stage(named("model"), "trainers.recipes.nano.make_model", _flags(seed=seed), untrained)
    sources = {
        "answers": (str(shared / "answers.jsonl"), "answers"),
        "nlex": (f"{shared / 'traces'},config=nlex", "traces"),
        "solve": (str(shared / "data" / "solve.jsonl"), "data"),
        "fix": (str(shared / "data" / "fix.jsonl"), "data"),
    }
    recipes = Path(__file__).parent
    for arm, shares in ARMS.items():
        seen = size.steps[arm] * ROWS.get(arm, _ROWS)
        mixed = [
            f"{sources[name][0]},weight={share},rows={round(share * seen)}" for name, share in shares.items()
        ]
        begin = BEGINS.get(arm)
        settings = _flags(
            config=recipes / "sft.yaml",
            model=trained(folder, begin) if begin else untrained,
            seed=seed,
            batch_size=ROWS.get(arm, _ROWS),
            steps=size.steps[arm],
            decay_steps=size.steps[arm] * 5 // 8,
        )
        needs = (named(f"train-{begin}" if begin else "model"), *(sources[name][1] for name in shares))
        out = trained(folder, arm).parent
        yield Stage(named(f"train-{arm}"), "trainers.sft", ("--data", *mixed, *settings), out, needs)
    for arm, (task, begin) in RL_ARMS.items():
        settings = _flags(
            config=recipes / "rl.yaml",
            model=trained(folder, begin),
            data=shared / "rlset",
            task=task,
            seed=seed,
            steps=size.steps[arm],
            **({} if task == "output-prediction" else _GENTLE),
        )
        needs = (named(f"train-{begin}"), "rlset")
        yield Stage(named(f"train-{arm}"), "trainers.rl", settings, trained(folder, arm).parent, needs)
    for stage, models in evaluations(folder, seed, size):
        needs = tuple(named(f"train-{arm}") for arm in models)
        yield Stage(named(stage.name), stage.module, stage.arguments, stage.out, needs)
    # All greedy runs ask about the same programs, so that one table of true explanations does for all.
    told, truth = _flags(source=folder / "eval" / "greedy-nlex", styles="terse"), folder / "eval" / "truth"
    yield Stage(named("truth"), "harness.build_traces", told, truth, (named("eval-greedy-nlex"),))
    for arm in EXPLAINERS:
        needs = (named("truth"), named(f"eval-greedy-{arm}"))
        compared = _flags(run=folder / "eval" / f"greedy-{arm}", nlex=truth)
        module = "trainers.recipes.nano.exactness"
        yield Stage(named(f"exact-{arm}"), module, compared, exactness_file(folder, arm), needs)


def exactness_file(folder: Path, arm: str) -> Path:
    return folder / "eval" / f"exact-{arm}.json"


def trained(folder: Path, arm: str) -> Path:
    return folder / "models" / arm / "final"


def evaluations(folder: Path, seed: int, size: Size) -> Iterator[tuple[Stage, tuple[str, ...]]]:
    """Runs of harness.eval on the test split, whose compositions no arm was trained on, and their models."""
    sampled = _flags(n=size.samples, sim_attempts=size.attempts, ks=(1, 5, size.samples), max_turns=3)
    greedy = _flags(n=1, sim_attempts=1, ks=1, preset="greedy")
    warm = _flags(n=2, sim_attempts=2, ks=1, temperature=1.0, top_p=1.0)
    verify, fix = ("--regimes", "direct", "self-verify"), ("--regimes", "direct", "self-fix")
    predict = ("--regimes", "output-prediction")
    both = ("--feedback", "simulated", "executed")
    verified = ("--regimes", "direct", "self-verify", "output-prediction")

    def run(
        name: str,
        arm: str,
        level: str,
        *arguments: str,
        verifier: str = "",
        problems: int = size.problems,
    ) -> tuple[Stage, tuple[str, ...]]:
        common = _flags(
            bench="nano",
            level=level,
            limit=problems,
            engine="transformers",
            model=trained(folder, arm),
            batch_size=200,
            max_tokens=400,
            device="cpu",
            seed=seed,
        )
        models: tuple[str, ...] = (arm,)
        if verifier:
            common += _flags(verifier_model=trained(folder, verifier))
            models += (verifier,)
        return Stage(f"eval-{name}", "harness.eval", (*common, *arguments), folder / "eval" / name), models

    for level in LEVELS:
        regimes = ("--regimes", "direct", "self-verify", "self-fix", "output-prediction")
        yield run(f"joint-{level}", "joint", level, *regimes, *both, *sampled)
    # The longest first: what runs last may have a core to itself.
    yield run("self-rlef", "self-rlef", "mixed", *fix, *both, *sampled)
    yield run("hidden", "joint", "mixed", *verify, *sampled, "--hide-public-tests")
    for arm in ("answers", "nlex"):
        yield run(f"verifier-{arm}", "joint", "loose", *verified, *sampled, verifier=arm)
    for arm in PREDICTORS:
        yield run(f"greedy-{arm}", "joint", "mixed", *predict, *greedy, verifier=arm, problems=size.predicted)
        yield run(f"warm-{arm}", "joint", "mixed", *predict, *warm, verifier=arm, problems=size.predicted)
    few = _flags(n=4, sim_attempts=1, ks=1, max_turns=3)
    yield run("scaffold", "unfixed", "mixed", *fix, "--feedback", "simulated", *few)
    yield run("solve-rl", "solve-rl", "mixed", "--regimes", "direct", *sampled)


def _flags(**values: object) -> tuple[str, ...]:
    """`--name value` for each; several values for a tuple; -n for n."""
    found: list[str] = []
    for name, value in values.items():
        found.append("-n" if name == "n" else "--" + name.replace("_", "-"))
        found += [str(each) for each in value] if isinstance(value, tuple) else [str(value)]
    return tuple(found)
