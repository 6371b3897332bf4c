"""A sandbox driver that records what a program does, line by line: stdlib only, it runs in the child."""

from __future__ import annotations

import builtins
import io
import json
import os
import sys
import types

from harness.tracing.recorder.codes import codes_of, imported, repeatable
from harness.tracing.recorder.values import RETURN_CHARS, VALUE_CHARS, arguments_of, class_name, text_of
from harness.tracing.recorder.watching import Recorder

RECORDER_VERSION = "2"
FILENAME = "main.py"  # as the drivers that do not record call it
RESULT_FD = 3
# The last line of a recording, if the program was run again in the same process: did it do the same?
AGAIN = {True: "again same", False: "again different"}
# Imported before the fork, so that each run does not pay for it.
_COMMON_MODULES = """
    array bisect collections copy dataclasses datetime decimal enum fractions functools heapq io itertools
    json math operator os queue random re statistics string sys time typing
"""


_THREADING = "_thread asyncio concurrent multiprocessing threading"


def prepare(source, options):
    """Compile; runs nothing of the program. options: entry (None: a stdin program), max_events, max_bytes;
    confirm: run the program again without recording it, where that can be done in the same process."""
    tree = compile(source, FILENAME, "exec", 0x400, dont_inherit=True)  # 0x400: the syntax tree only
    code = compile(tree, FILENAME, "exec", dont_inherit=True)
    modules = set(imported(tree))
    for name in modules.intersection(_COMMON_MODULES.split()):
        __import__(name)
    return {
        "code": code,
        "codes": codes_of(code, tree),
        "options": dict(options),
        "threads": not modules.isdisjoint(_THREADING.split()),
        "confirm": bool(options.get("confirm")) and repeatable(tree),
    }


def run(state):
    """Run the program on fd 0 and write the recording to fd 3; it ends as it would without being watched."""
    options, entry = state["options"], state["options"].get("entry")
    limit = sys.getrecursionlimit()
    output, space = _stage(_Shared if state["threads"] else _Output)
    output.through = True
    recorder = Recorder(
        state["codes"],
        space,
        output.seen if state["threads"] else output.tell,
        options.get("max_events", 10_000),
        options.get("max_bytes", 1_000_000),
    )
    result = {"status": "ok", "return": None, "exc_type": None, "exc_msg": None}
    stream, leave, error = sys.stdout, os._exit, None

    def finish():
        recorder.stop()
        os._exit = leave
        stream.flush()
        _write(result, recorder)

    def leave_now(status):
        finish()
        leave(status)

    def leave_at_cap(status):
        result["status"] = status
        leave_now(0)

    os._exit = leave_now
    recorder.at_cap = leave_at_cap
    try:
        if entry is None:
            recorder.run(lambda: exec(state["code"], space))
        else:
            function, args, kwargs = _called(state, space)
            recorder.module_state()
            value = recorder.run(lambda: function(*args, **kwargs))
            result["return"] = text_of(value, RETURN_CHARS, literal=True)
    except BaseException as caught:
        recorder.stop()
        result.update(_ending(caught, entry))
        error = caught
    finish()
    if state["confirm"] and not recorder.died:
        recorder.reveal()
        sys.setrecursionlimit(limit)
        _append("\n" + AGAIN[_again(state, output, result)])
    if error is not None:
        raise error


def _again(state, output, result):
    """Run the program once more without the recorder. True if it prints, returns and raises the same."""
    before = sys.stdin, sys.stdout, sys.modules["__main__"]
    size = os.fstat(1).st_size
    entry = state["options"].get("entry")
    if entry is None:
        os.lseek(0, 0, 0)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    second, space = _stage(_Output)
    stream = sys.stdout
    found = {"return": None, **_ending(None, entry)}
    try:
        if entry is None:
            exec(state["code"], space)
        else:
            function, args, kwargs = _called(state, space)
            found["return"] = text_of(function(*args, **kwargs), RETURN_CHARS, literal=True)
    except BaseException as caught:
        found.update(_ending(caught, entry))
    stream.flush()
    sys.stdin, sys.stdout, sys.modules["__main__"] = before
    if os.fstat(1).st_size != size:  # printed past sys.stdout
        os.ftruncate(1, size)
        return False
    return found == result and second.getvalue() == output.getvalue()


def _stage(kind):
    """Fresh globals and a fresh stdout, as a program finds them: (output, globals)."""
    output = kind()
    sys.stdout = io.TextIOWrapper(output, encoding="utf-8", write_through=True)
    main = types.ModuleType("__main__")
    space = main.__dict__
    space.update(__file__=FILENAME, __builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = main
    sys.argv[:] = [FILENAME]
    return output, space


def _called(state, space):
    """The function to call and its arguments, by place and by name; they are evaluated among its globals."""
    if "call" not in state:
        parts = []
        while part := os.read(0, 1 << 16):
            parts.append(part)
        text = b"".join(parts).decode()
        state["call"] = compile(f"__arguments__({text}\n)", "<arguments>", "eval", dont_inherit=True)
    exec(state["code"], space)
    function = eval(state["options"]["entry"], space)
    space["__arguments__"] = lambda *args, **kwargs: (args, kwargs)
    try:
        return function, *eval(state["call"], space)
    finally:
        del space["__arguments__"]


def _ending(error, entry):
    """How a run ended, as the recording has it. `error` is None if nothing was raised."""
    if error is None:
        return {"status": "ok", "exc_type": None, "exc_msg": None}
    kind, args = type(error), arguments_of(error)
    if kind is SystemExit and entry is None and args in ((), (None,), (0,)):
        return _ending(None, entry)  # the usual way for a program to stop early
    message = args[0][:VALUE_CHARS] if len(args) == 1 and type(args[0]) is str else text_of(args)
    return {"status": "exception", "exc_type": class_name(kind), "exc_msg": message}


class _Output(io.BytesIO):
    """Stdout while recording: its length is known at every step, and it looks like a file on descriptor 1.

    through: what is flushed goes on to the descriptor.
    """

    through = False

    def __init__(self):
        super().__init__()
        self.spilled = 0

    def fileno(self):
        return 1

    def flush(self):
        with self.getbuffer() as whole:
            while self.through and self.spilled < len(whole):
                self.spilled += os.write(1, whole[self.spilled :])


class _Shared(_Output):
    """Stdout of a program with threads. What another thread prints counts from a moment on that does not
    depend on its speed: when the main thread has waited for a thread, or prints itself."""

    def __init__(self):
        super().__init__()
        import threading

        self.main = threading.get_ident()
        self.identity = threading.get_ident
        self.length = 0
        wait = threading.Thread.join

        def join(thread, timeout=None):
            wait(thread, timeout)
            self.length = self.tell()

        threading.Thread.join = join

    def write(self, data):
        count = super().write(data)
        if self.identity() == self.main:
            self.length = self.tell()
        return count

    def seen(self):
        return self.length


def _write(result, recorder):
    meta = {
        **result,
        "truncated": recorder.died,
        "python": "{}.{}.{}".format(*sys.version_info[:3]),
        "version": RECORDER_VERSION,
        "functions": list(recorder.functions),
    }
    _append("\n".join([json.dumps(meta), *recorder.records]))


def _append(text):
    data = memoryview(text.encode("utf-8", "backslashreplace"))
    while data:
        data = data[os.write(RESULT_FD, data) :]
