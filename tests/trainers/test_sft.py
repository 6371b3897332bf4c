"""SFT: completion-only loss, mixtures, the record of a run, resumption; and it learns."""

import json
import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("trl", reason="training needs the extra `train`")

from selfexec import commandline
from selfexec.errors import UsageError
from trainers import sft

PROGRAMS = [f"a = {i}\nb = a * {i + 2}\nprint(a + b)" for i in range(8)]


def nlex_row(number):
    a, b = number, number * (number + 2)
    return {
        "messages": [
            {"role": "user", "content": f"Say what this prints.\n\n{PROGRAMS[number]}"},
            {"role": "assistant", "content": f"a = {a}. b = {b}. It prints {a + b}.\n\nOutput:\n{a + b}"},
        ]
    }


@pytest.fixture(scope="module")
def rows():
    return [nlex_row(number) for number in range(8)]


@pytest.fixture(scope="module")
def model(make_model, rows):
    return make_model([message["content"] for row in rows for message in row["messages"]])


@pytest.fixture
def table(tmp_path, rows):
    path = tmp_path / "nlex.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def options(model, table, out, /, **changes):
    settings = {
        "steps": 60,
        "batch_size": 8,
        "learning_rate": 3e-3,
        "log_every": 20,
        "save_every": 30,
        "max_length": 512,
    }
    fixed = {"model": str(model), "data": (str(table),), "out": out}
    return sft.Options(**fixed | settings | changes)


def answer(model, row):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    ids = sft.template_ids(tokenizer, row["messages"][:-1], add_generation_prompt=True)
    network = AutoModelForCausalLM.from_pretrained(model).eval()
    made = network.generate(torch.tensor([ids]), max_new_tokens=80, do_sample=False)[0, len(ids) :].tolist()
    assert made[-1] == tokenizer.eos_token_id
    return tokenizer.decode(made, skip_special_tokens=True)


@pytest.mark.slow
def test_sft_overfits_eight_rows_to_exact_reproduction(model, table, rows, tmp_path):
    recipe = Path(sft.__file__).parent / "recipes" / "sft-tiny.yaml"
    flags = {"config": recipe, "model": model, "data": table, "out": tmp_path / "out", "steps": 100}
    with pytest.raises(SystemExit) as stop:
        commandline.run(
            sft.COMMAND,
            sft.Options,
            sft.main,
            [word for name, value in flags.items() for word in (f"--{name}", str(value))],
            config_flag="--config",
        )
    assert stop.value.code == 0
    assert [answer(tmp_path / "out" / "final", row) for row in rows] == [
        row["messages"][-1]["content"] for row in rows
    ]


def test_only_the_answer_has_loss_and_it_ends_with_the_token_that_ends_a_response(model, table, tmp_path):
    from trainers import models, sources

    made = options(model, table, tmp_path / "out")
    tokenizer = models.load_tokenizer(made)
    rows = sources.mix(made.data, seed=0).rows
    encoded, counts = sft.encode(rows, tokenizer, made)
    assert counts == {"rows": 8, "too_long": 0}
    for row, source in zip(encoded, rows, strict=True):
        answer = [label for label in row["labels"] if label != -100]
        assert answer[-1] == tokenizer.eos_token_id
        assert tokenizer.decode(answer[:-1]) == source["completion"][0]["content"]
        prompt = row["input_ids"][: len(row["input_ids"]) - len(answer)]
        assert prompt == sft.template_ids(tokenizer, source["prompt"], add_generation_prompt=True)


@pytest.fixture
def trainer(model, table, tmp_path, monkeypatch):
    """The trainer of trainers.sft, caught before it trains."""
    from trainers import record

    caught = []
    monkeypatch.setattr(record, "train", lambda trainer, *rest: caught.append(trainer))
    sft.main(options(model, table, tmp_path / "caught"))
    return caught[0]


def uneven(trainer):
    """A batch of which some is padding."""
    rows = [
        {name: ids[: len(ids) - place] for name, ids in trainer.train_dataset[place].items()}
        for place in range(8)
    ]
    batch = trainer.data_collator(rows)
    assert batch["attention_mask"].min() == 0
    return batch


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("items", [None, 50])
def test_the_loss_on_a_cpu_is_the_one_of_trl_with_its_gradient_and_figures(trainer, training, items):
    from trl import SFTTrainer

    batch = uneven(trainer)
    network = trainer.model.train(training)
    mode = "train" if training else "eval"
    found = []
    for compute in (type(trainer).compute_loss, SFTTrainer.compute_loss):
        trainer._metrics[mode].clear()
        trainer._total_train_tokens = 0
        network.zero_grad()
        loss = compute(trainer, network, dict(batch), num_items_in_batch=items and torch.tensor(items))
        loss.backward()
        gradients = torch.cat([weights.grad.flatten() for weights in network.parameters()])
        found.append((loss.detach(), gradients, dict(trainer._metrics[mode])))
    (loss, gradients, figures), (loss_of_trl, gradients_of_trl, figures_of_trl) = found
    torch.testing.assert_close(loss, loss_of_trl)
    torch.testing.assert_close(gradients, gradients_of_trl, atol=1e-6, rtol=1e-4)
    assert figures.keys() == figures_of_trl.keys()
    for name, values in figures.items():
        assert values == pytest.approx(figures_of_trl[name], rel=1e-4), name


def test_the_head_sees_only_the_positions_that_have_loss(trainer):
    batch = uneven(trainer)
    head = trainer.model.get_output_embeddings()
    scores, targets = sft.answer_scores(trainer.model, batch, head)
    whole = trainer.model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    wanted = batch["labels"][:, 1:] != -100
    assert len(scores) == len(targets) == int(wanted.sum()) < batch["labels"].numel() / 2
    torch.testing.assert_close(scores, whole[:, :-1][wanted], atol=1e-5, rtol=1e-4)
    assert targets.tolist() == batch["input_ids"][:, 1:][wanted].tolist()


def test_rows_that_are_too_long_are_left_out_and_counted_not_cut(model, table, tmp_path):
    from trainers import models, sources

    made = options(model, table, tmp_path / "out")
    tokenizer = models.load_tokenizer(made)
    rows = sources.mix(made.data, seed=0).rows
    lengths = sorted(len(row["input_ids"]) for row in sft.encode(rows, tokenizer, made)[0])
    limit = lengths[4]
    fits = sum(length <= limit for length in lengths)
    kept, counts = sft.encode(rows, tokenizer, options(model, table, tmp_path / "out", max_length=limit))
    assert counts == {"rows": fits, "too_long": 8 - fits}
    assert all(max(row["labels"]) >= 0 for row in kept)
    with pytest.raises(UsageError, match="every one of 8 rows is longer"):
        sft.encode(rows, tokenizer, options(model, table, tmp_path / "out", max_length=3))


def test_a_template_that_renders_prompts_otherwise_with_an_answer_is_refused(model, table, tmp_path):
    from trainers import models, sources

    template = tmp_path / "odd.jinja"
    template.write_text(
        "{{ messages | length }}{% for message in messages %}{{ message.content }}{% endfor %}"
    )
    made = options(model, table, tmp_path / "out", chat_template=template)
    with pytest.raises(UsageError, match="--chat-template"):
        sft.encode(sources.mix(made.data, 0).rows, models.load_tokenizer(made), made)


def curve(out):
    entries = map(json.loads, (out / "log.jsonl").read_text().splitlines())
    names = ("step", "loss", "grad_norm", "num_tokens")
    return [tuple(entry[name] for name in names) for entry in entries if "grad_norm" in entry]


def test_a_resumed_run_has_the_curve_of_an_uninterrupted_one(model, table, tmp_path):
    changes = {"batch_size": 2, "log_every": 1, "save_every": 5, "learning_rate": 1e-3, "warmup_steps": 2}
    sft.main(options(model, table, tmp_path / "whole", steps=11, **changes))
    sft.main(options(model, table, tmp_path / "parts", steps=5, **changes))
    sft.main(options(model, table, tmp_path / "parts", steps=11, resume=True, **changes))
    whole, parts = curve(tmp_path / "whole"), curve(tmp_path / "parts")
    assert [step for step, *_ in parts] == list(range(1, 12))
    for one, other in zip(parts, whole, strict=True):
        assert one == pytest.approx(other, rel=1e-4)


def test_the_best_checkpoint_has_the_least_validation_loss(model, table, tmp_path):
    made = options(model, table, tmp_path / "out", steps=20, save_every=10, validation=(str(table),))
    sft.main(made)
    entries = [json.loads(line) for line in (made.out / "log.jsonl").read_text().splitlines()]
    losses = {entry["step"]: entry["eval_loss"] for entry in entries if "eval_loss" in entry}
    content = json.loads((made.out / "final" / "training.json").read_text())
    assert set(losses) == {10, 20}
    assert losses[content["best_step"]] == min(losses.values()) == content["best_score"]


def test_lora_trains_adapters_and_leaves_the_weights(model, table, tmp_path):
    from safetensors.torch import load_file

    made = options(model, table, tmp_path / "out", steps=3, lora_rank=4, validation=())
    sft.main(made)
    trained = load_file(made.out / "final" / "adapter_model.safetensors")
    assert all("lora_" in name for name in trained)
    assert any(float(value.abs().max()) > 0 for name, value in trained.items() if "lora_B" in name)
    assert not any("lm_head" in name for name in trained)


def test_the_context_is_stretched_by_yarn(model, table, tmp_path):
    from trainers import models

    made = options(model, table, tmp_path / "out", rope_factor=2.0)
    network = models.load_model(made, models.load_tokenizer(made))
    assert network.config.max_position_embeddings == 2 * 4096
    rope = network.config.rope_parameters
    assert (rope["rope_type"], rope["factor"], rope["original_max_position_embeddings"]) == (
        "yarn",
        2.0,
        4096,
    )
    plain = models.load_model(options(model, table, tmp_path / "out"), models.load_tokenizer(made))
    ids = torch.arange(20)[None]
    assert not torch.allclose(network(ids).logits, plain(ids).logits)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "/nowhere"}, "--model /nowhere"),
        ({"eos_token": "<|none|>"}, "--eos-token"),
        ({"packing": "on"}, "flash_attention_2"),
        ({"data": ("/nowhere.jsonl",)}, "/nowhere.jsonl"),
        ({"data": ()}, "--data"),
        ({"chat_template": Path("/nowhere.jinja")}, "--chat-template"),
    ],
)
def test_bad_input_is_one_line(model, table, tmp_path, changes, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        sft.main(options(model, table, tmp_path / "out", **changes))
    assert not (tmp_path / "out").exists()


def test_flash_attention_packs_by_itself_and_others_do_not(model, table, tmp_path):
    assert not sft.packs(options(model, table, tmp_path))
    assert sft.packs(options(model, table, tmp_path, attention="flash_attention_2"))
    assert not sft.packs(options(model, table, tmp_path, attention="flash_attention_2", packing="off"))


def test_rows_of_like_length_share_a_batch_and_every_row_is_seen_as_often():
    from trainers.order import alike, passes

    lengths = [number * 37 % 101 for number in range(96)]
    order = passes(96, 192, seed=1)
    arranged = alike(order, lengths, batch=8, window=48, seed=1)
    assert sorted(arranged[:96]) == sorted(arranged[96:]) == list(range(96))
    assert alike(order[:48], lengths, batch=8, window=48, seed=1) == arranged[:48]

    def padding(rows):
        batches = [rows[start : start + 8] for start in range(0, len(rows), 8)]
        return sum(
            max(lengths[row] for row in each) * 8 - sum(lengths[row] for row in each) for each in batches
        )

    assert padding(arranged) < padding(order) / 3
    assert arranged != alike(order, lengths, batch=8, window=48, seed=2)
