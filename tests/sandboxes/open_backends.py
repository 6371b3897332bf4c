"""A pool of every backend, opened when the first test wants it and kept for the whole session."""

import pytest

from sandboxes.backends import findings
from sandboxes.pool import SandboxPool
from selfexec.errors import UsageError

_pools: dict[str, SandboxPool] = {}


def open_backend(name: str) -> SandboxPool:
    """The session's pool of backend `name`; skips, visibly, where this machine does not give it."""
    if name not in _pools:
        try:
            _pools[name] = SandboxPool(name, workers=2)
        except UsageError as error:
            if "no Docker engine answers" in str(error) or "namespaces" not in name:
                pytest.skip(f"{name} is not to be had here: {findings(name)[0].detail}")
            raise
    return _pools[name]


def close_all() -> None:
    for pool in _pools.values():
        pool.close()
