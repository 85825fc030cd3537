"""Lines whose units are correlated: ``u = sl.AR1(rho, sd, over=week)``."""

from __future__ import annotations

from collections.abc import Sequence

from stanlevels.distributions.structures import AR1 as AR1_FAMILY
from stanlevels.distributions.structures import ICAR as ICAR_FAMILY
from stanlevels.distributions.structures import RANDOM_WALK
from stanlevels.distributions.table import Family
from stanlevels.errors import DeclarationError
from stanlevels.language.check_text import check_text
from stanlevels.language.distributions import Axis, axes_of, line_of
from stanlevels.language.expressions import Expression, Operand, checked_operand
from stanlevels.language.messages.describe import describe

__all__ = ["AR1", "ICAR", "RandomWalk"]


def RandomWalk(
    sigma: Operand | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    centered: bool | None = None,
) -> Expression:
    """A random walk over the units of a level in the order of time.

    It begins at 0, one step before the first unit; what it begins at is added by another line. Each step adds
    a normal number with standard deviation `sigma`. A step is the shortest time between two units; a longer
    time of t steps adds as much as t of these. Time is told by the units' own labels: numbers, dates or
    periods.

    Parameters
    ----------
    sigma : expression or number, optional
        The standard deviation of a step. Left out it is unknown, with a default prior, which `Model.priors`
        shows.
    over : Level, or a tuple with a level of times as its last
        The units. With ``over=(person, week)`` every person has a walk of their own; so have the
        units of a level that is declared within another.
    centered : bool, optional
        How it is sampled: through the independent numbers that it is made of (False, what the plan chooses),
        or as it is (True), which is better where data tell nearly every unit by itself.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If there is no level in `over`.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Sales(sl.Model):
    ...     week = sl.Level()
    ...     mean, step, noise = sl.Normal(0, 10), sl.HalfNormal(1), sl.HalfNormal(1)
    ...     level = sl.RandomWalk(step, over=week)
    ...     sales = sl.Normal(mean + level, noise, observed=True)
    """
    return _process(RANDOM_WALK, {"sigma": sigma}, over, centered)


def AR1(
    rho: Operand | None = None,
    sigma: Operand | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    centered: bool | None = None,
) -> Expression:
    """A stationary process over the units of a level in the order of time: autoregression of order 1.

    Its values have mean 0 and standard deviation `sigma`, and two that are t steps apart are correlated by
    ``rho ** t``. A step is the shortest time between two units. Times between may be of any length where
    `rho` cannot be negative: that is the Ornstein-Uhlenbeck process. Time is told by the units' own labels:
    numbers, dates or periods.

    Parameters
    ----------
    rho : expression or number, optional
        The correlation of values one step apart, between -1 and 1. Left out it is unknown and as likely to
        be any.
    sigma : expression or number, optional
        The standard deviation of each value, not of what is new in it. Left out it is unknown, with a default
        prior, which `Model.priors` shows.
    over : Level, or a tuple with a level of times as its last
        The units. With ``over=(person, week)`` every person has a process of their own; so have the
        units of a level that is declared within another.
    centered : bool, optional
        How it is sampled: through the independent numbers that it is made of (False, what the plan chooses),
        or as it is (True), which is better where data tell nearly every unit by itself.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If there is no level in `over`.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Mood(sl.Model):
    ...     person, day = sl.Level(), sl.Level()
    ...     mean, spread, noise = sl.Normal(5, 2), sl.HalfNormal(1), sl.HalfNormal(1)
    ...     rho = sl.Uniform(0, 1)
    ...     swing = sl.AR1(rho, spread, over=(person, day))
    ...     mood = sl.Normal(mean + swing, noise, observed=True)
    """
    return _process(AR1_FAMILY, {"rho": rho, "sigma": sigma}, over, centered)


def ICAR(
    sigma: Operand | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    borders: str,
    centered: bool | None = None,
) -> Expression:
    """An intrinsic conditional autoregression: each area varies about the mean of its neighbours.

    Areas that hang together sum to 0, so that what they have in common is another line's. It is scaled so
    that `sigma` is about the standard deviation of an area, whatever the map (the geometric mean of their
    variances is its square). An area without a neighbour varies by itself.

    Parameters
    ----------
    sigma : expression or number, optional
        The standard deviation. Left out it is unknown, with a default prior, which `Model.priors` shows.
    over : Level, or a tuple with the level of areas as its last
        The units; of a tuple each combination of the others has a map of its own.
    borders : str
        The name of a table that comes with the data, in ``tables=``: two columns with areas that share a
        border, a list of such pairs, or a dict with the neighbours of each area.
    centered : bool, optional
        Whether it is sampled as it is; by default through the independent numbers that it is made of.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If there is no level in `over`, or `borders` is no text.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Cases(sl.Model):
    ...     district = sl.Level()
    ...     mean, sd, share = sl.Normal(0, 2), sl.HalfNormal(1), sl.Beta(1, 1)
    ...     space = sl.ICAR(1, over=district, borders="borders")
    ...     alone = sl.Normal(0, 1, over=district)
    ...     bym2 = sd * (sl.sqrt(share) * space + sl.sqrt(1 - share) * alone)
    ...     cases = sl.Poisson(log=mean + bym2 + sl.log(sl.data("expected")), observed=True)
    """
    if not isinstance(borders, str):
        raise DeclarationError(
            f"borders= of sl.{ICAR_FAMILY.name} is {describe(borders)}",
            expected="the name of a table, which comes with the data",
            way_out="write borders='borders' here, and bind(df, tables={'borders': pairs})",
        )
    check_text(borders, "the table of borders=")
    return _process(ICAR_FAMILY, {"sigma": sigma}, over, centered, borders)


def _process(
    family: Family,
    given: dict[str, Operand | None],
    over: Axis | Sequence[Axis] | None,
    centered: bool | None,
    matrix: str | None = None,
) -> Expression:
    args = tuple(
        (name, None if value is None else checked_operand(value, f"{name} of sl.{family.name}"))
        for name, value in given.items()
    )
    if centered not in (None, True, False):
        raise DeclarationError(
            f"centered= of sl.{family.name} is {describe(centered)}", expected="True or False, or nothing"
        )
    return line_of(family, "", args, over=axes_of(family, over), centered=centered, matrix=matrix)
