"""Several fits side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stanlevels.errors import FitError
from stanlevels.results.comparable import comparable

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit

__all__ = ["compare"]

_FIGURES = (("log likelihood", "log_likelihood"), ("AIC", "aic"), ("BIC", "bic"))


def compare(
    *fits: Fit | PointFit | Mapping[str, Fit | PointFit], labels: Sequence[str] | None = None
) -> pd.DataFrame:
    """Put several fits side by side in one table.

    Parameters
    ----------
    *fits : Fit or PointFit
        Of one model in several schemes, or of several models; or one mapping from what to call them to
        the fits.
    labels : sequence of str, optional
        What to call them; by default the names of their models where those differ, else their methods,
        numbered where one occurs more than once.

    Returns
    -------
    pandas.DataFrame
        A row per number (as in `summary`), then log likelihood, AIC and BIC where a fit has them;
        under every fit's label the columns estimate and sd. Empty where a fit has no such number, and
        where a likelihood cannot be compared: of other rows or outcomes than those of the other fits, or
        restricted likelihoods of models with other coefficients. The table's `notes`, which are printed
        below it, say so.

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
    >>> table = sl.compare(Means.fit(data, "mle"), Means.fit(data, "reml"))
    >>> [str(label) for label in table.columns.levels[0]]
    ['mle', 'reml']
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    given: Sequence[Any] = fits
    if len(given) == 1 and isinstance(given[0], Mapping):
        labels, given = list(map(str, given[0])) if labels is None else labels, tuple(given[0].values())
    _check(given)
    names = _labels(given) if labels is None else list(labels)
    if len(names) != len(given) or len(set(names)) < len(names):
        raise FitError(f"compare() was given {len(given)} fits and the labels {names!r}", expected="one each")
    usable, notes = comparable(dict(zip(names, given, strict=True)))
    tables = {}
    for name, fit in zip(names, given, strict=True):
        table = fit.summary()[["estimate", "sd"]].astype(float)
        figures = {word: getattr(fit, attribute, None) for word, attribute in _FIGURES}
        known = {
            word: [value if usable[name] else float("nan"), float("nan")]
            for word, value in figures.items()
            if value is not None
        }
        rows = pd.DataFrame.from_dict(known, orient="index", columns=["estimate", "sd"], dtype=float)
        tables[name] = pd.concat([table, rows]) if known else table
    found = list(dict.fromkeys(label for table in tables.values() for label in table.index))
    words = [word for word, _ in _FIGURES]
    order = [row for row in found if row not in words] + [word for word in words if word in found]
    return shown(pd.concat(tables, axis=1).reindex(order), notes)


def _check(fits: Sequence[Any]) -> None:
    if not fits:
        raise FitError("compare() was given no fits", expected="at least one")
    for fit in fits:
        if not hasattr(fit, "summary") or not hasattr(fit, "planned"):
            raise FitError(
                f"compare() was given a {type(fit).__name__}",
                expected="fits, or one mapping from names to fits",
                way_out="sl.compare(first, second) or sl.compare({'small': first, 'large': second})",
            )


def _labels(fits: Sequence[Any]) -> list[str]:
    """Names of models where they differ, else methods; both where neither is enough."""
    models = [fit.model_name for fit in fits]
    methods = [getattr(fit, "method", "nuts") for fit in fits]
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
