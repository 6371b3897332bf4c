"""python -m trainers.recipes.nano.make_rlset: an RL set of nano problems of the training split.

What trainers.data makes of a benchmark and a run, but the programs whose outputs are to be predicted are
generated, right ones and wrong ones, so that a model can be trained that has never solved anything.
"""

# Annotations are evaluated here: the command line looks them up.

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.nano.problems import Made, stream
from benchmarks.nano.programs import run
from selfexec import commandline
from selfexec.errors import UsageError
from trainers import rlset
from trainers.recipes.nano.make_data import candidate, in_some_style

COMMAND = "python -m trainers.recipes.nano.make_rlset"

_RIGHT = 0.6
_PROGRAMS = 2


@dataclass(frozen=True, kw_only=True)
class Options:
    """Write an RL set for trainers.rl: nano problems with their tests, and programs with their outputs."""

    out: Path
    """Folder to write."""

    seed: int = 0
    """Seed of the problems; no seed of an evaluation, since its problems are of another split."""

    problems: int = 1000
    """Problems to train on."""


def main(options: Options) -> None:
    if options.out.exists():
        raise UsageError(f"--out {options.out}: is there already; choose another name")
    made = list(islice(stream(options.seed, "train", "mixed"), options.problems))
    predictions = list(predicted(options.seed, made))
    summary = {
        "command": COMMAND,
        "seed": options.seed,
        "problems": {"train": len(made), "validation": 0},
        "predictions": {"train": len(predictions), "validation": 0},
    }
    rlset.write(
        options.out,
        {"train": [each.problem for each in made], "validation": []},
        {"train": predictions, "validation": []},
        summary,
    )
    print(f"Made: {options.out} ({len(made)} problems, {len(predictions)} predictions)")


def predicted(seed: int, made: Sequence[Made]) -> Iterator[dict[str, Any]]:
    """Rows of output prediction: programs of each problem on its public tests."""
    rng = Random(f"nano predictions {seed}")
    for each in made:
        for sample in range(_PROGRAMS):
            code = in_some_style(rng, candidate(rng, each.sentence, _RIGHT))
            for test, shown in enumerate(each.problem.public_tests):
                answer = run(code, shown.input)
                if answer is not None:
                    yield {
                        "problem_id": each.problem.problem_id,
                        "model": "generated",
                        "sample": sample,
                        "test": test,
                        "code": code,
                        "answer": answer,
                    }


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
