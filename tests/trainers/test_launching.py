"""Several processes: launch files that accelerate knows, a run that all begin, weights on two CPUs."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("trl", reason="training needs the extra `train`")

from accelerate.commands import launch
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.utils import FullyShardedDataParallelPlugin
from accelerate.utils.launch import prepare_multi_gpu_env

from selfexec.errors import UsageError
from trainers import record, rl, rlset, sft

RECIPES = Path(rl.__file__).parent / "recipes"
LAUNCHERS = sorted((RECIPES / "accelerate").glob("*.yaml"))
SHARDED = Path(__file__).with_name("sharded.py")


def launch_arguments(path, *more):
    """What `accelerate launch` makes of a file."""
    words = ["--config_file", str(path), *more, "-m", "trainers.sft"]
    return launch._validate_launch_command(launch.launch_command_parser().parse_args(words))[0]


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.stem)
def test_accelerate_knows_every_key_of_a_launch_file(path):
    given = yaml.safe_load(path.read_text())
    # It refuses unknown keys itself, but not inside of the parts for FSDP and DeepSpeed.
    made = load_config_from_file(str(path))
    assert made.num_processes == 8 * made.num_machines == 8 * (8 if "8-nodes" in path.name else 1)
    assert made.mixed_precision == "bf16"
    known = vars(launch.launch_command_parser().parse_args(["script.py"]))
    for part in ("fsdp_config", "deepspeed_config"):
        assert set(given.get(part, {})) <= set(known)
    found = launch_arguments(path)
    assert (found.use_fsdp, found.use_deepspeed) == ("fsdp" in path.name, "deepspeed" in path.name)
    for part in ("fsdp_config", "deepspeed_config"):
        for key, value in given.get(part, {}).items():
            assert getattr(found, key) == value


@pytest.mark.parametrize("name", ["fsdp2", "fsdp2-8-nodes"])
def test_fsdp_shards_as_the_launch_file_says(name, monkeypatch):
    path = RECIPES / "accelerate" / f"{name}.yaml"
    for key, value in prepare_multi_gpu_env(launch_arguments(path, "--main_process_ip", "head")).items():
        monkeypatch.setenv(key, value)
    plugin = FullyShardedDataParallelPlugin()
    assert plugin.fsdp_version == 2
    assert plugin.reshard_after_forward is True
    assert plugin.cpu_ram_efficient_loading is True
    assert plugin.activation_checkpointing is False
    assert plugin.state_dict_type.name == "FULL_STATE_DICT"
    assert plugin.auto_wrap_policy.__name__ == "transformer_auto_wrap_policy"


class Process:
    """One of several; what it does before it waits has been done by all when it goes on."""

    def __init__(self, main, others=lambda: None):
        self.is_main_process = main
        self.wait_for_everyone = others


def test_no_process_mistakes_the_run_that_another_one_begins_for_an_old_one(tmp_path):
    def run():
        made = sft.Options(model="m", data=("d",), out=tmp_path / "out", steps=1)
        return record.TrainingRecord(made, "c", {})

    assert run().begin(False, Process(True, lambda: run().begin(False, Process(False)))) is None
    assert (tmp_path / "out" / record.RUN_FILE).exists()
    with pytest.raises(UsageError, match="holds a training run"):
        run().begin(False, Process(False))


# How the weights are spread.
spread = pytest.mark.parametrize(
    "launcher",
    [
        "fsdp2",
        pytest.param(
            "deepspeed-zero3",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("deepspeed") is None,
                reason="needs deepspeed (pip install deepspeed)",
            ),
        ),
    ],
)


@pytest.fixture(scope="module")
def model(make_model):
    return make_model(["print(3 + 4) 7 1 12 3 and 4 Task: Print."])


def trained(module, flags, out, launcher=None, **environment):
    """The log of a run of `module`, in one process or spread over two."""
    command = [sys.executable]
    if launcher:
        command += ["-m", "accelerate.commands.launch", "--mixed_precision", "no"]
        command += ["--config_file", str(RECIPES / "accelerate" / f"{launcher}.yaml")]
        command += ["--num_processes", "2", "--main_process_port", "0"]
    command += [str(SHARDED), module]
    for name, value in {**flags, "out": out}.items():
        command += ["--" + name.replace("_", "-"), *([] if value is True else [str(value)])]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", **environment}
    environment |= {"PYTHONPATH": str(RECIPES.parents[1]), "DS_ACCELERATOR": "cpu"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = (out / record.LOG_FILE).read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if "grad_norm" in entry]


def alike(entries, others, *names):
    assert [entry["step"] for entry in entries] == [entry["step"] for entry in others]
    for entry, other in zip(entries, others, strict=True):
        for name in names:
            assert entry[name] == pytest.approx(other[name], rel=1e-4, abs=1e-6), (entry["step"], name)


def weights(folder):
    from safetensors.torch import load_file

    return load_file(folder / "final" / "model.safetensors")


@pytest.mark.slow
@spread
def test_sft_spread_over_two_processes_is_sft_in_one_and_resumes(launcher, model, tmp_path):
    rows = [
        {"prompt": f"print({number} + 4)", "completion": f"{number + 4} " * (number + 1)}
        for number in range(8)
    ]
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    flags = {"config": RECIPES / "sft-tiny.yaml", "model": model, "data": data, "validation": data}
    flags |= {"steps": 6, "log_every": 1, "save_every": 3, "norm_learning_rate": 1e-3}
    names = ("loss", "grad_norm", "mean_token_accuracy", "entropy", "num_tokens")
    one = trained("trainers.sft", flags | {"batch_size": 4}, tmp_path / "one")
    two = trained("trainers.sft", flags | {"batch_size": 2}, tmp_path / "two", launcher)
    alike(two, one, *names)
    expected = weights(tmp_path / "one")
    for name, found in weights(tmp_path / "two").items():
        torch.testing.assert_close(found, expected[name], atol=1e-5, rtol=1e-3)
    # The optimiser's state was gathered and is spread again.
    cut = trained("trainers.sft", flags | {"batch_size": 2, "steps": 3}, tmp_path / "cut", launcher)
    assert len(cut) == 3
    cut = trained("trainers.sft", flags | {"batch_size": 2, "resume": True}, tmp_path / "cut", launcher)
    alike(cut, one, *names)


@pytest.mark.slow
@spread
def test_rl_spread_over_two_processes_has_the_gradients_of_rl_in_one(launcher, model, tmp_path):
    from test_rl import CODES, PROMPTS, problem

    for name, text in PROMPTS.items():
        (tmp_path / name).write_text(text)
    predictions = [
        {"problem_id": f"p{n}", "model": "m", "sample": 0, "test": 0, "code": CODES[n], "answer": answer}
        for n, answer in enumerate(["7\n", "1\n"])
    ]
    rlset.write(
        tmp_path / "set",
        {"train": [problem(0), problem(1)], "validation": []},
        {"train": predictions, "validation": []},
        {},
    )
    flags = {"config": RECIPES / "rl-tiny.yaml", "model": model, "data": tmp_path / "set"}
    flags |= {"prompts": tmp_path, "task": "output-prediction", "prediction_share": 1.0, "slices": 1}
    flags |= {"steps": 4, "save_every": 4, "group_size": 8, "baseline": "mean", "workers": 1}
    one = trained("trainers.rl", flags | {"batch_size": 16}, tmp_path / "one", SCRIPTED="1")
    two = trained("trainers.rl", flags | {"batch_size": 8}, tmp_path / "two", launcher, SCRIPTED="1")
    alike(two, one, "loss", "grad_norm", "reward", "zero_advantage_groups", "episode_tokens")
    assert max(abs(entry["loss"]) for entry in one) > 1e-3
    expected = weights(tmp_path / "one")
    for name, found in weights(tmp_path / "two").items():
        torch.testing.assert_close(found, expected[name], atol=1e-4, rtol=1e-2)


def test_recipes_name_only_launch_files_that_are_there():
    text = "".join(
        path.read_text() for path in [*RECIPES.glob("*.yaml"), RECIPES.parents[1] / "docs/cluster.md"]
    )
    named = set(re.findall(r"recipes/accelerate/(\S+\.yaml)", text))
    assert named
    assert named <= {path.name for path in LAUNCHERS}
