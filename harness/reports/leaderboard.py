"""The leaderboard as a terminal table, Markdown, CSV and JSON: values with intervals, tiers, provenance."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from harness import console
from harness.reports.entries import Cell, Entry, caption, with_bounds
from harness.reports.paper import PUBLISHED, Published
from harness.reports.tiers import TIER_RULE
from harness.reports.values import DIRECT, FIX, FIX_EXECUTED, PREDICT, VERIFY

TITLES = {
    DIRECT: "Solve",
    VERIFY: "Self-verify, the best of k by simulation",
    FIX: "Self-fix on simulated feedback",
    FIX_EXECUTED: "Self-fix on executed feedback (oracle)",
    PREDICT: "Output prediction",
}

METRIC_TITLES = {
    "pass": "pass",
    "public_pass": "public",
    "short1": "short1",
    "best_simulate": "best",
    "best_exec": "oracle",
    "simulation_gap": "gap",
    "output_pass": "pass",
    "input_pass": "pass",
    "mean_turns": "turns",
    "fixed": "fixed",
    "broken": "broken",
}

MOST_DETAIL = 4
# What a narrow terminal can do without.
SECONDARY = ("short1", "fixed", "broken")


def columns(rows: Sequence[Entry]) -> list[Cell]:
    """What a regime's table shows, of what its rows have: the headline at every k asked, then the rest."""
    regime, (metric, k) = rows[0].regime, rows[0].headline
    ks = sorted({cell[1] for row in rows for cell in row.cells if cell[0] == metric and _asked(row, cell[1])})
    wanted: list[Cell] = [(metric, each) for each in ks if not (regime == VERIFY and each == 1)]
    wanted += {
        DIRECT: [("public_pass", 1)],
        VERIFY: [("best_exec", k), ("simulation_gap", k), ("short1", k), ("pass", 1)],
        FIX: [("public_pass", 1), ("mean_turns", None), ("fixed", None), ("broken", None)],
        FIX_EXECUTED: [("public_pass", 1), ("mean_turns", None), ("fixed", None), ("broken", None)],
        PREDICT: [],
    }[regime]
    return [cell for cell in wanted if any(_value(row, cell) is not None for row in rows)]


def tables(rows: Iterable[Entry]) -> list[list[Entry]]:
    """Rows that share a table: one benchmark window, one regime, one headline."""
    return [list(group) for _, group in groupby(rows, key=lambda row: (row.group, row.headline))]


def show(rows: Sequence[Entry], published: Sequence[Published], terminal: Console | None = None) -> None:
    """Print the tables; published rows last, in a group of their own."""
    terminal = terminal or console.stdout()
    subject, unbroken = None, not terminal.is_terminal
    for table in tables(rows):
        if subject != table[0].group[:3]:
            subject = table[0].group[:3]
            terminal.print(
                Text(f"\n{caption(table[0])}"), style="bold underline", soft_wrap=not terminal.is_terminal
            )
        for detail in range(MOST_DETAIL, -1, -1):
            title, head, body = _terminal_table(table, detail)
            if console.table_width(head, body) <= terminal.width:
                break
        terminal.print(Text(f"\n{title}"), soft_wrap=unbroken)
        several = len({row.tier for row in table}) > 1
        styles = ["bold" if several and row.tier == 1 else "" for row in table]
        console.print_table("", head, body, terminal, styles)
    if published:
        rows_of = [[each.label, each.set, each.regime, each.text, each.here] for each in published]
        heads = ("model", "set", "regime", "published", "here")
        console.print_table(f"\n{PUBLISHED}", heads, rows_of, terminal)


def _terminal_table(table: Sequence[Entry], detail: int) -> tuple[str, list[str], list[list[object]]]:
    """Title, head and body. What all rows share stands in the title.

    detail 4: every interval. 3: intervals of what rows are ranked and compared by. 2: without the columns
    beside those. 1: the ranked value at its own k, and no interval but its. 0: no column beside it.
    """
    ranked = table[0].headline
    shown = [
        cell
        for cell in columns(table)
        if cell == ranked
        or (detail > 2 and cell[0] in SECONDARY)
        or (detail > 0 and cell[0] not in SECONDARY and (detail > 1 or cell[0] != ranked[0]))
    ]
    facts = {
        "samples": lambda row: f"{row.n} samples a problem",
        "settings": lambda row: row.settings,
        "sandbox": lambda row: f"sandbox {row.sandbox}",
    }
    shared = [fact(table[0]) for fact in facts.values() if len({fact(row) for row in table}) == 1]
    own = {name: fact for name, fact in facts.items() if len({fact(row) for row in table}) > 1}
    head = ["tier", "model", *map(_title, shown), *_extra_titles(table), *own]

    def interval(row: Entry, cell: Cell) -> bool:
        return detail == MOST_DETAIL or cell == ranked or (detail > 1 and cell[0] == "simulation_gap")

    body = [
        [
            row.tier,
            row.model + (" (unfinished)" if row.missing else ""),
            *(text(row, cell, interval(row, cell)) for cell in shown),
            *(extra and (extra if detail > 1 else extra.partition(" ")[0]) for extra in _extras(row, table)),
            *(fact(row) for fact in own.values()),
        ]
        for row in table
    ]
    return f"{TITLES[table[0].regime]}: {'; '.join(filter(None, shared))}", head, body


def write(
    directory: Path, rows: Sequence[Entry], published: Sequence[Published], name: str = "leaderboard"
) -> list[Path]:
    """Write NAME.md, .csv and .json into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = {
        ".md": as_markdown(rows, published),
        ".csv": as_csv(rows, published),
        ".json": json.dumps(as_json(rows, published), indent=1, ensure_ascii=False, allow_nan=False) + "\n",
    }
    paths = []
    for suffix, content in texts.items():
        path = directory / f"{name}{suffix}"
        path.write_text(content, "utf-8")
        paths.append(path)
    return paths


def as_markdown(rows: Sequence[Entry], published: Sequence[Published]) -> str:
    lines = [
        "# Leaderboard",
        "",
        "Values are means over problems in percent, with 95 % intervals (Student-t over problems, clustered "
        "by contest where there is one). " + TIER_RULE,
        "",
        "Made by `python -m harness.report`; every value is in the `metrics.json` of its row's run.",
    ]
    subject = None
    for table in tables(rows):
        if subject != table[0].group[:3]:
            subject = table[0].group[:3]
            lines += ["", f"## {_cell(caption(table[0]))}"]
        shown = columns(table)
        head = [
            "tier",
            "rank",
            "model",
            *(_title(cell) for cell in shown),
            *_extra_titles(table),
            "n",
            "settings",
            "sandbox",
            "run",
        ]
        body = [
            [
                row.tier,
                _ranks(row),
                row.model + (" (unfinished)" if row.missing else ""),
                *(text(row, cell, interval=True) for cell in shown),
                *_extras(row, table),
                row.n,
                row.settings,
                row.sandbox,
                row.run,
            ]
            for row in table
        ]
        right = {0, 1, *range(3, 3 + len(shown) + len(_extra_titles(table)) + 1)}
        lines += ["", f"### {TITLES[table[0].regime]}", "", *_markdown_table(head, body, right)]
    if published:
        head = ["table", "model", "set", "regime", "published", "here"]
        body = [[each.table, each.label, each.set, each.regime, each.text, each.here] for each in published]
        lines += ["", f"## {PUBLISHED}", "", *_markdown_table(head, body, set())]
    return "\n".join(lines) + "\n"


def as_csv(rows: Sequence[Entry], published: Sequence[Published]) -> str:
    """One line a row; a metric at k has three columns: metric@k, metric@k_low and metric@k_high."""
    cells = sorted(
        {cell for row in rows for cell in row.cells if _asked(row, cell[1])}, key=lambda c: (c[0], c[1] or 0)
    )
    head = list(_identity(rows[0])) if rows else []
    for cell in cells:
        name = _name(cell)
        head += [name, f"{name}_low", f"{name}_high"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["group", *head])
    for row in rows:
        line: list[Any] = list(_identity(row).values())
        for cell in cells:
            found = row.cells.get(cell, {})
            line += [found.get("value"), found.get("ci_low"), found.get("ci_high")]
        writer.writerow(["run", *line])
    for each in published:
        known = {"model": each.label, "regime": each.regime, "benchmark": each.set}
        line = [known.get(name) for name in head]
        for (metric, k), value in each.values.items():
            name = _name((metric, k))
            if name in head:
                line[head.index(name)] = value
        writer.writerow([PUBLISHED, *line])
    return out.getvalue()


def as_json(rows: Sequence[Entry], published: Sequence[Published]) -> dict[str, Any]:
    return {
        "tiers": TIER_RULE,
        "rows": [
            {
                **_identity(row),
                "gain_over_direct": row.gain
                and {
                    "value": row.gain.difference,
                    "ci_low": _number(row.gain.low),
                    "ci_high": _number(row.gain.high),
                    "p_value": _number(row.gain.p_value),
                    "n_problems": row.gain.n_problems,
                },
                "metrics": [dict(found) for cell, found in row.cells.items() if _asked(row, cell[1])],
            }
            for row in rows
        ],
        "published": {
            "group": PUBLISHED,
            "rows": [
                {
                    "table": each.table,
                    "model": each.label,
                    "set": each.set,
                    "regime": each.regime,
                    "values": {_name(cell): value for cell, value in each.values.items()},
                    "here": each.here,
                }
                for each in published
            ],
        },
    }


def text(row: Entry, cell: Cell, interval: bool) -> str | None:
    """A cell as people read it: percent, or a count of turns."""
    found = row.cells.get(cell)
    if found is None or found["value"] is None:
        return None
    if cell[0] == "mean_turns":
        low, high = found["ci_low"], found["ci_high"]
        return f"{found['value']:.2f}" + (f" [{low:.2f}, {high:.2f}]" if interval and low is not None else "")
    return console.percent_with_interval(found) if interval else console.percent(found["value"])


def _identity(row: Entry) -> dict[str, Any]:
    return {
        "model": row.model,
        "regime": row.regime,
        "benchmark": row.benchmark,
        "window": row.window,
        "date_from": row.dates[0] if row.dates else None,
        "date_to": row.dates[1] if row.dates else None,
        "tier": row.tier,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "ranked_by": _name(row.headline),
        "n_problems": row.row["n_problems"],
        "n_samples": row.row["n_samples"],
        "n": row.n,
        "unfinished": row.missing,
        "settings": row.settings,
        "sandbox": row.sandbox,
        "data_sha256": row.data_sha256,
        "data_revision": row.data_revision,
        "problems_sha256": row.problems_sha256,
        "run": row.run,
    }


def _extra_titles(table: Sequence[Entry]) -> list[str]:
    return ["over pass@1"] if any(row.gain for row in table) else []


def _extras(row: Entry, table: Sequence[Entry]) -> list[str | None]:
    if not _extra_titles(table):
        return []
    if row.gain is None:
        return [None]
    return [with_bounds(row.gain)]


def _asked(row: Entry, k: int | None) -> bool:
    """Self-verification has a value for every k; a table shows those that other regimes have too."""
    return k is None or k in row.ks


def _value(row: Entry, cell: Cell) -> float | None:
    return row.cells.get(cell, {}).get("value")


def _title(cell: Cell) -> str:
    title = METRIC_TITLES.get(cell[0], cell[0])
    return title if cell[1] is None else f"{title}@{cell[1]}"


def _name(cell: Cell) -> str:
    return cell[0] if cell[1] is None else f"{cell[0]}@{cell[1]}"


def _ranks(row: Entry) -> str | None:
    if row.rank_low is None:
        return None
    return str(row.rank_low) if row.rank_low == row.rank_high else f"{row.rank_low}–{row.rank_high}"


def _number(value: float) -> float | None:
    return None if value != value else value


def _cell(value: object) -> str:
    """Text in a Markdown table: no bar and no line break may end a cell, no tag may begin."""
    if value is None:
        return "–"
    escaped = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())


def _markdown_table(head: Sequence[str], body: Sequence[Sequence[object]], right: set[int]) -> list[str]:
    """A table whose source is aligned too."""
    cells = [[_cell(value) for value in line] for line in [head, *body]]
    widths = [max(3, *(len(line[column]) for line in cells)) for column in range(len(head))]
    padded = [
        [
            value.rjust(width) if column in right else value.ljust(width)
            for column, (value, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in cells
    ]
    rule = [
        "-" * (width - 1) + ":" if column in right else "-" * width for column, width in enumerate(widths)
    ]
    return [f"| {' | '.join(line)} |" for line in [padded[0], rule, *padded[1:]]]
