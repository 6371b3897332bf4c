"""A run's page holds the run's numbers, every text of it as text, and needs nothing from outside."""

import base64
import hashlib
import json
import re
import zlib
from collections import Counter, defaultdict
from itertools import pairwise

import independent
import pytest
from made_runs import HOSTILE, make_run
from page_reader import Page

from harness.reports import charts
from harness.reports.entries import entries, load
from harness.reports.page import page
from harness.reports.samples import encode, pack


def test_every_chart_has_a_title_a_description_and_its_numbers_as_a_table(html):
    figures = re.findall(r"<figure>.*?</figure>", html, re.DOTALL)
    drawn = [figure for figure in figures if "<svg" in figure]
    assert len(drawn) >= 10
    for figure in drawn:
        assert figure.count("<title") == figure.count("<desc") == figure.count("<svg") == 2
        assert "<table>" in figure
    names = re.findall(r' id="([^"]+)"', html)
    assert len(names) == len(set(names))


def test_text_of_models_and_data_is_never_markup(html, made):
    assert HOSTILE not in html
    assert "window.stolen" not in html.partition('<script type="text/plain"')[0]
    loaded = load(made["middle"])
    evil = {**loaded.manifest, "engine": {"model": HOSTILE}, "note": HOSTILE}
    from dataclasses import replace

    text = page(replace(loaded, manifest=evil), entries(replace(loaded, manifest=evil)), [], None)
    assert HOSTILE not in text
    assert Page(text).tags["script"] == Page(html).tags["script"]


def test_only_the_pages_own_script_and_style_may_run(html, parsed):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    assert policy.startswith("default-src 'none'")
    for kind, text in (
        ("script", parsed.scripts["code"]),
        ("style", re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", html)
    assert " style=" not in html


def decode(text):
    return json.loads(zlib.decompress(base64.b64decode(text)))


def test_every_sample_is_packed_whole(parsed, made):
    index = decode(parsed.scripts["index"])
    rows = {(row["problem_id"], row["sample"]): row for row in independent.table(made["middle"], "solutions")}
    details = [
        one for name, text in parsed.scripts.items() if name.startswith("block-") for one in decode(text)
    ]
    keys = [
        (index["problems"][problem]["id"], sample)
        for problem, sample in zip(index["columns"]["problem"], index["columns"]["sample"], strict=True)
    ]
    assert len(keys) == len(details) == len(rows)
    verdicts = defaultdict(list)
    for row in independent.table(made["middle"], "verdicts"):
        verdicts[row["problem_id"], row["sample"], row["regime"]].append([row["test"], row["verdict"]])
    for key, detail in zip(keys, details, strict=True):
        assert detail["solution"]["response"] == rows[key]["response"]
        assert detail["solution"].get("code") == rows[key]["code"]
        for regime, tests in detail["verdicts"].items():
            assert [[test[0], test[2]] for test in tests] == sorted(verdicts[*key, regime])
    found = Counter()
    for detail in details:
        found.update(predictions=len(detail["predictions"]), turns=len(detail["turns"]))
    for name in ("predictions", "turns"):
        assert found[name] == len(independent.table(made["middle"], name))


def test_samples_fit_their_budget_by_shortening_and_then_by_leaving_out(made):
    loaded = load(made["middle"])

    def size(packed):
        return len(packed.index) + sum(map(len, packed.blocks))

    whole = pack(loaded)
    assert (whole.cap, whole.left_out, whole.samples) == (None, 0, len(loaded.facts.direct))
    shortened = pack(loaded, int(0.9 * size(whole)))
    assert size(shortened) <= 0.9 * size(whole)
    assert shortened.cap is not None
    assert shortened.left_out == 0
    few = pack(loaded, 6000)
    assert size(few) <= 6000
    assert few.left_out > 0
    assert few.samples + few.left_out == whole.samples


def test_a_shortened_text_says_how_much_is_missing(tmp_path):
    run = make_run(tmp_path / "run", problems=2, samples=2, attempts=1, fixes=False, filler=200)
    loaded = load(run.directory)
    block = decode(pack(loaded, 20_000).blocks[0])
    code = next(one["solution"]["code"] for one in block if "code" in one["solution"])
    whole = next(row["code"] for row in independent.table(run.directory, "solutions") if row["code"])
    left_out = int(re.search(r"… ([\d,]+) characters left out", code)[1].replace(",", ""))
    assert 0 < left_out < len(whole)


def test_what_was_not_run_is_said_in_one_line(tmp_path):
    run = make_run(tmp_path / "run", problems=4, samples=3, attempts=0, fixes=False)
    loaded = load(run.directory)
    text = page(loaded, entries(loaded), [], None)
    for section in ("best-of-k", "self-fix", "verifier"):
        body = re.search(rf'<section id="{section}".*?</section>', text, re.DOTALL)[0]
        assert '<p class="absent">not run</p>' in body


def test_encoding_survives_any_text():
    texts = ["", "é✓𝄞", "\u2028\x00\x1b", "</script>"]
    assert decode(encode(texts)) == texts


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0, 1.0], [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ([0.61, 0.72], [0.6, 0.62, 0.64, 0.66, 0.68, 0.7, 0.72]),
        ([0.5], [0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56]),
        ([0.884, 0.886], [0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94]),
        ([0.999], [0.9, 0.92, 0.94, 0.96, 0.98, 1.0]),
        ([0.0], [0, 0.02, 0.04, 0.06, 0.08, 0.1]),
        ([float("nan")], [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_axes_end_at_round_numbers(values, ticks):
    low, high, found = charts.nice_range(values, (0.0, 1.0))
    assert found == pytest.approx(ticks)
    assert (low, high) == (found[0], found[-1])


def test_labels_are_moved_apart_in_their_order():
    places = charts.spread([50, 51, 52, 200], 15, 0, 300)
    assert places == sorted(places)
    assert min(b - a for a, b in pairwise(places)) >= 15
    assert places[3] == 200
