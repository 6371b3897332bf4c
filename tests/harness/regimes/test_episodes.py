"""The self-fix loop, branch by branch, with a scripted model and no engine, table or sandbox."""

import re

import pytest

from benchmarks.problem import Problem, Test
from harness.engines.protocol import Completion
from harness.prompts import Prompts
from harness.regimes.episodes import Episode, executed, play, simulated
from harness.regimes.questions import Questions
from harness.responses import extract_output

PUBLIC = (Test("1\n", "2\n", "public"), Test("5\n", "10\n", "public"))
PRIVATE = Test("77123\n", "154246\n", "private")
PROBLEM = Problem(
    problem_id="double",
    statement="Print twice the STATEMENT-WORD number.",
    bare_statement="Print twice the number.",
    public_tests=PUBLIC,
    load_tests=lambda: (*PUBLIC, PRIVATE),
)
RIGHT = "print(2 * int(input()))"
WRONG = "print(3 * int(input()))"


def program(code):
    return f"I would change it.\n\n```python\n{code}\n```\n"


def output(text):
    return f"It reads and prints.\n\nOutput:\n```\n{text}\n```\n"


class Model:
    """Answers from a script, in reverse order of asking, and keeps every request and every batch."""

    def __init__(self, simulations=None, fixes=None):
        self.simulations, self.fixes = simulations or {}, fixes or {}
        self.batches = []

    def __call__(self, requests):
        self.batches.append(list(requests))
        for request in reversed(list(requests)):
            if request.kind == "simulate":
                text = self.simulations.get((request.sample, request.turn, request.test), "no answer here")
            else:
                text = self.fixes[request.sample, request.turn]
            yield Completion(request, 0, text)

    def requests(self, kind):
        return [request for batch in self.batches for request in batch if request.kind == kind]


def prompt(request):
    return "\n".join(message["content"] for message in request.messages)


def accepts(problem, test, answer):
    return problem.public_tests[test].output.strip() == answer


def play_simulated(episodes, model, max_turns=10, steps=None):
    questions = Questions(Prompts.load())
    record = (steps if steps is not None else []).append
    play(
        episodes,
        questions,
        model,
        simulated(questions, model, extract_output, record),
        accepts,
        "simulated",
        max_turns,
        record,
    )


def test_submit_at_once_keeps_the_first_solution():
    episode = Episode(PROBLEM, 0, RIGHT)
    model = Model({(0, 0, 0): output(2), (0, 0, 1): output(10)}, {(0, 1): "It agrees.\n\nSUBMIT"})
    play_simulated([episode], model)
    assert (episode.code, episode.solutions, episode.ended) == (RIGHT, 1, "submit")


def test_a_fix_becomes_the_program_that_is_simulated_next():
    episode = Episode(PROBLEM, 0, WRONG)
    model = Model(
        {(0, 0, 0): output(3), (0, 0, 1): output(15), (0, 1, 0): output(2), (0, 1, 1): output(10)},
        {(0, 1): program(RIGHT), (0, 2): "SUBMIT"},
    )
    steps = []
    play_simulated([episode], model, steps=steps)
    assert (episode.code, episode.solutions, episode.ended) == (RIGHT, 2, "submit")
    assert [(step.kind, step.turn, step.test, step.decision) for step in steps if step.kind == "fix"] == [
        ("fix", 1, None, "fix"),
        ("fix", 2, None, "submit"),
    ]
    assert {(step.turn, step.test): step.predicted for step in steps if step.kind == "simulate"} == {
        (0, 0): "3",
        (0, 1): "15",
        (1, 0): "2",
        (1, 1): "10",
    }


def test_a_fix_may_break_a_right_program():
    episode = Episode(PROBLEM, 0, RIGHT)
    model = Model({(0, 0, 0): output(7)}, {(0, 1): program(WRONG), (0, 2): "SUBMIT"})
    play_simulated([episode], model)
    assert episode.code == WRONG


@pytest.mark.parametrize("max_turns", [1, 2, 3])
def test_an_episode_that_never_submits_ends_at_the_limit_of_solution_turns(max_turns):
    episode = Episode(PROBLEM, 0, WRONG)
    model = Model({}, {(0, turn): program(f"{WRONG}  # {turn}") for turn in range(1, 10)})
    play_simulated([episode], model, max_turns)
    assert (episode.solutions, episode.ended) == (max_turns, "limit")
    assert len(model.requests("fix")) == max_turns - 1
    # The last program cannot be changed any more, so simulating it would be paid for nothing.
    assert len(model.requests("simulate")) == 2 * (max_turns - 1)


@pytest.mark.parametrize("response", ["I am not sure about this.", "```python\n\n```", ""])
def test_neither_submission_nor_program_ends_the_episode_with_what_it_has(response):
    episode = Episode(PROBLEM, 0, WRONG)
    play_simulated([episode], Model({}, {(0, 1): response}))
    assert (episode.code, episode.solutions, episode.ended) == (WRONG, 1, "unparsable")


def test_a_solution_without_code_is_not_simulated_but_may_be_written_anew():
    episode = Episode(PROBLEM, 0, None)
    model = Model({(0, 1, 0): output(2)}, {(0, 1): program(RIGHT), (0, 2): "SUBMIT"})
    play_simulated([episode], model)
    assert episode.code == RIGHT
    assert {request.turn for request in model.requests("simulate")} == {1}


def test_a_missing_prediction_is_shown_as_none():
    model = Model(
        {(0, 0, 0): output(2), (0, 0, 1): "<think>I lost count and never came to an"}, {(0, 1): "SUBMIT"}
    )
    play_simulated([Episode(PROBLEM, 0, RIGHT)], model)
    (fix,) = model.requests("fix")
    assert "(none)" in prompt(fix)
    assert "I lost count" not in prompt(fix)


def test_all_live_episodes_of_a_turn_are_asked_together_and_ended_ones_no_more():
    episodes = [Episode(PROBLEM, sample, WRONG) for sample in range(3)]
    fixes = {(0, 1): "SUBMIT", (1, 1): program(RIGHT), (2, 1): program(RIGHT)}
    fixes |= {(1, 2): "SUBMIT", (2, 2): "SUBMIT"}
    model = Model({}, fixes)
    play_simulated(episodes, model)
    assert [(batch[0].kind, len(batch)) for batch in model.batches] == [
        ("simulate", 6),
        ("fix", 3),
        ("simulate", 4),
        ("fix", 2),
    ]


def test_each_prompt_holds_only_what_its_step_needs():
    model = Model(
        {(0, 0, 0): output("PREDICTED-3"), (0, 0, 1): output("PREDICTED-15")},
        {(0, 1): program(RIGHT), (0, 2): "SUBMIT"},
    )
    play_simulated([Episode(PROBLEM, 0, WRONG)], model)
    for request in model.requests("simulate"):
        text = prompt(request)
        assert "STATEMENT-WORD" not in text
        assert PUBLIC[request.test].input.strip() in text
        assert "PREDICTED" not in text
    for request in model.requests("fix"):
        assert "STATEMENT-WORD" in prompt(request)
    first, second = model.requests("fix")
    assert "PREDICTED-3" in prompt(first)
    assert "PREDICTED-3" not in prompt(second), "an earlier turn's context must not leak into the next"
    for request in model.requests("simulate") + model.requests("fix"):
        assert "77123" not in prompt(request)
        assert "154246" not in prompt(request)


def test_the_oracle_shows_what_the_program_really_printed():
    episode = Episode(PROBLEM, 0, WRONG)
    model = Model({}, {(0, 1): program(RIGHT), (0, 2): "SUBMIT"})
    printed = {WRONG: ["REAL-3", "REAL-15"], RIGHT: ["REAL-2", None]}
    questions = Questions(Prompts.load())
    play(
        [episode],
        questions,
        model,
        executed(lambda live: [printed[one.code] for one in live]),
        accepts,
        "executed",
        max_turns=10,
    )
    assert episode.code == RIGHT
    assert model.requests("simulate") == []
    first, second = model.requests("fix")
    assert "REAL-3" in prompt(first)
    assert "REAL-15" in prompt(first)
    assert "(none)" in prompt(second)


def test_the_fix_prompt_says_which_answers_the_tests_take():
    """By the tests' own checkers, predicted or not: what they tolerate a model cannot know."""
    model = Model({(0, 0, 0): output(2), (0, 0, 1): output(15)}, {(0, 1): program(RIGHT), (0, 2): "SUBMIT"})
    play_simulated([Episode(PROBLEM, 0, WRONG)], model)
    first, second = (re.findall("Accepted: (.*)", prompt(request)) for request in model.requests("fix"))
    assert first == ["yes", "no"]
    assert second == ["no", "no"], "nothing was predicted of the second program"


def test_the_explanation_goes_into_the_fix_prompt_only_when_asked_for():
    for shown in (False, True):
        model = Model({(0, 0, 0): output(2)}, {(0, 1): "SUBMIT"})
        questions = Questions(Prompts.load(), show_explanations=shown)
        observe = simulated(questions, model, extract_output, lambda step: None)
        play([Episode(PROBLEM, 0, RIGHT)], questions, model, observe, accepts, "simulated", 10)
        (fix,) = model.requests("fix")
        assert ("It reads and prints." in prompt(fix)) is shown
