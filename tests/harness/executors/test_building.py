"""What comes back from elsewhere is written whole, and a chunk counts as done when all of it is there."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from harness import storage
from harness.executors.building import build_everywhere
from harness.tracing.tables import Chunk, Dataset
from sandboxes.outcome import SandboxError
from selfexec.errors import UsageError

FILES = {"nlex/train-1.parquet": b"one", "traces/train-2.parquet": b"two"}


class Elsewhere:
    """A pool that answers at once; for `lost` chunks with the error of a node that died too often."""

    workers = 2

    def __init__(self, lost: int = -1) -> None:
        self.lost = lost

    def submit(self, _, __, chunk, batch, cost):
        future: Future = Future()
        if chunk.number == self.lost:
            future.set_exception(SandboxError("3 workers died during one call"))
        else:
            future.set_result((FILES, {"inputs": 3}))
        return future


def build(directory, pool=None, numbers=(0,)) -> list[int]:
    seen: list[int] = []
    todo = [(Chunk(number, "0" * 16), []) for number in numbers]
    build_everywhere(pool or Elsewhere(), {}, todo, Dataset(directory), seen.append)
    return seen


def names(directory) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_files_and_marks_are_there_in_the_end(tmp_path):
    assert build(tmp_path, numbers=range(20)) == [3] * 20
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES
    assert len(list(tmp_path.glob("done/*.json"))) == 20


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("call", [0, 1, 2])
def test_cut_off_at_any_write_no_file_is_torn_and_no_mark_too_early(tmp_path, monkeypatch, step, call):
    """Each file is synced and renamed in turn, the mark last: the process ends at one of these steps."""
    real, calls = getattr(storage.os, step), []

    def cut(*arguments):
        calls.append(arguments)
        if len(calls) > call:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(storage.os, step, cut)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path)
    whole = {name for name in names(tmp_path) if not name.endswith(storage.TEMPORARY_SUFFIX)}
    assert whole == set(sorted(FILES)[:call])
    assert all((tmp_path / name).read_bytes() == FILES[name] for name in whole)


def test_a_chunk_that_is_lost_for_good_stops_the_build_with_the_remedy(tmp_path):
    with pytest.raises(UsageError, match=r"chunk 1 died.*3 workers.*--resume"):
        build(tmp_path, Elsewhere(lost=1), numbers=range(3))
    assert not list(tmp_path.glob("done/000001-*"))
