"""Pages that show what their code prints: every text block against the output of the code above it.

Numbers to one unit of their last digit, or to 0.03 and a tenth where they come from draws.
``python -m pytest tests/test_docs_show_what_they_print.py --promote`` writes the blocks anew.
"""

import re
import warnings
from pathlib import Path

import pytest

import stanlevels as sl
from stanlevels.engines import choose_engine

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(python|text draws|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]\d+)?")
SLOW = {"schemes", "tutorials/students"}
PAGES = [
    *"index install schemes tutorials/romcoms tutorials/students tutorials/crashes formulas".split(),
    "smooths",
    "extremes",
]


def agree(shown, printed, draws):
    assert NUMBER.sub("#", shown).split() == NUMBER.sub("#", printed).split()
    for a, b in zip(numbers(shown), numbers(printed), strict=True):
        unit = 10.0 ** -len(a.partition(".")[2])
        size = abs(float(a))
        # effective sample sizes, whole numbers by the thousand, differ with the versions of what is installed
        share = 0.8 if "." not in a and size >= 1000 else 0.1
        within = 0.03 + share * size if draws else 1.01 * unit
        assert abs(float(a) - float(b)) <= within, f"{a} is shown, {b} is printed"


def numbers(text):
    return [found.replace(",", "") for found in NUMBER.findall(text)]


@pytest.mark.parametrize(
    "page", [pytest.param(p, marks=pytest.mark.slow if p in SLOW else ()) for p in PAGES]
)
def test_a_page_shows_what_its_code_prints(page, capsys, monkeypatch, request, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "stanlevels.estimation.bayes.nuts.choose_engine", lambda name: choose_engine("stanli")
    )  # whose draws the pages show
    path, namespace = DOCS / f"{page}.md", {"__name__": "page"}
    text, printed, compared = path.read_text(), "", 0

    def shown(block):
        nonlocal printed, compared
        kind, inner = block.groups()
        if kind == "python":
            exec(compile(inner, str(path), "exec"), namespace)
            printed = "".join(line.rstrip() + "\n" for line in capsys.readouterr().out.splitlines())
            return block[0]
        compared += 1
        if not request.config.getoption("--promote"):
            agree(inner, printed, kind == "text draws")
        return f"```{kind}\n{printed}```"

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        found = BLOCK.sub(shown, text)
    assert compared
    if request.config.getoption("--promote"):
        path.write_text(found)
