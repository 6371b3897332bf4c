"""Sentences become problems: tests are chosen so that what a solver could get wrong fails one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from benchmarks.nano.parts import FOLDS, WORDS
from benchmarks.nano.programs import Meaning, program, run
from benchmarks.nano.sentences import CONSTANTS, Sentence, draw, mutations
from benchmarks.problem import Problem, Test

MIN_PRIVATE = 10
_CANDIDATES = 60
# A problem whose answer hardly depends on the input is none.
_DISTINCT = 4
# How many public tests: two or three mostly.
_PUBLIC = (1, 2, 2, 3, 3, 4)
# Inputs hold numbers below this one. The fewer there are, the sooner a small model has seen every sum.
_NUMBERS = 7
# A test that tells one reading of a loose phrase from another is worth several that find a slip.
_READING_WEIGHT = 4


@dataclass(frozen=True)
class Made:
    """A problem with all that is known of it. `rivals`: the wrong readings and then the mutations that differ
    from the meant program on some input; each of them fails at least one private test."""

    problem: Problem
    sentence: Sentence
    rivals: tuple[Meaning, ...]

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        return self.problem.load_tests()


def stream(seed: int, split: str, level: str) -> Iterator[Made]:
    """Problems without end, no statement twice. The first n are the same, however many are asked for."""
    seen = set()
    number = 0
    while True:
        rng = Random(f"nano {seed} {split} {level} {number} {len(seen)}")
        sentence = draw(rng, split, level)
        made = None
        if sentence.statement not in seen:
            seen.add(sentence.statement)
            made = make(rng, sentence, f"nano-{split}-{level}-{seed}-{number}")
        else:
            seen.add(f"{sentence.statement} {len(seen)}")
        if made:
            number += 1
            yield made


def make(rng: Random, sentence: Sentence, problem_id: str) -> Made | None:
    """The problem of a sentence; None if its readings cannot be told apart by tests."""
    meant = sentence.meaning
    expected = answers(rng, meant, _CANDIDATES)
    if len(set(expected.values())) < _DISTINCT:
        return None
    inputs = list(expected)
    readings = [each for each in sentence.readings if each != meant]
    failed: dict[Meaning, set[str]] = {}
    for rival in (*readings, *mutations(meant)):
        text = program(rival)
        failed[rival] = {each for each in inputs if run(text, each) != expected[each]}
    if any(not failed[each] for each in readings):
        return None
    rivals = {rival: inputs_ for rival, inputs_ in failed.items() if inputs_}
    weights = {rival: _READING_WEIGHT if rival in readings else 1 for rival in rivals}
    wanted = rng.choice(_PUBLIC)
    public = _cover(inputs, rivals, weights, wanted)
    public += [each for each in inputs if each not in public][: max(0, wanted - len(public))]
    rest = [each for each in inputs if each not in public]
    if any(not (rivals[each] - set(public)) for each in readings):
        return None
    rivals = {rival: inputs_ for rival, inputs_ in rivals.items() if inputs_ - set(public)}
    private = _cover(rest, rivals, weights, len(rest))
    private += [each for each in rest if each not in private][: max(0, MIN_PRIVATE - len(private))]
    if len(private) < MIN_PRIVATE:
        return None
    tests = tuple(
        Test(text, expected[text], visibility)
        for visibility, texts in (("public", public), ("private", private))
        for text in texts
    )
    return Made(with_tests(problem_id, sentence, tests), sentence, tuple(rivals))


def answers(rng: Random, meaning: Meaning, count: int) -> dict[str, str]:
    """What the program of a meaning prints, by input; of so many random inputs those that could be tests."""
    source = program(meaning)
    found = {}
    for _ in range(count):
        text = stdin(rng, meaning)
        output = run(source, text)
        if output is not None and _settled(meaning, text):
            found[text] = output
    return found


def with_tests(problem_id: str, sentence: Sentence, tests: tuple[Test, ...]) -> Problem:
    """The problem of a sentence with these tests, the public ones first."""
    public = tuple(test for test in tests if test.visibility == "public")
    examples = "\n".join(f"Input:\n{test.input}Output:\n{test.output}" for test in public).rstrip("\n")
    return Problem(
        problem_id=problem_id,
        statement=f"{sentence.statement}\n\n{examples}",
        bare_statement=sentence.statement,
        public_tests=public,
        load_tests=lambda: tests,
        time_limit_s=0.5,
        memory_limit_bytes=256 << 20,
        tags={"difficulty": sentence.level, "source": sentence.meaning.source},
    )


def _cover(
    inputs: Sequence[str], rivals: dict[Meaning, set[str]], weights: dict[Meaning, int], most: int
) -> list[str]:
    """At most so many inputs, each the one that fails most of the rivals that none before has failed."""
    chosen: list[str] = []
    alive = {rival for rival, failing in rivals.items() if failing.intersection(inputs)}
    while alive and len(chosen) < most:
        best = max(inputs, key=lambda text: sum(weights[rival] for rival in alive if text in rivals[rival]))
        chosen.append(best)
        alive = {rival for rival in alive if best not in rivals[rival]}
    return chosen


def _settled(meaning: Meaning, text: str) -> bool:
    """Does the statement say what is printed here? (Not what, say, the largest of no numbers is.)"""
    output = run(program(replace(meaning, ending="none")), text) or ""
    return bool(output.strip()) and FOLDS[meaning.fold].none not in output.split()


def stdin(rng: Random, meaning: Meaning) -> str:
    """A random input: few and small values, in half of the cases with one that sits on a boundary."""
    numbers = [int(value) for slot, value in meaning.constants if value.isdigit() and slot != "step"]
    lines = []
    if meaning.read:
        k = rng.randint(3, 5) if meaning.of_words and meaning.read != "turn" else rng.randint(*CONSTANTS)
        lines.append(str(k))
        numbers.append(k)
    match meaning.source:
        case "range":
            lines.append(str(rng.randint(3, 5)))
        case "down":
            lines.append(str(rng.randint(3, 6)))
        case "words":
            lines.append(_words(rng, meaning))
        case "list":
            lines.append(" ".join(_numbers(rng, 3, numbers)))
        case "rows":
            first, second, third, fourth = _numbers(rng, 4, numbers)
            lines += ["2", f"{first} {second}", f"{third} {fourth}"]
    return "".join(line + "\n" for line in lines)


def _numbers(rng: Random, count: int, boundaries: Sequence[int]) -> list[str]:
    """Small numbers, none twice: a small model copies a list by what stood before, which repeats blur."""
    values = rng.sample(range(_NUMBERS), count)
    boundary = rng.choice(boundaries) if boundaries and rng.random() < 0.5 else values[0]
    if boundary not in values and boundary < _NUMBERS:
        values[rng.randrange(count)] = boundary
    return [str(value) for value in values]


def _words(rng: Random, meaning: Meaning) -> str:
    words = rng.sample(WORDS, 3)
    letter = meaning.constant("filter")
    fitting = [word for word in WORDS if letter.isalpha() and letter in (word[0], word[-1])]
    fitting = [word for word in fitting if word not in words]
    if fitting and rng.random() < 0.8:
        words[rng.randrange(len(words))] = rng.choice(fitting)
    return " ".join(words)
