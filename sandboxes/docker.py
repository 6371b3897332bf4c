"""The `docker` backend: the fork server as process 1 of a hardened container."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import docker
import docker.errors
import docker.types
import requests.exceptions

from sandboxes import image
from sandboxes.outcome import SandboxError
from sandboxes.runtime import PACKAGES_PATH, TOOLCHAIN, host_runtime
from sandboxes.worker import ENVIRONMENT, TMP_BYTES, TMP_FILES, Channel, Worker, server_command
from selfexec.errors import UsageError

# A backstop below which a run's own limit lies, so that one container cannot take the machine's memory.
MEMORY_BYTES = 4 << 30
PROCESSES = 256
STREAM_HEADER, STDERR_STREAM = 8, 2
# Where a container finds the socket of its worker. No run can make a socket to connect with.
SOCKET_FOLDER, SOCKET_NAME = "/selfexec", "worker"
CONNECT_S = 10
FAULTS = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)


def connect() -> docker.DockerClient:
    """A client of the engine at DOCKER_HOST or at the usual socket. Raises UsageError if none answers."""
    try:
        client = docker.from_env(timeout=60)
        client.ping()
    except FAULTS as error:
        where = os.environ.get("DOCKER_HOST", "/var/run/docker.sock")
        raise UsageError(
            f"no Docker engine answers at {where} ({_reason(error)}): start one "
            "(sh sandboxes/image/dockerd.sh start), or choose another --backend"
        ) from None
    return client


def start(
    settings: dict, packages: tuple[str, ...] = (), compiler: bool = False, name: str | None = None
) -> Worker:
    """Start one container of image `name`, or of the image of this interpreter, and its fork server.

    The compiler is that of image `name`, or the one of this machine.
    """
    client = connect()
    path = None if name else PACKAGES_PATH
    own = {"tmp": "/tmp", "own_pids": True, "own_users": False, "packages": packages, "packages_path": path}
    try:
        python = "python3" if name else host_runtime().executable
        chosen = name or image.find_or_build(client, packages)
        tools = [_mount(TOOLCHAIN, TOOLCHAIN)] if compiler and not name else []
        return _start(client, chosen, python, settings | own, tools)
    except docker.errors.ImageNotFound:
        raise UsageError(
            f"--image {name}: the engine does not have it; fetch it with docker pull {name}"
        ) from None
    except FAULTS as error:
        raise SandboxError(f"a container did not start: {_reason(error)}") from error


def _mount(inside: str, path: str) -> docker.types.Mount:
    return docker.types.Mount(inside, path, "bind", read_only=True)


def _start(client: docker.DockerClient, name: str, python: str, settings: dict, mounts: list) -> Worker:
    """A worker over a UNIX socket of ours, or over the engine's streams where it cannot see our files."""
    with _listener(client) as (listener, folder):
        try:
            link = [_mount(SOCKET_FOLDER, folder)] if folder else []
            container = _create(client, name, python, mounts + link)
        except docker.errors.APIError as error:
            if folder is None or "bind source path does not exist" not in str(error):
                raise
            container, folder = _create(client, name, python, mounts), None
        try:
            container.start()
        except BaseException:
            container.stop()
            raise
        path = f"{SOCKET_FOLDER}/{SOCKET_NAME}" if folder else None
        worker = Worker.connect(container.link, container, settings | {"socket": path})
        if worker.connects:
            try:
                connection, _ = listener.accept()
            except OSError:
                worker.close()
                raise
            connection.settimeout(None)
            worker.use(Channel(connection))
    return worker


@contextlib.contextmanager
def _listener(client: docker.DockerClient) -> Iterator[tuple[socket.socket | None, str | None]]:
    """A listening socket and the folder it lies in; None if the engine is not on this machine."""
    if not client.api.base_url.startswith("http+docker://"):
        yield None, None
        return
    # Nobody else on this machine can enter the outer folder; in the container the inner one is mounted.
    outer = tempfile.mkdtemp(prefix="selfexec-")
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            folder = os.path.join(outer, "socket")
            os.mkdir(folder)
            os.chmod(folder, 0o755)
            path = os.path.join(folder, SOCKET_NAME)
            try:
                listener.bind(path)
            except OSError:  # a path of more than 107 bytes
                yield None, None
                return
            os.chmod(path, 0o666)
            listener.listen(1)
            listener.settimeout(CONNECT_S)
            yield listener, folder
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _create(client: docker.DockerClient, name: str, python: str, mounts: list) -> Container:
    api = client.api
    limits = api.create_host_config(
        network_mode="none",
        ipc_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        pids_limit=PROCESSES,
        mem_limit=MEMORY_BYTES,
        memswap_limit=MEMORY_BYTES,
        nano_cpus=2_000_000_000,
        tmpfs={"/tmp": f"size={TMP_BYTES},nr_inodes={TMP_FILES},mode=1777,noexec,nosuid,nodev"},
        mounts=mounts,
        auto_remove=True,
        log_config={"Type": "none"},
    )
    # The image's own PATH stays: that is where its Python is found.
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PATH"}
    made = api.create_container(
        name_of_image(client, name),
        entrypoint=server_command(python),
        environment=environment,
        user="65534:65534",
        working_dir="/",
        stdin_open=True,
        network_disabled=True,
        host_config=limits,
        labels={"selfexec": "sandbox"},
    )
    return Container(client, made["Id"])


def name_of_image(client: docker.DockerClient, name: str) -> str:
    """The image's id. Raises ImageNotFound if the engine does not have it: nothing is ever pulled."""
    return client.images.get(name).id


class Container:
    """A container as a jail."""

    def __init__(self, client: docker.DockerClient, container_id: str):
        self._client = client
        self._id = container_id
        self.link: Attached | None = None

    def start(self) -> None:
        stream = self._client.api.attach_socket(self._id, {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        self.link = Attached(stream)
        self._client.api.start(self._id)

    def stop(self) -> None:
        if self.link:
            self.link.close()
        # If the engine is gone there is nothing to be told: without its stdin the server ends by itself.
        with contextlib.suppress(*FAULTS):
            self._client.api.remove_container(self._id, force=True)
        with contextlib.suppress(*FAULTS):
            self._client.close()

    def last_words(self) -> str:
        return self.link.errors.decode(errors="replace").strip().rpartition("\n")[2] if self.link else ""


class Attached:
    """An attached container as a byte stream. Docker interleaves stdout and stderr in frames."""

    descriptors = None

    def __init__(self, stream: Any):
        # The client wraps the connection in a file object that can only be read.
        self._stream = stream
        self._socket: socket.socket = getattr(stream, "_sock", stream)
        self._socket.settimeout(None)
        self._left = 0
        self.errors = b""

    def fileno(self) -> int:
        return self._socket.fileno()

    def sendall(self, data: bytes) -> None:
        self._socket.sendall(data)

    def recv(self, size: int) -> bytes:
        while not self._left:
            head = self._exactly(STREAM_HEADER)
            if not head:
                return b""
            length = int.from_bytes(head[4:], "big")
            if head[0] == STDERR_STREAM:
                self.errors = (self.errors + self._exactly(length))[-4096:]
            else:
                self._left = length
        data = self._socket.recv(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            chunk = self._socket.recv(length - len(data))
            if not chunk:
                return b""
            data += chunk
        return data


@functools.cache
def _engine() -> docker.DockerClient:
    return connect()


def describe(name: str | None) -> dict[str, Any]:
    """For the manifest: the engine and the image's digest."""
    try:
        client = _engine()
        found = client.images.get(name or image.tag())
        return {
            "engine": client.version()["Version"],
            "image": found.tags[0] if found.tags else name,
            "digest": found.id,
        }
    except FAULTS as error:
        return {"engine": _reason(error)}


def _reason(error: BaseException) -> str:
    """The innermost words of a chain of wrapped exceptions."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return (
        getattr(error, "explanation", None)
        or getattr(error, "strerror", None)
        or str(error)
        or type(error).__name__
    )
