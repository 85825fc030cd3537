"""The sections of the page that are words and tables: model, data, plan, priors, diagnosis, estimates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from stanlevels.errors import FitError
from stanlevels.graph import ROWS
from stanlevels.graph.text import node_text
from stanlevels.plan.decisions import Priors, make_priors
from stanlevels.plan.role_table import role_table
from stanlevels.results.faces.face import Tabled
from stanlevels.results.report import figures
from stanlevels.results.report.declared import latex_of, mathematics, sentences
from stanlevels.results.report.tables import Shown, frame_table, text_rows
from stanlevels.show import Html, details, element, items, paragraph
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.checks.findings import Diagnosis, Finding

__all__ = ["Reported", "data", "diagnosis", "effects", "estimates", "model", "plan", "priors"]


class Reported(Tabled, Protocol):
    """A fit with its tables and what it says of itself."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing before its numbers are trusted."""


# --- what was declared ------------------------------------------------------------------------------


def model(fit: Reported, picture: Html) -> Iterator[Html]:
    """The docstring, sentences, formulas, the graph, and the lines as written."""
    graph = fit.bound.declared
    if graph.doc:
        yield from (paragraph(part) for part in graph.doc.split("\n\n"))
    yield element("h3", "In words")
    yield items(sentences(fit))
    yield element("h3", "In mathematics")
    formulas = element(
        "div",
        mathematics(fit),
        class_="scroll",
        role="region",
        aria_label="The model in mathematics",
        tabindex="0",
    )
    yield formulas
    yield details("LaTeX of these formulas", latex_of(fit), code=True)
    if picture:
        yield element("h3", "As a graph")
        yield picture
    yield details("Lines as they were declared", "\n".join(map(node_text, graph.nodes.values())), code=True)


def data(fit: Reported) -> Iterator[Html]:
    """Rows, levels with their units, and every column as it was read."""
    bound = fit.bound
    away = "" if bound.rows.columns else " The rows themselves were not kept with the fit."
    yield paragraph(f"{counted(bound.n_rows, 'row')} of data.{away}")
    levels = [
        (name, f"{level.size:,}", ", ".join(level.parents), level.column)
        for name, level in bound.levels.items()
    ]
    roads = [
        (name, "", f"another road to {node.of}", node.column) for name, node in bound.graph.aliases.items()
    ]
    if levels:
        heads = ("level", "units", "lies within", "column")
        yield text_rows("levels", "Levels and their units", heads, [*levels, *roads])
    if summaries := bound.summary():
        columns = ("column", "kind", "rows", "missing", "distinct", "min", "mean", "max")
        cells = [tuple(_cell(value) for value in line) for line in summaries]
        yield text_rows("columns", "Columns in use, as they were read", columns, cells)
    found = [str(record) for record in bound.records]
    if found:
        yield details(counted(len(found), "finding") + " about the data", items(found))


def plan(fit: Reported, roles: Any) -> Iterator[Html]:
    """What was decided, and the role of every quantity."""
    if fit.plan.rows:
        yield text_rows("plan-steps", "What was decided, and why", fit.plan.columns, fit.plan.rows)
    else:
        yield paragraph("Nothing had to be decided: the model was fitted as it is declared.")
    table = role_table(fit.planned.graph, roles, fit.bound)
    yield text_rows("roles", "Roles of the quantities", table.columns, table.rows)


def priors(fit: Reported, used: bool) -> Iterator[Html]:
    """Every prior with its numbers."""
    table: Priors = make_priors(fit.planned)
    if not used:
        yield paragraph(
            "This method of estimation uses no priors: what is unknown and fixed is found by likelihood."
        )
        return
    if table.rows:
        yield text_rows("prior-lines", "Priors", table.columns, table.rows)
    else:
        yield paragraph("No line of this model is a prior with numbers alone.")


# --- what was found ---------------------------------------------------------------------------------


def diagnosis(
    found: Diagnosis | None, notes: Sequence[str], numbers: Sequence[tuple[str, str]], chains: Html
) -> Iterator[Html]:
    """Whether the numbers can be trusted, in words."""
    if found is not None:
        head = "No sign of trouble." if found.ok else "This fit did not pass its checks."
        yield element("p", element("strong", head), class_="good" if found.ok else "bad")
        yield from map(_finding, found.findings)
        yield paragraph(f"Measured: {found.measured}.")
    if notes:
        yield element("h3", "Notes on model and data")
        yield items(notes)
    if numbers:
        yield text_rows("figures", "Figures of the fit", ("figure", "value"), numbers)
    if chains:
        yield details("The chains, drawn", chains)
    if found is None and not notes:
        yield paragraph("Nothing was noticed that needs a word.")


def _finding(finding: Finding) -> Html:
    kind = "Problem" if finding.serious else "Note"
    parts = [element("h3", f"{kind}: {finding.title}"), paragraph(finding.message)]
    if finding.way_out:
        parts.append(paragraph(element("strong", "What helps: "), finding.way_out))
    return element("div", *parts, class_="finding serious" if finding.serious else "finding")


def estimates(fit: Reported, level: float, *, plots: bool) -> Iterator[Html]:
    """A row per number that is not over a level, and how much units were pooled."""
    table = fit.summary(level=level)
    if len(table):
        table = table.reset_index(names="quantity")
        yield frame_table(table, Shown("summary", _with_level("Single numbers", level)))
    else:
        yield paragraph("Every quantity of this model is over a level: see the effects.")
    if not hasattr(fit, "pooling"):
        return
    if plots:
        yield figures.variance(fit, level)
    try:
        pooled = fit.pooling()
    except FitError as error:
        yield paragraph(f"Pooling is not shown: {error.found}.")
        return
    if len(pooled):
        yield frame_table(pooled, Shown("pooling", _POOLING, headings=2))


def effects(fit: Reported, names: Sequence[str], level: float, most: int, *, plots: bool) -> Iterator[Html]:
    """A table for each quantity over a level, below a picture of how its units were pooled."""
    if not names:
        yield paragraph("No quantity of this model is over a level.")
    for number, name in enumerate(names):
        yield element("h3", name, id=f"effects-{number}")
        domain = fit.planned.lines[name].domain
        words = " and ".join("row" if axis == ROWS else axis for axis in domain)
        try:
            table = fit.effects(name, level=level)
        except FitError as error:
            yield paragraph(f"Not shown: {error.found}.")
            continue
        if plots:
            yield figures.shrinkage(fit, name, table)
        table = table[[c for c in table.columns if c not in _LEFT_OUT]]
        for place, (label, part) in enumerate(_by_component(table)):
            about = f"{name}, {label}" if label else name
            caption = _with_level(f"{about}, a row for each {words}", level)
            key = f"effects-{number}-table-{place}"
            headings = list(part.columns).index("rows") if "rows" in part.columns else 1
            yield frame_table(part, Shown(key, caption, headings, most, bars=True))
        yield paragraph(element("code", f"fit.effects({name!r})"), " has further columns.")


def _by_component(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of each component, whose scales may differ; all together where there are many."""
    labels = list(dict.fromkeys(table["component"])) if "component" in table.columns else []
    if not 1 <= len(labels) <= _TABLES:
        yield "", table
        return
    for label in labels:
        part = table[table["component"] == label].drop(columns="component")
        yield f"{label}", part.reset_index(drop=True)


_TABLES = 12
"""Components that have a table each."""

_LEFT_OUT = frozenset(["ess_bulk", "ess_tail", "no_pooling", "complete_pooling"])


_POOLING = (
    "Pooling: pooling_factor is 1 where units are pooled completely, weight is 1 where each stands alone."
)


def _with_level(caption: str, level: float) -> str:
    return f"{caption}; lower and upper are ends of {100 * level:g} % intervals."


def _cell(value: object) -> str:
    if value is None:
        return ""
    return (
        f"{value:.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )
