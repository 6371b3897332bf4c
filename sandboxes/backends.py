"""The ways to isolate a fork server, strongest first, and the choice among them by trying."""

from __future__ import annotations

import functools
import importlib
import os
import platform
from collections.abc import Callable
from typing import Any

from sandboxes import seccomp
from sandboxes.outcome import SandboxError
from sandboxes.probes import Finding, examine
from sandboxes.worker import Worker
from selfexec.errors import UsageError

# name: level. 3 would be a kernel of its own; 2 namespaces and seccomp; 1 Landlock and seccomp; 0 nothing.
LEVELS = {"docker": 2, "namespaces": 2, "confined": 1, "process": 0}
SLACK_BYTES = 544 << 20  # room for one 512 MiB thread stack, the usual idiom for deep recursion

# Starts a worker, given the packages that it imports beforehand and whether it needs the C++ compiler.
Start = Callable[..., Worker]


def starter(backend: str, image: str | None = None) -> Start:
    """A function `start(packages, compiler=False)` that starts one worker of `backend`."""
    module = importlib.import_module(f"sandboxes.{backend}")
    settings = server_settings()
    if backend == "docker":
        return functools.partial(module.start, settings, name=image)
    return functools.partial(module.start, settings)


@functools.cache
def server_settings() -> dict[str, Any]:
    """What every fork server is told. Raises UsageError on a machine without a system call table."""
    try:
        filters = seccomp.compile_filters(platform.machine())
    except KeyError:
        known = ", ".join(seccomp.MACHINES)
        raise UsageError(f"machine {platform.machine()}: programs can be isolated on {known} only") from None
    return {
        "slack_bytes": SLACK_BYTES,
        "server_filter": filters.server,
        "run_filter": (filters.run, filters.run_pid_at),
        "execute_filter": (filters.execute, filters.execute_pid_at),
        "family_filter": (filters.family, filters.family_pid_at),
    }


# Backends that held in this process: a second pool need not try them again.
_proven: dict[tuple[str, str | None], list[Finding]] = {}


def findings(backend: str, image: str | None = None) -> list[Finding]:
    """Try `backend` on this machine: one finding a probe, or a single failed one if it does not start."""
    if (backend, image) in _proven:
        return _proven[backend, image]
    start = starter(backend, image)
    try:
        found = list(examine(lambda: start(())))
    except (SandboxError, UsageError) as error:
        return [Finding("starts", False, str(error))]
    if all(one.held for one in found):
        _proven[backend, image] = found
    return found


def choose(backend: str, image: str | None, unsafe_no_isolation: bool) -> str:
    """The backend to use, which has just passed every probe. Raises UsageError if that cannot be had."""
    if backend == "process":
        if not unsafe_no_isolation:
            raise UsageError(
                "--backend process isolates nothing: add --unsafe-no-isolation if programs may read and "
                "delete your files"
            )
        return backend
    if image is not None and backend not in ("auto", "docker"):
        raise UsageError(f"--image {image}: applies to --backend docker only")
    if backend != "auto":
        if backend not in LEVELS:
            raise UsageError(f"--backend {backend}: choose auto, {', '.join(LEVELS)}")
        if failed := [one for one in findings(backend, image) if not one.held]:
            raise UsageError(f"--backend {backend} does not isolate here ({_reason(failed[0])})")
        return backend
    reasons = []
    for name in ("docker",) if image else ("docker", "namespaces", "confined"):
        if name == "docker" and not image and not _engine_expected():
            continue
        failed = [one for one in findings(name, image) if not one.held]
        if not failed:
            return name
        reasons.append(f"{name}: {_reason(failed[0])}")
    raise UsageError(
        f"this machine gives no isolation ({'; '.join(reasons)}); see python -m sandboxes.doctor, start a "
        "Docker engine, or accept the risk with --backend process --unsafe-no-isolation"
    )


def _engine_expected() -> bool:
    return "DOCKER_HOST" in os.environ or os.path.exists("/var/run/docker.sock")


def _reason(finding: Finding) -> str:
    return finding.detail if finding.name == "starts" else f"{finding.name!r} did not hold: {finding.detail}"
