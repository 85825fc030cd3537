"""`docs/lines.md`: how many lines every published model takes, here and elsewhere."""

from __future__ import annotations

from statistics import median

from tests.published.models import EVERY
from tests.published.record import Published, lines_of

__all__ = ["page"]

_TOP = """\
# Lines

<!-- Written by `python -m pytest tests/published --promote`. -->

How many lines a model takes here, in brms and in Bambi: {n} models of other packages' documentation and of
textbooks. Each is a class in [tests/published/models](../tests/published/models), where its formula, its data
and the calls of brms and Bambi stand beside it; tests bind it to its data and compare the program with the
one that was reviewed.

- **Here**: the lines of the class, the `class` line among them, without docstring and blank lines. Priors are
  left open, as in the other two, except where the authors' priors are part of the model.
- **brms, Bambi**: the lines of the call with formula, family and data, and of what has to be defined for it
  (`stanvar`, `custom_family`), with default priors.
- Lines have at most 88 characters in all three. What prepares the data is counted in none.
- A dash means that the model cannot be declared there. Bambi's group-specific effects are independent of each
  other: models whose effects are correlated have a dash.

A class names each quantity once, and its names are those of the results; a formula leaves them to the
package. That is most of the difference in plain models. A model that a formula cannot say has no number to
compare with.
"""


def page() -> str:
    """The page."""
    rows = [_row(record) for record in EVERY]
    table = ["| model | source | here | brms | Bambi |", "|---|---|---|---|---|", *rows]
    return _TOP.format(n=len(EVERY)) + "\n" + "\n".join(_summary()) + "\n\n" + "\n".join(table) + "\n"


def _row(record: Published) -> str:
    counts = (record.lines, lines_of(record.brms), lines_of(record.bambi))
    formula = "<br>".join(f"`{_escaped(line)}`" for line in record.formula.splitlines() if line.strip())
    shown = " | ".join("-" if count is None else str(count) for count in counts)
    return f"| {record.name}: {formula} | {record.source} | {shown} |"


def _escaped(line: str) -> str:
    """A line inside a cell of a table, where a bar ends the cell even between backticks."""
    return line.strip().replace("|", "\\|")


def _summary() -> list[str]:
    """Medians and totals: of all models here, and of those that the others can declare."""
    rows = ["| | models | lines here, median | lines there, median | total here | total there |"]
    rows.append("|---|---|---|---|---|---|")
    own = [record.lines for record in EVERY]
    rows.append(f"| all | {len(own)} | {median(own):g} | | {sum(own)} | |")
    for package, texts in (("brms", [r.brms for r in EVERY]), ("Bambi", [r.bambi for r in EVERY])):
        pairs = [(mine, len(text.splitlines())) for mine, text in zip(own, texts, strict=True) if text]
        here, there = ([pair[i] for pair in pairs] for i in (0, 1))
        rows.append(
            f"| that {package} can declare | {len(pairs)} | {median(here):g} | {median(there):g} "
            f"| {sum(here)} | {sum(there)} |"
        )
    return rows
