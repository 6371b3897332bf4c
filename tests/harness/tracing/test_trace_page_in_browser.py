"""A reader steps through a trace's page with the keys: line, variables, output and sentence move together."""

from __future__ import annotations

import json

import pytest

from harness.tracing.moments import Stage, is_told, moments
from harness.tracing.rules import explain, linked
from harness.tracing.show import page
from tests.harness.reports import webdriver
from tests.harness.reports.webdriver import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(webdriver.MISSING is not None, reason=str(webdriver.MISSING)),
]

SOURCE = """total = 0
def add(x):
    global total
    total += x
    return total
for i in range(3):
    print('<b>', add(i))
"""
STATE = """
return {
  place: document.getElementById('place').textContent,
  lines: [...document.querySelectorAll('#program .now')].map(row => row.querySelector('i').textContent),
  values: Object.fromEntries([...document.querySelectorAll('#values tr')].map(
    row => [...row.querySelectorAll('td')].map(cell => cell.textContent))),
  changed: [...document.querySelectorAll('#values tr.changed td:first-child')].map(cell => cell.textContent),
  stdout: document.getElementById('stdout').textContent,
  sentences: [...document.querySelectorAll('#text .now')].map(row => row.textContent),
  visible: (() => {
    const row = document.querySelector('#program .now')?.getBoundingClientRect();
    return !row || (row.top >= 0 && row.bottom <= innerHeight);
  })(),
}
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser") / "home") as browser:
        yield browser


def press(browser, key):
    browser.run(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", key
    )


def opened(browser, tmp_path, trace, style="full"):
    path = tmp_path / "trace.html"
    path.write_text(page(trace, explain(trace, style), style), encoding="utf-8")
    browser.console()
    browser.open(path)
    return path


@pytest.mark.parametrize("style", ["full", "compact"])
def test_each_step_shows_the_line_the_values_and_the_sentence_of_that_moment(
    browser, recorded, tmp_path, style
):
    trace = recorded(SOURCE)
    opened(browser, tmp_path, trace, style)
    sentences, stage = linked(trace, style), Stage()
    for moment in moments(trace):
        stage.step(moment.event)
        state, step = browser.run(STATE), moment.index
        assert state["place"] == f"step {step} of {trace.n_events - 1}"
        assert state["lines"] == ([str(moment.event.line)] if moment.event.line else [])
        told = {name: value for name, value in stage.replay.variables.items() if is_told(value)}
        assert state["values"] == told
        assert set(state["changed"]) == {name for name, _ in moment.event.changed if name in told}
        assert state["stdout"] == trace.stdout[: moment.event.stdout_len]
        latest = max((at for _, at in sentences if at <= step), default=None)
        assert state["sentences"] == [text for text, at in sentences if at == latest]
        press(browser, "ArrowRight")
    assert browser.run(STATE)["place"] == f"step {trace.n_events - 1} of {trace.n_events - 1}"
    assert browser.console() == []


def test_keys_go_both_ways_jump_and_stop_at_the_ends(browser, recorded, tmp_path):
    trace = recorded(SOURCE)
    last = trace.n_events - 1
    opened(browser, tmp_path, trace)
    for key, place in [
        ("ArrowLeft", 0), ("ArrowDown", 1), ("ArrowRight", 2), ("ArrowUp", 1), ("PageDown", 11),
        ("PageUp", 1), ("End", last), ("ArrowRight", last), ("Home", 0),
    ]:  # fmt: skip
        press(browser, key)
        assert browser.run(STATE)["place"] == f"step {place} of {last}"
    # A sentence leads to its step.
    text, step = linked(trace, "full")[4]
    browser.run("[...document.querySelectorAll('.sentence')][4].click()")
    state = browser.run(STATE)
    assert state["place"] == f"step {step} of {last}"
    assert text in state["sentences"]
    assert browser.console() == []


def test_a_long_program_keeps_the_current_line_in_view_and_loads_nothing(browser, recorded, tmp_path):
    source = "".join(f"x{number} = {number}\n" for number in range(150)) + "print(x149)\n"
    trace = recorded(source)
    path = opened(browser, tmp_path, trace)
    assert json.dumps(trace.answer.strip()) in path.read_text()
    for key in ("End", "Home", "PageDown", "PageDown"):
        press(browser, key)
        assert browser.run(STATE)["visible"]
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.console() == []
