"""Programs of one level, written by hand: the harness accepts the right ones alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.oracle.marginal import NotGaussian
from tests.parity.harness import Parameter, Subject, densities, effects
from tests.parity.integrated.by_hand import AT, DATA, OneWay, accepted, arrays, hand, rejected

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
