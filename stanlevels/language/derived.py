"""Columns made of all values of others: standardised, centred, means of units, orthogonal polynomials."""

from __future__ import annotations

from stanlevels.errors import DeclarationError
from stanlevels.language.check_text import check_text
from stanlevels.language.declarations import Level
from stanlevels.language.expressions import Covariates, DataColumn, DerivedColumn, Expression, terms_of
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe

__all__ = ["center", "mean", "polynomial", "spline", "standardize"]


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


@in_words("sl.spline")
def spline(x: str | Expression, knots: int = 10, *, cyclic: bool = False) -> Covariates:
    """A smooth curve of a column: what bends of it, apart from its constant and its slope.

    Penalised cubic B-splines (Eilers and Marx 1996) as covariates: with ``S = sl.spline("x")`` and
    ``w = sl.Normal(0, wiggle, over=S)``, the curve is ``intercept + slope * x + w @ S``, and `wiggle` is the
    standard deviation of what bends, at a typical row: 0 leaves a straight line. ``over=(level, S)`` has a
    curve for each unit. New rows are read on the same knots; beyond the data's range curves go on straight.

    Parameters
    ----------
    x : str or expression of data
        A column's name, ``sl.data(...)``, or an expression of columns.
    knots : int
        How many columns: the most that a curve may bend. More cost time and change little.
    cyclic : bool
        Whether the ends of the range are one place, as for the time of day; then the slope is left out.

    Returns
    -------
    covariates
        Called ``spline(x)[1]``, ``spline(x)[2]``, ...

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Blossoms(sl.Model):
    ...     S = sl.spline("year", knots=15)
    ...     a, slope, wiggle, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    ...     w = sl.Normal(0, wiggle, over=S)
    ...     day = sl.Normal(a + slope * sl.data("year") + w @ S, noise, observed=True)
    """
    if not isinstance(knots, int) or isinstance(knots, bool) or knots < 4:
        raise DeclarationError(f"knots= of sl.spline is {describe(knots)}", expected="a whole number from 4")
    function = "cyclic_spline" if cyclic else "spline"
    return Covariates(((DerivedColumn(function, _column(x, "sl.spline"), degree=knots),),))


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
