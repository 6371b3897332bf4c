"""The `process` backend: the fork server as a plain process. It isolates nothing and is no sandbox."""

from __future__ import annotations

import tempfile

from sandboxes.runtime import host_runtime, installed
from sandboxes.worker import Worker, launch


def start(settings: dict, packages: tuple[str, ...] = (), compiler: bool = False) -> Worker:
    """Start one unconfined fork server. Its programs can do whatever this user can."""
    scratch = tempfile.mkdtemp(prefix="selfexec-")
    filters = dict.fromkeys(("server_filter", "run_filter", "execute_filter", "family_filter"))
    path = installed(packages[0]) if packages else None
    own = {"tmp": scratch, "own_pids": False, "own_users": False, "packages": packages, "packages_path": path}
    return launch(
        "confine.py",
        {"landlock": None, "scratch": scratch},
        host_runtime().executable,
        settings | filters | own,
        scratch,
    )
