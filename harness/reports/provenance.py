"""The sections of a page that say how a run was made and what it cost."""

from __future__ import annotations

from harness.reports.blocks import Facts, Note, Section, Table, duration, in_words, listed, plural
from harness.reports.entries import Loaded, sandbox, window

# Of the sandbox's description: what is said before it, and limits that each problem overrides.
TOLD_ELSEWHERE = ("backend", "level", "default_limits")


def cost(loaded: Loaded) -> Section:
    """Tokens, seconds and programs, in total and for each problem solved."""
    totals = loaded.manifest.get("totals") or {}
    if not totals:
        return Section("cost", "Cost", empty="the run has not finished, so nothing was added up")
    names = {
        "wall_s": ("Wall time", duration),
        "responses": ("Responses", lambda value: f"{value:,}"),
        "tokens": ("Tokens generated", lambda value: f"{value:,}" if value else "not counted"),
        "prompt_tokens": ("Tokens read", lambda value: f"{value:,}" if value else "not counted"),
        "programs_judged": ("Programs run on a test", lambda value: f"{value:,}"),
        "program_cpu_s": ("CPU time of programs", duration),
    }
    facts = [
        (label, form(totals[name])) for name, (label, form) in names.items() if totals.get(name) is not None
    ]
    facts += [
        (name, f"{value:,}") for name, value in totals.items() if name not in names and isinstance(value, int)
    ]
    solved = sum(one.passed for one in loaded.facts.direct.values())
    if solved and totals.get("tokens"):
        facts.append(("Tokens a correct first solution", f"{totals['tokens'] / solved:,.0f}"))
    sessions = [
        [number, session.get("started", ""), session.get("ended", ""), duration(session.get("wall_s", 0))]
        for number, session in enumerate(loaded.manifest.get("sessions", ()), 1)
    ]
    table = Table(["session", "started", "ended", "wall time"], sessions, "Sessions")
    return Section("cost", "Cost", "", [Facts(facts), table] if sessions else [Facts(facts)])


def how(loaded: Loaded) -> Section:
    """The manifest, as a person reads it."""
    manifest = loaded.manifest
    determines, asked, environment = (
        manifest["determines"],
        manifest["asked"],
        manifest.get("environment", {}),
    )
    bench = determines["bench"]
    sampling = determines.get("sampling", {})
    engine = manifest.get("engine") or determines["engine"]
    hardware = environment.get("hardware", {})
    facts = [
        ("Model", loaded.model),
        ("Engine", in_words(engine, skip=("model",))),
        ("Solutions", in_words(manifest.get("solver") or {}) or "the model's own"),
        ("Verifier", in_words(manifest.get("verifier") or {}) or "the model itself"),
        ("Benchmark", f"{bench['name']}: {window(bench)}"),
        ("Data", f"{bench.get('source', '')} {bench.get('revision', '')}".strip()),
        ("Data SHA-256", bench.get("sha256", "")),
        ("Problems", f"{len(loaded.facts.problems):,}"),
        ("Samples a problem", str(asked["n"])),
        ("Regimes", ", ".join(asked.get("regimes", ()))),
        ("Sampling", in_words(sampling)),
        ("Predictions a test", str(asked.get("sim_attempts", ""))),
        ("Solution turns, at most", str(determines.get("max_turns", ""))),
        ("Feedback", f"{listed(asked.get('feedback', ''))}; {determines.get('feedback_detail', '')}"),
        ("Pooling of attempts", loaded.pooling),
        ("Public tests in the prompt", "hidden" if determines.get("hide_public_tests") else "shown"),
        ("Extraction", determines.get("extraction", "")),
        ("Prompts", in_words(determines.get("prompts", {}), ("templates",))),
        (
            "Sandbox",
            f"{sandbox(manifest)}: {in_words(environment.get('sandbox', {}), TOLD_ELSEWHERE)}",
        ),
        ("Limits", f"time ×{determines.get('time_factor', 1)}, memory ×{determines.get('memory_factor', 1)}"),
        ("Software", f"selfexec {manifest.get('selfexec', '')}, Python {environment.get('python', '')}"),
        ("Packages", in_words(environment.get("packages", {}))),
        ("Source commit", str(environment.get("git") or "not a checkout")),
        ("Hardware", in_words(hardware)),
        ("System", str(environment.get("system", ""))),
        ("Command", " ".join(map(str, manifest.get("command", ())))),
    ]
    shown = [(name, value) for name, value in facts if value.strip(" ;:")]
    notes = [Note(note) for note in bench.get("notes", ())]
    if left_out := manifest.get("left_out"):
        notes.append(Note(f"{plural(len(left_out), 'problem')} left out: {'; '.join(left_out.values())}."))
    return Section("how", "How it was made", "", [Facts(shown), *notes])
