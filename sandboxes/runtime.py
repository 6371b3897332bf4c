"""What a Python needs to run: its executable, standard library and shared libraries, found by asking it."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass

# Runs in the interpreter in question: load every extension module, then read which files are mapped.
COLLECT = """
import json, os, sys, sysconfig
stdlib, platstdlib = (os.path.realpath(sysconfig.get_path(n)) for n in ("stdlib", "platstdlib"))
for entry in sys.path:
    if entry.endswith("lib-dynload"):
        for name in sorted(os.listdir(entry)):
            module = name.partition(".")[0]
            if not module.startswith(("_tkinter", "_test", "xx")):
                try:
                    __import__(module)
                except Exception:
                    pass
import ctypes
try:
    ctypes.CDLL("libgcc_s.so.1")
except OSError:
    pass
packages = {}
for name, folder in zip(sys.argv[1::2], sys.argv[2::2]):
    sys.path.append(folder)
    __import__(name)
    for entry in (name, name + ".libs"):
        if os.path.isdir(os.path.join(folder, entry)):
            packages[entry] = os.path.realpath(os.path.join(folder, entry))
with open("/proc/self/maps") as maps:
    mapped = {line.rstrip("\\n").split(None, 5)[-1] for line in maps if "/" in line}
print(json.dumps({
    "executable": os.path.realpath(sys.executable), "stdlib": stdlib, "platstdlib": platstdlib,
    "version": sys.version, "packages": packages, "mapped": sorted(p for p in mapped if os.path.isfile(p)),
}))
"""


@dataclass(frozen=True, slots=True)
class Runtime:
    """`files` are the shared libraries outside `folders`; `links` are symbolic links as (target, path).

    `packages` are folders of installed packages as (path here, path in the jail).
    """

    executable: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]
    version: str


PACKAGES_PATH = "/opt/packages"
TOOLCHAIN = "/usr"  # where the compiler, its headers and libraries are; a worker that compiles can read it
LOCALE = ("/usr/lib/locale/C.utf8",)  # what LANG=C.UTF-8 needs where the C library does not bring it
LINKED_FOLDERS = ("/lib", "/lib64", "/lib32", "/usr/lib64", "/bin")


@functools.cache
def installed(package: str) -> str | None:
    """The folder that `package` is installed in, or None."""
    found = importlib.util.find_spec(package)
    return os.path.dirname(os.path.dirname(found.origin)) if found and found.origin else None


@functools.cache
def host_runtime(packages: tuple[str, ...] = ()) -> Runtime:
    """The interpreter that this process runs on, of its installed packages only `packages`."""
    named = [text for name in packages for text in (name, installed(name))]
    command = [sys._base_executable, "-I", "-S", "-B", "-c", COLLECT, *named]
    done = subprocess.run(command, capture_output=True, check=True, text=True, stdin=subprocess.DEVNULL)
    found = json.loads(done.stdout.splitlines()[-1])
    locale = tuple(path for path in LOCALE if os.path.isdir(path))
    folders = tuple(dict.fromkeys((found["stdlib"], found["platstdlib"], *locale)))
    executable = found["executable"]
    inside = (*folders, *found["packages"].values())
    files = tuple(p for p in found["mapped"] if ".so" in p and not p.startswith(inside) and p != executable)
    hidden = tuple(
        path
        for folder in folders
        for name in ("site-packages", "dist-packages")
        if os.path.isdir(path := os.path.join(folder, name))
    )
    bundled = tuple((path, f"{PACKAGES_PATH}/{name}") for name, path in found["packages"].items())
    return Runtime(executable, folders, files, _links(files), hidden, bundled, found["version"])


def _links(files: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Symbolic links by which the loader finds `files`: libz.so.1 -> libz.so.1.2.13, /lib -> /usr/lib."""
    links = {}
    for path in LINKED_FOLDERS:
        if os.path.islink(path):
            links[path] = os.readlink(path)
    wanted = set(files)
    for folder in {os.path.dirname(path) for path in files} | {
        os.path.realpath("/lib64"),
        os.path.realpath("/lib"),
    }:
        if not os.path.isdir(folder):
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink() and os.path.realpath(entry.path) in wanted:
                    links[entry.path] = os.path.realpath(entry.path)
    return tuple((target, path) for path, target in links.items())
