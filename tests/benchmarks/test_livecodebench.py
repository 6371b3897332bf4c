"""LiveCodeBench rows become the problems that they describe, and hostile rows become one clear line."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pickle
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lcb_rows import case, function_row, lcb_row, packed, write

import benchmarks
from benchmarks import livecodebench
from benchmarks.livecodebench import PIN, RELEASE_FILES
from benchmarks.problem import Test
from selfexec.errors import UsageError

SUFFIXES = ["jsonl", "jsonl.gz", "parquet"]


def load(path, **options):
    return benchmarks.load("livecodebench", data=str(path), **options)


def ids(path, **options):
    return [problem.problem_id for problem in load(path, **options)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_row_becomes_a_problem_whatever_the_file_format(tmp_path, suffix):
    path = write(tmp_path / f"some.{suffix}", [lcb_row(1), function_row(2)])
    first, second = load(path)
    assert first.statement.startswith("Print what follows 1.")
    assert first.bare_statement == "Print what follows 1."
    assert first.load_tests() == (
        Test("1\n", "2\n", "public"),
        Test("5\n", "6\n", "private"),
        Test("9\n", "10\n", "private"),
    )
    assert first.public_tests == first.load_tests()[:1]
    assert (first.style, first.checker, first.time_limit_s) == ("stdin", "lines", 6.0)
    assert first.tags["date"] == "2024-09-01"
    assert (second.style, second.checker, second.entry) == ("function", "json", "next")
    assert second.load_tests()[1] == Test("5", "6", "private")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_iterating_twice_gives_the_same_problems(tmp_path, suffix):
    benchmark = load(write(tmp_path / f"some.{suffix}", [lcb_row(n) for n in range(5)]))
    assert list(benchmark) == list(benchmark)
    assert [p.load_tests() for p in benchmark] == [p.load_tests() for p in benchmark]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(texts, texts), max_size=4),
    st.sampled_from(SUFFIXES),
    st.sampled_from(["plain", 1, 2, 3, 4, 5]),
    st.booleans(),
)
def test_private_tests_survive_every_packing(tmp_path, pairs, suffix, packing, ascii_only):
    tests = [case(*pair) for pair in pairs]
    private = json.dumps(tests, ensure_ascii=ascii_only) if packing == "plain" else packed(tests, packing)
    path = write(tmp_path / f"some.{suffix}", [lcb_row(private_test_cases=private)])
    (problem,) = load(path)
    assert [(test.input, test.output) for test in problem.load_tests()[1:]] == pairs


def test_a_writer_that_escapes_slashes_is_understood(tmp_path):
    path = tmp_path / "some.jsonl"
    tests = [case(f"{n} ?>~ÿ", "x") for n in range(200)]
    path.write_text(json.dumps(lcb_row(private_test_cases=packed(tests))).replace("/", "\\/"))
    (problem,) = load(path)
    assert len(problem.load_tests()) == 201


def test_a_title_that_quotes_the_field_name_misleads_nobody(tmp_path):
    row = lcb_row(question_title='the "private_test_cases": "x" field', question_content="private_test_cases")
    (problem,) = load(write(tmp_path / "some.jsonl", [row]))
    assert len(problem.load_tests()) == 3


def test_tests_can_be_loaded_from_many_threads(tmp_path):
    path = write(
        tmp_path / "some.jsonl.gz",
        [lcb_row(n, private_test_cases=packed([case(str(n), "x")] * 500)) for n in range(20)],
    )
    problems = list(load(path)) * 5
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda problem: problem.load_tests(), problems))
    for problem, tests in zip(problems, loaded, strict=True):
        assert {test.input for test in tests[1:]} == {
            problem.problem_id.removeprefix("abc").removesuffix("_a")
        }


def test_both_ends_of_the_window_are_inclusive(tmp_path):
    days = ["2024-07-31", "2024-08-01", "2025-04-30", "2025-05-01"]
    rows = [lcb_row(n, contest_date=f"{day}T21:00:00") for n, day in enumerate(days)]
    path = write(tmp_path / "some.jsonl", rows)
    assert ids(path, start_date="2024-08-01", end_date="2025-04-30") == ["abc1_a", "abc2_a"]
    assert "inclusive" in load(path).choices["window"]


def test_filters_keep_what_they_name(tmp_path):
    rows = [lcb_row(1), lcb_row(2, difficulty="hard"), lcb_row(3, platform="codeforces"), function_row(4)]
    path = write(tmp_path / "some.jsonl", rows)
    assert ids(path, difficulty="hard") == ["abc2_a"]
    assert ids(path, platform="codeforces") == ["abc3_a"]
    assert ids(path, io_only=True) == ["abc1_a", "abc2_a", "abc3_a"]
    assert ids(path, limit=2) == ["abc1_a", "abc2_a"]
    with pytest.raises(UsageError, match="no problem left"):
        ids(path, difficulty="medium")


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (None, [1, 2, 3, 4, 5, 6]),
        ("v1", [1]),
        ("v6", [1, 2, 3, 4, 5, 6]),
        ("release_v3", [1, 2, 3]),
        ("v5-v6", [5, 6]),
        ("v4_v4", [4]),
    ],
)
def test_a_release_is_cumulative_and_a_range_is_what_it_added(tmp_path, release, expected):
    for number, name in enumerate(RELEASE_FILES, start=1):
        write(tmp_path / name, [lcb_row(number)])
    assert ids(tmp_path, release=release) == [f"abc{number}_a" for number in expected]


def test_a_folder_without_one_of_the_files_says_which(tmp_path):
    write(tmp_path / "test.jsonl", [lcb_row(1)])
    assert ids(tmp_path, release="v1") == ["abc1_a"]
    with pytest.raises(UsageError, match=r"has no test2\.jsonl"):
        ids(tmp_path, release="v2")


def test_a_folder_of_shards_with_other_names_is_read_whole(tmp_path):
    for number in (1, 2):
        write(tmp_path / f"0000{number}.parquet", [lcb_row(number)])
    benchmark = load(tmp_path)
    assert [problem.problem_id for problem in benchmark] == ["abc1_a", "abc2_a"]
    assert benchmark.choices["release"] is None


@pytest.mark.parametrize(("count", "warned"), [(287, False), (286, True)])
def test_a_count_other_than_287_for_lcb_io_is_said_loudly(tmp_path, capsys, count, warned):
    path = write(tmp_path / "some.jsonl", [lcb_row(n) for n in range(count)] + [function_row(999)])
    benchmark = load(path, io_only=True, release="v6", start_date="2024-08-01", end_date="2025-04-30")
    error = capsys.readouterr().err
    assert f"{count} problems" in error
    assert ("NOT LCB-IO" in error) is warned
    assert any("NOT LCB-IO" in note for note in benchmark.notes) is warned


def test_another_window_is_not_called_lcb_io(tmp_path, capsys):
    load(write(tmp_path / "some.jsonl", [lcb_row(1)]), io_only=True, start_date="2024-09-01")
    assert "NOT LCB-IO" not in capsys.readouterr().err


def test_known_faulty_problems_are_flagged(tmp_path):
    rows = [
        lcb_row(1, question_id="abc337_e"),
        lcb_row(2, question_id="abc350_c"),
        lcb_row(3, question_id="3044", question_title="Find the Peaks"),
        lcb_row(4),
    ]
    flags = [problem.flags for problem in load(write(tmp_path / "some.jsonl", rows))]
    assert flags == [("interactive",), ("broken-tests",), ("several-right-answers",), ()]


def test_settings_in_the_metadata_are_the_problem_s_own(tmp_path):
    metadata = {
        "checker": "python",
        "checker_source": "x",
        "time_limit_s": 1.5,
        "memory_limit_mb": 64,
        "topic": "dp",
    }
    (problem,) = load(write(tmp_path / "some.jsonl", [lcb_row(metadata=json.dumps(metadata))]))
    assert (problem.checker, problem.checker_source) == ("python", "x")
    assert (problem.time_limit_s, problem.memory_limit_bytes) == (1.5, 64 << 20)
    assert problem.tags["topic"] == "dp"


MALFORMED = [
    ({"question_id": None}, "question_id"),
    ({"question_id": 7}, "question_id"),
    ({"question_id": "abc1_a"}, "question_id"),
    ({"contest_date": "yesterday"}, "contest_date"),
    ({"public_test_cases": "[{"}, "public_test_cases"),
    ({"public_test_cases": "{}"}, "public_test_cases"),
    ({"public_test_cases": '[{"input": "1"}]'}, "public_test_cases"),
    ({"public_test_cases": '[{"input": 1, "output": "2"}]'}, "public_test_cases"),
    ({"private_test_cases": None}, "private_test_cases"),
    ({"private_test_cases": []}, "private_test_cases"),
    ({"metadata": "[]"}, "metadata"),
    ({"metadata": '{"time_limit_s": "fast"}'}, "metadata"),
    ({"starter_code": "class Solution: pass"}, "metadata"),
]


@pytest.mark.parametrize(("changes", "field"), MALFORMED)
def test_a_malformed_row_names_file_line_and_field(tmp_path, changes, field):
    path = write(tmp_path / "some.jsonl", [lcb_row(1), lcb_row(2, **changes)])
    with pytest.raises(UsageError) as caught:
        load(path)
    message = str(caught.value)
    assert f"{path} line 2" in message
    assert repr(field) in message
    assert "\n" not in message


@pytest.mark.parametrize("line", [b"{", b"[1]", b"\xff\xfe", b'{"private_test_cases": "abc', b"[" * 100_000])
def test_a_line_that_is_no_row_is_named(tmp_path, line):
    path = tmp_path / "some.jsonl"
    path.write_bytes(json.dumps(lcb_row(1)).encode() + b"\n\n" + line + b"\n")
    with pytest.raises(UsageError, match="line 3"):
        load(path)


@pytest.mark.parametrize(
    ("name", "data"), [("x.jsonl.gz", b"\x1f\x8b\x08\x00"), ("x.jsonl.gz", b"no"), ("x.parquet", b"no")]
)
def test_a_broken_archive_is_one_clear_line(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=name):
        load(tmp_path / name)


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def deflated(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def hostile(tmp_path):
    evil = pickle.dumps(Evil(str(tmp_path / "evil")))
    text = pickle.dumps("[]", 4)
    return {
        "code": (deflated(evil), "REDUCE|GLOBAL|MEMOIZE|BUILD|TUPLE|expected one text"),
        "code beside a text": (deflated(text[:-1] + evil[2:]), "expected one text"),
        "code of protocol 0": (deflated(pickle.dumps(Evil("x"), 0)), "protocol 0|expected one text"),
        "a list": (deflated(pickle.dumps(["[]"])), "expected one text"),
        "nothing": (deflated(b""), "unpacked"),
        "no pickle": (deflated(b"hello"), "unpacked"),
        "a cut pickle": (deflated(text[:-3]), "unpacked"),
        "more after the end": (deflated(text + b"x"), "more after the end"),
        "a flipped bit": (base64.b64encode(zlib.compress(text)[:-1] + b"x").decode(), "unpacked"),
        "a cut stream": (base64.b64encode(zlib.compress(text * 100)[:20]).decode(), "unpacked"),
        "no checksum": (base64.b64encode(zlib.compress(text)[:-4]).decode(), "cut short"),
        "no stream": (base64.b64encode(b"hello world!").decode(), "unpacked"),
        "no base64": ("!!!!", "unpacked"),
        "cut base64": (deflated(text)[:-3], "unpacked"),
        "a text that is no list": (deflated(pickle.dumps("{}", 4)), "expected list"),
        "a text that is no JSON": (deflated(pickle.dumps("[1", 4)), "not JSON"),
    }


@pytest.mark.parametrize("kind", list(hostile(__import__("pathlib").Path())))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_hostile_private_tests_are_refused_and_never_run(tmp_path, kind, suffix):
    private, reason = hostile(tmp_path)[kind]
    path = write(tmp_path / f"some.{suffix}", [lcb_row(1), lcb_row(2, private_test_cases=private)])
    _, problem = load(path)
    with pytest.raises(UsageError, match=reason) as caught:
        problem.load_tests()
    assert f"{path} {'row' if suffix == 'parquet' else 'line'} 2" in str(caught.value)
    assert "'private_test_cases'" in str(caught.value)
    assert not (tmp_path / "evil").exists()


def test_a_decompression_bomb_is_refused(tmp_path):
    size = 2_000_000_000
    deflater = zlib.compressobj()
    header = b"\x80\x04X" + size.to_bytes(4, "little")
    data = deflater.compress(header) + deflater.compress(b" " * 100_000_000) + deflater.flush()
    path = write(tmp_path / "some.jsonl", [lcb_row(private_test_cases=base64.b64encode(data).decode())])
    (problem,) = load(path)
    with pytest.raises(UsageError, match="bomb"):
        problem.load_tests()


def test_a_stream_that_goes_on_for_ever_is_refused(tmp_path):
    """A pickle of many small operations cannot be told by one length."""
    endless = deflated(b"\x80\x04" + b"\x94" * 50_000)
    (problem,) = load(write(tmp_path / "some.jsonl", [lcb_row(private_test_cases=endless)]))
    with pytest.raises(UsageError, match="more than 50 operations"):
        problem.load_tests()


def test_files_that_are_not_what_the_pinned_revision_holds_stop_the_run(tmp_path):
    for number, name in enumerate(RELEASE_FILES, start=1):
        write(tmp_path / name, [lcb_row(number)])
    with pytest.raises(UsageError, match=r"test\.jsonl: SHA-256 .* is not that of"):
        load(tmp_path, data_revision=PIN.revision)


def test_files_that_are_what_the_pinned_revision_holds_are_taken(tmp_path, monkeypatch):
    path = tmp_path / "test.jsonl"
    write(path, [lcb_row(1)])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(livecodebench, "PIN", replace(PIN, sha256={"test.jsonl": digest}))
    benchmark = load(tmp_path, data_revision=PIN.revision, release="v1")
    assert (benchmark.revision, benchmark.sha256) == (PIN.revision, digest)


@pytest.fixture
def hub_cache(tmp_path, monkeypatch):
    """A hub cache that holds the pinned revision of LiveCodeBench, and no network."""
    import huggingface_hub.constants

    snapshot = tmp_path / "hub/datasets--livecodebench--code_generation_lite/snapshots" / PIN.revision
    snapshot.mkdir(parents=True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    return snapshot


def test_the_hub_s_cache_is_enough(hub_cache, monkeypatch):
    monkeypatch.setattr(livecodebench, "PIN", replace(PIN, sha256={}))
    for number, name in enumerate(RELEASE_FILES[:2], start=1):
        write(hub_cache / name, [lcb_row(number)])
    benchmark = benchmarks.load("livecodebench", release="v2")
    assert [problem.problem_id for problem in benchmark] == ["abc1_a", "abc2_a"]
    assert benchmark.source == "hub: livecodebench/code_generation_lite"
    assert benchmark.revision == PIN.revision
    assert set(benchmark.files) == {"test.jsonl", "test2.jsonl"}


def test_a_changed_file_in_the_cache_stops_the_run(hub_cache):
    write(hub_cache / "test.jsonl", [lcb_row(1)])
    with pytest.raises(UsageError, match="SHA-256"):
        benchmarks.load("livecodebench", release="v1")


def test_what_the_cache_lacks_cannot_be_had_offline(hub_cache):
    write(hub_cache / "test.jsonl", [lcb_row(1)])
    with pytest.raises(UsageError, match="give --data"):
        benchmarks.load("livecodebench", release="v2")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"release": "v7"}, "--release v7"),
        ({"release": "v3-v2"}, "empty"),
        ({"start_date": "soon"}, "--start-date soon"),
        ({"start_date": "2024-02-01", "end_date": "2024-01-01"}, "before"),
        ({"split": "test"}, "does not apply"),
        ({"limit": 0}, "--limit 0"),
        ({"data": "/no/such/place"}, "no such file"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_bad_option_is_one_clear_line(tmp_path, options, message):
    options = {"data": write(tmp_path / "some.jsonl", [lcb_row(1)])} | options
    with pytest.raises(UsageError, match=message):
        benchmarks.load("livecodebench", **options)
