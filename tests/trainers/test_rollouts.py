"""Rollouts with a scripted policy: who is asked what, what is a turn, what overlaps, what a fault costs."""

import threading
from concurrent.futures import Future

import pytest

from benchmarks.problem import Problem, Test
from harness.prompts import Prompts
from harness.regimes.questions import Questions
from harness.verdicts import Verdict
from sandboxes.outcome import SandboxError
from trainers.rewards import Rewards
from trainers.rollouts import Codec, Item, Rollouts, Written

EOS = 0
PUBLIC = (Test("1\n", "2\n", "public"), Test("5\n", "10\n", "public"))
PROBLEM = Problem("double", "Print twice STATEMENT.", "Print.", PUBLIC, lambda: (*PUBLIC, Test("3", "6")))
RIGHT = "print(2 * int(input()))"
WRONG = "print(3 * int(input()))"


def block(code):
    return f"```python\n{code}\n```"


class Judge:
    """Knows the right program. Answers at once, or when told; fails for programs that hold `fault`."""

    def __init__(self, at_once=True):
        self.at_once = at_once
        self.asked = []
        self.waiting = []

    def submit(self, problem, code, tests=None):
        future = Future()
        self.asked.append(code)

        def answer():
            if "fault" in code:
                future.set_exception(SandboxError("dead"))
            elif tests is None:
                verdict = "AC" if code.startswith(RIGHT) else "WA"
                future.set_result([Verdict(0, "public", verdict, 1, 1, 1, "")])
            else:
                future.set_result(
                    [Verdict(number, "public", "AC", 1, 1, 1, "", f"ran {number}") for number in tests]
                )

        self.waiting.append(answer)
        if self.at_once:
            self.release()
        return future

    def matches(self, problem, number, answer):
        return answer == problem.public_tests[number].output.strip()

    def release(self):
        while self.waiting:
            self.waiting.pop()()


class Policy:
    """Answers from a function of the prompt's text. A token is a character; the end of a response is EOS."""

    def __init__(self, reply):
        self.reply = reply
        self.calls = []

    def __call__(self, prompts):
        texts = ["".join(map(chr, ids)) for ids in prompts]
        self.calls.append(texts)
        return [Written([*map(ord, self.reply(text)), EOS]) for text in texts]


CODEC = Codec(
    lambda messages: [ord(letter) for message in messages for letter in message["content"]],
    lambda ids: "".join(chr(token) for token in ids if token != EOS),
    frozenset([EOS]),
)


def rollouts(judge=None, **changes):
    judge = judge or Judge()
    settings = {"slices": 2} | changes
    return Rollouts(Questions(Prompts.load()), Rewards(judge, judge), CODEC, **settings)


def prediction(answer="7\n"):
    return Item("output-prediction", PROBLEM, RIGHT, 0, answer)


def is_fix(text):
    return "Decide whether" in text


def test_a_prediction_is_right_or_wrong_and_none_is_wrong():
    for text, reward in (("Output:\n```\n7\n```", 1.0), ("Output:\n```\n8\n```", -1.0), ("", -1.0)):
        (played,) = rollouts().play([prediction()], Policy(lambda prompt, text=text: text))
        assert played.reward == reward
        assert played.facts["right"] == (reward > 0)


def test_a_simulate_prompt_has_neither_statement_nor_expected_output():
    policy = Policy(lambda prompt: "10")
    rollouts().play([prediction("2\n")], policy)
    ((prompt,),) = [call for call in policy.calls if call]
    assert "STATEMENT" not in prompt
    assert RIGHT in prompt


def test_a_solution_is_judged_by_all_tests():
    for code, reward in ((RIGHT, 1.0), (WRONG, -1.0)):
        (played,) = rollouts().play([Item("solve", PROBLEM)], Policy(lambda prompt, code=code: block(code)))
        assert (played.reward, [turn.kind for turn in played.turns]) == (reward, ["solve"])
    (played,) = rollouts().play([Item("solve", PROBLEM)], Policy(lambda prompt: "I do not know"))
    assert played.reward == -1.0


def test_turns_hold_what_was_asked_and_written():
    policy = Policy(lambda prompt: "SUBMIT" if is_fix(prompt) else block(RIGHT))
    (played,) = rollouts().play([Item("self-rlef", PROBLEM)], policy)
    assert [turn.kind for turn in played.turns] == ["solve", "fix"]
    sent = [text for call in policy.calls for text in call]
    assert [CODEC.decode(turn.prompt_ids) for turn in played.turns] == sent
    assert [CODEC.decode(turn.written.ids) for turn in played.turns] == [block(RIGHT), "SUBMIT"]


@pytest.mark.parametrize(
    ("first", "then", "reward", "fixed", "broken"),
    [
        (WRONG, block(RIGHT), 1.0, 1.0, 0.0),
        (RIGHT, block(WRONG), -1.0, 0.0, 1.0),
        (RIGHT, "SUBMIT", 1.0, 0.0, 0.0),
        (WRONG, "SUBMIT", -1.0, 0.0, 0.0),
    ],
)
def test_self_rlef_is_rewarded_for_what_it_ends_with(first, then, reward, fixed, broken):
    policy = Policy(lambda prompt: then if is_fix(prompt) else block(first))
    (played,) = rollouts().play([Item("self-rlef", PROBLEM)], policy)
    assert (played.reward, played.facts["fixed"], played.facts["broken"]) == (reward, fixed, broken)
    assert played.facts["turns"] == (1.0 if then == "SUBMIT" else 2.0)


def test_executed_feedback_shows_what_ran_and_simulated_feedback_what_was_predicted():
    def reply(prompt):
        if is_fix(prompt):
            return "SUBMIT"
        return "predicted" if "Standard input" in prompt else block(RIGHT)

    for feedback, shown, turns in (("executed", "ran 1", 2), ("simulated", "predicted", 4)):
        policy = Policy(reply)
        (played,) = rollouts().play([Item("self-rlef", PROBLEM, feedback=feedback)], policy)
        assert shown in policy.calls[-1][0]
        assert policy.calls[-1][0].count("Accepted: no") == 2
        assert len(played.turns) == turns
    policy = Policy(lambda prompt: "SUBMIT" if is_fix(prompt) else block(RIGHT) if "STATE" in prompt else "2")
    rollouts().play([Item("self-rlef", PROBLEM, feedback="simulated")], policy)
    assert policy.calls[-1][0].count("Accepted: yes") == 1
    assert policy.calls[-1][0].count("Accepted: no") == 1


def test_a_fault_costs_the_reward_of_its_episode_only():
    items = [Item("solve", PROBLEM) for _ in range(4)]
    codes = iter([RIGHT, f"{RIGHT} # fault", WRONG, RIGHT])
    made = rollouts()
    played = made.play(items, Policy(lambda prompt: block(next(codes))))
    assert [each.reward for each in played] == [1.0, None, -1.0, 1.0]
    assert made.rewards.faults == 1
    assert "pass" not in played[1].facts


def test_a_fault_in_the_feedback_costs_the_reward_even_if_the_program_is_right():
    public, final = Judge(), Judge()
    public.submit = lambda problem, code, tests=None: Judge().submit(problem, "fault", tests)
    made = Rollouts(Questions(Prompts.load()), Rewards(final, public), CODEC)
    policy = Policy(lambda prompt: "SUBMIT" if is_fix(prompt) else block(RIGHT))
    (played,) = made.play([Item("self-rlef", PROBLEM)], policy)
    assert played.reward is None


def test_a_prompt_that_is_too_long_is_not_asked_and_trains_nothing():
    policy = Policy(lambda prompt: "7")
    (played,) = rollouts(max_prompt=10).play([prediction()], policy)
    assert (played.reward, played.turns, policy.calls) == (None, [], [])
    assert played.facts["prompt_too_long"] == 1.0


def test_a_prompt_of_just_the_longest_length_is_asked():
    (whole,) = rollouts().play([prediction()], Policy(lambda prompt: "7"))
    length = len(whole.turns[0].prompt_ids)
    for limit, asked in ((length, 1), (length - 1, 0)):
        (played,) = rollouts(max_prompt=limit).play([prediction()], Policy(lambda prompt: "7"))
        assert len(played.turns) == asked


def test_waiting_for_the_last_rewards_is_waiting_for_the_sandbox_too():
    class Slow(Judge):
        def submit(self, *asked):
            future = super().submit(*asked)
            threading.Timer(0.1, self.release).start()
            return future

    made = rollouts(Slow(at_once=False))
    (played,) = made.play([Item("solve", PROBLEM)], Policy(lambda prompt: block(RIGHT)))
    assert played.reward == 1.0
    assert made.waited_s > 0.02


def test_a_program_that_several_episodes_wrote_runs_once_a_rollout():
    judge = Judge()
    made = rollouts(judge)
    items = [Item("solve", PROBLEM) for _ in range(6)]
    for times in (1, 2):
        made.play(items, Policy(lambda prompt: block(RIGHT)))
        assert judge.asked == [RIGHT] * times


def test_the_model_writes_for_one_slice_while_another_waits_for_the_sandbox():
    judge = Judge(at_once=False)
    items = [Item("self-rlef", PROBLEM) for _ in range(2)]
    fixes = threading.Event()

    def reply(prompt):
        if is_fix(prompt):
            fixes.set()
            return "SUBMIT"
        return block(WRONG if fixes.is_set() else RIGHT)

    calls = []

    def generate(prompts):
        calls.append(len(prompts))
        if len(calls) == 2:
            # Two slices were served while not one program was judged: now let the sandbox answer.
            assert not any(future for future in made.rewards._running.values() if future.done())
            threading.Timer(0.05, release_all).start()
        return Policy(reply)(prompts)

    def release_all():
        judge.at_once = True
        judge.release()

    made = rollouts(judge)
    played = made.play(items, generate)
    assert [each.reward for each in played] == [1.0, 1.0]
    assert calls[:2] == [1, 1]
    assert made.waited_s > 0.02


def test_programs_are_written_before_predictions():
    policy = Policy(lambda prompt: block(RIGHT) if "STATEMENT" in prompt else "7")
    items = [prediction(), prediction(), Item("solve", PROBLEM), Item("solve", PROBLEM)]
    played = rollouts().play(items, policy)
    assert ["STATEMENT" in call[0] for call in policy.calls] == [True, False]
    assert [each.task for each in played] == [item.task for item in items]


@pytest.mark.parametrize("slices", [1, 2, 3, 7])
def test_slices_change_nothing_but_the_order_of_asking(slices):
    items = [Item("self-rlef", PROBLEM) for _ in range(3)] + [prediction() for _ in range(2)]
    policy = Policy(lambda prompt: "SUBMIT" if is_fix(prompt) else block(RIGHT))
    played = rollouts(slices=slices).play(items, policy)
    assert [(each.task, each.reward, len(each.turns)) for each in played] == [
        ("self-rlef", 1.0, 2),
        ("self-rlef", 1.0, 2),
        ("self-rlef", 1.0, 2),
        ("output-prediction", -1.0, 1),
        ("output-prediction", -1.0, 1),
    ]


def test_processes_call_the_model_equally_often_and_with_equally_many_prompts():
    """Two processes, one of which has longer episodes: each must answer as many prompts as the other."""
    barrier = threading.Barrier(2)
    board = [None, None]
    sizes = [[], []]

    def agree_of(rank):
        def agree(count, finished):
            board[rank] = (count, finished)
            barrier.wait(10)
            known = list(board)
            barrier.wait(10)
            return max(each for each, _ in known), all(ended for _, ended in known)

        return agree

    def run(rank, items, reply):
        policy = Policy(reply)

        def generate(prompts):
            sizes[rank].append(len(prompts))
            return policy(prompts)

        results[rank] = rollouts().play(items, generate, agree_of(rank))

    results = [None, None]

    def repairs(prompt):
        return "SUBMIT" if is_fix(prompt) else block(RIGHT)

    jobs = [
        threading.Thread(target=run, args=(0, [Item("self-rlef", PROBLEM)] * 4, repairs)),
        threading.Thread(target=run, args=(1, [prediction()] * 2, lambda prompt: "7")),
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(20)
    assert sizes[0] == sizes[1] == [2, 2, 2, 2]
    assert [each.reward for each in results[0]] == [1.0] * 4
    assert [each.reward for each in results[1]] == [1.0] * 2


def test_what_goes_wrong_while_playing_is_raised_where_play_was_called():
    def broken(prompt):
        raise KeyError("here")

    with pytest.raises(KeyError, match="here"):
        rollouts().play([prediction()], Policy(broken))
    item = Item("output-prediction", PROBLEM, RIGHT, 99, "7")
    with pytest.raises(IndexError):
        rollouts().play([item], Policy(lambda prompt: "7"))


def test_a_reward_on_the_steps_needs_the_true_trace():
    pytest.importorskip("harness.tracing.gate")
    from sandboxes.pool import SandboxPool
    from trainers.steps import Steps

    code = "a = int(input())\nb = a * 2\nprint(b)"
    answer = "Output:\n```\n2\n```"
    texts = {f"a = 1. b = 2.\n\n{answer}": 1.5, f"a = 1. b = 7.\n\n{answer}": 1.25, answer: 1.0}
    with SandboxPool(workers=1) as pool:
        steps = Steps(pool)
        made = Rollouts(Questions(Prompts.load()), Rewards(Judge(), Judge(), steps, 0.5), CODEC)
        for text, reward in texts.items():
            item = Item("output-prediction", PROBLEM, code, 0, "2\n")
            (played,) = made.play([item], Policy(lambda prompt, text=text: text))
            assert (played.reward, played.facts["right"]) == (reward, 1.0)
        unstable = Item("output-prediction", PROBLEM, "import time\nprint(time.time_ns())", 0, "5\n")
        (played,) = made.play([unstable], Policy(lambda prompt: "5"))
        assert played.reward == 1.0
        steps.close()


@pytest.mark.parametrize(
    ("verdicts", "reward", "faults"),
    [(["AC", "AC"], 1.0, 0), (["AC", "WA"], -1.0, 0), (["AC", "INTERNAL"], None, 1)],
)
def test_one_failed_test_is_a_wrong_program_and_a_fault_of_ours_is_none(verdicts, reward, faults):
    class Fixed:
        def submit(self, problem, code, tests=None):
            future = Future()
            future.set_result([Verdict(n, "public", each, 1, 1, 1, "") for n, each in enumerate(verdicts)])
            return future

    made = Rewards(Fixed(), Fixed())
    assert made.solution(PROBLEM, RIGHT)() == reward
    assert made.faults == faults
