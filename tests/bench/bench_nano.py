"""Tokens a second of a nano model, trained and generating through the harness, beside bare PyTorch.

`python tests/bench/bench_nano.py` needs the extra `train` and writes its section of results/performance.md.
One thread; CPU time, since other work on the machine would change wall time. Each pair is run twice, one
after the other, and the better of the two counts.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import performance
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache, TrainerCallback

from harness.engines.heap import keep_freed_memory
from harness.engines.options import EngineOptions
from harness.engines.protocol import Request, Sampling
from harness.engines.transformers import TransformersEngine
from trainers import record, sft
from trainers.recipes.nano import make_data, make_model

STEPS, WARM, BATCH, ROWS = 110, 10, 4, 64 * 24
PROMPTS, NEW = 64, 96


def main() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.set_num_threads(1)
    # Both loops, since the engine and the trainers do so for the whole process.
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_model.main(make_model.Options(out=folder / "model"))
        rows = folder / "rows.jsonl"
        make_data.write(rows, make_data.fixes(0, ROWS))
        trained = [(bare_training(folder), harness_training(folder, turn)) for turn in range(2)]
        made = [(bare_generation(folder), harness_generation(folder)) for _ in range(2)]
    lines = [
        line(f"training, {BATCH} rows a step", *map(max, zip(*trained, strict=True))),
        line(f"generation, {PROMPTS} rows of {NEW} tokens", *map(max, zip(*made, strict=True))),
    ]
    performance.write_section(
        "nano",
        "A model small enough for a CPU",
        [
            "A nano model (660,000 weights) on one thread, tokens per second of CPU time, prompts included",
            "in training (bar: at least 80 % of the bare loop).",
            "",
            "| what | bare PyTorch | through the harness | share |",
            "|---|---:|---:|---:|",
            *lines,
        ],
    )


def line(what: str, bare: float, ours: float) -> str:
    return f"| {what} | {bare:,.0f} | {ours:,.0f} | {ours / bare:.0%} |"


def encoded(folder: Path) -> list[tuple[list[int], list[int]]]:
    """(ids, labels) of every row."""
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    found = []
    for text in (folder / "rows.jsonl").read_text().splitlines():
        messages = json.loads(text)["messages"]
        prompt = sft.template_ids(tokenizer, messages[:-1], add_generation_prompt=True)
        whole = sft.template_ids(tokenizer, messages, add_generation_prompt=False)
        found.append((whole, [-100] * len(prompt) + whole[len(prompt) :]))
    return found


def bare_training(folder: Path) -> float:
    """The least that training takes: batches of like length, forward, backward, clip, step."""
    rows = sorted(encoded(folder), key=lambda row: len(row[0]))
    batches = [rows[place : place + BATCH] for place in range(0, len(rows), BATCH)]
    random.Random(0).shuffle(batches)
    model = AutoModelForCausalLM.from_pretrained(folder / "model").train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    tokens, began = 0, 0.0
    for step, batch in enumerate(batches[:STEPS]):
        if step == WARM:
            tokens, began = 0, time.process_time()
        longest = max(len(ids) for ids, _ in batch)
        ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in batch])
        labels = torch.tensor([labels + [-100] * (longest - len(labels)) for _, labels in batch])
        mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in batch])
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        tokens += sum(len(ids) for ids, _ in batch)
    return tokens / (time.process_time() - began)


class Clock(TrainerCallback):
    """CPU time from the end of step WARM to that of the last."""

    began = ended = 0.0

    def on_step_end(self, args, state, control, **unused):
        if state.global_step == WARM:
            self.began = time.process_time()
        self.ended = time.process_time()


def harness_training(folder: Path, turn: int) -> float:
    clock, real = Clock(), record.train

    def train(trainer, *arguments):
        trainer.add_callback(clock)
        real(trainer, *arguments)

    record.train = train
    try:
        out = folder / f"sft-{turn}"
        sft.main(
            sft.Options(
                model=str(folder / "model"),
                data=(str(folder / "rows.jsonl"),),
                out=out,
                steps=STEPS,
                batch_size=BATCH,
                learning_rate=1e-3,
                log_every=WARM,
                save_every=1000,
                cpu=True,
            )
        )
    finally:
        record.train = real
    entries = [json.loads(text) for text in (out / "log.jsonl").read_text().splitlines()]
    counts = {entry["step"]: entry["num_tokens"] for entry in entries if "num_tokens" in entry}
    return (counts[STEPS] - counts[WARM]) / (clock.ended - clock.began)


def asked(folder: Path) -> list[Request]:
    rows = [json.loads(text)["messages"] for text in (folder / "rows.jsonl").read_text().splitlines()]
    return [
        Request("fix", f"p{number}", tuple(messages[:-1]))
        for number, messages in enumerate(itertools.islice(rows, PROMPTS))
    ]


def bare_generation(folder: Path) -> float:
    """Greedy decoding with a cache and nothing else; every row goes to the end, so none is wasted."""
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    model = AutoModelForCausalLM.from_pretrained(folder / "model").eval()
    prompts = [
        sft.template_ids(tokenizer, list(request.messages), add_generation_prompt=True)
        for request in asked(folder)
    ]
    began = time.process_time()
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(row)) + row for row in prompts])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in prompts])
    places = (mask.cumsum(1) - 1).clamp(min=0)
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        for _ in range(NEW):
            scores = model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=places,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits
            ids, places = scores[:, -1].argmax(-1, keepdim=True), places[:, -1:] + 1
            mask = torch.cat([mask, mask.new_ones(PROMPTS, 1)], 1)
    return PROMPTS * NEW / (time.process_time() - began)


def harness_generation(folder: Path) -> float:
    engine = TransformersEngine(
        EngineOptions(engine="transformers", model=str(folder / "model"), device="cpu", batch_size=PROMPTS)
    )
    began = time.process_time()
    made = list(engine.generate(asked(folder), Sampling(temperature=0.0, max_tokens=NEW)))
    spent = time.process_time() - began
    engine.close()
    return sum(completion.n_tokens for completion in made) / spent


if __name__ == "__main__":
    main()
