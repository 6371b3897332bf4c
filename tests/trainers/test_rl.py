"""RL end to end on a CPU: rewards rise, every task runs against the real sandbox, a killed run goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("trl", reason="training needs the extra `train`")

from benchmarks.problem import Problem, Test
from harness.prompts import Prompts
from harness.regimes.questions import Observation, Questions
from sandboxes.outcome import SandboxError
from sandboxes.pool import SandboxOptions, SandboxPool
from selfexec.errors import UsageError
from trainers import record, rl, rlset, sft

PROMPTS = {
    "simulate_program.jinja": "{{ code }}",
    "solve.jinja": "Task: {{ statement }}",
    "fix.jinja": "Task: {{ statement }}\n{{ code }}\n"
    "{% for test in tests %}{{ test.expected }} {{ test.predicted }}\n{% endfor %}",
}
CODES = ["print(3 + 4)", "print('abcd'.count('c'))"]
ANSWERS = ["7\n", "1\n"]
GUESSES = range(20)
RECIPE = Path(rl.__file__).parent / "recipes" / "rl-tiny.yaml"


def problem(number):
    tests = (Test("", ANSWERS[number], "public"), Test("", ANSWERS[number], "private"))
    return Problem(f"p{number}", f"Print {ANSWERS[number].strip()}", "Print", tests[:1], lambda: tests)


def block(code):
    return f"```python\n{code}\n```"


def lessons(questions):
    """What the policy knows before RL: the form of every answer, and guesses."""
    for number, code in enumerate(CODES):
        task = problem(number)
        simulate = questions.simulate(task, 0, code, 0, (0,))
        yield from ((simulate, str(guess)) for guess in GUESSES)
        for guess in (7, 1):
            yield questions.solve(task, (0,)), block(f"print({guess})")
            for shown in (7, 1):
                request = questions.fix(task, 0, f"print({guess})", 1, [Observation(str(shown))], "executed")
                yield request, "SUBMIT"
                yield request, block(f"print({shown})")


@pytest.fixture(scope="module")
def prompts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prompts")
    for name, text in PROMPTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rlset")
    problems = [problem(number) for number in range(2)]
    predictions = [
        {"problem_id": f"p{n}", "model": "m", "sample": 0, "test": 0, "code": CODES[n], "answer": ANSWERS[n]}
        for n in range(2)
    ]
    rlset.write(
        folder,
        {"train": problems, "validation": [replace(problem(0), problem_id="v0")]},
        {"train": predictions, "validation": [{**predictions[0], "problem_id": "v0"}]},
        {"from": "the test"},
    )
    return folder


@pytest.fixture(scope="module")
def policy(make_model, tmp_path_factory, prompts):
    """A model that answers every question in the right form, and with a guess."""
    rows = [
        {"prompt": request.messages[0]["content"], "completion": answer}
        for request, answer in lessons(Questions(Prompts.load(prompts)))
    ]
    folder = tmp_path_factory.mktemp("policy")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = make_model([row["prompt"] + row["completion"] for row in rows])
    sft.main(
        sft.Options(
            model=str(model),
            data=(str(folder / "rows.jsonl"),),
            out=folder / "out",
            steps=80,
            batch_size=56,
            learning_rate=3e-3,
            save_every=1000,
            max_length=256,
        )
    )
    return folder / "out" / "final"


@pytest.fixture
def options(policy, data, prompts, tmp_path):
    def make(**changes):
        recipe = yaml.safe_load(RECIPE.read_text())
        recipe["sandbox"] = SandboxOptions(workers=recipe.pop("workers"))
        settings = {
            "model": str(policy),
            "data": data,
            "out": tmp_path / "out",
            "prompts": prompts,
            "task": "output-prediction",
            "prediction_share": None,
            "save_every": 1000,
        }
        return rl.Options(**recipe | settings | changes)

    return make


def log(options, key="reward"):
    entries = [json.loads(line) for line in (options.out / "log.jsonl").read_text().splitlines()]
    return [entry for entry in entries if key in entry]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


@pytest.mark.slow
def test_output_prediction_raises_the_reward_from_near_minus_one(options):
    made = options(steps=90)
    rl.main(made)
    rewards = [entry["reward"] for entry in log(made)]
    assert mean(rewards[:3]) < -0.7
    assert mean(rewards[-10:]) > 0.5


@pytest.mark.parametrize("task", ["solve", "joint", "self-rlef"])
def test_every_task_runs_five_steps_against_the_real_sandbox(options, task):
    made = options(task=task, prediction_share=None if task == "solve" else 0.4)
    rl.main(made)
    entries = log(made)
    assert len(entries) == 5
    programs = "self-rlef" if task == "self-rlef" else "solve"
    seen = {key for entry in entries for key in entry}
    assert f"{programs}/pass" in seen
    assert ("output-prediction/right" in seen) == (task != "solve")
    assert all(entry["no_reward"] == 0 for entry in entries)
    # The guesses are sometimes right: the sandbox did judge.
    assert 0 < mean(entry[f"{programs}/pass"] for entry in entries if f"{programs}/pass" in entry) < 1
    if task == "self-rlef":
        assert {"self-rlef/turns", "self-rlef/fixed", "self-rlef/broken", "self-rlef/first_pass"} <= seen
        assert max(entry["rows_per_episode"] for entry in entries) > 1


def test_a_repair_on_predicted_feedback_adds_a_row_for_every_simulation(options):
    made = options(task="self-rlef", prediction_share=0.0, feedback="simulated", steps=1)
    rl.main(made)
    (entry,) = log(made)
    # Solve, simulate the one public test, submit or fix; what held no program is not simulated.
    assert 2 < entry["rows_per_episode"] <= 3


def test_the_share_of_a_step_that_waits_for_the_sandbox_is_logged(options):
    made = options(task="joint", prediction_share=0.5, steps=3)
    rl.main(made)
    shares = [entry["sandbox_share"] for entry in log(made, "sandbox_share")]
    # The share of a step is known when the next one begins.
    assert len(shares) == 2
    assert all(0 <= share < 1 for share in shares)


def test_a_failing_sandbox_takes_rewards_away_but_changes_none(options, monkeypatch):
    calls = iter(range(10_000))
    run = SandboxPool.run

    def fails_sometimes(self, program, *rest):
        if next(calls) % 3 == 1:
            raise SandboxError("a worker died")
        return run(self, program, *rest)

    monkeypatch.setattr(SandboxPool, "run", fails_sometimes)
    made = options(task="solve", learning_rate=0.0)
    rl.main(made)
    entries = log(made)
    assert len(entries) == 5
    assert 0 < mean(entry["no_reward"] for entry in entries) < 1
    # Rewards stay those of the programs: never a -1 for a fault.
    for entry in entries:
        assert entry["reward"] == pytest.approx(2 * entry["solve/pass"] - 1)


CURVE = ("step", "reward", "loss", "grad_norm", "response_tokens/mean")


def curve(options):
    return [tuple(entry[key] for key in CURVE) for entry in log(options)]


@pytest.mark.slow
def test_a_killed_run_resumes_on_the_same_curve(options, tmp_path):
    changes = {"task": "joint", "prediction_share": 0.5, "steps": 6, "save_every": 2, "batch_size": 16}
    changes |= {"group_size": 8, "learning_rate": 1e-4, "validation_limit": 2}
    whole = options(out=tmp_path / "whole", **changes)
    rl.main(whole)
    expected = curve(whole)
    assert [step for step, *_ in expected] == [1, 2, 3, 4, 5, 6]

    killed = options(out=tmp_path / "killed", **changes)
    flags = {"model": killed.model, "data": killed.data, "out": killed.out, "prompts": killed.prompts}
    command = [sys.executable, "-m", "trainers.rl", "--config", str(RECIPE)]
    for name, value in {**flags, **changes}.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    process = subprocess.Popen(command, env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"})
    lines = killed.out / "log.jsonl"
    deadline = time.monotonic() + 200
    while not (lines.exists() and '"step": 3' in lines.read_text()):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "it never came to step 3"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # A checkpoint that was being written when the power went.
    (killed.out / "checkpoint-4").mkdir(exist_ok=True)

    rl.main(options(out=killed.out, resume=True, **changes))
    found = curve(killed)
    assert [step for step, *_ in found] == [1, 2, 3, 4, 5, 6]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-6)
    assert record_of(killed.out / "final")["step"] == 6


def record_of(folder):
    return json.loads((folder / record.RUN_FILE).read_text())


def test_a_run_goes_on_only_with_the_settings_it_was_begun_with(options):
    made = options(steps=1)
    rl.main(made)
    with pytest.raises(UsageError, match="add --resume"):
        rl.main(options(steps=1))
    with pytest.raises(UsageError, match="--learning-rate was"):
        rl.main(options(steps=2, resume=True, learning_rate=0.1))


def test_the_best_checkpoint_is_that_of_the_validation(options):
    made = options(task="solve", steps=6, save_every=2, validation_limit=4, keep=1)
    rl.main(made)
    scores = {entry["step"]: entry["eval_score"] for entry in log(made, "eval_score")}
    assert set(scores) == {2, 4, 6}
    assert {"eval_solve/pass"} <= {key for entry in log(made, "eval_score") for key in entry}
    final = record_of(made.out / "final")
    assert final["best_score"] == max(scores.values())
    assert scores[final["best_step"]] == final["best_score"]
    # The best is never thrown away, however many were made since.
    assert (made.out / f"checkpoint-{final['best_step']}").exists()


def test_what_lies_beside_a_checkpoint_says_how_it_came_about(options, data):
    made = options(steps=2, save_every=2)
    rl.main(made)
    content = record_of(made.out / "checkpoint-2")
    assert content["options"]["prediction_weight"] == 0.8
    digest = rlset.sha256(data / "problems" / "train.parquet")
    assert content["data"]["train"]["files"]["problems/train.parquet"] == digest
    assert content["environment"]["packages"]["trl"].startswith("1.16.")
    assert content["environment"]["sandbox"]["backend"]
    card = (made.out / "final" / "README.md").read_text()
    assert digest in card
    assert "after 2 steps" in card


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"group_size": 5}, "no multiple of --group-size 5"),
        ({"group_size": 1}, "at least 2"),
        ({"updates_per_rollout": 3, "group_size": 8}, "multiple of --updates-per-rollout 3"),
        ({"feedback_ramp": (5,)}, "FROM TO"),
        ({"prediction_share": 1.5}, "between 0 and 1"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_anything_is_loaded(options, changes, said):
    with pytest.raises(UsageError, match=said):
        rl.main(options(model="nowhere", **changes))


def test_the_ratio_is_clipped_where_the_flags_say_whatever_the_loss(options):
    for loss, high in {"dapo": 0.25, "grpo": 0.25, "cispo": 1.25}.items():
        given = rl.grpo_arguments(options(loss=loss), validates=False)
        assert (given["epsilon"], given["epsilon_high"]) == (0.2, high)


def test_the_ramp_goes_from_true_to_predicted_feedback(options):
    made = options(task="self-rlef", feedback_ramp=(10, 20))
    assert [rl.simulated_share(made, step) for step in (0, 10, 15, 20, 99)] == [0, 0, 0.5, 1, 1]
    assert rl.simulated_share(options(feedback="simulated"), 0) == 1
    items = rl.Items(made, rlset.RLSet(made.data))
    row = {"task": "self-rlef", "problem_id": "p0", "code": "", "test": 0, "answer": ""}
    drawn = [items(row, 15, group).feedback for group in range(200)]
    assert 60 < drawn.count("simulated") < 140
    assert drawn == [items(row, 15, group).feedback for group in range(200)]


def test_output_prediction_has_its_share_of_the_prompts(options):
    import datasets

    made = options(task="joint", prediction_share=None)
    rows = {
        "solve": datasets.Dataset.from_dict({"task": ["solve"] * 300}),
        "output-prediction": datasets.Dataset.from_dict({"task": ["output-prediction"] * 300}),
    }
    tasks = list(rl.mix(rows, made)["task"])
    assert tasks.count("output-prediction") / len(tasks) == pytest.approx(0.15, abs=0.02)
    assert rl.task_weights(made) == {"output-prediction": 0.8}
    assert options(task="self-rlef", prediction_share=None).share == 0.25
    assert rl.task_weights(options(task="output-prediction", prediction_share=None)) == {}


def test_the_order_of_prompts_is_shuffled_passes_that_a_longer_run_begins_with_too(options):
    import datasets

    rows = datasets.Dataset.from_dict({"number": list(range(10))})
    # 5 steps x 32 episodes / groups of 16: 2 prompts a step.
    short = list(rl.plan(rows, options(steps=10), 1)["number"])
    long = list(rl.plan(rows, options(steps=30), 1)["number"])
    assert len(short) == 20
    assert len(long) == 60
    assert long[:20] == short
    assert sorted(short[:10]) == sorted(short[10:]) == list(range(10))
    assert short[:10] != short[10:]
    assert list(rl.plan(rows, options(steps=5), 2)["number"]) == short


def test_one_rollout_can_serve_two_updates_of_two_passes(options):
    made = options(batch_size=8, group_size=8, accumulation=2, updates_per_rollout=2, steps=4, save_every=2)
    rl.main(made)
    entries = log(made, "grad_norm")
    assert [entry["step"] for entry in entries] == [1, 2, 3, 4]
    # The episodes of a rollout are logged once.
    assert ["reward" in entry for entry in entries] == [True, False, True, False]


def test_a_reward_on_the_steps_is_added_to_that_on_the_answer(options):
    made = options(step_reward=0.5, learning_rate=0.0, steps=2)
    rl.main(made)
    for entry in log(made):
        # The programs have no variable, so that an explanation that claims nothing is grounded.
        assert entry["output-prediction/grounded"] == 1.0
        assert entry["reward"] == pytest.approx(2 * entry["output-prediction/right"] - 1 + 0.5)


@pytest.mark.slow
def test_two_processes_train_one_model(options, tmp_path):
    made = options(task="self-rlef")
    flags = {"model": made.model, "data": made.data, "out": made.out, "prompts": made.prompts}
    flags |= {"task": "self-rlef", "steps": 3, "batch_size": 16, "workers": 1, "save_every": 2}
    flags |= {"validation_limit": 3}
    command = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2"]
    command += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    command += ["-m", "trainers.rl", "--config", str(RECIPE)]
    for name, value in flags.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    entries = log(made)
    # One process writes the log; groups of 16 reach over both, 2 prompts a step.
    assert [entry["step"] for entry in entries] == [1, 2, 3]
    assert all(entry["zero_advantage_groups"] in (0, 0.5, 1) for entry in entries)
    assert record_of(made.out / "final")["step"] == 3
    assert log(made, "eval_score")
