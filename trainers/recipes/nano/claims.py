"""The paper's claims as differences between runs, with intervals over problems and the spread over seeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.metrics import compare, t_interval
from harness.regimes.estimates import per_problem
from harness.reports.entries import Loaded, load
from harness.reports.values import FIX, FIX_EXECUTED, PREDICT, VERIFY
from trainers.recipes.nano.plan import LEVELS

DIRECT = "direct"

Values = dict[str, float]  # by problem


@dataclass(frozen=True)
class Claim:
    """`one` minus `other`, each a per-problem value of a seed's runs. `paper` is the paper's own figure."""

    number: str
    text: str
    paper: str
    one: Callable[[Runs], Values]
    other: Callable[[Runs], Values]


@dataclass(frozen=True)
class Found:
    """A claim measured: in points of a hundred, averaged over the seeds within each problem.

    low, high: 95 % interval of the mean over problems. seeds: each seed's own difference. verdict: shown if
    the interval lies above 0, opposite if it lies below, else not shown.
    """

    number: str
    text: str
    paper: str
    one: float
    other: float
    difference: float
    low: float
    high: float
    seeds: tuple[float, ...]
    verdict: str


class Runs:
    """The evaluation runs of one seed, opened when asked for."""

    def __init__(self, folder: Path, samples: int) -> None:
        self._folder = folder
        self._opened: dict[str, Loaded] = {}
        self.samples = samples

    def __getitem__(self, name: str) -> Loaded:
        if name not in self._opened:
            self._opened[name] = load(self._folder / "eval" / name)
        return self._opened[name]

    def value(self, run: str, regime: str, metric: str, k: int | None = None) -> Values:
        """By problem; k is the number of samples unless given."""
        return per_problem(self[run].facts, regime, metric, k or self.samples)

    def gain(self, run: str) -> Values:
        """best@n by simulation over pass@1."""
        return subtract(self.value(run, VERIFY, "best_simulate"), self.value(run, VERIFY, "pass", 1))

    def gap(self, run: str) -> Values:
        """best@n by execution over best@n by simulation."""
        return subtract(self.value(run, VERIFY, "best_exec"), self.value(run, VERIFY, "best_simulate"))


def subtract(one: Values, other: Values) -> Values:
    return {name: one[name] - other[name] for name in one if name in other}


def _claims() -> list[Claim]:
    found = [
        Claim(
            "1",
            "with explanations over without, predicting outputs greedily (mixed)",
            "Table 7, CruxEval-O: 37.5 to 68.0 (3B), 48.5 to 75.5 (7B)",
            lambda runs: runs.value("greedy-nlex", PREDICT, "output_pass", 1),
            lambda runs: runs.value("greedy-answers", PREDICT, "output_pass", 1),
        ),
        Claim(
            "1",
            "with explanations over without, after RL on output prediction (mixed, temperature 1)",
            "Table 1: explanations still help after RL",
            lambda runs: runs.value("warm-nlex-rl", PREDICT, "output_pass", 1),
            lambda runs: runs.value("warm-answers-rl", PREDICT, "output_pass", 1),
        ),
        Claim(
            "2",
            "RL on output prediction over fine-tuning alone (mixed, temperature 1)",
            "Table 8, LCB-IO-Out @1: 30.3 to 89.6 (CWM)",
            lambda runs: runs.value("warm-nlex-rl", PREDICT, "output_pass", 1),
            lambda runs: runs.value("warm-nlex", PREDICT, "output_pass", 1),
        ),
        Claim(
            "3",
            "trained on prediction alone over joint training, predicting outputs of the joint model's "
            "solutions (loose)",
            "Table 2, DMC-Out @1: 85.0 over 80.2 (CWM), 74.6 over 68.4 (7B)",
            lambda runs: runs.value("verifier-nlex", PREDICT, "output_pass", 1),
            lambda runs: runs.value("joint-loose", PREDICT, "output_pass", 1),
        ),
    ]
    for level in LEVELS:
        name = f"joint-{level}"
        found += [
            Claim(
                "4",
                f"best@n by simulation over pass@1 ({level})",
                "Fig. 4: 2 to 8 points",
                lambda runs, name=name: runs.value(name, VERIFY, "best_simulate"),
                lambda runs, name=name: runs.value(name, VERIFY, "pass", 1),
            ),
            Claim(
                "4",
                f"best@n by simulation over short1@n ({level})",
                "Fig. 4",
                lambda runs, name=name: runs.value(name, VERIFY, "best_simulate"),
                lambda runs, name=name: runs.value(name, VERIFY, "short1"),
            ),
            Claim(
                "4",
                f"best@n by execution over best@n by simulation, the simulation gap ({level})",
                "Fig. 4: positive",
                lambda runs, name=name: runs.value(name, VERIFY, "best_exec"),
                lambda runs, name=name: runs.value(name, VERIFY, "best_simulate"),
            ),
        ]
    found += [
        Claim(
            "4",
            "the gap with a verifier that answers without explanations over the gap with one that explains "
            "(loose)",
            "Fig. 9: a better verifier narrows the gap",
            lambda runs: runs.gap("verifier-answers"),
            lambda runs: runs.gap("verifier-nlex"),
        ),
        Claim(
            "4",
            "the gap of the joint model over the gap with a dedicated verifier (loose)",
            "Fig. 9: a dedicated verifier narrows the gap",
            lambda runs: runs.gap("joint-loose"),
            lambda runs: runs.gap("verifier-nlex"),
        ),
        Claim(
            "5",
            "the gain of self-verification with the tests hidden while solving over that with them shown",
            "Fig. 6: unseen tests verify best",
            lambda runs: runs.gain("hidden"),
            lambda runs: runs.gain("joint-mixed"),
        ),
    ]
    for level in LEVELS:
        name = f"joint-{level}"
        found += [
            Claim(
                "6",
                f"self-fix with predicted feedback over direct ({level})",
                "Table 3, DMC @1: 63.2 over 60.8 (CWM, after RL)",
                lambda runs, name=name: runs.value(name, FIX, "pass", 1),
                lambda runs, name=name: runs.value(name, DIRECT, "pass", 1),
            ),
            Claim(
                "6",
                f"executed over predicted feedback ({level})",
                "Table 3, DMC @1: 65.3 over 63.2 (CWM, after RL)",
                lambda runs, name=name: runs.value(name, FIX_EXECUTED, "pass", 1),
                lambda runs, name=name: runs.value(name, FIX, "pass", 1),
            ),
        ]
    found += [
        Claim(
            "6",
            "self-fix of self-RLEF, predicted feedback, over direct of RL on solving (mixed)",
            "Table 3, DMC @1: 63.2 over 60.8 (CWM)",
            lambda runs: runs.value("self-rlef", FIX, "pass", 1),
            lambda runs: runs.value("solve-rl", DIRECT, "pass", 1),
        ),
        Claim(
            "6",
            "self-fix of self-RLEF, predicted feedback, over its own direct (mixed)",
            "Table 5, DMC @1: 63.2 over 57.8 (CWM)",
            lambda runs: runs.value("self-rlef", FIX, "pass", 1),
            lambda runs: runs.value("self-rlef", DIRECT, "pass", 1),
        ),
        Claim(
            "6",
            "executed over predicted feedback after self-RLEF (mixed)",
            "Table 3, DMC @1: 65.3 over 63.2 (CWM)",
            lambda runs: runs.value("self-rlef", FIX_EXECUTED, "pass", 1),
            lambda runs: runs.value("self-rlef", FIX, "pass", 1),
        ),
    ]
    found.append(
        Claim(
            "7",
            "direct over self-fix, with a model that was never trained to fix (mixed)",
            "Table 4, DMC @1: the scaffold alone costs 4.8 (CWM) and 10.6 (Qwen3-32B)",
            lambda runs: runs.value("scaffold", DIRECT, "pass", 1),
            lambda runs: runs.value("scaffold", FIX, "pass", 1),
        )
    )
    return found


CLAIMS = _claims()


def measure(claim: Claim, runs: Sequence[Runs]) -> Found:
    """Average a claim's two sides over the seeds within each problem, then compare over problems."""
    ones, others = [claim.one(each) for each in runs], [claim.other(each) for each in runs]
    one, other = average(ones), average(others)
    paired = compare(one, other)
    seeds = tuple(100 * compare(first, second).difference for first, second in zip(ones, others, strict=True))
    if math.isnan(paired.low):
        verdict = "not shown"
    else:
        verdict = "shown" if paired.low > 0 else "opposite" if paired.high < 0 else "not shown"
    return Found(
        claim.number,
        claim.text,
        claim.paper,
        100 * t_interval(list(one.values())).value,
        100 * t_interval(list(other.values())).value,
        100 * paired.difference,
        100 * paired.low,
        100 * paired.high,
        seeds,
        verdict,
    )


def average(values: Sequence[Values]) -> Values:
    """The mean over seeds, for the problems that all seeds have a value for."""
    shared = [name for name in values[0] if all(name in each for each in values)]
    return {name: math.fsum(each[name] for each in values) / len(values) for name in shared}


def table(found: Sequence[Found], heading: str) -> str:
    """Markdown."""
    lines = [
        f"# {heading}",
        "",
        "Differences in points of a hundred; in brackets the 95 % interval of the paired difference over",
        "problems, then each seed's own. The last column is the paper's figure, for models of billions of",
        "weights: the miniature shows directions, never sizes.",
        "",
        "| claim | one | other | difference | seeds | verdict | the paper's own |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for each in found:
        seeds = ", ".join(f"{seed:+.1f}" for seed in each.seeds)
        lines.append(
            f"| {each.number}. {each.text} | {each.one:.1f} | {each.other:.1f} | {each.difference:+.1f} "
            f"[{each.low:+.1f}, {each.high:+.1f}] | {seeds} | **{each.verdict}** | {each.paper} |"
        )
    return "\n".join([*lines, ""])


def as_json(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [asdict(each) for each in found]
