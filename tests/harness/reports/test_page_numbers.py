"""Every number of a run's page is the one that independent code finds in the run's tables."""

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from html import unescape

import independent
import pytest
from page_reader import numbers, shown

from harness.reports.breakdowns import quarter
from harness.reports.diagnosis import FEATURES


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
        "short1@k": "short1",
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
    for k, *cells in rows:
        for metric, cell in zip(("pass", "best_exec", "best_simulate", "short1"), cells, strict=True):
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
    mean = sum(turns * count for turns, count in counts.items()) / counts.total()
    assert float(re.search(r"mean ([\d.]+) of at most 10", caption)[1]) == pytest.approx(mean, abs=0.00501)


def section(html, name):
    return re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)[0]


def text_of(markup):
    return unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\u00a0", " ")


def test_the_sentence_and_the_cards_of_the_summary_say_the_recomputed_numbers(html, expected, made):
    summary = section(html, "summary")
    direct, fixed = expected["direct", "pass", 1, None], expected["self-fix", "pass", 1, None]
    verified, oracle = (
        expected["self-verify", metric, 10, None] for metric in ("best_simulate", "best_exec")
    )
    predicted = expected["output-prediction", "output_pass", 1, None]
    (lead,) = re.findall(r'<p class="lead">(.*?)</p>', summary, re.DOTALL)
    said = [*direct, verified[0], oracle[0], fixed[0], predicted[0]]
    assert numbers(text_of(lead)) == pytest.approx([100 * value for value in said], abs=0.0501)
    assert "of the 24 starter problems" in text_of(lead)
    assert "Of 10 samples" in text_of(lead)
    values = independent.per_problem(made["middle"])
    contest = {row["problem_id"]: row["contest"] for row in independent.table(made["middle"], "problems")}

    def gain(regime, metric, k):
        better, plain = values[regime, metric, k], values["direct", "pass", 1]
        names = [contest[problem] for problem in plain]
        return independent.interval([better[problem] - plain[problem] for problem in plain], names)

    cards = [text_of(card) for card in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL)]
    shares = [
        direct,
        (*verified, *gain("self-verify", "best_simulate", 10)),
        (*fixed, *gain("self-fix", "pass", 1)),
        predicted,
    ]
    for card, told in zip(cards, shares, strict=True):
        found = [float(one) for one in re.findall(r"[-+]?\d+\.\d+", card)]
        assert found == pytest.approx([100 * value for value in told], abs=0.0501), card


def test_outputs_by_verdict_are_the_recomputed_ones(parsed, expected):
    rows = parsed.rows("verifier", "Outputs predicted, by what really happens")
    groups = {key[3].removeprefix("verdict="): key for key in expected if str(key[3]).startswith("verdict=")}
    assert {label.split(" ")[0] for label, *_ in rows} == groups.keys()
    for label, cell, *_ in rows:
        assert numbers(cell) == shown(expected[groups[label.split(" ")[0]]]), label


def test_kinds_of_answers_are_the_recomputed_ones(parsed, expected):
    shares = {
        key[3].removeprefix("answer="): value[0]
        for key, value in expected.items()
        if key[1] == "answer_share"
    }
    rows = parsed.rows("verifier", "Predicted answers by kind")
    assert len(rows) >= 5
    assert {kind: float(cell) for kind, cell in rows} == pytest.approx(
        {kind: 100 * share for kind, share in shares.items()}, abs=0.0501
    )
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize("group", ["public tests", "all tests"])
def test_precision_and_recall_are_the_recomputed_ones(html, expected, group):
    figure = next(
        text_of(one)
        for one in re.findall(r"<figure.*?</figure>", section(html, "verifier"), re.DOTALL)
        if re.search(rf"The verifier against (the )?{group}", one)
    )
    precision, recall = (
        float(re.search(rf"{name} ([\d.]+) %", figure, re.IGNORECASE)[1]) for name in ("precision", "recall")
    )
    told = [expected["self-verify", f"verifier_{one}", None, group][0] for one in ("precision", "recall")]
    assert [precision, recall] == pytest.approx([100 * value for value in told], abs=0.0501)


def test_success_by_topic_is_the_recomputed_one(parsed, problems):
    rows = parsed.rows("where", "By topic")
    assert {label for label, *_ in rows} == {row["topic"] for row, _ in problems.values()}
    for label, cell, count, _ in rows:
        some = [(row["contest"], share) for row, share in problems.values() if row["topic"] == label]
        found = independent.interval([share for _, share in some], [name for name, _ in some])
        assert (numbers(cell), int(count)) == (shown(found), len(some))


def test_success_by_length_is_the_recomputed_one(parsed, made):
    data = independent.Recomputed(made["middle"])
    programs = [
        (len(row["code"].strip().split("\n")), key) for key, row in data.solutions.items() if row["code"]
    ]
    counted = 0
    for label, cell, _, count in parsed.rows("where", "By length of the program"):
        low, _, high = label.removesuffix(" lines").partition("–")
        items = sorted(key for lines, key in programs if int(low) <= lines <= int(high or low))
        found = independent.of_items([(key[0], float(data.solved(*key))) for key in items])
        assert (numbers(cell), int(count)) == (shown(found), len(items)), label
        counted += len(items)
    assert counted == len(programs)


def test_wrong_solutions_that_no_public_test_tells_are_counted(html, made):
    data = independent.Recomputed(made["middle"])
    wrong = [key for key in data.solutions if not data.solved(*key)]
    hidden = [key for key in wrong if data.looks_solved(*key)]
    assert f"{len(hidden):,} of {len(wrong):,} wrong solutions pass every public test" in text_of(
        section(html, "failures")
    )


def test_cost_is_that_of_the_manifest_and_of_the_solutions_that_pass(html, made):
    totals = json.loads((made["middle"] / "manifest.json").read_text())["totals"]
    data = independent.Recomputed(made["middle"])
    solved = sum(data.solved(*key) for key in data.solutions)
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", section(html, "cost"))
    assert dict(facts) == {
        "Wall time": "1 h 00 min",
        "Responses": f"{totals['responses']:,}",
        "Tokens generated": f"{totals['tokens']:,}",
        "Tokens read": f"{totals['prompt_tokens']:,}",
        "Programs run on a test": f"{totals['programs_judged']:,}",
        "CPU time of programs": "7 min 32 s",
        "Tokens a correct first solution": f"{totals['tokens'] / solved:,.0f}",
    }


def test_no_table_of_the_page_goes_unchecked(parsed):
    """A table that is added to the page fails here until a test above recomputes it."""
    told = Counter((where, re.sub(r"\d[\d,.]*", "N", title)) for where, title, _ in parsed.tables)
    checked = {
        "summary": {"All metrics, in percent"},
        "best-of-k": {
            "Share of problems solved by the chosen one of k samples, percent",
            "Simulation gap: execution minus simulation, points",
        },
        "self-fix": {
            "Self-fix, public tests",
            "Self-fix, all tests",
            "Self-fix: solutions an episode took; mean N of at most N",
        },
        "where": {
            "By difficulty",
            "By date of the problem",
            "Before and after the model's cut-off, N-N-N",
            "By topic",
            "By length of the program",
        },
        "verifier": {
            "The verifier against the public tests",
            "The verifier against all tests",
            "Calibration: share of (program, public test) that really pass, percent",
            "Outputs predicted, by what really happens",
            *(f"Outputs predicted, by {words}" for words in FEATURES.values()),
            "Predicted answers by kind",
        },
        "failures": {"N solutions by the verdict of their first failing test"},
        "cost": {"Sessions"},
    }
    assert set(told) == {(where, title) for where, titles in checked.items() for title in titles}
