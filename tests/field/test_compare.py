"""Fits side by side: what cannot be compared is left empty, in words."""

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.field.kit import Intercepts, Line, Means, Slopes, base

FIGURES = ["log likelihood", "AIC", "BIC"]


class Scaled(Intercepts):
    """The same with x in tenths."""

    y = sl.Normal(Intercepts.A + Intercepts.b * (10 * sl.data("x")), Intercepts.noise, observed=True)


class Logged(Line):
    """The logarithm of y."""

    y = sl.Normal(Line.a + Line.b * sl.data("x"), Line.noise, observed="log_y")


def labels(table: Any) -> list[str]:
    return [label for label, _ in table.columns[::2]]


def figures(table: Any) -> dict[str, list[float]]:
    """Of each label, what its cells of likelihoods hold."""
    return {label: table.loc[FIGURES, (label, "estimate")].tolist() for label in table.columns.levels[0]}


def test_restricted_likelihoods_of_different_coefficients_are_left_empty() -> None:
    table: Any = sl.compare(Means.fit(base(), "reml"), Intercepts.fit(base(), "reml"))
    assert np.isnan(list(figures(table).values())).all()
    assert "restricted likelihoods of models with different coefficients" in table.notes[0]
    assert "fit them by method='mle'" in repr(table)


def test_restricted_likelihoods_depend_on_the_units_of_covariates() -> None:
    table: Any = sl.compare(Intercepts.fit(base(), "reml"), Scaled.fit(base(), "reml"))
    assert np.isnan(figures(table)["Scaled"]).all()


def test_restricted_likelihoods_of_varying_residuals_are_compared_too() -> None:
    class Varying(Intercepts):
        noise = sl.HalfNormal(1)
        growth = sl.Normal(0, 1)
        spread = noise * sl.exp(growth * sl.data("x"))
        y = sl.Normal(Intercepts.A + Intercepts.b * sl.data("x"), spread, observed=True)

    fit = Varying.fit(base(), "reml")
    table: Any = sl.compare({"once": fit, "twice": fit})
    assert figures(table)["twice"][0] == fit.log_likelihood


def test_restricted_likelihoods_of_the_same_coefficients_are_compared() -> None:
    table: Any = sl.compare(Intercepts.fit(base(), "reml"), Slopes.fit(base(), "reml"))
    assert np.isfinite(list(figures(table).values())).all()
    assert table.notes == ()


def test_fits_to_other_rows_are_left_empty() -> None:
    d = base()
    table: Any = sl.compare(Intercepts.fit(d, "mle"), Intercepts.fit(d.iloc[:50], "mle"))
    assert np.isnan(list(figures(table).values())).all()
    assert "('mle 1' to 60 rows and 'mle 2' to 50 rows)" in table.notes[0]
    three: Any = sl.compare(
        {"a": Intercepts.fit(d, "mle"), "b": Means.fit(d, "mle"), "c": Means.fit(d[:50], "mle")}
    )
    found = figures(three)
    assert np.isfinite([found["a"], found["b"]]).all()
    assert np.isnan(found["c"]).all()
    assert "left out: 'c'" in three.notes[0]


def test_the_order_of_rows_does_not_matter() -> None:
    d = base()
    table: Any = sl.compare(Line.fit(d, "mle"), Line.fit(d[::-1], "mle"))
    assert np.isfinite(list(figures(table).values())).all()


def test_a_transformed_outcome_is_another_outcome() -> None:
    d = base().assign(y=lambda d: np.exp(d["y"] / 4), log_y=lambda d: np.log(d["y"]))
    table: Any = sl.compare(Line.fit(d, "mle"), Logged.fit(d, "mle"))
    assert np.isnan(list(figures(table).values())).all()
    assert "other values or kinds of outcome" in table.notes[0]


def test_kinds_of_likelihood_are_told_apart_in_words() -> None:
    table: Any = sl.compare(Intercepts.fit(base(), "mle"), Intercepts.fit(base(), "reml"))
    assert np.isfinite(list(figures(table).values())).all()
    assert table.notes == ("the likelihood of 'reml' is restricted: it compares with no other kind",)


def test_fits_are_called_by_their_models_where_these_differ() -> None:
    small, large = Means.fit(base(), "mle"), Intercepts.fit(base(), "mle")
    assert labels(sl.compare(small, large)) == ["Means", "Intercepts"]
    assert labels(sl.compare(small, small)) == ["mle 1", "mle 2"]
    three: Any = sl.compare(small, large, Means.fit(base(), "reml"))
    assert labels(three) == ["Means mle", "Intercepts mle", "Means reml"]
    assert labels(sl.compare({"small": small, "large": large})) == ["small", "large"]


def test_what_is_no_fit_is_refused() -> None:
    with pytest.raises(sl.FitError, match=r"given a DataFrame(.|\n)*sl.compare\(small=first"):
        sl.compare(base())


def test_tables_print_all_their_columns() -> None:
    fit = Intercepts.fit(base(), "mle")
    for table in (fit.summary(), fit.effects("A"), fit.pooling()):
        for text in (str(table), str(table.round(2))):
            assert "..." not in text
            assert set(map(str, table.columns)) <= set(text.split())
