"""What cells keep of their rows: sufficient statistics, where a distribution has them.

Rows of a cell have the same arguments. What their log densities sum up to then depends on a few sums over
them alone, whatever the arguments are (Fisher 1922).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.points import Points, apart, exp_of, inverse_of, of_beta, of_gamma
from stanlevels.distributions.special import special
from stanlevels.graph import Expr, Ref

__all__ = [
    "CONSTANT",
    "Argument",
    "Grouped",
    "Kept",
    "Statistic",
    "beta",
    "conway_maxwell_poisson",
    "exponential",
    "gamma",
    "negative_binomial",
    "normal",
    "poisson",
    "table",
    "trials",
]

# --- sums over rows -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Grouped:
    """The rows of an outcome by cell.

    Attributes
    ----------
    y : ndarray, (rows,)
        The outcome; category codes from 1.
    codes : ndarray of int, (rows,)
        The cell of each row.
    size : int
        Number of cells.
    weights : ndarray, (rows,), optional
        How often each row counts; once without them.
    trials : ndarray, (rows,), optional
        Of each row, where the distribution has them.
    exposure : ndarray, (rows,), optional
        What the mean of each row is multiplied by beside what its cell says.
    categories : int
        How many there are; 0 where the outcome is none of several.
    more : ndarray of bool, (rows,), optional
        Of which rows it is known alone that they are more than the outcome.
    """

    y: Array
    codes: Codes
    size: int
    weights: Array | None = None
    trials: Array | None = None
    exposure: Array | None = None
    categories: int = 0
    more: Array | None = None

    def only(self, which: Array) -> Grouped:
        """Some of the rows; the cells are the same."""

        def some(values: Array | None) -> Array | None:
            return None if values is None else values[which]

        return replace(
            self,
            y=self.y[which],
            codes=self.codes[which],
            weights=some(self.weights),
            trials=some(self.trials),
            exposure=some(self.exposure),
            more=some(self.more),
        )

    def total(self, values: Array | float) -> Array:
        """Sums (cells,) of values of the rows, each as often as it counts."""
        counted = np.broadcast_to(np.asarray(values, dtype=float), self.codes.shape)
        counted = counted if self.weights is None else counted * self.weights
        return np.bincount(self.codes, counted, minlength=self.size)

    @cached_property
    def n(self) -> Array:
        """Rows (cells,)."""
        return self.total(1.0)

    def mean(self, values: Array) -> Array:
        """Means (cells,), summed about the mean of all rows; 0 in cells of no weight."""
        center = float(np.average(values, weights=self.weights)) if self.n.any() else 0.0
        return center + self._share(self.total(values - center))

    def squares(self, values: Array) -> Array:
        """Sums of squares about the cells' means (cells,)."""
        apart = values - self.mean(values)[self.codes]
        return self.total(np.square(apart)) - self._share(np.square(self.total(apart)))

    def _share(self, total: Array) -> Array:
        return np.divide(total, self.n, out=np.zeros(self.size), where=self.n > 0)

    @cached_property
    def distinct(self) -> tuple[Array, Array]:
        """The values that occur, and how often each does."""
        values, codes = np.unique(self.y, return_inverse=True)
        return values.astype(float), np.bincount(codes.reshape(-1), self.weights, minlength=len(values))

    def by_category(self) -> Array:
        """Rows of every category (cells, categories)."""
        at = self.codes * self.categories + self.y.astype(np.int64) - 1
        found = np.bincount(at, self.weights, minlength=self.size * self.categories)
        return found.astype(float).reshape(self.size, self.categories)


@dataclass(frozen=True)
class Statistic:
    """One number for every cell, or for all together.

    Attributes
    ----------
    name : str
        As programs call it, after the name of the outcome.
    words : str
        What it is.
    compute : callable
        Of `Grouped` rows.
    sizes : tuple of str
        What it extends over: "cells", "categories", "distinct" (the values that occur).
    """

    name: str
    words: str
    compute: Callable[[Grouped], Array]
    sizes: tuple[str, ...] = ("cells",)


@dataclass(frozen=True)
class Argument:
    """What our function of cells takes of a distribution's arguments, and how.

    `shape` is "cells" (a number per cell), "either" (that, or one number), "common" (the same for every row:
    else rows cannot be compressed), or "table" (a row of numbers per cell). The function reads it `once`, or
    more often.
    """

    value: Expr
    shape: str = "cells"
    once: bool = False


@dataclass(frozen=True)
class Kept:
    """The density of rows in cells.

    Attributes
    ----------
    stan : str
        Our function of cells, a file of `stan_templates/functions` without its suffix: of the first
        statistic, given the others and the arguments.
    statistics : tuple of Statistic
    arguments : tuple of Argument
    constant : callable, optional
        What the log density of every row has beside what the function says, from `Grouped` rows.
    pooled : str
        The statistic that is summed over cells where the argument of shape "either" is one number.
    exposed : bool
        Whether known factors of the mean may differ within a cell.
    points : Points, optional
        Where the values are no whole numbers: two that stand for those of a cell.
    cost : float
        The time that the density of a cell takes, in that of a row (measured; see how-it-works).
    among : callable, optional
        Which values these are the statistics of, where that is a part of them.
    beside : Kept, optional
        What is kept of all values then, such as how many are of that part: another function of cells.
    of_times : bool
        Whether values that are only known to be more add to the first statistic as others do, and to none
        besides.
    censored : bool
        Whether there are such values: what is known of rows may differ within cells then.
    """

    stan: str
    statistics: tuple[Statistic, ...]
    arguments: tuple[Argument, ...]
    constant: Callable[[Grouped], Array] | None = None
    pooled: str = ""
    exposed: bool = False
    points: Points | None = None
    cost: float = 1.0
    among: Callable[[Array], Array] | None = None
    beside: Kept | None = None
    of_times: bool = False
    censored: bool = False

    @property
    def parts(self) -> tuple[Kept, ...]:
        """What has a function of cells of its own: this, and what is kept beside it."""
        return (self,) if self.beside is None else (self, *self.beside.parts)

    def statistic(self, name: str) -> Statistic:
        """The statistic called `name`."""
        every = (s for part in self.parts for s in part.statistics)
        return next(s for s in (*every, CONSTANT) if s.name == name)

    def value(self, name: str, rows: Grouped, *, pooled: bool = False) -> Array:
        """One statistic of rows; `pooled` over all cells."""
        if self.beside is not None and any(s.name == name for s in self.beside.statistics):
            return self.beside.value(name, rows, pooled=pooled)
        if self.among is not None:
            rows = rows.only(self.among(rows.y))
        if name == CONSTANT.name:
            each = np.zeros(len(rows.y)) if self.constant is None else self.constant(rows)
            return np.asarray(rows.total(each).sum())
        found = np.asarray(self.statistic(name).compute(rows), dtype=float)
        return np.asarray(found.sum()) if pooled else found


CONSTANT = Statistic("constant", "what no argument changes", lambda rows: rows.total(0.0), ())

# --- the usual statistics -------------------------------------------------------------------------

_N = Statistic("n", "rows", lambda rows: rows.n)
_TRIALS = Statistic(
    "trials", "trials", lambda rows: rows.n if rows.trials is None else rows.total(rows.trials)
)
_SUCCESSES = Statistic("successes", "successes", lambda rows: rows.total(rows.y))


def _total(words: str, of: Callable[[Array], Array] = np.positive, name: str = "total") -> Statistic:
    return Statistic(name, words, lambda rows: rows.total(of(rows.y)))


def _log_choose(n: Array, k: Array) -> Array:
    return np.asarray(-np.log1p(n) - special.betaln(1 + n - k, 1 + k))


# --- families -------------------------------------------------------------------------------------


def normal(*, by_log: bool = False) -> Kept:
    """Of a normal variable, or of one whose logarithm is normal."""
    scale: Callable[[Array], Array] = np.log if by_log else np.positive
    words = " of the logarithms" if by_log else ""
    mean = Statistic("mean", f"mean{words}", lambda rows: rows.mean(scale(rows.y)))
    squares = Statistic(
        "squares", f"sum of squares{words} about the mean", lambda rows: rows.squares(scale(rows.y))
    )
    return Kept(
        "normal_cells",
        (mean, _N, squares),
        (Argument(Ref("mu"), once=True), Argument(Ref("sigma"), "either")),
        constant=(lambda rows: -np.log(rows.y)) if by_log else None,
        pooled="squares",
        points=Points(
            ("log" if by_log else "identity",),
            (lambda mean, variance: exp_of(apart(mean, variance))) if by_log else apart,
            spread=True,
        ),
        cost=1.2 if by_log else 1.8,
    )


def trials(argument: str, *, by_logit: bool, several: bool = False) -> Kept:
    """Of successes, `several` where rows have numbers of trials."""

    def ways(rows: Grouped) -> Array:
        assert rows.trials is not None
        return _log_choose(rows.trials, rows.y)

    return Kept(
        "binomial_logit_cells" if by_logit else "binomial_cells",
        (_SUCCESSES, _TRIALS),
        (Argument(Ref(argument)),),
        constant=ways if several else None,
        cost=(1.3 if by_logit else 2.5) * (0.5 if several else 1.0),
    )


def poisson(argument: str, *, by_log: bool) -> Kept:
    """Of counts, with exposures that may differ within cells."""

    def constant(rows: Grouped) -> Array:
        exposure = 1.0 if rows.exposure is None else rows.exposure
        return np.asarray(special.xlogy(rows.y, exposure) - special.gammaln(rows.y + 1.0))

    exposure = Statistic(
        "exposure", "exposure", lambda rows: rows.n if rows.exposure is None else rows.total(rows.exposure)
    )
    stan = "poisson_log_cells" if by_log else "poisson_cells"
    return Kept(
        stan,
        (_total("sum"), exposure),
        (Argument(Ref(argument)),),
        constant=constant,
        exposed=by_log,
        cost=0.5 if by_log else 0.8,
    )


def exponential(argument: Expr, *, by_log: bool = False) -> Kept:
    """Of waiting times, by their rate or the logarithm of it."""
    stan = "exponential_log_cells" if by_log else "exponential_cells"
    points = Points(("identity",), lambda mean: (mean, mean))
    return Kept(
        stan,
        (_total("sum"), _N),
        (Argument(argument),),
        points=points,
        cost=1.0 if by_log else 1.6,
        of_times=True,
    )


def gamma(alpha: Expr, beta: Expr, *, inverse: bool = False) -> Kept:
    """Of a gamma variable, or of one whose inverse is gamma."""
    if inverse:
        total = _total("sum of the inverses", np.reciprocal)
        log_total = _total("sum of the logarithms of the inverses", lambda y: -np.log(y), "log_total")
    else:
        total, log_total = _total("sum"), _total("sum of the logarithms", np.log, "log_total")
    return Kept(
        "gamma_cells",
        (total, _N, log_total),
        (Argument(alpha, "either"), Argument(beta)),
        constant=(lambda rows: -2 * np.log(rows.y)) if inverse else None,
        pooled="log_total",
        points=Points(
            ("inverse", "log") if inverse else ("identity", "log"),
            (lambda mean, log: inverse_of(of_gamma(mean, -log))) if inverse else of_gamma,
        ),
        cost=0.9,
    )


def beta(alpha: Expr, beta: Expr) -> Kept:
    """Of shares."""
    log_total = _total("sum of the logarithms", np.log, "log_total")
    log1m_total = _total("sum of the logarithms of the rest", lambda y: np.log1p(-y), "log1m_total")
    return Kept(
        "beta_cells",
        (log_total, _N, log1m_total),
        (Argument(alpha), Argument(beta)),
        points=Points(("log", "log1m"), of_beta),
        cost=2.5,
    )


def negative_binomial(log_mean: Expr) -> Kept:
    """Of counts with more variance than Poisson counts; what the shape alone tells is common to all cells."""
    values = Statistic("values", "the values that occur", lambda rows: rows.distinct[0], ("distinct",))
    counts = Statistic("counts", "how often each value occurs", lambda rows: rows.distinct[1], ("distinct",))
    return Kept(
        "neg_binomial_2_log_cells",
        (_total("sum"), _N, values, counts),
        (Argument(log_mean, once=True), Argument(Ref("shape"), "common")),
        cost=0.9,
    )


def conway_maxwell_poisson(mu: Expr) -> Kept:
    """Of counts whose masses go as powers of Poisson's, with one shape for all."""
    factorials = Statistic(
        "factorials",
        "sum of the logarithms of the factorials",
        lambda rows: np.asarray(rows.total(special.gammaln(rows.y + 1.0)).sum()),
        (),
    )
    return Kept(
        "conway_maxwell_poisson_cells",
        (_total("sum"), _N, factorials),
        (Argument(mu), Argument(Ref("shape"), "common")),
        cost=1.0,
    )


def table(stan: str, *arguments: Argument) -> Kept:
    """Of one of several categories."""
    counts = Statistic(
        "counts", "rows of every category", lambda rows: rows.by_category(), ("cells", "categories")
    )
    return Kept(stan, (counts,), arguments)
