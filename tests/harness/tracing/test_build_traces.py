"""The command makes a data set that opens, survives being killed, and refuses bad input in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.build_traces import BuildOptions, main
from harness.tracing import sources
from harness.tracing.chunks import chunks
from harness.tracing.claims import split_answer
from harness.tracing.tables import SCHEMAS, Dataset, trace_of
from harness.tracing.trace import split_of
from selfexec.errors import UsageError

SUM = "def f(items):\n    total = START\n    for x in items:\n        total += x\n    return total\n"
COMMAND = [sys.executable, "-m", "harness.build_traces"]


def programs(path: Path, count: int = 12) -> Path:
    rows = [
        {
            "program_id": f"p{number}",
            "source": SUM.replace("START", str(number)),
            "entry": "f",
            "inputs": ["[1, 2]", "[]", "[5] * 3", "None"],
        }
        for number in range(count)
    ]
    rows.append({"program_id": "stdin", "source": "print(int(input()) + 1)\n", "inputs": ["4\n", "x\n"]})
    rows.append({"program_id": "broken", "source": "def f(:\n", "inputs": [""]})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def build(source: Path | str, out: Path, **options) -> Dataset:
    assert main(BuildOptions(source=str(source), out=out, **options)) == 0
    return Dataset(out)


def content(dataset: Dataset) -> dict[str, list]:
    """Every table's rows, without what a clock says."""
    found = {}
    for table in SCHEMAS:
        rows = [{k: v for k, v in row.items() if k != "wall_ms"} for row in dataset.rows(table)]
        found[table] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Dataset:
    folder = tmp_path_factory.mktemp("built")
    return build(programs(folder / "programs.jsonl"), folder / "data", format="cwm")


def test_the_data_set_opens_with_datasets(built, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    cache = str(built.directory.parent / "cache")
    for name in ("nlex", "traces", "cwm"):
        opened = datasets.load_dataset(str(built.directory), name, cache_dir=cache)
        assert set(opened) <= {"train", "validation", "test"}
        rows = [row for split in opened.values() for row in split]
        assert len(rows) == sum(1 for _ in built.rows(name))
        assert list(rows[0]) == SCHEMAS[name].names


def test_another_data_set_of_the_same_name_is_another_for_datasets(tmp_path, monkeypatch):
    """Its cache knows a folder by its name and the header of its card."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    for place, number in (("one", 4), ("two", 5)):
        source = tmp_path / f"{place}.jsonl"
        row = {"program_id": "p", "source": f"print(int(input()) * {number})", "inputs": ["1\n", "2\n"]}
        source.write_text(json.dumps(row) + "\n")
        made = build(source, tmp_path / place / "data")
        opened = datasets.load_dataset(str(made.directory), "nlex", cache_dir=str(tmp_path / "cache"))
        texts = [row["text"] for split in opened.values() for row in split]
        assert sorted(texts) == sorted(row["text"] for row in made.rows("nlex"))
        assert len(texts) == 2


def test_every_kept_text_ends_with_the_output_under_the_evaluations_prompt(built):
    traces = {row["trace_id"]: row for row in built.rows("traces")}
    for row in built.rows("nlex"):
        user, assistant = row["messages"]
        trace = traces[row["trace_id"]]
        assert assistant == {"role": "assistant", "content": row["text"]}
        assert trace["source"].rstrip() in user["content"]
        assert "`Output:`" in user["content"]
        answer = split_answer(row["text"])[1]
        assert answer == trace_of(trace).answer.removesuffix("\n") == row["predicted_output"]
        assert row["output_match"]
        assert row["grounded"] == 1.0


def test_a_program_is_in_one_split_only(built):
    where = {}
    for row in built.rows("traces"):
        assert where.setdefault(row["source"], row["split"]) == row["split"] == split_of(row["source"])
    for split in ("train", "validation", "test"):
        for path in built.files("traces", split):
            assert path.name.startswith(split)


def test_splits_are_of_about_the_sizes_that_they_are_meant_to_be():
    sizes = Counter(split_of(f"x = {number}") for number in range(5000))
    assert 0.88 < sizes["train"] / 5000 < 0.92
    assert 0.035 < sizes["test"] / 5000 < 0.065


def test_the_card_tells_the_yield(built):
    card = (built.directory / "README.md").read_text()
    assert "| programs read | 14 |" in card
    assert "| dropped: does not compile | 1 |" in card
    assert "| inputs run | 50 |" in card
    assert "| traces that ended in an exception | 13 |" in card
    assert "licence" in card
    assert all(f"| {name} |" in card for name in SCHEMAS["traces"].names)


def test_a_traces_row_becomes_the_same_trace_again(built):
    for row in built.rows("traces"):
        trace = trace_of(row)
        assert trace.n_events == len(trace.events)
        assert [event.step for event in trace.events] == list(range(trace.n_events))


def test_the_frames_of_code_world_model_carry_the_locals_and_the_result(built):
    traces = {row["trace_id"]: row for row in built.rows("traces")}
    row = next(row for row in built.rows("cwm") if traces[row["trace_id"]]["args"] == "[1, 2]")
    total = int(traces[row["trace_id"]]["return_repr"])
    assert row["prompt"].startswith("<|trace_context_start|>def f(items):")
    assert row["prompt"].endswith("def main():  # << START_OF_TRACE\n    return f([1, 2])\n<|frame_sep|>")
    frames = row["frames"].split("<|frame_sep|>")
    assert frames[0].startswith("<|call_sep|>{}<|action_sep|>def main():")
    assert '<|call_sep|>{"items": "[1, 2]"}<|action_sep|>def f(items):\n' in frames
    assert (
        f'<|line_sep|>{{"items": "..", "total": "{total - 3}"}}<|action_sep|>    for x in items:\n' in frames
    )
    assert frames[-2] == f'<|return_sep|><|action_sep|>    return f([1, 2])\n<|arg_sep|>"{total}"'
    assert frames[-1] == "<|end_of_text|>"


def test_shards_of_a_job_merge_into_the_same_data_set(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.tracing.chunks.CHUNK_PROGRAMS", 3)
    source = programs(tmp_path / "programs.jsonl")
    whole = build(source, tmp_path / "whole")
    for shard in range(2):
        build(source, tmp_path / f"part{shard}", shard=f"{shard}/2")
    merged = tmp_path / "merged"
    for shard in range(2):
        for path in (tmp_path / f"part{shard}").rglob("*.*"):
            target = merged / path.relative_to(tmp_path / f"part{shard}")
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.name != "README.md" and path.is_file():
                target.write_bytes(path.read_bytes())
    assert content(Dataset(merged)) == content(whole)
    assert Dataset(merged).counts() == whole.counts()


def test_killed_at_any_moment_and_resumed_it_ends_with_the_same_tables(tmp_path, monkeypatch):
    source = programs(tmp_path / "programs.jsonl", 30)
    monkeypatch.setattr("harness.tracing.chunks.CHUNK_PROGRAMS", 3)
    whole = build(source, tmp_path / "whole")
    out = tmp_path / "killed"
    code = "import harness.tracing.chunks as c; c.CHUNK_PROGRAMS = 3\nimport runpy, sys\n"
    code += "sys.argv = sys.argv[1:]\nrunpy.run_module('harness.build_traces', run_name='__main__')\n"
    arguments = ["build_traces", "--source", str(source), "--out", str(out)]
    for attempt in range(12):
        resume = ["--resume"] if (out / "manifest.json").exists() else []
        process = subprocess.Popen([sys.executable, "-c", code, *arguments, *resume], stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        marks = len(list(out.glob("done/*.json")))
        while process.poll() is None and time.monotonic() < deadline:
            # Killed at a different place each time: as soon as so many more chunks are marked.
            if len(list(out.glob("done/*.json"))) > marks + attempt % 3:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        process.communicate(timeout=60)
        if process.returncode == 0:
            break
    assert process.returncode == 0
    assert content(Dataset(out)) == content(whole)
    assert Dataset(out).counts() == whole.counts()
    names = {path.relative_to(out) for path in out.rglob("*.parquet")}
    assert names == {path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*.parquet")}


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: not JSON"),
        ('{"source": "x = 1", "inputs": []}', "line 2: field 'program_id' is missing"),
        ('{"program_id": "a", "inputs": []}', "line 2: field 'source' is missing"),
        (
            '{"program_id": "a", "source": "x", "inputs": "text"}',
            "line 2: field 'inputs' is not a list of texts",
        ),
        ('{"program_id": "a", "source": "x"}', "line 2: field 'inputs' is missing"),
        ('{"program_id": "ok", "source": "x", "inputs": []}', "line 2: field 'program_id' 'ok' is also"),
        ('{"program_id": "a", "source": "x", "entry": "f(1)"}', "line 2: field 'entry' 'f(1)' is no name"),
    ],
)
def test_a_malformed_line_is_named_with_its_field(line, complaint, tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"program_id": "ok", "source": "print(1)", "inputs": [""]}\n' + line + "\n")
    with pytest.raises(UsageError, match=r"bad\.jsonl") as caught:
        list(sources.subjects(str(path)))
    assert complaint in str(caught.value)


def test_bad_input_ends_in_one_line_and_exit_code_2(tmp_path):
    source = programs(tmp_path / "programs.jsonl", 1)
    out = tmp_path / "data"
    build(source, out)
    before = content(Dataset(out))
    for arguments, complaint in (
        (("--source", "nowhere", "--out", tmp_path / "x"), "--source nowhere"),
        (("--source", source, "--out", out), "add --resume"),
        (
            ("--source", source, "--out", out, "--resume", "--max-events", 5),
            "max_events was 10000 and is now 5",
        ),
        (("--source", source, "--out", tmp_path / "x", "--verbalizer", "llm"), "add --engine and --model"),
        (("--source", source, "--out", tmp_path / "x", "--shard", "4/4"), "--shard 4/4"),
        (("--source", source, "--out", tmp_path / "x", "--limit", 0), "--limit 0"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
        assert complaint in done.stderr
        assert not (tmp_path / "x").exists()
    assert content(Dataset(out)) == before


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds no data set"):
        build(programs(tmp_path.parent / "programs.jsonl", 1), tmp_path)
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_chunks_are_named_by_their_content(tmp_path):
    found = list(sources.subjects(str(programs(tmp_path / "programs.jsonl", 3))))
    ((one, _),) = chunks(found)
    ((other, _),) = chunks([*found[:-1]])
    ((again, _),) = chunks(list(found))
    assert one == again != other


def test_show_prints_a_trace_and_writes_a_page(built, tmp_path):
    row = next(row for row in built.rows("traces") if row["args"] == "[1, 2]")
    command = [sys.executable, "-m", "harness.tracing", "show", str(built.directory), row["trace_id"]]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "total += x" in shown.stdout
    assert "Round 1" in shown.stdout
    page = tmp_path / "page.html"
    subprocess.run([*command, "--html", str(page)], check=True, capture_output=True)
    text = page.read_text()
    data = json.loads(text.partition("const data = ")[2].partition(";\n")[0])
    assert data["steps"][-1]["values"]["total"] == row["return_repr"]
    assert len(data["sentences"]) > 4
    assert "http" not in text.replace("http-equiv", "")
    missing = subprocess.run([*command[:-1], "zz"], capture_output=True, text=True, check=False)
    assert missing.returncode == 2
    assert "no trace with the id 'zz'" in missing.stderr


def test_a_program_cannot_close_the_script_of_its_page(recorded):
    from harness.tracing.rules import explain
    from harness.tracing.show import page

    trace = recorded("x = '</script><b>'\nprint(x)\n")
    text = page(trace, explain(trace), "full")
    assert text.count("</script>") == 1
