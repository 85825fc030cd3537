"""Comparisons, slopes, contrasts, ranks and shares of variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.faces.face import Face
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

        Returns
        -------
        pandas.DataFrame
            A row per unit, the best first: its labels; estimate and sd of the quantity; expected_rank,
            median_rank, lower_rank, upper_rank; `first`, the probability to be the best; ``top_k``. Units
            that tie in a draw share the mean of their ranks there, and are first together.

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

        return rank(self, of, best=best, component=component, top=top, draws=draws, level=level)
