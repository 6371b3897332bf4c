"""Reinforcement learning with rewards from the sandbox: output prediction, solving, both, or self-RLEF.

`python -m trainers.rl --config trainers/recipes/rl-qwen2.5-7b-joint.yaml`. The set it trains on is made by
`python -m trainers.data`.
"""

# Annotations are evaluated here: the options below inherit theirs from other modules.

import contextlib
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from harness.judge import Judge
from harness.prompts import Prompts
from harness.regimes.questions import Questions
from sandboxes.pool import SandboxOptions, open_pool
from selfexec import commandline
from selfexec.errors import UsageError
from trainers.options import CommonOptions
from trainers.order import passes
from trainers.rewards import Rewards
from trainers.rlset import RLSet, Split
from trainers.rollouts import Codec, Item, Rollouts, Task
from trainers.sft import require, template_ids
from trainers.steps import Steps

COMMAND = "python -m trainers.rl"

# Of the prompts, the share that asks for an output (arXiv 2604.03253): joint training, self-RLEF.
PREDICTION_SHARE = {"output-prediction": 1.0, "solve": 0.0, "joint": 0.15, "self-rlef": 0.25}


@dataclass(frozen=True, kw_only=True)
class Options(CommonOptions):
    """Reinforcement learning on an RL set. The defaults are the paper's (arXiv 2604.03253) and, where it
    follows them, those of CWM (arXiv 2510.02387)."""

    data: Path
    """Folder made by python -m trainers.data."""

    task: Literal["output-prediction", "solve", "joint", "self-rlef"]
    """What is trained: predicting outputs, solving, both in one model, or solving with self-repair (which
    also predicts)."""

    validation: Path | None = None
    """Another RL set, all of whose problems validate; default the validation part of --data."""

    validation_limit: int = 200
    """Validation episodes of each kind; 0 validates nothing."""

    prediction_share: float | None = None
    """Share of the prompts that ask for an output; default 0.15 for joint, 0.25 for self-rlef."""

    prediction_weight: float = 0.8
    """Weight of output prediction where it is mixed with another task."""

    step_reward: float = 0.0
    """Add this times the grounded share of the states that a prediction claims (the idea of ExecVerify and
    StepCodeReasoner, arXiv 2605.11922). 0 rewards the answer alone."""

    feedback: Literal["executed", "simulated"] = "executed"
    """self-rlef: what a repair is based on. The paper trains on true outputs and evaluates on predicted
    ones."""

    feedback_ramp: tuple[int, ...] = ()
    """self-rlef: two steps, FROM TO. The share of episodes with predicted feedback rises from 0 to 1 between
    them; --feedback is then left out."""

    max_turns: int = 2
    """self-rlef: most solutions in an episode, the first included: 2 is one repair."""

    group_size: int = 8
    """Episodes per prompt, which are each other's baseline."""

    max_prompt: int = 16384
    """Longest prompt in tokens. An episode whose prompt is longer trains nothing; the share is logged."""

    max_response: int = 32768
    """Longest response in tokens."""

    temperature: float = 1.0
    """Sampling temperature."""

    top_p: float = 1.0
    """Nucleus sampling. Below 1 the importance ratios are wrong: the loss does not know what was cut off."""

    baseline: Literal["token-mean", "mean"] = "token-mean"
    """What rewards are compared with, over a group: the mean per token (CWM), or per episode (GRPO)."""

    scale: Literal["none", "group"] = "none"
    """Divide advantages by the group's standard deviation (GRPO)? It favours very easy and very hard
    prompts."""

    loss: Literal["dapo", "dr_grpo", "bnpo", "grpo", "cispo"] = "dapo"
    """Loss of TRL. dapo is the mean over all tokens of a step, so that a token counts the same wherever it
    stands; bnpo that over the tokens of each forward pass; grpo the mean over rows of means over tokens;
    dr_grpo the sum over tokens by rows x --max-response; cispo is dapo with a capped ratio that is itself no
    function of the weights."""

    clip: float = 0.2
    """The policy ratio is clipped below 1 - clip. It matters only with --updates-per-rollout above 1 or a
    sampler that differs."""

    clip_high: float = 0.25
    """The policy ratio is clipped above 1 + clip_high: a little more room upwards keeps rare tokens alive."""

    kl: float = 0.0
    """Weight of the KL divergence from the first model, estimated without bias (arXiv 2512.02556). Above 0 a
    second copy of it is held, or none under LoRA."""

    drop_even_groups: bool = False
    """Leave groups whose rewards are all alike out of the mean over tokens. They have no gradient anyway."""

    updates_per_rollout: int = 1
    """Optimiser steps that one rollout is split into."""

    slices: int = 2
    """Parts of a rollout that play at the same time: while one waits for the sandbox, another is written."""

    vllm: Literal["off", "colocate", "server"] = "off"
    """Sample with vLLM: on the training devices, or on a server started with trl vllm-serve."""

    vllm_url: str = "http://localhost:8000"
    """Address of the vLLM server."""

    vllm_memory: float = 0.3
    """colocate: share of the device memory that vLLM may take."""

    vllm_tensor_parallel: int = 1
    """colocate: devices that one copy of vLLM is spread over."""

    prompts: Path | None = None
    """Folder of templates that replace the packaged ones of the same name."""

    system_prompt: str = ""
    """System prompt of every question."""

    # Of CommonOptions, with the defaults of RL.
    learning_rate: float = 1.4e-7
    """Peak learning rate."""

    warmup_steps: int = 400
    """Steps of linear warm-up."""

    max_grad_norm: float = 0.1
    """Gradients are clipped to this norm."""

    log_every: int = 1
    """Steps between two lines of the log (OUT/log.jsonl and stdout)."""

    sandbox: Annotated[SandboxOptions, Parameter(name="*", group="Sandbox")] = field(
        default_factory=SandboxOptions
    )

    @property
    def share(self) -> float:
        return PREDICTION_SHARE[self.task] if self.prediction_share is None else self.prediction_share

    def check(self, processes: int) -> None:
        """Raise UsageError for values that do not fit together."""
        if len(self.feedback_ramp) not in (0, 2) or list(self.feedback_ramp) != sorted(self.feedback_ramp):
            raise UsageError(f"--feedback-ramp {self.feedback_ramp}: give two steps, FROM TO")
        if not 0 <= self.share <= 1:
            raise UsageError(f"--prediction-share {self.share}: must be between 0 and 1")
        if self.step_reward < 0:
            raise UsageError(f"--step-reward {self.step_reward}: must not be below 0")
        if self.group_size < 2:
            raise UsageError(f"--group-size {self.group_size}: must be at least 2, or there is no baseline")
        rollout = self.batch_size * self.accumulation * self.updates_per_rollout * processes
        if rollout % self.group_size:
            raise UsageError(
                f"{rollout} episodes a rollout (--batch-size {self.batch_size} x --accumulation "
                f"{self.accumulation} x --updates-per-rollout {self.updates_per_rollout} x {processes} "
                f"processes) are no multiple of --group-size {self.group_size}"
            )
        if self.save_every % self.updates_per_rollout:
            raise UsageError(
                f"--save-every {self.save_every}: must be a multiple of --updates-per-rollout "
                f"{self.updates_per_rollout}, or a resumed run would lose part of a rollout"
            )


def main(options: Options) -> None:
    require("torch", "transformers", "trl", "peft")
    options.check(processes=int(os.environ.get("WORLD_SIZE", "1")))
    from trl import GRPOConfig

    from trainers import grpo, models, record

    tokenizer = models.load_tokenizer(options)
    rlset = RLSet(options.data)
    validation = validation_items(options, rlset)
    config = GRPOConfig(**models.arguments(options), **grpo_arguments(options, bool(validation)))
    rows = training_rows(options, rlset)
    data = {"train": rlset.describe(), "train_rows": {name: len(part) for name, part in rows.items()}}
    if options.validation:
        data["validation"] = RLSet(options.validation).describe()
    run = record.TrainingRecord(options, COMMAND, data)
    checkpoint = run.begin(options.resume, config.distributed_state)
    planned = plan(mix(rows, options), options, config.world_size)
    model = models.load_model(options, tokenizer)
    codec = codec_of(tokenizer, model)
    prompts = Prompts.load(options.prompts, "chat", options.system_prompt)
    factors = options.sandbox
    with (
        open_pool(options.sandbox, share=config.world_size) as pool,
        Judge(pool, factors.time_factor, factors.memory_factor, stop_early=True) as final,
        Judge(pool, factors.time_factor, factors.memory_factor) as public,
        contextlib.closing(Steps(pool)) as steps,
    ):
        run.content["environment"]["sandbox"] = pool.describe()
        trainer = grpo.EpisodeTrainer(
            rollouts=Rollouts(
                Questions(prompts),
                Rewards(final, public, steps if options.step_reward else None, options.step_reward),
                codec,
                options.max_turns,
                options.max_prompt,
                options.slices,
            ),
            item_of=Items(options, rlset),
            credit=grpo.Credit(
                options.baseline, options.scale, task_weights(options), options.drop_even_groups
            ),
            validation=validation,
            norm_learning_rate=options.norm_learning_rate,
            model=model,
            args=config,
            train_dataset=planned,
            eval_dataset=planned if validation else None,
            processing_class=tokenizer,
            peft_config=models.adapters(options),
            callbacks=[record.Log(run)],
        )
        record.train(trainer, run, checkpoint)


def grpo_arguments(options: Options, validates: bool) -> dict[str, Any]:
    """What GRPOConfig is given besides what every trainer is."""
    arguments: dict[str, Any] = {
        "shuffle_dataset": False,  # `plan` did
        "num_generations": options.group_size,
        "num_generations_eval": 1,
        "per_device_eval_batch_size": options.batch_size,
        "steps_per_generation": options.accumulation * options.updates_per_rollout,
        "max_completion_length": options.max_response,
        "temperature": options.temperature,
        "top_p": options.top_p,
        "loss_type": options.loss,
        "epsilon": options.clip,
        # cispo caps the ratio itself, the others how far it is from 1.
        "epsilon_high": options.clip_high + (1 if options.loss == "cispo" else 0),
        "beta": options.kl,
        "use_vllm": options.vllm != "off",
    }
    if options.vllm != "off":
        arguments |= {
            "vllm_mode": options.vllm,
            "vllm_server_base_url": options.vllm_url if options.vllm == "server" else None,
            "vllm_gpu_memory_utilization": options.vllm_memory,
            "vllm_tensor_parallel_size": options.vllm_tensor_parallel,
            "vllm_max_model_length": options.max_prompt + options.max_response,
        }
    if validates:
        arguments |= {
            "eval_strategy": "steps",
            "eval_steps": options.save_every,
            "metric_for_best_model": "eval_score",
            "greater_is_better": True,
        }
    return arguments


class Items:
    """Turns a row of the training set into what an episode begins with."""

    def __init__(self, options: Options, rlset: RLSet) -> None:
        self.options = options
        self.rlset = rlset

    def __call__(self, row: Mapping[str, Any], step: int, group: int) -> Item:
        """`group` numbers the prompts of a rollout: its episodes all get the same kind of feedback."""
        share = simulated_share(self.options, step)
        draw = random.Random(f"{self.options.seed} {step} {group}").random()
        return Item(
            row["task"],
            self.rlset.problem(row["problem_id"]),
            row["code"],
            row["test"],
            row["answer"],
            "simulated" if draw < share else "executed",
        )


def simulated_share(options: Options, step: int) -> float:
    """The share of self-rlef episodes whose feedback is the policy's own prediction at `step`."""
    if not options.feedback_ramp:
        return float(options.feedback == "simulated")
    begin, end = options.feedback_ramp
    return min(max((step - begin) / max(end - begin, 1), 0.0), 1.0)


def task_weights(options: Options) -> dict[str, float]:
    """Output prediction counts less where it is mixed with another task."""
    return {"output-prediction": options.prediction_weight} if 0 < options.share < 1 else {}


def program_task(options: Options) -> Task:
    return "self-rlef" if options.task == "self-rlef" else "solve"


def training_rows(options: Options, rlset: RLSet, split: Split = "train") -> dict[str, Any]:
    """The rows of each task that is trained, as data sets with the columns of an `Item`."""
    import datasets

    rows = {}
    if options.share < 1:
        ids = rlset.problem_ids(split)
        empty = [""] * len(ids)
        rows[program_task(options)] = datasets.Dataset.from_dict(
            {
                "task": [program_task(options)] * len(ids),
                "problem_id": ids,
                "code": empty,
                "test": [0] * len(ids),
                "answer": empty,
            }
        )
    if options.share > 0:
        predictions = rlset.predictions[split]
        predictions = predictions.add_column("task", ["output-prediction"] * len(predictions))
        rows["output-prediction"] = predictions.select_columns(
            ["task", "problem_id", "code", "test", "answer"]
        )
    for task, part in rows.items():
        if not len(part) and split == "train":
            raise UsageError(f"--data {options.data}: has nothing for {task}")
    return rows


def mix(rows: Mapping[str, Any], options: Options) -> Any:
    """One data set in which the share of output prediction is what was asked for, prompt by prompt."""
    import datasets

    if len(rows) == 1:
        return next(iter(rows.values()))
    return datasets.interleave_datasets(
        [part.shuffle(seed=options.seed) for part in rows.values()],
        probabilities=[options.share if task == "output-prediction" else 1 - options.share for task in rows],
        seed=options.seed,
        stopping_strategy="all_exhausted",
    )


def plan(rows: Any, options: Options, processes: int) -> Any:
    """The prompts of the whole run, in the order in which they are asked."""
    rollout = options.batch_size * options.accumulation * options.updates_per_rollout * processes
    rollouts = -(-options.steps // options.updates_per_rollout)
    return rows.select(passes(len(rows), rollouts * rollout // options.group_size, options.seed))


def validation_items(options: Options, rlset: RLSet) -> list[Item]:
    """The validation episodes: the same for every checkpoint. Repairs are based on predicted outputs there,
    as they are when the model is used."""
    if not options.validation_limit:
        return []
    source = RLSet(options.validation) if options.validation else rlset
    splits: tuple[Split, ...] = ("train", "validation") if options.validation else ("validation",)
    items = []
    for split in splits:
        for part in training_rows(options, source, split).values():
            chosen = part.shuffle(seed=0).select(range(min(len(part), options.validation_limit)))
            items += [
                Item(
                    row["task"],
                    source.problem(row["problem_id"]),
                    row["code"],
                    row["test"],
                    row["answer"],
                    "simulated",
                )
                for row in chosen
            ]
    return items


def codec_of(tokenizer: Any, model: Any) -> Codec:
    """Between messages and token ids, as the policy sees them."""
    ends = model.generation_config.eos_token_id
    ends = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
    return Codec(
        lambda messages: template_ids(tokenizer, list(messages), add_generation_prompt=True),
        lambda ids: tokenizer.decode(ids, skip_special_tokens=True),
        frozenset([tokenizer.eos_token_id, *ends]),
    )


if __name__ == "__main__":
    commandline.run(COMMAND, Options, main, config_flag="--config")
