"""The recorder sees what a program does, changes nothing of it, and writes the same bytes each time."""

from __future__ import annotations

import ast
import json
from collections import Counter

import pytest
from programs import PROGRAMS, STOPPED

from harness.tracing.recorder import SOURCE
from harness.tracing.recorder.codes import repeatable
from harness.tracing.recording import Caps, record
from harness.tracing.sources import Subject
from harness.tracing.trace import DecodeError, decode, replay, stdout_at
from sandboxes.outcome import Limits, Program


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_the_same_with_and_without_the_recorder(name, recorded):
    # `record` compares the recorded run with a plain one: a difference is another status.
    source, stdin = PROGRAMS[name]
    trace = recorded(source, stdin)
    assert trace.status == ("exception" if name.startswith("uncaught") else "ok")
    assert trace.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_recording_is_the_same_bytes_twice(name, pool):
    program = Program(PROGRAMS[name].source, SOURCE, {"entry": None})
    first, second = pool.run(program, [PROGRAMS[name].stdin.encode()] * 2)
    assert first.result
    assert first.result == second.result


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_and_ends_balance_and_depths_follow_them(name, recorded):
    trace = recorded(*PROGRAMS[name])
    depth = -1
    for event in trace.events:
        depth += event.event in ("call", "resume")
        assert event.depth == depth
        depth -= event.event in ("return", "yield", "unwind")
    assert depth == -1


@pytest.mark.parametrize("name", STOPPED)
def test_a_run_that_cannot_be_told_has_a_status_and_no_events(name, recorded):
    case, status = STOPPED[name]
    caps = Caps(max_events=2000, max_bytes=200_000, cpu_s=0.3)
    trace = recorded(case.source, caps=caps)
    assert trace.status == status
    assert trace.events == ()


def test_a_program_that_swallows_everything_cannot_pass_the_cap(recorded):
    source = "while True:\n    try:\n        x = 1\n    except BaseException:\n        pass\n"
    assert recorded(source, caps=Caps(max_events=500)).status == "event_limit"


def changes(trace, name):
    return [(event.line, value) for event in trace.events for each, value in event.changed if each == name]


def test_a_change_through_another_name_is_seen(recorded):
    trace = recorded("a = [1]\nb = a\nb.append(2)\nc = {'k': a}\nc['k'][0] = 9\nprint(a)\n")
    assert changes(trace, "a") == [(2, "[1]"), (4, "[1, 2]"), (6, "[9, 2]")]


def test_a_changed_list_is_seen_whatever_changed_it(recorded):
    source = (
        "import heapq, bisect, operator\nfrom functools import partial\na = [3]\na += [1]\na *= 2\n"
        "heapq.heapify(a)\nadd = a.append\nadd(7)\nx = [a.pop() for _ in range(2)]\n"
        "list(map(a.append, [5]))\n"
        "for _ in iter(a.pop, 3): pass\noperator.iadd(a, [8])\na[0:0] = [4]\ndel a[0]\n"
        "exec('a.append(6)')\na.sort(key=lambda v: -v)\nprint(a)\n"
    )
    trace = recorded(source)
    # Every line that changes the list is followed by an event that tells so.
    assert [value for _, value in changes(trace, "a")][-1] == trace.stdout.strip()
    assert len(changes(trace, "a")) >= 12


def test_a_default_dict_grows_by_being_read(recorded):
    trace = recorded(
        "from collections import defaultdict\nd = defaultdict(int)\nif d[3] > 1:\n    pass\nprint(len(d))\n"
    )
    assert changes(trace, "d")[-1][1] == "defaultdict(int, {3: 0})"


def test_globals_and_enclosing_variables_are_told_in_their_own_scope(recorded):
    source = (
        "total = 0\ndef outer():\n    seen = []\n    def inner(x):\n"
        "        global total\n        total += x\n"
        "        seen.append(x)\n        return x\n    inner(4)\n    return seen\nprint(outer(), total)\n"
    )
    trace = recorded(source)
    names = {name for event in trace.events if event.func == "outer.inner" for name, _ in event.changed}
    assert names == {"x", "<module>.total", "outer.seen"}


def test_comprehensions_are_part_of_their_statement(recorded):
    trace = recorded(
        "def f(x):\n    return x + 1\ny = [f(x) for x in range(3)]\nz = sum(f(v) for v in y)\nprint(z)\n"
    )
    assert {event.func for event in trace.events} == {"<module>", "f"}
    assert Counter(event.event for event in trace.events)["call"] == 7
    assert [event.line for event in trace.events if event.func == "<module>" and event.event == "line"] == [
        1,
        3,
        4,
        5,
    ]


def test_a_statement_over_several_lines_is_one_event(recorded):
    trace = recorded("x = [\n    1,\n    2,\n]\nprint(\n    x[0],\n    x[1]\n)\n")
    assert [event.line for event in trace.events if event.event == "line"] == [1, 5]


def test_each_event_knows_how_much_was_printed(recorded):
    trace = recorded("import sys\nprint('a')\nsys.stdout.write('bc')\nprint('é')\nx = 1\n")
    printed = [stdout_at(trace, event) for event in trace.events if event.event == "line"]
    assert printed == ["", "", "a\n", "a\nbc", "a\nbcé\n"]


def test_a_generator_goes_on_in_its_own_frame(recorded):
    trace = recorded(*PROGRAMS["interleaved generators"])
    values = [state["value"] for event, state in replay(trace.events) if event.event == "yield"]
    assert values == ["0", "100", "101", "1", "2", "102"]


def test_only_the_main_thread_is_recorded(recorded):
    trace = recorded(*PROGRAMS["threads"])
    assert "work" not in {event.func for event in trace.events}
    assert trace.stdout == "[0, 1, 4]\n"


def test_what_a_thread_prints_is_told_where_the_main_thread_waits_for_it(recorded):
    source = (
        "import threading\nt = threading.Thread(target=print, args=('out',))\nt.start()\nx = sum(range(9))\n"
        "t.join()\nx += 1\nprint(x)\n"
    )
    trace = recorded(source)
    printed = [(event.line, event.stdout_len) for event in trace.events if event.event == "line"]
    assert printed == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 4), (7, 4)]


def within(source):
    return repeatable(ast.parse(source))


def test_only_a_program_that_keeps_within_itself_is_confirmed_in_its_own_process():
    assert within("import sys\nfrom collections import deque\nsys.setrecursionlimit(10)\nprint(deque())\n")
    assert within("import sys\ninput = sys.stdin.readline\nprint(input())\nsys.exit()\n")
    for source in (
        "import os\n", "import time\n", "from os import path\n", "from . import x\n", "open('f')\n",
        "import sys\nsys.settrace(None)\n", "import sys as s\n", "from sys import modules\n",
        "import sys\nf(sys)\n", "class A:\n    def __del__(self): pass\n", "eval('1')\n", "print(id(3))\n",
        "__builtins__\n", "().__class__.__base__.__subclasses__; x.__globals__; f.__import__\n",
        "import math, threading\n", "import importlib\n",
    ):  # fmt: skip
        assert not within(source), source


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("print(int(input()) + 1)\n", True),
        ("import random\nrandom.seed(3)\nprint(random.random())\n", True),
        ("import random\nprint(random.random())\n", False),
        ("import math\nprint(hasattr(math, 'mark'))\nmath.mark = 1\n", False),
        ("import sys\nprint(sys.stdin.read())\nsys.exit('x')\n", True),
        ("x = [1]\nprint(x[3])\n", True),
        ("import os\nprint(1)\n", None),
    ],
)
def test_the_second_run_starts_afresh_and_is_compared(source, same, pool):
    program = Program(source, SOURCE, {"entry": None, "confirm": True})
    (outcome,) = pool.run(program, [b"4\n"])
    assert decode(outcome.result).same is same
    plain = pool.run(Program(source), [b"4\n"])[0]
    assert (outcome.exit, outcome.stderr) == (plain.exit, plain.stderr)


def test_a_program_that_differs_within_a_process_is_confirmed_by_one_of_its_own(recorded):
    trace = recorded("import math\nprint(hasattr(math, 'mark'))\nmath.mark = 1\n")
    assert (trace.status, trace.stdout) == ("ok", "False\n")


def test_the_recorder_is_hidden_from_the_program(recorded):
    source = (
        "import sys\nprint(sys.gettrace(), sys.getrecursionlimit(), __name__, __file__, sys.argv)\n"
        "sys.settrace(None)\nx = 1\nprint(sys.stdout.fileno(), type(sys.stdout).__name__)\n"
    )
    trace = recorded(source)
    assert trace.status == "ok"
    assert changes(trace, "x") == [(5, "1")]


@pytest.mark.parametrize(
    ("source", "exit_type", "status"),
    [
        ("import sys\nprint(1)\nsys.exit(3)\n", "SystemExit", "exception"),
        ("import sys\nprint(1)\nsys.exit()\n", None, "ok"),
        ("print(1)\nraise KeyError('k')\n", "KeyError", "exception"),
        ("import os\nprint(1, flush=True)\nos._exit(0)\n", None, "ok"),
        ("print(1)\ndef f(): return f()\nf()\n", "RecursionError", "exception"),
    ],
)
def test_an_end_is_recorded_as_what_it_was(source, exit_type, status, recorded):
    trace = recorded(source)
    assert (trace.status, trace.exc_type, trace.stdout) == (status, exit_type, "1\n")


def test_a_function_is_called_with_arguments_of_the_programs_own_making(recorded):
    trace = recorded("K = 2\ndef f(a, g, *, k=0):\n    return g(a) * K + k\n", "[1, 2], len, k=K", entry="f")
    assert trace.return_repr == "6"
    assert trace.events[0].event == "module"
    assert dict(trace.events[0].changed) == {"K": "2"}
    assert dict(trace.events[1].changed) == {"a": "[1, 2]", "k": "0"} | {"g": "<built-in len>", "k": "2"}


def test_a_return_value_that_differs_between_runs_is_noticed(recorded):
    assert (
        recorded("import random\ndef f():\n    return random.random()\n", "", entry="f").status
        == "nondeterministic"
    )


def test_a_program_that_does_not_compile_has_no_traces(pool):
    assert record(pool, Subject("p", "test", "def f(:\n", None, ("",)), Caps()) is None


def test_traces_of_one_program_come_in_the_order_of_its_inputs(pool):
    subject = Subject("p", "test", "print(int(input()) * 2)\n", None, ("1\n", "5\n", "1\n", "-3\n"))
    traces = record(pool, subject, Caps())
    assert [trace.stdout for trace in traces] == ["2\n", "10\n", "-6\n"]


META = {"functions": ["f"], "status": "ok", "return": None, "exc_type": None, "exc_msg": None}
META |= {"python": "", "version": ""}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"{}",
        b"[1]",
        json.dumps(META | {"status": "fine"}).encode(),
        json.dumps(META | {"return": 3}).encode(),
        json.dumps(META).encode() + b"\nline\t0\tx\t1\t0\t",
        json.dumps(META).encode() + b"\nline\t7\t0\t1\t0\t",
        json.dumps(META).encode() + b"\njump\t0\t0\t1\t0\t",
        json.dumps(META).encode() + b"\nline",
    ],
)
def test_bytes_that_are_no_recording_are_refused(data):
    with pytest.raises(DecodeError):
        decode(data)


def test_a_program_that_writes_to_the_recorders_descriptor_spoils_only_its_own_trace(pool):
    source = "import os\nos.write(3, b'{}\\n')\nprint(1)\n"
    (trace,) = record(pool, Subject("p", "test", source, None, ("",)), Caps())
    assert trace.events == ()
    assert trace.status not in ("ok",)


def test_the_driver_is_one_file_of_the_standard_library(pool):
    assert "from harness" not in SOURCE
    assert SOURCE.count("from __future__") == 1
    (outcome,) = pool.run(Program("print(1)", SOURCE, {"entry": None}), [b""], Limits(cpu_s=2))
    assert outcome.stdout == b"1\n"
