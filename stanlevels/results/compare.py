"""Several fits side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stanlevels.errors import FitError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare"]

_FIGURES = (("log likelihood", "log_likelihood"), ("AIC", "aic"), ("BIC", "bic"))


def compare(*fits: Any, labels: Sequence[str] | None = None) -> pd.DataFrame:
    """Put several fits side by side in one table.

    Parameters
    ----------
    *fits : Fit or PointFit
        Of one model in several schemes, or of several models.
    labels : sequence of str, optional
        What to call them; by default their methods, numbered where one occurs more than once.

    Returns
    -------
    pandas.DataFrame
        A row per number (as in `summary`), then log likelihood, AIC and BIC where a fit has them;
        under every fit's label the columns estimate and sd. Empty where a fit has no such number.

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

    if not fits:
        raise FitError("compare() was given no fits", expected="at least one")
    names = _labels(fits) if labels is None else list(labels)
    if len(names) != len(fits) or len(set(names)) < len(names):
        raise FitError(f"compare() was given {len(fits)} fits and the labels {names!r}", expected="one each")
    tables = {}
    for name, fit in zip(names, fits, strict=True):
        table = fit.summary()[["estimate", "sd"]].astype(float)
        figures = {word: getattr(fit, attribute, None) for word, attribute in _FIGURES}
        known = {word: [value, float("nan")] for word, value in figures.items() if value is not None}
        rows = pd.DataFrame.from_dict(known, orient="index", columns=["estimate", "sd"], dtype=float)
        tables[name] = pd.concat([table, rows]) if known else table
    found = list(dict.fromkeys(label for table in tables.values() for label in table.index))
    words = [word for word, _ in _FIGURES]
    order = [row for row in found if row not in words] + [word for word in words if word in found]
    whole: pd.DataFrame = pd.concat(tables, axis=1).reindex(order)
    return whole


def _labels(fits: Sequence[Any]) -> list[str]:
    methods = [getattr(fit, "method", "nuts") for fit in fits]
    counts: dict[str, int] = {}
    labels = []
    for method in methods:
        counts[method] = counts.get(method, 0) + 1
        labels.append(method if methods.count(method) == 1 else f"{method} {counts[method]}")
    return labels
