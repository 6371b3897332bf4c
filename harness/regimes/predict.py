"""Predict what every sampled solution prints on every public test, several attempts each.

One table of predictions serves two regimes: output prediction asks whether a prediction matches what the
program really prints, self-verification whether it matches what the problem expects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.problem import Problem
from harness.answers import same_answer
from harness.engines.protocol import Completion, Engine, Request, Sampling
from harness.judge import Judge
from harness.regimes.direct import response_columns
from harness.regimes.questions import Questions, can_simulate
from harness.responses import extract_output
from harness.runs import Run, code_sha256, storable


def predict(
    run: Run,
    problems: Mapping[str, Problem],
    engine: Engine,
    sampling: Sampling,
    questions: Questions,
    judge: Judge,
    attempts: int,
    on_prediction: Callable[[Completion], None] | None = None,
) -> None:
    """Fill the run's predictions: attempts 0..attempts-1 for every (solution with code, public test)."""
    predicted = run["predictions"].keys()
    actual = {
        (row["problem_id"], row["code_sha256"], row["test"]): row["actual"]
        for row in run["executions"].rows()
    }
    digest: dict[tuple[str, int], str] = {}

    def requests() -> Iterator[Request]:
        for row in run["solutions"].rows(["problem_id", "sample", "code"]):
            problem, sample, code = problems.get(row["problem_id"]), row["sample"], row["code"]
            if problem is None or not code or not can_simulate(problem):
                continue
            digest[problem.problem_id, sample] = code_sha256(code)
            for test in range(len(problem.public_tests)):
                missing = [
                    attempt
                    for attempt in range(attempts)
                    if (problem.problem_id, sample, test, attempt) not in predicted
                ]
                if missing:
                    yield questions.simulate(problem, sample, code, test, missing)

    for completion in engine.generate(requests(), sampling):
        request = completion.request
        problem = problems[request.problem_id]
        truth = actual[problem.problem_id, digest[problem.problem_id, request.sample], request.test]
        run.append("predictions", [prediction_row(problem, completion, truth, judge)])
        if on_prediction:
            on_prediction(completion)


def prediction_row(problem: Problem, completion: Completion, actual: str, judge: Judge) -> dict[str, Any]:
    """A row of `predictions`; a response without a readable answer matches nothing."""
    request = completion.request
    answer = extract_output(completion.text)
    return {
        "problem_id": problem.problem_id,
        "sample": request.sample,
        "test": request.test,
        "attempt": completion.index,
        "predicted": storable(answer),
        "match_expected": answer is not None and judge.matches(problem, request.test, answer),
        "match_actual": same_answer(problem, answer, actual),
        **response_columns(completion),
    }
