"""The requests of every regime: which prompt is rendered from what, and so what a model may see.

Nothing else in the harness renders a prompt about a problem. A simulate prompt gets a program and an input,
never the statement or an expected output; a fix prompt gets public tests; no prompt gets a private test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.problem import Problem
from harness.answers import call_text, expected_text
from harness.engines.protocol import Request
from harness.prompts import Prompts

# The styles whose public tests a model can be asked to simulate.
SIMULATED = ("stdin", "function")


def can_simulate(problem: Problem) -> bool:
    """Has the problem public tests of which a program's answer can be predicted?"""
    return problem.style in SIMULATED and bool(problem.public_tests)


@dataclass(frozen=True, slots=True)
class Observation:
    """What is known of a program on one public test: its answer, predicted or executed.

    `answer` is None when no prediction was to be had; `explanation` is the simulation it came from;
    `accepted` says whether the test's checker takes the answer.
    """

    answer: str | None
    explanation: str = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Questions:
    """Renders requests. `hide_public_tests` takes the examples out of the statement at solving time."""

    prompts: Prompts
    hide_public_tests: bool = False
    show_explanations: bool = False

    def solve(self, problem: Problem, samples: Sequence[int]) -> Request:
        """One prompt, one completion for each sample number."""
        statement = problem.bare_statement if self.hide_public_tests else problem.statement
        if problem.style == "stdin":
            messages = self.prompts.render("solve", statement=statement)
        elif problem.style == "output":
            (test,) = problem.public_tests
            messages = self.prompts.render(
                "simulate_function", code=problem.program, entry=problem.entry, call=test.input
            )
        elif problem.style == "input":
            (test,) = problem.public_tests
            messages = self.prompts.render(
                "predict_input", code=problem.program, entry=problem.entry, output=test.output
            )
        else:
            messages = self.prompts.render(
                "solve_starter", statement=statement, starter_code=problem.starter_code
            )
        return Request("solve", problem.problem_id, messages, indices=tuple(samples))

    def simulate(
        self, problem: Problem, sample: int, code: str, test: int, attempts: Sequence[int], turn: int = 0
    ) -> Request:
        """Predict what `code` answers to public test number `test`; one completion an attempt."""
        public = problem.public_tests[test]
        if problem.style == "stdin":
            messages = self.prompts.render("simulate_program", code=code, stdin=public.input)
        else:
            messages = self.prompts.render(
                "simulate_function", code=code, entry=problem.entry, call=call_text(problem, public)
            )
        return Request(
            "simulate",
            problem.problem_id,
            messages,
            indices=tuple(attempts),
            sample=sample,
            test=test,
            turn=turn,
        )

    def fix(
        self,
        problem: Problem,
        sample: int,
        code: str | None,
        turn: int,
        observations: Sequence[Observation],
        feedback: str,
    ) -> Request:
        """Submit or fix, given one observation for each public test. `turn` is the turn that would begin."""
        tests = [
            {
                "input": test.input if problem.style == "stdin" else call_text(problem, test),
                "expected": expected_text(problem, test),
                "predicted": observation.answer,
                "accepted": observation.accepted,
                "explanation": observation.explanation if self.show_explanations else "",
            }
            for test, observation in zip(problem.public_tests, observations, strict=True)
        ]
        messages = self.prompts.render(
            "fix",
            statement=problem.bare_statement if self.hide_public_tests else problem.statement,
            starter_code=problem.starter_code if problem.style != "stdin" else "",
            code=code or "",
            tests=tests,
            feedback=feedback,
        )
        return Request("fix", problem.problem_id, messages, sample=sample, turn=turn)
