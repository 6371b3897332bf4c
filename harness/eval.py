"""python -m harness.eval: a model on a benchmark, under one or more regimes, into a run directory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from benchmarks import Benchmark, load, starter
from benchmarks.problem import Problem
from harness import console, manifest, runs
from harness.engines import Engine, EngineOptions, Sampling, open_engine
from harness.engines.replay import ReplayEngine
from harness.eval_options import EvalOptions
from harness.judge import Judge
from harness.prompts import Prompts
from harness.regimes import plan, summary
from harness.regimes.direct import problem_row
from harness.regimes.questions import Questions
from harness.reports import seal
from harness.stages import PREDICTING, Evaluation, stages
from sandboxes.pool import open_pool
from selfexec.commandline import run as run_command
from selfexec.errors import UsageError

NAME = "python -m harness.eval"

# Options that take a part of a benchmark.
NARROWING = ("limit", "difficulty", "platform", "start_date", "end_date", "release", "io_only", "split")


def main(options: EvalOptions) -> int:
    options.check()
    _refuse_existing(options)
    bench = load(options.bench, options.data)
    prompts = Prompts.load(options.prompts, options.model.prompt_form, options.model.system_prompt)
    questions = Questions(prompts, options.hide_public_tests, options.feedback_detail == "trace")
    sampling = options.sampling.sampling(options.seed, stop=prompts.stop)
    problems = {problem.problem_id: problem for problem in bench}
    if not problems:
        raise UsageError(f"--bench {options.bench}: no problem is left with these options; relax them")
    plan.check_regimes(problems, options.regimes)
    for line in bench.notes:
        console.note(f"{options.bench}: {line}")
    if options.dry_run:
        print_plan(options, problems, questions)
        return 0
    model = _model_options(options)
    with (
        open_pool(options.sandbox) as pool,
        _opened(model) as engine,
        _opened(_verifier_options(options, model), unless=engine) as verifier,
    ):
        solver = engine if options.solutions is None else ReplayEngine(options.solutions)
        _check_recordings(options, problems, solver, engine)
        factors = (options.sandbox.time_factor, options.sandbox.memory_factor)
        judge = Judge(pool, *factors, stop_early=not options.all_tests, share_identical=True)
        left_out = judge.faults(problems.values())
        for problem_id, why in left_out.items():
            del problems[problem_id]
            console.note(f"left out: {why}")
        if not problems:
            raise UsageError(
                f"--bench {options.bench}: every problem's own reference solution fails its tests"
            )
        engines = {"engine": engine, "solver": solver, "verifier": verifier}
        record = manifest.build(
            determines=_determines(options, bench, prompts, sampling, engines),
            asked=_asked(options),
            sandbox=pool.describe(),
        )
        record["left_out"] = left_out
        for role, one in engines.items():
            record[role] = one.describe() if role == "engine" or one is not engine else None
        if model != options.model:
            record["engine"]["model"] = "scripted (not a model)"
            console.note("starter: replaying its own scripted completions, known programs and not a model")
        run = runs.create(options.out, record, options.resume)
        opened = Evaluation(
            options, problems, **engines, sampling=sampling, questions=questions, judge=judge, run=run
        )
        try:
            evaluate(opened, record)
        finally:
            run.close()
    return 0


def _determines(
    options: EvalOptions,
    bench: Benchmark,
    prompts: Prompts,
    sampling: Sampling,
    engines: Mapping[str, Engine],
) -> dict[str, Any]:
    """What results depend on. --limit is left out: a run may grow by problems, its rows are by problem."""
    described = bench.describe()
    described["choices"].pop("limit", None)
    return {
        "bench": described,
        **{role: _identity(engine) for role, engine in engines.items()},
        "sampling": _plain(sampling),
        "prompts": prompts.describe(),
        "max_turns": options.max_turns,
        "feedback_detail": options.feedback_detail,
        "hide_public_tests": options.hide_public_tests,
        "pooling": options.pooling,
        "extraction": options.extraction,
        "all_tests": options.all_tests,
        "time_factor": options.sandbox.time_factor,
        "memory_factor": options.sandbox.memory_factor,
    }


def _check_recordings(
    options: EvalOptions, problems: dict[str, Problem], solver: Engine, engine: Engine
) -> None:
    """What is replayed must hold what the regimes will ask for: UsageError before anything is written."""
    if isinstance(solver, ReplayEngine):
        flag = "--completions" if solver is engine else "--solutions"
        narrowed = any(getattr(options.data, name) for name in NARROWING)
        plan.check_solutions(flag, solver, problems, options.n, narrowed)
    if isinstance(engine, ReplayEngine):
        plan.check_kinds(engine, problems, options.regimes)


def _identity(engine: Engine) -> dict[str, Any]:
    """What answers. Where a server is reached is left out: it may be started again on another port."""
    return {name: value for name, value in engine.identity.items() if name != "url"}


def _asked(options: EvalOptions) -> dict[str, Any]:
    """What may grow when a run is resumed."""
    return {
        "bench": options.bench,
        "regimes": options.regimes,
        "n": options.n,
        "ks": options.ks,
        "sim_attempts": options.sim_attempts,
        "feedback": options.feedback,
        "limit": options.data.limit,
    }


def evaluate(evaluation: Evaluation, record: dict[str, Any]) -> None:
    """Run every stage that the regimes need, then write metrics and totals and say where they are."""
    options, run = evaluation.options, evaluation.run
    started, clock = manifest.now(), time.monotonic()
    known = run["problems"].keys()
    run.append(
        "problems",
        [problem_row(problem) for name, problem in evaluation.problems.items() if (name,) not in known],
    )
    for stage in stages(options):
        stage(evaluation)
        run.flush()
    stored = run.manifest()
    record = stored | {name: record[name] for name in ("asked", "environment", "left_out")}
    record["sessions"] = [
        *stored["sessions"],
        {
            "started": started,
            "ended": manifest.now(),
            "wall_s": round(time.monotonic() - clock, 3),
            "usage": _plain(evaluation.engine.usage),
            "verifier_usage": _plain(evaluation.verifier.usage)
            if evaluation.verifier is not evaluation.engine
            else None,
        },
    ]
    record["totals"] = manifest.totals(run, record["sessions"], evaluation.solver is not evaluation.engine)
    metrics = summary.summarise(run, record)
    runs.write_json(run.metrics_path, metrics)
    runs.write_json(run.manifest_path, seal.sealed(run, record))
    print_headline(options, metrics)
    console.note(f"run: {options.out} (tables, manifest.json, metrics.json)")


def _refuse_existing(options: EvalOptions) -> None:
    """Say early, before a model is loaded, that --out is taken."""
    if not options.resume and (options.out / "manifest.json").exists():
        raise UsageError(f"--out {options.out} exists; add --resume to continue it, or choose another name")


def print_headline(options: EvalOptions, metrics: list[dict[str, Any]]) -> None:
    shown = [
        row
        for row in metrics
        if row["group"] is None and (row["k"] in options.ks or row["k"] is None) and row["value"] is not None
    ]
    console.print_table(
        f"{options.bench}: means over problems in percent, 95 % intervals",
        ("regime", "metric", "k", "value", "problems", "samples"),
        [
            (
                row["regime"],
                row["metric"],
                row["k"],
                _value(row),
                row["n_problems"],
                row["n_samples"],
            )
            for row in shown
        ],
    )


def _value(row: dict[str, Any]) -> str | None:
    if row["metric"] != "mean_turns":
        return console.percent_with_interval(row)
    if row["ci_low"] is None:
        return f"{row['value']:.2f}"
    return f"{row['value']:.2f} [{row['ci_low']:.2f}, {row['ci_high']:.2f}]"


def print_plan(options: EvalOptions, problems: dict[str, Problem], questions: Questions) -> None:
    """--dry-run: the first prompts, and how many requests and tokens the run may come to."""
    for request in plan.first_prompts(
        next(iter(problems.values())), questions, options.n, options.sim_attempts
    ):
        print(f"--- {request.kind}, {request.problem_id}, {len(request.indices)} completions")
        for message in request.messages:
            print(f"[{message['role']}]\n{message['content']}\n")
    rows = plan.requests(
        problems.values(),
        n=options.n,
        solved=options.solutions is not None,
        attempts=options.sim_attempts if PREDICTING & set(options.regimes) else 0,
        repairs=options.max_turns - 1 if "self-fix" in options.regimes else 0,
        feedback=options.feedback,
    )
    most = options.sampling.max_tokens
    console.print_table(
        f"{options.bench}: {len(problems)} problems",
        ("requests", "prompts", "completions", "tokens, at most"),
        [(what, f"{prompts:,}", f"{wanted:,}", f"{wanted * most:,}") for what, prompts, wanted in rows],
    )


@contextmanager
def _opened(options: EngineOptions | None, unless: Engine | None = None) -> Iterator[Engine]:
    """The engine that `options` ask for, closed at the end; `unless` where there are none."""
    if options is None:
        yield unless
        return
    engine = open_engine(options)
    try:
        yield engine
    finally:
        engine.close()


def _model_options(options: EvalOptions) -> EngineOptions:
    """The starter set brings completions of its own, so that everything runs without a model."""
    model = options.model
    if options.bench == "starter" and model.engine == "replay" and model.completions is None:
        return replace(model, completions=starter.completions_path())
    return model


def _verifier_options(options: EvalOptions, model: EngineOptions) -> EngineOptions | None:
    if options.verifier_model is None:
        return None
    return replace(model, model=options.verifier_model, revision=None, adapter=None, served_model=None)


def _plain(value: Any) -> dict[str, Any]:
    """A dataclass as JSON has it."""
    return json.loads(json.dumps(asdict(value)))


if __name__ == "__main__":
    run_command(NAME, EvalOptions, main)
