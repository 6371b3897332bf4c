"""Private tests as LiveCodeBench packs them: left on disk until asked for, unpacked without executing any."""

from __future__ import annotations

import binascii
import os
import pickletools
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.files import Row, parse_json

_CHUNK = 1 << 20

# What private tests may grow to when unpacked: zlib shrinks zeros by 1000, real tests by 2 to 50.
_GROWTH = 200
_ALWAYS_ALLOWED = 256 << 20
_NEVER_ALLOWED = 1 << 30

# What a pickle of one text needs is PROTO, FRAME, the text, MEMOIZE and STOP.
_MOST_OPERATIONS = 50


class Spool:
    """A temporary file for texts that have no place of their own on disk. Gone when nobody refers to it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the object lives

    def keep(self, text: bytes, escaped: bool = False) -> Stretch:
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(text)
        self._file.flush()
        return Stretch(self, offset, len(text), escaped)

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self._file.fileno(), size, offset)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A text that lies in a file. `escaped`: it is the inside of a JSON string there."""

    file: Path | Spool
    offset: int
    length: int
    escaped: bool = False

    def chunks(self) -> Iterator[bytes]:
        if isinstance(self.file, Spool):
            for start in range(0, self.length, _CHUNK):
                yield self.file.read(self.offset + start, min(_CHUNK, self.length - start))
            return
        with self.file.open("rb") as file:
            file.seek(self.offset)
            left = self.length
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk


def unpack(stretch: Stretch, row: Row, name: str) -> list:
    """The JSON list in a field: as it is, or in a pickled str, deflated, in base64.

    A pickle is read as data and never executed: it must hold one str and nothing else. Raises UsageError
    that names file, line and field for anything malformed, and for data that grows beyond all reason.
    """
    if stretch.length == 0:
        return []
    first = next(stretch.chunks(), b"")[:64].lstrip()
    if first.startswith(b"["):
        text = b"".join(stretch.chunks())
        if stretch.escaped:
            text = parse_json(b'"' + text + b'"', str, row, name)
        return parse_json(text, list, row, name)
    try:
        file = _Inflated(stretch)
        text = _pickled_text(file)
        file.finish()
    except (ValueError, zlib.error) as error:
        raise row.fault(name, f"cannot be unpacked: {error}") from None
    return parse_json(text, list, row, name)


class _Inflated:
    """The pickle in a stretch, as a file that pickletools can read; never more of it than asked for."""

    def __init__(self, stretch: Stretch) -> None:
        self._pieces = self._inflate(stretch)
        self._buffer = b""
        self._left = min(_NEVER_ALLOWED, max(_ALWAYS_ALLOWED, _GROWTH * stretch.length))

    def _inflate(self, stretch: Stretch) -> Iterator[bytes]:
        inflater = zlib.decompressobj()
        for packed in _from_base64(stretch.chunks()):
            piece = inflater.decompress(packed, _CHUNK)
            while piece:
                yield piece
                piece = inflater.decompress(inflater.unconsumed_tail, _CHUNK)
        if not inflater.eof:
            raise ValueError("the zlib stream is cut short")

    def read(self, size: int) -> bytes:
        if size > self._left:
            raise ValueError(f"it unpacks to {size:,} bytes and more, a bomb rather than tests")
        pieces, missing = [self._buffer], size - len(self._buffer)
        while missing > 0 and (piece := next(self._pieces, b"")):
            pieces.append(piece)
            missing -= len(piece)
        data = b"".join(pieces)
        self._buffer = data[size:]
        self._left -= size
        return data[:size]

    def finish(self) -> None:
        """Read what is left, which must be nothing: only then has zlib compared its checksum."""
        if self._buffer or next(self._pieces, b""):
            raise ValueError("there is more after the end of the pickle")

    def readline(self) -> bytes:
        raise ValueError("the pickle is of protocol 0 or holds more than one text")


def _from_base64(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        # Some JSON writers escape the slash, which base64 uses.
        text = rest + chunk.translate(None, b"\\\n\r ")
        whole = len(text) - len(text) % 4
        rest = text[whole:]
        yield binascii.a2b_base64(text[:whole], strict_mode=True)
    if rest:
        raise ValueError("the base64 text is cut short")


_TEXTS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
_HARMLESS = {"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "STOP"}


def _pickled_text(file: _Inflated) -> str:
    text = None
    for number, (operation, argument, _) in enumerate(pickletools.genops(file)):
        if number == _MOST_OPERATIONS:
            raise ValueError(f"the pickle holds more than {_MOST_OPERATIONS} operations, expected one text")
        if operation.name in _TEXTS and text is None:
            text = argument
        elif operation.name not in _HARMLESS:
            raise ValueError(f"the pickle holds {operation.name}, expected one text and nothing else")
    if text is None:
        raise ValueError("the pickle holds no text")
    return text
