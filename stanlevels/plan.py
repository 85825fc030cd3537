"""What a person reads before a fit: the plan and the priors, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from stanlevels.graph import ROWS, ExpressionNode
from stanlevels.passes.fill import prior_text
from stanlevels.passes.planned import Line, Planned, Record
from stanlevels.passes.terms import Domain, Literal, Setting

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """Rows of text under headings, shown as text, HTML or a DataFrame."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return f"{self.title}\n{text_table(self.columns, self.rows)}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(c)}</td>" for c in row) + "</tr>"
            for row in self.rows
        )
        return (
            f"<p><b>{escape(self.title)}</b></p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
            One row per row, with `columns` as its columns.
        """
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


@dataclass(frozen=True, repr=False)
class Plan(Table):
    """What was decided about a model and why.

    Given to another `bind`, it decides the same again, so that new data of the same structure have the
    same Stan text: the forms of random variables (`centered`) and the domains of named expressions
    (`places`), which otherwise follow from the data.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Schools(sl.Model):
    ...     school = sl.Level()
    ...     spread = sl.HalfNormal(5)
    ...     effect = sl.Normal(0, spread, over=school)
    ...     estimate = sl.Normal(effect, 10, observed=True)
    >>> plan = Schools.bind({"school": ["A", "B"], "estimate": [28.0, 8.0]}).plan
    >>> plan.centered
    {'effect': False}
    """

    centered: Mapping[str, bool]
    places: Mapping[str, Domain]
    records: tuple[Record, ...]


@dataclass(frozen=True, repr=False)
class Priors(Table):
    """Every prior with its numbers and its reason."""


def make_plan(planned: Planned) -> Plan:
    """The plan of a planned model."""
    rows = tuple((r.subject, r.step, r.decision, r.reason, r.instead) for r in planned.records)
    centered = {n: line.centered for n, line in planned.latent.items() if line.centered is not None}
    places = {n: line.domain for n, line in planned.lines.items() if isinstance(line.node, ExpressionNode)}
    return Plan(
        f"Plan of {planned.graph.name}",
        ("quantity", "step", "decision", "reason", "instead"),
        rows,
        centered,
        places,
        planned.records,
    )


def make_priors(planned: Planned) -> Priors:
    """The priors of a planned model."""
    reasons = {r.subject: r.reason for r in planned.records if r.step == "fill"}
    made = {r.subject: r.reason for r in planned.records if r.step == "expand"}
    rows = []
    for name, line in planned.latent.items():
        if any(not isinstance(t, Literal | Setting) for t in line.args.values()) and name not in reasons:
            continue
        source = "default" if name in reasons or name in made else "declared"
        reason = "; ".join(part for part in (made.get(name, ""), reasons.get(name, "")) if part)
        rows.append((name, _where(line), prior_text(line), source, reason))
    columns = ("quantity", "over", "prior", "source", "reason")
    return Priors(f"Priors of {planned.graph.name}", columns, tuple(rows))


def _where(line: Line) -> str:
    axes = ["rows" if axis == ROWS else axis for axis in line.domain]
    axes += [axis for axis in line.components if axis != line.name]
    return " x ".join(axes)


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int = 60) -> str:
    """Aligned columns; long cells are wrapped.

    Examples
    --------
    >>> print(text_table(["a", "b"], [["1", "x"]]))
    a  b
    1  x
    """
    import textwrap

    shown = [i for i, c in enumerate(columns) if any(row[i] for row in rows)] or list(range(len(columns)))
    cells = [[textwrap.wrap(row[i], width) or [""] for i in shown] for row in rows]
    heads = [columns[i] for i in shown]
    widths = [
        max([len(head), *(len(part) for row in cells for part in row[k])]) for k, head in enumerate(heads)
    ]
    lines = ["  ".join(h.ljust(w) for h, w in zip(heads, widths, strict=True)).rstrip()]
    for row in cells:
        for depth in range(max(len(cell) for cell in row)):
            parts = [cell[depth] if depth < len(cell) else "" for cell in row]
            lines.append("  ".join(p.ljust(w) for p, w in zip(parts, widths, strict=True)).rstrip())
    return "\n".join(lines)
