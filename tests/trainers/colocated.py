"""Runs RL whose sampler is vLLM for CPUs, in the same process: `python colocated.py MODULE FLAGS`.

Predictions are rewarded for their length being odd, which a model of noise can learn too.
"""

import functools
import runpy
import sys

import torch

from trainers.rewards import Rewards

if __name__ == "__main__":
    import trl.generation.vllm_generation as sampler
    import vllm.model_executor.layers.utils as layers

    def keep_weights(layer, remove_weight):
        layer.cpu_linear = torch.nn.functional.linear

    # Compiling a tiny model would take minutes. Weights that are packed for CPUs could not be loaded anew.
    sampler.LLM = functools.partial(sampler.LLM, enforce_eager=True, dtype="float32")
    layers.dispatch_cpu_unquantized_gemm = keep_weights
    Rewards.prediction = lambda self, problem, text, *rest: lambda: float(len(text) % 2)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
