"""Whatever a file holds, a loader reads it, or says in one line which file, line and field are at fault."""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lcb_rows import case, lcb_row, write

import benchmarks
from selfexec.errors import UsageError

NOTHING = {"input": [], "output": []}
ROWS = {
    "livecodebench": lcb_row(1),
    "starter": lcb_row(1),
    "humaneval": {
        "task_id": "HumanEval/0",
        "prompt": "def f(x):\n",
        "entry_point": "f",
        "canonical_solution": "    return x\n",
        "test": "def check(f):\n    assert f(1) == 1\n",
    },
    "mbpp": {
        "task_id": 11,
        "text": "Halve it.",
        "code": "def half(x):\n    return x / 2",
        "test_list": ["assert half(4) == 2"],
        "test_setup_code": "",
        "challenge_test_list": [],
    },
    "cruxeval": {"code": "def f(x):\n    return x", "input": "1", "output": "1", "id": "sample_0"},
    "code_contests": {
        "name": "1_A. Theatre",
        "description": "Count tiles.",
        "public_tests": {"input": ["1"], "output": ["1"]},
        "private_tests": NOTHING,
        "generated_tests": NOTHING,
        "source": 2,
        "difficulty": 7,
        "cf_contest_id": 1,
        "cf_rating": 800,
        "cf_tags": ["math"],
        "time_limit": {"seconds": 1, "nanos": 0},
        "memory_limit_bytes": 256_000_000,
        "input_file": "",
    },
}
ODD = [None, "", "\ud800", -1, 10**400, float("nan"), float("inf"), True, [1], [None], {"a": 1}, [["x"]]]


def everything(name, path):
    return [(problem, problem.load_tests()) for problem in benchmarks.load(name, data=str(path))]


def refusal(name, path):
    """What the loader says against the file; None if it takes all of it."""
    try:
        loaded = everything(name, path)
    except UsageError as error:
        return str(error)
    for problem, tests in loaded:
        json.dumps([problem.statement, *(test.input + test.output for test in tests)]).encode()
        (problem.statement + "".join(test.input + test.output for test in tests)).encode()
        assert 0 < problem.time_limit_s <= 3600
        assert 1 << 20 <= problem.memory_limit_bytes <= 1 << 40
    return None


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, row in ROWS.items() for field in row])
def test_any_value_of_any_field_is_taken_or_named(tmp_path, name, field):
    path = tmp_path / "some.jsonl"
    for value in ODD:
        path.write_text(json.dumps(ROWS[name] | {field: value}))
        told = refusal(name, path)
        assert told is None or (f"{path} line 1: field" in told and "\n" not in told), (value, told)


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, row in ROWS.items() for field in row])
def test_a_parquet_column_that_is_missing_or_of_another_type_is_taken_or_named(tmp_path, name, field):
    path = tmp_path / "some.parquet"
    row = ROWS[name]
    for changed in (
        {key: value for key, value in row.items() if key != field},
        row | {field: None},
        row | {field: 5},
        row | {field: b"\xff"},
        row | {field: "text"},
    ):
        pq.write_table(pa.Table.from_pylist([changed]), path)
        told = refusal(name, path)
        assert told is None or f"{path} row 1: field" in told, (changed.get(field), told)


LIMITS = ["NaN", "Infinity", "-Infinity", "-1", "0", "1e400", "1" + "0" * 400, "true", '"5"']


@pytest.mark.parametrize("name", ["time_limit_s", "memory_limit_mb"])
@pytest.mark.parametrize("value", LIMITS)
def test_a_limit_that_cannot_be_one_is_refused(tmp_path, name, value):
    path = write(tmp_path / "some.jsonl", [lcb_row(1, metadata=f'{{"{name}": {value}}}')])
    assert "field 'metadata'" in (refusal("livecodebench", path) or "")


LINE = json.dumps(lcb_row(1)).encode() + b"\n"
OTHER = json.dumps(lcb_row(2)).encode()

FILES = {
    # name: (file name, content, problems or what is said)
    "a byte order mark": ("x.jsonl", b"\xef\xbb\xbf" + LINE, 1),
    "line ends of Windows": ("x.jsonl", LINE.replace(b"\n", b"\r\n") + b"\r\n" + OTHER + b"\r\n", 2),
    "no line end at the end": ("x.jsonl", LINE + OTHER, 2),
    "archives one after another": ("x.jsonl.gz", gzip.compress(LINE) + gzip.compress(OTHER), 2),
    "an archive in an archive": ("x.jsonl.gz", gzip.compress(gzip.compress(LINE)), "x.jsonl.gz line 1"),
    "an archive without its name": ("x.jsonl", gzip.compress(LINE), "x.jsonl line 1: not JSON"),
    "an archive and then something": (
        "x.jsonl.gz",
        gzip.compress(LINE) + b"else",
        "not a complete gzip file",
    ),
    "a wrong checksum": ("x.jsonl.gz", gzip.compress(LINE)[:-8] + bytes(8), "not a complete gzip file"),
    "an empty file": ("x.jsonl", b"", "x.jsonl: holds no rows"),
    "blank lines only": ("x.jsonl", b"\n \r\n", "holds no rows"),
    "an empty archive": ("x.jsonl.gz", gzip.compress(b""), "holds no rows"),
    "16-bit characters": ("x.jsonl", LINE.decode().encode("utf-16"), "x.jsonl line 1"),
    "two rows on a line": ("x.jsonl", LINE.strip() + b"\r" + OTHER, "x.jsonl line 1: not JSON"),
    "NaN for a text": ("x.jsonl", LINE.replace(b'"easy"', b"NaN"), "field 'difficulty' is float"),
    "half a surrogate in a test": (
        "x.jsonl",
        json.dumps(lcb_row(public_test_cases=json.dumps([case("\udc80", "1")]))).encode(),
        "line 1: field 'public_test_cases' is no Unicode text",
    ),
    "a NUL in a test": (
        "x.jsonl",
        json.dumps(lcb_row(public_test_cases=json.dumps([case("\0", "1")]))).encode(),
        1,
    ),
    "no row group": ("x.parquet", None, "x.parquet: holds no rows"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_read_or_what_is_wrong_with_it_is_said(tmp_path, kind):
    name, content, expected = FILES[kind]
    path = tmp_path / name
    if content is None:
        pq.write_table(pa.Table.from_pylist([lcb_row(1)]).slice(0, 0), path)
    else:
        path.write_bytes(content)
    if isinstance(expected, int):
        assert len(everything("livecodebench", path)) == expected
    else:
        assert expected in (refusal("livecodebench", path) or "")


@pytest.mark.parametrize("name", ROWS)
def test_an_empty_file_is_no_benchmark_of_no_problems(tmp_path, name):
    (tmp_path / "x.jsonl").write_text("")
    assert "x.jsonl: holds no rows" in (refusal(name, tmp_path / "x.jsonl") or "")


def test_shards_of_every_format_make_one_data_set(tmp_path):
    write(tmp_path / "a.jsonl", [lcb_row(1)])
    write(tmp_path / "b.parquet", [lcb_row(2)])
    write(tmp_path / "c.jsonl.gz", [lcb_row(3)])
    (tmp_path / "README.md").write_text("not data")
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    names = [problem.problem_id for problem, _ in everything("livecodebench", tmp_path)]
    assert names == ["abc1_a", "abc2_a", "abc3_a"]
    write(tmp_path / "d.jsonl", [lcb_row(2)])
    assert f"{tmp_path / 'b.parquet'} row 1" in (refusal("livecodebench", tmp_path) or "")
    (tmp_path / "d.jsonl").write_text(json.dumps(ROWS["cruxeval"]))
    assert f"{tmp_path / 'd.jsonl'} line 1: field" in (refusal("livecodebench", tmp_path) or "")


def short(text):
    return b"\x8c" + bytes([len(text)]) + text


PICKLES = {
    "STACK_GLOBAL and REDUCE": b"\x80\x04"
    + short(b"os")
    + short(b"system")
    + b"\x93"
    + short(b"id")
    + b"\x85R.",
    "GLOBAL of protocol 0": b"cos\nsystem\n(S'id'\ntR.",
    "INST": b"(S'id'\nios\nsystem\n.",
    "OBJ": b"\x80\x02(cos\nsystem\nU\x02ido.",
    "NEWOBJ": b"\x80\x02cos\nsystem\n)\x81.",
    "BUILD": b"\x80\x04" + short(b"[]") + b"}b.",
    "an extension": b"\x80\x02\x82\x01.",
    "a persistent id": b"Pid\n.",
    "a text that is put away": b"\x80\x04" + short(b"[]") + b"\x94" + b"0h\x00.",
    "a text twice": b"\x80\x04" + short(b"[]") + short(b"[]") + b".",
    "a dropped text": b"\x80\x04" + short(b"[]") + b"0.",
    "a byte string": pickle.dumps(b"[]"),
    "a str of Python 2": b"\x80\x02U\x02[].",
    "bytes that are no text": b"\x80\x04\x8c\x02\xff\xfe.",
    "a million notes": b"\x80\x04" + short(b"[]") + b"\x94" * 1_000_000 + b".",
    "a length of 2**63": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f[].",
    "a second deflation": zlib.compress(pickle.dumps("[]")),
    "deep nesting": pickle.dumps("[" * 100_000),
}


@pytest.mark.parametrize("kind", PICKLES)
def test_a_pickle_of_anything_but_one_text_is_refused_unrun(tmp_path, kind):
    private = base64.b64encode(zlib.compress(PICKLES[kind])).decode()
    path = write(tmp_path / "some.jsonl", [lcb_row(1, private_test_cases=private)])
    assert f"{path} line 1: field 'private_test_cases'" in (refusal("livecodebench", path) or "")


@pytest.mark.parametrize("protocol", [1, 2, 3, 4, 5])
def test_a_text_is_read_whatever_protocol_wrote_it(tmp_path, protocol):
    text = json.dumps([case("é✓𝄞" * 1000, "1")] * 3, ensure_ascii=False)
    private = base64.b64encode(zlib.compress(pickle.dumps(text, protocol))).decode()
    ((_, tests),) = everything(
        "livecodebench", write(tmp_path / "some.jsonl", [lcb_row(1, private_test_cases=private)])
    )
    assert [test.input for test in tests[1:]] == ["é✓𝄞" * 1000] * 3


def test_a_bomb_in_every_layer_is_refused_before_it_grows(tmp_path):
    deflater = zlib.compressobj(9)
    size = 900 << 20
    packed = deflater.compress(b"\x80\x04\x8d" + size.to_bytes(8, "little"))
    packed += b"".join(deflater.compress(b" " * (1 << 20)) for _ in range(64))
    packed += deflater.flush()
    row = lcb_row(1, private_test_cases=base64.b64encode(packed).decode())
    path = write(tmp_path / "some.jsonl.gz", [row])
    assert "a bomb rather than tests" in (refusal("livecodebench", path) or "")
