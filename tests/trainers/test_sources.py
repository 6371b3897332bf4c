"""Instruction data in any of the usual forms, mixed by weight."""

import json

import datasets
import pytest

from selfexec.errors import UsageError
from trainers import sources
from trainers.sources import Source


def file_of(folder, name, rows):
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def turn(role, content):
    return {"role": role, "content": content}


EXPECTED = {"prompt": [turn("user", "2 + 2?")], "completion": [turn("assistant", "4")]}
FORMS = {
    "messages": {"messages": [turn("user", "2 + 2?"), turn("assistant", "4")], "trace_id": "x"},
    "texts": {"prompt": "2 + 2?", "completion": "4"},
    "lists": EXPECTED,
    "named": {"question": "2 + 2?", "solution": "4", "id": 7},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_becomes_prompt_and_completion(tmp_path, form):
    path = file_of(tmp_path, "rows.jsonl", [FORMS[form]])
    settings = ",prompt=question,completion=solution" if form == "named" else ""
    assert list(sources.mix([path + settings], 0).rows) == [EXPECTED]


def test_the_system_message_and_earlier_turns_belong_to_the_prompt(tmp_path):
    messages = [turn("system", "s"), turn("user", "a"), turn("assistant", "b"), turn("user", "c")]
    path = file_of(tmp_path, "rows.jsonl", [{"messages": [*messages, turn("assistant", "d")]}])
    (row,) = sources.mix([path], 0).rows
    assert row["prompt"] == messages
    assert row["completion"] == [turn("assistant", "d")]


def numbered(folder, name, count):
    return file_of(folder, name, [{"prompt": name, "completion": str(number)} for number in range(count)])


def shares(mixture):
    names = [row["prompt"][0]["content"] for row in mixture.rows]
    return {name: names.count(name) / len(names) for name in set(names)}


def test_without_weights_every_row_is_there_once(tmp_path):
    mixture = sources.mix([numbered(tmp_path, "a.jsonl", 30), numbered(tmp_path, "b.jsonl", 10)], 0)
    rows = [(row["prompt"][0]["content"], row["completion"][0]["content"]) for row in mixture.rows]
    assert len(rows) == len(set(rows)) == 40


def test_with_weights_a_source_has_its_share_and_every_source_is_seen_whole(tmp_path):
    small, large = numbered(tmp_path, "a.jsonl", 50), numbered(tmp_path, "b.jsonl", 400)
    mixture = sources.mix([f"{small},weight=1", f"{large},weight=3"], 0)
    assert shares(mixture)["a.jsonl"] == pytest.approx(0.25, abs=0.05)
    answers = {
        row["completion"][0]["content"] for row in mixture.rows if row["prompt"][0]["content"] == "b.jsonl"
    }
    assert len(answers) == 400


def test_a_source_gives_no_more_rows_than_asked_for_and_those_by_chance(tmp_path):
    many = numbered(tmp_path, "a.jsonl", 200)

    def drawn(rows, seed):
        mixture = sources.mix([f"{many},rows={rows}"], seed)
        return {row["completion"][0]["content"] for row in mixture.rows}, mixture.provenance[0]["rows"]

    one, other = drawn(20, 0), drawn(20, 1)
    assert len(one[0]) == one[1] == 20
    assert one == drawn(20, 0)
    assert one[0] != other[0]
    assert not one[0] <= {str(number) for number in range(20)}
    assert drawn(500, 0)[1] == 200


def test_the_record_tells_rows_apart_by_their_content(tmp_path):
    one = sources.mix([numbered(tmp_path, "a.jsonl", 5)], 0).provenance
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / "other.jsonl"
    copy.write_text((tmp_path / "a.jsonl").read_text())
    same = sources.mix([str(copy)], 0).provenance
    copy.write_text((tmp_path / "a.jsonl").read_text().replace('"3"', '"4"'))
    other = sources.mix([str(copy)], 0).provenance
    assert one[0]["sha256"] == same[0]["sha256"] != other[0]["sha256"]
    assert (one[0]["rows"], one[0]["path"]) == (5, str(tmp_path / "a.jsonl"))


def test_a_source_is_read_from_one_string():
    assert Source.parse("nvidia/Open,config=c,split=cot,weight=0.5,rows=9,prompt=p,completion=q") == Source(
        "nvidia/Open", "c", "cot", None, 0.5, 9, "p", "q"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,wieght=1", "wieght"),
        ("x,weight=-1", "above 0"),
        ("x,weight=nan", "above 0"),
        ("x,rows=0", "rows must be"),
        ("x,rows=1.5", "rows must be"),
        ("x,split", "split"),
    ],
)
def test_a_wrong_source_is_named(text, said):
    with pytest.raises(UsageError, match=said):
        Source.parse(text)


def test_wrong_rows_are_named(tmp_path):
    odd = file_of(tmp_path, "odd.jsonl", [{"text": "x"}])
    with pytest.raises(UsageError, match="has columns text"):
        sources.mix([odd], 0)
    unanswered = file_of(tmp_path, "unanswered.jsonl", [{"messages": [turn("user", "a")]}])
    with pytest.raises(UsageError, match="must be assistant"):
        sources.mix([unanswered], 0)
    weighted = numbered(tmp_path, "a.jsonl", 2)
    with pytest.raises(UsageError, match="to all or to none"):
        sources.mix([f"{weighted},weight=1", weighted], 0)


def test_a_set_on_the_hub_is_asked_for_by_config_split_and_revision(monkeypatch):
    asked = []

    def load_dataset(*names, **settings):
        asked.append((names, settings))
        return datasets.Dataset.from_dict({"prompt": ["p"], "completion": ["c"]})

    monkeypatch.setattr(sources.datasets, "load_dataset", load_dataset)
    sources.load(Source.parse("org/name,config=c,split=s,revision=r"))
    assert asked == [(("org/name", "c"), {"split": "s", "revision": "r"})]


CARD = """---
configs:
- config_name: nlex
  data_files:
  - split: train
    path: nlex/train-*.parquet
---
"""


def folder_of(path, texts):
    """A data set in the layout of harness.build_traces, whose card says nothing of its rows."""
    (path / "nlex").mkdir(parents=True, exist_ok=True)
    (path / "README.md").write_text(CARD)
    rows = {"prompt": texts, "completion": texts}
    datasets.Dataset.from_dict(rows).to_parquet(path / "nlex" / "train-0.parquet")
    return f"{path},config=nlex"


def completions(source):
    return [row["completion"][0]["content"] for row in sources.load(Source.parse(source))]


def test_a_folder_is_read_as_it_is_now_and_not_as_another_of_its_name_was(tmp_path):
    """The library's cache knows a folder by its name and its card."""
    assert completions(folder_of(tmp_path / "one" / "traces", ["a", "b"])) == ["a", "b"]
    assert completions(folder_of(tmp_path / "two" / "traces", ["c", "d"])) == ["c", "d"]
    assert completions(folder_of(tmp_path / "two" / "traces", ["e", "f", "g"])) == ["e", "f", "g"]
