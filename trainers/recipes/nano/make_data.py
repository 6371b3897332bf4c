"""python -m trainers.recipes.nano.make_data: what the miniature is trained on, but for the traces.

Programs and inputs for harness.build_traces; solve and fix tasks as instruction data. All of it is from the
training split.
"""

# Annotations are evaluated here: the command line looks them up.

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.nano.problems import answers, stdin, with_tests
from benchmarks.nano.programs import Meaning, program, run, styles
from benchmarks.nano.sentences import Sentence, draw, slips
from benchmarks.problem import Problem, Test
from harness.answers import TIMEOUT, error_answer
from harness.prompts import Prompts
from harness.regimes.questions import Observation, Questions
from selfexec import commandline
from selfexec.errors import UsageError

COMMAND = "python -m trainers.recipes.nano.make_data"

# How many of the simulated programs, and of the programs to be submitted or fixed, are the right ones.
_RIGHT_SIMULATED, _RIGHT_JUDGED = 0.5, 0.35
_INPUTS = 2
# How many of the simulated programs are of the level that is hard to follow.
_HARD = 0.55
# How many of the programs are miswritten, as some of a solver's are. Who never saw such a one takes it for
# what it should have been.
_MISWRITTEN = 0.05
# How many solve and fix prompts show the example tests.
_SHOWN = 0.6
# A miswritten program that has run so many lines will not end.
_LINES = 5000
# A variable of a nano program; 'a' in quotes is none.
_NAME = re.compile(r"(?<!')\b[a-z]\b(?!')")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Write programs.jsonl (for harness.build_traces), solve.jsonl and fix.jsonl (for trainers.sft)."""

    out: Path
    """Folder for the files."""

    seed: int = 0
    """Seed of the data."""

    programs: int = 6000
    """Programs to be traced, each on two inputs."""

    solves: int = 20000
    """Solve tasks."""

    fixes: int = 15000
    """Submit-or-fix tasks."""


def main(options: Options) -> None:
    if options.out.exists():
        raise UsageError(f"--out {options.out}: is there already; choose another name")
    options.out.mkdir(parents=True)
    write(options.out / "programs.jsonl", programs(options.seed, options.programs))
    write(options.out / "solve.jsonl", solves(options.seed, options.solves))
    write(options.out / "fix.jsonl", fixes(options.seed, options.fixes))
    print(f"Made: {options.out} (programs.jsonl, solve.jsonl, fix.jsonl)")


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def programs(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Right and wrong programs, none twice, in the format of harness.build_traces."""
    rng = Random(f"nano programs {seed}")
    seen = set()
    while len(seen) < count:
        sentence = draw(rng, "train", "clear" if rng.random() < _HARD else "loose")
        source = in_some_style(rng, candidate(rng, sentence, _RIGHT_SIMULATED))
        if rng.random() < _MISWRITTEN:
            source = miswritten(rng, source)
        if source not in seen and compiles(source):
            seen.add(source)
            inputs = sorted({stdin(rng, sentence.meaning) for _ in range(_INPUTS)})
            yield {"program_id": f"nano-{seed}-{len(seen)}", "source": source, "inputs": inputs}


def solves(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """A statement, with its example tests or without, and the meant program."""
    rng = Random(f"nano solves {seed}")
    prompts = Prompts.load()
    for number in range(count):
        sentence, problem = some_problem(rng, f"nano-train-{seed}-{number}")
        questions = Questions(prompts, hide_public_tests=rng.random() > _SHOWN)
        yield row(questions.solve(problem, (0,)).messages, code_block(in_some_style(rng, sentence.meaning)))


def fixes(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """A program and what it really prints on the public tests: SUBMIT if all is right, or the meant one."""
    rng = Random(f"nano fixes {seed}")
    prompts = Prompts.load()
    made = 0
    while made < count:
        sentence, problem = some_problem(rng, f"nano-train-{seed}-{made}")
        source = in_some_style(rng, candidate(rng, sentence, _RIGHT_JUDGED))
        if rng.random() < _MISWRITTEN:
            source = miswritten(rng, source)
        outputs = [real_answer(source, test.input) for test in problem.public_tests]
        if None in outputs:
            continue
        made += 1
        questions = Questions(prompts, hide_public_tests=rng.random() > _SHOWN)
        feedback = rng.choice(("simulated", "executed"))
        observations = [
            Observation(output, accepted=output == test.output)
            for output, test in zip(outputs, problem.public_tests, strict=True)
        ]
        request = questions.fix(problem, 0, source, 1, observations, feedback)
        right = all(observation.accepted for observation in observations)
        answer = "SUBMIT" if right else code_block(in_some_style(rng, sentence.meaning))
        yield row(request.messages, answer)


def some_problem(rng: Random, problem_id: str) -> tuple[Sentence, Problem]:
    """A problem of the training split with one to four tests, chosen with less care than the benchmark's."""
    while True:
        sentence = draw(rng, "train", "mixed")
        expected = answers(rng, sentence.meaning, 4)
        if expected:
            tests = tuple(Test(text, output, "public") for text, output in expected.items())
            return sentence, with_tests(problem_id, sentence, tests[: rng.randint(1, 4)])


def candidate(rng: Random, sentence: Sentence, right: float) -> Meaning:
    """The meant program with this probability, else another reading or a slip of the same split."""
    wrong = (*sentence.readings[1:] * 3, *slips(sentence.meaning))
    return sentence.meaning if rng.random() < right or not wrong else rng.choice(wrong)


def miswritten(rng: Random, source: str) -> str:
    """The program with one slip of the pen; it need not compile any more.

    A line is left out, stands twice or takes the place of another one, or a name is taken for another.
    """
    lines = source.split("\n")
    place = rng.randrange(len(lines))
    line = lines[place]
    match rng.choice(("leave out", "repeat", "replace", "rename")):
        case "leave out":
            del lines[place]
        case "repeat":
            lines.insert(place, line)
        case "replace":
            margin = line[: len(line) - len(line.lstrip())]
            lines[place] = margin + rng.choice(lines).lstrip()
        case "rename":
            if names := list(_NAME.finditer(line)):
                start, end = rng.choice(names).span()
                lines[place] = line[:start] + rng.choice(sorted({*_NAME.findall(source), "k"})) + line[end:]
    return "\n".join(lines)


def real_answer(source: str, stdin: str) -> str | None:
    """What a program prints, or the error that ends it, `<timeout>` included; None if the input is wrong."""
    left = _LINES

    def count(*_: object) -> Callable[..., Any]:
        nonlocal left
        left -= 1
        if not left:
            raise TimeoutError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        return run(source, stdin)
    except TimeoutError:
        return TIMEOUT
    except Exception as error:
        return error_answer(type(error).__name__)
    finally:
        sys.settrace(before)


def compiles(source: str) -> bool:
    try:
        compile(source, "<nano>", "exec")
    except SyntaxError:
        return False
    return True


def in_some_style(rng: Random, meaning: Meaning) -> str:
    return program(meaning, rng.choice(list(styles(meaning))))


def code_block(source: str) -> str:
    return f"```python\n{source}\n```"


def row(messages: Iterable[Mapping[str, str]], answer: str) -> dict[str, Any]:
    return {"messages": [*map(dict, messages), {"role": "assistant", "content": answer}]}


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
