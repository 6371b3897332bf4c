"""Prompts: what every template holds, what it must not hold, and how it is replaced and hashed."""

from __future__ import annotations

import pytest

from harness.prompts import TASKS, Prompts
from selfexec.errors import UsageError

VALUES = {
    "solve": {"statement": "Add two numbers."},
    "solve_starter": {"statement": "Add two numbers.", "starter_code": "def add(a, b):"},
    "simulate_program": {"code": "print(int(input()) + 1)", "stdin": "41\n"},
    "simulate_function": {"code": "def f(x): return x", "call": "f([1])"},
    "predict_input": {"code": "def f(x): return x", "entry": "f", "output": "[7]"},
    "fix": {
        "statement": "Add two numbers.",
        "code": "print(3)",
        "starter_code": "",
        "tests": [{"input": "1 2", "expected": "3", "predicted": "4", "accepted": False, "explanation": ""}],
        "feedback": "simulated",
    },
    "verbalise": {"code": "print(1)", "call": "", "stdin": "", "trace": "line 1"},
    "synthesise_inputs": {"code": "def f(x): return x", "entry": "f", "count": 5},
}


def text(prompts, name, **changes):
    (message,) = prompts.render(name, **(VALUES[name] | changes))
    return message["content"]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_renders_with_its_values_in_it(name):
    rendered = text(Prompts.load(), name)
    for value in VALUES[name].values():
        if isinstance(value, str) and value and value != "simulated":
            assert value.strip() in rendered
    assert "{{" not in rendered
    assert "{%" not in rendered


@pytest.mark.parametrize("name", TASKS)
def test_a_value_that_is_not_given_is_an_error_and_not_an_empty_string(name):
    for missing in VALUES[name]:
        values = {key: value for key, value in VALUES[name].items() if key != missing}
        with pytest.raises(UsageError, match=missing):
            Prompts.load().render(name, **values)


@pytest.mark.parametrize("form", ["chat", "completion"])
def test_the_simulate_prompt_takes_neither_a_statement_nor_an_expected_output(form):
    prompts = Prompts.load(form=form)
    plain = prompts.render("simulate_program", **VALUES["simulate_program"])
    more = prompts.render(
        "simulate_program", **VALUES["simulate_program"], statement="SECRET", expected="SECRET"
    )
    assert plain == more


def test_the_simulate_prompts_define_an_answer_for_a_crash_and_for_an_endless_run():
    for name in ("simulate_program", "simulate_function"):
        for form in ("chat", "completion"):
            rendered = text(Prompts.load(form=form), name)
            assert "<error: NAME>" in rendered
            assert "<timeout>" in rendered
            assert "Output:" in rendered


def test_the_fix_prompt_tells_predictions_from_facts_and_shows_the_explanation_only_when_there_is_one():
    prompts = Prompts.load()
    test = VALUES["fix"]["tests"][0]
    assert "Predicted output:\n```\n4\n```" in text(prompts, "fix")
    executed = text(prompts, "fix", feedback="executed")
    assert "Actual output:" in executed
    assert "redicted" not in executed
    assert "SUBMIT" in executed
    assert "x = 4 here" not in text(prompts, "fix")
    assert "x = 4 here" in text(prompts, "fix", tests=[test | {"explanation": "x = 4 here"}])
    assert "Predicted output:\n(none)" in text(prompts, "fix", tests=[test | {"predicted": None}])


def test_text_from_outside_is_never_read_as_a_template():
    assert "{{ 7 * 7 }}" in text(Prompts.load(), "solve", statement="{{ 7 * 7 }}{% raw %}")


def test_a_fence_is_longer_than_any_fence_inside_it():
    rendered = text(Prompts.load(), "simulate_program", stdin="a\n```\nb\n````\n")
    assert "`````\na\n```\nb\n````\n`````" in rendered


def test_the_completion_form_is_one_text_that_ends_where_the_model_goes_on():
    prompts = Prompts.load(form="completion")
    for name in prompts.templates:
        rendered = text(prompts, name)
        assert rendered.endswith("### Answer\n") or rendered.endswith("### Answer")
        assert rendered.count("### Task") >= 2
        assert rendered.count("### Task") == rendered.count("### Answer")
    assert prompts.stop
    assert Prompts.load().stop == ()


def test_a_task_without_a_completion_form_says_so():
    with pytest.raises(UsageError, match="verbalise"):
        Prompts.load(form="completion").render("verbalise", **VALUES["verbalise"])


def test_a_system_prompt_is_its_own_message():
    messages = Prompts.load(system="Be brief.").render("solve", statement="x")
    assert [message["role"] for message in messages] == ["system", "user"]
    with pytest.raises(UsageError, match="system prompt"):
        Prompts.load(form="completion", system="Be brief.")


def test_a_directory_replaces_templates_by_name(tmp_path):
    (tmp_path / "solve.jinja").write_text("Do it: {{ statement }}")
    prompts = Prompts.load(tmp_path)
    assert text(prompts, "solve") == "Do it: Add two numbers."
    assert text(prompts, "fix") == text(Prompts.load(), "fix")


def test_a_directory_with_a_misspelt_or_broken_template_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"no \*\.jinja"):
        Prompts.load(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        Prompts.load(tmp_path / "absent")
    (tmp_path / "sovle.jinja").write_text("x")
    with pytest.raises(UsageError, match=r"sovle\.jinja"):
        Prompts.load(tmp_path)
    (tmp_path / "sovle.jinja").rename(tmp_path / "solve.jinja").write_text("{% if %}")
    with pytest.raises(UsageError, match=r"solve\.jinja"):
        Prompts.load(tmp_path)


def test_the_digest_changes_with_whatever_changes_a_prompt(tmp_path):
    (tmp_path / "solve.jinja").write_text("Do it: {{ statement }}")
    variants = [
        Prompts.load(),
        Prompts.load(tmp_path),
        Prompts.load(form="completion"),
        Prompts.load(system="Be brief."),
    ]
    assert len({prompts.sha256() for prompts in variants}) == len(variants)
    assert Prompts.load().sha256() == Prompts.load().sha256() == Prompts.load().describe()["sha256"]
