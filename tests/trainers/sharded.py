"""Runs a command under FSDP2 or DeepSpeed on CPUs: `accelerate launch … sharded.py MODULE FLAGS`.

accelerate shards models on accelerators only; told that a process is one of several with a GPU, while its
device stays the CPU, it does so there too. With SCRIPTED set, trainers.rl samples what depends on nothing but
the seed, the step and the number of the episode, so that any number of processes plays the same episodes.
"""

import importlib
import os
import random
import runpy
import sys

import torch
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedType


def pretend_gpus():
    begin = PartialState.__init__

    def begin_as_one_of_several(self, *arguments, **settings):
        begin(self, *arguments, **settings)
        if self.__dict__.get("distributed_type") == DistributedType.MULTI_CPU:
            self.distributed_type = DistributedType.MULTI_GPU

    PartialState.__init__ = begin_as_one_of_several


def pretend_deepspeed_gpus():
    """accelerate starts DeepSpeed only where it was not told to use the CPU."""
    # It would compile its own way of sharing memory, for minutes; gloo will do.
    importlib.import_module("deepspeed.comm.torch").build_shm_op = lambda: None
    begin, begin_whole = PartialState.__init__, AcceleratorState.__init__

    def use_the_cpu(self):
        self.device = torch.device("cpu")

    def begin_as_if_on_gpus(self, cpu=False, **settings):
        begin(self, **settings)

    def begin_whole_as_if_on_gpus(self, mixed_precision=None, cpu=False, *arguments, **settings):
        begin_whole(self, mixed_precision, False, *arguments, **settings)

    PartialState._prepare_backend = lambda *arguments: ("gloo", DistributedType.MULTI_GPU)
    PartialState.set_device = use_the_cpu
    PartialState.__init__ = begin_as_if_on_gpus
    AcceleratorState.__init__ = begin_whole_as_if_on_gpus


def scripted(self, prompts):
    from trainers.rollouts import Written

    tokenizer = self.processing_class
    first = self.accelerator.process_index * len(prompts)
    written = []
    for place in range(len(prompts)):
        draw = random.Random(f"{self.args.seed} {self.state.global_step} {first + place}")
        ids = tokenizer.encode(draw.choice(["7", "1", "12", "3 and 4"]))
        written.append(Written([*ids, tokenizer.eos_token_id]))
    return written


if __name__ == "__main__":
    if os.environ.get("ACCELERATE_USE_DEEPSPEED") == "true":
        pretend_deepspeed_gpus()
    elif "WORLD_SIZE" in os.environ:
        pretend_gpus()
    if "SCRIPTED" in os.environ:
        from trainers.grpo import EpisodeTrainer

        EpisodeTrainer._write = scripted
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
