"""What a training run leaves beside its weights: settings, data hashes, versions, a log, a model card."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from accelerate import PartialState
from transformers import PrinterCallback, TrainerCallback

from harness import manifest
from harness.runs import read_json, write_json
from selfexec.errors import UsageError
from trainers.options import FREE, FREE_SANDBOX, TrainingOptions, resolved

RUN_FILE = "training.json"
LOG_FILE = "log.jsonl"
CARD_FILE = "README.md"
FINAL = "final"
PACKAGES = ("accelerate", "deepspeed", "peft", "tokenizers", "torch", "transformers", "trl", "vllm")

# What the line on stdout shows of a log entry, if it is there.
SHOWN = ("loss", "reward", "reward_mean", "eval_score", "eval_loss", "learning_rate", "sandbox_share")


class TrainingRecord:
    """The folder of one training run. A checkpoint counts only with a copy of the record, written last."""

    def __init__(self, options: TrainingOptions, command: str, data: Mapping[str, Any]) -> None:
        self.directory = options.out
        self.content: dict[str, Any] = {
            "command": command,
            "arguments": sys.argv[1:],
            "options": resolved(options),
            "data": json.loads(json.dumps(data)),  # as it will be read again
            "environment": manifest.environment({}) | {"packages": packages()},
            "started": manifest.now(),
        }

    def begin(self, resume: bool, processes: PartialState) -> Path | None:
        """Make the folder, or find the checkpoint to go on from. All processes look before one writes."""
        path = self.directory / RUN_FILE
        if not resume:
            if path.exists():
                raise UsageError(
                    f"--out {self.directory} holds a training run; add --resume, or choose another name"
                )
            processes.wait_for_everyone()
            if processes.is_main_process:
                self.directory.mkdir(parents=True, exist_ok=True)
                write_json(path, self.content)
            return None
        if not path.exists():
            raise UsageError(f"--resume: {self.directory} holds no training run ({RUN_FILE} is missing)")
        unchanged(self.directory, read_json(path), self.content)
        checkpoints = sorted(self.directory.glob("checkpoint-*"), key=lambda folder: int(folder.name[11:]))
        whole = [folder for folder in checkpoints if (folder / RUN_FILE).exists()]
        processes.wait_for_everyone()
        if processes.is_main_process:
            for folder in checkpoints:
                if folder not in whole:
                    # The process died while it wrote this one.
                    shutil.rmtree(folder)
            forget_after(self.directory / LOG_FILE, int(whole[-1].name[11:]) if whole else 0)
        return whole[-1] if whole else None

    def seal(self, checkpoint: Path, extra: Mapping[str, Any]) -> None:
        """Mark a checkpoint as whole."""
        write_json(checkpoint / RUN_FILE, {**self.content, **extra})


def unchanged(directory: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Raise UsageError if what is resumed was begun with other settings or other data."""
    for name in sorted(new["options"].keys() - {*FREE, *FREE_SANDBOX}):
        was, now = old["options"].get(name), new["options"][name]
        if was != now:
            flag = "--" + name.replace("_", "-")
            raise UsageError(f"--resume {directory}: {flag} was {was!r} and is now {now!r}; keep it")
    if old["data"] != new["data"]:
        raise UsageError(f"--resume {directory}: the data are not those it was begun with; give the same")


def forget_after(log: Path, step: int) -> None:
    """Drop log lines of steps that will be made again."""
    if log.exists():
        lines = log.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step]
        log.write_text("".join(kept), "utf-8")


class Log(TrainerCallback):
    """Writes every log entry to OUT/log.jsonl and one line of it to stdout; seals checkpoints."""

    def __init__(self, record: TrainingRecord) -> None:
        self.record = record

    def on_log(self, args, state, control, logs=None, **kwargs) -> None:
        if not state.is_world_process_zero:
            return
        entry = {"step": state.global_step, **{key: plain(value) for key, value in (logs or {}).items()}}
        with (self.record.directory / LOG_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        shown = [f"{key} {entry[key]:.4g}" for key in SHOWN if isinstance(entry.get(key), float)]
        print(f"step {state.global_step}/{state.max_steps}  {'  '.join(shown)}", flush=True)

    def on_save(self, args, state, control, **kwargs) -> None:
        if state.is_world_process_zero:
            checkpoint = self.record.directory / f"checkpoint-{state.global_step}"
            best = {"best_step": state.best_global_step, "best_score": plain(state.best_metric)}
            (checkpoint / CARD_FILE).write_text(card(self.record.content, state.global_step), "utf-8")
            self.record.seal(checkpoint, {"step": state.global_step, **best})


def plain(value: Any) -> Any:
    """A logged value as JSON can hold it: NaN and infinities are null."""
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return value.item() if hasattr(value, "item") else value


def packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def card(content: Mapping[str, Any], step: int) -> str:
    """A model card: what was trained, on what, how, with which versions."""
    options, data = content["options"], content["data"]
    lines = [
        "---",
        f"base_model: {options['model']}",
        "library_name: transformers",
        "tags: [selfexec, trl]",
        "---",
        "",
        f"# {Path(options['out']).name}",
        "",
        f"{options['model']} after {step} steps of `{content['command']}`, which trains models to follow a "
        "program's execution in words (after arXiv 2604.03253).",
        "",
        "## Trained on",
        "",
        "```json",
        json.dumps(data, indent=2, ensure_ascii=False),
        "```",
        "",
        "## How",
        "",
        *(f"- {name}: {value}" for name, value in options.items() if value not in (None, [], "")),
        "",
        "## With",
        "",
        *(f"- {name} {found}" for name, found in content["environment"]["packages"].items()),
        f"- selfexec at commit {content['environment']['git'] or 'unknown'}",
        "",
    ]
    return "\n".join(lines)


def train(trainer: Any, run: TrainingRecord, checkpoint: Path | None) -> None:
    """Train to the end and write OUT/final, with its card and its record."""
    # TRL writes a card of its own into OUT at every checkpoint; ours lie with the weights that they describe.
    trainer.create_model_card = lambda *args, **kwargs: None
    trainer.remove_callback(PrinterCallback)  # `Log` writes the line that it would write
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    final = run.directory / FINAL
    trainer.save_model(str(final))
    if trainer.is_world_process_zero():
        trainer.processing_class.save_pretrained(final)
        state = trainer.state
        (final / CARD_FILE).write_text(card(run.content, state.global_step), "utf-8")
        best = {"best_step": state.best_global_step, "best_score": plain(state.best_metric)}
        run.seal(final, {"step": state.global_step, **best})
        print(f"Made: {final} (model), {run.directory / LOG_FILE} (log)", flush=True)
