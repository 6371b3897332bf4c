"""Runs RL whose sampler is vLLM for CPUs, in the same process: `python colocated.py MODULE FLAGS`."""

import functools
import runpy
import sys

from sampler import keep_weights, reward_odd_lengths

if __name__ == "__main__":
    import trl.generation.vllm_generation as sampler

    # Compiling a tiny model would take minutes.
    sampler.LLM = functools.partial(sampler.LLM, enforce_eager=True, dtype="float32")
    keep_weights()
    reward_odd_lengths()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
