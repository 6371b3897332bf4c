"""A model that comes with the program is found by its name, and nothing else is touched."""

from __future__ import annotations

import pytest

from harness.engines.shipped import FOLDER, name, resolve


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    (tmp_path / "models" / "tiny" / "config.json").write_text("{}")
    (tmp_path / "models" / "empty").mkdir()
    return tmp_path / "models"


def test_a_shipped_model_is_found_by_its_name(folder):
    assert resolve("tiny", folder) == str(folder / "tiny")


@pytest.mark.parametrize("other", ["Qwen/Qwen3-4B", "other", "empty", "", "http://127.0.0.1:8000/v1", "../x"])
def test_other_names_stay_as_they_are(folder, other):
    assert resolve(other, folder) == name(other, folder) == other


def test_tables_do_not_say_where_the_program_is_installed(folder):
    assert name(resolve("tiny", folder), folder) == "tiny"
    assert name(str(folder / "elsewhere" / "tiny"), folder) == str(folder / "elsewhere" / "tiny")


def test_a_folder_in_the_working_directory_comes_first(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").mkdir()
    assert resolve("tiny", folder) == "tiny"


def test_every_shipped_model_is_whole():
    for model in FOLDER.glob("*"):
        names = {path.name for path in model.iterdir()}
        assert {"config.json", "tokenizer.json", "model.safetensors", "training.json", "README.md"} <= names
