"""Generation in rounds: rows that leave a batch change nothing for those that stay."""

import pytest

torch = pytest.importorskip("torch", reason="needs torch and transformers: pip install 'selfexec[train]'")
transformers = pytest.importorskip("transformers")

from harness.engines import rounds  # noqa: E402
from tests.harness.engines import tiny_model  # noqa: E402

PROMPTS = [[5, 9, 30], [7], [11, 12, 13, 14, 15, 16], [40, 41], [50, 3, 60, 70], [8, 8]]
LENGTHS = [12, 1, 7, 3, 12, 5]


def generated(model, numbers):
    """The tokens of these prompts, as many as LENGTHS says, and the batch sizes on the way."""
    written, sizes = {number: [] for number in numbers}, []

    def push(row, token):
        number = numbers[row]
        written[number].append(token)
        return len(written[number]) == LENGTHS[number]

    def note(module, arguments, settings):
        sizes.append(len(settings["input_ids"]))

    config = transformers.GenerationConfig(do_sample=False, max_new_tokens=20, pad_token_id=0)
    with torch.inference_mode(), model.register_forward_pre_hook(note, with_kwargs=True):
        rounds.generate(model, [PROMPTS[number] for number in numbers], config, push)
    return written, sizes


@pytest.mark.parametrize("kind", ["llama", "lfm2"])
def test_rows_are_what_they_are_alone_and_leave_when_they_are_finished(kind, tmp_path):
    folder = tiny_model.make(tmp_path, kind=kind)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    together, sizes = generated(model, list(range(len(PROMPTS))))
    assert [len(together[number]) for number in range(len(PROMPTS))] == LENGTHS
    alone = {number: generated(model, [number])[0][number] for number in range(len(PROMPTS))}
    assert together == alone
    # Those of 1, 3, 5 and 7 tokens are gone at the end, those of 12 are there.
    assert (sizes[0], sizes[-1]) == (6, 2)
    assert sizes == sorted(sizes, reverse=True)
