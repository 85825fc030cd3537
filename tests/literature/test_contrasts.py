"""Contrasts and their products: the cakes of lme4, whose design is balanced, in closed form."""

import numpy as np
import pytest

import stanlevels as sl
from tests.literature.frames import frame


class Cake(sl.Model):
    """angle ~ recipe * temperature + (1 | recipe:replicate)."""

    replicate = sl.Level()
    batch = sl.Level("recipe", within=replicate)
    recipe = sl.data("recipe", categorical=True)
    temperature = sl.data("temperature", categorical=True, coding="polynomial")
    X = sl.covariates(1, recipe, temperature, recipe * temperature)
    b = sl.Normal(over=X)
    batch_sd, noise = sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(0, batch_sd, over=batch)
    angle = sl.Normal(b @ X + A, noise, observed=True)


# R's contr.poly(6), as in tables of orthogonal polynomials
TABLE = {
    "linear": [-5, -3, -1, 1, 3, 5],
    "quadratic": [5, -1, -4, -4, -1, 5],
    "cubic": [-5, 7, 4, -4, -7, 5],
    "^4": [1, -3, 2, 2, -3, 1],
    "^5": [-1, 5, -10, 10, -5, 1],
}


def test_a_balanced_experiment_has_the_estimates_of_its_analysis_of_variance() -> None:
    data = frame("lme4", "cake")
    cells = data.groupby(["recipe", "temperature"]).angle.mean().unstack()
    expected = {"b[intercept]": cells.loc["A"].mean()}
    expected |= {f"b[recipe[{r}]]": cells.loc[r].mean() - cells.loc["A"].mean() for r in "BC"}
    for degree, numbers in TABLE.items():
        contrast = cells @ (np.array(numbers) / np.linalg.norm(numbers))
        expected[f"b[temperature[{degree}]]"] = contrast["A"]
        for r in "BC":
            expected[f"b[recipe[{r}]:temperature[{degree}]]"] = contrast[r] - contrast["A"]
    batches = data.groupby(["recipe", "replicate"]).angle.mean().unstack()
    between = 6 * ((batches.sub(batches.mean(axis=1), axis=0)) ** 2).to_numpy().sum() / (3 * 14)
    table = data.pivot_table(index=["recipe", "replicate"], columns="temperature", values="angle")
    batch_means = table.mean(axis=1)
    fitted = table.groupby("recipe").transform("mean").add(batch_means, axis=0)
    fitted = fitted.sub(batch_means.groupby("recipe").transform("mean"), axis=0)
    within = ((table - fitted) ** 2).to_numpy().sum() / (3 * 14 * 5)
    expected |= {"noise": np.sqrt(within), "batch_sd": np.sqrt((between - within) / 6)}
    estimates = Cake.fit(data, method="reml").summary()["estimate"]
    assert set(estimates.index) == set(expected)
    for name, value in expected.items():
        assert estimates[name] == pytest.approx(value, rel=1e-5, abs=1e-6), name
