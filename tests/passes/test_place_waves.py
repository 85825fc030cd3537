"""Gaussian processes as sums of waves: their covariance is nearly that of the kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError, StanlevelsWarning
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

KERNELS = {
    "gaussian": lambda d: np.exp(-np.square(d) / 2),
    "matern32": lambda d: (1 + np.sqrt(3) * d) * np.exp(-np.sqrt(3) * d),
    "matern52": lambda d: (1 + np.sqrt(5) * d + 5 * np.square(d) / 3) * np.exp(-np.sqrt(5) * d),
    "exponential": lambda d: np.exp(-d),
}
rng = np.random.default_rng(4)
X = rng.uniform(3, 7, 60)
ROWS = pd.DataFrame({"x": X, "z": rng.uniform(-1, 1, 60), "g": np.arange(60) % 3})
ROWS["y"] = np.sin(2 * X) + rng.normal(0, 0.4, 60)
SIGMA, LENGTH = 1.3, 0.6


def one(kernel: str, basis: Any, *places: str, **more: Any) -> type[sl.Model]:
    class Curve(sl.Model):
        sigma, length, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        f = sl.GP(*places, sigma=sigma, length=length, kernel=kernel, basis=basis, **more)
        y = sl.Normal(f, noise, observed=True)

    return Curve


def covariance(model: type[sl.Model]) -> np.ndarray:
    """Of the process at the rows, as the plan has it."""
    bound = model.bind(ROWS)
    line = bound.planned.lines["f"]
    point = {"sigma": SIGMA, "length": LENGTH}
    values = Values(bound.planned, {n: np.full((1, 1, 1, 1), v) for n, v in point.items()})
    sd = evaluate(line.args[line.scale], line.domain, values, bound.data).ravel()
    columns = bound.data.matrix(("<rows>",), "f_covariates") * sd
    return np.asarray(columns @ columns.T)


@pytest.mark.parametrize(("kernel", "error"), [("gaussian", 1e-5), ("matern52", 3e-3), ("matern32", 0.02)])
def test_the_covariance_becomes_that_of_the_kernel_the_more_waves_there_are(
    kernel: str, error: float
) -> None:
    exact = SIGMA**2 * KERNELS[kernel](cdist(ROWS[["x"]], ROWS[["x"]]) / LENGTH)
    off = [np.abs(covariance(one(kernel, m, "x", boundary=2.5)) - exact).max() for m in (10, 20, 60)]
    assert off[0] > off[1] > off[2]
    assert off[2] < error


def test_the_roughest_kernel_needs_many_waves() -> None:
    exact = SIGMA**2 * KERNELS["exponential"](cdist(ROWS[["x"]], ROWS[["x"]]) / LENGTH)
    assert np.abs(covariance(one("exponential", 400, "x", boundary=3)) - exact).max() < 0.03


@pytest.mark.parametrize(("kernel", "error"), [("gaussian", 1e-3), ("matern52", 0.03)])
def test_two_coordinates_are_products_of_waves(kernel: str, error: float) -> None:
    exact = SIGMA**2 * KERNELS[kernel](cdist(ROWS[["x", "z"]], ROWS[["x", "z"]]) / LENGTH)
    found = covariance(one(kernel, [40, 30], "x", "z", boundary=2.5))
    assert np.abs(found - exact).max() < error


def test_maximum_likelihood_is_that_of_a_dense_normal_density() -> None:
    model = one("matern52", 12, "x")
    found = model.fit(ROWS, method="mle")
    bound = model.bind(ROWS)
    waves = bound.data.waves("f_covariates")[0]
    columns, w = bound.data.matrix(("<rows>",), "f_covariates"), waves.frequencies
    np.testing.assert_allclose(w, np.arange(1, 13) * np.pi / (2 * 1.5 * (X.max() - X.min()) / 2))

    def minus(logs: np.ndarray) -> float:
        sigma, length, noise = np.exp(logs)
        # Rasmussen and Williams (2006), equation 4.15, in one dimension
        density = sigma**2 * 16 / 3 * np.sqrt(5) ** 5 / length**5 * (5 / length**2 + w**2) ** -3
        V = (columns * density) @ columns.T + noise**2 * np.eye(len(X))
        return -float(multivariate_normal(np.zeros(len(X)), V).logpdf(ROWS["y"]))

    dense = minimize(minus, np.log([1, 1, 0.4]), method="BFGS")
    assert found.log_likelihood == pytest.approx(-dense.fun, abs=1e-5)
    table = found.summary()
    np.testing.assert_allclose(table["estimate"][["sigma", "length", "noise"]], np.exp(dense.x), rtol=2e-3)
    curvature = np.exp(dense.x[1]) * np.sqrt(dense.hess_inv[1, 1])
    assert table["sd"]["length"] == pytest.approx(curvature, rel=0.2)  # BFGS's is a rough one
    assert found.n_parameters == 3
    assert any("'length': found on the profile" in note for note in found.notes)


def test_new_rows_are_read_on_the_same_waves_and_a_saved_fit_too(tmp_path: Any) -> None:
    with pytest.warns(StanlevelsWarning, match="only 50 draws"):
        fit = one("gaussian", 10, "x").fit(ROWS, seed=1, chains=1, warmup=100, draws=50, progress=False)
    fit.save(tmp_path / "fit.zip")
    again = sl.load(tmp_path / "fit.zip")
    new = pd.DataFrame({"x": [4.0, 6.5]})
    w = fit.draws("f").to_numpy().reshape(50, 10)
    waves = fit.bound.waves("f_covariates")[0]
    expected = (w @ waves.columns(np.array([4.0, 6.5])).T).mean(axis=0)
    np.testing.assert_allclose(fit.predict(new)["estimate"], expected, rtol=1e-8)
    np.testing.assert_allclose(again.predict(new)["estimate"], expected, rtol=1e-8)


def test_units_have_processes_of_their_own_and_text_says_the_same() -> None:
    class Each(sl.Model):
        g = sl.Level()
        a, noise = sl.Normal(0, 1), sl.HalfNormal(1)
        f = sl.GP("x", over=g, basis=8, kernel="matern32")
        y = sl.Normal(a + f, noise, observed=True)

    namespace: dict[str, Any] = {"sl": sl}
    exec(str(Each), namespace)
    assert namespace["Each"].graph() == Each.graph()
    assert 'f = sl.GP(over=(g, f_covariates), kernel="matern32")' in str(Each)
    plan = str(Each.bind(ROWS).plan)
    assert 'f = sl.GP("x", over=g, basis=8)' in plan
    assert "its waves tell lengths from" in plan
    assert Each.bind(ROWS).planned.lines["f_length"].args["sigma"].values[0] == pytest.approx(
        np.ptp(X) / 2 / np.sqrt(3)
    )


def test_too_few_waves_for_the_length_are_said() -> None:
    class Rough(sl.Model):
        noise = sl.Constant(0.1)
        f = sl.GP("x", basis=4, sigma=1, length=0.1)
        y = sl.Normal(f, noise, observed=True)

    with pytest.warns(StanlevelsWarning, match="too few waves for the length of f"):
        fit = Rough.fit(ROWS, seed=1, chains=1, warmup=50, draws=50, progress=False)
    found = [finding for finding in fit.diagnose().findings if finding.kind == "waves"]
    assert len(found) == 1
    assert "the shortest that 4 waves can tell" in found[0].message


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(DeclarationError, match="3 numbers, for 1 coordinate"):
        sl.GP("x", basis=[1, 2, 3])
    with pytest.raises(DeclarationError, match="a basis and no coordinates"):
        sl.GP(basis=10)
    with pytest.raises(DeclarationError, match="boundary= without basis="):
        sl.GP("x", boundary=2)
    with pytest.raises(DeclarationError, match="waves are 0 there"):
        sl.sines("x", boundary=1)
    waves = one("gaussian", 5, "x").bind(ROWS).data.waves("f_covariates")[0]
    with pytest.raises(DataError, match=r"asked for at 30\.0, beyond the ends of its waves"):
        waves.columns(np.array([4.0, 30.0]))
    with pytest.raises(DataError, match="1 distinct value"):
        one("gaussian", 5, "x").bind(ROWS.assign(x=1.0))

    class Wrong(sl.Model):
        S = sl.spline("x")
        w, noise = sl.GP(over=S), sl.HalfNormal(1)
        y = sl.Normal(w @ S, noise, observed=True)

    with pytest.raises(DeclarationError, match="no set of sine waves"):
        Wrong.bind(ROWS)


def test_waves_that_all_but_vanish_leave_a_maximum():
    class OfTwo(sl.Model):
        m, s = sl.Normal(), sl.HalfNormal()
        f = sl.GP("above", basis=5)
        y = sl.Normal(m + f, s, observed=True)

    lines = np.linspace(0, 10, 60)
    noise = np.random.default_rng(3)
    above = noise.normal(size=60) > 0
    data = pd.DataFrame({"above": above, "y": np.sin(lines) + noise.normal(0, 0.3, 60)})
    found = OfTwo.fit(data, "mle", progress=False)
    ml = stats_norm(data["y"])
    assert found.log_likelihood >= ml - 1e-6


def stats_norm(y: pd.Series) -> float:
    """The log likelihood of independent normal numbers at its maximum."""
    return -len(y) / 2 * (np.log(2 * np.pi * np.var(y)) + 1)


def test_a_basis_that_is_no_number_and_a_level_as_text_are_said():
    with pytest.raises(DeclarationError, match=r"basis= of sl\.sines is float 2\.5"):
        sl.GP("x", basis=2.5)
    with pytest.raises(DeclarationError, match=r"over= of sl\.GP is str 'g'"):
        sl.GP("x", basis=5, over="g")
