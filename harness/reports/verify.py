"""Check a run by making it again from its own responses, with every program judged afresh.

The responses that the run stores are put through the same stages as the model's were, into a run directory
of its own. What differs between the two was changed after the run, or does not come out the same twice.
"""

from __future__ import annotations

import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from benchmarks import Benchmark, BenchOptions, load
from benchmarks.problem import Problem
from harness import console, runs
from harness.engines.protocol import Completion, Request, Sampling, Usage
from harness.judge import Judge
from harness.prompts import Prompts
from harness.regimes import DIRECT, SELF_FIX
from harness.regimes.direct import problem_row, solve
from harness.regimes.features import describe_programs
from harness.regimes.predict import predict
from harness.regimes.questions import Questions
from harness.regimes.self_fix import self_fix
from harness.regimes.summary import summarise
from harness.reports.entries import sandbox as described
from harness.reports.seal import broken
from harness.runs import KEYS, Run, code_sha256, open_run, read_json
from harness.verdicts import Verdict
from sandboxes.pool import SandboxOptions, SandboxPool, open_pool
from selfexec.errors import UsageError

EQUAL, DIFFERS = "equal", "differs"

# What may come out otherwise on another day: time and memory, and lines for a person that speak of them.
MAY_DIFFER = {"verdicts": {"cpu_ms", "wall_ms", "max_rss_kb", "detail"}}
CLOSE = 1e-9  # two machines may round a sum otherwise


@dataclass(frozen=True)
class Finding:
    """One thing compared. `check` groups findings; `what` names the thing; stored and fresh are shown."""

    check: str
    what: str
    status: str
    stored: Any = None
    fresh: Any = None


def verify(
    directory: Path,
    data: str | None = None,
    prompts: Path | None = None,
    sandbox: SandboxOptions | None = None,
) -> list[Finding]:
    """Everything compared, equal or not, in the order of a run: seal, data, prompts, tables, metrics.

    `data` is where the benchmark's files are, if they are not the packaged ones; `prompts` the folder of
    templates that the run was made with, if it had its own. If the benchmark's files are other ones, nothing
    is judged: it would be another test.
    """
    sandbox = sandbox or SandboxOptions()
    if (sandbox.time_factor, sandbox.memory_factor) != (1.0, 1.0):
        raise UsageError(
            "--verify judges with the run's own --time-factor and --memory-factor; leave them out"
        )
    run = open_run(directory)
    manifest = run.manifest()
    if not run.metrics_path.is_file():
        raise UsageError(f"--verify {directory}: the run never finished; add --resume to harness.eval first")
    determines = manifest["determines"]
    findings = list(_seal(run, manifest))
    bench = load(determines["bench"]["name"], _bench_options(manifest, data))
    findings.append(_compared("benchmark", "sha256", determines["bench"]["sha256"], bench.sha256))
    about = determines.get("prompts", {})
    templates = Prompts.load(prompts, about.get("form", "chat"), about.get("system", ""))
    findings.append(_compared("prompts", "sha256", about.get("sha256"), templates.sha256()))
    if findings[-2].status == DIFFERS:
        return findings
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        fresh, faults = _made_again(run, manifest, bench, templates, sandbox, Path(scratch) / "run")
        findings += _absent(run, manifest, bench, faults)
        for name in runs.SCHEMAS:
            findings += _tables(run, fresh, name)
        findings += _metrics(read_json(run.metrics_path), summarise(fresh, manifest))
        fresh.close()
    return findings


def same(findings: Iterable[Finding]) -> bool:
    return all(finding.status == EQUAL for finding in findings)


def show(findings: Sequence[Finding], most: int = 25) -> None:
    """What was compared, in groups; then every difference, at most `most` of a group; then the metrics."""
    rows = []
    for check in dict.fromkeys(finding.check for finding in findings):
        of_check = [finding for finding in findings if finding.check == check]
        differing = [finding for finding in of_check if finding.status == DIFFERS]
        word = DIFFERS if differing else EQUAL
        rows.append((check, len(of_check), len(of_check) - len(differing), len(differing), word))
    terminal = console.stdout()
    metrics = [finding for finding in findings if finding.check == "metrics"]
    if metrics:
        body = [(one.what, _short(one.stored), _short(one.fresh), one.status) for one in metrics]
        console.print_table("Metrics", ("metric", "stored", "recomputed", ""), body, terminal)
    console.print_table("\nCompared", ("what", "rows", "equal", "differ", ""), rows, terminal)
    for check in dict.fromkeys(finding.check for finding in findings if finding.status == DIFFERS):
        differing = [one for one in findings if one.check == check and one.status == DIFFERS]
        body = [(one.what, _short(one.stored), _short(one.fresh)) for one in differing[:most]]
        more = f" (the first {most} of {len(differing):,})" if len(differing) > most else ""
        console.print_table(f"\nDiffers: {check}{more}", ("what", "stored", "fresh"), body, terminal)


@dataclass
class StoredEngine:
    """Answers requests from rows of a run's tables. A request that the run has no row for is "missing"."""

    rows: Mapping[tuple[Any, ...], Mapping[str, Any]]
    key: Callable[[Request, int], tuple[Any, ...]]

    def __post_init__(self) -> None:
        self.usage = Usage()

    @property
    def identity(self) -> dict[str, Any]:
        return {"engine": "stored"}

    def describe(self) -> dict[str, Any]:
        return self.identity

    def close(self) -> None:
        """Nothing is held."""

    def generate(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Completion]:
        for request in requests:
            for index in request.indices:
                row = self.rows.get(self.key(request, index))
                if row is None:
                    yield Completion(request, index, "", finish_reason="missing")
                    continue
                yield Completion(
                    request,
                    index,
                    row["response"] or "",
                    reasoning=row["reasoning"] or "",
                    # A replayed row may have given the program itself and no response.
                    code=None if row["response"] else row.get("code"),
                    finish_reason=row["finish_reason"],
                    n_tokens=row["n_tokens"],
                    n_prompt_tokens=row["n_prompt_tokens"],
                )


class PatientJudge(Judge):
    """Judges a solution once more where only the clock speaks against a stored verdict.

    A program whose CPU time lies close to its limit may pass it on a busy machine and not on another. What
    is no time limit on either side is never asked twice.
    """

    def __init__(
        self,
        stored: Mapping[tuple[str, str], Mapping[int, str]],
        pool: SandboxPool,
        determines: Mapping[str, Any],
    ) -> None:
        super().__init__(
            pool,
            determines.get("time_factor", 1.0),
            determines.get("memory_factor", 1.0),
            stop_early=not determines.get("all_tests", True),
        )
        self._stored = stored

    def judge(self, problem: Problem, code: str | None, tests: Sequence[int] | None = None) -> list[Verdict]:
        verdicts = super().judge(problem, code, tests)
        was = self._stored.get((problem.problem_id, code_sha256(code or "")), {})
        now = {one.test: one.verdict for one in verdicts}
        close = any(
            was[test] != now[test] and "TLE" in (was[test], now[test]) for test in was.keys() & now.keys()
        )
        return super().judge(problem, code, tests) if close else verdicts


def _stored_verdicts(run: Run) -> dict[tuple[str, str], dict[int, str]]:
    """Verdicts by (problem, code digest) and test."""
    codes = {
        (row["problem_id"], row["sample"], DIRECT, 0): row["code"] or ""
        for row in run["solutions"].rows(["problem_id", "sample", "code"])
    }
    for row in run["turns"].rows(["problem_id", "sample", "feedback", "turn", "kind", "code"]):
        if row["kind"] == "fix" and row["code"]:
            regime = SELF_FIX[row["feedback"]]
            codes[row["problem_id"], row["sample"], regime, row["turn"]] = row["code"]
    verdicts: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for row in run["verdicts"].rows(["problem_id", "sample", "regime", "turn", "test", "verdict"]):
        code = codes.get((row["problem_id"], row["sample"], row["regime"], row["turn"]))
        if code is not None:
            verdicts[row["problem_id"], code_sha256(code)][row["test"]] = row["verdict"]
    return verdicts


def _made_again(
    stored: Run,
    manifest: Mapping[str, Any],
    bench: Benchmark,
    prompts: Prompts,
    sandbox: SandboxOptions,
    directory: Path,
) -> tuple[Run, dict[str, str]]:
    """A run made of the stored responses: judged, matched and read afresh. And which of the problems that
    the run left out cannot be judged, with the reasons."""
    determines, asked = manifest["determines"], manifest["asked"]
    known = stored["problems"].keys()
    problems = {one.problem_id: one for one in bench if (one.problem_id,) in known}
    questions = Questions(
        prompts, determines.get("hide_public_tests", False), determines.get("feedback_detail") == "trace"
    )
    fresh = runs.create(directory, manifest, resume=False)
    fresh.append("problems", [problem_row(problem) for problem in problems.values()])
    solutions = {(row["problem_id"], row["sample"]): row for row in stored["solutions"].rows()}
    with (
        open_pool(sandbox) as pool,
        PatientJudge(_stored_verdicts(stored), pool, determines) as judge,
    ):
        now = {"environment": {"sandbox": pool.describe()}}
        console.note(f"sandbox now: {described(now)}; then: {described(manifest)}")
        engine = StoredEngine(solutions, lambda request, index: (request.problem_id, index))
        with console.meter("judge again", len(solutions), "solutions") as meter:
            solve(
                fresh,
                problems.values(),
                engine,
                Sampling(),
                questions,
                judge,
                asked["n"],
                determines.get("extraction", "lenient"),
                on_judged=meter.advance,
            )
        fresh.flush()
        _fix_again(stored, fresh, problems, questions, judge, determines.get("max_turns", 1))
        _predict_again(stored, fresh, problems, questions, judge)
        if stored["programs"].keys():
            describe_programs(fresh, problems, pool)
        left_out = manifest.get("left_out", {})
        faults = judge.faults(problem for problem in bench if problem.problem_id in left_out)
    fresh.flush()
    return fresh, faults


def _absent(
    run: Run, manifest: Mapping[str, Any], bench: Benchmark, faults: Mapping[str, str]
) -> Iterator[Finding]:
    """Problems that were asked for and are not in the run, though they can be judged."""
    known, left_out = run["problems"].keys(), manifest.get("left_out", {})
    for problem in bench:
        name = problem.problem_id
        if (name,) not in known and name not in faults:
            stored = f"left out: {left_out[name]}" if name in left_out else "absent"
            yield Finding("problems", name, DIFFERS, stored, "can be judged")


def _fix_again(
    stored: Run,
    fresh: Run,
    problems: Mapping[str, Problem],
    questions: Questions,
    judge: Judge,
    max_turns: int,
) -> None:
    turns = list(stored["turns"].rows())
    for feedback in sorted({row["feedback"] for row in turns}, reverse=True):
        rows = {
            (row["problem_id"], row["sample"], row["turn"], row["kind"], row["test"]): row
            for row in turns
            if row["feedback"] == feedback
        }
        engine = StoredEngine(rows, lambda one, _: (one.problem_id, one.sample, one.turn, one.kind, one.test))
        with console.meter(f"fix again, {feedback} feedback", len(rows), "steps") as meter:
            self_fix(
                fresh,
                problems,
                engine,
                Sampling(),
                questions,
                judge,
                feedback,
                max_turns,
                on_step=lambda _, meter=meter: meter.advance(),
            )
        fresh.flush()


def _predict_again(
    stored: Run, fresh: Run, problems: Mapping[str, Problem], questions: Questions, judge: Judge
) -> None:
    rows = {
        (row["problem_id"], row["sample"], row["test"], row["attempt"]): row
        for row in stored["predictions"].rows()
    }
    if not rows:
        return
    engine = StoredEngine(rows, lambda one, index: (one.problem_id, one.sample, one.test, index))
    attempts = 1 + max(key[3] for key in rows)
    with console.meter("match predictions again", len(rows), "predictions") as meter:
        predict(
            fresh,
            problems,
            engine,
            Sampling(),
            questions,
            judge,
            attempts,
            on_prediction=lambda _: meter.advance(),
        )


def _seal(run: Run, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    found = {one.what: one for one in broken(run, manifest)}
    sealed = manifest.get("digests", {})
    names = [f"{part}: {name}" for part, digests in sealed.items() for name in digests]
    for what in dict.fromkeys([*names, *found]):
        if what in found:
            yield Finding("seal", what, DIFFERS, found[what].sealed, found[what].found)
        else:
            part, _, name = what.partition(": ")
            yield Finding("seal", what, EQUAL, sealed[part][name], sealed[part][name])


def _bench_options(manifest: Mapping[str, Any], data: str | None) -> BenchOptions:
    known = {one.name for one in fields(BenchOptions)}
    choices = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in manifest["determines"]["bench"].get("choices", {}).items()
        if name in known and value is not None
    }
    return BenchOptions(data=data, **{"limit": manifest["asked"].get("limit"), **choices})


def _tables(stored: Run, fresh: Run, name: str) -> Iterator[Finding]:
    """Rows by their key; a row that only one side has is a difference too."""
    ignored = MAY_DIFFER.get(name, set())
    columns = [column for column in runs.SCHEMAS[name].names if column not in ignored]
    was, now = ({_key(row, name): row for row in run[name].rows(columns)} for run in (stored, fresh))
    for key in sorted(was.keys() | now.keys(), key=str):
        what = ", ".join(f"{column} {value}" for column, value in zip(KEYS[name], key, strict=True))
        if key not in was or key not in now:
            yield Finding(name, what, DIFFERS, *("row" if key in side else "no row" for side in (was, now)))
            continue
        differing = [column for column in columns if was[key][column] != now[key][column]]
        if not differing:
            yield Finding(name, what, EQUAL)
        for column in differing:
            yield Finding(name, f"{what}: {column}", DIFFERS, was[key][column], now[key][column])


def _key(row: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in KEYS[name])


def _metrics(stored: Sequence[Mapping[str, Any]], fresh: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    def by_name(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        return {_metric_name(row): row for row in rows}

    was, now = by_name(stored), by_name(fresh)
    for name in [*was, *(name for name in now if name not in was)]:
        one, other = was.get(name), now.get(name)
        equal = one is not None and other is not None and _same_numbers(one, other)
        status = EQUAL if equal else DIFFERS
        values = [None if row is None else row["value"] for row in (one, other)]
        if not equal and one and other and values[0] == values[1]:
            # The value is the same and something beside it is not: say which.
            column = next(c for c in one if not _same_number(one[c], other.get(c)))
            values = [f"{column} {row.get(column)}" for row in (one, other)]
        yield Finding("metrics", name, status, *values)


def _metric_name(row: Mapping[str, Any]) -> str:
    at = "" if row["k"] is None else f"@{row['k']}"
    return f"{row['regime']} {row['metric']}{at}" + (f" ({row['group']})" if row["group"] else "")


def _same_numbers(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.keys() == other.keys() and all(_same_number(one[name], other[name]) for name in one)


def _same_number(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def _compared(check: str, what: str, stored: Any, fresh: Any) -> Finding:
    return Finding(check, what, EQUAL if stored == fresh else DIFFERS, stored, fresh)


def _short(value: Any, most: int = 44) -> str | None:
    if value is None:
        return None
    text = f"{value:.6g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
