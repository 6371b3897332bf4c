"""Lets vLLM for CPUs take weights from a trainer: what NCCL carries between GPUs goes through a TCP store.

As a plugin of vLLM it is loaded by the server's processes; as a script it runs RL against such a server:
`python carried.py MODULE FLAGS`.
"""

import contextlib
import runpy
import sys

import torch
from sampler import keep_weights, reward_odd_lengths


class Carrier:
    """Stands for vLLM's PyNcclCommunicator: the same group, another way between its members."""

    def __init__(self, group, device=None):
        self.group = group

    def broadcast(self, tensor, src, stream=None):
        tensor.copy_(self.group.broadcast(tensor, src))


class _Stream:
    def synchronize(self):
        pass


def install():
    import vllm.distributed.device_communicators.pynccl as nccl
    import vllm.distributed.weight_transfer.packed_tensor as packed

    nccl.PyNcclCommunicator = Carrier
    packed._get_streams = lambda device, count: tuple(_Stream() for _ in range(count))
    torch.cuda.stream = lambda stream: contextlib.nullcontext()
    torch.accelerator.current_device_index = lambda: 0
    keep_weights()


if __name__ == "__main__":
    from trl.generation.vllm_client import VLLMClient

    join = VLLMClient.init_communicator
    VLLMClient.init_communicator = lambda self, device: join(self, "cuda")
    reward_odd_lengths()
    install()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
