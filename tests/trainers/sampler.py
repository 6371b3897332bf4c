"""What has to be changed for RL on a CPU with vLLM as its sampler, in the trainer or in the server."""

import torch


def keep_weights():
    """Have vLLM not pack weights for CPUs: packed ones could not be loaded anew."""
    import vllm.model_executor.layers.utils as layers

    def plain(layer, remove_weight):
        layer.cpu_linear = torch.nn.functional.linear

    layers.dispatch_cpu_unquantized_gemm = plain


def reward_odd_lengths():
    """Reward predictions for their length being odd, which a model of noise can learn too."""
    from trainers.rewards import Rewards

    Rewards.prediction = lambda self, problem, text, *rest: lambda: float(len(text) % 2)
