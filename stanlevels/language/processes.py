"""Lines whose units are correlated: ``u = sl.AR1(rho, sd, over=week)``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import mul
from typing import Any

from stanlevels.distributions.structures import AR1 as AR1_FAMILY
from stanlevels.distributions.structures import ICAR as ICAR_FAMILY
from stanlevels.distributions.structures import KERNELS, RANDOM_WALK, field_name
from stanlevels.distributions.table import FAMILIES, Family
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.check_text import check_text
from stanlevels.language.declarations import Level
from stanlevels.language.derived import sines
from stanlevels.language.distributions import Axis, axes_of, line_of
from stanlevels.language.effects import Field
from stanlevels.language.expressions import (
    Covariates,
    DataColumn,
    Expression,
    Operand,
    Variable,
    checked_operand,
)
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe
from stanlevels.words import counted

__all__ = ["AR1", "GP", "ICAR", "RandomWalk"]

_APART = "it is a deviation: what it deviates from is another line, and the two are added"
_MEANT = {
    **dict.fromkeys(("mu", "mean", "start", "intercept"), _APART),
    **dict.fromkeys(("sd", "scale", "tau"), "the standard deviation is sigma="),
    **dict.fromkeys(("time", "gr", "by"), "the units are over=level, or over=(group, time)"),
}
_IN_TIME = _MEANT | dict.fromkeys(("phi", "ar"), "the correlation of neighbours in time is rho=")
_OF_AREAS = _MEANT | dict.fromkeys(("corr", "adjacency", "W", "M"), "the neighbours are borders=")
_OF_PLACES = {
    **_MEANT,
    **dict.fromkeys(("lengthscale", "rho", "ls"), "the distance over which correlations fall is length="),
    **dict.fromkeys(("cov", "k"), "how correlations fall is kernel="),
    **dict.fromkeys(("m", "waves", "k_basis"), "how many waves there are is basis="),
    **dict.fromkeys(("c", "L", "factor"), "where waves end, in half ranges, is boundary="),
}


@in_words("sl.RandomWalk", _MEANT, "write sl.RandomWalk(sigma, over=week)")
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


@in_words("sl.AR1", _IN_TIME, "write sl.AR1(rho, sigma, over=week)")
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


@in_words("sl.ICAR", _OF_AREAS, "write sl.ICAR(sigma, over=area, borders='borders')")
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


@in_words("sl.GP", _OF_PLACES)
def GP(
    *coordinates: str | Expression,
    length: Operand | None = None,
    sigma: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    kernel: str = "gaussian",
    basis: int | Sequence[int] | None = None,
    boundary: float | None = None,
    centered: bool | None = None,
) -> Expression:
    """A Gaussian process over places: what lies nearer is correlated more.

    Without `basis` it is exact, over the units of a level, with work that grows with the cube of their
    number: for up to a few hundred of them. With `basis`, a sum of sine waves stands for it (a Hilbert-space
    Gaussian process; Riutort-Mayol et al. 2023): for any number of rows. ``f = sl.GP("x", basis=20)``
    stands for two lines, ``f_covariates = sl.sines("x", 20)`` and ``f = sl.GP(over=f_covariates)``; in a
    predictor, ``f`` is the process. The plan says which lengths the waves can tell.

    Parameters
    ----------
    coordinates : str or sl.data column
        Columns that tell where each unit, or row, is; distances are straight lines between them. None with
        `over` a set of waves that `sines` makes.
    length : expression or number, optional
        The distance over which correlations fall: that at a distance d is ``exp(-(d / length)**2 / 2)``, or
        as `kernel` says. Left out it is unknown, up to as far as units lie apart.
    sigma : expression or number, optional
        The standard deviation. Left out it is unknown, with a default prior, which `Model.priors` shows.
    over : Level, or a tuple
        The units that have places; with `basis`, units that have a process each, with the same `sigma` and
        `length`, or nothing.
    kernel : {"gaussian", "exponential", "matern32", "matern52"}
        How correlations fall: smoothly; as ``exp(-d / length)``; or Matern's with smoothness 3/2 and 5/2.
    basis : int or a list of them, optional
        How many sine waves there are along each coordinate.
    boundary : float, optional
        Where these end, in half ranges of the column from its middle; 1.5 where it is left out.
    centered : bool, optional
        Whether it is sampled as it is; by default through the independent numbers that it is made of.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If there are no coordinates, without a basis more than one level in `over`, or the kernel is another.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Wells(sl.Model):
    ...     well = sl.Level()
    ...     mean, noise = sl.Normal(0, 5), sl.HalfNormal(1)
    ...     field = sl.GP("east", "north", over=well)
    ...     arsenic = sl.Normal(mean + field, noise, observed=True)
    """
    if not isinstance(kernel, str) or kernel not in KERNELS:
        raise DeclarationError(
            f"kernel= of sl.GP is {describe(kernel)}", expected=f"one of {listing(KERNELS)}"
        )
    given: dict[str, Any] = {"length": length, "sigma": sigma}
    waves = FAMILIES[field_name(0, kernel)]
    if basis is not None:
        return _waves(coordinates, basis, boundary, over, waves, given, centered)
    if boundary is not None:
        raise DeclarationError(
            "sl.GP is given boundary= without basis=", expected="both: it is where the waves of a basis end"
        )
    if not coordinates and any(isinstance(axis, Covariates) for axis in axes_of(waves, over)):
        return _process(waves, given, over, centered)
    if not coordinates:
        raise DeclarationError(
            "sl.GP is given no coordinates",
            expected="columns",
            way_out='write sl.GP("lat", "lon", over=site)',
        )
    places = [_place(each) for each in coordinates]
    axes = axes_of(FAMILIES[field_name(len(places), kernel)], over)
    if sum(isinstance(axis, Level) for axis in axes) != 1:
        raise DeclarationError(
            "over= of sl.GP is to name one level, whose units have places",
            expected="one level, and perhaps covariates or an Index beside it",
        )
    given = {f"x{k}": place for k, place in enumerate(places, 1)} | given
    return _process(FAMILIES[field_name(len(places), kernel)], given, over, centered)


def _waves(
    coordinates: tuple[str | Expression, ...],
    basis: int | Sequence[int],
    boundary: float | None,
    over: Axis | Sequence[Axis] | None,
    family: Family,
    given: dict[str, Any],
    centered: bool | None,
) -> Expression:
    """A process that is a sum of waves: a line once it has a name."""
    if not coordinates:
        raise DeclarationError(
            "sl.GP is given a basis and no coordinates",
            expected="columns",
            way_out='write sl.GP("x", basis=20)',
        )
    counts: list[Any] = [basis] * len(coordinates)
    if isinstance(basis, Sequence) and not isinstance(basis, str):
        counts = [*basis]
    if len(counts) != len(coordinates):
        numbers, places = counted(len(counts), "number"), counted(len(coordinates), "coordinate")
        raise DeclarationError(
            f"basis= of sl.GP has {numbers}, for {places}",
            expected="one number, or one for each coordinate",
        )
    axes = axes_of(family, over)
    if odd := [axis for axis in axes if isinstance(axis, Covariates)]:
        raise DeclarationError(
            f"over= of sl.GP with a basis is {describe(odd[0])}",
            expected="levels, each unit of which has a process of its own, or nothing",
            way_out="leave basis= and coordinates out, where over= is a set of sl.sines",
        )
    more = {} if boundary is None else {"boundary": boundary}
    sets = [sines(_place(x), n, **more) for x, n in zip(coordinates, counts, strict=True)]

    def line(covariates: Covariates) -> Variable:
        made = _process(family, given, (*axes, covariates), centered)
        assert isinstance(made, Variable)  # it is what a line is
        return made

    return Field(reduce(mul, sets), axes, line)


def _place(column: str | Expression) -> Expression:
    if isinstance(column, Expression):
        return column
    if not isinstance(column, str):
        raise DeclarationError(
            f"a coordinate of sl.GP is {describe(column)}", expected="the name of a column, or sl.data(...)"
        )
    check_text(column, "a coordinate of sl.GP")
    return DataColumn(column)


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
