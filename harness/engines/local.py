"""What the engines that load a model here share: prompts as text, reasoning apart, which model it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.engines import shipped
from harness.engines.options import EngineOptions
from harness.engines.protocol import Request
from selfexec.errors import UsageError

_OPEN, _CLOSE = "<think>", "</think>"


def prompt_text(
    tokenizer: Any, request: Request, options: EngineOptions, arguments: Mapping[str, Any]
) -> str:
    """The text that the model continues: through the chat template, or the messages as they are."""
    if options.prompt_form == "completion":
        return "".join(message["content"] for message in request.messages)
    messages = [dict(message) for message in request.messages]
    try:
        return tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, **arguments
        )
    except Exception as error:  # whatever the template raises: it is code that came with the model
        roles = ", ".join(message["role"] for message in messages)
        raise UsageError(
            f"the chat template of {options.model!r} does not take these messages ({roles}): {error}"
        ) from None


def check_template(tokenizer: Any, options: EngineOptions) -> None:
    """Raise UsageError for the chat form with a model that has no chat template."""
    if options.prompt_form == "chat" and not getattr(tokenizer, "chat_template", None):
        raise UsageError(
            f"model {options.model!r} has no chat template: it is a base model, use --prompt-form completion"
        )


def split_reasoning(text: str, prompt: str) -> tuple[str, str]:
    """(reasoning, answer) of a response in which a model thinks between <think> and </think>.

    The opening tag may stand at the end of `prompt`. Thoughts that were cut before their end leave an empty
    answer. A response without the tags is all answer.
    """
    opened = prompt.rstrip().endswith(_OPEN)
    body = text.lstrip()
    if body.startswith(_OPEN):
        opened, text = True, body[len(_OPEN) :]
    if not opened:
        return "", text
    reasoning, closed, answer = text.partition(_CLOSE)
    return reasoning.strip(), answer.lstrip("\n") if closed else ""


def model_identity(options: EngineOptions, commit: str | None) -> dict[str, Any]:
    """What determines a local model's completions, besides the prompt and the sampling."""
    identity = {
        "engine": options.engine,
        "model": shipped.name(options.model),
        "revision": commit or options.revision,
        "dtype": options.dtype,
        "adapter": options.adapter,
        "max_model_len": options.max_model_len,
        "prompt_form": options.prompt_form,
        "chat_template_args": options.template_args(),
    }
    if Path(options.model).exists():
        identity["files"] = fingerprint(Path(options.model))
    if options.adapter:
        identity["adapter_files"] = fingerprint(Path(options.adapter))
    return identity


def fingerprint(path: Path) -> str:
    """Hex digest over the names, sizes and times of a model's files, so that a checkpoint that is written
    again under the same name is another model."""
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        facts = file.stat()
        digest.update(f"{file.name}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def first_line(error: BaseException) -> str:
    """The first line that says something, for errors of libraries that write paragraphs."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
