"""Programs that LiveCodeBench's own grader accepts or rejects, judged here from rows of its format.

Where the two part on purpose, the test says so: a program is run as a real judge would run it.
"""

import json
import sys
from pathlib import Path

import pytest

import benchmarks
from harness.judge import Judge
from harness.responses import extract_code
from sandboxes.pool import SandboxPool

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from lcb_rows import case, lcb_row, packed, write


@pytest.fixture(scope="module")
def judge():
    with SandboxPool(workers=1) as pool, Judge(pool) as judge:
        yield judge


@pytest.fixture
def verdict(judge, tmp_path):
    """(code, tests, name of the method or None) -> AC, or the verdict of the first test that is not."""

    def one(code, tests, method=None, starter=True):
        kind = "functional" if method else "stdin"
        pairs = [case(given, expected, kind) for given, expected in tests]
        row = lcb_row(
            public_test_cases=json.dumps(pairs[:1]),
            private_test_cases=packed(pairs[1:]),
            metadata=json.dumps({"func_name": method} if method else {}),
            starter_code=f"class Solution:\n    def {method}(self):" if method and starter else "",
        )
        (problem,) = benchmarks.load("livecodebench", data=write(tmp_path / "row.jsonl", [row]))
        assert problem.style == ("function" if method else "stdin")
        found = [each.verdict for each in judge.judge(problem, code)]
        return next((name for name in found if name != "AC"), "AC")

    return one


def method(body):
    return f"class Solution:\n    def f(self, *given):\n        {body}"


@pytest.mark.parametrize(
    ("body", "given", "expected", "name"),
    [
        ("return given[0] + given[1][0] + len(given[2])", '1\n[2, 3]\n"four"', "7", "AC"),
        ("return given[0]['a'] is None and given[1] is True", '{"a": null}\ntrue', "true", "AC"),
        ("return (1, 2)", "0", "[1, 2]", "AC"),
        ("return [2, 1]", "0", "[1, 2]", "WA"),
        ("return 2.0", "0", "2", "AC"),
        ("return True", "0", "1", "AC"),
        ("return 0.1 + 0.2", "0", "0.3", "WA"),
        ("return 0.1 + 0.2", "0", "0.30000000000000004", "AC"),
        ("return '1'", "0", "1", "WA"),
        ("return {1, 2}", "0", "[1, 2]", "WA"),
        ("return None", "0", "null", "AC"),
        ("return deque([1])", "0", "[1]", "WA"),
        ("return Counter('aab')", "0", '{"a": 2, "b": 1}', "AC"),
        ("return iter([1])", "0", "[1]", "WA"),
        ("return 10**30", "0", "1" + "0" * 30, "AC"),
        ("return float('nan')", "0", "NaN", "WA"),
        ("print('debugging'); return 1", "0", "1", "AC"),
        ("raise KeyError(given)", "0", "1", "RE"),
        # A real judge writes tuples as lists, wherever they stand; the official grader only the outermost.
        ("return [(1, 2)]", "0", "[[1, 2]]", "AC"),
    ],
)
def test_what_a_method_returns_is_compared_as_python_values(verdict, body, given, expected, name):
    assert verdict(method(body), [(given, expected)], "f") == name


USUAL = """\
class Solution:
    def f(self, words: List[str]) -> Optional[int]:
        counts: Dict[str, int] = defaultdict(int)
        heap = []
        for word in words:
            counts[word] += 1
            heapq.heappush(heap, (-counts[word], word))
        best = inf
        for count, _ in heap:
            best = min(best, math.gcd(-count, 6), bisect_left([1, 2], 2), mean([1, 3]))
        return int(best) + len(string.digits) + reduce(operator.add, accumulate([1, 2]), 0)
"""

HELPER = """\
from typing import List

class Node:
    def __init__(self, value, following=None):
        self.value = value
        self.following = following

def build(values):
    head = None
    for value in reversed(values):
        head = Node(value, head)
    return head

class Solution:
    seen = 0

    def f(self, values: List[int]) -> int:
        Solution.seen += 1
        node, total = build(values), 0
        while node:
            total += node.value
            node = node.following
        return total if Solution.seen == 1 else -1
"""

DEEP = "class Solution:\n    def f(self, n):\n        return 0 if n == 0 else 1 + self.f(n - 1)"


def test_names_that_the_site_imports_are_there(verdict):
    assert verdict(USUAL, [('["a", "b", "a"]', "15")], "f") == "AC"


def test_helper_classes_work_and_every_test_starts_afresh(verdict):
    assert verdict(HELPER, [("[1, 2]", "3"), ("[4]", "4"), ("[]", "0")], "f") == "AC"


def test_recursion_may_be_as_deep_as_the_official_grader_lets_it(verdict):
    assert verdict(DEEP, [("30000", "30000")], "f") == "AC"
    assert (
        verdict("def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nprint(f(9000))", [("", "9000")]) == "AC"
    )


def test_a_plain_function_and_a_row_without_starter_code_are_judged_alike(verdict):
    code = "def f(n: int) -> int:\n    return n + 1"
    assert verdict(code, [("1", "2")], "f", starter=False) == "AC"
    assert verdict(method("return given[0] + 1"), [("1", "2")], "f", starter=False) == "AC"
    assert verdict("class Solution:\n    def g(self, n):\n        return 2", [("1", "2")], "f") == "RE"


STDIN = {
    "names without an import": ("print(sum(accumulate(map(int, input().split()))))", "AC"),
    "a module without an import": ("print(math.comb(sum(map(int, sys.stdin.read().split())), 1) + 4)", "AC"),
    "its own name for an imported one": ("gcd = lambda *x: 10\nprint(gcd())", "AC"),
    "a future import first": (
        "from __future__ import annotations\nprint(sum([4, 6]) * len(deque([1])))",
        "AC",
    ),
    "sys.exit when all is said": ("import sys\nprint(10)\nsys.exit()", "AC"),
    "exit(0)": ("print(10)\nexit(0)", "AC"),
    "stdin of the class": (
        "class Solution:\n    def main(self):\n        print(10)\n\nSolution().main()",
        "AC",
    ),
    "a guard that is not last": ("if __name__ == '__main__':\n    x = 10\nprint(x)", "AC"),
    "a name that nobody imports": ("print(undefined_name)", "RE"),
    "another number of lines": ("print('1\\n0')", "WA"),
    "an equal number": ("print('1e1')", "AC"),
    "a close number": ("print('10.000000001')", "WA"),
}


@pytest.mark.parametrize("kind", STDIN)
def test_a_stdin_program_is_a_program_of_its_own(verdict, kind):
    code, name = STDIN[kind]
    assert verdict(code, [("1 2 3\n", "10")]) == name


@pytest.mark.parametrize(
    ("response", "taken"),
    [
        ("```python\nprint(1)\n```\nand\n```python\nprint(2)\n```", "print(2)"),
        ("```python\nprint(1)\n```\nIt prints:\n```\n1\n```", "1"),
        ("```python\nprint(1)", None),
        ("print(1)", None),
        ("Use ```x``` here.\nprint(3)\nNot ```y``` here.", "print(3)"),
        ("````\n```python\nprint(1)\n```\n````", ""),
    ],
)
def test_lcb_mode_is_the_text_between_the_last_two_lines_with_a_fence(response, taken):
    assert extract_code(response, "lcb") == taken
