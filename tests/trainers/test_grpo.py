"""What is used of TRL's GRPOTrainer, and what the rows that it is given come to: gradients by the formula."""

import inspect
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
trl = pytest.importorskip("trl", reason="training needs the extra `train`")

import datasets

from benchmarks.problem import Problem
from selfexec.errors import UsageError
from trainers.grpo import Credit, EpisodeTrainer, trimmed
from trainers.rollouts import Codec, Played, Turn, Written

EOS = 1
PROBLEM = Problem("p", "s", "s", (), lambda: ())


@pytest.fixture(scope="module")
def folder(make_model):
    return make_model(["print(1)"], hidden=32, vocabulary=280)


@pytest.fixture
def trainer(folder, tmp_path):
    """Makes a trainer on a fresh copy of the tiny model; its rollouts are what `played` says."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    def make(played=(), credit=None, accumulation=1, adapters=None, **changes):
        settings = {
            "output_dir": str(tmp_path),
            "per_device_train_batch_size": 4,
            "gradient_accumulation_steps": accumulation,
            "num_generations": 2,
            "max_completion_length": 16,
            "loss_type": "dapo",
            "beta": 0.0,
            "use_cpu": True,
            "bf16": False,
            "gradient_checkpointing": False,
            "report_to": "none",
            "top_p": 1.0,
        }
        rollouts = SimpleNamespace(
            play=lambda items, write, agree: list(played),
            rewards=SimpleNamespace(faults=0),
            codec=Codec(lambda messages: [], lambda ids: "", frozenset([EOS])),
            waited_s=0.0,
        )
        made = EpisodeTrainer(
            rollouts=rollouts,
            item_of=lambda row, step, group: row,
            credit=credit or Credit(),
            model=AutoModelForCausalLM.from_pretrained(folder),
            processing_class=AutoTokenizer.from_pretrained(folder),
            args=trl.GRPOConfig(**settings | changes),
            train_dataset=datasets.Dataset.from_dict({"task": ["solve"] * 8}),
            peft_config=adapters,
        )
        made.model.train()
        made.current_gradient_accumulation_steps = accumulation
        return made

    return make


def episode(reward, *turns, task="solve"):
    """`turns` are (prompt ids, response ids)."""
    rows = [Turn("solve", list(prompt), Written(list(response))) for prompt, response in turns]
    return Played(task, PROBLEM, rows, reward)


EPISODES = [
    episode(1.0, ([10, 11], [20, 21, EOS]), ([12], [22, EOS])),
    episode(-1.0, ([10, 11], [23, EOS])),
    episode(-1.0, ([13, 14, 15], [24, 25, 26, 27, EOS])),
    episode(1.0, ([13, 14, 15], [28, EOS])),
]


def scored(trainer, count=4):
    return trainer._generate_and_score_completions([{"task": "solve"}] * count)


def gradient(trainer, batches):
    trainer.model.zero_grad()
    for batch in batches if isinstance(batches, list) else [batches]:
        trainer.compute_loss(trainer.model, batch).backward()
    return torch.cat([parameter.grad.flatten() for parameter in trainer.model.parameters()])


def reference(trainer, episodes, credits):
    """-sum over the tokens of all turns of advantage x log-probability, over the number of tokens."""
    model = trainer.model
    model.zero_grad()
    total, tokens = 0.0, sum(each.tokens for each in episodes)
    for each, credit in zip(episodes, credits, strict=True):
        for turn in each.turns:
            ids = torch.tensor([turn.prompt_ids + turn.written.ids])
            logprobs = model(ids).logits.log_softmax(-1)[0, len(turn.prompt_ids) - 1 : -1]
            chosen = logprobs.gather(1, torch.tensor(turn.written.ids)[:, None])
            total = total - credit * chosen.sum() / tokens
    total.backward()
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])


def off_policy(row, place):
    """By how much the log-probability at sampling is above that of now."""
    return 0.25 * ((7 * row + 3 * place) % 5 - 2)


def formula(trainer, loss, kl=0.0, clip=0.2, high=0.25, before=None):
    """The gradient of a loss on EPISODES as its paper writes it, one turn at a time and without any padding.

    `before` is the model that the KL divergence is measured from: its unbiased gradient (arXiv 2512.02556).
    """
    model = trainer.model
    model.zero_grad()
    rows = []
    turns = [(turn, credit) for each, credit in zip(EPISODES, CREDITS, strict=True) for turn in each.turns]
    for row, (turn, credit) in enumerate(turns):
        ids = torch.tensor([turn.prompt_ids + turn.written.ids])
        chosen = torch.tensor(turn.written.ids)[:, None]
        start = len(turn.prompt_ids) - 1
        logprobs = model(ids).logits.log_softmax(-1)[0, start:-1].gather(1, chosen)[:, 0]
        shift = torch.tensor([off_policy(row, place) for place in range(len(chosen))])
        ratio = (logprobs - logprobs.detach() - shift).exp()
        if loss == "cispo":
            terms = -ratio.clamp(max=1 + high).detach() * credit * logprobs
        else:
            terms = -torch.minimum(ratio * credit, ratio.clamp(1 - clip, 1 + high) * credit)
        if kl:
            with torch.no_grad():
                first = before(ids).logits.log_softmax(-1)[0, start:-1].gather(1, chosen)[:, 0]
            terms = terms + kl * ratio * ((first - logprobs).exp() - (first - logprobs) - 1)
        rows.append(terms)
    if loss == "grpo":
        total = sum(terms.mean() for terms in rows) / len(rows)
    elif loss == "dr_grpo":
        total = sum(terms.sum() for terms in rows) / (len(rows) * 16)
    else:
        total = sum(terms.sum() for terms in rows) / sum(len(terms) for terms in rows)
    total.backward()
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])


def sampled_off_policy(trainer):
    """The batch of EPISODES, as if the sampler had been another model."""
    batch = scored(trainer)
    shift = torch.zeros_like(batch["completion_mask"], dtype=torch.float32)
    for row in range(5):
        for place in range(int(batch["completion_mask"][row].sum())):
            shift[row, place] = off_policy(row, place)
    return {**batch, "old_per_token_logps": trainer._logprobs(batch, trainer.model) + shift}


# By hand: group 1 has 5 + 2 tokens, b = (5 - 2) / 7; group 2 has 5 + 2 tokens, b = (-5 + 2) / 7.
CREDITS = [1 - 3 / 7, -1 - 3 / 7, -1 + 3 / 7, 1 + 3 / 7]


def test_the_gradient_is_that_of_the_formula(trainer):
    made = trainer(EPISODES)
    found = gradient(made, scored(made))
    assert torch.allclose(found, reference(made, EPISODES, CREDITS), atol=1e-6)
    assert found.abs().max() > 1e-3


def test_every_turn_is_a_row_with_the_advantage_of_its_episode(trainer):
    batch = scored(trainer(EPISODES))
    assert batch["advantages"].tolist() == pytest.approx([CREDITS[0], *CREDITS])
    assert batch["completion_mask"].sum(1).tolist() == [3, 2, 2, 5, 2]
    assert batch["num_items_in_batch"] == 14


def test_rows_hold_the_ids_that_were_sampled_and_nothing_is_tokenized_again(trainer, monkeypatch):
    # These ids are no tokenization that a tokenizer would give: bytes where there is a longer token.
    made = trainer(EPISODES)
    for name in ("encode", "__call__", "apply_chat_template"):
        monkeypatch.setattr(type(made.processing_class), name, None)
    batch = scored(made)
    rows = [(turn.prompt_ids, turn.written.ids) for each in EPISODES for turn in each.turns]
    for place, (prompt, response) in enumerate(rows):
        real = batch["prompt_mask"][place].bool(), batch["completion_mask"][place].bool()
        assert batch["prompt_ids"][place][real[0]].tolist() == prompt
        assert batch["completion_ids"][place][real[1]].tolist() == response
        # Prompts are padded on the left, responses on the right: the two meet.
        assert bool(real[0][-1])
        assert bool(real[1][0])


@pytest.mark.parametrize(
    ("loss", "accumulation"),
    [(loss, passes) for loss in ("dapo", "cispo", "grpo", "dr_grpo") for passes in (1, 4)] + [("bnpo", 1)],
)
def test_every_loss_has_the_gradient_of_its_formula_whatever_the_padding(trainer, loss, accumulation):
    from trl.trainer.utils import shuffle_sequence_dict, split_tensor_dict

    high = 1.25 if loss == "cispo" else 0.25
    made = trainer(EPISODES, accumulation=accumulation, loss_type=loss, epsilon=0.2, epsilon_high=high)
    batch = sampled_off_policy(made)
    assert (batch["completion_mask"].sum(1) == 0).any() == (accumulation > 1)
    found = gradient(made, split_tensor_dict(shuffle_sequence_dict(batch), accumulation))
    assert torch.allclose(found, formula(made, loss), atol=1e-6)
    assert found.abs().max() > 1e-3


def nudge(model):
    with torch.no_grad():
        for place, weights in enumerate(model.parameters()):
            weights += 0.02 * torch.randn(weights.shape, generator=torch.Generator().manual_seed(place))


def test_the_divergence_is_measured_from_the_first_model(trainer, folder):
    from transformers import AutoModelForCausalLM
    from trl.trainer.utils import split_tensor_dict

    made = trainer(EPISODES, accumulation=2, beta=0.3, epsilon_high=0.25)
    nudge(made.model)
    batch = sampled_off_policy(made)
    wide = {**batch, "ref_per_token_logps": torch.nn.functional.pad(batch["ref_per_token_logps"], (0, 3))}
    for name in ("completion_ids", "completion_mask", "old_per_token_logps"):
        wide[name] = torch.nn.functional.pad(wide[name], (0, 3))
    first = AutoModelForCausalLM.from_pretrained(folder).eval()
    found = gradient(made, split_tensor_dict(wide, 2))
    assert torch.allclose(found, formula(made, "dapo", kl=0.3, before=first), atol=1e-6)
    assert not torch.allclose(found, formula(made, "dapo"), atol=1e-4)


def test_under_adapters_the_first_model_is_the_one_without_them(trainer, folder):
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM

    made = trainer(EPISODES, beta=0.3, adapters=LoraConfig(r=2, target_modules="all-linear"))
    made.model.eval()
    same = scored(made)
    assert torch.allclose(same["ref_per_token_logps"], made._logprobs(same, made.model), atol=1e-6)
    nudge(made.model)
    moved = scored(made)
    assert not torch.allclose(moved["ref_per_token_logps"], made._logprobs(moved, made.model), atol=1e-2)
    first = AutoModelForCausalLM.from_pretrained(folder).eval()
    ids = torch.tensor([EPISODES[1].turns[0].prompt_ids + EPISODES[1].turns[0].written.ids])
    exact = first(ids).logits.log_softmax(-1)[0, 1:-1].gather(1, ids[0, 2:, None])[:, 0]
    assert torch.allclose(same["ref_per_token_logps"][2, :2], exact, atol=1e-5)


@pytest.mark.parametrize("accumulation", [2, 4])
def test_padding_to_whole_batches_has_no_gradient(trainer, accumulation):
    from trl.trainer.utils import shuffle_sequence_dict, split_tensor_dict

    made = trainer(EPISODES, accumulation=accumulation)
    batch = scored(made)
    rows = batch["advantages"].numel()
    assert rows % accumulation == 0
    assert rows > 5
    parts = split_tensor_dict(shuffle_sequence_dict(batch), accumulation)
    found = gradient(made, parts)
    assert torch.allclose(found, reference(made, EPISODES, CREDITS), atol=1e-6)


def test_a_batch_of_padding_alone_has_no_gradient(trainer):
    made = trainer([episode(None, ([10], [20, EOS]))] * 4)
    batch = scored(made)
    assert batch["completion_mask"].sum() == 0
    assert torch.equal(gradient(made, batch), torch.zeros_like(gradient(made, batch)))


def test_an_episode_without_reward_contributes_nothing(trainer):
    faulty = [EPISODES[0], EPISODES[1], episode(None, ([9], [30, 31, 32, EOS])), EPISODES[3]]
    made = trainer(faulty)
    found = gradient(made, scored(made))
    # The other one of its group is then its own baseline, and has no advantage either.
    rest = [EPISODES[0], EPISODES[1], EPISODES[3]]
    assert torch.allclose(found, reference(made, rest, [CREDITS[0], CREDITS[1], 0.0]), atol=1e-6)


@pytest.mark.parametrize("scale", ["none", "group"])
def test_the_weight_of_a_task_scales_its_gradient_however_advantages_are_scaled(trainer, scale):
    whole = trainer(EPISODES, Credit(scale=scale))
    full = gradient(whole, scored(whole))
    less = trainer(EPISODES, Credit(scale=scale, weights={"solve": 0.8}))
    assert torch.allclose(gradient(less, scored(less)), 0.8 * full, atol=1e-6)


def test_groups_without_a_difference_can_be_left_out_of_the_mean(trainer):
    even = [*EPISODES[:2], episode(1.0, ([9], [30, EOS])), episode(1.0, ([9], [31, EOS]))]
    kept = trainer(even)
    dropped = trainer(even, Credit(drop_even=True))
    assert scored(kept)["num_items_in_batch"] == 11
    assert scored(dropped)["num_items_in_batch"] == 7
    assert torch.allclose(
        gradient(dropped, scored(dropped)), 11 / 7 * gradient(kept, scored(kept)), atol=1e-6
    )


def test_a_group_in_which_only_the_faulty_have_no_advantage_is_not_left_out(trainer):
    mixed = [*EPISODES[:2], EPISODES[3], episode(None, ([9], [30, EOS]))]
    made = trainer(mixed, Credit(drop_even=True), num_generations=4)
    assert scored(made)["num_items_in_batch"] == 5 + 2 + 2


def test_two_updates_of_one_rollout_keep_the_probabilities_of_its_policy(trainer):
    made = trainer(EPISODES, steps_per_generation=2)
    batch = scored(made)
    old = batch["old_per_token_logps"]
    ids = torch.tensor([EPISODES[1].turns[0].prompt_ids + EPISODES[1].turns[0].written.ids])
    exact = made.model(ids).logits.log_softmax(-1)[0, 1:-1].gather(1, ids[0, 2:, None])[:, 0]
    row = batch["completion_ids"][:, 0].tolist().index(23)
    assert torch.allclose(old[row, :2], exact, atol=1e-5)


def test_a_sampler_that_differs_is_corrected_and_capped(trainer):
    made = trainer()
    batch = {
        "old_per_token_logps": torch.full((2, 4), -1.0),
        "completion_mask": torch.tensor([[1, 1, 1, 0], [1, 1, 1, 1]]),
    }
    ratio = made._sampler_ratio(batch, [Written([5, 6, 7], [-1.5, -9.0, None]), Written([8] * 4, [-1.0] * 4)])
    assert ratio[0].tolist() == pytest.approx([2.718281828**0.5, 2.0, 1.0, 1.0])
    assert ratio[1].tolist() == [1.0] * 4


def test_columns_that_are_padding_everywhere_are_cut_off(trainer):
    batch = scored(trainer(EPISODES))
    wide = {**batch, "prompt_ids": torch.nn.functional.pad(batch["prompt_ids"], (7, 0))}
    wide["prompt_mask"] = torch.nn.functional.pad(batch["prompt_mask"], (7, 0))
    wide["completion_ids"] = torch.nn.functional.pad(batch["completion_ids"], (0, 5))
    wide["completion_mask"] = torch.nn.functional.pad(batch["completion_mask"], (0, 5))
    for name, value in trimmed(wide).items():
        assert torch.equal(value, batch[name])


def test_a_sandbox_that_only_fails_ends_the_run(trainer):
    made = trainer([episode(None, ([10], [20, EOS]))] * 4)
    made.rollouts.rewards = SimpleNamespace(faults=0)

    def play(items, write, agree):
        made.rollouts.rewards.faults += 4
        return [episode(None, ([10], [20, EOS]))] * 4

    made.rollouts.play = play
    with pytest.raises(UsageError, match="sandbox failed"):
        scored(made)


def test_the_policy_is_asked_once_per_prompt_and_answers_with_ids(trainer):
    made = trainer()
    written = made._write([[10, 11], [12]])
    assert len(written) == 2
    for each in written:
        assert 1 <= len(each.ids) <= 16
        assert each.ids.index(EOS) == len(each.ids) - 1 if EOS in each.ids else len(each.ids) == 16


def test_what_is_used_of_trl_is_there():
    assert trl.__version__.startswith("1.16.")
    own = trl.GRPOTrainer
    assert list(inspect.signature(own._generate_single_turn).parameters)[1:5] == [
        "prompt_ids",
        "images",
        "multimodal_fields",
        "num_generations",
    ]
    assert list(inspect.signature(own._get_per_token_logps_and_entropies).parameters)[1:6] == [
        "model",
        "input_ids",
        "attention_mask",
        "logits_to_keep",
        "batch_size",
    ]
    prepare = inspect.getsource(own._prepare_inputs)
    for used in ("_generate_and_score_completions", "shuffle_sequence_dict", "split_tensor_dict"):
        assert used in prepare
    loss = inspect.getsource(own._compute_loss)
    for used in ("num_items_in_batch", "old_per_token_logps", "importance_sampling_ratio", "advantages"):
        assert f'inputs["{used}"]' in loss or f'inputs.get("{used}")' in loss
