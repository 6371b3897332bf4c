"""The replay engine: recorded responses or code in place of a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any

from harness.engines import recordings
from harness.engines.flow import Flow, stream
from harness.engines.protocol import Completion, Request, Sampling, Usage
from harness.engines.recordings import Key, Recorded

# Completions ready ahead of the consumer.
_WINDOW = 64


class ReplayEngine:
    """Answers from a recording (`harness.engines.recordings`); a completion without a row is "missing".

    A row of a SOLUTIONS.jsonl holds `problem_id`, `sample` and one of `response` and `code`, and may hold
    `reasoning`, `finish_reason` and `n_tokens`. `kind` is `solve` when absent. A `simulate` row also holds
    `test` and `attempt` (and `turn` for a program of a later self-fix turn), a `fix` row `turn`. Where the
    program to predict is the benchmark's own, a plain row is one prediction and its `sample` is the attempt.

    problem_ids: the problems that the recording has rows for. kinds: the kinds of rows that it has.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._rows, self._sha256, self._model = recordings.read(self._path)
        self.usage = Usage()
        self.problem_ids = frozenset(key.problem_id for key in self._rows)
        self.kinds = frozenset(key.kind for key in self._rows)
        self._samples: dict[str, set[int]] = {}
        for key in self._rows:
            if key.kind == "solve":
                self._samples.setdefault(key.problem_id, set()).add(key.index)

    def samples(self, problem_id: str) -> Set[int]:
        """The sample numbers of the solutions (plain rows) that the recording holds for a problem."""
        return self._samples.get(problem_id, frozenset())

    @property
    def identity(self) -> dict[str, Any]:
        return {"engine": "replay", "sha256": self._sha256}

    def generate(self, requests: Iterable[Request | Completion], sampling: Sampling) -> Iterator[Completion]:
        return stream(requests, _WINDOW, self.usage, self._answer)

    def _answer(self, flow: Flow) -> None:
        while (request := flow.take()) is not None:
            for index in request.indices:
                row = self._find(request, index)
                if row is None:
                    flow.emit(Completion(request, index, "", finish_reason="missing"))
                else:
                    flow.emit(
                        Completion(
                            request,
                            index,
                            row.response,
                            reasoning=row.reasoning,
                            code=row.code,
                            finish_reason=row.finish_reason,
                            n_tokens=row.n_tokens,
                        )
                    )

    def describe(self) -> dict[str, Any]:
        return {
            "engine": "replay",
            "model": self._model,
            "completions": str(self._path),
            "sha256": self._sha256,
            "rows": len(self._rows),
        }

    def close(self) -> None:
        self._rows = {}

    def _find(self, request: Request, index: int) -> Recorded | None:
        kind, problem = request.kind, request.problem_id
        if kind == "solve":
            return self._rows.get(Key("solve", problem, None, 0, None, index))
        if kind == "fix":
            return self._rows.get(Key("fix", problem, request.sample, request.turn, None, 0))
        row = self._rows.get(Key(kind, problem, request.sample, request.turn, request.test, index))
        if row is None and kind == "simulate" and request.sample is None:
            row = self._rows.get(Key("solve", problem, None, 0, None, index))
        return row
