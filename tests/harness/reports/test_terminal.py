"""What the command prints fits a terminal of any width, and is plain text where there is no terminal."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def command(made, out):
    runs = [str(made[name]) for name in ("good", "middle", "bad")]
    return [sys.executable, "-m", "harness.report", *runs, "--out", str(out)]


def on_terminal(arguments, width):
    """stdout of a command whose stdin and stdout are a terminal `width` columns wide."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        environment.pop(name, None)
    process = subprocess.Popen(
        arguments, stdin=there, stdout=there, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(there)
    chunks = []
    while True:
        try:
            chunk = os.read(here, 1 << 16)
        except OSError:  # the terminal's other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(here)
    assert process.wait() == 0
    return b"".join(chunks).decode()


def tables(text):
    """(heading, rows) of each table: a heading begins with `tier`, rows with a number."""
    found = []
    for line in text.splitlines():
        if line.startswith("tier"):
            found.append((line, []))
        elif found and re.match(r" +\d ", line):
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("width", [60, 80, 120])
def test_tables_fit_the_terminal_and_stay_aligned(made, tmp_path, width):
    shown = on_terminal(command(made, tmp_path), width)
    assert ESCAPE.search(shown)
    text = ESCAPE.sub("", shown).replace("\r", "")
    assert max(map(len, text.splitlines())) <= width
    found = tables(text)
    assert [len(rows) for _, rows in found] == [3, 3, 2, 3]
    for heading, rows in found:
        assert all(re.search(r"\d\.\d \[\d", row) for row in rows), "the ranked value keeps its interval"
        # A column of numbers ends where its heading ends.
        end = heading.index("@") + len(re.match(r"@\d+", heading[heading.index("@") :])[0])
        assert " " not in {row[end - 1] for row in rows}
        assert {row[end : end + 1] for row in rows} <= {" ", ""}


def test_a_pipe_gets_plain_aligned_text(made, tmp_path):
    done = subprocess.run(command(made, tmp_path), capture_output=True, text=True)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert [len(rows) for _, rows in tables(done.stdout)] == [3, 3, 2, 3]
    for heading, rows in tables(done.stdout):
        assert len({len(line.rstrip()) for line in rows if line.rstrip().endswith("]")} | {len(heading)}) == 1


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_comparison_fits_the_terminal_with_its_intervals_whole(made, tmp_path, width):
    both = [str(made["good"]), str(made["middle"])]
    shown = on_terminal([sys.executable, "-m", "harness.report", "--compare", *both], width)
    text = ESCAPE.sub("", shown).replace("\r", "")
    assert max(map(len, text.splitlines())) <= width
    rows = [line for line in text.splitlines() if re.match(r"(direct|self-|output)\S* +\S+@\d+ ", line)]
    assert len(rows) == 10
    assert all(re.search(r"[+-]\d+\.\d \[[+-]\d+\.\d, [+-]\d+\.\d\]", row) for row in rows)
