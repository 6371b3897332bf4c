"""python -m trainers.recipes.nano.answers_only: the same simulate tasks without the explanations.

What training on traces is compared with: the same programs and inputs, answered at once.
"""

# Annotations are evaluated here: the command line looks them up.

from dataclasses import dataclass
from pathlib import Path

from harness.tracing.claims import split_answer, with_answer
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.recipes.nano.make_data import row, write
from trainers.sources import open_folder

COMMAND = "python -m trainers.recipes.nano.answers_only"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Take the explanations out of a data set of harness.build_traces; the outputs stay."""

    nlex: Path
    """Folder made by harness.build_traces."""

    out: Path
    """JSONL file to write."""


def main(options: Options) -> None:
    if options.out.exists():
        raise UsageError(f"--out {options.out}: is there already; choose another name")
    table = open_folder(options.nlex, "nlex", "train")
    write(options.out, (answered(each["messages"]) for each in table))
    print(f"Made: {options.out} ({len(table)} rows)")


def answered(messages: list[dict[str, str]]) -> dict:
    """The row with nothing but the stated output as its answer."""
    *prompt, last = messages
    output = split_answer(last["content"])[1]
    if output is None:
        raise UsageError("an explanation of --nlex states no output: was it made by harness.build_traces?")
    return row(prompt, with_answer("", output).lstrip("\n"))


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
