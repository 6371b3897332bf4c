"""The regimes in the order of reports, and the metric that each is ranked by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.regimes import DIRECT, OUTPUT_PREDICTION, SELF_FIX, SELF_VERIFY

VERIFY, PREDICT = SELF_VERIFY, OUTPUT_PREDICTION
FIX, FIX_EXECUTED = SELF_FIX["simulated"], SELF_FIX["executed"]
REGIMES = (DIRECT, VERIFY, FIX, FIX_EXECUTED, PREDICT)


def headline(rows: Sequence[Mapping[str, Any]], regime: str, ks: Sequence[int]) -> tuple[str, int] | None:
    """The metric and k that a regime is ranked by: at the smallest of `ks`; best@k by simulation at the
    largest, since best@1 picks at random. None where nothing is defined."""
    metrics = {
        VERIFY: ("best_simulate",),
        PREDICT: ("output_pass", "input_pass"),
    }.get(regime, ("pass",))
    for metric in metrics:
        defined = [
            row["k"]
            for row in rows
            if row["regime"] == regime
            and row["metric"] == metric
            and row["group"] is None
            and row["k"] in ks
            and row["value"] is not None
        ]
        if defined:
            return metric, max(defined) if regime == VERIFY else min(defined)
    return None
