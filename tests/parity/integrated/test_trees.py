"""Programs that integrate levels of a tree out, written by hand: the harness accepts the right ones alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.parity.forms import Standardised
from tests.parity.harness import Parameter, Subject, densities
from tests.parity.integrated.by_hand import DATA, RNG, accepted, arrays, codes, hand, indicators, rejected


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
