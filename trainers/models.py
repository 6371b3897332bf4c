"""Open what is trained: the tokenizer, the model with its context stretched, LoRA adapters, the device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from peft import LoraConfig
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.tokenization_utils_base import PreTrainedTokenizerBase

from harness.engines.heap import keep_freed_memory
from selfexec.errors import UsageError
from trainers.options import CommonOptions, ModelOptions, TrainingOptions


def on_cpu(options: TrainingOptions) -> bool:
    return options.cpu or not torch.cuda.is_available()


def load_tokenizer(options: ModelOptions) -> PreTrainedTokenizerBase:
    """The tokenizer, with a chat template, a token that ends a response and one that pads."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(options.model, revision=options.revision)
    except (OSError, ValueError) as error:
        raise UsageError(f"--model {options.model}: no tokenizer to be had: {error}") from None
    if options.chat_template is not None:
        try:
            tokenizer.chat_template = options.chat_template.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--chat-template {options.chat_template}: {error.strerror}") from None
    if not tokenizer.chat_template:
        raise UsageError(f"--model {options.model}: has no chat template; give one with --chat-template")
    if options.eos_token is not None:
        if options.eos_token not in tokenizer.get_vocab():
            raise UsageError(f"--eos-token {options.eos_token}: is no token of {options.model}")
        tokenizer.eos_token = options.eos_token
    if tokenizer.eos_token is None:
        raise UsageError(f"--model {options.model}: has no token that ends a response; give --eos-token")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(options: CommonOptions, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """The model. Trained weights are float32; frozen ones under LoRA are bfloat16 where it is computed in."""
    if on_cpu(options):
        keep_freed_memory()
    frozen_bf16 = options.lora_rank > 0 and options.bf16 and not on_cpu(options)
    settings: dict[str, Any] = {"dtype": torch.bfloat16 if frozen_bf16 else torch.float32}
    if options.attention is not None:
        settings["attn_implementation"] = options.attention
    try:
        config = AutoConfig.from_pretrained(options.model, revision=options.revision)
        if options.rope_factor != 1.0:
            stretch(config, options.rope_factor)
        model = AutoModelForCausalLM.from_pretrained(
            options.model, revision=options.revision, config=config, **settings
        )
    except (OSError, ValueError, ImportError) as error:
        raise UsageError(f"--model {options.model}: cannot be loaded: {error}") from None
    if options.eos_token is not None:
        model.config.eos_token_id = tokenizer.eos_token_id
        model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model


def stretch(config: Any, factor: float) -> None:
    """Lengthen the context of a model configuration by YaRN (arXiv 2309.00071)."""
    rope = getattr(config, "rope_parameters", None)
    if not rope or "rope_theta" not in rope:
        raise UsageError(f"--rope-factor {factor}: {config.model_type} has no rotary positions to stretch")
    length = config.max_position_embeddings
    config.rope_parameters = {
        **rope,
        "rope_type": "yarn",
        "factor": factor,
        "original_max_position_embeddings": length,
    }
    config.max_position_embeddings = int(length * factor)


def adapters(options: ModelOptions) -> LoraConfig | None:
    """LoRA on every linear layer but the output, or None when all weights are trained."""
    if not options.lora_rank:
        return None
    return LoraConfig(
        r=options.lora_rank,
        lora_alpha=options.lora_alpha,
        lora_dropout=0.0,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def rate_norms(
    optimizer: torch.optim.Optimizer, model: torch.nn.Module, rate: float | None
) -> torch.optim.Optimizer:
    """`optimizer` with the `sharpness` of a model in groups of its own `rate`, unless that is None.

    To be called before a scheduler is made: it takes each group's rate for its peak.
    """
    if rate is None:
        return optimizer
    gains = set(map(id, sharpness(model)))
    for group in list(optimizer.param_groups):
        chosen = [weights for weights in group["params"] if id(weights) in gains]
        if chosen:
            others = [weights for weights in group["params"] if id(weights) not in gains]
            settings = {name: value for name, value in group.items() if name != "params"}
            group["params"] = chosen
            group["lr"] = rate
            if others:
                optimizer.add_param_group({**settings, "params": others})
    return optimizer


def sharpness(model: torch.nn.Module) -> Iterator[torch.nn.Parameter]:
    """The gains of the last normalisation layer: larger ones make the distribution of every token sharper, as
    a lower temperature would."""
    for module in model.get_decoder().children():
        if "norm" in type(module).__name__.lower():
            yield from module.parameters(recurse=False)


def decay(options: TrainingOptions) -> dict[str, Any]:
    """What the schedule is told besides the steps."""
    if options.schedule != "warmup_stable_decay":
        return {}
    return {"num_decay_steps": options.decay_steps, "decay_type": "linear"}


def arguments(options: CommonOptions) -> dict[str, Any]:
    """What SFTConfig and GRPOConfig are both given."""
    cpu = on_cpu(options)
    return {
        "output_dir": str(options.out),
        "max_steps": options.steps,
        "per_device_train_batch_size": options.batch_size,
        "gradient_accumulation_steps": options.accumulation,
        "learning_rate": options.learning_rate,
        "warmup_steps": options.warmup_steps,
        "lr_scheduler_type": options.schedule,
        "lr_scheduler_kwargs": decay(options),
        "adam_beta2": options.beta2,
        "weight_decay": options.weight_decay,
        "max_grad_norm": options.max_grad_norm,
        "gradient_checkpointing": options.gradient_checkpointing and not cpu,
        "bf16": options.bf16 and not cpu,
        "use_cpu": cpu,
        "seed": options.seed,
        "logging_steps": options.log_every,
        "logging_first_step": True,
        "save_strategy": "steps",
        "save_steps": options.save_every,
        "save_total_limit": options.keep,
        "report_to": list(options.report_to) or "none",
        "disable_tqdm": True,
    }
