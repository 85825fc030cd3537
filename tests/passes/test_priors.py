"""`open_arguments` and `default_priors`: what is left open becomes a proper prior with its reason."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from tests.passes.kit import bind, prior, records
from tests.program.kit import densities

Y = np.array([3.0, 5.0, 10.0, 2.0, 8.0, 14.0])
X = np.array([0.0, 4.0, 8.0, 0.0, 4.0, 8.0])
DATA = {
    "y": Y,
    "x": X,
    "g": list("aabbcc"),
    "w": X / 2,
    "k": [0, 1, 4, 2, 3, 2],
    "n": [5] * 6,
    "b": [0, 1, 1, 0, 1, 1],
}
SD, SD_X = Y.std(ddof=1), X.std(ddof=1)  # the sample standard deviations


def test_an_open_location_is_at_the_mean_with_two_and_a_half_sds():
    a = sl.Normal()
    bound = bind({"a": a, "y": sl.Normal(a, 1, observed=True)}, DATA)
    assert prior(bound, "a") == {"mu": (pytest.approx(7.0),), "sigma": (pytest.approx(2.5 * SD),)}


def test_an_open_coefficient_is_at_zero_with_two_and_a_half_sds_over_that_of_its_covariate():
    a, b = sl.Normal(), sl.Normal()
    bound = bind({"a": a, "b": b, "y": sl.Normal(a + b * sl.data("x"), 1, observed=True)}, DATA)
    assert prior(bound, "b") == {"mu": (0.0,), "sigma": (pytest.approx(2.5 * SD / SD_X),)}


def test_coefficients_of_covariates_have_a_scale_each():
    M = sl.covariates("x", "w")
    b = sl.Normal(over=M)
    bound = bind({"M": M, "b": b, "y": sl.Normal(sl.Constant(7) + b @ M, 1, observed=True)}, DATA)
    assert prior(bound, "b")["sigma"] == pytest.approx((2.5 * SD / SD_X, 2.5 * SD / (SD_X / 2)))


def test_the_coefficient_of_a_product_of_covariates_takes_that_product():
    a, b = sl.Normal(), sl.Normal()
    y = sl.Normal(a + b * sl.data("x") * sl.data("w"), 1, observed=True)
    bound = bind({"a": a, "b": b, "y": y}, DATA)
    assert prior(bound, "b")["sigma"] == (pytest.approx(2.5 * SD / (X * X / 2).std(ddof=1)),)


def test_what_a_quantity_with_a_known_median_multiplies_takes_its_size_from_that():
    g, h = sl.Level(), sl.Level()
    s = sl.HalfNormal(1)
    a, b = sl.LogNormal(np.log(2), s, over=g), sl.Normal(0, over=h)
    lines = {"g": g, "h": h, "s": s, "a": a, "b": b, "y": sl.Normal(7 + a * b, 1, observed=True)}
    bound = bind(lines, {**DATA, "h": DATA["g"]})
    assert prior(bound, "b_sigma") == {"sigma": (pytest.approx(SD / 2),)}


def test_an_open_standard_deviation_is_half_normal_on_the_scale_of_the_outcome():
    bound = bind({"y": sl.Normal(0, observed=True)}, DATA)
    assert bound.planned.graph.variables["y_sigma"].family == "HalfNormal"
    assert prior(bound, "y_sigma") == {"sigma": (pytest.approx(SD),)}


def test_an_open_spread_of_units_is_named_after_them_and_reaches_from_their_mean_to_the_outcome():
    g = sl.Level()
    u = sl.Normal(over=g)
    bound = bind({"g": g, "u": u, "y": sl.Normal(u, 1, observed=True)}, DATA)
    assert str(bound.planned.lines["u"].args["mu"]).startswith("Literal(value=0")
    assert records(bound, "open")["u"].decision == "its open mu is 0"
    assert prior(bound, "u_sigma") == {"sigma": (pytest.approx(np.hypot(SD, Y.mean())),)}


def test_the_scale_reaches_through_the_mean_of_another_quantity():
    g = sl.Level()
    top = sl.Normal()
    u = sl.Normal(top, 1, over=g)
    bound = bind({"g": g, "top": top, "u": u, "y": sl.Normal(u, 1, observed=True)}, DATA)
    assert prior(bound, "top") == {"mu": (pytest.approx(7.0),), "sigma": (pytest.approx(2.5 * SD),)}


def test_the_scale_reaches_through_named_expressions():
    a, b = sl.Normal(), sl.Normal()
    eta = 1 + a + b * sl.data("x")
    bound = bind({"a": a, "b": b, "eta": eta, "y": sl.Normal(eta, 1, observed=True)}, DATA)
    assert prior(bound, "b")["sigma"] == (pytest.approx(2.5 * SD / SD_X),)


@pytest.mark.parametrize(
    ("outcome", "center"),
    [
        (lambda a: sl.Bernoulli(logit=a, observed="b"), np.log(4 / 2)),  # 4 of 6
        (lambda a: sl.Binomial(sl.data("n"), logit=a, observed="k"), np.log(12 / 18)),  # 12 of 30
        (lambda a: sl.Poisson(log=a, observed="k"), np.log(2.0)),  # a mean of 2
        (lambda a: sl.NegBinomial(log=a, shape=1, observed="k"), np.log(2.0)),
        (lambda a: sl.Gamma(log=a, shape=1, observed="y"), np.log(7.0)),
    ],
)
def test_after_a_link_the_scale_is_one_about_the_link_of_the_mean(outcome, center):
    a = sl.Normal()
    bound = bind({"a": a, "o": outcome(a)}, DATA)
    assert prior(bound, "a") == {"mu": (pytest.approx(center),), "sigma": (2.5,)}


def test_a_lognormal_outcome_is_seen_through_its_log():
    a = sl.Normal()
    bound = bind({"a": a, "o": sl.LogNormal(a, 1, observed="y")}, DATA)
    logs = np.log(Y)
    assert prior(bound, "a") == {
        "mu": (pytest.approx(logs.mean()),),
        "sigma": (pytest.approx(2.5 * logs.std(ddof=1)),),
    }


@pytest.mark.parametrize(
    ("y", "center"),
    [(np.full(6, 3.0), 3.0), (np.array([3.0]), 3.0), (np.array([]), 0.0)],
    ids=["constant", "one", "none"],
)
def test_where_the_outcome_tells_no_scale_it_is_one(y, center):
    a = sl.Normal()
    bound = bind({"a": a, "y": sl.Normal(a, observed=True)}, {"y": y})
    assert prior(bound, "a") == {"mu": (center,), "sigma": (2.5,)}
    assert prior(bound, "y_sigma") == {"sigma": (1.0,)}
    assert "a scale of 1" in records(bound, "priors")["a"].reason


def test_what_multiplies_a_constant_covariate_is_an_intercept():
    b = sl.Normal()
    bound = bind({"b": b, "y": sl.Normal(b * sl.data("c"), 1, observed=True)}, DATA, c=[2.0] * 6)
    assert prior(bound, "b") == {"mu": (pytest.approx(7 / 2),), "sigma": (pytest.approx(2.5 * SD / 2),)}


def test_a_large_outcome_has_a_prior_as_large():
    bound = bind({"y": sl.Normal(sl.Constant(1e6), observed=True)}, {"y": 1e6 + 1e3 * Y})
    assert prior(bound, "y_sigma")["sigma"] == (pytest.approx(1e3 * SD),)


def test_the_degrees_of_freedom_of_an_outcome_are_gamma():
    """Juarez and Steel (2010)."""
    bound = bind({"y": sl.StudentT(observed=True)}, DATA)
    assert bound.planned.graph.variables["y_nu"].family == "Gamma"
    assert prior(bound, "y_nu") == {"alpha": (2.0,), "beta": (0.1,)}


def test_an_open_correlation_is_mildly_in_favour_of_small_ones():
    g = sl.Level()
    B = sl.MultiNormal([0, 0], [1, 1], over=g)
    bound = bind({"g": g, "B": B, "y": sl.Normal(B[0], 1, observed=True)}, DATA)
    assert bound.planned.graph.variables["B_corr"].family == "LKJCholesky"
    assert prior(bound, "B_corr") == {"eta": (2.0,)}


def test_open_standard_deviations_of_a_vector_take_the_scale_of_their_own_covariate():
    g = sl.Level()
    B = sl.MultiNormal([0, 0], over=g)
    a = sl.Normal()
    y = sl.Normal(a + B[0] + B[1] * sl.data("x"), observed=True)
    bound = bind({"g": g, "a": a, "B": B, "y": y}, DATA)
    assert bound.planned.lines["B_sigma"].components == ("B",)
    at_zero = np.sqrt(1 + (X.mean() / SD_X) ** 2)  # an intercept at 0 varies with the slopes
    assert prior(bound, "B_sigma")["sigma"] == pytest.approx((SD * at_zero, SD / SD_X))


def test_standard_deviations_and_means_in_a_list_take_the_scale_of_their_entry():
    g, r = sl.Level(), sl.LKJCholesky(2)
    a, b, s, t = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
    B = sl.MultiNormal([a, b], [s, t], r, over=g)
    lines = {"g": g, "r": r, "a": a, "b": b, "s": s, "t": t, "B": B}
    bound = bind({**lines, "y": sl.Normal(B["a"] + B["b"] * sl.data("x"), observed=True)}, DATA)
    assert prior(bound, "s")["sigma"] == pytest.approx((SD * np.sqrt(1 + (X.mean() / SD_X) ** 2),))
    assert prior(bound, "t")["sigma"] == pytest.approx((SD / SD_X,))
    assert prior(bound, "b") == {"mu": (0.0,), "sigma": (pytest.approx(2.5 * SD / SD_X),)}


def test_components_that_are_used_one_by_one_have_a_scale_each():
    k = sl.Index(["level", "trend"])
    b = sl.Normal(0, over=k)
    bound = bind(
        {"k": k, "b": b, "y": sl.Normal(b["level"] + b["trend"] * sl.data("x"), 1, observed=True)}, DATA
    )
    there = np.sqrt(1 + (Y.mean() / SD) ** 2 + (2.5 * X.mean() / SD_X / 2.5) ** 2)  # from 0 to the outcome
    assert prior(bound, "b")["sigma"] == pytest.approx((2.5 * SD * there, 2.5 * SD / SD_X))


@pytest.mark.parametrize(
    ("outcome", "family", "numbers"),
    [
        (lambda: sl.Bernoulli(observed="b"), "Beta", {"alpha": (1.0,), "beta": (1.0,)}),
        (lambda: sl.Binomial(sl.data("n"), observed="k"), "Beta", {"alpha": (1.0,), "beta": (1.0,)}),
        (lambda: sl.Poisson(observed="k"), "Exponential", {"beta": (0.5,)}),  # one over the mean, 2
        (lambda: sl.NegBinomial(shape=1, observed="k"), "Exponential", {"beta": (0.5,)}),
    ],
)
def test_an_open_probability_is_uniform_and_an_open_mean_exponential(outcome, family, numbers):
    bound = bind({"o": outcome()}, DATA)
    (name,) = bound.planned.latent
    assert bound.planned.graph.variables[name].family == family
    assert prior(bound, name) == numbers


@pytest.mark.parametrize(
    "family",
    sorted(
        f
        for f, row in FAMILIES.items()
        if row.latent and f not in ("Uniform", "Pareto", "MultiNormal", "Dirichlet", "LKJCholesky")
    ),
)
def test_every_default_prior_is_proper_and_its_density_finite(family):
    x = getattr(sl, family)()
    bound = bind({"q": x, "y": sl.Normal(x, 1, observed=True)}, DATA)
    assert all(np.isfinite(v) for values in prior(bound, "q").values() for v in values)
    assert np.all(np.isfinite(densities(bound)))


def test_the_end_of_a_pareto_prior_must_be_given():
    x = sl.Pareto()
    with pytest.raises(sl.DeclarationError, match=r"y_min of 'q' ~ Pareto.* is left open"):
        bind({"q": x, "y": sl.Normal(x, 1, observed=True)}, DATA)


@pytest.mark.parametrize(
    ("family", "key"), [("Gamma", "log"), ("Exponential", "log"), ("Beta", "mean"), ("Beta", "logit")]
)
def test_the_other_parameterisations_have_defaults_too(family, key):
    x = getattr(sl, family)(**{key: 0.5})
    bound = bind({"q": x, "y": sl.Normal(x, 1, observed=True)}, DATA)
    assert np.all(np.isfinite(densities(bound)))


def test_an_argument_that_is_given_is_left_alone():
    a = sl.Normal(sigma=3)
    bound = bind({"a": a, "y": sl.Normal(a, 1, observed=True)}, DATA)
    assert prior(bound, "a") == {"mu": (pytest.approx(7.0),), "sigma": (3,)}


def test_every_line_that_was_added_or_filled_has_a_reason_and_a_way_to_have_it_otherwise():
    g = sl.Level()
    u = sl.Normal(over=g)
    bound = bind({"g": g, "u": u, "y": sl.StudentT(mu=u, observed=True)}, DATA)
    assert set(records(bound, "open")) == {"u", "u_sigma", "y_nu", "y_sigma"}
    assert set(records(bound, "priors")) == {"u_sigma", "y_sigma"}
    for record in [*records(bound, "open").values(), *records(bound, "priors").values()]:
        assert record.reason
        assert record.instead


def test_the_table_of_priors_says_where_each_comes_from():
    g = sl.Level()
    mean, spread = sl.Normal(0, 5), sl.HalfNormal()
    u = sl.Normal(mean, spread, over=g)
    lines = {"g": g, "mean": mean, "spread": spread, "u": u, "y": sl.Normal(u, observed=True)}
    priors = sl.Model.define("M", lines).priors(DATA)
    assert priors.columns == ("quantity", "over", "prior", "source", "reason")
    assert [row[:4] for row in priors.rows] == [
        ("mean", "", "Normal(0, 5)", "declared"),
        ("spread", "", f"HalfNormal({SD:.4g})", "default"),
        ("y_sigma", "", f"HalfNormal({SD:.4g})", "default"),
    ]
    assert f"sd(y) = {SD:.3g}" in str(priors)
    assert list(priors.to_frame()["quantity"]) == ["mean", "spread", "y_sigma"]


def test_costs_of_alternatives_are_compared_with_those_of_the_alternative_without_an_intercept():
    rng = np.random.default_rng(1)
    costs = {f"c{k}": rng.normal(10 + k, 1 + k, 200) for k in range(3)}
    a, c, b = sl.Normal(), sl.Normal(), sl.Normal()
    utilities = [b * sl.data("c0"), a + b * sl.data("c1"), c + b * sl.data("c2")]
    y = sl.Categorical(logit=utilities, observed=True)
    bound = bind({"a": a, "c": c, "b": b, "y": y}, costs | {"y": rng.integers(3, size=200)})
    far, near = (costs[k] - costs["c0"] for k in ("c2", "c1"))
    shown = dict(bound.priors.to_frame().set_index("quantity")["prior"])
    assert shown["a"].startswith(f"Normal(0 - {near.mean():.4g} * b, ")
    assert shown["c"].startswith(f"Normal(0 - {far.mean():.4g} * b, ")
    narrowest = min(near.std(ddof=1), far.std(ddof=1))
    assert prior(bound, "b")["sigma"][0] == pytest.approx(prior(bound, "a")["sigma"][0] / narrowest)
