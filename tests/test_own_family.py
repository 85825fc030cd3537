"""Distributions of a person's own: declared, tried out, used like others, and kept apart."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError

RNG = np.random.default_rng(3)

BETA_BINOMIAL: dict[str, Any] = {
    "parameters": {"mu": "probability", "phi": "shape", "trials": "trials"},
    "stan": """
real beta_binomial2_lpmf(int y, real mu, real phi, int trials) {
  return beta_binomial_lpmf(y | trials, mu * phi, (1 - mu) * phi);
}""",
    "log_density": lambda y, mu, phi, trials: (
        -np.log1p(trials)
        - special.betaln(1 + trials - y, 1 + y)
        + special.betaln(y + mu * phi, trials - y + (1 - mu) * phi)
        - special.betaln(mu * phi, (1 - mu) * phi)
    ),
    "draw": lambda rng, size, mu, phi, trials: rng.binomial(
        np.asarray(trials).astype(int), rng.beta(mu * phi, (1 - mu) * phi, size)
    ),
    "mean": lambda mu, phi, trials: trials * mu,
    "support": "count",
}
RAYLEIGH: dict[str, Any] = {
    "parameters": {"s": "scale"},
    "stan": """
real own_rayleigh_lpdf(real y, real s) { return log(y) - 2 * log(s) - square(y / s) / 2; }
real own_rayleigh_lcdf(real y, real s) { return log1m_exp(-square(y / s) / 2); }
real own_rayleigh_lccdf(real y, real s) { return -square(y / s) / 2; }
""",
    "log_density": lambda y, s: np.log(y) - 2 * np.log(s) - np.square(y / s) / 2,
    "draw": lambda rng, size, s: rng.rayleigh(s, size),
    "mean": lambda s: s * np.sqrt(np.pi / 2),
    "cumulative": lambda y, s: -np.expm1(-np.square(y / s) / 2),
    "support": "positive",
}


def beta_binomial(**changed: Any) -> sl.Family:
    return sl.Family("beta_binomial2", **{**BETA_BINOMIAL, **changed})


def rayleigh(**changed: Any) -> sl.Family:
    return sl.Family("own_rayleigh", **{**RAYLEIGH, **changed})


def counts() -> pd.DataFrame:
    trials = RNG.integers(5, 30, 150)
    x = RNG.normal(size=150)
    p = special.expit(0.8 * x - 0.5)
    return pd.DataFrame({"size": trials, "x": x, "y": RNG.binomial(trials, RNG.beta(10 * p, 10 - 10 * p))})


def model(family: Any) -> type[sl.Model]:
    class Counts(sl.Model):
        X = sl.covariates(1, "x")
        b = sl.Normal(over=X)
        y = family(logit=b @ X, trials=sl.data("size"), observed=True)

    return Counts


def test_two_distributions_that_define_one_stan_function_are_refused():
    """Either is right alone, and both are where they say the same; else one would stand for the other."""
    twice = rayleigh(stan=RAYLEIGH["stan"] + "real beside(real y) { return y; }")
    data = {"y": [1.0, 2.0], "z": [1.0, 3.0]}

    def model(*families):
        lines = {name: f(observed=True) for name, f in zip("yz", families, strict=True)}
        return sl.Model.define("M", lines).bind(data)

    assert model(rayleigh(), rayleigh()).stan_code.count("real own_rayleigh_lpdf") == 1
    with pytest.raises(DeclarationError, match=r"two distributions of the model define .*own_rayleigh_lpdf"):
        assert not model(rayleigh(), twice).stan_code


def test_a_right_declaration_is_in_order():
    assert "as in Stan at 120 points" in str(beta_binomial().check())
    assert "cumulative: what the density adds up to (and as in Stan)" in str(rayleigh().check(at={"s": 2}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mean": lambda mu, phi, trials: mu}, "mean of beta_binomial2 is .*, and that of log_density"),
        (
            {"draw": lambda rng, size, mu, phi, trials: rng.binomial(np.int64(trials), mu, size)},
            "draw of beta_binomial2 gives .* of values up to",
        ),
        (
            {"draw": lambda rng, size, mu, phi, trials: -np.ones(size)},
            "draw of beta_binomial2 gives -1, which is not a whole number of at least 0",
        ),
        (
            {"log_density": lambda y, mu, phi, trials: stats.betabinom.logpmf(y, trials, phi * mu, phi)},
            "log density of beta_binomial2 at .* by its Stan code and .* by log_density, where mu =",
        ),
    ],
)
def test_what_differs_is_said_with_the_point(changed, words):
    with pytest.raises(DeclarationError, match=words):
        beta_binomial(**changed).check()


def test_a_density_that_does_not_sum_up_to_one_is_refused():
    stan = RAYLEIGH["stan"].replace("square(y / s) / 2; }", "square(y / s) / 2 + 1; }", 1)
    with pytest.raises(DeclarationError, match=r"log_density of own_rayleigh adds up to 2\.71828"):
        rayleigh(stan=stan, log_density=lambda y, s: RAYLEIGH["log_density"](y, s) + 1).check()


def test_a_difference_shows_when_it_is_first_used():
    wrong = rayleigh(log_density=lambda y, s: np.log(y) - np.square(y / s) / 2)
    with pytest.raises(DeclarationError, match="by its Stan code"):
        wrong(observed="y")


def test_the_estimates_are_those_of_the_same_distribution_of_the_table():
    data = counts()
    own = model(beta_binomial()).fit(data, "mle")
    ours = model(sl.BetaBinomial).fit(data, "mle")
    found, expected = own.summary()["estimate"].to_numpy(), ours.summary()["estimate"].to_numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    np.testing.assert_allclose(own.predict(data)["estimate"], ours.predict(data)["estimate"], rtol=1e-4)


def test_it_is_sampled_left_out_and_drawn_like_any_other():
    data = counts()
    with pytest.warns(sl.StanlevelsWarning):
        own = model(beta_binomial()).fit(data, seed=1, draws=60, chains=2, engine="stanli", progress=False)
    with pytest.warns(sl.StanlevelsWarning):
        ours = model(sl.BetaBinomial).fit(data, seed=1, draws=60, chains=2, engine="stanli", progress=False)
    assert own.loo().elpd == pytest.approx(ours.loo().elpd, abs=1)
    drawn = own.posterior_predictive(data.head(3))
    assert float(drawn.max()) <= data["size"].max()


def test_censored_and_truncated_outcomes_need_the_cumulative():
    with pytest.raises(DeclarationError, match="censored"):
        rayleigh(stan=RAYLEIGH["stan"].split("\nreal own_rayleigh_lcdf")[0])(observed="y", censored="c")

    class Waiting(sl.Model):
        y = rayleigh()(observed=True, censored="late")

    data = pd.DataFrame({"y": [1.0, 2.0, 3.0, 3.0], "late": [0, 0, 1, 1]})
    estimate = Waiting.fit(data, "mle").summary()["estimate"].iloc[0]
    assert estimate == pytest.approx(
        np.sqrt(23 / 2 / 2), rel=1e-4
    )  # the sum of squares over twice the deaths


def test_the_printed_class_makes_the_same_model():
    made = beta_binomial()
    Counts = model(made)
    scope: dict[str, Any] = {"sl": sl, "beta_binomial2": made}
    exec(str(Counts), scope)
    assert "y = beta_binomial2(logit=b @ X" in str(Counts)
    assert scope["Counts"].graph() == Counts.graph()


def test_wrappers_take_it():
    class Zeros(sl.Model):
        rate = sl.Normal(0, 1)
        y = sl.ZeroInflated(beta_binomial()(logit=rate, trials=sl.data("size")), observed=True)

    assert "sl.ZeroInflated(beta_binomial2(logit=rate" in str(Zeros)
    data = counts()
    data.loc[::4, "y"] = 0
    assert Zeros.fit(data, "mle").summary()["estimate"]["y_zero"] == pytest.approx(0.25, abs=0.1)


def test_two_declarations_of_a_name_do_not_mix():
    first, other = rayleigh(), rayleigh(parameters={"s": "positive"})
    assert first.family.key != other.family.key
    assert FAMILIES[first.family.key] is first.family
    assert "own_rayleigh" not in FAMILIES
    assert all("@" not in name for name in FAMILIES)


def test_a_saved_fit_asks_for_the_declaration(tmp_path):
    fit = model(beta_binomial()).fit(counts(), "mle")
    fit.save(tmp_path / "fit.zip")
    assert sl.load(tmp_path / "fit.zip").summary().equals(fit.summary())
    code = f"import stanlevels as sl; sl.load({str(tmp_path / 'fit.zip')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "the model has 'beta_binomial2', a distribution that is declared nowhere here" in done.stderr


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"parameters": {"s": "spread"}}, "parameter s of own_rayleigh is 'spread'"),
        ({"parameters": {"over": "scale"}}, "a parameter of own_rayleigh is called 'over'"),
        ({"parameters": {"s": ("scale", sl.HalfNormal())}}, "the prior of parameter s of own_rayleigh"),
        ({"stan": "real other_lpdf(real y, real s) { return 0; }"}, "defines 'other_lpdf'"),
        ({"support": "angles"}, "support= of own_rayleigh is 'angles'"),
        ({"mean": 3}, "mean= of own_rayleigh is int 3"),
        ({"draw": lambda s: s}, "draw= of own_rayleigh cannot be called"),
    ],
)
def test_wrong_declarations_say_what_is_wrong(changed, words):
    with pytest.raises(DeclarationError, match=words):
        rayleigh(**changed)


def test_a_name_of_the_table_is_taken():
    with pytest.raises(DeclarationError, match=r"so is sl\.Normal"):
        sl.Family("Normal", **RAYLEIGH)


def test_a_prior_of_its_own_takes_the_place_of_the_default():
    made = rayleigh(parameters={"s": ("scale", sl.Exponential(0.5))})

    class Waiting(sl.Model):
        y = made(observed=True)

    assert "Exponential(0.5)" in str(Waiting.bind({"y": [1.0, 2.0]}).priors)


def plain(**changed: Any) -> Any:
    return sl.Family(
        "plain",
        {"mu": "location", "s": "scale"},
        **{
            "stan": "real plain_lpdf(real y, real mu, real s) { return normal_lpdf(y | mu, s); }",
            "log_density": lambda y, mu, s: stats.norm.logpdf(y, mu, s),
            "draw": lambda rng, size, mu, s: rng.normal(mu, s, size),
            "mean": lambda mu, s: mu,
            **changed,
        },
    )


def test_what_goes_wrong_in_its_functions_is_said_in_words():
    with pytest.raises(DeclarationError, match="log_density= of plain fails: ZeroDivisionError"):
        plain(log_density=lambda y, mu, s: 1 / 0).check()
    with pytest.raises(DeclarationError, match="mean= of plain fails: ValueError"):
        plain(mean=lambda mu, s: "many").check()


def test_maximum_likelihood_says_that_a_density_cannot_be_differentiated():
    family = plain()

    class Numbers(sl.Model):
        mu = sl.Normal(0, 5)
        y = family(mu, observed=True)

    with pytest.raises(DeclarationError, match="cannot be differentiated") as refused:
        Numbers.fit({"y": [1.0, 2.0, 4.0]}, method="mle")
    assert "scipy.stats" in str(refused.value)
    found = Numbers.fit({"y": np.linspace(0, 4, 60)}, method="laplace", seed=1).summary()
    assert found["estimate"]["mu"] == pytest.approx(2, abs=0.3)
