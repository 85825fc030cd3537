"""``fit.plot``: the pictures of a fit, each by the model's own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stanlevels.results.faces.face import Tabled
from stanlevels.results.tables.describe import check_level

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Plots"]


@dataclass(frozen=True, eq=False)
class Plots:
    """The pictures of a fit.

    Every picture is drawn with matplotlib on axes of its own, or on those given as ``ax=``, and returns them
    (a figure where it takes several), so that titles and limits can be changed afterwards. Colours are those
    of Okabe and Ito, which colour-blind people tell apart.

    Attributes
    ----------
    fit : Fit, ApproximateFit or PointFit
    """

    fit: Tabled

    def __repr__(self) -> str:
        verbs = [name for name in dir(type(self)) if not name.startswith("_") and name != "fit"]
        return f"<pictures of a fit of {self.fit.model_name}: {', '.join(f'{verb}()' for verb in verbs)}>"

    def shrinkage(
        self,
        name: str,
        *,
        by: object = None,
        components: Sequence[str | int] | str | int | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Partial pooling: arrows from what each unit says alone to its estimate, and complete pooling.

        Open circles are the estimates of each unit's own data (no pooling), filled ones those of the model
        (partial pooling), which lie between them and what everybody's data say (complete pooling). The size
        of a dot says how many rows a unit has. Two components, such as intercepts and slopes, are drawn in
        their plane, with ellipses that hold half and 95 % of the population, and with labels of up to 25
        units where there is room.

        Parameters
        ----------
        name : str
            A normal random variable over a level.
        by : str, mapping, Series or array, optional
            What units are drawn by: ``"rows"``, a level that they lie in, or a column that the model uses and
            that is constant in each unit; or values by unit. By default up to 50 units stand in the order of
            their own data, with their labels, and more by their numbers of rows.
        components : str or sequence of str, optional
            One or two components, where each unit has several; by default the first two.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        FitError
            If the quantity was not pooled, or there is nothing to draw it by.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> import stanlevels as sl
        >>> class Groups(sl.Model):
        ...     group = sl.Level()
        ...     u = sl.Normal(0, 1, over=group)
        ...     y = sl.Normal(u, 1, observed=True)
        >>> fit = Groups.fit({"group": list("aabb"), "y": [1, 2, 3, 5]}, method="mle", progress=False)
        >>> ax = fit.plot.shrinkage("u")
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('u', 'group')
        """
        from stanlevels.results.plots.shrinkage import shrinkage

        return shrinkage(self.fit, name, by, components, ax)

    def effects(
        self,
        name: str,
        *,
        component: str | int | None = None,
        level: float = 0.95,
        order: Literal["estimate", "data", "rows"] = "estimate",
        ax: Axes | None = None,
    ) -> Axes:
        """The units of a quantity with their intervals, in order (a caterpillar plot).

        Thick lines hold half of the posterior, thin ones `level`; the line across is complete pooling, where
        that is one number. Up to 60 units have their labels.

        Parameters
        ----------
        name : str
            A quantity over a level.
        component : str or int, optional
            One of several numbers of each unit; by default the first.
        level : float
            Share of the posterior in the long intervals.
        order : {"estimate", "data", "rows"}
            The order of units: by estimate, as in the data, or by number of rows.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        FitError
            If there is no such quantity or component, or it has no units.
        """
        from stanlevels.results.plots.caterpillar import caterpillar

        return caterpillar(self.fit, name, component, level, order, ax)

    def variance(self, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """How much varies at each level: standard deviations with their intervals.

        On the right stand shares of the variance of a row, where it is a sum of such (as `fit.pooling` has
        them in `icc`). A standard deviation that differs between units is averaged over them.

        Parameters
        ----------
        level : float
            Share of the posterior in the intervals.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        FitError
            If no standard deviation was estimated.
        """
        from stanlevels.results.plots.variances import variances

        check_level(level)
        return variances(self.fit, level, ax)

    def predictive(
        self,
        name: str | None = None,
        *,
        component: str | None = None,
        by: str | None = None,
        kind: Literal["density", "ecdf", "bars"] | None = None,
        stat: Literal["mean", "sd", "min", "max"] = "mean",
        seed: int = 0,
        ax: Axes | None = None,
    ) -> Axes:
        """What the model would show beside what was seen (a posterior predictive check).

        All rows are drawn 50 times: as densities, as cumulative shares, or, for whole numbers and categories,
        as bars. With `by`, a statistic of each unit's rows stands beside the interval of its draws, of which
        95 % should hold it.

        Parameters
        ----------
        name : str, optional
            The line with data, where there are several.
        component : str, optional
            The column, where the line has several numbers in each row.
        by : str, optional
            A level, or a column that the model uses.
        kind : {"density", "ecdf", "bars"}, optional
            By default bars for categories and few whole numbers, else densities.
            Of outcomes that are censored from the right "ecdf" alone: shares by Kaplan and Meier.
        stat : {"mean", "sd", "min", "max"}
            What is compared unit by unit.
        seed : int
            Decides the draws.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        FitError
            If there is no such line or level, an argument is not one of these, or the fit has no rows.
        """
        from stanlevels.results.plots.predictive import predictive

        return predictive(self.fit, name, component, by, kind, stat, seed, ax)

    def curve(
        self,
        x: str,
        *,
        by: str | None = None,
        at: Mapping[str, Any] | None = None,
        name: str | None = None,
        level: float = 0.95,
        rows: bool | None = None,
        data: Any = None,
        ax: Axes | None = None,
    ) -> Axes:
        """How the mean of the outcome goes with a column: a curve with its interval, as `predict` has it.

        Other columns are at typical values (as in `grid`), and levels are averaged over. Categories, in their
        order, have points with intervals instead of a curve.

        Parameters
        ----------
        x : str
            A column of data, or a level.
        by : str, optional
            A level or a column: a curve for each of its units or categories, or for the mean of its numbers
            and one sd on either side.
        at : mapping of str to value or values, optional
            Values of other columns and units; of `x` the places, and of `by` the values that have curves.
        name : str, optional
            The line with data, where there are several.
        level : float
            Share of the draws in the interval.
        rows : bool, optional
            Whether the rows that were fitted are drawn as dots; by default where there is one curve and
            nothing is held.
        data : dataframe, mapping or path, optional
            Rows that say how far `x` goes and what is typical, as `grid` takes them; by default those that
            were fitted. A fit that was loaded without its rows needs them.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        FitError
            If a column is unknown, or there are more curves than colours.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     intercept, slope, noise = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(5)
        ...     y = sl.Normal(intercept + slope * sl.data("x"), noise, observed=True)
        >>> fit = Line.fit({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 2.9, 5.1, 7.0]}, "ols", progress=False)
        >>> ax = fit.plot.curve("x")
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('x', 'y')
        """
        from stanlevels.results.plots.curves import curve

        return curve(self.fit, x, by, at or {}, name, level=level, rows=rows, data=data, ax=ax)

    def trace(self, names: Sequence[str] | str | None = None, *, ax: Sequence[Axes] | None = None) -> Figure:
        """The density and the path of every chain; ticks mark divergences.

        Parameters
        ----------
        names : str or sequence of str, optional
            Quantities; by default those without units. At most 40 numbers are drawn.
        ax : sequence of matplotlib.axes.Axes, optional
            Two for each number.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        FitError
            If the fit has no chains, a name is unknown, or there are too many numbers.
        """
        from stanlevels.results.plots.chains import trace

        return trace(self.fit, names, ax)

    def rank(
        self,
        names: Sequence[str] | str | None = None,
        *,
        bins: int = 20,
        ax: Sequence[Axes] | None = None,
    ) -> Figure:
        """Ranks of every chain's draws among all draws (Vehtari and others 2021).

        Chains that agree have flat histograms: 19 of 20 steps lie in the grey band if draws are independent.

        Parameters
        ----------
        names : str or sequence of str, optional
            Quantities; by default those without units. At most 40 numbers are drawn.
        bins : int
            Steps of a histogram.
        ax : sequence of matplotlib.axes.Axes, optional
            One for each number.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        FitError
            If the fit has not several chains, a name is unknown, or there are too many numbers.
        """
        from stanlevels.results.plots.chains import rank

        return rank(self.fit, names, ax, bins)

    def prior_posterior(
        self, names: Sequence[str] | str | None = None, *, ax: Axes | None = None
    ) -> Axes | Figure:
        """What the data added: draws of the prior (grey) and of the posterior (blue).

        Parameters
        ----------
        names : str or sequence of str, optional
            Quantities without units; by default all. At most 24 numbers are drawn.
        ax : matplotlib.axes.Axes, optional
            For one number.

        Returns
        -------
        matplotlib.axes.Axes or matplotlib.figure.Figure
            Axes for one number, a figure for several.

        Raises
        ------
        FitError
            If the fit has no posterior, or a name is none of these.
        """
        from stanlevels.results.plots.priors import prior_posterior

        return prior_posterior(self.fit, names, ax)
