"""Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stanlevels.results.crossvalidation.elpd import CrossValidation
    from stanlevels.results.faces.face import Face

__all__ = ["Checks"]


class Checks:
    """Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""

    def loo(
        self: Face,
        *,
        by: str | Sequence[str] | None = None,
        integrate: bool = False,
        name: str | None = None,
        draws: int | None = None,
    ) -> CrossValidation:
        """How well the model predicts a row, or all rows of a unit, that it has not seen.

        Leave-one-out by Pareto smoothed importance sampling: nothing is fitted again. Lines with data over
        the same rows are left out together.

        Parameters
        ----------
        by : str or sequence of str, optional
            A level: all rows of one of its units are left out together, and its own effects (with those of
            levels within it) are integrated out: exactly where outcomes and effects are normal and levels
            are nested, by Gauss-Hermite quadrature where a unit has one effect. Several levels: their
            combinations. By default every row by itself.
        integrate : bool
            Of rows that have an effect of their own each: whether it is integrated out. By default the
            density of a row conditions on it, as ArviZ has it.
        name : str, optional
            One line with data, where there are several; by default all of them.
        draws : int, optional
            At most so many draws, evenly spaced; by default all.

        Returns
        -------
        CrossValidation
            `elpd` with `se`, `p`, `pointwise` (a table with Pareto k), and what is doubtful, in words.

        Raises
        ------
        FitError
            If the fit has no draws or not its rows, if there is no such level, if rows belong to several of
            its units, or if effects of a unit can be integrated out neither exactly nor by quadrature.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> rows = {"school": list("AABBCCDD"), "score": [2.0, 3.5, 0.1, 0.4, 5.0, 4.1, 1.2, 2.2]}
        >>> fit = Schools.fit(rows, seed=1, progress=False)
        >>> left_out = fit.loo(by="school")
        >>> list(left_out.pointwise.columns), left_out.elpd < fit.loo().elpd
        (['school', 'rows', 'elpd', 'pareto_k'], True)
        """
        from stanlevels.results.crossvalidation.loo import loo

        return loo(self, by, integrate, name, draws)
