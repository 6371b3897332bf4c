"""The starter set keeps its promises: what each problem holds, and the verdict of each of its solutions."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from stdin_idioms import idiom

import benchmarks
from benchmarks import starter
from benchmarks.starter import build
from harness.judge import Judge
from harness.responses import extract_code
from sandboxes.pool import SandboxPool

NAMES = sorted(path.parent.name for path in build.PROBLEMS.glob("*/problem.toml"))

# Float and python checkers, a function, compressed tests, a thread with a big stack.
QUICK = {
    "broken-stairs",
    "lamp-cables",
    "two-coins",
    "quiet-streak",
    "menu-order",
    "longest-climb",
    "gear-marks",
    "one-way-town",
}

IDIOMS = [
    "input()",
    "input = sys.stdin.readline",
    "sys.stdin.readline()",
    "sys.stdin.readlines()",
    "sys.stdin.read().split()",
    "sys.stdin.read().splitlines()",
    "sys.stdin.buffer.read()",
    "sys.stdin.buffer.readline()",
    "sys.stdin.buffer.readlines()",
    "in sys.stdin:",
    "iter(sys.stdin.readline",
    "next(sys.stdin)",
    "open(0).read()",
    "with open(0) as",
    "os.read(0,",
    "io.BytesIO(os.read",
    "fileinput.input()",
    "except EOFError",
    "threading.Thread(target=main)",
    'if __name__ == "__main__":',
    "class Solution:",
    "@dataclass",
    "sys.stdout.write(",
    "sys.stdout.writelines(",
    "sys.stdout.buffer.write(",
    'sep="\\n"',
    "yield",
    "match line.split()",
    "map(int, open(0))",
    "in open(0)",
    "open(0).readline",
    "while line := stdin.readline()",
    "global moved",
    ".__next__",
    "csv.reader(sys.stdin",
    "sys.stdin = io.StringIO(",
    "file=answer",
    "re.findall(",
    "literal_eval(input()",
    "io.FileIO(0)",
    "islice(sys.stdin",
    ".partition(",
    'open("/dev/stdin")',
    "with sys.stdin as",
    "open(sys.stdin.fileno(), closefd=False)",
    "list(sys.stdin)",
    "map(str.strip, sys.stdin)",
    "in sys.stdin.buffer:",
    "TextIOWrapper(sys.stdin.buffer",
]


@pytest.fixture(scope="module")
def problems():
    return {problem.problem_id: problem for problem in benchmarks.load("starter")}


@pytest.fixture(scope="module")
def judge():
    with SandboxPool() as pool, Judge(pool, stop_early=True) as judge:
        yield judge


def data(name: str) -> list[dict]:
    with gzip.open(Path(starter.__file__).with_name(f"{name}.jsonl.gz"), "rt") as lines:
        return [json.loads(line) for line in lines]


def test_sixty_problems_twenty_of_each_difficulty(problems):
    assert sorted(problems) == NAMES
    assert len(data("problems")) == len(problems)
    assert Counter(problem.tags["difficulty"] for problem in problems.values()) == dict.fromkeys(
        ("easy", "medium", "hard"), 20
    )


def test_every_problem_has_public_tests_and_at_least_twenty_private_ones(problems):
    for name, problem in problems.items():
        tests = problem.load_tests()
        assert 1 <= len(problem.public_tests) <= 4, name
        assert tests[: len(problem.public_tests)] == problem.public_tests, name
        private = {test.input for test in tests[len(problem.public_tests) :]}
        assert len(private) >= 20, name


def test_public_tests_are_small_and_shown_in_the_statement_and_gone_from_the_bare_one(problems):
    for name, problem in problems.items():
        assert all(len(test.input) < 200 for test in problem.public_tests), name
        for number, test in enumerate(problem.public_tests, 1):
            given = test.input.removesuffix("\n")
            assert f"### Example {number}\n\nInput\n\n```text\n{given}\n```" in problem.statement, name
        assert "Example" not in problem.bare_statement, name
        assert "## Constraints" in problem.bare_statement, name


def test_topics_checkers_styles_and_both_stored_forms_all_occur(problems):
    metadata = [json.loads(row["metadata"]) for row in data("problems")]
    topics = (
        "implementation, strings, greedy, dynamic programming, graphs, number theory, geometry, constructive"
    )
    assert {*topics.split(", "), "simulation", "data structures"} <= {each["topic"] for each in metadata}
    assert {"lines", "float", "python", "json"} == {each["checker"] for each in metadata}
    assert Counter(problem.style for problem in problems.values()) == {"stdin": 56, "function": 4}
    compressed = Counter(not row["private_test_cases"].startswith("[") for row in data("problems"))
    assert min(compressed[True], compressed[False]) >= 5


def test_every_stdin_idiom_is_used_by_a_correct_solution():
    code = "\n".join(row["code"] for row in data("solutions") if row["verdict"] == "AC")
    assert [idiom for idiom in IDIOMS if idiom not in code] == []


def test_every_correct_solution_that_reads_stdin_has_an_idiom_of_its_own():
    users = defaultdict(list)
    for row in data("solutions"):
        if row["verdict"] == "AC" and (forms := idiom(row["code"])):
            users[forms].append(f"{row['problem_id']}/{row['name']}")
    assert [names for names in users.values() if len(names) > 1] == []
    assert len(users) == 2 * 56  # the others are methods, whose arguments are handed to them


def test_an_idiom_is_the_reading_and_not_the_names_or_the_count_of_values():
    one = "n, m = map(int, input().split())\nprint(n + m)"
    other = "a, b, c = map(int, input().split())\nfor i in range(a):\n    print(b * c + i)"
    assert idiom(one) == idiom(other) == {"_, _ = map(int, input().split())"}
    assert idiom("import sys\nfor line in sys.stdin:\n    print(line)") == {"for _ in sys.stdin:\n    ..."}
    assert idiom("a, *b = open(0).read().split()") == {"_, *_ = open(0).read().split()"}
    assert idiom("print(solve(int(input())))") == {"int(input())"}
    assert idiom("class Solution:\n    def double(self, n):\n        return 2 * n") == set()


def test_no_two_solutions_are_alike():
    rows = data("solutions")
    assert Counter(row["problem_id"] for row in rows) == dict.fromkeys(NAMES, 5)
    assert len({row["code"] for row in rows}) == len(rows)


def test_completions_are_scripted_from_the_solutions_and_get_rarer_right_with_difficulty(problems):
    verdict = {(row["problem_id"], row["code"].strip()): row["verdict"] for row in data("solutions")}
    right = Counter()
    samples = Counter()
    for row in data("completions"):
        assert "Scripted, not a model" in row["response"]
        difficulty = problems[row["problem_id"]].tags["difficulty"]
        right[difficulty] += verdict[row["problem_id"], extract_code(row["response"]).strip()] == "AC"
        samples[row["problem_id"]] += 1
    assert samples == dict.fromkeys(problems, 20)
    assert right["easy"] > 1.3 * right["medium"] > 1.3 * 1.3 * right["hard"] > 0


@pytest.mark.parametrize("name", ["wheat-sum", pytest.param("quiet-streak", marks=pytest.mark.slow)])
def test_the_data_files_are_what_the_folder_builds(name, problems):
    source = build.read(build.PROBLEMS / name)
    expected = build.answers(source)
    (stored,) = [row for row in data("problems") if row["question_id"] == name]
    # Compressed bytes may differ between releases of zlib; what is in them may not.
    assert {**build.row(source, expected), "private_test_cases": ""} == {**stored, "private_test_cases": ""}
    loaded = [(test.input.strip(), test.output.strip()) for test in problems[name].load_tests()]
    built = zip(source.inputs, expected, strict=True)
    assert [(given.strip(), answer.strip()) for given, answer in built] == loaded
    for table, rows in ("solutions", build.solutions(source)), ("completions", build.completions(source)):
        assert [row for row in data(table) if row["problem_id"] == name] == rows


def test_a_build_stops_at_a_wrong_example(tmp_path):
    folder = tmp_path / "peak-passengers"
    folder.mkdir()
    for path in (build.PROBLEMS / folder.name).iterdir():
        if path.is_file():
            (folder / path.name).write_text(path.read_text())
    statement = (folder / "statement.md").read_text()
    (folder / "statement.md").write_text(statement.replace("3 9\n", "3 8\n"))
    with pytest.raises(build.BuildError, match="examples"):
        build.answers(build.read(folder))
    (folder / "statement.md").write_text(statement)
    (folder / "correct_2.py").write_text((folder / "wrong_edge.py").read_text())
    with pytest.raises(build.BuildError, match="correct_2 answers test"):
        build.answers(build.read(folder))


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_every_solution_gets_its_verdict(name, problems, judge):
    problem = problems[name]
    solutions = [solution for solution in starter.solutions() if solution.problem_id == name]
    assert [solution.verdict for solution in solutions] == ["AC", "AC", "WA", "TLE", "RE"]
    futures = [judge.submit(problem, solution.code) for solution in solutions]
    for solution, future in zip(solutions, futures, strict=True):
        verdicts = future.result()
        failed = [each for each in verdicts if each.verdict != "AC"]
        if solution.verdict == "AC":
            assert failed == [], solution.name
            assert len(verdicts) == len(problem.load_tests()), solution.name
        else:
            assert failed[0].verdict == solution.verdict, (solution.name, failed)
        if solution.name == "wrong_edge":
            assert failed[0].visibility == "private", failed
