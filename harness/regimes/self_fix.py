"""Self-fix over a run: episodes from the run's first solutions, steps recorded, final programs judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.problem import Problem
from harness.engines.protocol import Completion, Engine, Request, Sampling
from harness.judge import Judge
from harness.regimes import SELF_FIX
from harness.regimes.direct import JudgeQueue, execution_rows, response_columns
from harness.regimes.episodes import Episode, Feedback, Step, executed, play, simulated
from harness.regimes.questions import Questions, can_simulate
from harness.responses import extract_output
from harness.runs import Run, code_sha256, storable

# A simulate step of turn 0 asks what attempt 0 of self-verification asks: one answer serves both.
SHARED_ATTEMPT = 0


def self_fix(
    run: Run,
    problems: Mapping[str, Problem],
    engine: Engine,
    sampling: Sampling,
    questions: Questions,
    judge: Judge,
    feedback: Feedback,
    max_turns: int,
    on_step: Callable[[Step], None] | None = None,
) -> None:
    """Play an episode from every solution of the run and judge the programs that came out of a repair.

    Steps that the run holds already are replayed from its tables, so an interrupted run asks only for what
    is missing. A final program that is still the first solution keeps its direct verdicts.
    """
    recorded = Recorded(run, feedback)
    known = set(recorded.steps)

    def ask(requests: Sequence[Request]) -> Iterator[Completion]:
        yield from recorded.answer(requests)
        missing = [request for request in requests if not recorded.holds(request)]
        if missing:
            yield from engine.generate(missing, sampling)

    def record(step: Step) -> None:
        row = turn_row(step, feedback)
        key = _step_key(row)
        if key not in known:
            known.add(key)
            run.append("turns", [row])
        if on_step:
            on_step(step)

    episodes = [
        Episode(problems[row["problem_id"]], row["sample"], row["code"])
        for row in run["solutions"].rows(["problem_id", "sample", "code"])
        if row["problem_id"] in problems and can_simulate(problems[row["problem_id"]])
    ]
    observe = (
        simulated(questions, ask, extract_output, record)
        if feedback == "simulated"
        else executed(lambda live: executed_answers(run, judge, live))
    )
    play(episodes, questions, ask, observe, judge.matches, feedback, max_turns, record)

    regime = SELF_FIX[feedback]
    judged = run["verdicts"].keys("problem_id", "sample", "regime")
    with JudgeQueue(run, judge) as queue:
        for episode in episodes:
            key = (episode.problem.problem_id, episode.sample, regime)
            if episode.turn > 0 and key not in judged:
                queue.put(episode.problem, episode.sample, regime, episode.turn, episode.code)


def executed_answers(run: Run, judge: Judge, episodes: Sequence[Episode]) -> list[list[str | None]]:
    """What each episode's program really answers to its public tests, from the run or the sandbox."""
    answers = {
        (row["problem_id"], row["code_sha256"], row["test"]): row["actual"]
        for row in run["executions"].rows()
    }

    def key(episode: Episode, test: int) -> tuple[str, str, int]:
        return (episode.problem.problem_id, code_sha256(episode.code or ""), test)

    pending = {}
    for episode in episodes:
        tests = range(len(episode.problem.public_tests))
        if episode.code and any(key(episode, test) not in answers for test in tests):
            pending.setdefault(
                key(episode, 0)[:2], (episode, judge.submit(episode.problem, episode.code, tests))
            )
    for episode, future in pending.values():
        rows = list(execution_rows(episode.problem, episode.code, future.result()))
        run.append("executions", rows)
        answers |= {(row["problem_id"], row["code_sha256"], row["test"]): row["actual"] for row in rows}
    return [
        [answers.get(key(episode, test)) for test in range(len(episode.problem.public_tests))]
        for episode in episodes
    ]


class Recorded:
    """Steps that a run holds already, found by the request that would ask for them."""

    def __init__(self, run: Run, feedback: Feedback) -> None:
        self.steps: dict[tuple[Any, ...], dict[str, Any]] = {
            _step_key(row): row for row in run["turns"].rows() if row["feedback"] == feedback
        }
        self._shared: dict[tuple[Any, ...], dict[str, Any]] = {}
        if feedback == "simulated":
            self._shared = {
                (row["problem_id"], row["sample"], 0, "simulate", row["test"]): row
                for row in run["predictions"].rows()
                if row["attempt"] == SHARED_ATTEMPT
            }

    def holds(self, request: Request) -> bool:
        return self._find(request) is not None

    def answer(self, requests: Iterable[Request]) -> Iterator[Completion]:
        for request in requests:
            row = self._find(request)
            if row is not None:
                yield Completion(
                    request,
                    request.indices[0],
                    row["response"],
                    # A replayed step may hold a program and no response.
                    code=row["code"] if row.get("decision") == "fix" else None,
                    reasoning=row["reasoning"] or "",
                    finish_reason=row["finish_reason"],
                    n_tokens=row["n_tokens"],
                    n_prompt_tokens=row["n_prompt_tokens"],
                )

    def _find(self, request: Request) -> dict[str, Any] | None:
        key = (request.problem_id, request.sample, request.turn, request.kind, request.test)
        row = self.steps.get(key) or self._shared.get(key)
        return row if row and row["prompt_sha256"] == request.prompt_sha256 else None


def turn_row(step: Step, feedback: Feedback) -> dict[str, Any]:
    return {
        "problem_id": step.episode.problem.problem_id,
        "sample": step.episode.sample,
        "feedback": feedback,
        "turn": step.turn,
        "kind": step.kind,
        "test": step.test,
        "decision": step.decision,
        "code": storable(step.code),
        "predicted": storable(step.predicted),
        **response_columns(step.completion),
    }


def _step_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["problem_id"], row["sample"], row["turn"], row["kind"], row["test"])
