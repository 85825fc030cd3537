"""Lines that are several parameters, and parameters that are several lines, in programs written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import stanlevels as sl
from tests.parity.forms import Between
from tests.parity.harness import Parameter, densities
from tests.parity.integrated.by_hand import AT, DATA, RNG, OneWay, accepted, arrays, codes, hand, rejected

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
