"""Runs made of seeded random rows: what reports are tested and timed on. No model was asked anything."""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import runs
from harness.regimes import summary
from harness.reports.seal import sealed
from harness.runs import Run, code_sha256

FAILURES = ("WA", "WA", "WA", "TLE", "RE", "MLE", "OLE")
LEVELS = {"easy": 1.5, "medium": 0.0, "hard": -1.8}
TOPICS = ("graphs", "strings", "dp", "greedy")
HOSTILE = "</script><script>window.stolen = 1</script><img src=x onerror='window.stolen = 2'> & <b>bold</b>"


@dataclass(frozen=True)
class Made:
    """How a run is made. `skill` shifts every problem's chance of being solved, on the logit scale;
    `simulation` is the chance that a prediction is right."""

    model: str = "made-7b"
    problems: int = 60
    samples: int = 20
    attempts: int = 5
    tests: int = 8
    public: int = 2
    skill: float = 0.4
    simulation: float = 0.8
    fixes: bool = True
    filler: int = 0
    seed: int = 0


def make_run(directory: Path, made: Made | None = None, **changes: Any) -> Run:
    """Write a finished run with solutions, verdicts, predictions and self-fix turns."""
    made = Made(**changes) if made is None else made
    run = runs.create(directory, manifest(made), resume=False)
    problems = random.Random("problems")
    for number in range(made.problems):
        problem = _problem(number, made, problems)
        run.append("problems", [problem])
        chance = 1 / (1 + math.exp(-made.skill - LEVELS[problem["difficulty"]] - problems.gauss(0, 1)))
        for sample in range(made.samples):
            draw = random.Random(f"{made.seed}/{made.model}/{number}/{sample}")
            for table, row in _sample_rows(problem, sample, chance, made, draw):
                run.append(table, [row])
    run.flush()
    runs.write_json(run.metrics_path, summary.summarise(run, run.manifest()))
    runs.write_json(run.manifest_path, sealed(run, run.manifest()))
    run.close()
    return run


def manifest(made: Made) -> dict[str, Any]:
    regimes = ["direct", "self-verify", "output-prediction"] + (["self-fix"] if made.fixes else [])
    engine = {"engine": "replay", "sha256": "ab" * 32}
    started, ended = "2026-01-02T03:04:05+00:00", "2026-01-02T04:04:05+00:00"
    return {
        "schema": 1,
        "selfexec": "0.1.0",
        "created": started,
        "command": ["eval.py", "--bench", "starter", "--engine", "replay"],
        "determines": {
            "bench": {
                "name": "starter",
                "source": "embedded",
                "revision": "1",
                "sha256": hashlib.sha256(str(made.problems).encode()).hexdigest(),
                "files": {"starter.jsonl": "00"},
                "choices": {"difficulty": None},
                "notes": [],
            },
            "engine": engine,
            "verifier": engine,
            "sampling": {
                "temperature": 1.0,
                "top_p": 0.95,
                "max_tokens": 4096,
                "stop": [],
                "seed": made.seed,
                "logprobs": False,
            },
            "prompts": {"sha256": "cd" * 32},
            "max_turns": 10,
            "feedback_detail": "output",
            "hide_public_tests": False,
            "pooling": "mean",
            "extraction": "lenient",
            "time_factor": 1.0,
            "memory_factor": 1.0,
        },
        "asked": {
            "bench": "starter",
            "regimes": regimes,
            "n": made.samples,
            "ks": [1, 5, 10],
            "sim_attempts": made.attempts,
            "feedback": ["simulated"],
            "limit": None,
        },
        "environment": {
            "python": "3.11.2",
            "packages": {"numpy": "2.4.1", "pyarrow": "26.0.0"},
            "git": "0" * 40,
            "sandbox": {"backend": "namespaces", "level": 2, "kernel": "6.1"},
            "hardware": {"machine": "x86_64", "cpu": "made up", "cores": 2, "memory_gib": 8.0, "gpus": []},
            "system": "Linux 6.1",
        },
        "engine": {**engine, "model": made.model, "completions": "made.jsonl", "rows": 0},
        "verifier": None,
        "sessions": [{"started": started, "ended": ended, "wall_s": 3600.0, "usage": {"completions": 1200}}],
        "totals": {
            "wall_s": 3600.0,
            "responses": 18544,
            "tokens": 8_800_000,
            "prompt_tokens": 3_700_000,
            "programs_judged": 13320,
            "program_cpu_s": 452.5,
        },
    }


def _problem(number: int, made: Made, draw: random.Random) -> dict[str, Any]:
    public = [{"input": f"{number} {test}\n", "output": f"{number + test}\n"} for test in range(made.public)]
    month = number % 18
    return {
        "problem_id": f"made-{number:04d}",
        "statement": f"# Sum {number}\n\nPrint the sum of two integers.\n\n{HOSTILE if number == 0 else ''}",
        "style": "stdin",
        "entry": None,
        "checker": "lines",
        "time_limit_s": 2.0,
        "memory_limit_bytes": 256 << 20,
        "public_tests": json.dumps(public),
        "difficulty": list(LEVELS)[draw.randrange(3)],
        "platform": "made",
        "date": f"{2024 + month // 12}-{month % 12 + 1:02d}-{draw.randint(1, 28):02d}",
        "contest": f"contest-{number // 4:03d}",
        "topic": TOPICS[number % len(TOPICS)],
        "flags": "",
    }


def _code(problem: dict[str, Any], sample: int, correct: bool, made: Made, draw: random.Random) -> str:
    helpers = "\n".join(
        f"def helper_{index}(value):\n    return value + {draw.randint(0, 10**6)}\n"
        for index in range(draw.randint(0, 6))
    )
    filler = "".join(f"# {draw.getrandbits(256):064x}\n" for _ in range(made.filler))
    return (
        f"# {problem['problem_id']}, sample {sample}\n{helpers}\n{filler}"
        f"a, b = map(int, input().split())\nprint(a + b{'' if correct else ' + 1'})\n"
    )


def _verdicts(correct: bool, made: Made, draw: random.Random) -> list[str]:
    if correct:
        return ["AC"] * made.tests
    kind = draw.choice(FAILURES)
    first = draw.randrange(made.public) if draw.random() < 0.5 else draw.randrange(made.public, made.tests)
    verdicts = [kind if index == first or draw.random() < 0.4 else "AC" for index in range(made.tests)]
    if first >= made.public:
        verdicts[: made.public] = ["AC"] * made.public
    return verdicts


def _sample_rows(
    problem: dict[str, Any], sample: int, chance: float, made: Made, draw: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    key = {"problem_id": problem["problem_id"], "sample": sample}
    correct = draw.random() < chance
    code = None if draw.random() < 0.02 else _code(problem, sample, correct, made, draw)
    verdicts = ["CE"] * made.tests if code is None else _verdicts(correct, made, draw)
    note = HOSTILE if sample == 0 else "The two numbers are added."
    yield (
        "solutions",
        {
            **key,
            "response": f"{note}\n\n```python\n{code}```\n" if code else f"<think>\n{note}",
            "reasoning": "Let me think. " * draw.randint(1, 40),
            "code": code,
            **_response(draw),
        },
    )
    yield from _verdict_rows(key, "direct", 0, verdicts, made, draw)
    predicted_pass = []
    if code is not None:
        yield from _executions(key, code, verdicts, problem, made)
        yield from _programs(key, code, made)
    for test in range(made.public if code is not None else 0):
        actual = _actual(problem, test, verdicts[test])
        for attempt in range(made.attempts):
            right = draw.random() < made.simulation
            predicted = actual if right else _wrong_prediction(_expected(problem, test), actual, draw)
            if attempt == 0:
                predicted_pass.append(predicted == _expected(problem, test))
            yield (
                "predictions",
                {
                    **key,
                    "test": test,
                    "attempt": attempt,
                    "response": f"The program prints {predicted}.",
                    "reasoning": "",
                    "predicted": predicted,
                    "match_expected": predicted == _expected(problem, test),
                    "match_actual": predicted == actual,
                    **_response(draw),
                },
            )
    if made.fixes:
        submits = code is not None and all(predicted_pass)
        yield from _episode(key, problem, code, verdicts, submits, made, draw)


def _episode(
    key: dict[str, Any],
    problem: dict[str, Any],
    code: str | None,
    verdicts: list[str],
    submits: bool,
    made: Made,
    draw: random.Random,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """One self-fix episode: a wrong prediction leads to a repair, which helps more often than it harms."""
    turn = 0
    while True:
        for test in range(made.public if code is not None else 0):
            yield _turn(key, turn, "simulate", draw, test=test, predicted=_expected(problem, test))
        decision = "submit" if submits or turn == 3 else "fix"
        if decision == "fix":
            was = set(verdicts) == {"AC"}
            now = draw.random() < (0.9 if was else 0.4)
            code = _code(problem, key["sample"], now, made, draw) + f"# turn {turn + 1}\n"
            verdicts = _verdicts(now, made, draw)
        yield _turn(key, turn + 1, "fix", draw, decision=decision, code=code if decision == "fix" else None)
        if decision == "submit":
            break
        turn += 1
        submits = draw.random() < 0.6
    if turn:
        yield from _verdict_rows(key, "self-fix", turn, verdicts, made, draw)
        yield from _executions(key, code, verdicts, problem, made)


def _turn(
    key: dict[str, Any], turn: int, kind: str, draw: random.Random, **more: Any
) -> tuple[str, dict[str, Any]]:
    row = {"feedback": "simulated", "turn": turn, "kind": kind, "response": f"{kind} {turn}", **more}
    return "turns", {**key, **row, **_response(draw)}


def _response(draw: random.Random) -> dict[str, Any]:
    return {
        "finish_reason": "length" if draw.random() < 0.03 else "stop",
        "n_tokens": draw.randint(50, 900),
        "n_prompt_tokens": draw.randint(100, 300),
        "prompt_sha256": f"{draw.getrandbits(256):064x}",
    }


def _verdict_rows(
    key: dict[str, Any], regime: str, turn: int, verdicts: list[str], made: Made, draw: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    for test, verdict in enumerate(verdicts):
        cpu_ms = draw.uniform(8, 60)
        yield (
            "verdicts",
            {
                **key,
                "regime": regime,
                "turn": turn,
                "test": test,
                "visibility": "public" if test < made.public else "private",
                "verdict": verdict,
                "cpu_ms": round(cpu_ms, 2),
                "wall_ms": round(cpu_ms * 1.2, 2),
                "max_rss_kb": draw.randint(9000, 20000),
                "detail": "" if verdict == "AC" else f"{verdict} on line 1",
            },
        )


def _executions(
    key: dict[str, Any], code: str, verdicts: list[str], problem: dict[str, Any], made: Made
) -> Iterator[tuple[str, dict[str, Any]]]:
    for test in range(made.public):
        yield (
            "executions",
            {
                "code_sha256": code_sha256(code),
                "problem_id": key["problem_id"],
                "test": test,
                "actual": _actual(problem, test, verdicts[test]),
                "passed": verdicts[test] == "AC",
            },
        )


def _programs(key: dict[str, Any], code: str, made: Made) -> Iterator[tuple[str, dict[str, Any]]]:
    if not made.attempts:
        return
    draw = random.Random(code)
    for test in range(made.public):
        yield (
            "programs",
            {
                "problem_id": key["problem_id"],
                "code_sha256": code_sha256(code),
                "test": test,
                "lines": len(code.splitlines()),
                "loop_depth": draw.randint(0, 3),
                "events": int(10 ** draw.uniform(1, 4)),
                "digits": draw.randint(1, 6),
            },
        )


def _expected(problem: dict[str, Any], test: int) -> str:
    return json.loads(problem["public_tests"])[test]["output"]


def _wrong_prediction(expected: str, actual: str, draw: random.Random) -> str | None:
    """The expected output more often than not; else one of the other ways in which predictions fail."""
    guesses = [None, str(draw.randint(0, 99)), "<timeout>", "<error: KeyError>", f" {actual.upper()}"]
    return expected if draw.random() < 0.5 else draw.choice(guesses)


def _actual(problem: dict[str, Any], test: int, verdict: str) -> str:
    expected = _expected(problem, test)
    return {"AC": expected, "TLE": "<timeout>", "RE": "<error: ValueError>"}.get(verdict, f"{expected}1")
