"""Numbers and quantities as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from stanlevels.plan.placed import Line
from stanlevels.values.draws import Draws

__all__ = ["called", "counted", "joined", "other_form", "percent"]


def counted(n: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "draw"), counted(4000, "draw"), counted(0, "divergence")
    ('1 draw', '4,000 draws', 'no divergences')
    """
    noun = singular if n == 1 else plural or f"{singular}s"
    return f"{n:,} {noun}" if n else f"no {noun}"


def joined(parts: Sequence[str], word: str) -> str:
    """Parts with commas, and `word` before the last.

    Examples
    --------
    >>> joined(["1", "2", "4"], "and")
    '1, 2 and 4'
    """
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def percent(share: float) -> str:
    """A share in percent, never rounded to nothing.

    Examples
    --------
    >>> percent(0.25), percent(0.013), percent(0.00001)
    ('25 %', '1.3 %', 'under 0.1 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.1 and share else f"{100 * share:.0f} %"


def called(name: str, position: int, draws: Draws) -> str:
    """One number of a recorded quantity: ``A of app 'com.x'``, ``B[days] of subject 308``."""
    output = draws.outputs[name]
    widths = [len(labels) for labels in draws.labels(name)]
    unit, inner = divmod(position, prod(widths))
    said = []
    for width, labels in zip(reversed(widths), reversed(draws.labels(name)), strict=True):
        inner, at = divmod(inner, width)
        said.append(str(labels[at]))
    text = f"{name}[{', '.join(reversed(said))}]" if said else name
    return f"{text} of {draws.bound.called(output.domain, unit)}" if output.domain else text


def other_form(line: Line, centered: bool) -> str:
    """The line to write for the other parameterisation of a random variable."""
    now = "centred" if centered else "non-centred"
    declaration = f"{line.name} = sl.{line.variable.family}(..., centered={not centered})"
    return f"{line.name} is {now}: try {declaration}"
