"""The host's end of one fork server: jobs out, outcomes in, and a deadline on every read."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from sandboxes.outcome import Limits, Outcome, Program, SandboxError

HEADER = 128
BATCH_BYTES = 1 << 18
LARGE = 1 << 16  # contents above it cross as a file where they can, as in zygote.py
START_S, COMPILE_S, GRACE_S = 30.0, 30.0, 10.0
PATIENCE = 10  # a run that waits for a CPU gets so many wall limits more, as in zygote.py
DRIVERS = Path(__file__).with_name("drivers")
KILLED = (None, "cpu", "wall")
TRUNCATED, OOM = 1, 2


# A fixed hash seed: the order of a set of strings, and so a verdict, is the same in every worker.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "MALLOC_ARENA_MAX": "1",
    "LD_BIND_NOW": "1",  # else every run looks up the functions of libraries for itself
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
TMP_BYTES, TMP_FILES = 64 << 20, 4096


# Reads the server's source from its stdin, has a child compile it and becomes it. The compiler leaves 2 MB of
# touched memory behind, which every fork of the server would pay for: that stays in the child.
BOOTSTRAP = """
import marshal, posix
def read(fd, length):
    data = b""
    while len(data) < length:
        part = posix.read(fd, length - len(data))
        if not part:
            break
        data += part
    return data
source = read(0, int.from_bytes(read(0, 8), "little"))
inlet, outlet = posix.pipe()
if posix.fork() == 0:
    code = marshal.dumps(compile(source, "server.py", "exec"))
    while code:
        code = code[posix.write(outlet, code):]
    posix._exit(0)
posix.close(outlet)
code = read(inlet, 1 << 30)
posix.wait()
posix.close(inlet)
del source, read, inlet, outlet
exec(marshal.loads(code))
"""


def server_command(python: str) -> list[str]:
    """The command line that turns `python` into a fork server on its stdin and stdout."""
    # Not -I, which would ignore PYTHONHASHSEED.
    return [python, "-s", "-S", "-B", "-c", BOOTSTRAP]


def launch(
    script: str, jail: Mapping[str, Any], python: str, settings: dict, scratch: str | None = None
) -> Worker:
    """Start a fork server by a launcher: the file `script` beside this one, which jails itself and execs.

    The launcher gets the jail as JSON and then the server's command. Raises SandboxError with the
    launcher's own words if it fails.
    """
    ours, theirs = socket.socketpair()
    source = Path(__file__).with_name(script).read_text()
    command = [
        sys._base_executable,
        "-I",
        "-S",
        "-B",
        "-c",
        source,
        json.dumps(jail),
        *server_command(python),
    ]
    with theirs:
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, cwd="/", env=ENVIRONMENT
        )
    return Worker.connect(Channel(ours), LocalJail(process, scratch), settings)


class Link(Protocol):
    """A byte stream to a fork server: a socket, or what looks like one. `recv` returns b"" at its end.

    descriptors: those of files that came with the bytes, in order; None if the link cannot carry any.
    """

    descriptors: deque[int] | None

    def fileno(self) -> int: ...
    def recv(self, size: int) -> bytes: ...
    def sendall(self, data: bytes) -> None: ...
    def close(self) -> None: ...


class Channel:
    """A UNIX socket as a link: large contents cross it as memfds, and are copied once instead of thrice."""

    def __init__(self, connection: socket.socket):
        self._socket = connection
        self.descriptors: deque[int] = deque()

    def fileno(self) -> int:
        return self._socket.fileno()

    def recv(self, size: int) -> bytes:
        data, told, _, _ = self._socket.recvmsg(size, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
        self.descriptors.extend(int.from_bytes(body[:4], sys.byteorder) for _, _, body in told)
        return data

    def sendall(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_file(self, data: bytes) -> None:
        """Send `data` as a memfd, which the server seals before a run gets it."""
        file = os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(file, view) :]
            socket.send_fds(self._socket, [b"F"], [file])
        finally:
            os.close(file)

    def close(self) -> None:
        self._socket.close()
        while self.descriptors:
            os.close(self.descriptors.popleft())


class Jail(Protocol):
    """What a server lives in. Stopping it ends everything in it; its last words say why it did not start."""

    def stop(self) -> None: ...
    def last_words(self) -> str: ...


class LocalJail:
    """A jail that is a process of ours. `scratch` is a directory of its own here, if it has one."""

    def __init__(self, process: subprocess.Popen, scratch: str | None = None):
        self._process = process
        self._scratch = scratch

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        _, words = self._process.communicate()
        return words.decode(errors="replace").strip().rpartition("\n")[2]


class Worker:
    """One fork server at the other end of a link. Not thread-safe: one job at a time."""

    def __init__(self, link: Link, jail: Jail):
        self._jail = jail
        self._known: set[str] = set()
        self._received = bytearray()
        self._deadline = 0.0
        self.connects = False  # did the server connect to the socket of its settings?
        self.use(link)

    def use(self, link: Link) -> None:
        """Talk over `link` from here on."""
        self._link = link
        self._poll = select.poll()
        self._poll.register(link, select.POLLIN)

    @classmethod
    def connect(cls, link: Link, jail: Jail, settings: dict) -> Worker:
        """Send the settings and wait until the server says that it is ready."""
        worker = cls(link, jail)
        worker._deadline = time.monotonic() + START_S
        settings = {"socket": None, "descriptors": link.descriptors is not None} | settings
        try:
            source = Path(__file__).with_name("zygote.py").read_bytes()
            worker._send(len(source).to_bytes(8, "little") + source)
            worker._send(_message(b"H", marshal.dumps(settings, 2)))
            kind, numbers = worker._header()
            if kind != "R":
                raise SandboxError(f"a fork server said {kind!r} instead of being ready")
            worker.connects = bool(numbers[3])
        except (SandboxError, OSError) as error:
            words = jail.last_words()
            worker.close()
            raise SandboxError(f"a fork server did not start: {words or error}") from error
        return worker

    def run(
        self, program: Program, inputs: Sequence[bytes], limits: Limits, imports: Sequence[str] = ()
    ) -> Iterator[Outcome]:
        """Yield the outcome of each input, in order. Closing the iterator early stops the remaining runs."""
        job = (
            program.driver,
            self._driver_text(program.driver),
            dict(program.options),
            program.source,
            _limit_row(limits),
            tuple(imports),
            max(map(len, inputs), default=0),
        )
        message = b"J"
        batches = list(_batches(inputs))
        for number, batch in enumerate(batches):
            each = limits.wall_backstop_s * (1 + PATIENCE) + GRACE_S
            self._deadline = time.monotonic() + COMPILE_S + each * len(batch)
            self._send_batch(message, job, batch, number == len(batches) - 1)
            message, job = b"B", ()
            answered = 0
            done = False
            try:
                while True:
                    kind, numbers = self._header()
                    if kind == "E":
                        done = True
                        break
                    if kind == "C":
                        outcome = _not_started(self._exactly(numbers[0], limits.stderr_bytes + 4096))
                        for _ in inputs:
                            yield outcome
                        self._until_end(limits)
                        done = True
                        return
                    if kind != "O":
                        raise SandboxError(f"a fork server answered {kind!r}")
                    answered += 1
                    yield self._outcome(numbers, limits)
            except GeneratorExit:
                if not done:
                    self._send(_message(b"Q", b""))
                    self._until_end(limits)
                raise
            if answered != len(batch):
                raise SandboxError(f"{answered} outcomes came back for {len(batch)} inputs")

    def close(self) -> None:
        """Kill the server; everything in its jail dies with it."""
        with contextlib.suppress(OSError):
            self._link.close()
        self._jail.stop()

    def _driver_text(self, driver: str) -> str | None:
        """The source of `driver` if this server has not seen it yet. A name has no line break in it."""
        if driver in self._known:
            return None
        self._known.add(driver)
        return driver if "\n" in driver else (DRIVERS / f"{driver}.py").read_text()

    def _outcome(self, numbers: list[int], limits: Limits) -> Outcome:
        exit, signal, killed, cpu_ns, wall_ns, rss, flags, leftover, delay, n_out, n_err, n_result = numbers
        return Outcome(
            exit=None if signal else exit,
            signal=signal or None,
            killed=KILLED[killed],
            cpu_ns=cpu_ns,
            wall_ns=wall_ns,
            maxrss_kb=rss,
            stdout=self._contents(n_out, limits.output_bytes),
            truncated=bool(flags & TRUNCATED),
            stderr=self._exactly(n_err, limits.stderr_bytes),
            result=self._contents(n_result, max(limits.output_bytes, limits.file_bytes) + 1),
            oom=bool(flags & OOM),
            leftover=leftover,
            delay_ns=delay if delay >= 0 else None,
        )

    def _until_end(self, limits: Limits) -> None:
        """Skip answers up to the end of the batch."""
        while True:
            kind, numbers = self._header()
            if kind == "E":
                return
            if kind == "O":
                self._outcome(numbers, limits)
            elif kind == "C":
                self._exactly(numbers[0], limits.stderr_bytes + 4096)

    def _header(self) -> tuple[str, list[int]]:
        fields = self._exactly(HEADER, HEADER).split()
        try:
            kind, numbers = fields[0].decode(), [int(field) for field in fields[1:]]
            if len(numbers) != {"O": 12, "C": 1, "E": 0, "R": 4}[kind]:
                raise ValueError
        except (ValueError, KeyError, IndexError) as error:
            raise SandboxError("a fork server sent an unreadable frame") from error
        return kind, numbers

    def _exactly(self, length: int, at_most: int) -> bytes:
        if not 0 <= length <= at_most:
            raise SandboxError(f"a fork server announced {length} bytes where {at_most} are the limit")
        received = self._received
        while len(received) < length:
            left = self._deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise SandboxError("a fork server did not answer in time")
            chunk = self._link.recv(max(1 << 16, min(length - len(received), 1 << 22)))
            if not chunk:
                raise SandboxError("a fork server died")
            received += chunk
        data = bytes(received[:length])
        del received[:length]
        return data

    def _contents(self, length: int, at_most: int) -> bytes:
        """Contents of a run's file: bytes of the stream, or a descriptor that comes with one byte of it."""
        if length <= LARGE or length > at_most or self._link.descriptors is None:
            return self._exactly(length, at_most)
        self._exactly(1, 1)
        if not self._link.descriptors:
            raise SandboxError("a fork server announced a file and sent none")
        file = self._link.descriptors.popleft()
        try:
            data = os.pread(file, length, 0)
        finally:
            os.close(file)
        if len(data) != length:
            raise SandboxError(f"a fork server announced {length} bytes and sent {len(data)}")
        return data

    def _send_batch(self, kind: bytes, job: tuple, batch: Sequence[bytes], last: bool) -> None:
        """Send `batch`, with the job that it begins. Large inputs follow: the message has their length."""
        inputs = [data if len(data) <= LARGE else len(data) for data in batch]
        message = _message(kind, marshal.dumps((*job, inputs, last), 2))
        large = [data for data in batch if len(data) > LARGE]
        if self._link.descriptors is None:
            return self._send(b"".join((message, *large)))
        self._send(message)
        for data in large:
            try:
                self._link.send_file(data)
            except OSError as error:
                raise SandboxError(f"a fork server died ({error.strerror})") from error

    def _send(self, data: bytes) -> None:
        try:
            self._link.sendall(data)
        except OSError as error:
            raise SandboxError(f"a fork server died ({error.strerror})") from error


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(7, "little") + body


def _limit_row(limits: Limits) -> tuple:
    return (
        limits.cpu_s,
        limits.wall_backstop_s,
        limits.memory_bytes,
        limits.output_bytes,
        limits.stderr_bytes,
        limits.file_bytes,
        limits.open_files,
        limits.processes,
        limits.execute,
    )


def _batches(inputs: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Split `inputs` so that the server never holds more than one large input at a time."""
    batch: list[bytes] = []
    size = 0
    for data in inputs:
        if batch and size + len(data) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(data)
        size += len(data)
    yield batch


def _not_started(why: bytes) -> Outcome:
    return Outcome(None, None, None, 0, 0, 0, b"", False, why, compile_error=True)
