"""Runs a program as a script: its source as `__main__`, reading stdin and printing to stdout.

options: "prelude", import statements that come before the program and are no part of it; "recursion_limit".
"""

import sys


def prepare(source, options):
    code = compile(source, "main.py", "exec", dont_inherit=True)
    prelude = {}
    if options.get("prelude"):
        exec(compile(options["prelude"], "prelude.py", "exec"), prelude)
        del prelude["__builtins__"]
    sys.setrecursionlimit(options.get("recursion_limit") or sys.getrecursionlimit())
    return code, prelude


def run(state):
    code, prelude = state
    main = type(sys)("__main__")
    space = main.__dict__
    space.update(prelude, __file__="main.py", __builtins__=__builtins__, __annotations__={})
    sys.modules["__main__"] = main
    sys.argv[:] = ["main.py"]
    exec(code, space)
