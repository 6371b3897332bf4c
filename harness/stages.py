"""The stages of an evaluation: each fills tables of a run with what they lack, and shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.problem import Problem
from harness import console, runs
from harness.engines import Engine, Sampling
from harness.eval_options import EvalOptions
from harness.judge import Judge
from harness.regimes.direct import solve
from harness.regimes.episodes import Feedback
from harness.regimes.features import describe_programs
from harness.regimes.predict import predict
from harness.regimes.questions import Questions
from harness.regimes.self_fix import self_fix

# The regimes that need predictions, and those for which every sampled program is enough.
PREDICTING = {"self-verify", "output-prediction"}


@dataclass(frozen=True)
class Evaluation:
    """Everything a stage needs, opened.

    engine: the model. solver: where solutions come from, the model unless they are taken from elsewhere.
    verifier: what simulates them, the model unless another one does.
    """

    options: EvalOptions
    problems: dict[str, Problem]
    solver: Engine
    engine: Engine
    verifier: Engine
    sampling: Sampling
    questions: Questions
    judge: Judge
    run: runs.Run


Stage = Callable[[Evaluation], None]


def stages(options: EvalOptions) -> Iterator[Stage]:
    """The stages that the regimes need, in order; the first one serves them all."""
    yield solve_stage
    if PREDICTING & set(options.regimes):
        yield predict_stage
    if "output-prediction" in options.regimes:
        yield feature_stage
    if "self-fix" in options.regimes:
        for feedback in sorted(set(options.feedback), reverse=True):
            yield fix_stage(feedback)


def solve_stage(evaluation: Evaluation) -> None:
    options = evaluation.options
    total = len(evaluation.problems) * options.n
    present = len(evaluation.run["verdicts"].keys("problem_id", "sample", "regime"))
    with console.meter("solve and judge", total, "solutions") as meter:
        meter.advance(min(total, present))
        solve(
            evaluation.run,
            evaluation.problems.values(),
            evaluation.solver,
            evaluation.sampling,
            evaluation.questions,
            evaluation.judge,
            options.n,
            options.extraction,
            on_judged=lambda: meter.advance(note=_usage_note(evaluation.solver)),
        )


def predict_stage(evaluation: Evaluation) -> None:
    attempts = evaluation.options.sim_attempts
    total = attempts * sum(
        len(evaluation.problems[row["problem_id"]].public_tests)
        for row in evaluation.run["solutions"].rows(["problem_id", "code"])
        if row["code"] and row["problem_id"] in evaluation.problems
    )
    with console.meter("simulate", total, "predictions") as meter:
        meter.advance(min(total, len(evaluation.run["predictions"].keys())))
        predict(
            evaluation.run,
            evaluation.problems,
            evaluation.verifier,
            evaluation.sampling,
            evaluation.questions,
            evaluation.judge,
            attempts,
            on_prediction=lambda _: meter.advance(note=_usage_note(evaluation.verifier)),
        )


def feature_stage(evaluation: Evaluation) -> None:
    with console.meter("measure programs", None, "programs") as meter:
        describe_programs(evaluation.run, evaluation.problems, evaluation.judge.pool, meter.advance)


def fix_stage(feedback: Feedback) -> Stage:
    def stage(evaluation: Evaluation) -> None:
        with console.meter(f"self-fix, {feedback} feedback", None, "steps") as meter:
            self_fix(
                evaluation.run,
                evaluation.problems,
                evaluation.engine,
                evaluation.sampling,
                evaluation.questions,
                evaluation.judge,
                feedback,
                evaluation.options.max_turns,
                on_step=lambda _: meter.advance(note=_usage_note(evaluation.engine)),
            )

    return stage


def _usage_note(engine: Engine) -> str:
    usage = engine.usage
    parts = [
        f"{usage.tokens:,} tokens" if usage.tokens else "",
        f"{usage.in_flight} in flight" if usage.in_flight else "",
    ]
    return ", ".join(part for part in parts if part)
