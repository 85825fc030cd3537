"""`sl.formula`: the class that a formula stands for."""

import pickle
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.cli import main
from tests.literature.frames import frame

RNG = np.random.default_rng(1)
N = 60
DF = pd.DataFrame({"g": RNG.integers(1, 7, N), "h": RNG.integers(1, 4, N), "x": RNG.normal(size=N)})
DF["z"], DF["y"], DF["y2"], DF["s"] = RNG.normal(size=N), RNG.normal(size=N), RNG.normal(size=N), 0.5
DF["f"], DF["k"] = RNG.choice(["a", "b", "c"], N), RNG.choice(["k1", "k2"], N)
DF["r"] = np.where(DF["g"] < 4, "north", "south")
DF["count"], DF["yes"], DF["n"] = RNG.poisson(3, N), RNG.integers(0, 2, N), 5
DF["won"], DF["positive"], DF["share"] = RNG.integers(0, 5, N), RNG.gamma(2, 1, N), RNG.beta(2, 3, N)
DF["rating"], DF["party"] = RNG.integers(1, 5, N), RNG.choice(["left", "middle", "right"], N)
DF["status"], DF["g2"], DF["w1"], DF["w2"] = RNG.integers(0, 2, N), RNG.integers(1, 7, N), 0.7, 0.3
DF["digits"] = RNG.choice(["1", "2"], N)
DF["angle"], DF["rt"] = RNG.vonmises(0, 1, N), RNG.gamma(2, 0.3, N) + 0.3
DF["c1"], DF["c2"], DF["c3"] = RNG.multinomial(5, [0.3, 0.3, 0.4], N).T
DF["holed"] = DF["x"].where(RNG.random(N) > 0.2)
DF["level"] = RNG.integers(0, 4, N)
DF["log.area"], DF["my group"], DF["class"] = RNG.normal(size=N), DF["g"], DF["y"]


def lines(text, family="gaussian", data=DF):
    """The lines of the class, without its docstring."""
    model = sl.formula(text, data, family=family)
    found = [line.strip() for line in str(model).split("\n") if line.startswith("    ")]
    end = next(i for i, line in enumerate(found) if line.endswith('"""') and (i or line.count('"""') == 2))
    return "; ".join(found[end + 1 :]).replace("(; ", "(").replace(",; )", ")").replace(",; ", ", ")


FORMULAS = [
    ("y ~ 1", "gaussian"),
    ("y ~ x", "gaussian"),
    ("y ~ 0 + x", "gaussian"),
    ("y ~ x + offset(z)", "gaussian"),
    ("y ~ (x + z + f)^2", "gaussian"),
    ("y ~ x * z * f", "gaussian"),
    ("y ~ log(positive) + I((x - 2)^2) + scale(z) + poly(x, 2)", "gaussian"),
    ("y ~ factor(h) + C(f, contr.sum) + relevel(k, ref = 'k2')", "gaussian"),
    ("y ~ digits * x + (digits | g)", "gaussian"),
    ("y ~ x + (x | g)", "gaussian"),
    ("y ~ x + (x || g)", "gaussian"),
    ("y ~ x + (1 | g)", "gaussian"),
    ("y ~ x + (1 | g) + (0 + x | g)", "gaussian"),
    ("y ~ 1 + (1 | g / h)", "gaussian"),
    ("y ~ x + (1 | g / h)", "gaussian"),
    ("y ~ x + (1 | g:k)", "gaussian"),
    ("y ~ f + (0 + f | g)", "gaussian"),
    ("y ~ x + (1 | gr(g, by = r))", "gaussian"),
    ("log(positive) ~ x", "gaussian"),
    ("`class` ~ log.area + (1 | `my group`)", "gaussian"),
    ("y | weights(n) ~ x", "gaussian"),
    ("y | se(s) ~ x", "gaussian"),
    ("y | se(s, sigma = TRUE) ~ x", "gaussian"),
    ("positive | cens(status) ~ x", "weibull"),
    ("positive | trunc(lb = 0, ub = 9) ~ x", "gaussian"),
    ("won | trials(n) ~ x", "binomial"),
    ("cbind(won, n - won) ~ x", "binomial"),
    ("won / n ~ x", "binomial"),
    ("yes ~ x", "binomial"),
    ("yes ~ x", "bernoulli('probit')"),
    ("glm(cbind(won, n - won) ~ as.numeric(yes), family = binomial(link = 'probit'))", "gaussian"),
    ("clm(rating ~ x, link = 'probit')", "gaussian"),
    ("yes ~ x", "binomial(link = cloglog)"),
    ("count ~ x", "poisson"),
    ("count ~ x", "geometric"),
    ("count ~ x", "nbinom1"),
    ("positive ~ x", "Gamma(link = 'log')"),
    ("positive ~ x", "exponential"),
    ("share ~ x", "Beta"),
    ("share ~ x", "Beta('probit')"),
    ("y ~ x", "student"),
    ("count ~ x", "zero_inflated_poisson"),
    ("bf(count ~ x, zi ~ z)", "zero_inflated_negbinomial"),
    ("glmmTMB(count ~ x, ziformula = ~ z, family = nbinom2)", "gaussian"),
    ("bf(share ~ x, zi ~ z)", "zero_inflated_beta"),
    ("bf(share ~ x, zoi ~ z, coi = 0.5)", "zero_one_inflated_beta"),
    ("rating ~ x", "cumulative"),
    ("rating ~ x", "cumulative('probit')"),
    ("party ~ x", "categorical"),
    ("party ~ x + (1 | q | g)", "categorical"),
    ("bf(rating ~ f, disc ~ 0 + z)", "cumulative('probit')"),
    ("rating ~ x + cs(z)", "sratio"),
    ("rating | thres(3, gr = g) ~ x", "cumulative"),
    ("truncated(y, lb=-5, ub=5) ~ x", "gaussian"),
    ("weighted(y, n) ~ x", "gaussian"),
    ("censored(positive, n, status) ~ x", "weibull"),
    ("count | rate(n) ~ x", "negbinomial"),
    ("yes[1] ~ {x ** 2} + np.log(positive) + sin(2 * pi * z)", "bernoulli"),
    ("y ~ C(f, Treatment(reference='b')) * x + C(k, Sum) + log(positive, 2)", "gaussian"),
    ("y ~ 0 + Intercept + x + s(g, bs = 're')", "gaussian"),
    ("y ~ mo(level) * mo(rating)", "gaussian"),
    ("bf(y ~ f + gp(x) + gp(x, z, by = s, cov = 'matern15'), sigma ~ gp(z))", "gaussian"),
    ("y ~ gp(x, k = 10, c = 5/4) + gp(z, by = s, k = 6) + hsgp(positive, by = k, m = 8, c = 2)", "gaussian"),
    ("y ~ x + ar1(factor(h) + 0 | g) + ou(level + 0 | k)", "gaussian"),
    ("y ~ x", "mixture(gaussian, gaussian)"),
    ("bf(y ~ 1, mu1 ~ x, mu2 ~ z + (1 | g), sigma2 ~ x, theta2 ~ x)", "mixture(gaussian, student)"),
    ("bf(count ~ x, theta1 = 1, theta2 = 3)", "mixture(poisson, nmix = 2, order = 'none')"),
    ("rating ~ x + (1 | g)", "acat"),
    ("y ~ s(x)", "gaussian"),
    ("y ~ f + s(x, by = f)", "gaussian"),
    ("y ~ s(x, by = z, k = 6)", "gaussian"),
    ("y ~ s(x, bs = 'cc') + (1 | g)", "gaussian"),
    ("y ~ t2(x, z)", "gaussian"),
    ("y ~ z * mo(level) + (mo(level) | g)", "gaussian"),
    ("y ~ z * f + (z | g) + (1 | h)", "gaussian"),
    ("y ~ z + (z | g) + (1 | h)", "gaussian"),
    ("y ~ us(1 + z | g) + diag(z | h)", "gaussian"),
    ("angle ~ x", "von_mises"),
    ("bf(rt ~ x, ndt ~ f)", "shifted_lognormal"),
    ("bf(rt | dec(yes) ~ x, bs ~ z)", "wiener"),
    ("cbind(c1, c2, c3) | trials(n) ~ x", "multinomial"),
    ("bf(holed | mi() ~ z) + bf(y ~ z * mi(holed))", "gaussian"),
    ("y ~ z + me(x, s)", "gaussian"),
    ("bf(y | mi(s) ~ z + mi(x)) + bf(x | mi(s) ~ z)", "gaussian"),
    ("bf(y ~ x, sigma ~ 0 + f)", "gaussian"),
    ("bf(y ~ x, sigma = 2)", "gaussian"),
    ("bf(y ~ a * exp(-b * x), a ~ 1 + (1 | g), b ~ 1, nl = TRUE)", "gaussian"),
    ("bf(y ~ x + (1 | p | g), sigma ~ (1 | p | g))", "gaussian"),
    ("mvbind(y, y2) ~ x", "gaussian"),
    ("bf(mvbind(y, y2) ~ x) + set_rescor(TRUE)", "gaussian"),
    ("bf(y ~ x) + bf(count ~ x, family = poisson)", "gaussian"),
]


every = pytest.mark.parametrize(("text", "family"), FORMULAS)


def test_formulas_are_these_classes(golden):
    """Of every formula above: the review is whether a person would write it so."""
    found = [str(sl.formula(text, DF, family=family, name="M")) for text, family in FORMULAS]
    golden("formulas.txt", "\n\n\n".join(["import stanlevels as sl", *found]) + "\n")


@every
def test_the_class_of_a_formula_has_a_plan_and_a_program(text, family):
    model = sl.formula(text, DF, family=family)
    if "nl = TRUE" in text:  # priors of unknowns inside a function are a person's to give

        class Given(model):  # type: ignore[misc, valid-type]
            a_mean, a_sd, b = sl.Normal(0, 1), sl.HalfNormal(1), sl.Normal(0, 1)

        model = Given
    assert model.bind(DF).stan_code


@every
def test_what_is_printed_is_the_class(text, family):
    model = sl.formula(text, DF, family=family)
    scope = {"sl": sl}
    exec(str(model), scope)
    assert scope[model.__name__].graph() == model.graph()


# --- R's coding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "columns"),
    [  # colnames(model.matrix(...)) by the rules of R, where f has a, b, c and k has k1, k2
        ("f", 3),
        ("0 + f", 3),
        ("0 + f + k", 4),
        ("f * k", 6),
        ("f:k - 1", 6),
        ("f + f:x", 6),
        ("0 + f + f:x", 6),
        ("f:x", 4),
        ("x + f:x", 4),
        ("f / k", 6),
        ("k + f:k", 6),
        ("(f + k + x)^2", 10),
        ("0 + x + f", 4),
    ],
)
def test_a_design_has_as_many_columns_as_in_r(text, columns):
    fit = sl.formula(f"y ~ {text}", DF).fit(DF, method="mle")
    assert sum(name.startswith("b[") for name in fit.summary().index) == columns


def test_columns_without_data_are_numbers_where_it_matters():
    assert 'sl.effects(sl.data("x"))' in str(sl.formula("y ~ 0 + x"))
    with pytest.raises(sl.DataError, match="'f'"):
        sl.formula("y ~ 0 + f").bind(DF)
    assert 'sl.effects(1, "f", "x", sl.interactions("f", "x"))' in str(sl.formula("y ~ f * x"))


# --- what is wrong ---------------------------------------------------------------------------------------


def test_an_unknown_column_is_named_with_those_that_are_close():
    with pytest.raises(sl.DataError) as caught:
        sl.formula("y ~ xx + (1 | g)", DF)
    assert "names 'xx', which is no column of the data\n  y ~ xx + (1 | g)\n      ^" in caught.value.found
    assert "'x'" in caught.value.expected
    for text in (
        "yy ~ x",
        "y ~ (1 | gg)",
        "y ~ log(xx)",
        "y ~ (xx | g)",
        "y | se(ss) ~ 1",
        "bf(y ~ x, sigma ~ zz)",
    ):
        with pytest.raises(sl.DataError, match="no column of the data"):
            sl.formula(text, DF)


@pytest.mark.parametrize(
    ("text", "family", "says"),
    [
        ("y ~ x", "poison", "did you mean 'poisson'"),
        ("count ~ x", "quasipoisson", "nbinom1"),
        ("y ~ x", "gaussian(link = 'nonsense')", "'nonsense'"),
        ("won ~ x", "beta_binomial", r"won \| trials\(n\)"),
        ("cbind(won, yes) ~ x", "binomial", "no column of how many"),
        ("bf(y ~ x, shape ~ z)", "gaussian", "'shape' is no parameter"),
        ("sqrt(y) ~ x", "gaussian", "the left side of a formula is"),
        ("y | thres(3) ~ x", "gaussian", "without thresholds"),
        ("rating | thres(gr = y2) ~ x", "cumulative", "so that each has 3 thresholds"),
        ("y | weights(n, scale = TRUE) ~ x", "gaussian", "scale the column"),
        ("y | vint(n) ~ x", "gaussian", "sl.Family"),
        ("count | rate(n) ~ x", "zero_inflated_poisson", r"offset\(log\(n\)\) among the terms"),
        ("positive | cens(1 - status) ~ x", "weibull", r"df\['new'\] = 1 - df\['status'\]"),
        ("y ~ I(x > 0)", "gaussian", r"\(df\['x'\] > 0\).astype\(int\)"),
        ("k['k1'] ~ x", "bernoulli", r"\(df\['k'\] == 'k1'\).astype\(int\)"),
        ("y ~ C(f, Treatment(nonsense = 'b'))", "gaussian", "codes f by"),
        ("y ~ s(x, g, bs = 'fs')", "gaussian", r"over=\(g, S\)"),
        ("stan_glm(y ~ x, DF, prior = normal(0, 1))", "gaussian", "is given prior"),
        ("log(count) ~ x", "poisson", "of whose outcome it is the logarithm"),
        ("y ~ (x | gr(g, cov = A))", "gaussian", "stands with several terms"),
        ("y ~ mi(x)", "gaussian", "no formula of its own"),
        ("won ~ x", "multinomial", r"cbind\(a, b, c\)"),
        ("rating ~ cs(x)", "cumulative", "thresholds are in an order"),
        ("y ~ x + ar(time)", "gaussian", "correlated residuals"),
        ("y ~ gp(x, by = k)", "gaussian", r"gp\(x, by = k_b\)"),
        ("y ~ gp(x, iso = FALSE)", "gaussian", "a length for each column"),
        ("y ~ gp(x, z, k = c(5, 6), c = c(1, 2))", "gaussian", "end at two places"),
        ("y ~ gp(x, k = many)", "gaussian", "many is no number"),
        ("y ~ gp(f)", "gaussian", "holds categories"),
        ("Surv(positive, status) ~ x", "weibull", r"1 - df\['event'\]"),
        ("coxph(Surv(positive, status) ~ x)", "gaussian", r"time \| cens\(censored\)"),
        ("y ~ car(W, gr = g)", "gaussian", "type = 'icar'"),
        ("y ~ cs(factor(h) + 0 | g)", "gaussian", r"\(1 \| g\) \+ \(1 \| g:f\)"),
        ("y ~ ar1(h | g)", "gaussian", "not over one column of times"),
        ("y | weights(n) ~ x", "mixture(gaussian, gaussian)", "more than the outcome"),
        ("bf(y ~ x, sigma3 ~ z)", "mixture(gaussian, gaussian)", "'sigma3' is no parameter"),
        ("bf(y ~ x, theta1 = 1)", "mixture(gaussian, gaussian)", "numbers for some"),
        ("y ~ x", "mixture(gaussian, zero_inflated_poisson)", "without zeros"),
        ("bf(y ~ (f | p | g), sigma ~ (1 | p | g))", "gaussian", "correlated across formulas"),
        ("y ~ .", "gaussian", r"\. and there are no data"),
        ("rating ~ x", "cumulative", "needs data"),
        ("party ~ x", "categorical", "needs data"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(text, family, says):
    data = None if "data" in says else DF
    with pytest.raises(sl.DeclarationError, match=says):
        sl.formula(text, data, family=family)


def test_the_dot_is_every_other_column():
    assert (
        lines("y ~ .", data=DF[["y", "x", "f"]])
        == 'b = sl.effects(1, "x", "f"); y = sl.Normal(b, observed=True)'
    )


def test_areas_with_neighbours_come_with_the_data():
    borders = {"W": [(unit, unit + 1) for unit in range(1, 6)]}
    for kind, line in (("icar", "icar_g = sl.ICAR(over=g"), ("bym2", "g_space = sl.ICAR(1, over=g")):
        model = sl.formula(f"count ~ x + car(W, gr = g, type = '{kind}')", DF, family="poisson")
        assert f'{line}, borders="W")' in str(model)
        assert model.bind(DF, tables=borders).stan_code


def test_dates_are_no_numbers_until_someone_says_how():
    rows = pd.DataFrame({"y": RNG.normal(size=8), "day": pd.date_range("2024-01-01", periods=8), "x": 1.0})
    for text in ("y ~ day", "y ~ x * day", "y ~ s(day)", "y ~ I(day / 7)", "y ~ (day | x)", "y ~ ."):
        with pytest.raises(sl.DataError, match="holds dates") as caught:
            sl.formula(text, rows)
        assert "(df['day'] - df['day'].min()).dt.days" in str(caught.value)
    assert "categorical=True" in str(sl.formula("y ~ factor(day)", rows))
    assert "day = sl.Level()" in str(sl.formula("y ~ (1 | day)", rows))


def test_a_coding_that_is_asked_for_is_there_in_products_too():
    """R's contr.treatment(base = 2) and contr.sum, whose last category is minus the others."""
    model = sl.formula("y ~ C(f, contr.treatment(base = 2)) * x + C(k, contr.sum)", DF)
    fit = model.fit(DF, method="mle")
    wanted = ["b[f[a]]", "b[f[c]]", "b[k[k1]]", "b[f[a]:x]", "b[f[c]:x]"]
    assert set(wanted) <= set(fit.summary().index)


# --- the class is one ------------------------------------------------------------------------------------


def test_a_class_that_inherits_overrides_a_line():
    M = sl.formula("y ~ x + (1 | g)", DF)

    class Tight(M):  # type: ignore[misc, valid-type]
        by_g_sd = sl.HalfNormal(0.1)

    assert "by_g_sd = sl.HalfNormal(0.1)" in str(Tight)
    assert Tight.bind(DF).stan_code


def test_it_has_the_name_that_it_is_given_and_survives_a_pickle():
    M = sl.formula("y ~ x + (1 | g)", DF, name="Mine")
    assert M.__name__ == "Mine"
    assert pickle.loads(pickle.dumps(M)).graph() == M.graph()


# --- the numbers of lme4 ---------------------------------------------------------------------------------

SLEEP, PASTES, CBPP, PENICILLIN = (frame("lme4", n) for n in ("sleepstudy", "Pastes", "cbpp", "Penicillin"))


@pytest.mark.parametrize(
    ("data", "text", "family", "method", "deviance"),
    [  # lme4 1.1 (Bates, Maechler, Bolker and Walker 2015, and its help pages)
        (SLEEP, "Reaction ~ Days + (Days | Subject)", "gaussian", "reml", 1743.628),
        (SLEEP, "Reaction ~ Days + (Days | Subject)", "gaussian", "mle", 1751.939),
        (SLEEP, "Reaction ~ Days + (Days || Subject)", "gaussian", "mle", 1752.003),
        (PENICILLIN, "diameter ~ 1 + (1 | plate) + (1 | sample)", "gaussian", "reml", 330.861),
        (PASTES, "strength ~ 1 + (1 | batch/cask)", "gaussian", "mle", 247.994),
        (
            CBPP,
            "cbind(incidence, size - incidence) ~ factor(period) + (1 | herd)",
            "binomial",
            "mle",
            184.053,
        ),
    ],
)
def test_fits_have_the_numbers_of_lme4(data, text, family, method, deviance):
    fit = sl.formula(text, data, family=family).fit(data, method=method)
    assert -2 * fit.log_likelihood == pytest.approx(deviance, abs=2e-3)


# --- the command line ------------------------------------------------------------------------------------


def test_the_command_prints_a_file_that_declares_the_model(tmp_path, capsys):
    path = tmp_path / "data.csv"
    DF.to_csv(path, index=False)
    further = ["--also", "zi ~ z", "--family", "zero_inflated_poisson"]
    assert main(["formula", "count ~ x + (1 | g)", str(path), *further]) == 0
    scope: dict[str, Any] = {}
    exec(capsys.readouterr().out, scope)
    wanted = sl.formula(["count ~ x + (1 | g)", "zi ~ z"], DF, family="zero_inflated_poisson")
    assert scope["CountModel"].graph() == wanted.graph()
    assert main(["formula", "y ~ x", "--prior", "prior(normal(0, 5), class = b)"]) == 0
    assert 'b = sl.effects("x", mean=0, sd=5)' in capsys.readouterr().out
    assert main(["formula", "y ~ (x | g"]) == 1
    assert "never closed" in capsys.readouterr().err


def test_a_known_covariance_comes_with_the_data():
    model = sl.formula("y ~ x + (1 | gr(g, cov = A))", DF)
    units = range(1, 7)
    A = pd.DataFrame(0.5 * np.eye(6) + 0.5, index=units, columns=units)
    assert 'by_g = sl.Normal(0, over=g, corr="A")' in str(model)
    assert model.bind(DF, tables={"A": A}).stan_code


# --- random formulas -------------------------------------------------------------------------------------

PIECES = [
    *"x z f k x*f f:k x:z (x+f)^2 f*k*z factor(h) log(positive) I(x^2) scale(z) poly(x,2)".split(),
    *"s(z) mo(level) offset(z) (1|g) (x|g) (x||g) (0+f|g) (1|g/h) (1|g:k) (f|k)".split(),
]


@pytest.mark.parametrize("seed", range(60))
def test_a_random_formula_prints_a_class_that_has_its_graph(seed):
    rng = random.Random(seed)
    pieces = rng.sample(PIECES, rng.randint(1, 5))
    start = rng.choice(["", "", "0 + "])
    model = sl.formula(f"y ~ {start}{' + '.join(pieces)}", DF)
    scope = {"sl": sl}
    exec(str(model), scope)
    assert scope["YModel"].graph() == model.graph()


def test_names_that_are_no_names_of_lines_are_changed():
    rows = pd.DataFrame({"chain": [1, 2, 3, 4] * 10, "sl": RNG.normal(size=40), "b": RNG.normal(size=40)})
    rows["größe"], rows['a "q"'], rows["1a"] = RNG.normal(size=40), ["u", "v"] * 20, ["s", "t"] * 20
    rows["fit"], rows["class"] = RNG.normal(size=40), [1, 1, 2, 2] * 10
    for text in (
        "b ~ sl + (1 + sl | chain)",
        "fit ~ `größe` + (1 | `1a` / class)",
        'größe ~ `a "q"` + factor(class) + (1 | class)',
        "sl ~ b + (1 | b)",
    ):
        model = sl.formula(text, rows)
        assert model.bind(rows).stan_code
        scope = {"sl": sl}
        exec(str(model), scope)
        assert scope[model.__name__].graph() == model.graph()
