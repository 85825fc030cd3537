"""Pictures inside the page: each a data address with its description in words."""

from __future__ import annotations

import base64

from stanlevels.plan.as_graph import graph_of
from stanlevels.results.faces.face import Face
from stanlevels.show import Html, element
from stanlevels.words import joined

__all__ = ["graph", "picture"]


def graph(fit: Face) -> Html:
    """The dependency graph in plate notation."""
    drawn = graph_of(fit.planned, fit.bound, getattr(fit, "roles", fit.planned.roles))
    arrows = [
        f"{name} depends on {joined(above, 'and')}"
        for name in drawn.quantities
        if (above := [other for other in drawn.parents[name] if other in drawn.quantities])
    ]
    said = f"The dependency graph: {'; '.join(arrows) or 'nothing depends on anything'}."
    return picture(drawn.svg(), said, "An arrow leads to what depends on it; a plate holds what a level has.")


def picture(content: str | bytes, said: str, caption: str) -> Html:
    """A figure of an SVG text or of the bytes of a PNG.

    Parameters
    ----------
    content : str or bytes
    said : str
        What is to be seen, for who cannot see it.
    caption : str
    """
    kind = "svg+xml" if isinstance(content, str) else "png"
    coded = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
    image = element("img", src=f"data:image/{kind};base64,{coded}", alt=said)
    return element("figure", image, element("figcaption", caption))
