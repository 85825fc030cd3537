"""Distributions by the names of Stan, as priors of brms are written: which rows they are."""

from __future__ import annotations

from stanlevels.distributions.family import Family
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import Ref

__all__ = ["foreign_prior", "foreign_prior_names"]

_OTHERWISE = {"lkj": "lkj_corr_cholesky"}
"""What brms calls a distribution where Stan has another name for its row."""


def foreign_prior(name: str, *, half: bool = False) -> Family | None:
    """The row with Stan's name and arguments; None where there is none.

    Parameters
    ----------
    name : str
        Stan's, such as ``"student_t"``.
    half : bool
        Whether the upper half of it is meant, about 0.

    Examples
    --------
    >>> foreign_prior("normal").name, foreign_prior("normal", half=True).name, foreign_prior("horseshoe")
    ('Normal', 'HalfNormal', None)
    """
    wanted = _OTHERWISE.get(name, name)
    return next(
        (row for row in _priors() if row.half == half and row.parameterizations[0].stan == wanted), None
    )


def foreign_prior_names() -> list[str]:
    """Names that have a row.

    Examples
    --------
    >>> "student_t" in foreign_prior_names()
    True
    """
    return sorted({row.parameterizations[0].stan for row in _priors()} | set(_OTHERWISE))


def _priors() -> list[Family]:
    """Continuous rows whose arguments are Stan's; of halves they are those of the whole, about 0."""
    found = []
    for row in FAMILIES.values():
        form = row.parameterizations[0]
        same = form.arguments == tuple(Ref(p.name) for p in form.parameters)
        if (same or row.half) and not form.numbers.support.integer and not form.trials:
            found.append(row)
    return found
