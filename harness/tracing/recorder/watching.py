"""The tracer: one text line per event of the program, with what has changed since the event before."""

from __future__ import annotations

import sys

from harness.tracing.recorder.codes import IN_PLACE
from harness.tracing.recorder.statements import INERT, SUBSCRIPT, TOUCHING
from harness.tracing.recorder.values import FIXED, SCALARS, text_of

# Frames of the recorder itself lie on the program's stack while it looks: they must not count.
MARGIN = 60
LOW, HIGH = -(10**300), 10**300
NAME, VALUE, FIELD = "\x1e", "\x1f", "\t"
_NIL, _MUTABLE = object(), object()
_DEFINITIONS = FIXED - SCALARS
_PLAIN = frozenset({int, str, bool, type(None), bytes})
_HIDDEN = ("settrace", "gettrace", "setrecursionlimit", "getrecursionlimit")


class Recorder:
    """Collects one text line per event while a function runs.

    codes: as `codes_of` gives them.     namespace: the program's globals.     tell: bytes printed so far.
    at_cap: called with a status when there is more than may be recorded; it ends the process.
    """

    def __init__(self, codes, namespace, tell, max_events, max_bytes):
        self.codes = codes
        self.namespace = namespace
        self.tell = tell
        self.max_events = max_events
        self.max_bytes = max_bytes
        self.records = []
        self.functions = {}
        self.at_cap = None
        self.running = False
        self.died = False
        self.known = {name: value for name, value in namespace.items() if name.startswith("__")}
        self.texts = {}

    def module_state(self):
        """One event for the globals that a called function may read: its step is the module's end."""
        changes = []
        for name, value in list(self.namespace.items()):
            if _hidden(name) or type(value) in _DEFINITIONS:
                self.known[name] = value
                continue
            text = text_of(value)
            changes.append(f"\x1e{name}\x1f{text}")
            self.known[name] = value if type(value) in FIXED else _MUTABLE
            if type(value) not in FIXED:
                self.texts[name] = (id(value), text)
        if changes:
            self._function("<module>")
            self.records.append(f"module\t0\t0\t0\t{self.tell()}\t{''.join(changes)}")

    def run(self, function):
        begin = self._tracer()
        limit = sys.getrecursionlimit()
        self.hidden = {name: getattr(sys, name) for name in _HIDDEN}
        raise_limit, get_limit = sys.setrecursionlimit, sys.getrecursionlimit
        sys.setrecursionlimit = lambda value: raise_limit(value + MARGIN)
        sys.getrecursionlimit = lambda: get_limit() - MARGIN
        sys.setrecursionlimit(limit)
        installed = []
        settrace = sys.settrace
        sys.settrace = lambda tracer: installed.append(tracer)
        sys.gettrace = lambda: installed[-1] if installed else None
        self.running = True
        settrace(begin)
        try:
            return function()
        finally:
            self.stop()

    def stop(self):
        """End the recording. The program does not meet the real functions of `sys` before `reveal`."""
        if self.running:
            self.running = False
            # An exception inside the recorder (the stack was full) ends tracing for good.
            self.died = self.hidden["gettrace"]() is None
            self.hidden["settrace"](None)

    def reveal(self):
        for name, function in self.hidden.items():
            setattr(sys, name, function)

    def _function(self, name):
        return self.functions.setdefault(name, len(self.functions))

    def _tracer(self):
        records, codes, tell = self.records, self.codes, self.tell
        append, max_events, max_bytes = records.append, self.max_events, self.max_bytes
        namespace, global_known, global_texts = self.namespace, self.known, self.texts
        global_get = global_known.get
        latest = {}  # function name -> what is known of the variables of its last frame
        last_frame = None  # the tracer of the frame whose event came last: None after code that is not traced
        depth = -1
        size = 0
        grows = False  # some value is a defaultdict: reading an element may change it

        def changed(name, value, known, texts, prefix, touched):
            """The record of a change of `name` to `value`, or "" when it shows none."""
            nonlocal grows
            kind = type(value)
            before = known.get(name, _NIL)
            if before is value:
                return ""
            if kind in FIXED:
                if kind is type(before) and kind in _PLAIN and before == value and kind is not float:
                    known[name] = value
                    return ""
                known[name] = value
                if _hidden(name):
                    return ""
                text = text_of(value)
                if kind is float and type(before) is float and text == text_of(before):
                    return ""
                texts.pop(name, None)
                return f"\x1e{prefix}{name}\x1f{text}"
            snapshot = texts.get(name)
            same = snapshot is not None and before is _MUTABLE and snapshot[0] == id(value)
            if same and (touched is INERT or (touched is SUBSCRIPT and "defaultdict(" not in snapshot[1])):
                return ""
            if _hidden(name):
                known[name] = value
                return ""
            try:
                text = text_of(value)
            except RuntimeError:  # a thread changes it at this moment, or the stack is full
                text = "..."
            known[name] = _MUTABLE
            texts[name] = (id(value), text)
            grows = grows or "defaultdict(" in text
            if before is _MUTABLE and snapshot[1] == text:
                return ""
            return f"\x1e{prefix}{name}\x1f{text}"

        def all_changes(values, known, texts, foreign, touched):
            """The record of all changes of a frame; variables of enclosing functions are `foreign`."""
            changes = ""
            get = known.get
            for name, value in list(values.items()) if known is global_known else values.items():
                before = get(name, _NIL)
                if before is value:
                    continue
                if name in foreign:
                    known[name] = value if type(value) in FIXED else _MUTABLE
                    changes += changed(name, value, *foreign[name], touched)
                elif (
                    type(value) is int
                    and LOW < value < HIGH
                    and name[0] != "_"
                    and (type(before) is not int or before != value)
                ):
                    # What the longer road comes to, for the commonest change of all.
                    known[name] = value
                    texts.pop(name, None)
                    changes += f"\x1e{name}\x1f{value}"
                else:
                    changes += changed(name, value, known, texts, "", touched)
            if len(known) != len(values):
                for name in [name for name in known if name not in values]:
                    del known[name]
                    texts.pop(name, None)
                    if not _hidden(name):
                        changes += NAME + name
            return changes

        def global_changes(names, touched):
            changes = ""
            for name in names:
                value = namespace.get(name, _NIL)
                if global_get(name, _NIL) is not value and value is not _NIL:
                    changes += changed(name, value, global_known, global_texts, "<module>.", touched)
            return changes

        def begin(frame, event, arg):
            nonlocal last_frame
            info = codes.get(id(frame.f_code))
            if info is None:
                last_frame = None
                return None
            if info is IN_PLACE:
                return None
            if frame.f_trace is not None:
                return frame.f_trace(frame, "resume", arg)
            return follow(info)(frame, "call", arg)

        def follow(info):
            statements = info.statements
            plans, start_of = statements.plans, statements.start
            inside, writes, tricky = info.inside, info.writes, info.tricky
            number = info.number
            if number is None:
                number = info.number = self._function(info.name)
            known, texts = (global_known, global_texts) if info.module else ({}, {})
            get = known.get
            watched = ()
            if info.reads:
                watched = [
                    name
                    for name in info.reads
                    if (name in writes or name in namespace) and type(namespace.get(name)) not in _DEFINITIONS
                ]
            foreign = ()
            if info.owners:
                # The variables of an enclosing function are told as that function's own.
                foreign = {
                    name: (*latest[owner], f"{owner}.")
                    for name, owner in info.owners.items()
                    if owner in latest
                }
            latest[info.name] = (known, texts)
            active = raising = False
            first_step = None
            raw_line = start = 0
            head = ""

            def local(frame, event, arg):
                nonlocal last_frame, depth, size, active, first_step, raw_line, start, raising, head
                line = frame.f_lineno
                if event == "line":
                    if tricky:
                        first = start_of.get(line)
                        if first is not None:
                            again = start == first and raw_line in start_of
                            raw_line = line
                            if again:
                                return local
                            line = first
                        elif inside and frame.f_lasti in inside and line == raw_line:
                            return local
                        else:
                            raw_line = line
                    raising = False
                    touched = TOUCHING
                    plan = plans.get(start)
                    if plan is not None and last_frame is local:
                        stores, augmented, reads = plan
                        touched = SUBSCRIPT if reads and grows else INERT
                        for name in augmented:
                            if get(name) is _MUTABLE:
                                touched = TOUCHING
                    if touched is INERT:
                        # Nothing but a binding of these names can have happened.
                        changes = ""
                        if stores:
                            values = frame.f_locals
                            for name in stores:
                                value = values.get(name, _NIL)
                                before = get(name, _NIL)
                                if before is value or value is _NIL:
                                    continue
                                if name in foreign:
                                    known[name] = value if type(value) in FIXED else _MUTABLE
                                    changes += changed(name, value, *foreign[name], touched)
                                elif (
                                    type(value) is int
                                    and type(before) is int
                                    and LOW < value < HIGH
                                    and value != before
                                ):
                                    known[name] = value
                                    changes += f"\x1e{name}\x1f{value}"
                                else:
                                    changes += changed(name, value, known, texts, "", touched)
                        if writes:
                            changes += global_changes(writes, touched)
                    else:
                        changes = all_changes(frame.f_locals, known, texts, foreign, touched)
                        if watched:
                            changes += global_changes(watched, touched)
                    start = line
                    record = f"line\t{head}{line}\t{tell()}\t{changes}"
                else:
                    if line is None:  # from 3.12 on, what ends an `except*` stands in no line
                        line = start
                    if not active:
                        depth += 1
                        active = True
                        head = f"{number}\t{depth}\t"
                        if first_step is None:
                            first_step = len(records)
                        if event == "exception":  # thrown into a generator
                            append(f"resume\t{head}{frame.f_lineno}\t{tell()}\t{first_step}")
                    changes = ""
                    plan = plans.get(start) if event == "return" and last_frame is local else None
                    if plan is not None and not (plan[0] or plan[1] or writes or (plan[2] and grows)):
                        pass  # a plain `return x`, before which everything was looked at
                    elif event != "exception" or not inside or frame.f_lasti not in inside:
                        changes = all_changes(frame.f_locals, known, texts, foreign, TOUCHING)
                        if watched:
                            changes += global_changes(watched, TOUCHING)
                    if event == "call":
                        record = f"call\t{head}{line}\t{tell()}\t{changes}"
                    elif event == "resume":
                        record = f"resume\t{head}{line}\t{tell()}\t{first_step}{changes}"
                    elif event == "exception":
                        if line in statements.loops and arg[0] is StopIteration:
                            return local
                        raising = True
                        line = start_of.get(line, line)
                        record = f"exception\t{head}{line}\t{tell()}\t{text_of(arg[1])}{changes}"
                    else:
                        line = start_of.get(line, line)
                        if raising and not info.ends(frame.f_lasti):
                            record = f"unwind\t{head}{line}\t{tell()}\t{changes}"
                        else:
                            kind = "yield" if info.resumable and info.yields(frame.f_lasti) else "return"
                            text = arg if type(arg) is int and LOW < arg < HIGH else text_of(arg)
                            record = f"{kind}\t{head}{line}\t{tell()}\t{text}{changes}"
                        depth -= 1
                        active = False
                last_frame = local
                size += len(record)
                append(record)
                if size > max_bytes or len(records) > max_events:
                    records.pop()
                    self.at_cap("event_limit" if len(records) >= max_events else "byte_limit")
                return local

            return local

        return begin


def _hidden(name):
    return not name.isidentifier() or (name.startswith("__") and name.endswith("__"))
