"""Of which kind rows are: Bayes' rule with densities of SciPy, at the estimates and at every draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from stanlevels.errors import DataError, FitError

RNG = np.random.default_rng(3)
N = 120
X = RNG.normal(size=N)
LATE = RNG.random(N) < special.expit(X - 0.5)
FRAME = pd.DataFrame(
    {
        "g": RNG.integers(0, 4, N),
        "x": X,
        "y": np.where(LATE, RNG.normal(6, 1, N), RNG.normal(2, 0.7, N)),
        "c": np.where(RNG.random(N) < 0.4, 0, RNG.poisson(2, N)),
    }
)
SETTINGS: dict[str, Any] = {"draws": 50, "warmup": 100, "chains": 1, "seed": 1, "progress": False}
pytestmark = pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")  # few draws


class Waiting(sl.Model):
    kind = sl.Index(["short", "long"])
    mu = sl.Normal(over=kind, ordered=True)
    sigma = sl.HalfNormal(over=kind)
    eta = sl.effects(1, "x")
    y = sl.Mixture(sl.Normal(mu, sigma), logit={"short": 0, "long": eta}, observed=True)


class Counts(sl.Model):
    g = sl.Level()
    a, zero = sl.Normal(0, 1), sl.Beta(1, 1)
    u = sl.Normal(0, 0.5, over=g)
    c = sl.ZeroInflated(sl.Poisson(log=a + u), zero, observed=True)


@pytest.fixture(scope="module")
def waiting() -> Any:
    return Waiting.fit(FRAME, "mle", progress=False)


def test_kinds_of_a_mixture_are_those_of_bayes_rule(waiting):
    at = waiting.summary()["estimate"]
    odds = at["eta[intercept]"] + at["eta[x]"] * FRAME["x"]
    long = stats.norm.pdf(FRAME["y"], at["mu[long]"], at["sigma[long]"]) * special.expit(odds)
    short = stats.norm.pdf(FRAME["y"], at["mu[short]"], at["sigma[short]"]) * special.expit(-odds)
    table = waiting.kinds()
    assert table["kind"].tolist() == ["short", "long"] * N
    found = table["estimate"].to_numpy().reshape(N, 2)
    np.testing.assert_allclose(found[:, 1], long / (long + short), rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


def test_new_rows_have_kinds_by_their_outcomes_alone(waiting):
    some = FRAME[:5].assign(extra="a")
    assert waiting.kinds(some)["estimate"].tolist() == waiting.kinds()["estimate"][:10].tolist()
    with pytest.raises(FitError, match=r"have no column 'y'.*\n.*fit\.predict"):
        waiting.kinds(FRAME[["x"]])


def test_zeros_may_be_of_another_kind_at_every_draw_and_of_new_units(tmp_path):
    fit = Counts.fit(FRAME, **SETTINGS)
    draws = fit.kinds(output="xarray")
    assert draws.sizes == {"chain": 1, "draw": 50, "row": N, "kind": 2}
    assert draws["kind"].values.tolist() == ["zero", "Poisson"]
    found = fit.idata["posterior"]
    zero = np.asarray(found["zero"])[0][:, None]
    log_rate = np.asarray(found["a"])[0][:, None] + np.asarray(found["u"])[0][:, FRAME["g"]]
    expected = zero / (zero + (1 - zero) * np.exp(-np.exp(log_rate))) * (FRAME["c"].to_numpy() == 0)
    np.testing.assert_allclose(draws[0, :, :, 0], expected, rtol=1e-9)
    table = fit.kinds({"g": [9, None], "c": [0, 3]}).set_index("kind")
    assert table["g_is"].tolist() == ["new"] * 2 + ["unknown"] * 2
    assert 0 < table["estimate"].iloc[0] < 1
    assert table["estimate"].iloc[2:].tolist() == [0, 1]
    fit.save(tmp_path / "fit.zip")
    with pytest.raises(FitError, match=r"pass rows: fit\.kinds\(new\)"):
        sl.load(tmp_path / "fit.zip").kinds()
    fit.save(tmp_path / "fit.zip", rows=True)
    assert sl.load(tmp_path / "fit.zip").kinds()["estimate"].equals(fit.kinds()["estimate"])


def test_distributions_without_labels_are_called_by_their_names_and_missing_outcomes_by_shares():
    class Tails(sl.Model):
        a, b = sl.Normal(0, 5), sl.Normal(0, 5)
        y = sl.Mixture([sl.Normal(a, 1), sl.StudentT(4, a, 9)], [0.9, 0.1], observed=True, missing="model")
        x = sl.Mixture([sl.Normal(b, 1), sl.Normal(b, 9)], [0.9, 0.1], observed=True)

    frame = FRAME.assign(y=np.where(np.arange(N) == 1, np.nan, FRAME["y"]))
    fit = Tails.fit(frame, "mle", progress=False)
    table = fit.kinds(name="y")
    assert table["kind"][:2].tolist() == ["Normal", "StudentT"]
    np.testing.assert_allclose(table["estimate"].iloc[2:4], [0.9, 0.1])
    assert fit.kinds(name="x")["kind"][:2].tolist() == ["Normal 1", "Normal 2"]
    with pytest.raises(FitError, match="not told which line"):
        fit.kinds()


def test_other_outcomes_have_no_kinds():
    class Plain(sl.Model):
        a = sl.Normal(0, 5)
        c = sl.Poisson(log=a, observed=True)

    with pytest.raises(FitError, match=r"of sl\.Mixture or sl\.ZeroInflated: there is none"):
        Plain.fit(FRAME, "mle", progress=False).kinds()


def test_outcomes_that_cannot_be_are_of_no_kind():
    fit = Counts.fit(FRAME, "mle", progress=False)
    with pytest.raises(
        DataError, match=r"1 value of 'c' cannot come from 'c': '-1 in row 1'(.|\n)*at least 0"
    ):
        fit.kinds(FRAME.head(2).assign(c=[0, -1]))
