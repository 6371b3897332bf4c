"""Policy-gradient training on episodes: GRPOTrainer whose rows are turns and whose advantages are CWM's.

TRL 1.16 gives every prompt one row with one advantage. Here a prompt begins an episode of one or several
turns; each turn is a row of its own (what the policy saw, what it wrote, as token ids that are never
tokenized again), and all rows of an episode share its advantage. That is a different
`_generate_and_score_completions`, a private method of TRL: tests/trainers/test_grpo.py holds what is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from accelerate.utils import gather_object
from transformers import Trainer
from trl import GRPOTrainer
from trl.models.utils import unwrap_model_for_generation
from trl.trainer.utils import pad, use_adapter

from harness.engines import rounds
from selfexec.errors import UsageError
from trainers import models
from trainers.advantages import Baseline, Scale, advantages
from trainers.rollouts import Item, Played, Rollouts, Turn, Written

# TRL's own default for a sequence is 3; per token (truncated importance sampling) 2 is what its authors use.
SAMPLER_RATIO_CAP = 2.0

# Losses of TRL that divide by a number of rows.
MEANS_OVER_ROWS = ("grpo", "dr_grpo")


@dataclass(frozen=True, slots=True)
class Credit:
    """How rewards become advantages; `advantages` says what the choices mean.

    weights: by task, what its advantage is multiplied with. Being applied last, it survives any scaling.
    drop_even: leave out groups whose advantages are all zero. They have no gradient; but as long as their
    tokens count in the mean over tokens, a batch with many of them takes a smaller step.
    """

    baseline: Baseline = "token-mean"
    scale: Scale = "none"
    weights: Mapping[str, float] | None = None
    drop_even: bool = False

    def weight(self, task: str) -> float:
        return (self.weights or {}).get(task, 1.0)


class Scored(NamedTuple):
    """What every process is told of an episode, for the advantages and the log."""

    task: str
    reward: float | None
    lengths: tuple[int, ...]  # tokens that the policy wrote, by turn
    cut: int  # responses that did not end by themselves
    facts: Mapping[str, float]

    @property
    def tokens(self) -> int:
        return sum(self.lengths)


class EpisodeTrainer(GRPOTrainer):
    """Trains on the episodes that `rollouts` plays from `item_of(row)`.

    A row of `train_dataset` is what an episode begins with. `validation` items are played once each at every
    evaluation; `eval_score` is the share of solved ones, or of right predictions where nothing is to be
    solved.
    """

    def __init__(
        self,
        *,
        rollouts: Rollouts,
        item_of: Callable[[Mapping[str, Any], int, int], Item],
        credit: Credit,
        validation: Sequence[Item] = (),
        norm_learning_rate: float | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(reward_funcs=_rewards_come_with_episodes, **settings)
        self.rollouts = rollouts
        self.item_of = item_of
        self.credit = credit
        self.validation = validation
        self.norm_learning_rate = norm_learning_rate
        self._rollout_began: float | None = None

    def create_optimizer(self, *arguments: Any, **settings: Any) -> torch.optim.Optimizer:
        optimizer = super().create_optimizer(*arguments, **settings)
        return models.rate_norms(optimizer, self.model, self.norm_learning_rate)

    # The override ----------------------------------------------------------------------------------------

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        """Play one episode per input and return the rows of all their turns, padded to whole batches."""
        self._log_sandbox_share()
        offset = self.accelerator.process_index * len(inputs)
        items = [
            self.item_of(row, self.state.global_step, (offset + place) // self.num_generations)
            for place, row in enumerate(inputs)
        ]
        faults = self.rollouts.rewards.faults
        played = self.rollouts.play(items, self._write, self._agree)
        self._refuse_dead_sandbox(played, self.rollouts.rewards.faults - faults)
        credits = self._credits(played)
        rows = [
            (turn, credit)
            for episode, credit in zip(played, credits, strict=True)
            if credit is not None
            for turn in episode.turns
        ]
        return self._batch(rows)

    # Rollouts --------------------------------------------------------------------------------------------

    def _write(self, prompts: Sequence[list[int]]) -> list[Written]:
        """One sampled response per prompt."""
        if not self.use_vllm and self.accelerator.num_processes == 1:
            return self._write_in_rounds(prompts)
        # Prompts differ from each other here, so every one is its own group of 1 for the sampler.
        ids, logprobs = self._generate_single_turn(list(prompts), None, {}, 1)
        if logprobs is None:
            return [Written(list(each)) for each in ids]
        return [Written(list(each), list(scores)) for each, scores in zip(ids, logprobs, strict=True)]

    def _write_in_rounds(self, prompts: Sequence[list[int]]) -> list[Written]:
        """As TRL does without vLLM, but responses that are finished leave the batch."""
        written = [Written([]) for _ in prompts]
        ends = self.rollouts.codec.eos_ids

        def push(row: int, token: int) -> bool:
            written[row].ids.append(token)
            return token in ends

        config = copy(self.generation_config)
        config.use_cache = True
        with (
            torch.no_grad(),
            unwrap_model_for_generation(
                self.model_wrapped,
                self.accelerator,
                generation_kwargs=self.generation_kwargs,
                gradient_checkpointing_kwargs=self.args.gradient_checkpointing_kwargs,
            ) as model,
        ):
            rounds.generate(model, prompts, config, push)
        return written

    def _agree(self, count: int, finished: bool) -> tuple[int, bool]:
        if self.accelerator.num_processes == 1:
            return count, finished
        known = gather_object([(count, finished)])
        return max(each for each, _ in known), all(ended for _, ended in known)

    def _refuse_dead_sandbox(self, played: Sequence[Played], faults: int) -> None:
        """A fault costs an episode its reward; a sandbox that only fails must not train on for days."""
        judged = [episode for episode in played if episode.task != "output-prediction"]
        if faults and judged and all(episode.reward is None for episode in judged):
            raise UsageError(
                f"the sandbox failed for every program of step {self.state.global_step}; see "
                "python -m sandboxes.doctor, then --resume"
            )

    # Advantages ------------------------------------------------------------------------------------------

    def _credits(self, played: Sequence[Played]) -> list[float | None]:
        """The advantage of each local episode, None for one whose rows are left out of the batch."""
        mine = self._scored(played)
        everyone = gather_object(mine)
        group = self.num_generations
        rewards = torch.tensor(
            [float("nan") if each.reward is None else each.reward for each in everyone], dtype=torch.float64
        )
        tokens = torch.tensor([each.tokens for each in everyone])
        raw = advantages(rewards, tokens, group, self.credit.baseline, self.credit.scale)
        weights = torch.tensor([self.credit.weight(each.task) for each in everyone], dtype=torch.float64)
        final = raw * weights
        even = (final.view(-1, group) == 0).all(1).repeat_interleave(group)
        self._log_rollout(everyone, even)
        start = self.accelerator.process_index * len(mine)
        here = range(start, start + len(mine))
        return [
            None
            if everyone[place].reward is None or (self.credit.drop_even and bool(even[place]))
            else float(final[place])
            for place in here
        ]

    # Tensors ---------------------------------------------------------------------------------------------

    def _batch(self, rows: Sequence[tuple[Turn, float]]) -> dict[str, Any]:
        """The tensors that TRL's loss takes: (rows, tokens), prompts padded left and responses right.

        The number of rows is made a multiple of the steps that this rollout is split into, the same for
        every process, with rows that no loss counts: one attended token, no response.
        """
        device = self.accelerator.device
        most = max(gather_object([len(rows)]))
        steps = self.args.steps_per_generation
        size = max(-(-most // steps), 1) * steps
        filler = self._tokenizer.pad_token_id
        prompts = [turn.prompt_ids for turn, _ in rows] + [[filler]] * (size - len(rows))
        written = [turn.written for turn, _ in rows] + [Written([])] * (size - len(rows))
        responses = [each.ids for each in written]
        batch: dict[str, Any] = {
            "prompt_ids": _padded(prompts, filler, "left"),
            "prompt_mask": _padded([[1] * len(ids) for ids in prompts], 0, "left"),
            "completion_ids": _padded(responses, filler, "right"),
            "completion_mask": _padded([[1] * len(ids) for ids in responses], 0, "right"),
        }
        batch = {name: value.to(device) for name, value in batch.items()}
        batch["advantages"] = torch.tensor(
            [credit for _, credit in rows] + [0.0] * (size - len(rows)), dtype=torch.float32, device=device
        )
        batch["num_items_in_batch"] = self.accelerator.gather(batch["completion_mask"].sum()).sum()
        corrects = self.use_vllm and self.vllm_importance_sampling_correction
        if corrects or self.args.gradient_accumulation_steps % (steps * self.num_iterations) != 0:
            batch["old_per_token_logps"] = self._logprobs(batch, self.model)
        if corrects:
            batch["importance_sampling_ratio"] = self._sampler_ratio(batch, written)
        if self.beta:
            batch["ref_per_token_logps"] = self._reference_logprobs(batch)
        everyone = self.accelerator.num_processes * size
        real = sum(gather_object([len(rows)]))
        batch["row_scale"] = torch.tensor(everyone / max(real, 1), device=device)
        return batch

    def _reference_logprobs(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """As `_logprobs`, under the model that training began with."""
        if self.ref_model is not None:
            return self._logprobs(batch, self.ref_model)
        policy = self.accelerator.unwrap_model(self.model)
        with use_adapter(policy, "ref" if "ref" in policy.peft_config else None):
            return self._logprobs(batch, self.model)

    def _logprobs(self, batch: Mapping[str, torch.Tensor], model: torch.nn.Module) -> torch.Tensor:
        """Log-probabilities of the responses under `model`, (rows, response tokens)."""
        ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], dim=1)
        mask = torch.cat([batch["prompt_mask"], batch["completion_mask"]], dim=1)
        with torch.no_grad():
            found, _, _ = self._get_per_token_logps_and_entropies(
                model,
                ids,
                mask,
                batch["completion_ids"].size(1),
                batch_size=self.args.per_device_train_batch_size,
            )
        return found

    def _sampler_ratio(self, batch: Mapping[str, torch.Tensor], written: Sequence[Written]) -> torch.Tensor:
        """Per token, policy / sampler, capped: the engine that samples computes a little differently from the
        model that is trained (truncated importance sampling). 1 where the sampler gave no probability."""
        nan = float("nan")
        sampled = _padded(
            [[nan if score is None else score for score in each.logprobs or []] for each in written],
            0.0,
            "right",
        )
        sampled = sampled.to(batch["old_per_token_logps"])
        difference = (batch["old_per_token_logps"] - sampled) * batch["completion_mask"]
        ratio = torch.exp(torch.nan_to_num(difference, nan=0.0))
        off = (difference.abs() * batch["completion_mask"]).nansum() / batch["completion_mask"].sum()
        self._metrics["train"]["sampler_logprob_difference"].append(off.item())
        return ratio.clamp(max=SAMPLER_RATIO_CAP)

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        """TRL's loss on the columns that this part of the rollout needs.

        A mean over rows counts rows of padding too, and is put right here; a mean over tokens does not.
        """
        loss = super().compute_loss(model, trimmed(inputs), return_outputs, num_items_in_batch)
        return loss * inputs["row_scale"] if self.loss_type in MEANS_OVER_ROWS else loss

    # Log -------------------------------------------------------------------------------------------------

    def _log_sandbox_share(self) -> None:
        """Of the wall time since the rollout before this one began, the share spent waiting for rewards."""
        now = time.perf_counter()
        if self._rollout_began is not None:
            share = self.rollouts.waited_s / (now - self._rollout_began)
            self._metrics["train"]["sandbox_share"].append(share)
        self.rollouts.waited_s = 0.0
        self._rollout_began = now

    def _log_rollout(self, everyone: Sequence[Scored], even: torch.Tensor) -> None:
        metrics = self._metrics["train"]
        rewards = [each.reward for each in everyone if each.reward is not None]
        lengths = [length for each in everyone for length in each.lengths]
        if rewards:
            metrics["reward"].append(sum(rewards) / len(rewards))
        if lengths:
            metrics["response_tokens/mean"].append(sum(lengths) / len(lengths))
            metrics["response_tokens/max"].append(float(max(lengths)))
            metrics["response_cut"].append(sum(each.cut for each in everyone) / len(lengths))
        metrics["no_reward"].append(1 - len(rewards) / len(everyone))
        metrics["zero_advantage_groups"].append(even.double().mean().item())
        metrics["episode_tokens"].append(sum(lengths) / len(everyone))
        metrics["rows_per_episode"].append(len(lengths) / len(everyone))
        self.state.num_input_tokens_seen += sum(lengths)
        for name, value in summarise(everyone).items():
            metrics[name].append(value)

    def _scored(self, played: Sequence[Played]) -> list[Scored]:
        eos = self.rollouts.codec.eos_ids
        return [
            Scored(
                episode.task,
                episode.reward,
                tuple(len(turn.written.ids) for turn in episode.turns),
                sum(turn.written.ids[-1:] == [] or turn.written.ids[-1] not in eos for turn in episode.turns),
                episode.facts,
            )
            for episode in played
        ]

    # Validation ------------------------------------------------------------------------------------------

    def evaluate(self, eval_dataset=None, ignore_keys=None, metric_key_prefix="eval") -> dict[str, float]:
        """Play the validation items and report means by task; `eval_score` picks the best checkpoint."""
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        waited = self.rollouts.waited_s
        mine = self.rollouts.play(list(self.validation[rank::world]), self._write, self._agree)
        self.rollouts.waited_s = waited
        everyone = gather_object(self._scored(mine))
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in summarise(everyone).items()}
        metrics[f"{metric_key_prefix}_score"] = score(everyone)
        # GRPOTrainer.log would mix in, and clear, what the training steps have gathered since the last line.
        Trainer.log(self, metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def summarise(episodes: Sequence[Scored]) -> dict[str, float]:
    """Means over the episodes of each task: its reward, and every fact over the episodes that have it."""
    found: dict[str, float] = {}
    for task in sorted({episode.task for episode in episodes}):
        values: dict[str, list[float]] = {}
        for episode in episodes:
            if episode.task == task:
                known = {} if episode.reward is None else {"reward": episode.reward}
                for name, value in {**known, **episode.facts}.items():
                    values.setdefault(name, []).append(value)
        found |= {f"{task}/{name}": sum(each) / len(each) for name, each in sorted(values.items())}
    return found


def score(episodes: Sequence[Scored]) -> float:
    """What checkpoints are compared by: the share of right programs, or of right predictions if no program
    was asked for."""
    judged = [episode for episode in episodes if episode.reward is not None]
    programs = [episode for episode in judged if episode.task != "output-prediction"] or judged
    return sum(episode.facts.get("pass", episode.facts.get("right", 0.0)) for episode in programs) / max(
        len(programs), 1
    )


def trimmed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`inputs` without the columns that are padding in every row.

    A rollout is padded as one block, and then split: most of its parts are narrower.
    """
    prompt = int(inputs["prompt_mask"].sum(1).max())
    response = max(int(inputs["completion_mask"].sum(1).max()), 1)
    columns = {
        "prompt_ids": slice(inputs["prompt_ids"].size(1) - prompt, None),
        "prompt_mask": slice(inputs["prompt_mask"].size(1) - prompt, None),
        "completion_ids": slice(response),
        "completion_mask": slice(response),
        "old_per_token_logps": slice(response),
        "importance_sampling_ratio": slice(response),
        "ref_per_token_logps": slice(response),
    }
    return {
        name: value[:, columns[name]] if name in columns and value is not None else value
        for name, value in inputs.items()
    }


def _padded(rows: Sequence[Sequence[Any]], value: Any, side: str) -> torch.Tensor:
    kind = torch.float32 if isinstance(value, float) else torch.long
    tensors = [torch.tensor(row, dtype=kind) for row in rows]
    if not any(len(row) for row in rows):
        return torch.full((len(rows), 1), value, dtype=kind)
    return pad(tensors, padding_value=value, padding_side=side)


def _rewards_come_with_episodes(*args: Any, **kwargs: Any) -> list[float]:
    """GRPOTrainer wants a reward function; ours is never asked."""
    raise AssertionError("an episode brings its reward")
