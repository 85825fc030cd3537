"""Stan programs in colour, where somebody looks at them and nowhere else."""

import io
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanlevels.colours import COLOURS, coloured, pieces, takes_colours
from stanlevels.show import Source, program

PROGRAM = """data {
  array[3] int<lower=0> N;  // how many
}
model { target += normal_lpdf(1.5e-3 | 0, N[1]); }
"""
GOLDEN = sorted((Path(__file__).parent / "golden" / "programs").rglob("*.stan"))


def plain(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def kinds(text):
    return {piece: kind for kind, piece in pieces(text) if kind}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """Let standard output be one, from here to the end of the test."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal())
    return sys.stdout


def test_words_have_the_kinds_that_they_have_in_stan():
    assert kinds(PROGRAM) == {
        **dict.fromkeys(["data", "lower", "model", "target"], "keyword"),
        **dict.fromkeys(["array", "int"], "type"),
        **dict.fromkeys(["3", "0", "1.5e-3", "1"], "number"),
        "normal_lpdf": "function",
        "// how many": "comment",
    }


def test_what_looks_like_stan_within_text_and_comments_is_none():
    assert kinds('print("int // x"); /* real\n 1 */ y') == {
        "print": "keyword",
        '"int // x"': "string",
        "/* real\n 1 */": "comment",
    }
    assert kinds("x1 = y_2; z") == {}
    assert kinds("#include lib.stan") == {"#include lib.stan": "comment"}


def test_every_program_keeps_its_text():
    assert GOLDEN
    for path in GOLDEN:
        text = path.read_text()
        assert "".join(piece for _, piece in pieces(text)) == text
        assert plain(coloured(text)) == text
        assert unescape(re.sub("<[^>]*>", "", program(text))) == text
        assert set(kinds(text).values()) <= set(COLOURS)


@given(st.text(alphabet=st.sampled_from(list('ab1_."/*\n#<&( \u00e9')), max_size=30))
def test_no_text_is_lost_whatever_it_is(text):
    assert "".join(piece for _, piece in pieces(text)) == text
    assert unescape(re.sub("<[^>]*>", "", program(text))) == text


def test_printing_gives_the_plain_text(monkeypatch):
    code, screen = Source(PROGRAM), terminal(monkeypatch)
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert str(code) == f"{code}" == PROGRAM
    print(code)
    assert screen.getvalue() == PROGRAM + "\n"


def test_a_session_in_a_terminal_shows_it_in_colour(monkeypatch):
    code, _ = Source(PROGRAM), terminal(monkeypatch)
    assert repr(code) == PROGRAM  # no session: a log, a test
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert repr(code) == coloured(PROGRAM) != PROGRAM


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colours_where_they_are_not_wanted(name, value, monkeypatch):
    terminal(monkeypatch)
    assert takes_colours()
    monkeypatch.setenv(name, value)
    assert not takes_colours()


def test_no_colours_to_files():
    assert not takes_colours(io.StringIO())
    assert not takes_colours(object())


def test_ipython_shows_it_in_colour_in_a_terminal_and_plain_elsewhere(monkeypatch):
    from IPython.lib.pretty import pretty

    terminal(monkeypatch)
    assert pretty(Source(PROGRAM)) == coloured(PROGRAM)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert pretty(Source(PROGRAM)) == PROGRAM


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_an_interactive_python_colours_what_it_echoes(no_color):
    """A real session, in a pseudo-terminal."""
    import pty

    above, below = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color, "PYTHON_BASIC_REPL": "1"}
    session = subprocess.Popen(
        [sys.executable, "-i", "-c", "from stanlevels.show import Source"],
        stdin=subprocess.PIPE,
        stdout=below,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    os.close(below)
    session.communicate(b"import sys; sys.ps1 = ''\nSource('int N;')\n", timeout=60)
    said = b""
    while True:
        try:
            part = os.read(above, 1000)
        except OSError:  # Linux's end of a pseudo-terminal
            break
        if not part:
            break
        said += part
    os.close(above)
    assert (b"\x1b[36mint\x1b[0m N;" in said) == (not no_color)
    assert b"N;" in said
