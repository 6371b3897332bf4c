"""Every regime in the real sandbox: what is sent to the model, and what known simulators score."""

import itertools
import json
import random
import re

import pytest

from benchmarks.problem import Problem, Test
from harness import runs
from harness.engines.protocol import Completion, Sampling, Usage
from harness.judge import Judge
from harness.prompts import Prompts
from harness.regimes import summary
from harness.regimes.direct import problem_row, solve
from harness.regimes.predict import predict
from harness.regimes.questions import Observation, Questions
from harness.regimes.self_fix import self_fix
from sandboxes.pool import SandboxPool

N, ATTEMPTS = 6, 3
MANIFEST = {"determines": {"pooling": "mean"}, "asked": {"ks": [1, 2, 3]}}


def problem(number):
    """Add `number` to the input. Every text that must not leak is a word of its own."""
    public = tuple(
        Test(f"{n}\n", f"EXPECTED{n + number}\n", "public") for n in (10 * number + 1, 10 * number + 2)
    )
    private = tuple(Test(f"{n}\n", f"EXPECTED{n + number}\n", "private") for n in (770_000 + number, 880_000))
    return Problem(
        problem_id=f"add-{number}",
        statement=f"STATEMENT{number} of the task. EXAMPLE{number} shows it.",
        bare_statement=f"STATEMENT{number} of the task.",
        public_tests=public,
        load_tests=lambda: public + private,
        time_limit_s=2,
    )


PROBLEMS = {one.problem_id: one for one in map(problem, range(1, 7))}


def program(number, kind):
    """right, wrong everywhere, or wrong on private tests only."""
    condition = {"right": "True", "wrong": "False", "public": "n < 700_000"}[kind]
    return f"n = int(input())\nprint('EXPECTED' + str(n + {number}) if {condition} else 'OTHER')"


class Model:
    """Solves by a fixed plan, simulates with `answer(code, stdin)`, and keeps every request."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.usage = Usage()

    def generate(self, requests, sampling):
        for request in requests:
            self.requests.append(request)
            for index in request.indices:
                yield Completion(request, index, self.respond(request, index), n_tokens=10 + index)

    def respond(self, request, index):
        number = int(request.problem_id.removeprefix("add-"))
        kinds = ["right", "wrong", "public", "wrong", "right", "public"]
        if request.kind == "solve":
            kind = kinds[(index + number) % 6] if number % 3 else "wrong"
            return f"```python\n{program(number, kind)}\n```"
        if request.kind == "fix":
            return "SUBMIT" if request.turn == 2 else f"```python\n{program(number, 'right')}\n```"
        text = request.messages[-1]["content"]
        code = text.split("```python\n")[1].split("\n```")[0]
        stdin = text.split("## Standard input")[1].split("```\n")[1].split("\n```")[0]
        return f"Output:\n```\n{self.answer(code, stdin)}\n```"

    def sent(self, kind):
        return [
            "\n".join(message["content"] for message in request.messages)
            for request in self.requests
            if request.kind == kind
        ]


def really(code, stdin):
    """What the made-up programs print, worked out without running them."""
    number, n = int(code.split("n + ")[1].split(")")[0]), int(stdin)
    right = "if True" in code or ("n < 700_000" in code and n < 700_000)
    return f"EXPECTED{n + number}" if right else "OTHER"


@pytest.fixture(scope="module")
def judge():
    with SandboxPool(workers=2) as pool, Judge(pool, stop_early=True) as judge:
        yield judge


def play(directory, judge, model, hide=False):
    """All three regimes into a run; returns the run and its metrics."""
    run = runs.create(directory, MANIFEST, resume=False)
    questions = Questions(Prompts.load(), hide_public_tests=hide)
    run.append("problems", map(problem_row, PROBLEMS.values()))
    solve(run, PROBLEMS.values(), model, Sampling(), questions, judge, N)
    predict(run, PROBLEMS, model, Sampling(), questions, judge, ATTEMPTS)
    for feedback in ("simulated", "executed"):
        self_fix(run, PROBLEMS, model, Sampling(), questions, judge, feedback, max_turns=3)
    run.flush()
    rows = summary.summarise(run, MANIFEST)
    return run, {(row["regime"], row["metric"], row["k"], row["group"]): row for row in rows}


@pytest.mark.parametrize("hide", [False, True])
def test_no_prompt_holds_what_its_step_must_not_know(tmp_path, judge, hide):
    model = Model(really)
    play(tmp_path / "run", judge, model, hide)
    private = [test.input.strip() for one in PROBLEMS.values() for test in one.load_tests()[2:]]
    outputs = [test.output.strip() for one in PROBLEMS.values() for test in one.load_tests()]
    hidden = [test.output.strip() for one in PROBLEMS.values() for test in one.load_tests()[2:]]
    assert model.sent("solve")
    assert model.sent("simulate")
    assert model.sent("fix")
    for kind in ("solve", "simulate", "fix"):
        for prompt in model.sent(kind):
            assert not any(text in prompt for text in private + hidden)
            assert ("EXAMPLE" in prompt) is (kind != "simulate" and not hide)
    for prompt in model.sent("simulate"):
        assert "STATEMENT" not in prompt
        assert not any(output in prompt for output in outputs)
    assert all("STATEMENT" in prompt for prompt in model.sent("fix"))


def test_no_prompt_about_a_function_holds_what_its_step_must_not_know():
    tests = tuple(
        Test(f'"IN{number}"\n', f'"OUT{number}"', "public" if number < 2 else "private")
        for number in range(4)
    )
    function = Problem(
        problem_id="f",
        statement="STATEMENT with EXAMPLE.",
        bare_statement="STATEMENT.",
        public_tests=tests[:2],
        load_tests=lambda: tests,
        style="function",
        entry="change",
        starter_code="def change(word): STARTER",
    )
    for hide, detail in itertools.product((False, True), repeat=2):
        questions = Questions(Prompts.load(), hide_public_tests=hide, show_explanations=detail)
        seen = [Observation("GUESS0", "THOUGHT0"), Observation("GUESS1", "THOUGHT1")]
        sent = {
            "solve": questions.solve(function, [0]),
            "simulate": questions.simulate(function, 0, "CODE", 1, [0]),
            "fix": questions.fix(function, 0, "CODE", 1, seen, "simulated"),
        }
        words = {
            step: set(
                re.findall(r"[A-Z]{2,}\d?", "\n".join(message["content"] for message in request.messages))
            )
            for step, request in sent.items()
        }
        known = {"STATEMENT", "STARTER"} | (set() if hide else {"EXAMPLE"})
        of_tests = {"IN0", "OUT0", "GUESS0", "IN1", "OUT1", "GUESS1"}
        told = {"THOUGHT0", "THOUGHT1"} if detail else set()
        ours = {"STATEMENT", "STARTER", "EXAMPLE", "CODE"} | told | of_tests | {"IN2", "OUT2", "IN3", "OUT3"}
        assert words["solve"] & ours == known
        assert words["simulate"] & ours == {"CODE", "IN1"}
        assert words["fix"] & ours == known | {"CODE"} | of_tests | told


def test_a_perfect_simulator_has_no_gap_and_fixes_like_the_oracle(tmp_path, judge):
    run, metrics = play(tmp_path / "run", judge, Model(really))
    for k in range(1, N + 1):
        simulated = metrics["self-verify", "best_simulate", k, None]["value"]
        assert simulated == metrics["self-verify", "best_exec", k, None]["value"]
        assert metrics["self-verify", "simulation_gap", k, None]["value"] == 0
    assert metrics["output-prediction", "output_pass", 1, None]["value"] == 1
    assert metrics["self-verify", "verifier_precision", None, "public tests"]["value"] == 1
    for metric, k in (("pass", 1), ("public_pass", 2), ("mean_turns", None), ("fixed", None)):
        own = metrics["self-fix", metric, k, None]["value"]
        assert own == metrics["self-fix-executed", metric, k, None]["value"]
    assert all(row["match_actual"] for row in run["predictions"].rows())


def test_a_coin_as_simulator_selects_no_better_than_chance(tmp_path, judge):
    rng = random.Random(3)

    def flip(code, stdin):
        """The expected output half of the time, whatever the program does."""
        number, n = int(code.split("n + ")[1].split(")")[0]), int(stdin)
        return rng.choice([f"EXPECTED{n + number}", "OTHER"])

    _, metrics = play(tmp_path / "run", judge, Model(flip))
    for k in (2, 3):
        one = metrics["self-verify", "pass", 1, None]
        chosen = metrics["self-verify", "best_simulate", k, None]["value"]
        assert one["ci_low"] <= chosen <= one["ci_high"]


def test_metrics_read_from_the_files_are_those_of_the_run(tmp_path, judge):
    run, metrics = play(tmp_path / "run", judge, Model(really))
    run.close()
    again = summary.summarise(runs.open_run(tmp_path / "run"), MANIFEST)
    assert json.dumps(again) == json.dumps(list(metrics.values()))
