"""Which weights get a learning rate of their own."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("trl", reason="training needs the extra `train`")
from transformers import AutoConfig, AutoModelForCausalLM

from trainers.models import rate_norms

SIZE = {"vocab_size": 20, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
HEADS = {"num_attention_heads": 2, "num_key_value_heads": 2}
LFM2 = {"layer_types": ["conv", "full_attention"]}


@pytest.mark.parametrize(
    ("kind", "special", "last"),
    [("llama", {}, "model.norm"), ("qwen3", {}, "model.norm"), ("lfm2", LFM2, "model.embedding_norm")],
)
def test_the_gains_of_the_last_norm_have_their_rate_and_nothing_else_has(kind, special, last):
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **SIZE, **HEADS, **special))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.1)
    rated = rate_norms(optimizer, model, 0.5)
    names = {id(weights): name for name, weights in model.named_parameters()}
    rates = {names[id(w)]: group["lr"] for group in rated.param_groups for w in group["params"]}
    assert sorted(rates) == sorted(names.values())
    assert {name for name, rate in rates.items() if rate == 0.5} == {f"{last}.weight"}
    assert {rate for name, rate in rates.items() if name != f"{last}.weight"} == {1e-5}
    assert {group["weight_decay"] for group in rated.param_groups} == {0.1}


def test_without_a_rate_of_their_own_nothing_changes():
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model("llama", **SIZE, **HEADS))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    assert rate_norms(optimizer, model, None) is optimizer
    assert [group["lr"] for group in optimizer.param_groups] == [1e-5]
