"""A run's metrics computed once more, from the Parquet files alone and in another way than the harness does.

Nothing of `harness` is imported here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats


def table(run: Path, name: str) -> list[dict]:
    parts = sorted((run / name).glob("*.parquet"))
    if not parts:
        return []
    frame = pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True).astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def pass_at_k(results: list[bool], k: int) -> float:
    """Chen et al., in the product form: 1 - prod (1 - k / i) for i = n-c+1 .. n."""
    n, c = len(results), sum(results)
    if k > n:
        return math.nan
    if n - c < k:
        return 1.0
    return 1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def best_at_k(scored: list[tuple[float, bool]], k: int) -> float:
    """Sum over ranks i of C(n-i, k-1) pass_i / C(n, k), each pass_i the mean of those with the same score."""
    n = len(scored)
    if k > n:
        return math.nan
    ranked = []
    for _, group in groupby(sorted(scored, key=lambda pair: -pair[0]), key=lambda pair: pair[0]):
        passed = [result for _, result in group]
        ranked += [sum(passed) / len(passed)] * len(passed)
    return sum(math.comb(n - i, k - 1) * one for i, one in enumerate(ranked, 1)) / math.comb(n, k)


def interval(values: list[float], clusters: list[str]) -> tuple[float, float, float]:
    """Mean and Student-t interval with the cluster-robust variance, by the textbook; NaN for one cluster."""
    mean = float(np.mean(values))
    residuals = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        residuals[cluster] += value - mean
    groups = len(residuals)
    if groups == 1:
        return mean, math.nan, math.nan
    variance = groups / (groups - 1) * sum(one**2 for one in residuals.values()) / len(values) ** 2
    margin = stats.t.ppf(0.975, groups - 1) * math.sqrt(variance)
    return mean, mean - margin, mean + margin


def of_items(items: list[tuple[str, float]]) -> tuple[float, float, float]:
    """Mean and interval over (problem, value): a problem's items are one cluster."""
    return interval([value for _, value in items], [problem for problem, _ in items])


CHANGES = {
    "fixed": (False, True),
    "broken": (True, False),
    "both_pass": (True, True),
    "both_fail": (False, False),
}
CONFUSION = {
    "verifier_true_pass": (True, True),
    "verifier_false_pass": (True, False),
    "verifier_false_fail": (False, True),
    "verifier_true_fail": (False, False),
}
# Upper ends of the classes of what makes a program hard to predict, and their names.
CLASSES = {
    "lines": {5: "0-5", 10: "6-10", 20: "11-20", 40: "21-40", 80: "41-80", math.inf: "over 80"},
    "loop_depth": {0: "0", 1: "1", 2: "2", math.inf: "over 2"},
    "events": {
        30: "0-30",
        100: "31-100",
        300: "101-300",
        1000: "301-1000",
        3000: "1001-3000",
        10_000: "3001-10000",
        math.inf: "over 10000",
    },
    "digits": {1: "0-1", 2: "2", 4: "3-4", 9: "5-9", math.inf: "over 9"},
}


class Recomputed:
    """What the tables of a run say.

    `per_problem` is (regime, metric, k) -> problem -> value. `metrics` is (regime, metric, k, group) ->
    (value, low, high), without what is undefined; a bound is NaN where there is none.
    """

    def __init__(self, run: Path):
        asked = json.loads((run / "manifest.json").read_text())["asked"]
        self.ks = asked["ks"]
        self.contest = {row["problem_id"]: row["contest"] for row in table(run, "problems")}
        self.solutions = {(row["problem_id"], row["sample"]): row for row in table(run, "solutions")}
        self.verdicts = defaultdict(dict)
        self.visible = defaultdict(dict)
        for row in table(run, "verdicts"):
            key = (row["regime"], row["problem_id"], row["sample"])
            self.verdicts[key][row["test"]] = row["verdict"]
            if row["visibility"] == "public":
                self.visible[key][row["test"]] = row["verdict"]
        self.attempts = defaultdict(list)
        for row in sorted(table(run, "predictions"), key=lambda row: row["attempt"]):
            self.attempts[row["problem_id"], row["sample"], row["test"]].append(row)
        self.programs = {
            (row["problem_id"], row["code_sha256"], row["test"]): row for row in table(run, "programs")
        }
        self.actual = {
            (row["problem_id"], row["code_sha256"], row["test"]): row["actual"]
            for row in table(run, "executions")
        }
        self.fixes = [row for row in table(run, "turns") if row["kind"] == "fix"]
        self.samples = defaultdict(list)
        for regime, problem, sample in sorted(self.verdicts):
            if regime == "direct":
                self.samples[problem].append(sample)
        self.per_problem: dict[tuple, dict[str, float]] = {}
        self.metrics: dict[tuple, tuple] = {}
        self._direct()
        if self.attempts:
            self._self_verify()
            self._confusion()
            self._output_prediction()
        if self.fixes:
            self._self_fix()

    def solved(self, problem, sample, regime="direct") -> bool:
        return set(self.verdicts[regime, problem, sample].values()) == {"AC"}

    def looks_solved(self, problem, sample, regime="direct") -> bool:
        return set(self.visible[regime, problem, sample].values()) == {"AC"}

    def digest(self, problem, sample) -> str:
        return hashlib.sha256(self.solutions[problem, sample]["code"].encode()).hexdigest()

    def _put(self, regime, metric, k, values):
        if any(math.isnan(value) for value in values.values()):
            return
        self.per_problem[regime, metric, k] = values
        contests = [self.contest[problem] for problem in values]
        self.metrics[regime, metric, k, None] = interval(list(values.values()), contests)

    def _short(self, problem, sample) -> float:
        """Minus the length, so that the shortest scores best; a reasoning that never closed comes last."""
        row = self.solutions[problem, sample]
        unclosed = "<think>" in row["response"] and "</think>" not in row["response"]
        return -math.inf if unclosed else -row["n_tokens"]

    def _best(self, score, k):
        return {
            problem: best_at_k([(score(problem, s), self.solved(problem, s)) for s in samples], k)
            for problem, samples in self.samples.items()
        }

    def _passing(self, judged, k):
        return {
            problem: pass_at_k([judged(problem, s) for s in samples], k)
            for problem, samples in self.samples.items()
        }

    def _direct(self):
        for k in self.ks:
            self._put("direct", "pass", k, self._passing(self.solved, k))
            self._put("direct", "public_pass", k, self._passing(self.looks_solved, k))
            self._put("direct", "short1", k, self._best(self._short, k))

    def _self_verify(self):
        simulated = defaultdict(float)
        for (problem, sample, _), rows in self.attempts.items():
            simulated[problem, sample] += np.mean([row["match_expected"] for row in rows])

        def executed(problem, sample):
            return list(self.visible["direct", problem, sample].values()).count("AC")

        for k in range(1, max(map(len, self.samples.values())) + 1):
            simulate = self._best(lambda p, s: simulated[p, s], k)
            execute = self._best(executed, k)
            self._put("self-verify", "pass", k, self._passing(self.solved, k))
            self._put("self-verify", "short1", k, self._best(self._short, k))
            self._put("self-verify", "best_simulate", k, simulate)
            self._put("self-verify", "best_exec", k, execute)
            self._put("self-verify", "simulation_gap", k, {p: execute[p] - simulate[p] for p in execute})

    def _confusion(self):
        majority = defaultdict(lambda: True)
        for (problem, sample, _), rows in sorted(self.attempts.items()):
            majority[problem, sample] &= sum(row["match_expected"] for row in rows) > len(rows) / 2
        for group, truth in (("public tests", self.looks_solved), ("all tests", self.solved)):
            cells = [(key[0], (said, truth(*key))) for key, said in majority.items()]
            for name, cell in CONFUSION.items():
                items = [(problem, float(one == cell)) for problem, one in cells]
                self.metrics["self-verify", name, None, group] = of_items(items)
            counts = Counter(one for _, one in cells)
            for name, other in (("precision", (True, False)), ("recall", (False, True))):
                if total := counts[True, True] + counts[other]:
                    share = counts[True, True] / total
                    self.metrics["self-verify", f"verifier_{name}", None, group] = (share, math.nan, math.nan)

    def _output_prediction(self):
        for k in self.ks:
            items = [
                (key[0], pass_at_k([row["match_actual"] for row in rows], k))
                for key, rows in sorted(self.attempts.items())
            ]
            if not any(math.isnan(value) for _, value in items):
                self.metrics["output-prediction", "output_pass", k, None] = of_items(items)
                self.per_problem["output-prediction", "output_pass", k] = {
                    problem: float(np.mean([value for name, value in items if name == problem]))
                    for problem, _ in items
                }
        groups, kinds = defaultdict(list), Counter()
        for (problem, sample, test), rows in sorted(self.attempts.items()):
            share = (problem, float(np.mean([row["match_actual"] for row in rows])))
            groups[f"verdict={self.verdicts['direct', problem, sample][test]}"].append(share)
            program = (problem, self.digest(problem, sample), test)
            for name, classes in CLASSES.items():
                value = self.programs[program][name]
                label = next(label for end, label in classes.items() if value <= end)
                groups[f"{name}={label}"].append(share)
            kinds.update(kind_of_answer(row, self.actual[program]) for row in rows)
        for group, items in groups.items():
            self.metrics["output-prediction", "output_pass", 1, group] = of_items(items)
        for kind, count in kinds.items():
            share = count / sum(kinds.values())
            self.metrics["output-prediction", "answer_share", None, f"answer={kind}"] = (
                share,
                math.nan,
                math.nan,
            )

    def _self_fix(self):
        repairs, ended = Counter(), {}
        for row in self.fixes:  # in order of turns
            key = (row["problem_id"], row["sample"])
            repairs[key] += row["decision"] == "fix"
            ended[key] = "limit" if row["decision"] == "fix" else row["decision"]
        last = {key: "self-fix" if repairs[key] else "direct" for key in ended}
        for k in self.ks:
            for metric, judged in (("pass", self.solved), ("public_pass", self.looks_solved)):
                values = {
                    problem: pass_at_k([judged(problem, s, last[problem, s]) for s in samples], k)
                    for problem, samples in self.samples.items()
                }
                self._put("self-fix", metric, k, values)
        keys = sorted(ended)
        self.metrics["self-fix", "mean_turns", None, None] = of_items([(k[0], 1 + repairs[k]) for k in keys])
        for group, judged in ((None, self.solved), ("public tests", self.looks_solved)):
            for name, change in CHANGES.items():
                items = [(key[0], float((judged(*key), judged(*key, last[key])) == change)) for key in keys]
                self.metrics["self-fix", name, None, group] = of_items(items)
        for how in ("submit", "limit", "unparsable"):
            items = [(key[0], float(ended[key] == how)) for key in keys]
            self.metrics["self-fix", "ended", None, f"ended={how}"] = of_items(items)


def kind_of_answer(row: dict, actual: str) -> str:
    """In which way an attempt is right or wrong, in the words of a report."""
    if row["match_actual"]:
        return "right"
    if row["predicted"] is None:
        return "no answer"
    crashed, said = (
        text.strip().lower().startswith(("<error:", "<timeout>")) for text in (actual, row["predicted"])
    )
    if crashed or said:
        return "other crash" if crashed and said else "crash missed" if crashed else "crash imagined"
    letters = ["".join(text.lower().split()).strip("'\"") for text in (actual, row["predicted"])]
    return "format" if letters[0] == letters[1] else "value"


def metrics(run: Path) -> dict[tuple, tuple]:
    return Recomputed(run).metrics


def per_problem(run: Path) -> dict[tuple, dict[str, float]]:
    return Recomputed(run).per_problem
