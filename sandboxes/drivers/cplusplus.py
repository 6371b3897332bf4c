"""Compiles a C++ program: the result is the executable, linked statically so that it runs in any jail.

options: "headers", texts of header files by name, which the program includes as it would its own.
"""

import os
import sys

FLAGS = ["-O2", "-std=c++17", "-static", "-I.", "-o", "program", "program.cpp"]


def prepare(source, options):
    return {"program.cpp": source, **options["headers"]}


def run(files):
    for name, text in files.items():
        with open(name, "w") as file:
            file.write(text)
    to_stderr = [(os.POSIX_SPAWN_DUP2, 2, 1)]
    pid = os.posix_spawnp("g++", ["g++", *FLAGS], os.environ, file_actions=to_stderr)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        sys.exit(1)
    with open("program", "rb") as program:
        data = program.read()
    while data:
        data = data[os.write(3, data) :]
