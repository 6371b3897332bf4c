"""The miniature's tokenizer, model, data and claims."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import fields
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from benchmarks.nano.problems import stream
from benchmarks.nano.programs import program, run, styles
from benchmarks.nano.sentences import draw, slips
from harness.engines.shipped import FOLDER
from harness.prompts import Prompts
from harness.regimes.questions import Observation, Questions
from harness.responses import extract_code, extract_decision, extract_output
from harness.tracing.claims import with_answer
from trainers.recipes.nano import claims, make_data
from trainers.recipes.nano.plan import FULL, QUICK, data, seed_stages

SEEDS = (0, 7)


@pytest.fixture(scope="module")
def tokenizer():
    pytest.importorskip("torch", reason="training needs the extra `train`")
    from trainers.recipes.nano.tokenizer import make_tokenizer

    return make_tokenizer()


@pytest.fixture(scope="module")
def made():
    return [
        each
        for seed in SEEDS
        for level in ("clear", "loose")
        for each in islice(stream(seed, "test", level), 15)
    ]


@pytest.fixture(scope="module")
def questions():
    return Questions(Prompts.load())


def ids_of(tokenizer, messages):
    return tokenizer.apply_chat_template(
        [dict(message) for message in messages],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
    )["input_ids"]


def test_no_prompt_about_an_unseen_problem_has_an_unknown_word(tokenizer, made, questions):
    for each in made:
        problem, code = each.problem, program(each.sentence.meaning)
        observations = [Observation(test.output) for test in problem.public_tests]
        requests = [
            questions.solve(problem, (0,)),
            Questions(questions.prompts, hide_public_tests=True).solve(problem, (0,)),
            questions.simulate(problem, 0, code, 0, (0,)),
            questions.fix(problem, 0, code, 1, observations, "simulated"),
            questions.fix(problem, 0, code, 1, [Observation(None) for _ in observations], "executed"),
        ]
        for request in requests:
            ids = ids_of(tokenizer, request.messages)
            assert tokenizer.unk_token_id not in ids
            assert len(ids) < 300


def test_programs_come_back_from_their_tokens(tokenizer, made):
    for each in made:
        for style in styles(each.sentence.meaning):
            text = make_data.code_block(program(each.sentence.meaning, style))
            ids = tokenizer(text, add_special_tokens=False)["input_ids"]
            back = extract_code(tokenizer.decode(ids, clean_up_tokenization_spaces=False))
            assert all(run(back, test.input) == test.output for test in each.tests)
            assert tokenizer(make_data.code_block(back), add_special_tokens=False)["input_ids"] == ids


def test_answers_and_decisions_come_back_from_their_tokens(tokenizer, made):
    def back(text):
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokenizer.decode(ids, clean_up_tokenization_spaces=False)

    for each in made:
        for test in each.tests[:4]:
            assert extract_output(back(with_answer("x = 8 .", test.output))).strip() == test.output.strip()
    assert extract_output(back(with_answer("prints -1 .", "-1\n"))).strip() == "-1"
    assert extract_decision(back("SUBMIT")) == ("submit", None)
    fixed = back("```python\nprint(3)\n```")
    assert extract_decision(fixed) == ("fix", "print(3)")


def test_the_vocabulary_is_the_same_every_time(tokenizer):
    from trainers.recipes.nano.tokenizer import make_tokenizer

    assert make_tokenizer().get_vocab() == tokenizer.get_vocab()


def test_the_model_is_an_ordinary_small_checkpoint(tokenizer, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from trainers.recipes.nano import make_model

    for name in ("one", "two"):
        make_model.main(make_model.Options(out=tmp_path / name, seed=3))
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "one")
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "two")
    loaded = AutoTokenizer.from_pretrained(tmp_path / "one")
    assert model.num_parameters() < 5_000_000
    assert model.config.model_type == "lfm2"
    assert model.get_input_embeddings().num_embeddings == len(loaded) == len(tokenizer)
    assert loaded.chat_template == tokenizer.chat_template
    assert all((one == two).all() for one, two in zip(model.parameters(), again.parameters(), strict=True))
    made = json.loads((tmp_path / "one" / "config.json").read_text("utf-8"))
    # Training switches the cache off, which generation switches on again.
    incidental = {"use_cache": None, "transformers_version": None}
    for shipped in ("nano", "nano-nlex", "nano-rlef"):
        config = json.loads((FOLDER / shipped / "config.json").read_text("utf-8"))
        assert config | incidental == made | incidental


def test_training_data_hold_no_program_of_the_test_split():
    rng = Random(1)
    held_out = set()
    for _ in range(150):
        sentence = draw(rng, "test", "mixed")
        for meaning in {*sentence.readings, *slips(sentence.meaning)}:
            held_out |= {program(meaning, style) for style in styles(meaning)}
    rows = list(make_data.programs(0, 150))
    answers = [
        each["messages"][-1]["content"] for each in (*make_data.solves(0, 100), *make_data.fixes(0, 60))
    ]
    trained = {row["source"] for row in rows} | {extract_code(text) for text in answers}
    assert len(trained) > 200
    assert not trained & held_out


def test_a_slip_of_the_pen_makes_no_program_of_another_split():
    rng = Random(4)
    elsewhere = set()
    for split in ("valid", "test"):
        for _ in range(1500):
            meaning = draw(rng, split, "mixed").meaning
            elsewhere |= {program(meaning, style) for style in styles(meaning)}
    changed = 0
    for _ in range(1500):
        source = make_data.in_some_style(rng, draw(rng, "train", "clear").meaning)
        written = make_data.miswritten(rng, source)
        changed += written != source
        assert written not in elsewhere
    assert changed > 1000


def test_some_of_the_simulated_programs_are_miswritten_and_all_compile():
    sources = [row["source"] for row in make_data.programs(1, 300)]
    assert all(make_data.compiles(source) for source in sources)
    crashed = 0
    for source in sources:
        try:
            run(source, "3\n3 1 2\n2 5\n4 1\n")
        except (NameError, TypeError, AttributeError):
            crashed += 1
    assert 3 <= crashed <= 40


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("print(int(input()) + 1)", "4\n"),
        ("x = int(input())\nprint(x)\nprint(k)", "<error: NameError>"),
        ("print((3)", "<error: SyntaxError>"),
        ("if 1 > 0:\nprint(3)", "<error: IndentationError>"),
        ("x = 1\nwhile x > 0:\n    x += 1", "<timeout>"),
        ("r = [1]\nfor x in r:\n    r.append(x)", "<timeout>"),
        ("print(input(), input(), input(), input())", None),
    ],
)
def test_the_real_answer_of_a_program_may_be_its_failure(source, answer):
    before = sys.gettrace()
    assert make_data.real_answer(source, "3\n") == answer
    assert sys.gettrace() is before


def test_some_fix_tasks_are_about_programs_that_fail():
    prompts = [row["messages"][0]["content"] for row in make_data.fixes(0, 150)]
    failing = [prompt for prompt in prompts if "<error: " in prompt or "<timeout>" in prompt]
    assert 1 <= len(failing) <= 15


def test_fix_tasks_submit_what_passes_and_only_that():
    seen = set()
    for row in make_data.fixes(3, 60):
        prompt, answer = (message["content"] for message in row["messages"])
        tests = prompt.split("\n## Test ")[1:]
        assert tests
        agree = all(
            part.split("Expected output:\n")[1].split("\n\n")[0]
            == part.split("Predicted output:\n")[-1].partition("\n\nAccepted:")[0]
            for part in (each.replace("Actual output:", "Predicted output:") for each in tests)
        )
        assert prompt.count("\nAccepted: ") == len(tests)
        assert ("Accepted: no" not in prompt) == agree == (answer == "SUBMIT")
        assert extract_decision(answer)[0] == ("submit" if agree else "fix")
        seen.add(agree)
    assert seen == {True, False}


def test_the_same_seed_gives_the_same_data():
    assert list(make_data.fixes(5, 5)) == list(make_data.fixes(5, 5))
    assert list(make_data.programs(5, 5)) != list(make_data.programs(6, 5))


def test_an_answer_alone_is_an_answer():
    from trainers.recipes.nano.answers_only import answered

    messages = [
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": with_answer("a = 1 .", "3\n4\n")},
    ]
    assert answered(messages)["messages"][-1]["content"] == "Output:\n```\n3\n4\n```"


@pytest.mark.parametrize("size", [FULL, QUICK])
def test_the_plan_uses_flags_that_its_commands_have(size):
    pytest.importorskip("torch", reason="the plan's commands need the extra `train`")
    planned = [*data(Path("work"), size), *seed_stages(Path("work"), Path("work/seed-1"), 1, size)]
    known_names = set[str]()
    for stage in planned:
        assert known_names.issuperset(stage.needs), stage.name
        known_names.add(stage.name)
    assert len({stage.name for stage in planned}) == len({stage.out for stage in planned}) == len(planned)
    for stage in planned:
        known = flags_of(importlib.import_module(stage.module))
        given = {word for word in stage.command()[2:] if word.startswith("--") or word == "-n"}
        assert given <= known, given - known


def flags_of(module):
    options = next(
        value for name, value in vars(module).items() if name in ("Options", "EvalOptions", "BuildOptions")
    )
    found = {"-n"}
    for each in fields(options):
        found.add("--" + each.name.replace("_", "-"))
        inner = each.default_factory if callable(each.default_factory) else None
        for nested in (inner, *getattr(each.type, "__args__", ()), each.type):
            found |= {
                "--" + field.name.replace("_", "-")
                for field in getattr(nested, "__dataclass_fields__", {}).values()
            }
    return found


def claim(one, other):
    return claims.Claim("1", "one over other", "-", lambda runs: runs[one], lambda runs: runs[other])


def values(*numbers):
    return {f"problem {place}": number for place, number in enumerate(numbers)}


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (values(0.1, 0.2, 0.0, 0.1), "shown"),
        (values(0.9, 1.0, 0.9, 1.0), "opposite"),
        (values(0.4, 0.6, 0.5, 0.5), "not shown"),
    ],
)
def test_a_claim_is_decided_by_its_interval(other, verdict):
    runs = [{"one": values(0.5, 0.5, 0.5, 0.6), "other": other}]
    assert claims.measure(claim("one", "other"), runs).verdict == verdict


def test_seeds_are_averaged_within_problems_and_told_apart():
    runs = [
        {"one": values(1.0, 1.0, 0.9), "other": values(0.0, 0.1, 0.0)},
        {"one": values(0.5, 0.5, 0.5), "other": values(0.5, 0.5, 0.5)},
    ]
    found = claims.measure(claim("one", "other"), runs)
    assert found.seeds == pytest.approx((2.8 / 3 * 100, 0.0))
    assert found.difference == pytest.approx(1.4 / 3 * 100)
    assert f"**{found.verdict}**" in claims.table([found], "Claims")
    assert json.dumps(claims.as_json([found]))
