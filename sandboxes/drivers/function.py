"""Calls functions of a program and answers with their values as typed JSON of exact builtin types.

options: "entry", the name of the function, or of a method of `class Solution`; "prelude", true for the
names that contest sites import beforehand; "recursion_limit"; "before", source that comes first, which the
program may complete (a signature whose body the program is); "arguments", what the input is:

    json-lines   one argument a line, as JSON                       the result is the value
    json-list    all arguments as one JSON list                     the result is the value
    expression   a Python expression over the program's globals     the result is the value
    typed        [arguments, keywords] in typed JSON                the result is the value
    calls        [[arguments, keywords], ...] in typed JSON         the result is a list, one entry a call:
                 {"value": ..., "arguments": ... if the call changed them} or {"error": [type, message]}

Typed JSON is strict JSON. null, true, strings and lists stand for themselves, and so do small integers; all
else is an object with one key, the type: {"float": repr}, {"int": hex}, {"tuple": [...]}, {"set": [...]},
{"frozenset": [...]}, {"dict": [[key, value], ...]}, {"bytes": hex}, {"bytearray": hex}, {"complex": [re, im]}
and {"opaque": type name}, which equals nothing. An instance of a subclass goes out as its base has it: what
its own __eq__ would say stays behind.
"""

import json
import sys

# What contest sites put in front of a solution, so that solutions use it without importing it.
PRELUDE = """
from typing import *
from collections import *
from functools import *
from itertools import *
from heapq import *
from bisect import *
from math import *
from string import *
from operator import *
from random import *
from statistics import *
from re import *
from datetime import *
from copy import *
from json import *
import bisect, collections, copy, datetime, functools, heapq, io, itertools, json, math, operator, random
import re, statistics, string, sys, time, typing
from math import inf
from builtins import *
"""
LIMIT_DEPTH = 200


def prepare(source, options):
    prelude = {}
    if options.get("prelude"):
        exec(compile(PRELUDE, "prelude.py", "exec"), prelude)
        del prelude["__builtins__"]
    sys.setrecursionlimit(options.get("recursion_limit") or sys.getrecursionlimit())
    before = options.get("before", "")
    try:
        code = [before, source] if before else [source]
        code = [compile(text, "main.py", "exec", dont_inherit=True) for text in code]
    except SyntaxError:
        code = [compile(before + source, "main.py", "exec", dont_inherit=True)]
    return code, prelude, options.get("entry"), options["arguments"]


def run(state):
    code, prelude, entry, arguments = state
    with open(0, encoding="utf-8", closefd=False) as stdin:
        text = stdin.read()
    main = type(sys)("__main__")
    space = main.__dict__
    space.update(prelude, __file__="main.py", __builtins__=__builtins__, __annotations__={})
    sys.modules["__main__"] = main
    sys.argv[:] = ["main.py"]
    for part in code:
        exec(part, space)
    if arguments == "expression":
        answer = encode(eval(compile(text.strip(), "call.py", "eval", dont_inherit=True), space))
    elif arguments == "typed":
        values, named = json.loads(text)
        named = {name: decode(item) for name, item in named["dict"]}
        answer = encode(find(space, entry)(*map(decode, values), **named))
    elif arguments == "calls":
        function = find(space, entry)
        answer = [call(function, *pair) for pair in json.loads(text)]
    elif arguments == "json-lines":
        answer = encode(find(space, entry)(*[json.loads(line) for line in text.split("\n") if line.strip()]))
    else:
        answer = encode(find(space, entry)(*json.loads(text)))
    data = json.dumps(answer, separators=(",", ":")).encode()
    with open(3, "wb", closefd=False) as result:
        result.write(data)


def find(space, entry):
    if entry in space:
        return space[entry]
    if "Solution" in space:
        return getattr(space["Solution"](), entry)
    raise NameError("the program defines no " + entry)


def call(function, arguments, keywords):
    values = [decode(item) for item in arguments]
    named = {name: decode(item) for name, item in keywords.items()}
    try:
        value = function(*values, **named)
    except Exception as error:
        return {"error": [type(error).__name__, str(error)[:300]]}
    answer = {"value": encode(value)}
    after = [encode(value) for value in values]
    if after != arguments:
        answer["arguments"] = after
    return answer


def encode(value, depth=0):
    """`value` as typed JSON."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if -(2**53) < value < 2**53 else {"int": hex(value)}
    if kind is float:
        return {"float": repr(value)}
    if depth > LIMIT_DEPTH:
        return {"opaque": "nested too deep"}
    depth += 1
    if kind is list:
        return [encode(item, depth) for item in value]
    if kind is tuple or kind is set or kind is frozenset:
        return {kind.__name__: [encode(item, depth) for item in value]}
    if kind is dict:
        return {"dict": [[encode(key, depth), encode(item, depth)] for key, item in value.items()]}
    if kind is bytes or kind is bytearray:
        return {kind.__name__: value.hex()}
    if kind is complex:
        return {"complex": [repr(value.real), repr(value.imag)]}
    if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
        return encode(value.item(), depth)
    for base in (int, str, float, list, tuple, dict, set, frozenset, bytes, bytearray, complex):
        if base in kind.__mro__:
            # Counter, namedtuple, IntEnum: base.__new__ copies the content and asks the subclass nothing.
            plain = {"dict": dict.copy, "str": str.__str__, "int": int.__int__, "float": float.__float__}
            return encode(plain.get(base.__name__, base)(value), depth)
    return {"opaque": str(kind.__name__)}


def decode(item):
    """The value of typed JSON, as `encode` wrote it."""
    if type(item) is list:
        return [decode(part) for part in item]
    if type(item) is not dict:
        return item
    ((kind, body),) = item.items()
    if kind == "float":
        return float(body)
    if kind == "int":
        return int(body, 16)
    if kind == "opaque":
        return object()
    if kind == "complex":
        return complex(float(body[0]), float(body[1]))
    if kind == "dict":
        return {decode(key): decode(value) for key, value in body}
    if kind in ("bytes", "bytearray"):
        return {"bytes": bytes, "bytearray": bytearray}[kind].fromhex(body)
    return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](map(decode, body))
