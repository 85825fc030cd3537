"""Splines as covariates: the curves and the penalty are those of SciPy's B-splines and smoothing splines."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline, make_smoothing_spline

import stanlevels as sl
from stanlevels.binding import bind_data, bind_rows
from stanlevels.errors import DataError, DeclarationError
from stanlevels.graph import ROWS

RNG = np.random.default_rng(8)
X = np.sort(RNG.gamma(2, 3, 60))
Y = np.sin(X) + 0.1 * X + RNG.normal(0, 0.3, 60)


class Smooth(sl.Model):
    """A curve."""

    S = sl.spline("x", 60)
    a, slope, wiggle, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S)
    y = sl.Normal(a + slope * sl.data("x") + w @ S, noise, observed=True)


def bound(*terms, x=X, weights=None, **columns):
    lines = {"X": sl.covariates(*terms), "y": sl.Normal(0, 1, observed=True, weights=weights)}
    data = {"x": x, "y": np.zeros(len(x)), **columns}
    return bind_data(sl.Model.define("M", lines)._graph, data)


def columns(*terms, x=X, **more):
    return bound(*terms, x=x, **more).matrix((ROWS,), "X")


def at(places, *terms, x=X):
    first = bound(*terms, x=x)
    return bind_rows(first.graph, first.encodings, {"x": places}).matrix((ROWS,), "X")


def bending(*terms, x=X, ends=None):
    """The integral of products of second derivatives of the columns, by interpolation on a fine grid."""
    low, high = ends or (x.min(), x.max())
    grid = np.linspace(low, high, 40_001)
    second = CubicSpline(grid, at(grid, *terms, x=x)).derivative(2)(grid)
    h = grid[1] - grid[0]
    return h * (second.T @ second - 0.5 * (np.outer(second[0], second[0]) + np.outer(second[-1], second[-1])))


@pytest.mark.parametrize("spacing", ["quantiles", "equal"])
@pytest.mark.parametrize("knots", [4, 7, 12])
def test_independent_coefficients_have_the_penalty_of_smoothing_splines(knots, spacing):
    found = bending(sl.spline("x", knots, spacing=spacing))
    assert found / found[0, 0] == pytest.approx(np.eye(knots), abs=2e-3)


def test_independent_coefficients_have_that_penalty_on_a_circle():
    hours = RNG.uniform(0, 24, 80)
    found = bending(sl.spline("x", 8, period=24), x=hours, ends=(0.0, 24.0))
    assert found / found[0, 0] == pytest.approx(np.eye(8), abs=2e-3)


def test_the_smoother_with_variances_by_reml_is_the_smoothing_spline_of_scipy():
    fit = Smooth.fit({"x": X, "y": Y}, "reml", progress=False)
    estimates = fit.summary()["estimate"]
    per_square = bending(sl.spline("x", 60))[0, 0]  # a curve bends by this times the squares of w
    smoothing = estimates["noise"] ** 2 / estimates["wiggle"] ** 2 / per_square
    expected = make_smoothing_spline(X, Y, lam=smoothing)
    assert fit.predict()["estimate"].to_numpy() == pytest.approx(expected(X), abs=1e-3)
    beyond = np.array([X.max() + 1, X.max() + 2])  # natural splines go on straight
    slope = expected.derivative()(X.max())
    assert fit.predict({"x": beyond})["estimate"].to_numpy() == pytest.approx(
        expected(X.max()) + slope * np.array([1, 2]), abs=2e-3
    )


def test_columns_hold_no_mean_and_no_slope_and_are_orthogonal():
    found = columns(sl.spline("x", 9))
    assert found.T @ np.column_stack([np.ones(60), X]) == pytest.approx(np.zeros((9, 2)), abs=1e-9)
    products = found.T @ found
    assert products == pytest.approx(np.diag(np.diag(products)), abs=1e-9)
    assert np.square(found).sum(axis=1).mean() == pytest.approx(1)


def test_any_unit_of_the_column_gives_the_same_columns():
    for spacing in ("quantiles", "equal"):
        first = columns(sl.spline("x", 8, spacing=spacing))
        other = columns(sl.spline("x", 8, spacing=spacing), x=1000 - 7.5 * X)
        assert first @ first.T == pytest.approx(other @ other.T, abs=1e-8)


def test_knots_stand_at_quantiles_of_distinct_values_or_at_equal_distances_or_where_one_says():
    skewed = np.repeat([0.0, 1, 2, 3, 50], [20, 3, 3, 3, 1])
    places = [0.0, 1, 2, 3, 50]
    assert columns(sl.spline("x", 5), x=skewed) == pytest.approx(columns(sl.spline("x", places), x=skewed))
    equal = [0.0, 12.5, 25, 37.5, 50]
    assert columns(sl.spline("x", 5, spacing="equal"), x=skewed) == pytest.approx(
        columns(sl.spline("x", equal), x=skewed)
    )


def test_curves_on_a_circle_meet_with_slope_and_bend():
    hours = RNG.uniform(0, 24, 50)
    step = 1e-3
    near = at(np.array([-step, 0, step, 24 - step, 24, 24 + step]), sl.spline("x", 6, period=24), x=hours)
    assert near[:3] == pytest.approx(near[3:], abs=1e-10)
    assert columns(sl.spline("x", 6, period=24), x=hours).mean(axis=0) == pytest.approx(
        np.zeros(6), abs=1e-12
    )


def test_new_rows_are_read_on_the_knots_of_the_first_and_go_on_straight():
    term = sl.spline("x", 7)
    assert at(X[5:9], term) == pytest.approx(columns(term)[5:9], abs=1e-12)
    line = at(X.max() + np.array([-1e-6, 0.0, 1.0, 5.0]), term)
    assert (line[3] - line[1]) / 5 == pytest.approx(line[2] - line[1])
    assert (line[1] - line[0]) / 1e-6 == pytest.approx(line[2] - line[1], abs=1e-4)


def test_frequency_weights_count_as_rows():
    n = RNG.integers(1, 4, 60)
    weighted = columns(sl.spline("x", 6), weights="n", n=n)
    repeated = columns(sl.spline("x", 6), x=np.repeat(X, n))
    assert np.repeat(weighted @ weighted.T, n, axis=0)[:, ::7] == pytest.approx(
        (repeated @ repeated.T)[:, np.searchsorted(np.repeat(X, n), X)][:, ::7], abs=1e-9
    )


def test_two_splines_of_a_column_have_columns_of_their_own():
    found = bound(sl.spline("x", 5), sl.spline("x", 6))
    labels = found.covariate_labels("X")
    assert (labels[0], labels[5], len(set(labels))) == ("spline(x, 5)[1]", "spline(x, 6)[1]", 11)


def test_products_bend_in_two_directions_and_with_units():
    z = RNG.normal(size=60)
    first, second = columns(sl.spline("x", 4)), columns(sl.spline("z", 5), z=z)
    both = columns(sl.spline("x", 4) * sl.spline("z", 5), z=z)
    assert both == pytest.approx((first[:, :, None] * second[:, None, :]).reshape(60, 20))


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (np.arange(60) % 5, "5 distinct values"),
        (np.ones(60), "1 distinct value"),
        (np.arange(60) % 3, "3 dist"),
    ],
)
def test_too_few_distinct_values_are_refused(x, said):
    with pytest.raises(DataError, match=said):
        bound(sl.spline("x", 10), x=x)


def test_missing_values_follow_missing():
    with pytest.raises(DataError, match="lack"):
        bound(sl.spline("x", 5), x=np.where(np.arange(60) == 3, np.nan, X))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sl.spline("x", 3),
        lambda: sl.spline("x", True),
        lambda: sl.spline("x", "ten"),
        lambda: sl.spline("x", [0, 1, 2]),
        lambda: sl.spline("x", [0, 2, 1, 3]),
        lambda: sl.spline("x", spacing="log"),
        lambda: sl.spline("x", period=0),
        lambda: sl.spline("x", [0, 1, 2, 3], period=3),
        lambda: sl.spline(3),
        lambda: sl.spline("x", cyclic=True),
    ],
)
def test_wrong_splines_are_refused_where_they_are_declared(wrong):
    with pytest.raises(DeclarationError):
        wrong()
