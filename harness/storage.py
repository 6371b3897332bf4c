"""Where tables lie: a folder of this machine, or object storage under s3://, gs:// or hf://.

`place("s3://bucket/run")` gives what behaves as a pathlib.Path in everything that runs and data sets do with
one; `publish` and `readable` are the two things that differ. An object appears whole or not at all, so a part
needs no temporary name there; and there is no lock but a lease, which a writer can lose sight of: parts carry
the name of their writer besides (see runs.Table).
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import pyarrow.fs as pafs
from cyclopts import Parameter

from selfexec.errors import UsageError

TEMPORARY_SUFFIX = ".writing"

# A request costs more than a write to a disk, and on the hub each is a commit, of which an hour has a limit.
FLUSH_SECONDS = {"s3": 5.0, "gs": 5.0, "hf": 120.0}
LOCAL_FLUSH_SECONDS = 1.0
# A lease that was not renewed for twice this long belongs to a process that is gone.
LEASE_SECONDS = 10.0
# Not on the hub, where each renewal would be a commit.
LEASED = ("s3", "gs")
_HUB_KINDS = ("datasets", "spaces", "buckets")


class ObjectPath:
    """A path in object storage. Folders are not things there: they exist while something is in them."""

    def __init__(self, scheme: str, filesystem: pafs.FileSystem, key: str) -> None:
        self.scheme = scheme
        self.filesystem = filesystem
        self.key = key

    def __truediv__(self, name: str) -> ObjectPath:
        return self._at(f"{self.key}/{name}")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.key}"

    def __repr__(self) -> str:
        return f"ObjectPath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectPath) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __lt__(self, other: ObjectPath) -> bool:
        return str(self) < str(other)

    @property
    def parts(self) -> tuple[str, ...]:
        return (f"{self.scheme}://", *PurePosixPath(self.key).parts)

    @property
    def name(self) -> str:
        return PurePosixPath(self.key).name

    @property
    def parent(self) -> ObjectPath:
        return self._at(str(PurePosixPath(self.key).parent))

    def resolve(self) -> ObjectPath:
        return self

    def exists(self) -> bool:
        return self._info().type != pafs.FileType.NotFound

    def is_file(self) -> bool:
        return self._info().type == pafs.FileType.File

    def is_dir(self) -> bool:
        return self._info().type == pafs.FileType.Directory

    def iterdir(self) -> Iterator[ObjectPath]:
        return self._below(recursive=False)

    def glob(self, pattern: str) -> Iterator[ObjectPath]:
        """The objects of this folder whose name matches; not those of folders in it."""
        return (path for path in self._below(recursive=False) if fnmatch.fnmatchcase(path.name, pattern))

    def rglob(self, pattern: str) -> Iterator[ObjectPath]:
        return (path for path in self._below(recursive=True) if fnmatch.fnmatchcase(path.name, pattern))

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Nothing: a folder is there as soon as something is in it."""

    def unlink(self) -> None:
        self.filesystem.delete_file(self.key)

    def read_bytes(self) -> bytes:
        try:
            with self.filesystem.open_input_stream(self.key) as stream:
                return stream.read()
        except FileNotFoundError:
            raise FileNotFoundError(f"{self}: no such object") from None

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def write_bytes(self, content: bytes) -> None:
        with self.filesystem.open_output_stream(self.key) as stream:
            stream.write(content)

    def write_text(self, text: str, encoding: str = "utf-8") -> None:
        self.write_bytes(text.encode(encoding))

    def _at(self, key: str) -> ObjectPath:
        return ObjectPath(self.scheme, self.filesystem, key)

    def _info(self) -> pafs.FileInfo:
        self._forget()
        return self.filesystem.get_file_info(self.key)

    def _below(self, recursive: bool) -> Iterator[ObjectPath]:
        self._forget()
        selector = pafs.FileSelector(self.key, recursive=recursive, allow_not_found=True)
        return (self._at(info.path) for info in self.filesystem.get_file_info(selector))

    def _forget(self) -> None:
        """The hub's client remembers what it has listed, but another process may have written since."""
        handler = getattr(self.filesystem, "handler", None)
        if isinstance(handler, pafs.FSSpecHandler):
            handler.fs.invalidate_cache()


def place(text: str | Path) -> Any:
    """A Path, or an ObjectPath for a URL of object storage. Raises UsageError if that cannot be reached."""
    scheme, mark, key = str(text).partition("://")
    if not mark:
        return Path(text)
    if scheme not in FLUSH_SECONDS:
        raise UsageError(
            f"{text}: give a folder, or a URL of {', '.join(f'{name}://' for name in FLUSH_SECONDS)}"
        )
    key = key.strip("/")
    try:
        path = ObjectPath(scheme, *_filesystem(scheme, key))
        root = path.filesystem.get_file_info(_root(scheme, path.key))
    except Exception as error:  # each of the three clients has errors of its own
        raise UsageError(f"{text} cannot be reached: {' '.join(str(error).split())[:300]}") from None
    if scheme != "gs" and root.type == pafs.FileType.NotFound:
        kind = "bucket" if scheme == "s3" else "repository"
        raise UsageError(f"{text}: there is no {kind} {root.path}; make it first")
    return path


def _root(scheme: str, key: str) -> str:
    """What has to be there before anything can be written: a bucket, on the hub [datasets/]OWNER/NAME. Google
    lets few see the bucket itself: there it is the path, which tells at least that the bucket answers."""
    parts = key.split("/")
    if scheme == "gs":
        return key
    return "/".join(parts[: 1 if scheme == "s3" else 3 if parts[0] in _HUB_KINDS else 2])


def _filesystem(scheme: str, key: str) -> tuple[pafs.FileSystem, str]:
    """The file system, and the key in it without what Arrow takes as options (gs://anonymous@BUCKET/RUN?...).
    Keys and endpoints come from the environment, as elsewhere: AWS_ACCESS_KEY_ID, HF_TOKEN ..."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if scheme == "s3" and (region or endpoint):
        # Else Arrow asks Amazon for the region of the bucket.
        return pafs.S3FileSystem(region=region or "us-east-1", endpoint_override=endpoint), key
    return pafs.FileSystem.from_uri(f"{scheme}://{key}")


def publish(path: Any, content: bytes) -> None:
    """Write `content` so that `path` either holds all of it or does not exist."""
    if isinstance(path, ObjectPath):
        path.write_bytes(content)
        return
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def readable(path: Any) -> Any:
    """What pyarrow reads a Parquet file from."""
    return path.filesystem.open_input_file(path.key) if isinstance(path, ObjectPath) else path


def flush_seconds(path: Any) -> float:
    """How long rows may wait at the beginning of a run."""
    return FLUSH_SECONDS[path.scheme] if isinstance(path, ObjectPath) else LOCAL_FLUSH_SECONDS


class Lease:
    """Tells others that this process is writing here: an object that it renews until it ends.

    Raises UsageError where another process does so. What a killed process of this machine left is seen
    through at once, that of another machine after it went without renewal for two periods. Two that begin
    in the same instant may both succeed.
    """

    def __init__(self, path: ObjectPath) -> None:
        self._path = path
        self._holder = {"host": _host(), "pid": os.getpid(), "token": secrets.token_hex(8)}
        self._renewals = 0
        if self._is_taken():
            raise UsageError(
                f"{path.parent} is in use by another process; wait for it or choose another --out"
            )
        self._renew()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()

    def release(self) -> None:
        self._ended.set()
        self._thread.join()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _keep(self) -> None:
        while not self._ended.wait(LEASE_SECONDS):
            with contextlib.suppress(OSError):  # the next renewal may succeed, and parts are guarded as well
                self._renew()

    def _renew(self) -> None:
        self._path.write_text(json.dumps(self._holder | {"renewals": self._renewals}))
        self._renewals += 1

    def _read(self) -> dict[str, Any] | None:
        try:
            return json.loads(self._path.read_text())
        except FileNotFoundError:
            return None

    def _is_taken(self) -> bool:
        first = self._read()
        if first is None or (first["host"] == _host() and not os.path.exists(f"/proc/{first['pid']}")):
            return False
        deadline = time.monotonic() + 2 * LEASE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(LEASE_SECONDS / 10)
            now = self._read()
            if now != first:
                return now is not None
        return False


def _host() -> str:
    """This machine, and which of its containers: a process number means nothing elsewhere."""
    return f"{socket.gethostname()} {os.readlink('/proc/self/ns/pid')}"


def _converted(_: Any, tokens: Any) -> Any:
    return place(tokens[0].value)


# The type of an option that takes either.
Place = Annotated[Path, Parameter(converter=_converted)]
