"""The servers that one model is asked on: who is asked next, and who is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from selfexec.errors import UsageError

FIRST_REST_S = 1.0
LONGEST_REST_S = 60.0


@dataclass(eq=False)
class Server:
    """One address. `under_way` is how many requests it has; nothing new is sent before `resume_at`, a time of
    time.monotonic(). `rest_s` is how long it was left alone last, 0 while it answers."""

    url: str
    under_way: int = 0
    resume_at: float = 0.0
    rest_s: float = 0.0

    @contextmanager
    def serving(self) -> Iterator[None]:
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    def answered(self) -> None:
        self.rest_s = 0.0

    def set_aside(self) -> None:
        """It failed: leave it alone, twice as long each time, and then try it again."""
        now = time.monotonic()
        if self.resume_at > now:
            return  # what was under way together fails together, and counts once
        self.rest_s = min(2 * self.rest_s or FIRST_REST_S, LONGEST_REST_S)
        self.resume_at = now + self.rest_s

    def wait_at_least(self, seconds: float) -> None:
        self.resume_at = max(self.resume_at, time.monotonic() + seconds)


def next_of(servers: Sequence[Server]) -> Server:
    """The server with the fewest requests under way; where all are to be left alone, the first one back."""
    now = time.monotonic()
    open_ones = [server for server in servers if server.resume_at <= now]
    if open_ones:
        return min(open_ones, key=lambda server: server.under_way)
    return min(servers, key=lambda server: server.resume_at)


def parse(model: str) -> tuple[list[Server], str]:
    """The servers of --model URL[,URL...][#NAME], and the model's name there ("" if none is given)."""
    urls, _, name = model.partition("#")
    servers: dict[str, Server] = {}
    for url in urls.split(","):
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"--model {model!r} is not a server's URL: engine openai needs http://HOST:PORT/v1"
            )
        if parts.username or parts.password:
            raise UsageError(
                "--model holds a user name or password: put the key into an environment variable"
            )
        address = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        servers[address] = Server(address)
    return list(servers.values()), name
