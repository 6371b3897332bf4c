"""python -m trainers.recipes.nano.ship: a trained arm of the replica becomes a model of this program."""

# Annotations are evaluated here: the command line looks them up.

import hashlib
import json
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.engines.shipped import FOLDER
from harness.runs import read_json
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.recipes.nano.plan import BEGINS, RL_ARMS, trained

COMMAND = "python -m trainers.recipes.nano.ship"
_FILES = (
    "model.safetensors",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Copy an arm's weights and tokenizer, and write down the commands, digests and seed that made them."""

    work: Path = Path("results/runs/replica/full")
    """Folder that the replica worked in."""

    seed: int = 0
    """Which seed's."""

    arm: str = "joint"
    """Which arm's: nlex, joint, self-rlef."""

    name: str = "nano"
    """Name that the model is given: --model NAME finds it."""


def main(options: Options) -> None:
    folder = options.work / f"seed-{options.seed}"
    source = trained(folder, options.arm)
    if not (source / "config.json").is_file():
        raise UsageError(f"--arm {options.arm}: there is no model in {source}; run the replica first")
    out = FOLDER / options.name
    out.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(source / name, out / name)
    record = (source / "training.json").read_text("utf-8")
    for name, text in (("README.md", card(options, folder)), ("training.json", record)):
        # Commands are given as they would be from the root of a checkout.
        (out / name).write_text(text.replace(f"{FOLDER.parents[1]}/", ""), "utf-8")
    print(f"Made: {out} ({sum(path.stat().st_size for path in out.iterdir()):,} bytes)")


def card(options: Options, folder: Path) -> str:
    """What it is, the commands in their order, and the digests of what they read and wrote."""
    commands, digests = [], []
    names = ["data", "traces", "answers", "rlset", f"seed-{options.seed}/model"]
    arms = lineage(options.arm)
    for name in (*names, *(f"seed-{options.seed}/train-{arm}" for arm in arms)):
        done = read_json(options.work / "done" / f"{name}.json")
        commands.append("$ python " + shlex.join(done["command"]))
    for arm in arms:
        final = trained(folder, arm)
        record = read_json(final / "training.json")
        digests += data_digests(record["data"])
        weights = final / "model.safetensors"
        digests.append(f"| {arm}: `model.safetensors` | `{sha256(weights)}` |")
    packages = json.dumps(record["environment"]["packages"])
    return "\n".join(
        [
            "---",
            "library_name: transformers",
            "tags: [selfexec, trl]",
            "license: apache-2.0",
            "---",
            "",
            f"# {options.name}",
            "",
            f"The arm `{options.arm}` of the miniature, seed {options.seed}: an LFM2 of some 660,000 weights",
            "that knows the generated problems of `benchmarks/nano` and nothing else. `docs/miniature.md`",
            "says what it is for. It was made by these commands:",
            "",
            "```console",
            *commands,
            "```",
            "",
            "| what | SHA-256 |",
            "|---|---|",
            *dict.fromkeys(digests),
            "",
            f"Commit {record['environment']['git']}, Python {record['environment']['python']}, {packages}.",
            "",
        ]
    )


def lineage(arm: str) -> list[str]:
    """The arms that an arm was trained from, the first one first, itself last."""
    begin = RL_ARMS[arm][1] if arm in RL_ARMS else BEGINS.get(arm)
    return [*(lineage(begin) if begin else []), arm]


def data_digests(data: dict[str, Any]) -> list[str]:
    """Table rows for what a training run read: an RL set's files, or the rows of each source."""
    train = data["train"]
    if isinstance(train, dict):
        return [f"| `{name}` | `{digest}` |" for name, digest in sorted(train["files"].items())]
    return [f"| rows of `{source['path']}` | `{source['sha256']}` |" for source in train]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
