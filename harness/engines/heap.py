"""Memory that a model on a CPU frees at one token and wants again at the next."""

from __future__ import annotations

import ctypes
import ctypes.util

# Parameters of mallopt(3) by name: their number, and the value they get. A gigabyte may lie free on top of
# the heap, which grows by 64 MiB; blocks of up to 32 MiB, the most that can be set, come from there.
_SETTINGS = {
    "M_TRIM_THRESHOLD": (-1, 1 << 30),
    "M_TOP_PAD": (-2, 64 << 20),
    "M_MMAP_THRESHOLD": (-3, 32 << 20),
}


def keep_freed_memory() -> None:
    """Have this process keep freed memory for the next tensor. Elsewhere than on glibc it does nothing.

    By default glibc returns a large block to the system when it is freed, and every page of the next one is a
    fault. A key-value cache grows by a copy at every token, and much of the time goes into such faults.
    """
    name = ctypes.util.find_library("c")
    mallopt = getattr(ctypes.CDLL(name), "mallopt", None) if name else None
    if mallopt is not None:
        for number, value in _SETTINGS.values():
            mallopt(number, value)
