"""Checkers that are programs: what they say of an answer, and what becomes of one that fails."""

import os
import shutil

import pytest

from benchmarks.problem import Problem, Test
from harness.checking import check
from sandboxes.outcome import MEBIBYTE, Limits
from sandboxes.pool import SandboxPool
from selfexec.errors import UsageError

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
TESTLIB = next(
    (
        folder
        for folder in os.environ.get("CPLUS_INCLUDE_PATH", "").split(os.pathsep)
        if os.path.isfile(os.path.join(folder, "testlib.h"))
    ),
    None,
)

QUICK = Limits(cpu_s=0.3, wall_s=20, memory_bytes=256 * MEBIBYTE)
# Accepts any divisor of the input; stumbles over what is no number; loops on 0; its status 1 means wrong.
DIVISOR = r"""
#include <fstream>
#include <iostream>
#include <cstdlib>
int main(int, char** argv) {
    std::ifstream in(argv[1]), out(argv[2]);
    volatile long n, d;
    long given;
    in >> given;
    n = given;
    if (!(out >> given)) std::abort();
    d = given;
    while (d == 0) {}
    if (n % d == 0) return 0;
    std::cerr << d << " does not divide " << n;
    return 1;
}
"""
# A stand-in with the four names that the checker below needs.
HEADER = r"""
#include <cstdio>
#include <cstdlib>
enum { _ok = 0, _wa = 1 };
struct Stream {
    FILE* file;
    long readLong() { long x; if (fscanf(file, "%ld", &x) != 1) exit(2); return x; }
};
static Stream inf, ouf, ans;
inline void registerTestlibCmd(int, char** v) {
    inf.file = fopen(v[1], "r"); ouf.file = fopen(v[2], "r"); ans.file = fopen(v[3], "r");
}
inline void quitf(int status, const char* text) { fprintf(stderr, "%s", text); exit(status); }
"""
WITH_TESTLIB = r"""
#include "testlib.h"
int main(int argc, char* argv[]) {
    registerTestlibCmd(argc, argv);
    if (ouf.readLong() != ans.readLong()) quitf(_wa, "another number");
    quitf(_ok, "the same number");
}
"""


@pytest.fixture(scope="module")
def pool():
    with SandboxPool("namespaces", workers=1) as pool:
        yield pool


def problem(source, checker="testlib"):
    return Problem("p", "", "", (), lambda: (), checker=checker, checker_source=source)


def judged(pool, source, expected, *answers):
    test = Test("12\n", expected)
    return check(pool, problem(source), [(test, answer) for answer in answers])


@needs_compiler
def test_a_checker_in_cplusplus_accepts_and_rejects(pool):
    told = judged(pool, DIVISOR, "3\n", "4\n", "5\n", "12")
    assert [one.right for one in told] == [True, False, True]
    assert told[1].detail == "5 does not divide 12"


@needs_compiler
def test_a_checker_that_crashes_or_hangs_on_an_answer_has_found_it_wrong(pool, monkeypatch):
    monkeypatch.setattr("harness.checking.CHECKER_LIMITS", QUICK)
    told = judged(pool, DIVISOR, "3\n", "nonsense", "0", "3")
    assert [one.right for one in told] == [False, False, True]
    assert "SIGABRT" in told[0].detail
    assert "CPU time" in told[1].detail


@needs_compiler
def test_a_checker_that_fails_on_the_expected_output_is_said_to_be_broken(pool):
    with pytest.raises(UsageError, match=r"^p: its checker fails on the expected output: .*SIGABRT"):
        judged(pool, DIVISOR, "nonsense", "more nonsense")


@needs_compiler
def test_testlib_is_the_users(pool, tmp_path, monkeypatch):
    (tmp_path / "testlib.h").write_text(HEADER)
    monkeypatch.setenv("CPLUS_INCLUDE_PATH", str(tmp_path))
    told = judged(pool, WITH_TESTLIB, "3", "3", "4", "")
    assert [one.right for one in told] == [True, False, False]
    assert told[1].detail == "another number"


@needs_compiler
@pytest.mark.skipif(TESTLIB is None, reason="needs the folder of testlib.h in CPLUS_INCLUDE_PATH")
def test_the_real_testlib_compiles_and_decides(pool):
    source = WITH_TESTLIB + "// the real one\n"
    assert [one.right for one in judged(pool, source, "3", "3", "4", "x")] == [True, False, False]


def test_a_checker_in_python_that_stumbles_has_found_the_answer_wrong(pool):
    source = "def check(input, output, expected):\n    return int(output) == int(expected)\n"
    test = Test("", "3")
    told = check(pool, problem(source, "python"), [(test, "3"), (test, "x")])
    assert [one.right for one in told] == [True, False]
    assert "ValueError" in told[1].detail
