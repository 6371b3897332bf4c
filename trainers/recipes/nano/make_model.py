"""python -m trainers.recipes.nano.make_model: an untrained nano model, as an ordinary checkpoint."""

# Annotations are evaluated here: the command line looks them up.

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import GenerationConfig, Lfm2Config, Lfm2ForCausalLM

from selfexec import commandline
from selfexec.errors import UsageError
from trainers.recipes.nano.tokenizer import make_tokenizer

COMMAND = "python -m trainers.recipes.nano.make_model"
CONTEXT = 1024
# The base of the rotary angles. The usual 10,000 turns most of a head's dimensions so slowly that over 300
# tokens they hardly tell two places apart.
ROTARY_BASE = 300.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """Write an untrained nano model with its tokenizer: the LFM2 architecture, some 660,000 weights."""

    out: Path
    """Folder for the checkpoint."""

    seed: int = 0
    """Seed of the weights."""

    hidden: int = 128
    """Width; the feed-forward layers are 2.75 times as wide."""

    layers: int = 3
    """Layers: short convolutions, with attention in every second one."""


def main(options: Options) -> None:
    if options.out.exists():
        raise UsageError(f"--out {options.out}: is there already; choose another name")
    tokenizer = make_tokenizer()
    torch.manual_seed(options.seed)
    ends = {
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    # To look something up is to find what followed the same token before. For that attention has to learn to
    # look one place back, which takes much of a short training; a convolution begins with it.
    kinds = [("conv", "full_attention")[place % 2] for place in range(options.layers)]
    model = Lfm2ForCausalLM(
        Lfm2Config(
            vocab_size=len(tokenizer),
            hidden_size=options.hidden,
            intermediate_size=options.hidden * 11 // 4,
            block_auto_adjust_ff_dim=False,
            # transformers has no use for these two; the published LFM2 have them, and vLLM reads them.
            block_dim=options.hidden,
            conv_dim=options.hidden,
            num_hidden_layers=options.layers,
            layer_types=kinds,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=CONTEXT,
            rope_parameters={"rope_type": "default", "rope_theta": ROTARY_BASE},
            tie_word_embeddings=True,
            **ends,
        )
    )
    initialise(model)
    model.generation_config = GenerationConfig(**ends)
    model.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    count = sum(weights.numel() for weights in model.parameters())
    print(f"Made: {options.out} ({count:,} weights, {len(tokenizer)} tokens)")


def initialise(model: Lfm2ForCausalLM) -> None:
    """Weights that keep the size of what passes through them: a deviation of 1 / sqrt(inputs), less for what
    is added to the residual stream. The usual 0.02 is meant for widths in the thousands and learns slowly."""
    depth = math.sqrt(2 * model.config.num_hidden_layers)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() == 2:
                deviation = 0.02 if "embed" in name else 1 / math.sqrt(weights.shape[1])
                added = name.endswith(("out_proj.weight", "w2.weight"))
                torch.nn.init.normal_(weights, std=deviation / depth if added else deviation)


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main)
