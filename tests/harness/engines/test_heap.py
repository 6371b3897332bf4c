"""Freed memory that is kept is not faulted in again."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, resource, sys
from harness.engines.heap import keep_freed_memory

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [(libc.malloc(size << 20), size << 20) for size in (24, 28, 31)]
    for block, size in blocks:
        libc.memset(block, 1, size)
    for block, _ in blocks:
        libc.free(block)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if sys.argv[1] == "keep":
    keep_freed_memory()
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators keep what they like")
def test_the_second_use_of_freed_memory_costs_no_page_faults():
    def faults(how):
        return int(subprocess.check_output([sys.executable, "-c", PROGRAM, how]))

    assert faults("usual") > 1000
    assert faults("keep") < 100
