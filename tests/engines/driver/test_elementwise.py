"""Functions of whole vectors that come before the library's, by SciPy and by differences."""

import json
import subprocess

import numpy as np
import pytest
from scipy import special, stats

from tests.engines.driver.conftest import make

pytestmark = [pytest.mark.cmdstan, pytest.mark.slow]

PROGRAM = """
data {
  int<lower=0> N;
  int<lower=1, upper=9> which;
  array[N] int<lower=0> y;
  matrix[N, 2] X;
  int<lower=0> trials;
}
parameters {
  vector[N] a;
  vector[2] b;
  real c;
}
model {
  if (which == 1) target += bernoulli_logit_glm_lpmf(y | X, a, b);
  if (which == 2) target += bernoulli_logit_glm_lpmf(y | X, c, b);
  if (which == 3) target += bernoulli_logit_lpmf(y | a);
  if (which == 4) target += bernoulli_logit_lpmf(y | c);
  if (which == 5) target += binomial_logit_lpmf(y | trials, a);
  if (which == 6) target += poisson_log_glm_lpmf(y | X, a, b);
  if (which == 7) target += neg_binomial_2_log_glm_lpmf(y | X, a, b, exp(c));
  if (which == 8) target += log1p(exp(a)[1]) + sum(log1p(exp(a))) + sum(log1p_exp(a)) + sum(log_inv_logit(a));
  if (which == 9) target += sum(log1p(X[, 1])) + sum(lgamma(X[, 2])) + c;
}
"""
ODDS = np.array([0.0, 1e-300, -1e-9, 0.3, -2.5, 19.9, 20.1, -19.9, -20.1, 36.0, -36.0, 300.0, -300.0, 3.0])
SMALL = np.clip(ODDS, -6, 3)
COUNTS = np.array([0, 1, 3, 0, 2, 254, 255, 256, 1000, 1, 0, 7, 0, 3])
DATA = {"N": len(ODDS), "y": [1, 0] * 7, "X": np.full((len(ODDS), 2), 0.25).tolist(), "trials": 3}
B = np.array([0.5, -0.5])


def normal(odds):
    """The Bernoulli log density of DATA's outcomes at log odds."""
    sign = 2 * np.array(DATA["y"]) - 1
    return -np.logaddexp(0, -sign * odds).sum()


def binomial(odds):
    y = np.array(DATA["y"])
    return (np.log(special.comb(3, y)) - y * np.logaddexp(0, -odds) - (3 - y) * np.logaddexp(0, odds)).sum()


CASES = {
    1: (ODDS, 0.0, {}, normal(ODDS)),
    2: (ODDS, 1.5, {}, normal(np.full(len(ODDS), 1.5))),
    3: (ODDS, 0.0, {}, normal(ODDS)),
    4: (ODDS, -30.0, {}, normal(np.full(len(ODDS), -30.0))),
    5: (ODDS, 0.0, {}, binomial(ODDS)),
    6: (SMALL, 0.0, {"y": COUNTS.tolist()}, stats.poisson.logpmf(COUNTS, np.exp(SMALL)).sum()),
    7: (
        SMALL, 0.7, {"y": COUNTS.tolist()},
        stats.nbinom.logpmf(COUNTS, np.exp(0.7), np.exp(0.7) / (np.exp(0.7) + np.exp(SMALL))).sum(),
    ),
    8: (
        ODDS, 0.0, {},
        np.logaddexp(0, ODDS[0]) + (2 * np.logaddexp(0, ODDS) - np.logaddexp(0, -ODDS)).sum(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=["old", "new"])
def program(request, tmp_path_factory):
    """The program for any processor with the old library, and for this processor with the new one."""
    home = request.getfixturevalue({"old": "old_home", "new": "wheel_home"}[request.param])
    if not (home / "driver/src/elementwise.hpp").is_file():
        pytest.skip("the CmdStan home was made by an earlier version: stanlevels install-cmdstan --force")
    folder = tmp_path_factory.mktemp("elementwise")
    (folder / "m.stan").write_text(PROGRAM)
    done = make(home, folder / "m", *(["STAN_NATIVE=false"] if request.param == "old" else []))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "m"


@pytest.fixture
def density(program, tmp_path):
    """Log density and gradient of one line of the program."""

    def density(which, a, c, data, b=B):
        document = DATA | {"which": which} | data
        (tmp_path / "data.json").write_text(json.dumps(document))
        (tmp_path / "point.json").write_text(json.dumps({"params_r": [*a, *b, c]}))
        done = subprocess.run(
            [str(program), "log_prob", "unconstrained_params=point.json", "data", "file=data.json", "output",
             "file=out.csv", "sig_figs=17"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            return done.stdout + done.stderr, None
        rows = [line for line in (tmp_path / "out.csv").read_text().splitlines() if not line.startswith("#")]
        numbers = np.array(rows[1].split(","), dtype=float)
        return numbers[0], numbers[1:]

    return density


@pytest.mark.parametrize("which", CASES)
def test_densities_are_scipys_far_out_as_well(density, which):
    a, c, data, expected = CASES[which]
    value, _ = density(which, a, c, data)
    assert value == pytest.approx(expected, rel=2e-9)


@pytest.mark.parametrize("which", CASES)
def test_gradients_are_slopes(density, which):
    a, c, data, _ = CASES[which]
    a = np.clip(a, -15, 15)
    rng = np.random.default_rng(which)
    direction, step = rng.normal(size=len(a) + 3), 1e-5
    _, gradient = density(which, a, c, data)
    ends = []
    for sign in (-1, 1):
        point = np.concatenate([a, B, [c]]) + sign * step * direction
        ends.append(density(which, point[:-3], point[-1], data, point[-3:-1])[0])
    slope = (ends[1] - ends[0]) / (2 * step)
    assert gradient @ direction == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_far_out_bernoulli_gradients_have_the_right_sign(density):
    for which in (1, 3):
        _, gradient = density(which, np.full(14, 25.0), 0.0, {"y": [1] * 14})
        np.testing.assert_allclose(gradient[:14], special.expit(-25.0), rtol=1e-9)
        _, gradient = density(which, np.full(14, 800.0), 0.0, {"y": [0] * 14})
        np.testing.assert_allclose(gradient[:14], -1.0)


def test_elementwise_functions_refuse_what_the_library_refuses(density):
    table = np.column_stack(
        [np.linspace(-0.9, 1e9, 14), [1, 2, 0.5, 3.7, 255, 256, 256.5, 1e5, 4, 5, 6, 7, 8, 9]]
    )
    value, _ = density(9, np.zeros(14), 0.0, {"X": table.tolist()})
    assert value == pytest.approx(np.log1p(table[:, 0]).sum() + special.gammaln(table[:, 1]).sum(), rel=1e-12)
    table[3, 0] = -1.5
    said, _ = density(9, np.zeros(14), 0.0, {"X": table.tolist()})
    assert "log1p: x is -1.5, but must be greater than or equal to -1" in said


@pytest.mark.parametrize(
    ("which", "data", "said"),
    [
        (1, {"y": [2] * 14}, "Vector of dependent variables"),
        (3, {"y": [2] * 14}, "must be in the interval"),
    ],
)
def test_outcomes_that_are_not_binary_are_refused(density, which, data, said):
    assert said in density(which, ODDS, 0.0, data)[0]
