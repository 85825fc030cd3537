"""Chances that are none, or sure, in some rows: their log odds run off, and no step of a search shows it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.linear.predictor import called
from stanlevels.words import counted

__all__ = ["SureChance", "sure_chances"]

_SURE = 11.0  # log odds of 1 in 60,000: data tell no more of them than that they are large


class SureChance(NamedTuple):
    """The columns of coefficients of log odds that run off, and what is to say of it."""

    columns: frozenset[int]
    words: str


def sure_chances(criterion: GeneralCriterion, z: Array) -> list[SureChance]:
    """Where the chance that a family adds, such as that of a zero, is all but 0 or 1 at the optimum.

    Log odds that are far away are there because nothing in the data holds them: no zero is too many.

    Parameters
    ----------
    criterion : GeneralCriterion
    z : ndarray
        The optimum.
    """
    model, found = criterion.model, list[SureChance]()
    if criterion.priors or not any(line.odds for line in model.lines):
        return found
    for line, eta in zip(model.lines, criterion.mode(z).eta, strict=True):
        for argument, atom in line.odds:
            if line.X[atom].nnz == 0:
                continue  # nothing is estimated in it
            for sign in (-1.0, 1.0):
                far = sign * eta[atom] > _SURE
                columns = frozenset(np.unique(line.X[atom][far].nonzero()[1]).tolist())
                if columns:
                    words = _words(criterion, line.name, argument, sign, int(far.sum()), columns)
                    found.append(SureChance(columns, words))
    return found


def _words(
    criterion: GeneralCriterion, name: str, argument: str, sign: float, rows: int, columns: frozenset[int]
) -> str:
    predictor = criterion.model.predictor
    names = [called(predictor, predictor.columns[i]) for i in sorted(columns)]
    chance, share, where = argument.removesuffix("_logit"), "0" if sign < 0 else "1", "minus " * (sign < 0)
    return (
        f"the chance {chance!r} of {name!r} is {share} at the maximum in {counted(rows, 'row')}: its log odds"
        f" run off to {where}infinity, and {listing(names)} with them, so that these estimates are where the"
        " search ended, and their standard errors say nothing; priors=True or method='nuts' keep them finite"
    )
