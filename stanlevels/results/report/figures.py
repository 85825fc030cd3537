"""Pictures inside the page: each a data address with its description in words."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

from stanlevels.errors import FitError
from stanlevels.plan.as_graph import graph_of
from stanlevels.results.faces.face import Tabled
from stanlevels.results.plots.accessor import Plots
from stanlevels.show import Html, element, paragraph
from stanlevels.words import counted, joined

__all__ = ["graph", "outcomes", "picture", "predictive", "shrinkage", "trace", "variance"]

_MANY = 300  # dots, from which on a picture is of points rather than of shapes
_ROWS = 200_000  # of which outcomes are drawn
_DOTS = 130  # points of an inch


def graph(fit: Tabled) -> Html:
    """The dependency graph in plate notation."""
    drawn = graph_of(fit.planned, fit.bound, getattr(fit, "roles", fit.planned.roles))
    arrows = [
        f"{name} depends on {joined(above, 'and')}"
        for name in drawn.quantities
        if (above := [other for other in drawn.parents[name] if other in drawn.quantities])
    ]
    said = f"The dependency graph: {'; '.join(arrows) or 'nothing depends on anything'}."
    return picture(drawn.svg(), said, "An arrow leads to what depends on it; a plate holds what a level has.")


def picture(content: str | bytes, said: str, caption: str, width: int | None = None) -> Html:
    """A figure of an SVG text or of the bytes of a PNG.

    Parameters
    ----------
    content : str or bytes
    said : str
        What is to be seen, for who cannot see it.
    caption : str
    width : int, optional
        In pixels of the page, where it is not the picture's own.
    """
    kind = "svg+xml" if isinstance(content, str) else "png"
    coded = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
    image = element("img", src=f"data:image/{kind};base64,{coded}", alt=said, width=width)
    return element("figure", image, element("figcaption", caption))


def shrinkage(fit: Tabled, name: str, table: Any) -> Html:
    """How the units of a quantity were pooled; nothing where they were not.

    Parameters
    ----------
    fit : Tabled
    name : str
    table : pandas.DataFrame
        Its rows of `effects`.
    """
    if not {"no_pooling", "weight"} <= set(table.columns):
        return Html("")
    weights = table["weight"]
    said = (
        f"Shrinkage of {name}: arrows lead from what each unit's own data say to its estimate. The weight of"
        f" a unit's own data is {weights.min():.2g} to {weights.max():.2g}, {weights.mean():.2g} on average."
    )
    caption = f"{name}: what each unit says alone, where it is drawn to, and what all data say."
    return _drawn(lambda: Plots(fit).shrinkage(name), said, caption, len(table))


def variance(fit: Tabled, level: float) -> Html:
    """How much varies at each level; nothing where no standard deviation was estimated."""
    said = "How much varies at each level: standard deviations with their intervals, as in the table below."
    caption = (
        "How much varies at each level; on the right the share of the variance of a row, where there is one."
    )
    return _drawn(lambda: Plots(fit).variance(level=level), said, caption, 0)


def trace(fit: Tabled) -> Html:
    """The chains of what has no units; nothing where there are none, or too many numbers."""
    said = (
        "Density and path of every chain for each single number; the diagnosis says in words what they show."
    )
    caption = "Each single number: the density of every chain, and its path from the first draw to the last."
    return _drawn(lambda: Plots(fit).trace(), said, caption, _MANY + 1)


def outcomes(fit: Tabled) -> Iterator[tuple[str, str | None]]:
    """Lines with data, and which of their numbers, where each row has several."""
    for name, node in fit.bound.graph.observed.items():
        several = fit.planned.lines[name].family.is_vector
        yield from ((name, column if several else None) for column in node.observed[: None if several else 1])


def predictive(fit: Tabled, line: str, component: str | None = None) -> Html:
    """An outcome beside what the model would draw in its place; why not, where that cannot be."""
    name = component or line
    if not fit.bound.rows.columns:
        return paragraph(f"{name} is not drawn: the rows were not kept with the fit.")
    if fit.bound.n_rows > _ROWS:
        return paragraph(f"{name} is not drawn: {counted(fit.bound.n_rows, 'row')} are too many for that.")
    said = (
        f"Posterior predictive check of {name}: what was seen beside draws of the same rows from the model."
    )
    caption = f"{name}: what was seen, and what the model would show in its place."

    def draw() -> Any:
        return Plots(fit).predictive(line, component=component)

    try:
        return _drawn(draw, said, caption, _MANY + 1, tell=True)
    except FitError as error:
        return paragraph(f"{name} is not drawn: {error.found}.")


def _drawn(draw: Any, said: str, caption: str, dots: int, *, tell: bool = False) -> Html:
    """What matplotlib draws; nothing where there is nothing to draw, or the error to `tell`."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    try:
        found = draw()
    except FitError:
        if tell:
            raise
        return Html("")
    figure = getattr(found, "figure", None) or found
    stream = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "stanlevels"}):
        if dots > _MANY:
            figure.savefig(stream, format="png", dpi=_DOTS)
        else:
            figure.savefig(stream, format="svg", metadata={"Date": None})
    width = round(96 * figure.get_figwidth())
    plt.close(figure)
    content = stream.getvalue()
    return picture(content if dots > _MANY else content.decode(), said, caption, width)
