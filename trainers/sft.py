"""Supervised fine-tuning on execution traces told in words, mixed with other instruction data.

`python -m trainers.sft --config trainers/recipes/sft-qwen2.5-3b.yaml`. The loss is on the completion only.
"""

# Annotations are evaluated here: the options below inherit theirs from other modules.

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.runs import read_json
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.options import CommonOptions
from trainers.order import alike, passes

COMMAND = "python -m trainers.sft"

# Steps whose rows are sorted by length together: most, and with fewer rows so many that a pass has several
# such windows. A batch of rows from several passes would hold the same row more than once.
_WINDOW, _WINDOWS_A_PASS = 16, 4


@dataclass(frozen=True, kw_only=True)
class Options(CommonOptions):
    """Supervised fine-tuning on NLEX tables and any other instruction data.

    A data set is PATH[,key=value]...: PATH is a folder made by harness.build_traces, a name on the hub or a
    .jsonl or .parquet file; the keys are config, split, revision, weight, prompt, completion.
    """

    data: tuple[str, ...]
    """Data sets, as in results/nlex,config=nlex,weight=0.4 nvidia/OpenCodeReasoning,config=split_0,
    split=split_0,prompt=input,completion=output,weight=0.6; rows=20000 takes so many rows of one."""

    validation: tuple[str, ...] = ()
    """Data sets whose loss is measured at every checkpoint; the best checkpoint is the one with the least."""

    max_length: int = 65536
    """Longest row in tokens. Longer rows are left out and counted: the end of one is its answer."""

    packing: Literal["auto", "on", "off"] = "auto"
    """Several rows in one sequence. auto: only with flash attention, which keeps them apart."""

    processes: int = 1
    """Processes that tokenize."""


def main(options: Options) -> None:
    require("torch", "transformers", "trl", "peft")
    import torch
    from trl import SFTConfig, SFTTrainer

    from trainers import models, record, sources

    training = sources.mix(options.data, options.seed)
    validation = sources.mix(options.validation, options.seed) if options.validation else None
    tokenizer = models.load_tokenizer(options)
    train_rows, train_counts = encode(training.rows, tokenizer, options)
    data = {"train": training.provenance, "train_rows": train_counts}
    eval_rows = None
    if validation:
        eval_rows, eval_counts = encode(validation.rows, tokenizer, options)
        data |= {"validation": validation.provenance, "validation_rows": eval_counts}
    print(f"{COMMAND}: {train_counts}", flush=True)

    config = SFTConfig(
        **models.arguments(options),
        max_length=options.max_length,
        shuffle_dataset=False,
        packing=packs(options),
        eval_packing=False,
        completion_only_loss=True,
        eval_strategy="steps" if eval_rows is not None else "no",
        eval_steps=options.save_every,
        per_device_eval_batch_size=options.batch_size,
        metric_for_best_model="eval_loss" if eval_rows is not None else None,
        greater_is_better=False if eval_rows is not None else None,
    )
    run = record.TrainingRecord(options, COMMAND, data)
    checkpoint = run.begin(options.resume, config.distributed_state)

    class PlannedTrainer(SFTTrainer):
        """Sees the rows in an order written down beforehand: a resumed run goes on where it was."""

        def _get_train_sampler(self, train_dataset=None):
            rows = self.train_dataset if train_dataset is None else train_dataset
            step = options.batch_size * options.accumulation * config.world_size
            needed = options.steps * step
            window = step * max(1, min(_WINDOW, len(rows) // (_WINDOWS_A_PASS * step)))
            order = passes(len(rows), -(-needed // window) * window, options.seed)
            return alike(order, lengths(rows), options.batch_size, window, options.seed)[:needed]

        def create_optimizer(self, *arguments, **settings):
            optimizer = super().create_optimizer(*arguments, **settings)
            return models.rate_norms(optimizer, self.model, options.norm_learning_rate)

        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            # TRL's head of tiles saves a GPU's memory. On a CPU it scores prompts too, and all twice.
            usual = config.use_cpu and "attention_mask" in inputs and not self.aux_loss_enabled
            if return_outputs or not usual:
                return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
            scores, targets = answer_scores(model, inputs, self.model.get_output_embeddings())
            total = torch.nn.functional.cross_entropy(scores, targets, reduction="sum")
            self.note(scores.detach(), targets, inputs["attention_mask"])
            if num_items_in_batch is None:
                return total / max(1, len(targets))
            # The count is that of all processes, which average their gradients.
            return total * self.accelerator.num_processes / num_items_in_batch

        def note(self, scores, targets, attended):
            """Keep for the log what TRL would: accuracy, entropy and tokens of a batch on all processes."""
            chances = scores.log_softmax(-1)
            sums = [len(targets), (scores.argmax(-1) == targets).sum(), -(chances.exp() * chances).sum()]
            counts = torch.tensor([[*sums, attended.sum()]], dtype=torch.float64)
            tokens, right, entropy, seen = self.accelerator.gather_for_metrics(counts).sum(0).tolist()
            mode = "train" if self.model.training else "eval"
            self._metrics[mode]["entropy"].append(entropy / max(1, tokens))
            self._metrics[mode]["mean_token_accuracy"].append(right / max(1, tokens))
            self._total_train_tokens += int(seen) if mode == "train" else 0
            self._metrics[mode]["num_tokens"] = [self._total_train_tokens]

    trainer = PlannedTrainer(
        model=models.load_model(options, tokenizer),
        args=config,
        train_dataset=train_rows,
        eval_dataset=eval_rows,
        processing_class=tokenizer,
        peft_config=models.adapters(options),
        callbacks=[record.Log(run)],
    )
    if checkpoint:
        trainer._total_train_tokens = tokens_seen(checkpoint)
    record.train(trainer, run, checkpoint)


def tokens_seen(checkpoint: Path) -> int:
    """The tokens that a run had seen when it last logged before its checkpoint: TRL would count anew."""
    history = read_json(checkpoint / "trainer_state.json")["log_history"]
    return next((int(entry["num_tokens"]) for entry in reversed(history) if "num_tokens" in entry), 0)


def encode(rows, tokenizer, options: Options) -> tuple[Any, dict[str, int]]:
    """Tokenize to `input_ids` and `labels` (-100 on the prompt); leave out what is too long, and count it."""
    eos = tokenizer.eos_token_id

    def to_ids(row: dict[str, Any]) -> dict[str, Any]:
        prompt = template_ids(tokenizer, row["prompt"], add_generation_prompt=True)
        whole = template_ids(tokenizer, row["prompt"] + row["completion"], add_generation_prompt=False)
        if whole[: len(prompt)] != prompt:
            raise UsageError(
                "the chat template renders a prompt otherwise when an answer follows it, so that the model "
                "would be trained on what it never sees; give another one with --chat-template"
            )
        if eos not in whole[len(prompt) :]:
            whole.append(eos)
        return {"input_ids": whole, "labels": [-100] * len(prompt) + whole[len(prompt) :]}

    processes = options.processes if options.processes > 1 else None
    encoded = rows.map(to_ids, remove_columns=rows.column_names, num_proc=processes, desc="tokenizing")
    kept = encoded.filter(
        lambda ids: len(ids) <= options.max_length, input_columns="input_ids", num_proc=processes
    )
    if not len(kept):
        raise UsageError(f"--max-length {options.max_length}: every one of {len(encoded)} rows is longer")
    return kept, {"rows": len(kept), "too_long": len(encoded) - len(kept)}


def answer_scores(model, inputs: dict[str, Any], head) -> tuple[Any, Any]:
    """(scores [tokens, vocabulary], targets [tokens]) of the tokens that have loss, and of no others.

    `head` is the model's last layer: it is shown only the positions before those tokens.
    """
    targets = inputs["labels"][:, 1:]
    wanted = targets != -100
    with head.register_forward_pre_hook(lambda _, given: (given[0][:, :-1][wanted],)):
        given = {name: value for name, value in inputs.items() if name != "labels"}
        return model(**given, use_cache=False).logits, targets[wanted]


def lengths(rows) -> list[int]:
    """Tokens of every row."""
    import pyarrow.compute as pc

    found: list[int] = []
    for batch in rows.select_columns("input_ids").with_format("arrow").iter(10_000):
        found += pc.list_value_length(batch["input_ids"]).to_pylist()
    return found


def template_ids(tokenizer, messages: list[dict[str, str]], add_generation_prompt: bool) -> list[int]:
    """Token ids of messages in the tokenizer's chat template."""
    return list(
        tokenizer.apply_chat_template(
            messages, add_generation_prompt=add_generation_prompt, tokenize=True, return_dict=True
        )["input_ids"]
    )


def packs(options: Options) -> bool:
    """Rows may share a sequence only if the attention keeps them apart: one of variable length."""
    flash = options.attention is not None and "flash" in options.attention
    if options.packing == "on" and not flash:
        raise UsageError(
            f"--packing on: attention {options.attention or 'sdpa'} would let rows see each other; add "
            "--attention flash_attention_2"
        )
    return flash and options.packing != "off"


def require(*packages: str) -> None:
    """Raise UsageError if a package of the extra `train` is not installed."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"{', '.join(missing)} not installed: pip install 'selfexec[train]'")


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main, config_flag="--config")
