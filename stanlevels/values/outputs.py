"""What a program's draws hold: which Stan variable is which quantity, and along which axes it lies."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.plan.terms import Domain


@dataclass(frozen=True)
class Output:
    """One quantity among a program's draws.

    Parameters
    ----------
    stan : str
        The Stan variable.
    name : str
        The quantity.
    domain : Domain
        Its units: in the draws one flat axis (the product of its levels, first one slowest), absent for ().
    components : tuple of str
        Its component axes: one flat axis after the units, absent for (). A correlation matrix has its one
        axis twice.
    correlation : bool
        Whether it is a correlation matrix.
    """

    stan: str
    name: str
    domain: Domain
    components: tuple[str, ...]
    correlation: bool = False
