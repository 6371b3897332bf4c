"""RL on a CPU with vLLM as its sampler, in the same process or as a server: what the tests of both share."""

import json
import subprocess
import sys
from pathlib import Path

from test_rl import CODES, PROMPTS, problem

from trainers import record, rl, rlset

RECIPE = Path(rl.__file__).parent / "recipes" / "rl-tiny.yaml"


def check_that_the_sampler_follows(script, folder, environment, **flags):
    """Train three steps by `python SCRIPT trainers.rl FLAGS` and compare the sampler with the policy."""
    for name, text in PROMPTS.items():
        (folder / name).write_text(text)
    predictions = [
        {"problem_id": f"p{n}", "model": "m", "sample": 0, "test": 0, "code": CODES[n], "answer": answer}
        for n, answer in enumerate(["7\n", "1\n"])
    ]
    parts = {"train": [problem(0), problem(1)], "validation": []}
    rlset.write(folder / "set", parts, {"train": predictions, "validation": []}, {})
    flags |= {"config": RECIPE, "data": folder / "set", "prompts": folder, "out": folder / "out"}
    flags |= {"steps": 3, "workers": 1, "batch_size": 8, "group_size": 8, "learning_rate": 0.01}
    flags |= {"max_response": 8, "kl": 0.1, "task": "output-prediction", "prediction_share": 1.0}
    words = [word for name, value in flags.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, str(Path(__file__).with_name(script)), "trainers.rl", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-3000:]
    entries = [json.loads(line) for line in (folder / "out" / record.LOG_FILE).read_text().splitlines()]
    steps = [entry for entry in entries if "grad_norm" in entry]
    assert len(steps) == 3
    # The policy moved, and the sampler with it: both give the same tokens the same probabilities.
    assert steps[-1]["kl"] > 1e-3
    assert all(entry["sampler_logprob_difference"] < 1e-4 for entry in steps)


def small_model(make_model):
    return make_model(["print(3 + 4) 7 1 12 3 and 4 Task: Print."], hidden=128)
