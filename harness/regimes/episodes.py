"""The self-fix loop: solve, observe every public test, submit or fix, until submission or the last turn.

Algorithm 1 of arXiv 2604.03253 with explicit context switching: every step is a prompt of its own that holds
only what the step needs. The loop knows no engine, no checker, no table and no trainer: `ask` answers
requests, `observe` says what is known of a program, `accepts` whether a public test takes an answer, `record`
is told every step. Evaluation and RL training both play their episodes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from benchmarks.problem import Problem
from harness.engines.protocol import Completion, Request
from harness.regimes.questions import Observation, Questions
from harness.responses import extract_decision

Feedback = Literal["simulated", "executed"]
Decision = Literal["submit", "fix", "unparsable", "limit"]

Ask = Callable[[Sequence[Request]], Iterable[Completion]]


@dataclass
class Episode:
    """One attempt at one problem. `turn` counts solutions from 0; `code` is the current one, None if the
    response held none. `ended` says why the episode is over: submitted, a response that was neither a
    submission nor a program (the current code stands), or the last turn."""

    problem: Problem
    sample: int
    code: str | None
    turn: int = 0
    ended: Decision | None = None
    observations: list[Observation] = field(default_factory=list)

    @property
    def solutions(self) -> int:
        """How many solution turns it took, the first one included."""
        return self.turn + 1


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: a completion, read. `turn` is the solution the step is about (simulate) or would begin
    (fix); `test` is set for simulate steps, `predicted` for those with an answer, `code` for a fix."""

    episode: Episode
    kind: Literal["simulate", "fix"]
    turn: int
    completion: Completion
    test: int | None = None
    predicted: str | None = None
    decision: Decision | None = None
    code: str | None = None


Observe = Callable[[Sequence[Episode]], None]
Accepts = Callable[[Problem, int, str], bool]
Record = Callable[[Step], None]


def play(
    episodes: Sequence[Episode],
    questions: Questions,
    ask: Ask,
    observe: Observe,
    accepts: Accepts,
    feedback: Feedback,
    max_turns: int,
    record: Record = lambda step: None,
) -> None:
    """Play all episodes to their end, in step: all live episodes of a turn go to `ask` together.

    `observe` fills `Episode.observations`, one per public test; `max_turns` counts solution turns, the first
    included, so an episode makes at most `max_turns - 1` repairs.
    """
    while True:
        for episode in episodes:
            if episode.ended is None and episode.solutions >= max_turns:
                episode.ended = "limit"
        live = [episode for episode in episodes if episode.ended is None]
        if not live:
            return
        observe(live)
        for episode in live:
            episode.observations = marked(episode, accepts)
        by_key = {(episode.problem.problem_id, episode.sample): episode for episode in live}
        requests = [
            questions.fix(
                episode.problem,
                episode.sample,
                episode.code,
                episode.turn + 1,
                episode.observations,
                feedback,
            )
            for episode in live
        ]
        for completion in ask(requests):
            episode = by_key[completion.request.problem_id, completion.request.sample]
            record(decide(episode, completion))


def marked(episode: Episode, accepts: Accepts) -> list[Observation]:
    """The observations with the word of the tests' own checkers: a model cannot know what they tolerate."""
    return [
        replace(seen, accepted=seen.answer is not None and accepts(episode.problem, test, seen.answer))
        for test, seen in enumerate(episode.observations)
    ]


def decide(episode: Episode, completion: Completion) -> Step:
    """Read a submit-or-fix response and move the episode on.

    A response that is neither a submission nor a program ends the episode with the code it has: the model
    was asked for exactly one of the two, and nothing better is known.
    """
    decision, code = "fix", completion.code
    if code is None:
        decision, code = extract_decision(completion.text)
    if decision == "fix" and not (code or "").strip():
        decision, code = "unparsable", None
    turn = episode.turn + 1
    if decision == "fix":
        episode.code, episode.turn = code, turn
    else:
        episode.ended = decision
    return Step(episode, "fix", turn, completion, decision=decision, code=code)


def simulated(questions: Questions, ask: Ask, read: Callable[[str], str | None], record: Record) -> Observe:
    """Observe by asking the model what the program prints: one prompt per public test.

    `read` takes the answer out of a response. A program that is not there is not simulated.
    """

    def observe(episodes: Sequence[Episode]) -> None:
        requests = []
        by_key = {}
        for episode in episodes:
            tests = range(len(episode.problem.public_tests))
            episode.observations = [Observation(None) for _ in tests]
            if episode.code:
                by_key[episode.problem.problem_id, episode.sample] = episode
                requests += [
                    questions.simulate(
                        episode.problem, episode.sample, episode.code, test, (0,), episode.turn
                    )
                    for test in tests
                ]
        for completion in ask(requests):
            request = completion.request
            episode = by_key[request.problem_id, request.sample]
            answer = read(completion.text)
            episode.observations[request.test] = Observation(answer, completion.text)
            record(Step(episode, "simulate", episode.turn, completion, test=request.test, predicted=answer))

    return observe


def executed(answers: Callable[[Sequence[Episode]], Sequence[Sequence[str | None]]]) -> Observe:
    """Observe by really running the program: the oracle. `answers` gives one answer per public test."""

    def observe(episodes: Sequence[Episode]) -> None:
        for episode, texts in zip(episodes, answers(episodes), strict=True):
            episode.observations = [Observation(text) for text in texts]

    return observe
