"""The `namespaces` backend: a jail of Linux namespaces around the fork server, without any installed tool."""

from __future__ import annotations

import os

from sandboxes.outcome import SandboxError
from sandboxes.runtime import PACKAGES_PATH, TOOLCHAIN, host_runtime
from sandboxes.worker import TMP_BYTES, TMP_FILES, Worker, launch


def start(settings: dict, packages: tuple[str, ...] = (), compiler: bool = False) -> Worker:
    """Start one jailed fork server. Raises SandboxError with the launcher's own words if it cannot."""
    runtime = host_runtime(packages)
    if runtime.executable.startswith("/tmp/"):
        raise SandboxError(
            f"{runtime.executable} lies below /tmp, which is empty in the jail: install Python elsewhere"
        )
    binds = [(path, path) for path in (runtime.executable, *runtime.folders, *runtime.files)]
    binds += runtime.packages
    if compiler:
        binds = [(TOOLCHAIN, TOOLCHAIN), *(pair for pair in binds if not pair[0].startswith(TOOLCHAIN + "/"))]
    if os.path.exists("/etc/ld.so.cache"):
        binds.append(("/etc/ld.so.cache", "/etc/ld.so.cache"))
    jail = {
        "staging": _staging([source for source, _ in binds]),
        "binds": binds,
        "hidden": runtime.hidden,
        "links": runtime.links,
        "tmp_bytes": TMP_BYTES,
        "tmp_files": TMP_FILES,
    }
    own = {
        "tmp": "/tmp",
        "own_pids": True,
        "own_users": True,
        "packages": packages,
        "packages_path": PACKAGES_PATH,
    }
    return launch("jail.py", jail, runtime.executable, settings | own)


def _staging(sources: list[str]) -> str:
    """An existing directory to build the new root on, which hides none of the files that go into it."""
    for path in ("/mnt", "/srv", "/sys", "/opt", "/proc"):
        if os.path.isdir(path) and not any(source.startswith(path + "/") for source in sources):
            return path
    return "/tmp"
