"""Chunks of programs recorded, explained and packed beside sandbox workers, here or on a cluster."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from harness.executors.processes import Processes
from harness.prompts import Prompts
from harness.storage import publish
from harness.tracing.sources import Subject
from harness.tracing.tables import Chunk, Dataset
from sandboxes.outcome import SandboxError
from sandboxes.pool import SandboxPool
from sandboxes.ray_pool import RayPool
from selfexec.errors import UsageError

# Chunks under way for each worker: one is built while the next one waits beside it.
CHUNKS_AHEAD = 3


def build_everywhere(
    pool: RayPool | Processes,
    options: Mapping[str, Any],
    chunks: Iterable[tuple[Chunk, Sequence[Subject]]],
    dataset: Dataset,
    progress: Callable[[int], None],
) -> None:
    """Build chunks elsewhere and write what comes back: the files that building them here would write.

    options: fields of BuildOptions, one that needs no model. They travel as plain values: here the class may
    be one of __main__, which over there is another.
    A chunk is the block of work. Its mark is written when all its files are there, and the same chunk gives
    the same files wherever it is built, so one that was lost with a node is simply built again. Raises
    UsageError if a chunk is lost for good.
    """
    waiting: dict[Future, Chunk] = {}

    def collect(down_to: int) -> None:
        while len(waiting) > down_to:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                chunk = waiting.pop(future)
                try:
                    files, counts = future.result()
                except (SandboxError, BrokenProcessPool) as error:
                    raise UsageError(
                        f"{dataset.directory}: what built chunk {chunk.number} died, perhaps for want of "
                        f"memory ({error}); start again with --resume, perhaps with fewer --workers"
                    ) from None
                for name, content in files.items():
                    path = dataset.directory / name
                    path.parent.mkdir(exist_ok=True)
                    publish(path, content)
                dataset.part(chunk).finish(counts)
                progress(counts["inputs"])

    for chunk, batch in chunks:
        cost = sum(len(subject.inputs or ("",) * 6) for subject in batch)
        waiting[pool.submit(_build, options, chunk, batch, cost=cost)] = chunk
        collect(down_to=CHUNKS_AHEAD * pool.workers)
    collect(down_to=0)


def _build(
    pool: SandboxPool, options: Mapping[str, Any], chunk: Chunk, batch: Sequence[Subject]
) -> tuple[dict[str, bytes], dict[str, int]]:
    """The files of a chunk by their names, and its yield."""
    from harness.build_traces import BuildOptions, builder  # which imports this module

    with tempfile.TemporaryDirectory() as folder:
        part = Dataset(Path(folder)).part(chunk)
        counts = builder(BuildOptions(**options), pool, _prompts()).build(batch, part, lambda _: None)
        part.flush()
        found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}, dict(counts)


# Compiling the templates takes as long as a few traces.
_prompts = functools.cache(Prompts.load)
