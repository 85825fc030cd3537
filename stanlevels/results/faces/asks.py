"""Comparisons, slopes, contrasts, ranks and shares of variance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.arrays import Array
    from stanlevels.results.faces.face import Face
    from stanlevels.results.marginal.asked import By
    from stanlevels.results.marginal.comparisons import Changes
    from stanlevels.results.marginal.evaluate import Written
    from stanlevels.results.marginal.evaluation import Evaluation

__all__ = ["Asks"]


class Asks:
    """Comparisons, slopes, contrasts, ranks and shares of variance."""

    def evaluate(
        self: Face, expression: Written | Mapping[str, Written], *, level: float = 0.95
    ) -> Evaluation:
        """Work out an expression of quantities draw by draw: a contrast, a ratio, a hypothesis.

        Parameters
        ----------
        expression : callable, or mapping of str to callable
            A function of the model's quantities: ``lambda m: m.A["x"] - m.A["y"]``. ``m.A`` is all units
            of A; an index is a unit's label, a component's label, or both (``m.B["s1", "slope"]``); a unit of
            a nested level is also named by its path, ``m.A["publisher", "app"]``; a list of labels takes
            several; ``m["A"]`` is for names that Python cannot write. Arithmetic, ``sl.exp`` and its kin,
            functions of NumPy, ``.mean()``, ``.sum()``, ``.min()`` and ``.max()`` over units, and
            comparisons with ``&``, ``|`` and ``~`` work; a quantity over publishers in an expression over
            apps is looked up. Several expressions have names, in a mapping.
        level : float
            Share of the draws between `lower` and `upper`.

        Returns
        -------
        Evaluation
            Prints as its `table`, with a row per number: estimate, sd, lower, upper, and `above_0`, the
            probability to be positive. An expression that is true or false has `probability` and `odds`
            (posterior odds against its opposite). ``.draws`` holds the draws with labels, for xarray.

        Raises
        ------
        FitError
            If a quantity, a unit or a component is unknown; the closest label is named.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> rows = {"school": ["A", "A", "B", "B", "C"], "score": [2.0, 3.5, 0.1, 0.4, 5.0]}
        >>> fit = Schools.fit(rows, "mle", progress=False)
        >>> gap = fit.evaluate(lambda m: m.effect["C"] - m.effect["B"])
        >>> bool(gap.lower < gap.estimate < gap.upper)
        True
        >>> fit.evaluate(lambda m: m.effect["C"] > m.effect["B"]).probability > 0.9
        True
        """
        from stanlevels.results.marginal.evaluate import evaluate

        return evaluate(self, expression, level)

    def rank(
        self: Face,
        of: str | Written,
        *,
        best: Literal["highest", "lowest"] = "highest",
        component: str | int | None = None,
        top: int | None = None,
        draws: int | None = None,
        level: float = 0.95,
        progress: bool = True,
    ) -> pd.DataFrame:
        """Rank the units of a quantity, with the uncertainty of their ranks: every draw ranks all of them.

        Parameters
        ----------
        of : str or callable
            A quantity with units, or an expression as `evaluate` takes it.
        best : {"highest", "lowest"}
            Which end has rank 1.
        component : str or int, optional
            Which one, of a quantity with several numbers per unit.
        top : int, optional
            Also the probability to be among so many best units.
        draws : int, optional
            So many draws of each chain, evenly spaced; by default all, or for more than 100 million ranks
            fewer, which is said below the table.
        level : float
            Coverage of the intervals of ranks.
        progress : bool
            Whether a bar is shown where it takes long.

        Returns
        -------
        pandas.DataFrame
            A row per unit, the best first: its labels; estimate and sd of the quantity; expected_rank,
            median_rank, lower_rank, upper_rank; `first`, the probability to be the best; ``top_k``. Units
            that tie in a draw share the mean of their ranks there, and the first place.

        Raises
        ------
        FitError
            If there is nothing to rank, or an argument is not one of those above.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> rows = {"school": ["A", "A", "B", "B", "C"], "score": [2.0, 3.5, 0.1, 0.4, 5.0]}
        >>> fit = Schools.fit(rows, "mle", progress=False)
        >>> fit.rank("effect")["school"].tolist()
        ['C', 'A', 'B']
        """
        from stanlevels.results.marginal.ranks import rank

        return rank(
            self, of, best=best, component=component, top=top, draws=draws, level=level, progress=progress
        )

    def comparisons(
        self: Face,
        changes: Changes,
        *,
        data: Any = None,
        by: By = None,
        name: str | None = None,
        kind: str | Callable[[Array, Array], Array] = "difference",
        together: bool = False,
        average_over: Collection[str] = (),
        weights: str | None = None,
        tables: Mapping[str, Any] | None = None,
        level: float = 0.95,
        draws: int | None = None,
        seed: int = 0,
        output: Literal["frame", "xarray"] = "frame",
        progress: bool = True,
    ) -> pd.DataFrame | xarray.DataArray:
        """How the mean of the outcome changes when columns do: the average over rows, or by group.

        Every row keeps all else that it has. What is made of a column (``sl.standardize``, a polynomial) is
        made again, and the effects of units move with the mean that their line declares. Two means are
        averaged over rows first and compared then, draw by draw.

        Parameters
        ----------
        changes : str, sequence of str, or mapping
            Columns, or of each how it changes: a list of values (each against the first), a list of pairs
            ``(from, to)``, a number that is added, "reference" (each category against the reference),
            "pairwise", "sequential", "sd", "2sd", "iqr" (quartiles), "minmax". A name alone stands for what
            suits the column: categories against the reference, 0 to 1, or one more. The column of a level
            puts all rows into one unit.
        data : dataframe, mapping or path, optional
            Rows; by default those that were fitted. Labels of units may be new, or missing, as in `predict`.
        by : str, sequence of str, or `sl.rows`, optional
            Levels or columns to average within; ``sl.rows`` for every row by itself.
        name : str, optional
            The line with data, where there are several.
        kind : {"difference", "ratio", "log ratio", "odds ratio", "log odds", "lift"} or callable
            What is computed of two means (or probabilities); "log odds" is the difference of these; a
            function takes both, the one changed to first.
        together : bool
            Whether several columns change at once; else one after another.
        average_over : collection of str
            Levels over whose distribution means are taken, as in `predict`.
        weights : str, optional
            A column that says how often each row counts; by default the weights of the line with data.
        tables : mapping of str to dataframe, optional
            Covariates and parents of new units.
        level : float
            Share of the draws between `lower` and `upper`.
        draws : int, optional
            At most so many of each chain.
        seed : int
            Decides the draws of units that were not fitted.
        output : {"frame", "xarray"}
            A table, or the draws.
        progress : bool
            Whether a bar is shown where it takes long.

        Returns
        -------
        pandas.DataFrame or xarray.DataArray
            A row per change and group: `change` (columns), `contrast` (to and from), labels of the group;
            `category` where the outcome is one of several; estimate, sd, lower, upper.

        Raises
        ------
        DataError
            If a category was not fitted.
        FitError
            If a column is unknown, an argument is none of those above, or rows were not kept.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Radon(sl.Model):
        ...     intercept, slope = sl.Normal(0, 5), sl.Normal(0, 5)
        ...     noise = sl.HalfNormal(5)
        ...     y = sl.Normal(intercept + slope * sl.data("basement"), noise, observed=True)
        >>> rows = {"basement": [0, 0, 1, 1], "y": [1.0, 1.2, 0.4, 0.6]}
        >>> fit = Radon.fit(rows, "ols", progress=False)
        >>> float(fit.comparisons({"basement": [0, 1]})["estimate"].item().__round__(6))
        -0.6
        """
        from stanlevels.results.marginal.asked import Question
        from stanlevels.results.marginal.comparisons import comparisons

        question = Question(
            "comparisons", data, name, by, weights, average_over, tables, draws, seed, progress
        )
        return comparisons(self, changes, question, together=together, kind=kind, level=level, output=output)

    def slopes(
        self: Face,
        columns: str | Sequence[str],
        *,
        data: Any = None,
        by: By = None,
        name: str | None = None,
        average_over: Collection[str] = (),
        weights: str | None = None,
        tables: Mapping[str, Any] | None = None,
        level: float = 0.95,
        draws: int | None = None,
        seed: int = 0,
        output: Literal["frame", "xarray"] = "frame",
        progress: bool = True,
    ) -> pd.DataFrame | xarray.DataArray:
        """The slope of the mean of the outcome along numeric columns: the average over rows, or by group.

        The derivative is a central difference with a step of 2e-5 standard deviations of the column, which is
        right to about nine digits.

        Parameters
        ----------
        columns : str or sequence of str
            Numeric columns.
        data, by, name, average_over, weights, tables, level, draws, seed, output, progress
            As in `comparisons`.

        Returns
        -------
        pandas.DataFrame or xarray.DataArray
            A row per column and group: `slope` (the column), labels of the group, `category` where the
            outcome is one of several, estimate, sd, lower, upper.

        Raises
        ------
        FitError
            If a column is unknown or stands for categories.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     intercept, slope = sl.Normal(0, 5), sl.Normal(0, 5)
        ...     noise = sl.HalfNormal(5)
        ...     y = sl.Normal(intercept + slope * sl.data("x"), noise, observed=True)
        >>> fit = Line.fit({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 2.9, 5.1, 7.0]}, "ols", progress=False)
        >>> round(fit.slopes("x")["estimate"].item(), 6)
        2.02
        """
        from stanlevels.results.marginal.asked import Question
        from stanlevels.results.marginal.slopes import slopes

        question = Question("slopes", data, name, by, weights, average_over, tables, draws, seed, progress)
        return slopes(self, columns, question, level=level, output=output)

    def grid(
        self: Face, values: Mapping[str, Any] | None = None, *, data: Any = None, **columns: Any
    ) -> pd.DataFrame:
        """Rows for `predict`: every combination of the values given, all other columns at typical values.

        Parameters
        ----------
        values : mapping of str to value or values, optional
            By column or level, for names that Python cannot write as ``name=``.
        data : dataframe, mapping or path, optional
            Rows that say what is typical; by default those that were fitted.
        **columns
            By column or level: one value, or several.

        Returns
        -------
        pandas.DataFrame
            Numbers that are not given are at their mean (whole ones at the nearest whole number), categories
            and what is 0 or 1 at the commonest value. Units that are not given are unknown (None), for
            which `predict` takes any, or with ``average_over=`` their mean; the parents of units that were
            fitted are filled in.

        Raises
        ------
        FitError
            If a column is unknown, or nothing says what is typical.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     intercept, slope = sl.Normal(0, 5), sl.Normal(0, 5)
        ...     noise = sl.HalfNormal(5)
        ...     y = sl.Normal(intercept + slope * sl.data("x"), noise, observed=True)
        >>> fit = Line.fit({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 2.9, 5.1, 7.0]}, "ols", progress=False)
        >>> fit.predict(fit.grid(x=[0, 10]))["estimate"].round(2).tolist()
        [0.97, 21.17]
        """
        from stanlevels.results.marginal.grid import grid

        return grid(self, {**(values or {}), **columns}, data)

    def poststratify(
        self: Face,
        cells: Any,
        *,
        weights: str = "n",
        by: By = None,
        name: str | None = None,
        average_over: Collection[str] = (),
        tables: Mapping[str, Any] | None = None,
        level: float = 0.95,
        draws: int | None = None,
        seed: int = 0,
        output: Literal["frame", "xarray"] = "frame",
        progress: bool = True,
    ) -> pd.DataFrame | xarray.DataArray:
        """Means of a population, from its cells: multilevel regression and poststratification.

        The mean of every cell is weighted by how many people the cell stands for, draw by draw. Units that
        were not fitted, a state without a respondent say, are drawn from their distribution.

        Parameters
        ----------
        cells : dataframe, mapping or path
            A row per cell, with the columns that the model uses and `weights`.
        weights : str
            The column with the size of each cell.
        by : str or sequence of str, optional
            Levels or columns; by default all cells together.
        name, average_over, tables, level, draws, seed, output, progress
            As in `comparisons`.

        Returns
        -------
        pandas.DataFrame or xarray.DataArray
            A row per group: its labels, `category` where the outcome is one of several, `n` (the sum of the
            weights), estimate, sd, lower, upper. Of a binomial outcome it is the share.

        Raises
        ------
        DataError
            If cells do not fit the model.
        FitError
            If weights are absent or sum to 0.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Poll(sl.Model):
        ...     state = sl.Level()
        ...     mean, spread = sl.Normal(0, 1), sl.HalfNormal(1)
        ...     effect = sl.Normal(mean, spread, over=state)
        ...     yes = sl.Bernoulli(logit=effect, observed=True)
        >>> rows = {"state": ["A"] * 6 + ["B"] * 6, "yes": [1, 1, 1, 1, 0, 0] + [0, 0, 0, 0, 1, 1]}
        >>> fit = Poll.fit(rows, "mle", progress=False)
        >>> table = fit.poststratify({"state": ["A", "B"], "n": [900, 100]})
        >>> bool(table["estimate"].item() > 0.5)
        True
        """
        from stanlevels.results.marginal.asked import Question
        from stanlevels.results.marginal.poststratify import poststratify

        question = Question(
            "poststratify", cells, name, by, weights, average_over, tables, draws, seed, progress
        )
        return poststratify(self, question, level=level, output=output)
