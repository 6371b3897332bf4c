"""The `confined` backend: Landlock, seccomp and limits, for machines that block user namespaces."""

from __future__ import annotations

import os
import tempfile

from sandboxes.runtime import LINKED_FOLDERS, TOOLCHAIN, host_runtime
from sandboxes.worker import Worker, launch

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def start(settings: dict, packages: tuple[str, ...] = (), compiler: bool = False) -> Worker:
    """Start one fork server that can open the Python runtime, a few devices and an empty directory only.

    Raises SandboxError with the launcher's own words if this kernel has no Landlock.
    """
    runtime = host_runtime(packages)
    folder = tempfile.mkdtemp(prefix="selfexec-")
    os.chmod(folder, 0o755)
    scratch, linked = os.path.join(folder, "tmp"), os.path.join(folder, "packages")
    os.mkdir(scratch)
    os.mkdir(linked)
    for path, inside in runtime.packages:
        # Python lists the folders that it imports from, and may not list the one with all packages.
        os.symlink(path, os.path.join(linked, os.path.basename(inside)))
    readable = [runtime.executable, *runtime.folders, *runtime.files, *(path for _, path in runtime.links)]
    readable += [linked, *(path for path, _ in runtime.packages)]
    readable += [TOOLCHAIN] if compiler else []
    if os.path.exists("/etc/ld.so.cache"):
        readable.append("/etc/ld.so.cache")
    jail = {
        "landlock": {"readable": [path for path in dict.fromkeys(readable) if path not in LINKED_FOLDERS]},
        "devices": DEVICES,
        "scratch": scratch,
    }
    own = {
        "tmp": scratch,
        "own_pids": False,
        "own_users": False,
        "packages": packages,
        "packages_path": linked,
    }
    return launch("confine.py", jail, runtime.executable, settings | own, folder)
