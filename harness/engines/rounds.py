"""Generation by transformers in rounds: rows that are finished leave the batch.

The library computes a batch until its last row ends. Where responses differ in length, most of that is spent
on rows that are long over. Here generation stops when a quarter of the rows are finished, their part of the
cache is dropped, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import torch
from transformers import GenerationConfig
from transformers.generation import LogitsProcessor, StoppingCriteria

# Rows that may be finished before the others go on without them.
_FINISHED = 0.25


def generate(
    model: Any,
    prompts: Sequence[list[int]],
    config: GenerationConfig,
    push: Callable[[int, int], bool],
    processors: Callable[[list[int]], list[LogitsProcessor]] = lambda rows: [],
) -> None:
    """Continue every prompt until `push` says that it is finished, or by config.max_new_tokens tokens.

    push: is called with (row, token) for each new token of a row that goes on; True ends the row. processors:
    what changes the scores of the rows that are left, given their numbers. `config` names no end token. A
    cache from which rows cannot be taken out keeps them.
    """
    longest, device = max(map(len, prompts)), model.device
    filler = config.pad_token_id
    ids = torch.tensor([[filler] * (longest - len(row)) + row for row in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in prompts], device=device)
    rows, over = list(range(len(prompts))), set[int]()
    cache, config = None, copy(config)
    config.return_dict_in_generate = True
    while len(over) < len(prompts) and config.max_new_tokens > 0:
        made = model.generate(
            ids,
            attention_mask=mask,
            past_key_values=cache,
            generation_config=config,
            logits_processor=processors(rows),
            stopping_criteria=[_Watch(rows, over, push, None if cache is None else _can_select(cache))],
        )
        new = made.sequences.shape[1] - ids.shape[1]
        config.max_new_tokens -= new
        cache, ids = made.past_key_values, made.sequences
        mask = torch.cat([mask, mask.new_ones(len(rows), new)], 1)
        left = [place for place, row in enumerate(rows) if row not in over]
        if left and len(left) < len(rows) and _can_select(cache):
            places = torch.tensor(left, device=device)
            cache.reorder_cache(places)
            ids, mask, rows = ids[places], mask[places], [rows[place] for place in left]


def _can_select(cache: Any) -> bool:
    """Caches can be reordered for beam search: an order may leave rows out."""
    return hasattr(cache, "reorder_cache")


class _Watch(StoppingCriteria):
    """Hands on every new token, and notes in `over` which rows are finished.

    Ends the round when enough of its rows are, and when all are; only then if they cannot be taken out.
    """

    def __init__(
        self, rows: list[int], over: set[int], push: Callable[[int, int], bool], selects: bool | None
    ) -> None:
        self._rows, self._over, self._push = rows, over, push
        self._enough = len(rows) if selects is False else max(1, int(_FINISHED * len(rows)))

    def __call__(self, input_ids: torch.LongTensor, scores: Any, **unused: Any) -> torch.BoolTensor:
        for row, token in zip(self._rows, input_ids[:, -1].tolist(), strict=True):
            if row not in self._over and self._push(row, token):
                self._over.add(row)
        finished = sum(row in self._over for row in self._rows)
        return torch.full(
            (input_ids.shape[0],), finished >= self._enough, dtype=torch.bool, device=input_ids.device
        )
