"""Typed JSON, the form in which a function's value leaves the sandbox, read on the host's side."""

from __future__ import annotations

import json
from typing import Any

# Most values are long lists of these, where a call for each item is most of the time.
_LEAVES = {bool, int, float, str, type(None)}
_NESTED = {list, dict}


class Opaque:
    """A value whose type is no builtin one. It equals nothing, itself included."""

    __slots__ = ("name",)
    __hash__ = None

    def __init__(self, name: str):
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.name}>"


class _Key:
    """An opaque value where a hashable one is needed (in a set, as a key). Equals nothing."""

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def loads(result: bytes) -> Any:
    """The value that the function driver wrote. ValueError if these bytes are no typed JSON.

    The bytes come from an untrusted process: they are parsed, never executed.
    """
    try:
        return _value(json.loads(result))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as error:
        raise ValueError(f"not a typed value: {error}") from None


def dumps(value: Any) -> str:
    """Typed JSON of builtin values, for arguments that go into the sandbox. TypeError for other types."""
    return json.dumps(_item(value), separators=(",", ":"))


def plain(value: Any) -> Any:
    """`value` as JSON has it: tuples as lists, keys as strings. TypeError for what JSON cannot hold."""
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _LEAVES else plain(item) for item in value]
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else json.dumps(plain(key)): plain(item)
            for key, item in value.items()
        }
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{type(value).__name__} is not JSON")


def _value(item: Any, hashable: bool = False) -> Any:
    if isinstance(item, list):
        return [_value(part) if type(part) in _NESTED else part for part in item]
    if not isinstance(item, dict):
        return item
    ((kind, body),) = item.items()
    match kind:
        case "float":
            return float(body)
        case "int":
            return int(body, 16)
        case "complex":
            return complex(float(body[0]), float(body[1]))
        case "bytes":
            return bytes.fromhex(body)
        case "bytearray":
            return bytearray.fromhex(body)
        case "tuple":
            return tuple(_value(part, hashable) for part in body)
        case "set":
            return {_value(part, True) for part in body}
        case "frozenset":
            return frozenset(_value(part, True) for part in body)
        case "dict":
            return {_value(key, True): _value(part) for key, part in body}
        case "opaque":
            return _Key(str(body)) if hashable else Opaque(str(body))
    raise ValueError(f"unknown type {kind!r}")


def _item(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if -(2**53) < value < 2**53 else {"int": hex(value)}
    if kind is float:
        return {"float": repr(value)}
    if kind is list:
        return [_item(part) for part in value]
    if kind in (tuple, set, frozenset):
        return {kind.__name__: [_item(part) for part in value]}
    if kind is dict:
        return {"dict": [[_item(key), _item(part)] for key, part in value.items()]}
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    if kind is complex:
        return {"complex": [repr(value.real), repr(value.imag)]}
    raise TypeError(f"{kind.__name__} has no typed JSON")
