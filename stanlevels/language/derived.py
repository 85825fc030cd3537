"""Columns made of all values of others: standardised, centred, means of units, orthogonal polynomials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

from stanlevels.errors import DeclarationError, listing
from stanlevels.language.check_text import check_text
from stanlevels.language.declarations import Level
from stanlevels.language.expressions import Covariates, DataColumn, DerivedColumn, Expression, terms_of
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import checked_number, describe
from stanlevels.words import counted

__all__ = ["center", "mean", "polynomial", "sines", "spline", "standardize"]

_OF_SPLINES = {
    **dict.fromkeys(("k", "df", "degree", "basis", "bs"), "how much a curve may bend is knots="),
    **dict.fromkeys(("cyclic", "ends", "circle"), "a circle is period=, such as period=24 for hours"),
    **dict.fromkeys(("by", "over", "level"), "curves by unit are over=(level, S) of their coefficients"),
}

_OF_SINES = {
    **dict.fromkeys(("m", "k", "n", "waves", "count"), "how many waves there are is basis="),
    **dict.fromkeys(("c", "L", "factor"), "where they end, in half ranges, is boundary="),
}


@in_words("sl.standardize")
def standardize(x: str | Expression) -> Expression:
    """A column less its mean, over its standard deviation.

    Mean and standard deviation (with n - 1) are those of the rows, or of the units where the column stands
    in a level's table; frequency weights count as rows. The plan shows them, and new data are read by them.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.

    Returns
    -------
    Expression
        A column, in any line and among covariates.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Prices(sl.Model):
    ...     X = sl.covariates(1, sl.standardize("age"), sl.standardize(sl.log(sl.data("size"))))
    ...     b = sl.Normal(over=X)
    ...     noise = sl.HalfNormal()
    ...     price = sl.Normal(b @ X, noise, observed=True)
    """
    return DerivedColumn("standardize", _column(x, "sl.standardize"))


@in_words("sl.center")
def center(x: str | Expression) -> Expression:
    """A column less its mean; the mean is found as in `standardize`.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.

    Returns
    -------
    Expression
        A column, in any line and among covariates.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Growth(sl.Model):
    ...     a, b, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    ...     height = sl.Normal(a + b * sl.center("age"), noise, observed=True)
    """
    return DerivedColumn("center", _column(x, "sl.center"))


@in_words("sl.mean")
def mean(x: str | Expression, *, over: Level) -> Expression:
    """The mean of a column in each unit of a level.

    In new data, rows of known units have the means that were found first, and rows of new units the mean
    of their own rows.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.
    over : Level
        Whose units have the means.

    Returns
    -------
    Expression
        A column, with one value per unit: in lines over the level as in lines over rows.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Schools(sl.Model):
    ...     school = sl.Level()
    ...     a, between, within = sl.Normal(), sl.Normal(), sl.Normal()
    ...     sd, noise = sl.HalfNormal(), sl.HalfNormal()
    ...     A = sl.Normal(a + between * sl.mean("ses", over=school), sd, over=school)
    ...     own = sl.data("ses") - sl.mean("ses", over=school)
    ...     score = sl.Normal(A + within * own, noise, observed=True)
    """
    if not isinstance(over, Level):
        raise DeclarationError(
            f"over= of sl.mean is {describe(over)}", expected="a Level", way_out="sl.mean(x, over=school)"
        )
    return DerivedColumn("mean", _column(x, "sl.mean"), over=over)


@in_words("sl.polynomial")
def polynomial(x: str | Expression, degree: int) -> Covariates:
    """Orthogonal polynomials of a column, as R's ``poly``: a covariate for each power.

    Every column has mean 0 and squares that sum to 1 over the rows, and is orthogonal to those before it. Raw
    powers are written ``x``, ``x**2``.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.
    degree : int
        The highest power; the column needs more distinct values than that.

    Returns
    -------
    covariates
        Called ``polynomial(x)[1]``, ``polynomial(x)[2]``, ...

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Growth(sl.Model):
    ...     X = sl.covariates(1, sl.polynomial("age", 2), "sex")
    ...     b = sl.Normal(over=X)
    ...     noise = sl.HalfNormal()
    ...     height = sl.Normal(b @ X, noise, observed=True)
    """
    if not isinstance(degree, int) or isinstance(degree, bool) or degree < 1:
        raise DeclarationError(
            f"the degree of sl.polynomial is {describe(degree)}", expected="a whole number from 1"
        )
    return Covariates(((DerivedColumn("polynomial", _column(x, "sl.polynomial"), degree=degree),),))


@in_words("sl.spline", _OF_SPLINES)
def spline(
    x: str | Expression,
    knots: int | Sequence[float] = 10,
    *,
    spacing: Literal["quantiles", "equal"] = "quantiles",
    period: float | None = None,
) -> Covariates:
    """A smooth curve of a column: what bends of it, apart from its constant and its slope.

    A penalised cubic spline as covariates: with ``S = sl.spline("x")`` and
    ``w = sl.Normal(0, wiggle, over=S)``, the curve is ``intercept + slope * x + w @ S``, and `wiggle` is the
    standard deviation of what bends, at a typical row: 0 leaves a straight line. It is the smoothing spline
    (a penalty on the integral of the squared second derivative; Wand and Ormerod 2008) as a mixed model: the
    amount of smoothing is found as any standard deviation is. ``over=(level, S)`` has a curve for each unit,
    and ``S * T`` bends in two directions. New rows are read on the same knots, beyond which curves go on
    straight.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.
    knots : int or sequence of float
        How many knots there are, and columns: the most that a curve may bend. More cost time, and change
        little once there are enough. Or their places, the ends among them.
    spacing : {"quantiles", "equal"}
        Whether knots stand at quantiles of the distinct values or at equal distances.
    period : float, optional
        The length of a circle, as 24 for the hour of a day: curves go on where they began, and have no slope.
        Knots then stand at equal distances.

    Returns
    -------
    covariates
        Called ``spline(x, 10)[1]``, ``spline(x, 10)[2]``, ...

    Raises
    ------
    DeclarationError
        If there are fewer than 4 knots, or an argument is not one of these.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Blossoms(sl.Model):
    ...     S = sl.spline("year", knots=15)
    ...     a, slope, wiggle, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    ...     w = sl.Normal(0, wiggle, over=S)
    ...     day = sl.Normal(a + slope * sl.data("year") + w @ S, noise, observed=True)
    """
    if spacing not in ("quantiles", "equal"):
        raise DeclarationError(f"spacing= of sl.spline is {spacing!r}", expected="'quantiles' or 'equal'")
    options: dict[str, Any] = {}
    if isinstance(knots, int) and not isinstance(knots, bool):
        count = knots
        options |= {"spacing": "equal"} if spacing == "equal" and period is None else {}
    else:
        places = _places(knots)
        count, options["knots"] = len(places), places
    if count < 4:
        raise DeclarationError(f"sl.spline has {counted(count, 'knot')}", expected="at least 4")
    if period is not None:
        length = float(checked_number(period, "period= of sl.spline"))
        if not length > 0 or "knots" in options:
            raise DeclarationError(
                f"sl.spline has period={period!r}" + (" and places of knots" if "knots" in options else ""),
                expected="a length above 0, and a number of knots",
            )
        options["period"] = length
    column = DerivedColumn("spline", _column(x, "sl.spline"), degree=count, options=tuple(options.items()))
    return Covariates(((column,),))


@in_words("sl.sines", _OF_SINES)
def sines(x: str | Expression, basis: int = 20, *, boundary: float = 1.5) -> Covariates:
    """Sine waves of a column, of which a Gaussian process over it is a sum.

    They turn by half, 1, 1.5, ... up to ``basis / 2`` times over an interval, and are 0 at its ends: the
    basis of Hilbert-space Gaussian processes (Solin and Sarkka 2020). The product of two sets is a basis over
    two columns. ``f = sl.GP("x", basis=20)`` stands for this set, coefficients ``sl.GP(over=H)``, and their
    product, ``f @ H``. New rows are read on the same waves.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.
    basis : int
        How many waves there are: the more, the shorter the lengths that they can tell.
    boundary : float
        Where the waves end, in half ranges of the column from its middle.

    Returns
    -------
    covariates
        Called ``sines(x, 20)[1]``, ``sines(x, 20)[2]``, ...

    Raises
    ------
    DeclarationError
        If there is no wave, or they end before the data do.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Moods(sl.Model):
    ...     H = sl.sines("day", 15)
    ...     mean, noise = sl.Normal(), sl.HalfNormal()
    ...     w = sl.GP(over=H)
    ...     mood = sl.Normal(mean + w @ H, noise, observed=True)
    """
    if not isinstance(basis, int) or isinstance(basis, bool) or basis < 1:
        raise DeclarationError(
            f"basis= of sl.sines is {describe(basis)}",
            expected="a whole number from 1, how many waves there are",
        )
    end = float(checked_number(boundary, "boundary= of sl.sines"))
    if not end > 1:
        raise DeclarationError(
            f"boundary= of sl.sines is {boundary!r}, and waves are 0 there",
            expected="a number above 1: how far out they end, in half ranges of the data",
            way_out="leave it out, which is 1.5",
        )
    options = () if end == 1.5 else (("boundary", end),)
    return Covariates(((DerivedColumn("sines", _column(x, "sl.sines"), degree=basis, options=options),),))


def _places(knots: object) -> tuple[float, ...]:
    """The places of knots, in order."""
    if isinstance(knots, str) or not isinstance(knots, Iterable):
        raise DeclarationError(
            f"knots= of sl.spline is {describe(knots)}", expected="a whole number from 4, or places in order"
        )
    places = tuple(float(checked_number(place, "a knot of sl.spline")) for place in knots)
    if any(after <= before for before, after in pairwise(places)):
        raise DeclarationError(
            f"the knots of sl.spline are {listing(list(places))}", expected="places that rise, each once"
        )
    return places


def _column(x: object, where: str) -> Expression:
    if isinstance(x, str):
        check_text(x, f"the column of {where}")
        return DataColumn(x)
    if isinstance(x, Expression):
        terms_of(x)  # refuses what is not known
        return x
    raise DeclarationError(
        f"{where} is given {describe(x)}",
        expected="a column's name as text, sl.data(...) or an expression of columns",
    )
