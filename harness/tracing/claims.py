"""The checkable part of an explanation: what its text claims, found by its punctuation alone.

In rules text everything taken from the run stands in a code span, and the words around a span say what it is:

    `name = value`             a variable gets this value
    (`name = value`)           it has this value now
    prints `line`              a whole line of output
    prints the text `literal`  exactly this text
    returns `value`            also yields, raises; "returns nothing" is None
    `code` is `value`          what an expression comes to here, also "which is"
    `test` is true / is false  how a condition came out           Round 3 / Rounds 3 to 17
    statement `code`           code of the program, as is every other span
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

OUTPUT_HEADING = "Output:"
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_ASSIGNMENT = re.compile(r"([^\W\d]\w*) = (.+)", re.DOTALL)
_ROUNDS = re.compile(
    r"\b(?:[Rr]ounds (?P<first>\d+) to (?P<last>\d+)|[Rr]ound (?P<one>\d+))\b"
    r"|(?P<empty>an empty line)|(?P<nothing>(?:returns|yields) nothing)|(?P<word>\b\d+\b)"
)
_WORDED = re.compile(r"\d|an empty line|s nothing")
# Between two pieces of one list of what is printed, and before its first piece.
_LISTED = re.compile(r"(?:(?:, | and )an empty line)*(?:, | and )(?P<text>the text )?")
_PRINTS = re.compile(r"prints (?:an empty line(?:, | and ))*(?P<text>the text )?$")
_BEFORE = re.compile(r"(statement|that is|returns|yields|raises) $")
_WORDS_BEFORE = ("statement ", "that is ", "returns ", "yields ", "raises ")
_ANSWER = re.compile(
    r"^Output:[ \t]*\n+(?P<fence>`{3,})[^\n`]*\n(?P<answer>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_RESULTS = ("returns", "yields", "raises")


class Claim(NamedTuple):
    """kind: set, recall, value, print, returns, yields, raises, literal, cond, round, rounds, code, number.

    name: of the variable, the expression (value) or the condition (cond); the first of some rounds.
    """

    kind: str
    name: str
    value: str


def span(text: str) -> str:
    """`text` as a code span, between as many backticks as it takes."""
    if "`" not in text:
        return f"`{text}`"
    longest = max(len(run) for run in re.findall("`+", text))
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def printed(piece: str) -> str:
    """A piece of output as it follows the word "prints"."""
    line = piece[:-1]
    if piece == "\n":
        return "an empty line"
    plain = piece.endswith("\n") and line.isprintable() and line == line.strip() and "`" not in line
    return span(line) if plain else f"the text {span(repr(piece))}"


def split_answer(text: str) -> tuple[str, str | None]:
    """(the explanation, the stated output or None): the last `Output:` line and the fenced block below it."""
    found = list(_ANSWER.finditer(text))
    if not found:
        return text, None
    return text[: found[-1].start()], found[-1]["answer"].removesuffix("\n")


def with_answer(text: str, answer: str) -> str:
    """`text` followed by the output in the form that `split_answer` reads."""
    longest = max((len(run) for run in re.findall("`{3,}", answer)), default=2)
    fence = "`" * (longest + 1)
    return f"{text.rstrip()}\n\n{OUTPUT_HEADING}\n{fence}\n{answer.removesuffix(chr(10))}\n{fence}"


def read(text: str) -> Iterator[Claim]:
    """The claims of rules text in their order. Raises ValueError for a broken literal."""
    at, depth, listing, before = 0, 0, False, ""
    for match in _SPAN.finditer(text):
        gap = text[at : match.start()]
        if _WORDED.search(gap):
            yield from _words(gap)
        depth = max(0, depth + gap.count("(") - gap.count(")"))
        content = match[2]
        if content.startswith(" ") and content.endswith(" ") and "`" in content:
            content = content[1:-1]
        at = match.end()
        follows = text[at : at + 12]
        match_list = _LISTED.fullmatch(gap) if listing else None
        if match_list is None and "prints" in gap:
            match_list = _PRINTS.search(gap)
        listing = match_list is not None
        if match_list is not None:
            word = "prints the text" if match_list["text"] else "prints"
        else:
            before_it = _BEFORE.search(gap) if gap.endswith(_WORDS_BEFORE) else None
            word = before_it[1] if before_it else ""
        if gap in (" is ", ", which is "):
            yield Claim("value", before, content)
        elif word == "prints":
            yield Claim("print", "", content + "\n")
        elif word == "prints the text":
            yield Claim("print", "", str(ast.literal_eval(content)))
        elif word in _RESULTS:
            yield Claim(word, "", content)
        elif word == "that is":
            yield Claim("literal", "", content)
        elif word == "statement":
            yield Claim("code", "", content)
        elif follows.startswith((" is true", " is false")):
            yield Claim("cond", content, "true" if follows.startswith(" is true") else "false")
        elif assigned := _ASSIGNMENT.fullmatch(content):
            yield Claim("recall" if depth else "set", assigned[1], assigned[2])
        else:
            yield Claim("code", "", content)
        before = content
    yield from _words(text[at:])


def _words(gap: str) -> Iterator[Claim]:
    for match in _ROUNDS.finditer(gap):
        if match["one"]:
            yield Claim("round", "", match["one"])
        elif match["first"]:
            yield Claim("rounds", match["first"], match["last"])
        elif match["empty"]:
            yield Claim("print", "", "\n")
        elif match["nothing"]:
            yield Claim(match["nothing"].partition(" ")[0], "", "None")
        else:
            yield Claim("number", "", match["word"])


def loose(text: str) -> Iterator[Claim]:
    """The claims about variables in free text: `x = 3`, x is now 3, x becomes [1, 2].

    Text inside fenced blocks is code or output and is left out.
    """
    text = re.sub(r"^(`{3,}).*?^\1[ \t]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    for match in _LOOSE.finditer(text):
        start = match.end()
        value = _literal_at(text, start)
        if value is not None:
            yield Claim("set", match["name"], value)


_LOOSE = re.compile(
    r"(?<![\w.\]\)])(?P<name>[^\W\d]\w*)`?(?: = |=(?!=)| is now (?:equal to )?| becomes | is set to "
    r"| is updated to | equals | now holds | is initiali[sz]ed to )(?=`?[-'\"\[\(\{\dTFN])`?"
)


def _literal_at(text: str, start: int) -> str | None:
    """The Python literal that begins at `start`, as its source; None where there is none."""
    end = _closing(text, start)
    candidate = text[start:end]
    try:
        ast.literal_eval(candidate)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    # `x = 3 + y` is no claim that x is 3.
    return None if _GOES_ON.match(text, end) else candidate


_GOES_ON = re.compile(r" ?[-+*/%@&|^<>]+ ?[\w(\[]|[.\[(]\w")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|True\b|False\b|None\b")


def _closing(text: str, start: int) -> int:
    opening = text[start : start + 1]
    if opening in "'\"":
        match = re.compile(rf"{opening}(?:\\.|[^{opening}\\])*{opening}").match(text, start)
        return match.end() if match else start
    if opening in "[({":
        depth, at = 0, start
        while at < len(text):
            if text[at] in "'\"":
                at = max(_closing(text, at), at + 1)
                continue
            depth += (text[at] in "[({") - (text[at] in "])}")
            at += 1
            if depth == 0:
                return at
        return start
    match = _NUMBER.match(text, start)
    return match.end() if match else start
