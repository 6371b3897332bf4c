"""What a run will ask for, before it asks: the first prompts, and how many requests there can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from benchmarks.problem import Problem
from harness import console
from harness.engines.protocol import Request
from harness.engines.replay import ReplayEngine
from harness.regimes.questions import Observation, Questions, can_simulate
from selfexec.errors import UsageError

# The kind of rows that a regime asks for beside solutions.
KINDS = {"self-verify": "simulate", "output-prediction": "simulate", "self-fix": "fix"}

_CANDIDATE = "# a sampled program stands here"


def first_prompts(problem: Problem, questions: Questions, n: int, attempts: int) -> list[Request]:
    """One request of each kind for `problem`, with a stand-in for what a model would have written."""
    requests = [questions.solve(problem, range(n))]
    if can_simulate(problem):
        unknown = [Observation("a predicted output stands here") for _ in problem.public_tests]
        requests += [
            questions.simulate(problem, 0, _CANDIDATE, 0, range(attempts)),
            questions.fix(problem, 0, _CANDIDATE, 1, unknown, "simulated"),
        ]
    return requests


def requests(
    problems: Collection[Problem],
    n: int,
    attempts: int,
    repairs: int,
    feedback: Collection[str],
    solved: bool = False,
) -> list[tuple[str, int, int]]:
    """(what, prompts, completions) for every kind; those of self-fix are the most there can be.

    attempts: predictions per solution and public test, 0 for none. repairs: most repairs an episode.
    solved: the solutions are there already.
    """
    solutions = len(problems) * n
    public = n * sum(len(problem.public_tests) for problem in problems)
    rows = [] if solved else [("solve", len(problems), solutions)]
    if attempts:
        rows.append(("simulate", public, public * attempts))
    if repairs:
        rows.append(("submit or fix, at most", *[solutions * repairs * len(feedback)] * 2))
        if "simulated" in feedback:
            rows.append(("simulate for that, at most", *[public * repairs] * 2))
    return rows


def check_regimes(problems: Mapping[str, Problem], regimes: Collection[str]) -> None:
    """Verifying and fixing go by public tests; a benchmark without any has nothing to go by: UsageError."""
    asked = [regime for regime in regimes if regime in ("self-verify", "self-fix")]
    if asked and not any(map(can_simulate, problems.values())):
        raise UsageError(
            f"--regimes {asked[0]}: this benchmark has no public tests that a program can be simulated on; "
            "leave the regime out"
        )


def check_solutions(
    flag: str, solver: ReplayEngine, problems: Mapping[str, Problem], n: int, narrowed: bool
) -> None:
    """Recorded solutions (given by `flag`) must be about this benchmark, n for each problem; else UsageError.

    narrowed: only a part of the benchmark was asked for, so the recording may also be about the rest.
    """
    unknown = sorted(solver.problem_ids - problems.keys())
    if unknown and not narrowed:
        more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        raise UsageError(
            f"{flag}: problem_id {unknown[0]!r}{more} is not in the benchmark; "
            "take its rows out or choose the benchmark they are for"
        )
    for problem_id in sorted(problems):
        held = solver.samples(problem_id)
        if not held.issuperset(range(n)):
            raise UsageError(
                f"{flag}: {problem_id} has {len(held)} solutions and -n {n} asks for samples 0 to "
                f"{n - 1}; give a smaller -n or more solutions"
            )
    if unknown:
        console.note(f"{flag}: rows for {len(unknown)} problems outside the chosen part are left out")


def check_kinds(engine: ReplayEngine, problems: Mapping[str, Problem], regimes: Collection[str]) -> None:
    """A replayed model must hold rows of every kind that the regimes will ask it for; else UsageError."""
    if not any(map(can_simulate, problems.values())):
        return
    for regime in regimes:
        kind = KINDS.get(regime)
        if kind and kind not in engine.kinds:
            raise UsageError(
                f"--regimes {regime}: the completions hold no row of kind {kind!r}; "
                "add such rows or leave the regime out"
            )
