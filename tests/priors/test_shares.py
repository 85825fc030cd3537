"""Monotonic effects: the size of a slope is that of the way from the lowest category to the highest."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.priors.kit import N, bind

KINDS = ["none", "some", "much", "all"]


def data(seed: int = 1):
    r = np.random.default_rng(seed)
    code = r.integers(0, 4, N)
    age = r.normal(40, 10, N)
    y = 30 + 20 * np.array([0, 0.5, 0.8, 1])[code] + 0.2 * (age - 40) + r.normal(0, 3, N)
    dose = pd.Categorical.from_codes(code, KINDS, ordered=True)
    return pd.DataFrame({"dose": dose, "age": age, "y": y, "g": r.choice(list("abcdef"), N)})


def lines(concentration=1):
    dose = sl.data("dose", categorical=True, coding="steps")
    share = sl.Dirichlet(concentration, over=dose)
    a, slope, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    found = {"dose": dose, "share": share, "a": a, "slope": slope, "noise": noise}
    return {**found, "y": sl.Normal(a + slope * (share @ dose), noise, observed=True)}


def sigma(bound, name):
    return bound.planned.lines[name].args["sigma"].values[0]


def of_covariate(x, y):
    """What a slope of a plain covariate gets."""
    a, slope, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    line = sl.Normal(a + slope * sl.data("x"), noise, observed=True)
    return sigma(bind({"a": a, "slope": slope, "noise": noise, "y": line}, {"x": x, "y": y}), "slope")


@pytest.mark.parametrize("concentration", [1, [1.0, 2.0, 5.0]])
def test_the_slope_has_the_size_of_one_of_the_categories_places(concentration):
    rows = data()
    shares = np.broadcast_to(concentration, 3) / np.sum(np.broadcast_to(concentration, 3))
    places = np.concatenate([[0], np.cumsum(shares)])[rows["dose"].cat.codes]
    found = sigma(bind(lines(concentration), rows), "slope")
    assert found == pytest.approx(of_covariate(places, rows["y"]), rel=1e-6)


def test_the_slope_follows_the_unit_of_the_outcome():
    rows = data()
    other = rows.assign(y=1000 * rows["y"] + 7)
    assert sigma(bind(lines(), other), "slope") == pytest.approx(1000 * sigma(bind(lines(), rows), "slope"))


def test_slopes_that_vary_and_products_with_columns_have_sizes_too():
    rows, g = data(), sl.Level()
    dose = sl.data("dose", categorical=True, coding="steps")
    share, shared = sl.Dirichlet(1, over=dose), sl.Dirichlet(1, over=dose)
    a, b, mean, product = (sl.Normal() for _ in range(4))
    sd, noise = sl.HalfNormal(), sl.HalfNormal()
    B = sl.Normal(mean, sd, over=g)
    location = a + b * sl.data("age") + B * (share @ dose) + product * sl.data("age") * (shared @ dose)
    named = {"g": g, "dose": dose, "share": share, "shared": shared, "a": a, "b": b, "mean": mean, "sd": sd}
    y = sl.Normal(location, noise, observed=True)
    bound = bind({**named, "product": product, "B": B, "noise": noise, "y": y}, rows)
    assert sigma(bound, "mean") > sigma(bound, "sd") > rows["y"].std()
    assert sigma(bound, "product") < sigma(bound, "mean")


def test_a_monotonic_effect_is_found_again_by_likelihood_and_in_new_rows():
    rows = data()
    fit = bind(lines(), rows).fit("mle", progress=False)
    means = rows.groupby("dose", observed=False)["y"].mean().to_numpy()  # rising, and so their own estimates
    assert fit.summary()["estimate"]["slope"] == pytest.approx(means[-1] - means[0], rel=1e-4)
    table = fit.predict({"dose": KINDS})
    assert table["estimate"].to_numpy() == pytest.approx(means, rel=1e-4)


def test_a_monotonic_effect_is_found_again_by_sampling():
    fit = bind(lines(), data()).fit(seed=3, chains=2, warmup=300, draws=300, progress=False)
    found = fit.summary()
    truth = {"share[some]": 0.5, "share[much]": 0.3, "share[all]": 0.2, "slope": 20, "a": 30, "noise": 3.3}
    for name, value in truth.items():  # false alarms: 6 at 4 sd, below 0.001
        assert abs(found.estimate[name] - value) < 4 * found.sd[name]
