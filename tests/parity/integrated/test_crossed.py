"""Programs that integrate crossed levels out, written by hand: the harness accepts the right ones alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

import stanlevels as sl
from tests.parity.forms import Standardised
from tests.parity.harness import Parameter, Subject
from tests.parity.integrated.by_hand import DATA, RNG, accepted, codes, hand, indicators, rejected


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
