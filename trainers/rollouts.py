"""Play episodes with the policy: questions out, tokens in, programs to the sandbox at the same time.

A rollout is cut into slices. Each slice plays in a thread of its own and hands its prompts to the main
thread, which alone runs the model and serves the slices in turn: while one slice waits for the sandbox, the
model writes for another. The order of service is fixed, so that draws repeat with the seed, and so that with
several processes every one calls the model equally often.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from benchmarks.problem import Problem
from harness.answers import same_answer
from harness.engines.protocol import Completion, Request
from harness.regimes.episodes import Episode, Feedback, executed, play, simulated
from harness.regimes.questions import Questions
from harness.responses import extract_code, extract_output
from trainers.rewards import RIGHT, Pending, Rewards

Task = Literal["output-prediction", "solve", "self-rlef"]


class Written(NamedTuple):
    """What the policy wrote after a prompt: ids as sampled, and their log-probabilities if the sampler has
    them."""

    ids: list[int]
    logprobs: list[float] | None = None


class Turn(NamedTuple):
    """One prompt and one response, as token ids: a row of the training batch."""

    kind: str
    prompt_ids: list[int]
    written: Written


@dataclass(slots=True)
class Played:
    """One episode: its turns, in order, and what came of it.

    `reward` is None when the fault is ours, or when there was no turn since the prompt was too long.
    `facts` are numbers for the log, each averaged over the episodes that have it.
    """

    task: Task
    problem: Problem
    turns: list[Turn] = field(default_factory=list)
    reward: float | None = None
    faulty: bool = False
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Tokens that the policy wrote."""
        return sum(len(turn.written.ids) for turn in self.turns)


class Item(NamedTuple):
    """What an episode begins with. `code`, `test` and `answer` are set for output prediction, `feedback` for
    self-rlef."""

    task: Task
    problem: Problem
    code: str = ""
    test: int = 0
    answer: str = ""
    feedback: Feedback = "executed"


class Codec(NamedTuple):
    """Between messages and ids, in the policy's own chat template."""

    encode: Callable[[Sequence[Mapping[str, str]]], list[int]]
    decode: Callable[[list[int]], str]
    eos_ids: frozenset[int]


Generate = Callable[[Sequence[list[int]]], list[Written]]
Agree = Callable[[int, bool], tuple[int, bool]]


def alone(count: int, finished: bool) -> tuple[int, bool]:
    """`Agree` of a single process."""
    return count, finished


@dataclass(slots=True)
class Rollouts:
    """Plays items into episodes.

    max_turns: solution turns of a self-rlef episode, the first included. max_prompt: tokens of the longest
    prompt that is asked. slices: how many parts of a rollout play at the same time. waited_s: how long the
    model stood still for the sandbox, in seconds; whoever logs it sets it back.
    """

    questions: Questions
    rewards: Rewards
    codec: Codec
    max_turns: int = 2
    max_prompt: int = 1 << 30
    slices: int = 2
    waited_s: float = 0.0

    def play(self, items: Sequence[Item], generate: Generate, agree: Agree = alone) -> list[Played]:
        """Play one episode per item. `generate` answers prompts; it is called from this thread only.

        `agree` makes the processes of a distributed run one: given how many prompts this one has and whether
        its slice is finished, it returns the largest number any has and whether all are finished.
        """
        played = [Played(item.task, item.problem) for item in items]
        self.rewards.forget()
        # What needs the sandbox is written first, so that it runs while predictions are written.
        order = sorted(range(len(items)), key=lambda number: items[number].task == "output-prediction")
        size = max(-(-len(items) // self.slices), 1)
        parts = [order[start : start + size] for start in range(0, size * self.slices, size)]
        slices = [Slice(self, items, played, part) for part in parts]
        open_slices = list(slices)
        while open_slices:
            for part in list(open_slices):
                started = time.perf_counter()
                requests = part.next()
                self.waited_s += part.sandbox.overlap(started, time.perf_counter())
                most, finished = agree(len(requests or ()), requests is None)
                if finished:
                    open_slices.remove(part)
                else:
                    written = self._write(requests or [], most, generate)
                    if requests is not None:
                        part.answer(written)
        started = time.perf_counter()
        for part in slices:
            part.settle()
        self.waited_s += time.perf_counter() - started
        return played

    def _write(self, prompts: Sequence[list[int]], most: int, generate: Generate) -> list[Written]:
        """Answer the prompts; with others who have more, answer some twice to stay in step with them."""
        if most == 0:
            return []
        spare = list(prompts[:1] or [[min(self.codec.eos_ids)]]) * (most - len(prompts))
        return generate([*prompts, *spare])[: len(prompts)]


@dataclass(slots=True)
class Span:
    """When something last began and ended, on the clock of time.perf_counter()."""

    began: float = 0.0
    ended: float = 0.0

    def overlap(self, began: float, ended: float) -> float:
        """How much of [began, ended] lies in it, in seconds."""
        return max(0.0, min(self.ended, ended) - max(self.began, began))


class Slice:
    """The episodes of one part of a rollout, played in a thread that asks the main thread for responses."""

    def __init__(
        self, rollouts: Rollouts, items: Sequence[Item], played: Sequence[Played], part: Sequence[int]
    ) -> None:
        self.rollouts = rollouts
        self.items = {number: items[number] for number in part}
        self.played = {number: played[number] for number in part}
        # The rewards on their way, of the first solution and of what the episode ends with.
        self.first: dict[int, Pending] = {}
        self.last: dict[int, Pending] = {}
        self.sandbox = Span()
        self._asked: queue.Queue[list[list[int]] | BaseException | None] = queue.Queue()
        self._answered: queue.Queue[list[Written]] = queue.Queue()
        self._finished = False
        threading.Thread(target=self._run, daemon=True).start()

    def next(self) -> list[list[int]] | None:
        """The prompts that this slice wants answered next; None when its episodes are over."""
        if self._finished:
            return None
        asked = self._asked.get()
        if isinstance(asked, BaseException):
            raise asked
        self._finished = asked is None
        return asked

    def answer(self, written: list[Written]) -> None:
        self._answered.put(written)

    def settle(self) -> None:
        """Wait for the rewards and note them."""
        for number, last in self.last.items():
            played, first = self.played[number], self.first[number]
            reward = last()
            begun = reward if last is first else first()
            played.reward = None if played.faulty or not played.turns else reward
            if played.reward is None:
                continue
            if played.task != "output-prediction":
                played.facts["pass"] = float(reward == RIGHT)
            if played.task == "self-rlef" and begun is not None:
                played.facts["first_pass"] = float(begun == RIGHT)
                played.facts["fixed"] = float(begun != RIGHT and reward == RIGHT)
                played.facts["broken"] = float(begun == RIGHT and reward != RIGHT)

    def _run(self) -> None:
        try:
            self._play()
            self._asked.put(None)
        except BaseException as error:  # raised again by `next`, in the main thread
            self._asked.put(error)

    def _play(self) -> None:
        rewards = self.rollouts.rewards
        episodes: dict[Feedback, list[Episode]] = {"executed": [], "simulated": []}
        for completion in self._ask([self._first_request(*entry) for entry in self.items.items()]):
            number = _owner(completion.request)
            item = self.items[number]
            if item.task == "output-prediction":
                facts = self.played[number].facts
                right = same_answer(item.problem, extract_output(completion.text), item.answer)
                facts["right"] = float(right)
                self.first[number] = rewards.prediction(
                    item.problem, completion.text, right, item.code, item.test, facts
                )
            else:
                code = extract_code(completion.text)
                self.first[number] = rewards.solution(item.problem, code)
                if item.task == "self-rlef" and self.played[number].turns:
                    episodes[item.feedback].append(Episode(item.problem, number, code))
        self.last = dict(self.first)
        for feedback, group in episodes.items():
            if group:
                self._repair(group, feedback)

    def _first_request(self, number: int, item: Item) -> Request:
        questions = self.rollouts.questions
        if item.task == "output-prediction":
            return questions.simulate(item.problem, number, item.code, item.test, (0,))
        return questions.solve(item.problem, (number,))

    def _repair(self, group: list[Episode], feedback: Feedback) -> None:
        """Go on with self-rlef episodes after their first solution, until each submits or reaches the end."""
        questions = self.rollouts.questions
        observe = (
            executed(self._answers)
            if feedback == "executed"
            else simulated(questions, self._ask, extract_output, lambda step: None)
        )
        accepts = self.rollouts.rewards.accepts
        play(group, questions, self._ask, observe, accepts, feedback, self.rollouts.max_turns)
        for episode in group:
            facts = self.played[episode.sample].facts
            facts["turns"] = float(episode.solutions)
            facts["submitted"] = float(episode.ended == "submit")
            if episode.turn:
                self.last[episode.sample] = self.rollouts.rewards.solution(episode.problem, episode.code)

    def _answers(self, episodes: Sequence[Episode]) -> list[list[str | None]]:
        began = time.perf_counter()
        found = self.rollouts.rewards.answers([(episode.problem, episode.code) for episode in episodes])
        self.sandbox = Span(began, time.perf_counter())
        for episode, texts in zip(episodes, found, strict=True):
            if texts is None:
                # Feedback that is missing through our fault must not teach the policy anything.
                self.played[episode.sample].faulty = True
        return [
            texts if texts is not None else [None] * len(episode.problem.public_tests)
            for episode, texts in zip(episodes, found, strict=True)
        ]

    def _ask(self, requests: Sequence[Request]) -> Iterable[Completion]:
        """Have the policy answer, and keep prompt and response as a turn of the episode that asked."""
        codec = self.rollouts.codec
        prompts = [codec.encode(request.messages) for request in requests]
        short = [number for number, ids in enumerate(prompts) if len(ids) <= self.rollouts.max_prompt]
        self._asked.put([prompts[number] for number in short])
        written = dict(zip(short, self._answered.get(), strict=True))
        for number, request in enumerate(requests):
            owner, index = _owner(request), request.indices[0]
            if number not in written:
                self.played[owner].facts["prompt_too_long"] = 1.0
                yield Completion(request, index, "", finish_reason="error", error="prompt too long")
                continue
            response = written[number]
            self.played[owner].turns.append(Turn(request.kind, prompts[number], response))
            ended = bool(response.ids) and response.ids[-1] in codec.eos_ids
            yield Completion(
                request,
                index,
                codec.decode(response.ids),
                finish_reason="stop" if ended else "length",
                n_tokens=len(response.ids),
                n_prompt_tokens=len(prompts[number]),
            )


def _owner(request: Request) -> int:
    """The number of the item that a request is about: a solve has it as its sample number to come."""
    return request.indices[0] if request.sample is None else request.sample
