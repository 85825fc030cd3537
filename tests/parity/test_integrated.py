"""Programs that integrate quantities out, written by hand: the harness accepts the right ones alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.graph import VariableNode
from tests.oracle.affine import Lines
from tests.oracle.density import log_densities
from tests.oracle.draft import SeededChoices
from tests.oracle.integrable import NormalChoices, random_set, with_numbers
from tests.oracle.marginal import NotGaussian, integrate_out
from tests.oracle.random_models import random_case, random_values
from tests.oracle.world import build_world
from tests.parity.forms import NATURAL, Between, Form, Standardised
from tests.parity.harness import Parameter, Subject, densities, effects
from tests.parity.point import Point

RNG = np.random.default_rng(11)
N = 16
DATA = pd.DataFrame(
    {
        "maker": [f"m{k}" for k in RNG.integers(3, size=N)],
        "day": [f"d{k}" for k in RNG.integers(4, size=N)],
        "x": RNG.normal(size=N).round(2),
        "y": RNG.normal(1, 1.5, size=N).round(2),
    }
)
DATA["app"] = DATA["maker"] + [f"/{k}" for k in RNG.integers(2, size=N)]
HALF_NORMAL = "normal_lpdf({0} | 0, 1) + log2()"


def codes(column: str) -> np.ndarray:
    """Units counted from 1, in sorted order."""
    return np.unique(DATA[column], return_inverse=True)[1] + 1


def indicators(column: str) -> np.ndarray:
    return np.equal.outer(codes(column), np.unique(codes(column))).astype(float)


def hand(
    model: Any, sampled: Sequence[Parameter | str], integrated: Sequence[str], code: str, **data: Any
) -> Subject:
    """A program written by hand, with units in sorted order."""
    graph = model.graph()
    parameters = tuple(p if isinstance(p, Parameter) else Parameter(p, p) for p in sampled)
    units = build_world(graph, DATA).units
    return Subject(
        graph, dict(units), parameters, frozenset(integrated), code, {"N": N, "y": DATA["y"], **data}
    )


def arrays(values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(value, dtype=float) for name, value in values.items()}


def accepted(judged: Subject, values: Mapping[str, Any]) -> None:
    found = densities(judged, DATA, arrays(values))
    assert found.agree(), found


def rejected(judged: Subject, values: Mapping[str, Any], right: str, wrong: str) -> None:
    """Not accepted once a part of it is written otherwise."""
    assert right in judged.stan_code
    changed = replace(judged, stan_code=judged.stan_code.replace(right, wrong))
    assert not densities(changed, DATA, arrays(values)).agree(), f"{wrong!r} in place of {right!r}"


# --- one level -------------------------------------------------------------------------------


class OneWay(sl.Model):
    maker = sl.Level()
    mu = sl.Normal(1, 2)
    tau = sl.HalfNormal(1)
    sigma = sl.HalfNormal(1)
    a = sl.Normal(mu, tau, over=maker)
    y = sl.Normal(a, sigma, observed=True)


ONE_WAY = """
data {
  int N;
  int J;
  vector[N] y;
  vector[J] n;
  vector[J] ybar;
  real ssw;
}
parameters {
  real mu;
  real<lower=0> tau;
  real<lower=0> sigma;
}
model {
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf(tau | 0, 1) + log2();
  target += normal_lpdf(sigma | 0, 1) + log2();
  target += -(N - J) * log(2 * pi() * square(sigma)) / 2;
  target += -ssw / (2 * square(sigma)) - sum(log(n)) / 2;
  target += normal_lpdf(ybar | mu, sqrt(square(tau) + square(sigma) ./ n));
}
"""
AT = {"mu": 0.6, "tau": 0.7, "sigma": 1.3}


def one_way() -> Subject:
    by = DATA.groupby("maker")["y"]
    return hand(
        OneWay,
        ("mu", "tau", "sigma"),
        ("a",),
        ONE_WAY,
        J=3,
        n=by.size(),
        ybar=by.mean(),
        ssw=float(((DATA["y"] - by.transform("mean")) ** 2).sum()),
    )


def test_means_of_groups_are_all_that_a_one_way_program_needs():
    accepted(one_way(), AT)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (" - sum(log(n)) / 2", ""),
        (" - sum(log(n)) / 2", " - sum(log(n))"),
        ("-(N - J)", "-N"),
        ("2 * pi() * square", "square"),
        ("-ssw / (2 * square(sigma))", "0"),
        ("normal_lpdf(ybar", "normal_lupdf(ybar"),
        ("square(tau) +", "tau +"),
        ("square(tau) +", ""),
        ("square(sigma) ./ n", "sigma ./ n"),
        ("(sigma | 0, 1) + log2()", "(sigma | 0, 1)"),
        ("  target += normal_lpdf(mu | 1, 2);\n", ""),
    ],
)
def test_a_one_way_program_with_a_wrong_constant_or_without_a_term_is_rejected(right, wrong):
    rejected(one_way(), AT, right, wrong)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("square(tau) +", "square(0.7) +"),
        ("ybar | mu,", "ybar | 0.6,"),
        ("normal_lpdf(mu | 1, 2)", "normal_lpdf(0.6 | 1, 2)"),
        ("-(N - J) * log(2 * pi() * square(sigma))", "-(N - J) * log(2 * pi() * square(1.3))"),
    ],
)
def test_a_program_that_is_right_at_one_point_is_rejected_by_its_gradient(right, wrong):
    judged = one_way()
    rejected(judged, AT, right, wrong)
    found = densities(replace(judged, stan_code=judged.stan_code.replace(right, wrong)), DATA, arrays(AT))
    assert found.stan == pytest.approx(found.oracle, rel=1e-12)


def test_what_a_one_way_program_leaves_out_is_known_exactly():
    """The romcom weight; values of what is integrated do not matter."""
    by = DATA.groupby("maker")["y"]
    weight = 0.7**2 / (0.7**2 + 1.3**2 / by.size())
    expected = weight * by.mean() + (1 - weight) * 0.6
    for extra in ({}, {"a": [5, -5, 0]}):
        found = effects(one_way(), DATA, arrays({**AT, **extra}))
        np.testing.assert_allclose(found.means["a"], expected, rtol=1e-12)
        np.testing.assert_allclose(found.sds["a"], np.sqrt((1 - weight) * 0.7**2), rtol=1e-12)


def test_a_quantity_is_sampled_once_or_integrated_out():
    judged = one_way()
    twice = replace(judged, sampled=(*judged.sampled, Parameter("a", "a")))
    with pytest.raises(AssertionError, match="'a' is integrated out, and sampled as 'a'"):
        densities(twice, DATA, arrays({**AT, "a": [1, 2, 3]}))
    missing = replace(judged, sampled=judged.sampled[1:])
    with pytest.raises(AssertionError, match="'mu' is neither integrated out nor sampled once"):
        densities(missing, DATA, arrays(AT))


def test_what_is_not_normal_cannot_be_said_to_be_integrated_out():
    judged = one_way()
    beyond = replace(judged, sampled=judged.sampled[:1], integrated=frozenset({"a", "tau", "sigma"}))
    with pytest.raises(NotGaussian, match="HalfNormal"):
        densities(beyond, DATA, arrays(AT))


# --- a tree ----------------------------------------------------------------------------------


class Tree(sl.Model):
    maker = sl.Level()
    app = sl.Level()
    mu = sl.Normal(1, 2)
    sp = sl.HalfNormal(1)
    sa = sl.HalfNormal(1)
    sigma = sl.HalfNormal(1)
    P = sl.Normal(mu, sp, over=maker)
    A = sl.Normal(P, sa, over=app)
    y = sl.Normal(A, sigma, observed=True)


TREE = """
data {
  int N;
  vector[N] y;
  int K;
  int J;
  array[K] int maker;
  vector[K] n;
  vector[K] ybar;
  real ssw;
}
parameters {
  real mu;
  real<lower=0> sp;
  real<lower=0> sa;
  real<lower=0> sigma;
}
model {
  vector[K] V = square(sa) + square(sigma) ./ n;
  vector[J] W = rep_vector(0, J);
  vector[J] M = rep_vector(0, J);
  for (k in 1:K) {
    W[maker[k]] += inv(V[k]);
    M[maker[k]] += ybar[k] / V[k];
  }
  M = M ./ W;
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf({sp, sa, sigma} | 0, 1) + 3 * log2();
  target += -(N - K) * log(2 * pi() * square(sigma)) / 2 - ssw / (2 * square(sigma)) - sum(log(n)) / 2;
  target += -sum(square(ybar - M[maker]) ./ V) / 2 - sum(log(2 * pi() * V)) / 2;
  target += sum(log(2 * pi() * inv(W))) / 2;
  target += normal_lpdf(M | mu, sqrt(square(sp) + inv(W)));
}
"""
TREE_AT = {"mu": 0.6, "sp": 0.7, "sa": 0.4, "sigma": 1.3}


def tree_data() -> dict[str, Any]:
    by = DATA.groupby("app")["y"]
    return {
        "K": by.ngroups,
        "J": 3,
        "maker": [int(str(app)[1]) + 1 for app in by.groups],
        "n": by.size(),
        "ybar": by.mean(),
        "ssw": float(((DATA["y"] - by.transform("mean")) ** 2).sum()),
    }


def tree() -> Subject:
    return hand(Tree, ("mu", "sp", "sa", "sigma"), ("P", "A"), TREE, **tree_data())


def test_messages_up_a_tree_integrate_both_levels_out():
    accepted(tree(), TREE_AT)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("square(sp) + inv(W)", "square(sp) + W"),
        ("square(sp) + inv(W)", "square(sp)"),
        ("square(sa) + ", ""),
        ("  target += sum(log(2 * pi() * inv(W))) / 2;\n", ""),
        ("log(2 * pi() * inv(W))", "log(inv(W))"),
        (" - sum(log(2 * pi() * V)) / 2", ""),
        ("ybar - M[maker]", "ybar"),
        ("3 * log2()", "2 * log2()"),
    ],
)
def test_a_tree_with_a_wrong_constant_or_without_a_term_is_rejected(right, wrong):
    rejected(tree(), TREE_AT, right, wrong)


PARTLY = """
data {
  int N;
  vector[N] y;
  int K;
  array[N] int app;
  matrix[K, K] same_maker;
}
parameters {
  real mu;
  real<lower=0> sp;
  real<lower=0> sa;
  real<lower=0> sigma;
  vector[K] A;
}
model {
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf({sp, sa, sigma} | 0, 1) + 3 * log2();
  target += multi_normal_lpdf(A | rep_vector(mu, K), add_diag(square(sp) * same_maker, square(sa)));
  target += normal_lpdf(y | A[app], sigma);
}
"""


def partly() -> Subject:
    maker = np.array(tree_data()["maker"])
    same = np.equal.outer(maker, maker).astype(float)
    data = {"K": len(maker), "app": codes("app"), "same_maker": same}
    return hand(Tree, ("mu", "sp", "sa", "sigma", "A"), ("P",), PARTLY, **data)


def test_the_upper_level_of_a_tree_may_be_integrated_out_alone():
    judged = partly()
    values = {**TREE_AT, "A": RNG.normal(size=judged.stan_data["K"])}
    accepted(judged, values)
    rejected(judged, values, "square(sa)))", "sa))")
    rejected(judged, values, "square(sp) * same_maker", "square(sp) + 0 * same_maker")


ABOUT_INTEGRATED = """
data {
  int N;
  vector[N] y;
  int K;
  array[N] int app;
  matrix[N, N] same_maker;
}
parameters {
  real mu;
  real<lower=0> sp;
  real<lower=0> sa;
  real<lower=0> sigma;
  vector[K] A_raw;
}
model {
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf({sp, sa, sigma} | 0, 1) + 3 * log2();
  target += std_normal_lpdf(A_raw);
  target += multi_normal_lpdf(y | mu + sa * A_raw[app], add_diag(square(sp) * same_maker, square(sigma)));
}
"""


def test_a_standardised_quantity_may_be_about_one_that_is_integrated_out():
    """A = P + sa z: z is a parameter, so that A moves with P, and every row of a maker does."""
    maker = indicators("maker")
    K = len(np.unique(DATA["app"]))
    judged = hand(
        Tree,
        ("mu", "sp", "sa", "sigma", Parameter("A_raw", "A", Standardised())),
        ("P",),
        ABOUT_INTEGRATED,
        K=K,
        app=codes("app"),
        same_maker=maker @ maker.T,
    )
    values = {**TREE_AT, "A": RNG.normal(size=K), "P": RNG.normal(size=3)}
    accepted(judged, values)
    rejected(judged, values, "  target += std_normal_lpdf(A_raw);\n", "")
    rejected(judged, values, "mu + sa * A_raw", "mu + A_raw")
    natural = replace(judged, sampled=(*judged.sampled[:-1], Parameter("A_raw", "A")))
    assert not densities(natural, DATA, arrays(values)).agree()


# --- crossed ---------------------------------------------------------------------------------


class Crossed(sl.Model):
    maker = sl.Level()
    day = sl.Level()
    mu = sl.Normal(1, 2)
    slope = sl.Normal(0, 1)
    tm = sl.HalfNormal(1)
    td = sl.HalfNormal(1)
    sigma = sl.HalfNormal(1)
    M = sl.Normal(0, tm, over=maker)
    D = sl.Normal(0, td, over=day)
    y = sl.Normal(mu + slope * sl.data("x") + M + D, sigma, observed=True)


CROSSED = """
data {
  int N;
  vector[N] y;
  vector[N] x;
  matrix[N, N] same_maker;
  matrix[N, N] same_day;
}
parameters {
  real mu;
  real slope;
  real<lower=0> tm;
  real<lower=0> td;
  real<lower=0> sigma;
}
model {
  matrix[N, N] V = add_diag(square(tm) * same_maker + square(td) * same_day, square(sigma));
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf(slope | 0, 1);
  target += normal_lpdf({tm, td, sigma} | 0, 1) + 3 * log2();
  target += multi_normal_lpdf(y | mu + slope * x, V);
}
"""
CROSSED_AT = {"mu": 0.6, "slope": -0.4, "tm": 0.7, "td": 0.4, "sigma": 1.3}


def crossed() -> Subject:
    m, d = indicators("maker"), indicators("day")
    more = {"x": DATA["x"], "same_maker": m @ m.T, "same_day": d @ d.T}
    return hand(Crossed, tuple(CROSSED_AT), ("M", "D"), CROSSED, **more)


def test_a_dense_covariance_integrates_crossed_levels_out():
    accepted(crossed(), CROSSED_AT)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (" + square(td) * same_day", ""),
        ("square(td)", "td"),
        ("square(td) * same_day", "square(td) * same_maker"),
        (", square(sigma))", ", sigma)"),
        ("multi_normal_lpdf", "multi_normal_lupdf"),
        ("mu + slope * x", "rep_vector(mu, N)"),
        ("  target += normal_lpdf(slope | 0, 1);\n", ""),
    ],
)
def test_a_crossed_pair_with_a_wrong_constant_or_without_a_term_is_rejected(right, wrong):
    rejected(crossed(), CROSSED_AT, right, wrong)


def test_coefficients_may_be_integrated_out_with_the_levels():
    judged = crossed()
    code = (
        judged.stan_code.replace("  real mu;\n  real slope;\n", "")
        .replace("  target += normal_lpdf(mu | 1, 2);\n  target += normal_lpdf(slope | 0, 1);\n", "")
        .replace("square(tm) * same_maker", "4 + x * x' + square(tm) * same_maker")
        .replace("mu + slope * x", "rep_vector(1, N)")
    )
    all_but_spreads = replace(
        judged,
        stan_code=code,
        sampled=judged.sampled[2:],
        integrated=frozenset({"mu", "slope", "M", "D"}),
    )
    spreads = {name: CROSSED_AT[name] for name in ("tm", "td", "sigma")}
    accepted(all_but_spreads, spreads)
    rejected(all_but_spreads, spreads, "4 + ", "2 + ")
    rejected(all_but_spreads, spreads, "rep_vector(1, N)", "rep_vector(0, N)")


def test_one_of_two_crossed_levels_may_stay_a_parameter_in_standard_form():
    judged = crossed()
    code = (
        judged.stan_code.replace("matrix[N, N] same_day;", "int K;\n  array[N] int day;")
        .replace("  real<lower=0> sigma;", "  real<lower=0> sigma;\n  vector[K] D_raw;")
        .replace(" + square(td) * same_day", "")
        .replace("mu + slope * x", "mu + slope * x + td * D_raw[day]")
        .replace("  target += multi", "  target += std_normal_lpdf(D_raw);\n  target += multi")
    )
    partial = replace(
        judged,
        stan_code=code,
        stan_data={**judged.stan_data, "K": 4, "day": codes("day")},
        sampled=(*judged.sampled, Parameter("D_raw", "D", Standardised())),
        integrated=frozenset({"M"}),
    )
    values = {**CROSSED_AT, "D": RNG.normal(size=4)}
    accepted(partial, values)
    rejected(partial, values, "+ td * D_raw", "+ D_raw")
    rejected(partial, values, "  target += std_normal_lpdf(D_raw);\n", "")


# --- lines and parameters --------------------------------------------------------------------

BETWEEN = """
data {
  int N;
  int J;
  vector[N] y;
  array[N] int maker;
  vector[J] w;
}
parameters {
  real mu;
  real<lower=0> tau;
  real<lower=0> sigma;
  vector[J] z;
}
transformed parameters {
  vector[J] a = mu + tau ^ (1 - w) .* (z - w * mu);
}
model {
  target += normal_lpdf(mu | 1, 2);
  target += normal_lpdf({tau, sigma} | 0, 1) + 2 * log2();
  target += normal_lpdf(z | w * mu, tau ^ w);
  target += normal_lpdf(y | a[maker], sigma);
}
"""


@pytest.mark.parametrize("w", [[0.3, 0.8, 0.5], [0, 0, 0], [1, 1, 1], [0, 1, 0.25]])
def test_a_form_between_the_two_has_a_weight_for_every_unit(w):
    sampled = ("mu", "tau", "sigma", Parameter("z", "a", Between(np.array(w))))
    judged = hand(OneWay, sampled, (), BETWEEN, J=3, maker=codes("maker"), w=np.array(w, dtype=float))
    values = {**AT, "a": [0.3, -0.5, 1.1]}
    accepted(judged, values)
    rejected(judged, values, "tau ^ w)", "tau)" if min(w) < 1 else "tau ^ 2)")


PIECES = """
data {
  int N;
  vector[N] y;
  vector[N] x;
  int J;
  array[N] int maker;
}
parameters {
  vector[2] m;
  cholesky_factor_corr[2] L;
  real<lower=0> sigma;
  vector[J] first;
  vector[J - 1] second;
  real last;
}
model {
  array[J] vector[2] B;
  for (j in 1:J) {
    B[j] = [first[j], append_row(second, last)[j]]';
  }
  target += normal_lpdf(m[1] | 0, 1) + normal_lpdf(m[2] | 1, 2);
  target += lkj_corr_cholesky_lpdf(L | 2);
  target += normal_lpdf(sigma | 0, 1) + log2();
  target += multi_normal_cholesky_lpdf(B | m, diag_pre_multiply([0.7, 1.2]', L));
  target += normal_lpdf(y | first[maker] + append_row(second, last)[maker] .* x, sigma);
}
"""


def test_a_line_may_be_several_parameters_and_a_parameter_several_lines():
    class Slopes(sl.Model):
        maker = sl.Level()
        m0 = sl.Normal(0, 1)
        m1 = sl.Normal(1, 2)
        L = sl.LKJCholesky(2, dim=2)
        sigma = sl.HalfNormal(1)
        B = sl.MultiNormal([m0, m1], [0.7, 1.2], L, over=maker)
        y = sl.Normal(B[0] + B[1] * sl.data("x"), sigma, observed=True)

    every = slice(None)
    sampled = (
        *(Parameter("m", "m0"), Parameter("m", "m1"), "L", "sigma"),
        Parameter("first", "B", part=(every, 0)),
        Parameter("second", "B", part=(slice(2), 1)),
        Parameter("last", "B", part=(slice(2, 3), 1)),
    )
    judged = hand(Slopes, sampled, (), PIECES, J=3, maker=codes("maker"), x=DATA["x"])
    factor = np.array([[1, 0], [0.4, np.sqrt(1 - 0.16)]])
    values = {"m0": 0.3, "m1": -0.2, "L": factor, "sigma": 0.9, "B": RNG.normal(size=(3, 2))}
    accepted(judged, values)
    rejected(judged, values, "m[2] | 1, 2", "m[2] | 1, 1")
    with pytest.raises(AssertionError, match="'B' is neither integrated out nor sampled once"):
        densities(replace(judged, sampled=judged.sampled[:-1]), DATA, arrays(values))


# --- random models ---------------------------------------------------------------------------


@pytest.mark.slow
def test_forms_and_integrals_go_together_in_random_models():
    """log p(z) = log p(z, u) - log p(u | z) at any u, with what is sampled in any form about u."""
    models = about = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        choose = SeededChoices(rng)
        case = random_case(NormalChoices(choose), int(rng.integers(2**32)))
        graph = with_numbers(case.graph)
        world = build_world(graph, case.data, tables=case.tables)
        values = random_values(case, graph=graph)
        sampled = [Parameter(name, name, random_form(node, rng)) for name, node in graph.latent.items()]
        judged = Subject(graph, world.units, tuple(sampled), frozenset(), "", {})
        point = Point(judged, world, values)
        names = random_set(world, values, rng, moving=point.moving)
        found = integrate_out(world, values, names, point.moving)
        u = found.numbers.join(found.conditional.draw(rng)) + rng.normal(size=found.numbers.size)
        there = Lines(world, values, found.numbers, point.moving).at(u)
        whole = float(sum(np.sum(terms) for terms in log_densities(there).values()))
        part = found.conditional.log_density(found.numbers.split(u))
        assert abs(whole - part - found.log_density) <= 1e-9 * max(1, abs(whole), abs(part))
        models += bool(names)
        about += any(not np.array_equal(there.values[name], values[name]) for name in point.moving)
    assert models > 25
    assert about > 8


def random_form(node: VariableNode, rng: np.random.Generator) -> Form:
    """Any form that a line may take; scalars of priors stay as they are."""
    if node.family not in ("Normal", "MultiNormal") or node.ordered or not node.over or rng.random() < 0.5:
        return NATURAL
    return Standardised() if node.family == "MultiNormal" or rng.random() < 0.5 else Between(rng.uniform())
