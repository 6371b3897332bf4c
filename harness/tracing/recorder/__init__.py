"""The recorder as one driver source text, which a sandbox runs beside the program."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = ("values.py", "statements.py", "codes.py", "watching.py", "driver.py")
_OWN_IMPORT = re.compile(r"^from (?:harness\.\S+|__future__) import (?:\([^)]*\)|.*)\n", re.MULTILINE)


def _join() -> str:
    """The parts in one text: a driver cannot import from this package inside the sandbox."""
    parts = [_OWN_IMPORT.sub("", (FOLDER / part).read_text(encoding="utf-8")) for part in PARTS]
    return "from __future__ import annotations\n\n" + "\n\n".join(parts)


SOURCE = _join()
