"""The claims as a picture: every difference with its interval, beside zero."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trainers.recipes.nano.claims import Found

_COLOURS = {"shown": "#1a7f37", "not shown": "#6e7781", "opposite": "#cf222e"}
_ROW, _TEXT, _PLOT, _TOP = 26, 620, 360, 44


def svg(found: Sequence[Found], heading: str) -> str:
    """A dot for each claim's difference, a line for its 95 % interval, small dots for the seeds."""
    ends = [value for each in found for value in (each.low, each.high, *each.seeds) if value == value]
    low, high = min([-5.0, *ends]), max([5.0, *ends])
    width, height = _TEXT + _PLOT + 60, _TOP + _ROW * len(found) + 30

    def x(value: float) -> float:
        return round(_TEXT + 20 + (value - low) / (high - low) * _PLOT, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(heading)}</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="22" font-size="15">{escape(heading)}: differences in points</text>',
        f'<line x1="{x(0)}" x2="{x(0)}" y1="{_TOP - 8}" y2="{height - 24}" stroke="#888"/>',
        f'<text x="{x(0)}" y="{height - 8}" text-anchor="middle">0</text>',
    ]
    for place, each in enumerate(found):
        y, colour = _TOP + _ROW * place + 8, _COLOURS[each.verdict]
        parts.append(f'<text x="10" y="{y + 4}">{escape(f"{each.number}. {each.text}"[:100])}</text>')
        if each.low == each.low:
            parts.append(
                f'<line x1="{x(each.low)}" x2="{x(each.high)}" y1="{y}" y2="{y}" stroke="{colour}" '
                'stroke-width="3"/>'
            )
        parts += [f'<circle cx="{x(seed)}" cy="{y}" r="2" fill="#000"/>' for seed in each.seeds]
        parts.append(f'<circle cx="{x(each.difference)}" cy="{y}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{_TEXT + _PLOT + 30}" y="{y + 4}">{each.difference:+.1f}</text>')
    return "\n".join([*parts, "</svg>", ""])
