"""What vLLM's workers need on a CPU and no option of vLLM gives: they import this module as they start."""

from __future__ import annotations

from typing import Any

from vllm.model_executor.custom_op import PluggableLayer
from vllm.model_executor.layers.mamba.short_conv import ShortConv


class WorkerExtension:
    """Adds nothing to a worker: vLLM imports the module of the extension that it is given the name of."""


@PluggableLayer.register_oot(name="ShortConv")
class PlainShortConv(ShortConv):
    """A short convolution, as in LFM2, whose weights stay as they are.

    On a CPU with AVX512-BF16, vLLM 0.31 packs the weights of every convolution for a kernel that wants a
    width of 4. It refuses other widths, and short convolutions do not use that kernel in any case.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conv._cpu_skip_gemm_dispatch = True  # vLLM's own way of leaving weights unpacked
