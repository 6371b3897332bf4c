"""What long work and results look like on a terminal: progress on stderr, tables on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

# Without a terminal (a log file, CI) a line this often says that work goes on.
PLAIN_LINE_SECONDS = 10.0
PLAIN_WIDTH = 120


def stdout() -> Console:
    """A console for results. Colours and the window's width on a terminal, plain 120 columns elsewhere."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


class Meter:
    """Counts finished units of one piece of work and shows count, rate and time left."""

    def __init__(self, title: str, total: int | None, unit: str) -> None:
        self.title, self.total, self.unit = title, total, unit
        self.done = 0
        self.note = ""
        self._started = self._said = time.monotonic()
        self._bar: Progress | None = None
        self._task = None

    def advance(self, count: int = 1, note: str | None = None) -> None:
        self.done += count
        if note is not None:
            self.note = note
        if self._bar is not None:
            self._bar.update(self._task, completed=self.done, note=self.note, rate=self._rate_text())
        elif time.monotonic() - self._said > PLAIN_LINE_SECONDS:
            self._say()

    def _rate_text(self) -> str:
        elapsed = time.monotonic() - self._started
        return f"{self.done / elapsed:,.1f} {self.unit}/s" if elapsed > 0 and self.done else ""

    def _left_text(self) -> str:
        elapsed = time.monotonic() - self._started
        if not self.total or not self.done or self.done >= self.total:
            return ""
        return f"{elapsed / self.done * (self.total - self.done):,.0f} s left"

    def _say(self) -> None:
        self._said = time.monotonic()
        count = f"{self.done:,}" + (f"/{self.total:,}" if self.total else "")
        parts = [f"{count} {self.unit}", self._rate_text(), self._left_text(), self.note]
        print(f"{self.title}: {', '.join(part for part in parts if part)}", file=sys.stderr, flush=True)

    @contextmanager
    def shown(self) -> Iterator[Meter]:
        """Show the meter while the block runs: a bar on a terminal, now and then a line elsewhere."""
        if sys.stderr.isatty():
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[note]}"),
            )
            with Progress(*columns, console=Console(stderr=True)) as bar:
                self._bar = bar
                self._task = bar.add_task(self.title, total=self.total, note="", rate="")
                try:
                    yield self
                finally:
                    self._bar = None
        else:
            yield self
            self._say()


def meter(title: str, total: int | None, unit: str):
    """`with meter("judging", 1200, "solutions") as progress: ... progress.advance()`."""
    return Meter(title, total, unit).shown()


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    console: Console | None = None,
    styles: Sequence[str] = (),
) -> None:
    """An aligned table; numbers (and their intervals) to the right, None as a dash. Text is never markup.
    `styles` has a style for each row, seen on a terminal only."""
    console = console or stdout()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        cells = [row[index] for row in rows if row[index] is not None]
        numeric = bool(cells) and all(str(cell)[:1] in "+-−<.0123456789" for cell in cells)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for number, row in enumerate(rows):
        cells = (Text("–" if cell is None else str(cell)) for cell in row)
        table.add_row(*cells, style=styles[number] if styles else None)
    if title:
        console.print(Text(title), style="bold", soft_wrap=True)
    console.print(table)


def table_width(columns: Iterable[str], rows: Iterable[Sequence[object]]) -> int:
    """How wide `print_table` makes a table that nothing in the terminal narrows."""
    cells = zip(columns, *rows, strict=True)
    return sum(max(len(str(cell)) for cell in column) + 2 for column in cells)


def note(message: str) -> None:
    """A line for the person who watches, beside the results."""
    print(message, file=sys.stderr, flush=True)


def percent(value: float | None) -> str | None:
    # Adding zero turns a rounded -0.0 into 0.0.
    return None if value is None else f"{round(100 * value, 1) + 0.0:.1f}"


def percent_with_interval(row: Mapping[str, float | None]) -> str | None:
    """`61.0 [55.2, 66.8]` from a metrics row; None where the metric is undefined.

    A share's interval is shown within 0 and 100, where a Student-t interval may reach out of; a difference
    (simulation_gap) is shown as it is.
    """
    value, low, high = row["value"], row["ci_low"], row["ci_high"]
    if value is None or low is None:
        return percent(value)
    if row["metric"] != "simulation_gap":
        low, high = max(0.0, low), min(1.0, high)
    return f"{percent(value)} [{percent(low)}, {percent(high)}]"
