"""Programs in C++: compiled in the sandbox, and run there as any other."""

from __future__ import annotations

import functools
import marshal
import os
import re
from collections.abc import Mapping, Sequence

from sandboxes.outcome import MEBIBYTE, Limits, Outcome, Program
from sandboxes.pool import COMPILER, SandboxPool
from selfexec.errors import UsageError

COMPILE_LIMITS = Limits(cpu_s=60, wall_s=300, memory_bytes=2048 * MEBIBYTE, processes=16)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([\w./+-]+)[">]', re.MULTILINE)
HEADERS = "CPLUS_INCLUDE_PATH"  # the compiler's own variable; no header of it is in the jail unless included


@functools.lru_cache(maxsize=64)  # an executable is some 2 MB
def compile_program(pool: SandboxPool, source: str) -> bytes:
    """The executable of a C++17 program. Raises UsageError if it does not compile.

    Headers that it includes are taken from the folders named in CPLUS_INCLUDE_PATH, and from the compiler.
    """
    program = Program(source, COMPILER, {"headers": included(source)})
    (outcome,) = pool.run(program, [b""], COMPILE_LIMITS)
    if outcome.exit == 0 and outcome.result:
        return outcome.result
    said = outcome.stderr.decode("utf-8", "replace").strip().splitlines()
    if said and "FileNotFoundError" in said[-1]:
        raise UsageError("a checker in C++ needs a compiler: install g++, or choose another --checker")
    why = next((line for line in said if "error" in line), said[-1] if said else "the compiler was ended")
    raise UsageError(
        f"a checker in C++ does not compile ({why.strip()}): name the folder of its headers, such as "
        f"testlib.h, in {HEADERS}"
    )


def included(source: str) -> dict[str, str]:
    """The headers that `source` includes, directly or not, as far as CPLUS_INCLUDE_PATH has them."""
    folders = [folder for folder in os.environ.get(HEADERS, "").split(os.pathsep) if folder]
    found: dict[str, str] = {}
    waiting = [source]
    while waiting:
        for name in INCLUDE.findall(waiting.pop()):
            paths = [os.path.join(folder, name) for folder in folders]
            path = next((one for one in paths if os.path.isfile(one)), None)
            if path and "/" not in name and name not in found:
                with open(path, encoding="utf-8", errors="replace") as file:
                    found[name] = file.read()
                waiting.append(found[name])
    return found


def run_program(
    pool: SandboxPool,
    executable: bytes,
    arguments: Sequence[str],
    inputs: Sequence[Mapping[str, bytes]],
    limits: Limits,
) -> list[Outcome]:
    """Run an executable once for each of `inputs`: files, by name, that lie where it starts."""
    program = Program("", "native", {"executable": executable, "arguments": list(arguments)})
    return pool.run(program, [marshal.dumps(dict(files), 2) for files in inputs], limits)
