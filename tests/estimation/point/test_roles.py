"""Roles: what they do to a fit, and the limits in which they meet."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError, FitError
from tests.literature import linear as m
from tests.literature.frames import frame


class Crashes(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    device_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal(0.5)
    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    reliability = sl.Normal(A + D, noise, observed=True)


class PooledPublishers(Crashes):
    """The same without publishers: what complete pooling of them must equal."""

    A = sl.Normal(Crashes.overall, Crashes.app_sd, over=Crashes.app)


@pytest.fixture(scope="module")
def crashes():
    rng = np.random.default_rng(1)
    n, app, device = 240, rng.integers(0, 20, 240), rng.integers(0, 6, 240)
    P, D = rng.normal(0.9, 0.1, 5), rng.normal(0, 0.08, 6)
    A = P[np.arange(20) // 4] + rng.normal(0, 0.05, 20)
    y = A[app] + D[device] + rng.normal(0, 0.1, n)
    return pd.DataFrame(
        {
            "publisher": [f"p{a // 4}" for a in app],
            "app": [f"a{a}" for a in app],
            "device": [f"d{d}" for d in device],
            "reliability": y,
            "known": A[app],
        }
    )


def test_a_standard_deviation_of_zero_pools_completely_and_exactly(crashes):
    held = Crashes.fit(crashes, "mle", roles={"publisher_sd": 0})
    without = PooledPublishers.fit(crashes, "mle")
    assert held.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-9)
    np.testing.assert_allclose(held.effects("A")["estimate"], without.effects("A")["estimate"], rtol=1e-9)
    assert (held.effects("P")["estimate"] == held.summary().loc["overall", "estimate"]).all()


def test_a_small_standard_deviation_approaches_complete_pooling(crashes):
    zero = Crashes.fit(crashes, "mle", roles={"publisher_sd": 0})
    small = Crashes.fit(crashes, "mle", roles={"publisher_sd": 1e-7})
    assert small.log_likelihood == pytest.approx(zero.log_likelihood, abs=1e-6)


def test_an_infinite_standard_deviation_is_the_role_of_a_parameter(crashes):
    infinite = Crashes.fit(crashes, "ols", roles={"app_sd": np.inf, "device_sd": np.inf})
    indicators = Crashes.fit(crashes, "ols", roles={"A": "parameter", "D": "parameter"})
    assert infinite.log_likelihood == indicators.log_likelihood
    np.testing.assert_array_equal(infinite.effects("A")["estimate"], indicators.effects("A")["estimate"])


def test_a_large_standard_deviation_approaches_no_pooling(crashes):
    """In the limit the conditional means are the least-squares indicators."""
    roles = {"D": 0, "P": 0.9}
    large = Crashes.fit(crashes, "mle", roles={**roles, "app_sd": 1e5})
    none = Crashes.fit(crashes, "ols", roles={**roles, "A": "parameter"})
    np.testing.assert_allclose(large.effects("A")["estimate"], none.effects("A")["estimate"], rtol=1e-8)
    np.testing.assert_allclose(large.effects("A")["weight"], 1.0, rtol=1e-9)


def test_a_number_is_an_offset(crashes):
    held = Crashes.fit(crashes, "mle", roles={"overall": 0.9, "P": "random"})
    moved = crashes.assign(reliability=crashes["reliability"] - 0.9)
    zero = Crashes.fit(moved, "mle", roles={"overall": 0})
    assert held.log_likelihood == pytest.approx(zero.log_likelihood, abs=1e-9)
    assert "overall" not in held.summary().index


def test_a_column_is_known(crashes):
    fit = Crashes.fit(crashes, "mle", roles={"A": sl.data("known")})
    assert fit.roles["A"] == "constant"
    assert "P" not in fit.roles
    expected = crashes.drop_duplicates("app").set_index("app")["known"]
    table = fit.effects("A").set_index("app")
    np.testing.assert_allclose(table["estimate"], expected[table.index])


def test_a_distribution_takes_the_place_of_the_declared_one(crashes):
    fit = Crashes.fit(crashes, "mle", roles={"A": sl.Normal(0.9, 0.2)})
    assert "app_sd" not in fit.summary().index
    np.testing.assert_allclose(fit.effects("A")["complete_pooling"], 0.9, rtol=1e-12)


def test_zero_in_a_declaration_means_the_same_as_the_role(crashes):
    class Declared(Crashes):
        P = sl.Normal(Crashes.overall, 0, over=Crashes.publisher)

    assert Declared.fit(crashes, "mle").log_likelihood == pytest.approx(
        Crashes.fit(crashes, "mle", roles={"publisher_sd": 0}).log_likelihood, abs=1e-12
    )


def test_what_no_longer_reaches_the_data_is_left_out_and_listed(crashes):
    fit = Crashes.fit(crashes, "ols", roles={"A": "parameter", "D": "parameter"})
    (note,) = [note for note in fit.notes if note.startswith("left out")]
    assert all(repr(name) in note for name in ("overall", "publisher_sd", "app_sd", "device_sd", "P"))
    bound = Crashes.bind(crashes, roles={"A": 0.9})
    assert "publisher_sd" not in bound.stan_code


def test_the_table_of_roles_says_them_in_words(crashes):
    table: Any = Crashes.bind(crashes, roles={"D": "parameter"}).roles.to_frame().set_index("quantity")
    assert table.loc["A", ["over", "role", "units"]].tolist() == ["app", "random", "20"]
    assert table.loc["D", "role"] == "parameter"
    assert "no pooling" in table.loc["D", "meaning"]
    assert table.loc["overall", "meaning"] == "one unknown number"
    assert Crashes.roles({"P": 0.5}).to_frame().set_index("quantity").loc["P", "role"] == "constant"


def test_under_nuts_a_parameter_with_unknown_arguments_is_refused_with_a_way_out(crashes):
    with pytest.raises(DeclarationError, match="'A' is to be a parameter under method='nuts'") as caught:
        Crashes.fit(crashes, roles={"A": "parameter"})
    assert "roles={'A': sl.Normal(0, 10)}" in str(caught.value)


def test_the_zero_limit_holds_under_nuts_too(crashes):
    bound = Crashes.bind(crashes, roles={"publisher_sd": 0}, plan=sl.Plan(marginalize=["A"]))
    assert "rep_vector(overall, N_publisher)" in bound.stan_code


def test_indicators_beside_an_intercept_collide_with_names_and_a_way_out(crashes):
    class Free(Crashes):
        a = sl.Normal(0, 1)
        A = sl.Normal(Crashes.P, Crashes.app_sd, over=Crashes.app)
        reliability = sl.Normal(a + A, Crashes.noise, observed=True)

    with pytest.raises(FitError, match="cannot tell apart 'A' and 'a'") as caught:
        Free.fit(crashes, "ols", roles={"A": "parameter"})
    assert "roles={'a': 0}" in str(caught.value)


def test_two_free_means_of_one_sum_are_refused(crashes):
    class Twice(Crashes):
        device_mean = sl.Normal(0, 1)
        D = sl.Normal(device_mean, Crashes.device_sd, over=Crashes.device)

    with pytest.raises(FitError, match="'overall' and 'device_mean'"):
        Twice.fit(crashes, "mle")


def test_a_unit_without_rows_cannot_be_a_parameter():
    class Tables(sl.Model):
        app = sl.Level()
        noise = sl.HalfNormal(1)
        A = sl.Normal(0, 1, over=app)
        y = sl.Normal(A, noise, observed=True)

    rows = {"app": ["x", "x", "y", "y"], "y": [1.0, 2.0, 3.0, 5.0]}
    apps = {"app": ["x", "y", "z"]}
    with pytest.raises(FitError, match=r"no row tells anything of 'A\[z\]'"):
        Tables.fit(rows, "mle", tables={"app": apps}, roles={"A": "parameter"})
    table = Tables.fit(rows, "mle", tables={"app": apps}).effects("A").set_index("app")
    assert table.loc["z", ["estimate", "sd", "weight"]].tolist() == pytest.approx([0.0, 1.0, 0.0])


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"Z": 0}, "'Z', which Crashes does not have"),
        ({"A": "fixed"}, "the role of 'A' is 'fixed'"),
        ({"reliability": 1.0}, "'reliability', which has data"),
        ({"app_sd": -1}, "the number -1"),
        ({"A": True}, "the role of 'A' is True"),
    ],
    ids=["unknown", "word", "observed", "support", "truth"],
)
def test_impossible_roles_are_errors_in_words(crashes, roles, message):
    with pytest.raises(DeclarationError, match=message):
        Crashes.bind(crashes, roles=roles)


def test_what_is_not_linear_is_named_with_its_line():
    class Power(sl.Model):
        a, b = sl.Normal(0, 1), sl.Normal(0, 1)
        noise = sl.HalfNormal(1)
        y = sl.Normal(sl.exp(a) + b, noise, observed=True)

    with pytest.raises(FitError, match=r"y ~ Normal\(exp\(a\) \+ b, noise\), observed: exp of 'a'"):
        Power.fit({"y": [1.0, 2.0, 3.0]}, "ols")


def test_a_random_variable_that_is_not_normal_is_named():
    class Heavy(sl.Model):
        group = sl.Level()
        spread, noise = sl.HalfNormal(1), sl.HalfNormal(1)
        G = sl.StudentT(3, 0, spread, over=group)
        y = sl.Normal(G, noise, observed=True)

    with pytest.raises(FitError, match="'G' is a random variable that is not normal"):
        Heavy.fit({"group": [1, 1, 2, 2], "y": [1.0, 2.0, 3.0, 5.0]}, "em")


def test_known_standard_errors_make_a_meta_analysis():
    """Eight schools: the REML estimate of tau is 0 (Rubin 1981), and with it the pooled mean 7.686, 4.072."""

    class Schools(sl.Model):
        school = sl.Level()
        mean = sl.Normal(0, 20)
        tau = sl.HalfNormal(20)
        theta = sl.Normal(mean, tau, over=school)
        estimate = sl.Normal(theta, sl.data("se"), observed=True)

    data = {
        "school": list("ABCDEFGH"),
        "estimate": [28.0, 8, -3, 7, -1, 1, 18, 12],
        "se": [15.0, 10, 16, 11, 9, 11, 10, 18],
    }
    row = Schools.fit(data, "reml").summary()
    assert row.loc["tau", "estimate"] == 0
    assert row.loc["mean", ["estimate", "se"]].tolist() == pytest.approx([7.686, 4.072], abs=5e-4)


def test_shared_and_known_standard_deviations_are_maximised_in_absolute_terms():
    """Two crossed effects with one common sd: the likelihood at the maximum, against a grid."""

    class Shared(m.Penicillin):
        S = sl.Normal(0, m.Penicillin.plate_sd, over=m.Penicillin.dish)

    data = frame("lme4", "Penicillin")
    fit = Shared.fit(data, "mle")
    best = fit.summary().loc["plate_sd", "estimate"]
    for factor in (0.97, 1.03):
        held = m.Penicillin.fit(data, "mle", roles={"plate_sd": best * factor, "sample_sd": best * factor})
        assert held.log_likelihood < fit.log_likelihood
    both = {"plate_sd": float(best), "sample_sd": float(best)}
    same = m.Penicillin.fit(data, "mle", roles=both)
    assert same.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
