"""Charts as SVG text, drawn for a given width; colours and dashes are classes of the page's style sheet.

Every chart has a title and a description for those who do not see it; the page adds its numbers as a table.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from harness.metrics import Interval
from harness.reports.breakdowns import Bin, Part, quarter

Point = tuple[float, Interval]


@dataclass(frozen=True)
class Series:
    """A line: `look` is its class (accent, strong, plain, faint), `band` asks for its intervals."""

    label: str
    look: str
    points: Sequence[Point]
    band: bool = False


@dataclass(frozen=True)
class Scale:
    """Data to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)

    def clipped(self, value: float) -> float:
        return self(min(max(value, self.low), self.high))


def lines(
    series: Sequence[Series],
    title: str,
    description: str,
    x_label: str,
    width: int,
    zero: bool = False,
    signed: bool = False,
) -> str:
    """Curves over k in percent, each labelled at its right end. `zero` adds a line at 0."""
    height = 300 if width > 500 else 260
    labels = max(len(one.label) for one in series) * 6.6 + 14
    left, right, top, bottom = 44, labels, 14, 40
    values = [v for one in series for _, i in one.points for v in _ends(i, one.band)]
    low, high, ticks = nice_range(values + ([0.0] if zero else []), None if signed else (0.0, 1.0))
    ks = sorted({k for one in series for k, _ in one.points})
    x = Scale(ks[0], ks[-1], left, width - right)
    y = Scale(low, high, height - bottom, top)
    parts = [_y_axis(y, ticks, left, width - right, signed)]
    parts += [_x_tick(x(k), height - bottom, _number(k)) for k in _few(ks, (width - left - right) / 34)]
    parts.append(_text((left + width - right) / 2, height - 6, x_label, "axis middle"))
    if zero:
        parts.append(_rule("zero", left, y(0), width - right, y(0)))
    for one in series:
        if one.band:
            banded = [(k, i) for k, i in one.points if not math.isnan(i.low)]
            upper = [f"{_px(x(k))},{_px(y.clipped(i.high))}" for k, i in banded]
            lower = [f"{_px(x(k))},{_px(y.clipped(i.low))}" for k, i in reversed(banded)]
            parts.append(f'<polygon class="band {one.look}" points="{" ".join(upper + lower)}"/>')
    for one in series:
        path = " ".join(f"{_px(x(k))},{_px(y.clipped(i.value))}" for k, i in one.points)
        parts.append(f'<polyline class="line {one.look}" points="{path}"/>')
        if len(one.points) == 1:
            ((k, i),) = one.points
            parts.append(_dot(x(k), y.clipped(i.value), one.look))
    ends = [y.clipped(one.points[-1][1].value) for one in series]
    for one, place in zip(series, spread(ends, 15, top, height - bottom), strict=True):
        parts.append(_text(width - right + 8, place + 4, one.label, f"label {one.look}"))
    return _svg(width, height, title, description, parts)


def whiskers(
    rows: Sequence[Part], title: str, description: str, width: int, reference: float | None = None
) -> str:
    """One line a part: its label, a dot with its interval, and the numbers. A rule marks `reference`.

    Where there is little width, label and numbers stand above the dot instead of beside it.
    """
    beside = width > 500
    step, top, bottom = (30 if beside else 48), 8, 26
    height = top + step * len(rows) + bottom
    known = [value for row in rows for value in _ends(row.interval, True)]
    low, high, ticks = nice_range(known + ([] if reference is None else [reference]), (0.0, 1.0))
    names = max(len(row.label) for row in rows) * 7 + 16 if beside else 12
    x = Scale(low, high, names, width - (152 if beside else 12))
    parts = []
    for tick in ticks:
        parts.append(_rule("grid", x(tick), top, x(tick), height - bottom))
        parts.append(_text(x(tick), height - 8, _percent(tick), "axis middle"))
    if reference is not None:
        parts.append(_rule("reference", x(reference), top, x(reference), height - bottom))
    for number, row in enumerate(rows):
        y = top + step * (number + (0.5 if beside else 0.72))
        text_y = y + 4 if beside else y - 14
        parts.append(_text(0, text_y, row.label, "label halo"))
        if not math.isnan(row.interval.low):
            left, right = x.clipped(row.interval.low), x.clipped(row.interval.high)
            parts.append(_rule("whisker", left, y, right, y))
        parts.append(_dot(x.clipped(row.interval.value), y, "accent"))
        parts.append(_text(width, text_y, percent_interval(row.interval), "numbers end halo"))
    return _svg(width, height, title, description, parts)


def timeline(
    rows: Sequence[Part], title: str, description: str, width: int, cutoff: str | None = None
) -> str:
    """Accuracy by month or quarter, with the cut-off date as a rule between the parts it separates."""
    height, left, top, bottom = (280 if width > 500 else 240), 44, 22, 44
    values = [v for row in rows for v in _ends(row.interval, True)]
    low, high, ticks = nice_range(values, (0.0, 1.0))
    slot = (width - left - 12) / len(rows)
    y = Scale(low, high, height - bottom, top)
    parts = [_y_axis(y, ticks, left, width - 12, False)]
    shown = {index for index in range(0, len(rows), math.ceil(len(rows) / max(1, (width - left) / 62)))}
    for index, row in enumerate(rows):
        x = left + slot * (index + 0.5)
        if not math.isnan(row.interval.low):
            high_y, low_y = y.clipped(row.interval.high), y.clipped(row.interval.low)
            parts.append(_rule("whisker", x, high_y, x, low_y))
        parts.append(_dot(x, y.clipped(row.interval.value), "accent"))
        if index in shown:
            parts.append(_x_tick(x, height - bottom, row.label))
    parts.append(_text((left + width - 12) / 2, height - 6, "date of the problem", "axis middle"))
    if cutoff:
        before = sum(row.label < _same_form(cutoff, row.label) for row in rows)
        x = left + slot * before
        parts.append(_rule("cutoff", x, top - 8, x, height - bottom))
        side, move = ("label end", -5) if x > width / 2 else ("label", 5)
        parts.append(_text(x + move, top - 8, f"cut-off {cutoff}", side))
    return _svg(width, height, title, description, parts)


def bars(
    rows: Sequence[tuple[str, float, str]], title: str, description: str, width: int, strong: int = 0
) -> str:
    """Horizontal bars of (label, share, text); the first `strong` of them in the accent colour."""
    name_width = max(len(label) for label, _, _ in rows) * 7 + 12
    text_width = max(len(text) for _, _, text in rows) * 6.8 + 14
    step, height = 28, 28 * len(rows) + 4
    x = Scale(
        0, max(share for _, share, _ in rows) or 1, name_width, max(name_width + 20, width - text_width)
    )
    parts = []
    for number, (label, share, text) in enumerate(rows):
        y = step * number + step / 2
        end = x(share)
        look = "accent" if number < strong else "plain"
        parts.append(_text(0, y + 4, label, "label"))
        parts.append(_bar(look, name_width, y - 7, end - name_width, 14))
        parts.append(_text(end + 8, y + 4, text, "numbers"))
    return _svg(width, height, title, description, parts)


def reliability(rows: Sequence[Bin], title: str, description: str, width: int) -> str:
    """Predicted against real shares of passing, with the diagonal of perfect calibration."""
    side = min(width, 380)
    left, top, bottom, right = 48, 12, 44, 14
    x = Scale(0, 1, left, side - right)
    y = Scale(0, 1, side - bottom, top)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    parts = [_y_axis(y, ticks, left, side - right, False)]
    parts += [_x_tick(x(tick), side - bottom, _percent(tick)) for tick in ticks]
    parts.append(_rule("reference", x(0), y(0), x(1), y(1)))
    total = sum(row.count for row in rows)
    for row in rows:
        if not math.isnan(row.real.low):
            top_y, low_y = y.clipped(row.real.high), y.clipped(row.real.low)
            parts.append(_rule("whisker", x(row.predicted), top_y, x(row.predicted), low_y))
        parts.append(
            _dot(x(row.predicted), y(row.real.value), "accent", 3 + 9 * math.sqrt(row.count / total))
        )
    parts.append(
        _text((left + side - right) / 2, side - 6, "predicted to pass (share of attempts)", "axis middle")
    )
    return _svg(side, side, title, description, parts)


def nice_range(
    values: Iterable[float], bounds: tuple[float, float] | None
) -> tuple[float, float, list[float]]:
    """Axis ends and ticks around `values`, at round numbers, never beyond `bounds`.

    Shares, which have bounds, get at least a tenth of them: what differs by chance should not look large.
    """
    known = [value for value in values if not math.isnan(value)] or [0.0, 1.0]
    if bounds:
        known = [min(max(value, bounds[0]), bounds[1]) for value in known]
        least = (bounds[1] - bounds[0]) / 10
        spare = max(0.0, least - (max(known) - min(known))) / 2
        start = min(max(min(known) - spare, bounds[0]), bounds[1] - least)
        known += [start, start + least] if spare else []
    low, high = min(known), max(known)
    span = max(high - low, 0.04)
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10) if span / s <= 5.5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    ticks = [round(step * number, 10) for number in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved apart to at least `gap`, as little as needed, in their order, within low..high."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    result = list(places)
    previous = low - gap
    for index in order:
        result[index] = previous = max(result[index], previous + gap)
    limit = high + gap
    for index in reversed(order):
        result[index] = limit = min(result[index], limit - gap)
    return result


def percent_interval(interval: Interval) -> str:
    """`61.0 [55.2, 66.8]` of a share, whose interval is shown within 0 and 100."""
    if math.isnan(interval.low):
        return points(interval)
    return points(Interval(interval.value, max(0.0, interval.low), min(1.0, interval.high)))


def points(interval: Interval) -> str:
    """`-0.9 [-3.5, 1.6]` of a difference; a line may break before the bracket and not within it."""
    value = _tenths(interval.value)
    if math.isnan(interval.low):
        return value
    return f"{value} [{_tenths(interval.low)},\u00a0{_tenths(interval.high)}]"


def _tenths(value: float) -> str:
    return f"{round(100 * value, 1) + 0.0:.1f}"


def _ends(interval: Interval, band: bool) -> list[float]:
    return [interval.value, interval.low, interval.high] if band else [interval.value]


def _same_form(date: str, label: str) -> str:
    if "Q" in label:
        return quarter(date)
    return date[: len(label)]


def _few(values: Sequence[float], most: float) -> list[float]:
    """At most about `most` of the values, at round numbers, with the first and the last."""
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 250, 1000) if (values[-1] - values[0]) / s <= most)
    kept = [value for value in values[1:-1] if value % step == 0 and values[-1] - value >= step]
    return list(dict.fromkeys([values[0], *(v for v in kept if v - values[0] >= step / 2), values[-1]]))


def _y_axis(y: Scale, ticks: Sequence[float], left: float, right: float, signed: bool) -> str:
    parts = []
    for tick in ticks:
        parts.append(_rule("grid", left, y(tick), right, y(tick)))
        parts.append(
            _text(
                left - 8, y(tick) + 4, f"{100 * tick:+.0f}" if signed and tick else _percent(tick), "axis end"
            )
        )
    return "".join(parts)


def _x_tick(x: float, y: float, text: str) -> str:
    return _text(x, y + 17, text, "axis middle")


def _rule(look: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{look}" x1="{_px(x1)}" y1="{_px(y1)}" x2="{_px(x2)}" y2="{_px(y2)}"/>'


def _bar(look: str, x: float, y: float, width: float, height: float) -> str:
    place = f'x="{_px(x)}" y="{_px(y)}" width="{_px(max(1.0, width))}" height="{_px(height)}"'
    return f'<rect class="bar {look}" {place} rx="2"/>'


def _dot(x: float, y: float, look: str, radius: float = 4.5) -> str:
    return f'<circle class="dot {look}" cx="{_px(x)}" cy="{_px(y)}" r="{_px(radius)}"/>'


def _text(x: float, y: float, text: str, look: str) -> str:
    return f'<text class="{look}" x="{_px(x)}" y="{_px(y)}">{escape(text)}</text>'


def _percent(value: float) -> str:
    scaled = round(100 * value, 6)
    return f"{scaled:.0f}" if scaled == int(scaled) else f"{scaled:.1f}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _px(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> str:
    name = f"chart-{hashlib.sha256(f'{title} {width}'.encode()).hexdigest()[:10]}"
    return (
        f'<svg viewBox="0 0 {_px(width)} {_px(height)}" width="{_px(width)}" height="{_px(height)}" '
        f'role="img" aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>{"".join(parts)}</svg>'
    )
