"""python -m trainers.recipes.nano.exactness: how many predictions are right in every step, not only the last.

A model can reach the right output by a wrong way. The true explanations of a run's programs come from
`python -m harness.build_traces --source RUN --styles terse`.
"""

# Annotations are evaluated here: the command line looks them up.

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.problem import Test
from harness.metrics import t_interval
from harness.prompts import Prompts
from harness.runs import open_run, write_json
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.sources import open_folder

COMMAND = "python -m trainers.recipes.nano.exactness"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Compare the predictions of a run with the true explanations of its programs."""

    run: Path
    """Run directory of harness.eval with predictions."""

    nlex: Path
    """Data set that harness.build_traces made of the same programs, in the style that the model was trained
    on."""

    out: Path
    """JSON file to write."""


def main(options: Options) -> None:
    if options.out.exists():
        raise UsageError(f"--out {options.out}: is there already; choose another name")
    truth = explanations(options.nlex)
    values = compare(options.run, truth)
    if not values:
        raise UsageError(f"--nlex {options.nlex}: explains no prediction of {options.run}")
    right = t_interval([value for value, _ in values], [name for _, name in values])
    found = {"predictions": len(values), "exact": right.value, "ci_low": right.low, "ci_high": right.high}
    write_json(options.out, found)
    print(f"Made: {options.out} ({len(values)} predictions, {100 * right.value:.1f} % right in every step)")


def explanations(folder: Path) -> dict[str, str]:
    """The true explanation of each prompt."""
    found = {}
    for split in open_folder(folder, "nlex").values():
        for row in split:
            *prompt, answer = row["messages"]
            found[prompt[-1]["content"]] = words(answer["content"])
    return found


def compare(directory: Path, truth: dict[str, str]) -> list[tuple[float, str]]:
    """(1.0 if the response is the true explanation word for word, problem) for each prediction."""
    run, prompts = open_run(directory), Prompts.load()
    tests = {row["problem_id"]: public(row) for row in run["problems"].rows(["problem_id", "public_tests"])}
    codes = {(row["problem_id"], row["sample"]): row["code"] for row in run["solutions"].rows()}
    found = []
    for row in run["predictions"].rows():
        code, test = codes[row["problem_id"], row["sample"]], tests[row["problem_id"]][row["test"]]
        (asked,) = prompts.render("simulate_program", code=code, stdin=test.input)
        if asked["content"] in truth:
            exact = words(row["response"]) == truth[asked["content"]]
            found.append((float(exact), row["problem_id"]))
    return found


def public(row: dict[str, Any]) -> list[Test]:
    return [Test(test["input"], test["output"], "public") for test in json.loads(row["public_tests"])]


def words(text: str) -> str:
    """The text without the spaces that a tokenizer of words may set otherwise."""
    return re.sub(r" (?=[,\n])", "", " ".join(part for part in re.split(r" +", text.strip())))


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
