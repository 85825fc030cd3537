"""docs/schemes.md prints what it shows: every text block against the output of the code above it.

Numbers to one unit of their last digit, or to 0.03 and a tenth where they come from draws.
"""

import re
import warnings
from pathlib import Path

import pytest

import stanlevels as sl

PAGE = Path(__file__).parents[1] / "docs" / "schemes.md"
BLOCK = re.compile(r"^```(python|text draws|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def agree(shown, printed, draws):
    assert NUMBER.sub("#", shown).split() == NUMBER.sub("#", printed).split()
    for a, b in zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True):
        unit = 10.0 ** -len(a.partition(".")[2])
        within = 0.03 + 0.1 * abs(float(a)) if draws else 1.01 * unit
        assert abs(float(a) - float(b)) <= within, f"{a} is shown, {b} is printed"


@pytest.mark.slow
def test_the_page_shows_what_its_code_prints(capsys):
    namespace = {"__name__": "page"}
    printed, compared = "", 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        for kind, text in BLOCK.findall(PAGE.read_text()):
            if kind == "python":
                exec(compile(text, str(PAGE), "exec"), namespace)
                printed = capsys.readouterr().out
            else:
                agree(text, printed, kind == "text draws")
                compared += 1
    assert compared >= 9
