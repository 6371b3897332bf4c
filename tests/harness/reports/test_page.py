"""A run's page holds the run's numbers, every text of it as text, and needs nothing from outside."""

import base64
import hashlib
import json
import math
import re
import zlib
from collections import Counter, defaultdict
from html.parser import HTMLParser
from itertools import pairwise

import independent
import pytest
from made_runs import HOSTILE, make_run

from harness.reports import charts
from harness.reports.breakdowns import quarter
from harness.reports.diagnosis import FEATURES
from harness.reports.entries import entries, load
from harness.reports.page import page
from harness.reports.paper import published
from harness.reports.samples import encode, pack

VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """The tables of a page with their figure's caption, its scripts, and whether its tags are balanced."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.tables, self.scripts, self.tags = [], [], {}, Counter()
        self.caption, self.cell, self.section = "", None, ""
        self.text = text
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags[tag] += 1
        if tag not in VOID and tag not in ("line", "polyline", "polygon", "circle", "rect"):
            self.stack.append(tag)
        if tag == "section":
            self.section = attributes["id"]
        elif tag == "figcaption":
            self.caption = ""
        elif tag == "table":
            self.tables.append((self.section, self.caption, []))
        elif tag == "tr":
            self.tables[-1][2].append([])
        elif tag in ("td", "th"):
            self.cell = []
        elif tag == "script":
            self.script = attributes.get("id", "code")
            self.scripts[self.script] = ""

    def handle_startendtag(self, tag, attributes):
        self.tags[tag] += 1

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag
        if tag in ("td", "th"):
            self.tables[-1][2][-1].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)
        elif self.stack and self.stack[-1] == "figcaption":
            self.caption += data
        elif self.stack and self.stack[-1] == "script":
            self.scripts[self.script] += data

    def rows(self, section, caption):
        """The body of the table with this caption, its cells split into numbers."""
        found = [rows for where, title, rows in self.tables if (where, title) == (section, caption)]
        assert len(found) == 1, (section, caption)
        return found[0][1:]


def numbers(text):
    return [float(one) for one in re.findall(r"-?\d+\.\d+", text)]


def shown(interval, share=True):
    """An interval as a page shows it."""
    value, low, high = interval
    if share and not math.isnan(low):
        low, high = max(0.0, low), min(1.0, high)
    return pytest.approx([100 * value] + ([] if math.isnan(low) else [100 * low, 100 * high]), abs=0.0501)


@pytest.fixture(scope="module")
def html(made):
    loaded = load(made["middle"])
    return page(loaded, entries(loaded), published(), "2024-10-01")


@pytest.fixture(scope="module")
def parsed(html):
    return Page(html)


@pytest.fixture(scope="module")
def expected(made):
    return independent.metrics(made["middle"])


@pytest.fixture(scope="module")
def problems(made):
    """problem_id -> (row, share of its samples that pass)."""
    verdicts = defaultdict(lambda: defaultdict(list))
    for row in independent.table(made["middle"], "verdicts"):
        if row["regime"] == "direct":
            verdicts[row["problem_id"]][row["sample"]].append(row["verdict"])
    rows = {row["problem_id"]: row for row in independent.table(made["middle"], "problems")}
    return {
        name: (rows[name], sum(set(tests) == {"AC"} for tests in samples.values()) / len(samples))
        for name, samples in verdicts.items()
    }


def test_every_number_of_the_summary_is_the_recomputed_one(parsed, expected):
    metric = {
        "pass@k": "pass",
        "public pass@k": "public_pass",
        "best@k by simulation": "best_simulate",
        "best@k by execution (oracle)": "best_exec",
        "simulation gap": "simulation_gap",
        "output pass@k": "output_pass",
    }
    regime = {
        "Direct": "direct",
        "Self-verify": "self-verify",
        "Self-fix": "self-fix",
        "Output prediction": "output-prediction",
    }
    compared = 0
    for name, title, *cells in parsed.rows("summary", "All metrics, in percent"):
        if title == "short1@k":
            continue
        for k, cell in zip((1, 5, 10), cells, strict=True):
            key = (regime[name], metric[title], k, None)
            if key in expected:
                assert numbers(cell) == shown(expected[key], title != "simulation gap"), key
                compared += 1
            else:
                assert cell == "–"
    assert compared >= 20


def test_every_point_of_the_curves_is_the_recomputed_one(parsed, expected):
    rows = parsed.rows("best-of-k", "Share of problems solved by the chosen one of k samples, percent")
    assert [row[0] for row in rows] == [str(k) for k in range(1, 11)]
    for k, one, execution, simulation, _ in rows:
        for metric, cell in (("pass", one), ("best_exec", execution), ("best_simulate", simulation)):
            assert numbers(cell) == shown(expected["self-verify", metric, int(k), None])
    for k, gap in parsed.rows("best-of-k", "Simulation gap: execution minus simulation, points"):
        assert numbers(gap) == shown(expected["self-verify", "simulation_gap", int(k), None], share=False)


@pytest.mark.parametrize(
    ("section", "caption", "regime", "group", "names"),
    [
        ("self-fix", "Self-fix, all tests", "self-fix", None, "both_pass broken fixed both_fail"),
        (
            "self-fix",
            "Self-fix, public tests",
            "self-fix",
            "public tests",
            "both_pass broken fixed both_fail",
        ),
        (
            "verifier",
            "The verifier against all tests",
            "self-verify",
            "all tests",
            "verifier_true_pass verifier_false_pass verifier_false_fail verifier_true_fail",
        ),
        (
            "verifier",
            "The verifier against the public tests",
            "self-verify",
            "public tests",
            "verifier_true_pass verifier_false_pass verifier_false_fail verifier_true_fail",
        ),
    ],
)
def test_every_cell_of_a_matrix_is_the_recomputed_one(
    parsed, expected, section, caption, regime, group, names
):
    cells = [cell for row in parsed.rows(section, caption) for cell in row[1:]]
    for name, cell in zip(names.split(), cells, strict=True):
        # Value and interval stand in elements of their own, without a space between their texts.
        found = numbers(cell.replace("[", " ["))
        assert found == shown(expected[regime, name, None, group]), name


def test_the_parts_of_a_breakdown_are_the_recomputed_ones(parsed, problems):
    def part(chosen):
        some = [(row["contest"], share) for row, share in problems.values() if chosen(row)]
        return shown(independent.interval([share for _, share in some], [name for name, _ in some])), len(
            some
        )

    for level, cell, count, _ in parsed.rows("where", "By difficulty"):
        value, size = part(lambda row, level=level: row["difficulty"] == level)
        assert (numbers(cell), int(count)) == (value, size)
    for label, cell, count, _ in parsed.rows("where", "By date of the problem"):
        value, size = part(lambda row, label=label: quarter(row["date"]).startswith(label))
        assert (numbers(cell), int(count)) == (value, size)
    before, after, difference = parsed.rows("where", "Before and after the model's cut-off, 2024-10-01")
    sides = [part(lambda row: row["date"] < "2024-10-01"), part(lambda row: row["date"] >= "2024-10-01")]
    assert [(numbers(row[1]), int(row[2])) for row in (before, after)] == sides
    assert numbers(difference[1])[0] == pytest.approx(numbers(after[1])[0] - numbers(before[1])[0], abs=0.11)


def test_failures_are_counted_by_the_first_failing_test(parsed, made):
    verdicts = defaultdict(dict)
    for row in independent.table(made["middle"], "verdicts"):
        if row["regime"] == "direct":
            verdicts[row["problem_id"], row["sample"]][row["test"]] = row["verdict"]
    counts = Counter(
        next((tests[test] for test in sorted(tests) if tests[test] != "AC"), "AC")
        for tests in verdicts.values()
    )
    caption = f"{len(verdicts):,} solutions by the verdict of their first failing test"
    assert {row[0]: int(row[2]) for row in parsed.rows("failures", caption)} == counts


def test_calibration_and_answer_kinds_are_the_recomputed_ones(parsed, made):
    verdicts = {
        (row["problem_id"], row["sample"], row["test"]): row["verdict"] == "AC"
        for row in independent.table(made["middle"], "verdicts")
        if row["regime"] == "direct"
    }
    attempts = defaultdict(list)
    for row in independent.table(made["middle"], "predictions"):
        attempts[row["problem_id"], row["sample"], row["test"]].append(row["match_expected"])
    bins = defaultdict(list)
    for key, matches in sorted(attempts.items()):
        bins[sum(matches) / len(matches)].append((key[0], float(verdicts[key])))
    rows = parsed.rows("verifier", "Calibration: share of (program, public test) that really pass, percent")
    assert len(rows) == len(bins)
    for (share, items), (predicted, real, count) in zip(sorted(bins.items()), rows, strict=True):
        assert numbers(predicted) == pytest.approx([100 * share], abs=0.0501)
        assert numbers(real) == shown(independent.interval([v for _, v in items], [p for p, _ in items]))
        assert int(count.replace(",", "")) == len(items)


@pytest.mark.parametrize("name", ["events", "lines", "loop_depth", "digits"])
def test_predictions_by_what_makes_a_program_hard_are_the_recomputed_ones(parsed, made, name):
    features = {
        (row["problem_id"], row["code_sha256"], row["test"]): row[name]
        for row in independent.table(made["middle"], "programs")
    }
    digests = {
        (row["problem_id"], row["sample"]): hashlib.sha256(row["code"].encode()).hexdigest()
        for row in independent.table(made["middle"], "solutions")
        if row["code"]
    }
    attempts = defaultdict(list)
    for row in independent.table(made["middle"], "predictions"):
        attempts[row["problem_id"], row["sample"], row["test"]].append(row["match_actual"])
    rows = parsed.rows("verifier", f"Outputs predicted, by {FEATURES[name]}")
    assert len(rows) > 1
    for label, cell, _, count in rows:
        low, _, high = label.removeprefix("over ").partition("–")
        most = math.inf if label.startswith("over") else int(high or low)
        items = [
            (key[0], sum(matches) / len(matches))
            for key, matches in sorted(attempts.items())
            if int(low) + label.startswith("over") <= features[key[0], digests[key[:2]], key[2]] <= most
        ]
        assert int(count.replace(",", "")) == len(items), label
        found = independent.interval([value for _, value in items], [name for name, _ in items])
        assert numbers(cell) == shown(found), label


def test_turns_are_counted(parsed, made):
    repairs = Counter()
    for row in independent.table(made["middle"], "turns"):
        if row["kind"] == "fix":
            repairs[row["problem_id"], row["sample"]] += row["decision"] == "fix"
    counts = Counter(1 + count for count in repairs.values())
    (caption,) = {title for where, title, _ in parsed.tables if "solutions an episode took" in title}
    assert {int(row[0]): int(row[1]) for row in parsed.rows("self-fix", caption)} == counts


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
