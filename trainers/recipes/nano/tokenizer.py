"""A tokenizer of whole words for the nano problems, trained on what the training split says.

Spaces are dropped when text is encoded and put back when it is decoded, so that a word is one token wherever
it stands: a model of less than a million weights then finds an operand by copying. What all prompts have in
common, such as the instructions, is one token a piece, taken from the prompt templates themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from benchmarks.nano import wording
from benchmarks.nano.parts import LETTERS, WORDS
from benchmarks.nano.programs import program, styles
from benchmarks.nano.sentences import draw
from harness.prompts import Prompts

PAD, UNKNOWN, USER, ASSISTANT, END = "<pad>", "<unk>", "<|user|>", "<|assistant|>", "<|end|>"
SPECIAL = (PAD, UNKNOWN, USER, ASSISTANT, END)
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

# A line with its indentation, a quoted letter, a number, a name (with its opening bracket), an operator.
_PIECE = r"\n *|'[^'\n]*'|-?\d+|[^\W\d]\w*(?:\.\w+)*\(?|//|[<>=!+\-*/%]=?|[^\w\s]"

# Strings that are one token: the lines that read input, and the frame of examples and answers.
_IDIOMS = (
    "list(map(int, input().split()))",
    "input().split()",
    "int(input())",
    "```python\n",
    "\n```",
    "\n\nOutput:\n```\n",
    "Output:\n```\n",
    "\n\nInput:\n",
    "\nInput:\n",
    "\nOutput:\n",
    "SUBMIT",
    ", left",
    ", all",
    "yes .",
    "no .",
    "skip .",
    "done .",
    "<error: NameError>",
    "<error: TypeError>",
    "<error: ValueError>",
    "<error: EOFError>",
)
# fmt: off
_SPOKEN = (
    "skip", "leave", "done", "yes", "no", "left", "nothing", "all", "prints", "at", "max", "min",
    "abs", "len", "raises", "ends", "with", ".", ",", "/",
    "NameError", "TypeError", "ValueError", "EOFError", "AttributeError", "name", "is", "not", "defined",
    "EOF", "when", "reading", "a", "line", "int", "list", "str", "object", "iterable", "unsupported",
    "supported", "operand", "type", "types", "s", "for", "and", "between", "instances", "of", "has", "no",
    "attribute", "invalid", "literal", "base", "can", "only", "concatenate", "must", "be", "argument",
)
# fmt: on
_NUMBERS = range(-20, 300)
_DRAWS = 1500
# What stands in for a value when the templates are rendered to find their fixed parts.
_MARK = "\x00"


def make_tokenizer(prompts: Prompts | None = None) -> PreTrainedTokenizerFast:
    """The tokenizer, with its chat template. The same prompts give the same vocabulary everywhere."""
    fixed = sorted({*fixed_texts(prompts or Prompts.load()), *_IDIOMS})
    splitter = pre_tokenizers.Split(Regex(_PIECE), behavior="removed", invert=True)
    words = set(_SPOKEN) | set(WORDS) | set(LETTERS) | {f"'{letter}'" for letter in LETTERS}
    words |= {str(number) for number in _NUMBERS}
    for text in _corpus():
        for idiom in _IDIOMS:
            text = text.replace(idiom, " ")
        words |= {piece for piece, _ in splitter.pre_tokenize_str(text)}
    vocabulary = {token: place for place, token in enumerate((*SPECIAL, *sorted(words)))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.Sequence(
        [decoders.WordPiece(prefix="\x01", cleanup=False), decoders.Fuse()]
        # Spaces stand between words; not at the ends of lines, nor inside of brackets.
        + [decoders.Replace(Regex(old), new) for old, new in ((r" \n", "\n"), (r"\n ", "\n"))]
        + [decoders.Replace(f" {sign}", sign) for sign in (")", "]", ",", ":", "[")]
        + [decoders.Replace(f"{sign} ", sign) for sign in ("(", "[")]
    )
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in fixed])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNKNOWN,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT],
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def fixed_texts(prompts: Prompts) -> set[str]:
    """The stretches of text that every rendered prompt of a task shares, in all forms that it can take."""
    rendered = [
        prompts.render("solve", statement=_MARK),
        prompts.render("simulate_program", code=_MARK, stdin=_MARK),
    ]
    for feedback in ("simulated", "executed"):
        for answers in ((_MARK,), (None,), (_MARK,) * 4, (None, _MARK, None, None), (_MARK, None, _MARK)):
            for accepted in (False, True):
                tests = [
                    {
                        "input": _MARK,
                        "expected": _MARK,
                        "predicted": answer,
                        "accepted": accepted and answer is not None,
                        "explanation": "",
                    }
                    for answer in answers
                ]
                rendered.append(
                    prompts.render(
                        "fix", statement=_MARK, starter_code="", code=_MARK, tests=tests, feedback=feedback
                    )
                )
    pieces = {piece for messages in rendered for each in messages for piece in each["content"].split(_MARK)}
    return {piece for piece in pieces if piece.strip()}


def _corpus() -> Iterator[str]:
    """Sentences and programs of the training split, and every phrase there is."""
    rng = Random("nano tokenizer")
    for of_words in (False, True):
        for slot in ("filter", "second", "turn", "fold", "ending"):
            for phrase in wording.phrases(slot, of_words):
                yield phrase.text.replace("C", " ").replace("L", " ")
    for _ in range(_DRAWS):
        sentence = draw(rng, "train", "mixed")
        yield sentence.statement
        for style in styles(sentence.meaning):
            yield program(sentence.meaning, style)
