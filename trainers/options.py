"""What SFT and RL are both told: the model, the optimiser, the checkpoints, the logs."""

# Annotations are evaluated here: a command's options inherit from these classes, and a string annotation
# would be looked up in the module of the command.

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from selfexec.errors import UsageError

# May differ between a run and its resumption: none of them changes a step that was made, or what the next
# one is made of.
FREE = ("config", "resume", "steps", "log_every", "keep", "report_to")
FREE_SANDBOX = ("backend", "workers", "image", "unsafe_no_isolation")


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which model, and which of its weights are trained."""

    model: str
    """Model to start from: a name on the hub or a folder."""

    revision: str | None = None
    """Revision of the model on the hub."""

    attention: str | None = None
    """Attention implementation, such as sdpa or flash_attention_2; default the model's own."""

    chat_template: Path | None = None
    """Jinja file with a chat template, for a tokenizer that has none or another."""

    eos_token: str | None = None
    """Token that ends a response, where it is not the tokenizer's own. Qwen2.5-Base ends documents with
    <|endoftext|>, but its chat template ends a turn with <|im_end|>."""

    rope_factor: float = 1.0
    """Stretch the context by this factor with YaRN (the paper's 65,536 tokens for Qwen2.5 are 2 x 32,768)."""

    lora_rank: int = 0
    """Rank of LoRA adapters on every linear layer; 0 trains all weights."""

    lora_alpha: int = 32
    """LoRA's scale is alpha / rank."""


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """Steps, the optimiser, and what is kept of it."""

    config: Path | None = None
    """YAML file with values for any of these flags; a flag on the command line wins over it."""

    out: Path
    """Folder for checkpoints, logs and the trained model (OUT/final)."""

    resume: bool = False
    """Go on from the newest checkpoint in --out."""

    steps: int
    """Optimiser steps in all."""

    batch_size: int = 1
    """Rows per device and forward pass. In RL a row is an episode."""

    accumulation: int = 1
    """Forward passes per optimiser step."""

    learning_rate: float = 8e-6
    """Peak learning rate."""

    warmup_steps: int = 0
    """Steps of linear warm-up."""

    norm_learning_rate: float | None = None
    """Peak learning rate of the gains of the last normalisation layer, which set how sharp the distribution
    of a token is; default that of all weights. In a model of few weights they bear what the policy gradients
    of different prompts agree on, and take a rate thousands of times higher."""

    schedule: Literal["constant_with_warmup", "cosine", "linear", "warmup_stable_decay"] = (
        "constant_with_warmup"
    )
    """Learning rate after the warm-up."""

    decay_steps: int = 0
    """warmup_stable_decay: steps at the end in which the learning rate falls to 0 along a line."""

    beta2: float = 0.999
    """AdamW's memory of squared gradients. A short run wants a short memory, such as 0.98."""

    weight_decay: float = 0.0
    """AdamW's weight decay."""

    max_grad_norm: float = 1.0
    """Gradients are clipped to this norm."""

    gradient_checkpointing: bool = True
    """Recompute activations instead of keeping them. Always off on a CPU, where it would cost the cache."""

    bf16: bool = True
    """Compute in bfloat16. The trained weights stay float32, since steps of 1e-7 vanish in bfloat16; frozen
    ones under LoRA are held in bfloat16. Always off on a CPU."""

    cpu: bool = False
    """Train on the CPU even where there is a GPU."""

    seed: int = 0
    """Seed of data order, dropout, adapters and sampling."""

    log_every: int = 10
    """Steps between two lines of the log (OUT/log.jsonl and stdout)."""

    save_every: int = 200
    """Steps between two checkpoints. Each is validated where there is something to validate on."""

    keep: int = 3
    """Checkpoints kept: the newest ones, and always the best."""

    report_to: tuple[str, ...] = ()
    """Trackers that also get the log: any that transformers knows, such as tensorboard or wandb."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "accumulation", "log_every", "save_every", "keep"):
            if getattr(self, name) < 1:
                flag = "--" + name.replace("_", "-")
                raise UsageError(f"{flag} {getattr(self, name)}: must be at least 1")


@dataclass(frozen=True, kw_only=True)
class CommonOptions(ModelOptions, TrainingOptions):
    """What both commands share."""


def resolved(options: TrainingOptions) -> dict[str, Any]:
    """Every option by the name of its flag, with the value in force, as JSON values."""
    values: dict[str, Any] = {}
    for name, value in asdict(options).items():
        values |= value if isinstance(value, dict) else {name: _plain(value)}
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
