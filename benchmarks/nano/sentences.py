"""Sentences of a split and level: a statement, what it is meant to say, what else it could be taken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random

from benchmarks.nano import wording
from benchmarks.nano.parts import ENDINGS, FOLDS, LETTERS
from benchmarks.nano.programs import Meaning
from benchmarks.nano.wording import Phrase

SPLITS = ("test", "valid", "train")
LEVELS = ("mixed", "clear", "loose")

# Of ten compositions one belongs to valid and two to test; the rest is for training.
_VALID, _TEST = 2, (0, 5)

_CLEAR_SOURCES = {"list": 10, "range": 4, "down": 3, "rows": 0.35, "words": 9}
_LOOSE_SOURCES = {"list": 5, "range": 1, "words": 2}

# The least and the greatest constant, a letter count apart.
CONSTANTS = (2, 5)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A worded problem before it has tests.

    readings: all meanings of its loose phrases, the meant one first; a clear sentence has one.
    """

    statement: str
    meaning: Meaning
    readings: tuple[Meaning, ...]
    worded: Mapping[str, Phrase] = field(repr=False)

    @property
    def level(self) -> str:
        return "loose" if len(self.readings) > 1 else "clear"


def split_of(meaning: Meaning) -> str:
    """The split that a composition belongs to.

    Sources and the kinds of filter, transformation and fold are numbered, and a weighted sum of the numbers
    decides, as in a Latin square: every kind comes equally often in every split, and no pair is missing from
    training.
    """
    source, filters, turn, fold = meaning.kinds()
    place = (7 * sum(3**number for number in filters) + turn + 3 * fold + 3 * source) % 10
    return "test" if place in _TEST else "valid" if place == _VALID else "train"


def draw(rng: Random, split: str, level: str) -> Sentence:
    """A random sentence whose meant reading lies in the split (and with it all other readings)."""
    if level == "mixed":
        level = rng.choice(("clear", "loose"))
    while True:
        sentence = _draw(rng, loose=level == "loose")
        if (
            all(each.sensible() for each in sentence.readings)
            and _has_inputs(sentence.meaning)
            and split_of(sentence.meaning) == split
            and sentence.level == level
            and (level == "loose" or _is_hard(sentence.meaning))
        ):
            return sentence


def _draw(rng: Random, loose: bool) -> Sentence:
    sources = _LOOSE_SOURCES if loose else _CLEAR_SOURCES
    source = rng.choices(list(sources), list(sources.values()))[0]
    of_words = source == "words"
    worded: dict[str, Phrase] = {}
    for slot, often in (("filter", 0.45), ("second", 0.0), ("turn", 0.35), ("fold", 0.4), ("ending", 0.0)):
        wants_loose = loose and rng.random() < often
        candidates = tuple(
            phrase for phrase in wording.phrases(slot, of_words) if phrase.loose == wants_loose
        )
        worded[slot] = wording.choose(rng, candidates)
    if loose or rng.random() < 0.5:
        worded["second"] = wording.phrases("second", of_words)[0]
    parts = {slot: wording.read(rng, phrase) for slot, phrase in worded.items()}
    constants = {
        slot: _constant(rng, phrase)
        for slot, phrase in worded.items()
        if "C" in phrase.text or "L" in phrase.text
    }
    if source == "down":
        constants["step"] = str(rng.randint(1, 3))
    readable = [slot for slot in ("filter", "second", "turn") if "C" in worded[slot].text]
    read = rng.choice(readable) if readable and rng.random() < 0.4 else ""
    meaning = Meaning(source, **parts, constants=tuple(sorted(constants.items())), read=read)
    shown = constants | ({read: "k"} if read else {})
    text = wording.statement(source, worded, shown, bool(read))
    return Sentence(text, meaning, _readings(meaning, worded), worded)


def _constant(rng: Random, phrase: Phrase) -> str:
    if "L" in phrase.text:
        return rng.choice(LETTERS)
    if "letters" in phrase.text:
        return str(rng.randint(3, 5))
    return str(rng.randint(*CONSTANTS))


def _has_inputs(meaning: Meaning) -> bool:
    """Are there enough inputs to test it on? One small number alone has too few values."""
    return meaning.source not in ("range", "down") or bool(meaning.read)


def _is_hard(meaning: Meaning) -> bool:
    """Is there more to it than one filter, one transformation and one fold over a line?"""
    return (
        meaning.second != "all"
        or meaning.source in ("range", "down", "rows")
        or meaning.fold in ("rises", "falls", "running")
    )


def _readings(meaning: Meaning, worded: Mapping[str, Phrase]) -> tuple[Meaning, ...]:
    slots = [slot for slot, phrase in worded.items() if phrase.loose]
    combinations = product(*(worded[slot].readings for slot in slots))
    every = [replace(meaning, **dict(zip(slots, parts, strict=True))) for parts in combinations]
    return (meaning, *(each for each in every if each != meaning))


def mutations(meaning: Meaning) -> tuple[Meaning, ...]:
    """Every sensible meaning that differs in one slot or in one constant by one, whatever its split."""
    choices = {
        "filter": meaning.filters,
        "second": meaning.filters,
        "turn": meaning.turns,
        "fold": FOLDS,
        "ending": ENDINGS,
    }
    constants = dict(meaning.constants)
    found = []
    for slot, parts in choices.items():
        if slot == "second" and meaning.second == "all":
            continue
        for part in parts:
            other = replace(meaning, **{slot: part})
            if other != meaning and _has_constants(other) and other.sensible():
                found.append(other)
    for slot, value in constants.items():
        if slot == meaning.read or not value.isdigit():
            continue
        for number in (int(value) - 1, int(value) + 1):
            if number >= (2 if slot == "turn" else 1):
                moved = tuple(sorted((constants | {slot: str(number)}).items()))
                found.append(replace(meaning, constants=moved))
    return tuple(found)


def slips(meaning: Meaning) -> tuple[Meaning, ...]:
    """The mutations that lie in the meaning's own split: the wrong programs that training may see."""
    return tuple(each for each in mutations(meaning) if split_of(each) == split_of(meaning))


def _has_constants(meaning: Meaning) -> bool:
    """Does every part that needs a number or a letter find one of that sort, and is what is read in use?"""
    codes = {
        "filter": meaning.filters[meaning.filter].code,
        "second": meaning.filters[meaning.second].code,
        "turn": meaning.turns[meaning.turn].code,
        "ending": ENDINGS[meaning.ending],
    }
    for slot, code in codes.items():
        value = meaning.constant(slot)
        number = value.isdigit() or slot == meaning.read
        if ("C" in code and not number) or ("L" in code and (number or not value)):
            return False
    return not meaning.read or "C" in codes[meaning.read]
