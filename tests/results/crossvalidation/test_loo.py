"""Leave-one-out: the numbers of ArviZ, closed forms, and what is refused."""

from dataclasses import replace

import arviz as az
import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.results.crossvalidation.densities import densities
from stanlevels.results.crossvalidation.partition import by_groups, by_units
from tests.arviz_of_any_age import elpd
from tests.results.kit import fit_of


class Classes(sl.Model):
    school = sl.Level()
    room = sl.Level(within=school)
    item = sl.Level()
    mean = sl.Normal(0, 5)
    slope = sl.Normal(0, 1)
    sds = sl.HalfNormal(1, over=sl.Index(["a", "b"]))
    corr = sl.LKJCholesky(2, dim=2)
    room_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    S = sl.MultiNormal([mean, slope], sds, corr, over=school)
    R = sl.Normal(S[0], room_sd, over=room)
    T = sl.Normal(0, 1, over=item)
    y = sl.Normal(R + S[1] * sl.data("x") + T, noise, observed=True, weights="w")


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(5)
    n = 60
    school = rng.integers(0, 4, n)
    return pd.DataFrame(
        {
            "school": school,
            "room": rng.integers(0, 3, n),
            "item": rng.integers(0, 3, n),
            "x": rng.normal(size=n),
            "y": rng.normal(size=n) + school,
            "w": rng.integers(0, 3, n).astype(float),
        }
    )


def drawn(name, shape):
    rng = np.random.default_rng(sum(map(ord, name)))
    if name == "corr":
        r = rng.uniform(-0.8, 0.8, shape[:2])
        found = np.ones(shape)
        found[..., 0, 1] = found[..., 1, 0] = r
        return found
    values = rng.normal(size=shape)
    return np.abs(values) + 0.3 if name in ("sds", "room_sd", "noise", "spread", "sd") else values


def dense(draws, frame, rows, c, d):
    """The log density of some rows of `Classes` with effects of schools and rooms integrated out."""
    values = {n: draws.value(n)[c, d] for n in ("mean", "slope", "sds", "corr", "room_sd", "noise", "T")}
    some = frame.iloc[rows]
    repeated = some.loc[some.index.repeat(some["w"].astype(int))]  # a weight counts equal rows
    x, school = repeated["x"].to_numpy(), repeated["school"].to_numpy()
    room = (repeated["school"].astype(str) + "/" + repeated["room"].astype(str)).to_numpy()
    sds, corr = values["sds"].ravel(), values["corr"].reshape(2, 2)
    cov = np.diag(sds) @ corr @ np.diag(sds)
    basis = np.column_stack([np.ones(len(x)), x])
    total = (basis @ cov @ basis.T) * (school[:, None] == school)
    total = total + values["room_sd"].item() ** 2 * (room[:, None] == room)
    total = total + values["noise"].item() ** 2 * np.eye(len(x))
    items = draws.bound.codes(("<rows>",), ("item",))[rows].repeat(some["w"].astype(int))
    mean = values["mean"].item() + values["slope"].item() * x + values["T"].ravel()[items]
    return stats.multivariate_normal(mean, total).logpdf(repeated["y"])


@pytest.mark.parametrize("pieces", ["one", "several"])
def test_the_density_of_a_school_is_that_of_its_rows_together(frame, pieces, monkeypatch):
    fit = fit_of(Classes, frame, drawn, chains=2, draws=3)
    draws = fit.by_quantity
    found = densities(draws, by_groups(fit.planned, fit.bound, "school", None), integrate=True)
    assert set(found.names) == {"S", "R"}
    assert found.is_exact
    parts = [slice(0, 4)] if pieces == "one" else [slice(0, 1), slice(1, 3), slice(3, 4)]
    densities_of_schools = np.concatenate([found.at(each) for each in parts]).reshape(4, 2, 3)
    for school in range(4):
        rows = np.flatnonzero(frame["school"] == school)
        expected = [[dense(draws, frame, rows, c, d) for d in range(3)] for c in range(2)]
        np.testing.assert_allclose(densities_of_schools[school], expected, rtol=1e-9)


def test_the_density_of_a_room_keeps_the_effect_of_its_school(frame):
    fit = fit_of(Classes, frame, drawn, chains=2, draws=3)
    draws, data = fit.by_quantity, fit.bound
    found = densities(draws, by_groups(fit.planned, data, "room", None), integrate=True)
    assert found.names == ("R",)
    codes = data.codes(("<rows>",), ("room",))
    school = data.codes(("<rows>",), ("school",))
    item = data.codes(("<rows>",), ("item",))
    weights = frame["w"].to_numpy().astype(int)
    values = found.at(slice(0, found.partition.size)).reshape(-1, 2, 3)
    for part, room in enumerate(found.partition.kept.tolist()):
        rows = np.flatnonzero(codes == room).repeat(weights[codes == room])
        S = draws.value("S")[1, 2]
        mean = S[school[rows], 0] + S[school[rows], 1] * frame["x"].to_numpy()[rows]
        mean = mean + draws.value("T")[1, 2].ravel()[item[rows]]
        sd, noise = draws.value("room_sd")[1, 2].item(), draws.value("noise")[1, 2].item()
        total = sd**2 + noise**2 * np.eye(len(rows))
        expected = stats.multivariate_normal(mean, total).logpdf(frame["y"].to_numpy()[rows])
        assert values[part, 1, 2] == pytest.approx(expected, rel=1e-9)


class Sites(sl.Model):
    site = sl.Level()
    mean = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    A = sl.StudentT(4, mean, sd, over=site)
    died = sl.Bernoulli(logit=A + 0.5 * sl.data("x"), observed=True)
    count = sl.Poisson(log=A, observed=True)


class Rates(sl.Model):
    site = sl.Level()
    shape = sl.HalfNormal(2)
    rate = sl.Gamma(shape, 1.5, over=site)
    count = sl.Poisson(rate, observed=True)


def sites():
    rng = np.random.default_rng(2)
    site = np.r_[np.repeat(np.arange(4), 25), 4]
    return pd.DataFrame(
        {
            "site": site,
            "x": rng.normal(size=101),
            "died": rng.integers(0, 2, 101),
            "count": rng.poisson(2, 101),
        }
    )


def test_quadrature_is_the_integral_over_the_effect_of_a_unit():
    data = sites()
    fit = fit_of(Sites, data, drawn, chains=1, draws=4)
    found = densities(fit.by_quantity, by_groups(fit.planned, fit.bound, "site", None), integrate=True)
    assert not found.is_exact
    values = found.at(slice(0, 5))
    for site in (0, 4):
        x, died, counts = (data.loc[data["site"] == site, c].to_numpy() for c in ("x", "died", "count"))
        factorials = special.gammaln(counts + 1)
        for d in range(4):
            mean, sd = (fit.by_quantity.value(n)[0, d].item() for n in ("mean", "sd"))

            def log_height(a, x=x, died=died, counts=counts, factorials=factorials, mean=mean, sd=sd):
                p = 1 / (1 + np.exp(-a - 0.5 * x))
                own = np.log(np.where(died == 1, p, 1 - p)).sum()
                own += (a * counts - np.exp(a) - factorials).sum()
                return own + stats.t.logpdf(a, 4, mean, sd)

            top = max(map(log_height, np.linspace(-4, 4, 400)))
            area = integrate.quad(
                lambda a, top=top: np.exp(log_height(a) - top), -8, 8, points=[0.5, 0.7, 1], limit=200
            )
            assert values[site, d] == pytest.approx(top + np.log(area[0]), abs=2e-3)


def test_quadrature_of_positive_effects_is_the_negative_binomial():
    data = sites()
    fit = fit_of(Rates, data, lambda n, s: np.abs(drawn(n, s)) + 0.5, chains=1, draws=3)
    found = densities(fit.by_quantity, by_groups(fit.planned, fit.bound, "site", None), integrate=True)
    last = found.at(slice(0, 5))[4]
    shape = fit.by_quantity.value("shape").ravel()
    expected = stats.nbinom(shape, 1.5 / 2.5).logpmf(data["count"].iloc[-1])
    np.testing.assert_allclose(last, expected, atol=2e-3)


class EightSchools(sl.Model):
    school = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfNormal(5)
    effect = sl.Normal(mean, spread, over=school)
    estimate = sl.Normal(effect, sl.data("se"), observed=True)


EIGHT = {
    "school": list("ABCDEFGH"),
    "estimate": [28.0, 8, -3, 7, -1, 1, 18, 12],
    "se": [15.0, 10, 16, 11, 9, 11, 10, 18],
}


def test_the_effect_of_a_row_can_be_integrated_out():
    fit = fit_of(EightSchools, EIGHT, drawn, draws=200)
    whole = fit.loo(integrate=True)
    mean, spread = (fit.by_quantity.value(n).reshape(-1, 1) for n in ("mean", "spread"))
    sd = np.sqrt(spread**2 + np.square(EIGHT["se"]))
    log_density = stats.norm(mean, sd).logpdf(EIGHT["estimate"])
    seen = np.log(np.exp(log_density).mean(axis=0))
    np.testing.assert_allclose(whole.fitted_of_parts, seen, rtol=1e-9)
    assert fit.loo(by="school").elpd == pytest.approx(whole.elpd)
    assert "'effect' of its own" in str(fit.loo())
    assert "fit.loo(integrate=True)" in str(fit.loo())


def test_loo_has_the_numbers_of_arviz(frame):
    fit = fit_of(Classes, frame, drawn, chains=4, draws=200)
    fit.add_log_likelihood()
    with pytest.warns(UserWarning, match="Pareto"):  # noise for draws: Pareto k is large
        expected = elpd(fit.idata)
    found = fit.loo()
    assert found.elpd == pytest.approx(expected, abs=1e-9)
    assert len(found.pointwise) == (frame["w"] > 0).sum()
    assert list(found.pointwise.columns) == ["row", "school", "room", "item", "elpd", "pareto_k"]
    assert found.to_arviz() is not None


def test_an_elpd_is_compared_by_arviz_too(frame):
    fits = [fit_of(Classes, frame, drawn, chains=4, draws=d) for d in (200, 300)]
    table = az.compare({str(i): fit.loo(by="school").to_arviz() for i, fit in enumerate(fits)})
    assert len(table) == 2


def test_thinned_draws_are_a_part_of_all(frame):
    fit = fit_of(Classes, frame, drawn, chains=4, draws=200)
    assert fit.loo(draws=100).draws == 400  # of each chain
    with pytest.raises(FitError, match="draws is 0"):
        fit.loo(draws=0)


def test_rows_of_several_lines_are_left_out_together():
    fit = fit_of(Sites, sites(), drawn, draws=100)
    both, one = fit.loo(), fit.loo(name="count")
    assert len(both.rows) == len(one.rows) == 101
    assert both.rows.sum() == 202
    total = one.fitted_of_parts.sum() + fit.loo(name="died").fitted_of_parts.sum()
    assert both.fitted_of_parts.sum() != pytest.approx(total)  # a mean of products


class Matches(sl.Model):
    team = sl.Level()
    home = sl.Level("home", of=team)
    away = sl.Level("away", of=team)
    sd = sl.HalfNormal(1)
    strength = sl.Normal(0, sd, over=team)
    y = sl.Normal(strength[home] - strength[away], 1, observed=True)


MATCHES = {"home": list("abca"), "away": list("bcab"), "y": [1.0, 0.0, -1.0, 2.0]}


def test_what_cannot_be_left_out_is_refused_with_a_way_out(frame):
    matches = fit_of(Matches, MATCHES, drawn)
    with pytest.raises(FitError, match=r"no line with data has rows that each belong to one team"):
        matches.loo(by="team")
    assert matches.loo(by="home").called == "home"  # strengths stay: other matches tell of them
    fit = fit_of(Classes, frame, drawn)
    with pytest.raises(FitError, match=r"by='schol' is no level"):
        fit.loo(by="schol")
    with pytest.raises(FitError, match="no row has an effect of its own"):
        fit.loo(integrate=True)
    with pytest.raises(FitError, match="is no line with data"):
        fit.loo(name="R")


class Steady(sl.Model):
    site = sl.Level()
    g = sl.Normal(0, 1, over=site)
    sd = sl.exp(g)
    y = sl.Normal(0, sd, observed=True)


def test_named_expressions_of_effects_belong_to_units_too():
    data = sites().assign(y=lambda d: d["x"])
    fit = fit_of(Steady, data, drawn, chains=1, draws=20)
    found = densities(fit.by_quantity, by_groups(fit.planned, fit.bound, "site", None), integrate=True)
    y = data["y"].iloc[-1]
    area = integrate.quad(lambda g: stats.norm(0, np.exp(g)).pdf(y) * stats.norm.pdf(g), -9, 9)
    assert found.at(slice(4, 5))[0, 0] == pytest.approx(np.log(area[0]), abs=5e-3)


class Nested(sl.Model):
    state = sl.Level()
    town = sl.Level(within=state)
    A = sl.Normal(0, 1, over=town)
    y = sl.Normal(A, 0.01, observed=True)


def test_units_with_the_same_label_are_told_apart():
    data = {"state": list("aabb"), "town": [1, 2, 1, 2], "y": [0.0, 9.0, 0.1, 0.2]}
    found = fit_of(Nested, data, drawn, draws=100).loo()
    labels = {"town": np.array([1, 2, 1, 2]), "state": np.array(list("aabb"))}
    bad = replace(found, labels=labels, called="town", of_rows=False)
    assert "a/2" in bad.reliability


class Slopes(sl.Model):
    site = sl.Level()
    A = sl.Normal(0, 1, over=site)
    B = sl.Normal(0, 1, over=site)
    died = sl.Bernoulli(logit=A + B * sl.data("x"), observed=True)


def test_several_effects_under_another_family_need_folds():
    fit = fit_of(Slopes, sites(), drawn)
    with pytest.raises(FitError, match="'A', 'B' cannot be integrated out") as caught:
        fit.loo(by="site")
    assert "kfold(by='site'" in caught.value.way_out


def test_estimates_have_no_loo(frame):
    fit = EightSchools.fit(EIGHT, "mle", progress=False)
    with pytest.raises(FitError, match="no draws of the posterior"):
        fit.loo()


def test_a_fit_without_its_rows_says_so(frame):
    fit = fit_of(Classes, frame, drawn)
    bare = replace(fit, bound=fit.bound.without_rows(()))
    with pytest.raises(FitError, match="needs the rows that were fitted"):
        bare.loo()


def test_draws_about_estimates_are_cross_validated_and_labelled():
    fit = Grouped.fit(sites().assign(y=lambda d: d["x"]), "mle", progress=False).simulate_draws(200)
    assert any("not from the posterior itself" in note for note in fit.loo(by="site").notes)
    with pytest.raises(FitError, match="draws about estimates"):
        fit.prior_sensitivity()


class Grouped(sl.Model):
    site = sl.Level()
    mean = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    A = sl.Normal(mean, sd, over=site)
    y = sl.Normal(A, noise, observed=True)


class Product(sl.Model):
    site = sl.Level()
    sd = sl.HalfNormal(1)
    A = sl.Normal(0, 1, over=site)
    y = sl.Normal(sl.exp(A), sd, observed=True)


def test_what_is_not_linear_is_taken_by_quadrature():
    data = {"site": [0, 0, 1], "y": [1.0, 2.0, 0.5]}
    fit = fit_of(Product, data, drawn, chains=1, draws=3)
    found = densities(fit.by_quantity, by_groups(fit.planned, fit.bound, "site", None), integrate=True)
    assert not found.is_exact
    sd = fit.by_quantity.value("sd").ravel()[0]
    area = integrate.quad(
        lambda a: np.exp(stats.norm(np.exp(a), sd).logpdf([1.0, 2.0]).sum() + stats.norm.logpdf(a)), -8, 8
    )
    assert found.at(slice(0, 1))[0, 0] == pytest.approx(np.log(area[0]), abs=5e-3)


def test_units_without_weight_are_no_parts(frame):
    fit = fit_of(Classes, frame, drawn)
    partition = by_units(fit.planned, fit.bound, None)
    assert partition.size == (frame["w"] > 0).sum()
    assert partition.counts.tolist() == [1] * partition.size


def test_a_level_may_be_called_row() -> None:
    class Rows(sl.Model):
        row = sl.Level()
        spread = sl.HalfNormal(1)
        effect = sl.Normal(0, spread, over=row)
        y = sl.Normal(effect, spread, observed=True)

    data = {"row": list("aabbb"), "y": [0.1, 0.3, -0.2, 0.4, 0.0]}
    rng = np.random.default_rng(12)
    fit = fit_of(Rows, data, lambda n, s: rng.uniform(0.5, 1.0, s))
    found = fit.loo(by="row")
    assert found.pointwise["rows"].tolist() == [2, 3]
    assert "2 rows (5 rows)" in repr(found)
    assert "rows" not in fit.loo().pointwise
