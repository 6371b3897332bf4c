"""What an evaluation can be told: the flags of python -m harness.eval."""

# Annotations are evaluated here: the nested option classes are looked up by the command line.

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from benchmarks import BenchOptions
from harness.engines import EngineOptions, SamplingOptions
from harness.regimes.episodes import Feedback
from harness.storage import Place
from sandboxes.pool import SandboxOptions
from selfexec.errors import UsageError

Regime = Literal["direct", "self-verify", "self-fix", "output-prediction"]


@dataclass(frozen=True, kw_only=True)
class EvalOptions:
    """Evaluate a model on a benchmark: sample solutions, judge them, and let the model verify and fix
    its own work by simulating it. Everything lands in a run directory that python -m harness.report reads."""

    bench: str
    """The benchmark: starter, livecodebench, code_contests, cruxeval, humaneval, mbpp."""

    out: Place
    """The run directory, or s3://, gs:// or hf://. It must not exist, except with --resume."""

    resume: bool = False
    """Continue the run in --out: what it holds is kept, only what is missing is asked for."""

    regimes: list[Regime] = field(default_factory=lambda: ["direct"])
    """Which regimes; they share the sampled solutions."""

    n: Annotated[int, Parameter(name="-n")] = 20
    """Solutions sampled per problem."""

    ks: list[int] = field(default_factory=lambda: [1, 5, 10])
    """Values of k in pass@k and its relatives."""

    sim_attempts: int = 5
    """Output predictions per solution and public test."""

    max_turns: int = 10
    """Self-fix: most solutions in an episode, the first one included."""

    feedback: list[Feedback] = field(default_factory=lambda: ["simulated", "executed"])
    """Self-fix: what a fix is based on; executed is the oracle that simulation is measured against."""

    feedback_detail: Literal["output", "trace"] = "output"
    """Self-fix: show only the predicted outputs, or the whole simulated explanations too."""

    hide_public_tests: bool = False
    """Take the example tests out of the statement, so that the verifying tests are unseen at solving time."""

    pooling: Literal["mean", "majority"] = "mean"
    """Self-verify: how the attempts at one test become one score."""

    solutions: Path | None = None
    """Solve nothing: take the solutions of another run or file (as --completions reads them), and let the
    model simulate, verify or fix those."""

    verifier_model: str | None = None
    """Self-verify, output-prediction: another model that simulates, on the same engine."""

    all_tests: bool = False
    """Judge every solution on every test; else on the public ones, and the others up to the first failure."""

    extraction: Literal["lenient", "lcb"] = "lenient"
    """How a program is found in a response; lcb is LiveCodeBench's rule."""

    prompts: Path | None = None
    """Folder of templates that replace the packaged ones of the same name."""

    seed: int = 0
    """Seeds every draw of the run."""

    dry_run: bool = False
    """Show the first prompts and the number of requests, ask nothing and write nothing."""

    data: Annotated[BenchOptions, Parameter(name="*", group="Problems")] = field(default_factory=BenchOptions)
    model: Annotated[EngineOptions, Parameter(name="*", group="Model")]
    sampling: Annotated[SamplingOptions, Parameter(name="*", group="Sampling")] = field(
        default_factory=SamplingOptions
    )
    sandbox: Annotated[SandboxOptions, Parameter(name="*", group="Sandbox")] = field(
        default_factory=SandboxOptions
    )

    def check(self) -> None:
        for flag, value, least in (
            ("-n", self.n, 1),
            ("--sim-attempts", self.sim_attempts, 1),
            ("--max-turns", self.max_turns, 1),
            ("--ks", min(self.ks, default=0), 1),
        ):
            if value < least:
                raise UsageError(f"{flag} {value} is not at least {least}")
