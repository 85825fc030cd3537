"""docs/from-brms-and-lme4.md: every row of its tables runs.

Rows of classes are bound to the page's data, and the density of their programs is finite with its gradient
where chains start. Rows of calls are evaluated on the page's models and fits, of few draws.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines.choose import engines
from stanlevels.estimation.bayes.starting_values import starts
from tests.literature.frames import frame
from tests.program.kit import prepared
from tests.test_docs import blocks

PAGE = Path(__file__).parents[1] / "docs" / "from-brms-and-lme4.md"
CLASSES, CALLS, CHECKED = "lines of the class", "here", "lines"
MAY_WARN = pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # short runs


def levels(page):
    """The lines that declare the levels of a page's rows, by name."""
    return {line[0]: line for line in re.findall(r"^\w = sl\.Level\(.*\)$", page.read_text(), re.MULTILINE)}


LEVELS = levels(PAGE)


@dataclass(frozen=True)
class Row:
    """A row of a table: what it says there, and the lines of code here."""

    there: str
    lines: tuple[str, ...]
    rest: tuple[str, ...] = ()

    def __str__(self):
        return self.there


def cells(line):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def rows(header, page=PAGE):
    """The rows of the tables that have such a column: of the formula, the lines, and what follows."""
    found, here = [], False
    for line in page.read_text().splitlines():
        if not line.startswith("|"):
            here = False
        elif not here:
            here = header in cells(line)
        elif not line.startswith("|--"):
            first, second, *rest = cells(line)
            found.append(Row(first, tuple(re.findall(r"`([^`]+)`", second)), tuple(rest)))
    return found


def of(header):
    return pytest.mark.parametrize("row", rows(header), ids=str)


def model(row, scope, known=LEVELS):
    """The class that a row is the body of, with the levels that it names and does not declare."""
    names = set(re.findall(r"\w+", " ".join(row.lines))) - {line.partition(" = ")[0] for line in row.lines}
    levels = [line for name, line in known.items() if name in names or (name == "g" and "h" in names)]
    body = "\n    ".join([*levels, *row.lines])
    exec(compile(f"class Row(sl.Model):\n    {body}\n", row.there, "exec"), scope)
    return scope["Row"]


@pytest.fixture(scope="module")
def page():
    """What the code of the page makes."""
    namespace = {"__name__": "page"}
    for block in blocks("docs/from-brms-and-lme4.md"):
        exec(compile(block, str(PAGE), "exec"), namespace)
    return namespace


def test_the_tables_are_found():
    assert len(rows(CLASSES)) > 70
    assert len(rows(CALLS)) > 35
    assert len({row.there for row in rows(CLASSES)}) == len(rows(CLASSES))


@of(CLASSES)
def test_a_row_is_a_class_with_a_program_whose_density_is_finite(row, page):
    check_density(model(row, dict(page)).bind(page["df"]))


def check_density(bound):
    """A chain finds a start, and the density is finite there, with its gradient."""
    assert str(bound.plan)
    program = prepared(bound)
    for chain in range(1, 10):  # as a chain does, which looks for a start that has a density
        start = program.unconstrain(starts(bound.posterior, seed=1, chain=chain))
        density, gradient = program.log_density(start)
        if np.isfinite(density):
            break
    assert np.isfinite(density)
    assert np.all(np.isfinite(gradient))


@MAY_WARN
@pytest.mark.filterwarnings("ignore:Estimated shape parameter")  # of loo: rows that weigh much
@of(CALLS)
def test_a_row_is_a_call(row, page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (call,) = row.lines
    if "cmdstan" in call and (why := engines()["cmdstan"].why_not()):
        pytest.skip(why)
    assert eval(call, dict(page)) is not None


DATA = {"sleepstudy", "Penicillin", "Pastes", "cbpp"}


@of(CHECKED)
def test_a_row_has_the_numbers_of_lme4(row):
    """To one unit of the last digit."""
    method, said = row.rest
    (data,) = DATA & set(re.findall(r"\w+", row.there)) or {"sleepstudy"}  # "the same" is of the row above
    fit = model(row, {"sl": sl}).fit(frame("lme4", data), method=method.strip('`"'), progress=False)
    for figure in said.split("; "):
        words, numbers, errors = figures(figure)
        found = estimates(fit, words)
        agree(numbers, found["estimate"])
        if errors:
            agree(errors, found["se"])


def figures(figure):
    """What they are, the numbers, and the standard errors in brackets."""
    words, numbers = re.findall(r"^([A-Za-z ]+?) (-?\d.*)$", figure)[0]
    parts = re.findall(r"(-?[\d.]+)(?: \(([\d.]+)\))?", numbers)
    return words, [number for number, _ in parts], [error for _, error in parts if error]


def estimates(fit, words):
    """The rows of the summary that the words are about; what is there but once, as one of its own."""
    single = {"deviance": fit.deviance, "REML criterion": fit.deviance, "log likelihood": fit.log_likelihood}
    if words in single:
        return {"estimate": [single[words]]}
    table = fit.summary()
    spread, related = table.index.str.contains("_sd|_sigma"), table.index.str.contains("_corr")
    chosen = {"standard deviation": spread, "correlation": related}.get(words.removesuffix("s"))
    return table[~(spread | related) if chosen is None else chosen]


def agree(shown, found):
    assert len(shown) == len(found), list(found)
    for text, number in zip(shown, found, strict=True):
        assert abs(float(text) - number) <= 10.0 ** -len(text.partition(".")[2]), (
            f"{text} is shown, {number} found"
        )
