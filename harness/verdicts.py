"""From the sandbox's facts about a run to a verdict."""

from __future__ import annotations

import re
import signal as signals
from dataclasses import dataclass
from typing import Literal

from benchmarks.problem import Test, Visibility
from harness.answers import TIMEOUT, error_answer
from sandboxes.outcome import Limits, Outcome

Name = Literal["AC", "WA", "TLE", "MLE", "OLE", "RE", "CE", "INTERNAL"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of one test. Times are milliseconds, memory KiB; `detail` is one line for a person.

    answer: what the program answered, as `harness.answers` defines it; kept for public tests only.
    """

    test: int
    visibility: Visibility
    verdict: Name
    cpu_ms: float
    wall_ms: float
    max_rss_kb: int
    detail: str = ""
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run that ended well answered, and whether that is right. `detail` is a line for a person."""

    text: str
    right: bool
    detail: str = ""


def decide(number: int, test: Test, outcome: Outcome, limits: Limits, answer: Answer | None) -> Verdict:
    """The verdict of one run. `answer` counts if the run ended well, and may be None if it did not."""
    failed = failure(outcome, limits)
    if failed:
        (name, detail), text = failed, failed_answer(failed[0], outcome)
    else:
        name, detail, text = "AC" if answer.right else "WA", answer.detail, answer.text
    return Verdict(
        number,
        test.visibility,
        name,
        round(outcome.cpu_ns / 1e6, 3),
        round(outcome.wall_ns / 1e6, 3),
        outcome.maxrss_kb,
        detail,
        text if test.visibility == "public" else None,
    )


def failure(outcome: Outcome, limits: Limits) -> tuple[Name, str] | None:
    """The verdict and its reason if the run did not end well by itself, None if its output decides.

    A run that broke several limits gets the first of TLE, MLE, OLE, RE.
    """
    if outcome.compile_error:
        return "CE", last_line(outcome.stderr)
    if outcome.killed == "wall":
        return (
            "TLE",
            f"wall time over {limits.wall_backstop_s:g} s, with {outcome.cpu_ns / 1e9:.2f} s of CPU time",
        )
    if outcome.killed == "cpu" or outcome.cpu_ns > limits.cpu_s * 1e9:
        return "TLE", f"CPU time over {limits.cpu_s:g} s"
    if outcome.oom or outcome.maxrss_kb > limits.memory_bytes >> 10:
        return "MLE", f"memory over {limits.memory_bytes >> 20} MiB"
    if outcome.truncated:
        return "OLE", f"more than {limits.output_bytes:,} bytes of output"
    if outcome.signal:
        return "RE", f"signal {outcome.signal} ({_signal_name(outcome.signal)})"
    if outcome.exit:
        return "RE", f"exit {outcome.exit}: {last_line(outcome.stderr)}".rstrip(": ")
    return None


def failed_answer(name: Name, outcome: Outcome) -> str:
    """The answer of a run that did not end well: the exception that ended it, a signal, or that it never
    would have ended."""
    if name == "TLE":
        return TIMEOUT
    if name == "MLE":
        return error_answer("MemoryError")
    if name == "OLE":
        return error_answer("OutputLimit")
    if outcome.signal:
        return error_answer(_signal_name(outcome.signal))
    exception = _EXCEPTION.match(last_line(outcome.stderr))
    return error_answer(exception[1] if exception else f"exit {outcome.exit}")


# The last line of a traceback: `module.Class: message`, or the class alone.
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")


def last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[:300] if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signals.Signals(number).name
    except ValueError:
        return "real-time"
