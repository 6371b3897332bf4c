"""A report page read back: its tables, its scripts, and the numbers in its cells."""

import math
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """The tables of a page with their figure's caption, its scripts, and whether its tags are balanced."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.tables, self.scripts, self.tags = [], [], {}, Counter()
        self.caption, self.cell, self.section = "", None, ""
        self.text = text
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags[tag] += 1
        if tag not in VOID and tag not in ("line", "polyline", "polygon", "circle", "rect"):
            self.stack.append(tag)
        if tag == "section":
            self.section = attributes["id"]
        elif tag == "figcaption":
            self.caption = ""
        elif tag == "table":
            self.tables.append((self.section, self.caption, []))
        elif tag == "tr":
            self.tables[-1][2].append([])
        elif tag in ("td", "th"):
            self.cell = []
        elif tag == "script":
            self.script = attributes.get("id", "code")
            self.scripts[self.script] = ""

    def handle_startendtag(self, tag, attributes):
        self.tags[tag] += 1

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag
        if tag in ("td", "th"):
            self.tables[-1][2][-1].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)
        elif self.stack and self.stack[-1] == "figcaption":
            self.caption += data
        elif self.stack and self.stack[-1] == "script":
            self.scripts[self.script] += data

    def rows(self, section, caption):
        """The body of the table with this caption, its cells split into numbers."""
        found = [rows for where, title, rows in self.tables if (where, title) == (section, caption)]
        assert len(found) == 1, (section, caption)
        return found[0][1:]


def numbers(text):
    return [float(one) for one in re.findall(r"-?\d+\.\d+", text)]


def shown(interval, share=True):
    """An interval as a page shows it."""
    value, low, high = interval
    if share and not math.isnan(low):
        low, high = max(0.0, low), min(1.0, high)
    return pytest.approx([100 * value] + ([] if math.isnan(low) else [100 * low, 100 * high]), abs=0.0501)
