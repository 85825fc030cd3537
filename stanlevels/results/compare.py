"""Several fits side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from stanlevels.errors import FitError
from stanlevels.results.comparable import comparable
from stanlevels.results.crossvalidation.beside import ROWS_OF_ELPD, differences, predictive
from stanlevels.results.crossvalidation.elpd import CrossValidation

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit

__all__ = ["compare"]

_FIGURES = (("log likelihood", "log_likelihood"), ("AIC", "aic"), ("BIC", "bic"))


def compare(
    *fits: Fit | PointFit | CrossValidation | Mapping[str, Fit | PointFit | CrossValidation],
    labels: Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    criterion: Literal["loo", "none"] = "loo",
    **named: Fit | PointFit | CrossValidation,
) -> pd.DataFrame:
    """Put several fits side by side in one table, with how well they predict.

    Parameters
    ----------
    *fits : Fit, PointFit or CrossValidation
        Of one model in several schemes, or of several models; what `fit.loo` or `kfold` gave; or one
        mapping from what to call them to them.
    labels : sequence of str, optional
        What to call them; by default the names of their models where those differ, else their methods,
        numbered where one occurs more than once.
    by : str or sequence of str, optional
        The level by whose units fits with draws are cross-validated, as in `fit.loo`; by default the rows.
    criterion : {"loo", "none"}
        Whether fits with draws are cross-validated.
    **named : Fit, PointFit or CrossValidation
        The same with what to call each: ``sl.compare(slopes=first, intercepts=second)``.

    Returns
    -------
    pandas.DataFrame
        A row per number (as in `summary`); of fits with draws the expected log predictive density `elpd`,
        its difference to that of the best (each with its standard error in place of sd), and the effective
        number of parameters; log likelihood, AIC and BIC where a fit has them. Under every fit's label
        stand the columns estimate and sd. Empty where a fit has no such number, and where it cannot be
        compared: of other rows or outcomes than those of the other fits, or restricted likelihoods of
        models with other coefficients. The table's `notes`, which are printed below it, say so, and what
        Pareto k says.

    Raises
    ------
    FitError
        If there is nothing to compare, or not one label per fit.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Means(sl.Model):
    ...     group = sl.Level()
    ...     mean = sl.Normal(0, 10)
    ...     between = sl.HalfNormal(5)
    ...     within = sl.HalfNormal(5)
    ...     m = sl.Normal(mean, between, over=group)
    ...     y = sl.Normal(m, within, observed=True)
    >>> data = {"group": [1, 1, 2, 2, 3, 3], "y": [1.0, 2.0, 4.0, 5.0, 8.0, 9.0]}
    >>> table = sl.compare(ml=Means.fit(data, "mle"), restricted=Means.fit(data, "reml"))
    >>> [str(label) for label in table.columns.levels[0]]
    ['ml', 'restricted']
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    given, names = _given(fits, labels, named)
    if criterion not in ("loo", "none"):
        raise FitError(f"criterion is {criterion!r}", expected="'loo' or 'none'")
    both = dict(zip(names, given, strict=True))
    usable, notes = comparable({n: fit for n, fit in both.items() if not isinstance(fit, CrossValidation)})
    drawn = {n: f for n, f in both.items() if isinstance(f, CrossValidation) or not hasattr(f, "solution")}
    if criterion == "none":
        drawn = {n: f for n, f in drawn.items() if isinstance(f, CrossValidation)}
    validated, more = predictive(drawn, by) if drawn else ({}, [])
    rows_of_elpd = differences(validated)
    tables = {}
    for name, fit in both.items():
        rows = dict(rows_of_elpd.get(name, {}))
        for word, attribute in _FIGURES:
            value = None if isinstance(fit, CrossValidation) else getattr(fit, attribute, None)
            if value is not None:
                rows[word] = (value if usable[name] else float("nan"), float("nan"))
        figures = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "sd"], dtype=float)
        if isinstance(fit, CrossValidation):
            tables[name] = figures
            continue
        table = fit.summary()[["estimate", "sd"]].astype(float)
        tables[name] = pd.concat([table, figures]) if rows else table
    found = list(dict.fromkeys(label for table in tables.values() for label in table.index))
    words = [*ROWS_OF_ELPD, *(word for word, _ in _FIGURES)]
    order = [row for row in found if row not in words] + [word for word in words if word in found]
    return shown(pd.concat(tables, axis=1).reindex(order), [*notes, *more])


def _given(
    fits: Sequence[Any], labels: Sequence[str] | None, named: Mapping[str, Any]
) -> tuple[Sequence[Any], list[str]]:
    """Fits and what to call them."""
    given: Sequence[Any] = fits
    if len(given) == 1 and isinstance(given[0], Mapping):
        labels, given = list(map(str, given[0])) if labels is None else labels, tuple(given[0].values())
    _check([*given, *named.values()])
    names = _labels(given) if labels is None else list(labels)
    if len(names) != len(given) or len({*names, *named}) < len(names) + len(named):
        raise FitError(
            f"compare() was given {len(given) + len(named)} fits and the labels {[*names, *named]!r}",
            expected="one each",
        )
    return [*given, *named.values()], [*names, *named]


def _check(fits: Sequence[Any]) -> None:
    if not fits:
        raise FitError("compare() was given no fits", expected="at least one")
    for fit in fits:
        if not (hasattr(fit, "summary") and hasattr(fit, "planned")) and not isinstance(fit, CrossValidation):
            raise FitError(
                f"compare() was given a {type(fit).__name__}",
                expected="fits, or one mapping from names to fits",
                way_out="sl.compare(first, second) or sl.compare(small=first, large=second)",
            )


def _labels(fits: Sequence[Any]) -> list[str]:
    """Names of models where they differ, else methods; both where neither is enough."""
    models = [fit.model_name for fit in fits]
    methods = [str(getattr(fit, "method", "nuts")) for fit in fits]
    if len(set(models)) == 1:
        return _numbered(methods)
    if len(set(models)) == len(models):
        return models
    return _numbered([f"{model} {method}" for model, method in zip(models, methods, strict=True)])


def _numbered(names: Sequence[str]) -> list[str]:
    """Those that occur more than once with a number behind them."""
    counts: dict[str, int] = {}
    labels = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        labels.append(name if names.count(name) == 1 else f"{name} {counts[name]}")
    return labels
