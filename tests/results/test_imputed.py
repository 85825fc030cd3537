"""Outcomes that the data lack, as fits know them: sampled, summed out, or left out of the density."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.results.fit import Fit
from stanlevels.results.point_fit import PointFit

RNG = np.random.default_rng(8)
N = 60
X = RNG.normal(size=N)
M = 1 + 0.5 * X + 0.7 * RNG.normal(size=N)
Y = 2 + 0.8 * M + 0.5 * RNG.normal(size=N)
GONE = np.array([2, 9, 30, 31])


class Mediated(sl.Model):
    a, b, s = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(2)
    c, d, t = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(2)
    m = sl.Normal(a + b * sl.data("x"), s, observed=True, missing="model")
    y = sl.Normal(c + d * m, t, observed=True, missing="model")


def frame() -> pd.DataFrame:
    data = pd.DataFrame({"x": X, "m": M, "y": Y})
    data.loc[GONE, "m"] = np.nan
    data.loc[5, "y"] = np.nan
    return data


@pytest.fixture(scope="module")
def fit() -> Fit:
    return Mediated.fit(frame(), seed=1, draws=500, engine="stanli", progress=False)


@pytest.fixture(scope="module")
def estimated() -> PointFit:
    return Mediated.fit(frame(), "mle", progress=False)


def conditional(e: pd.Series, rows: np.ndarray) -> np.ndarray:
    """The mean of a missing m given x and y, by the normal distribution of both."""
    mean, slope = e["a"] + e["b"] * X[rows], e["d"]
    weight = slope * e["s"] ** 2 / (slope**2 * e["s"] ** 2 + e["t"] ** 2)
    return np.asarray(mean + weight * (Y[rows] - e["c"] - slope * mean))


def test_maximum_likelihood_is_that_of_the_marginal_normal_distribution(estimated: PointFit) -> None:
    """Written out: m where it is known, y given m, or y with m integrated out."""
    e = estimated.summary()["estimate"]
    known, there = ~np.isin(np.arange(N), GONE), np.arange(N) != 5

    def log_likelihood(p: np.ndarray) -> float:
        a, b, s, c, d, t = p
        total = stats.norm.logpdf(M, a + b * X, s)[known].sum()
        total += stats.norm.logpdf(Y, c + d * M, t)[known & there].sum()
        marginal = stats.norm.logpdf(Y, c + d * (a + b * X), np.hypot(d * s, t))
        return float(total + marginal[~known & there].sum())

    best = e[["a", "b", "s", "c", "d", "t"]].to_numpy(dtype=float)
    assert estimated.log_likelihood == pytest.approx(log_likelihood(best), abs=1e-6)
    for k in range(6):
        step = np.eye(6)[k] * 1e-4
        slope = (log_likelihood(best + step) - log_likelihood(best - step)) / 2e-4
        assert abs(slope) < 1e-2  # of a curvature of about 100


def test_sampled_values_are_about_their_mean_given_all_data(fit: Fit, estimated: PointFit) -> None:
    """4 values with an sd of 0.4 from 2,000 draws: within 0.08 of the conditional mean at the estimates."""
    e = estimated.summary()["estimate"]
    table = fit.imputed("m")
    assert table["row"].tolist() == GONE.tolist()
    assert table["estimate"].to_numpy() == pytest.approx(conditional(e, GONE), abs=0.08)
    assert estimated.imputed("m")["estimate"].to_numpy() == pytest.approx(conditional(e, GONE), abs=0.08)


def test_values_that_no_line_uses_come_from_their_own(fit: Fit) -> None:
    (row,) = fit.imputed("y").to_dict("records")
    draws = fit.idata["posterior"]
    mean = float((draws["c"] + draws["d"] * M[5]).mean())
    spread = float(np.sqrt((draws["t"] ** 2).mean()))
    assert row["row"] == 5
    assert row["estimate"] == pytest.approx(mean, abs=5 * spread / np.sqrt(2000))
    assert row["sd"] == pytest.approx(spread, rel=0.1)


def test_new_rows_use_what_they_hold_and_draw_the_rest(fit: Fit) -> None:
    draws = fit.idata["posterior"]
    new = pd.DataFrame({"x": [0.5, 0.5], "m": [2.0, np.nan]})
    known, unknown = fit.predict(new, name="y").to_dict("records")
    assert known["estimate"] == pytest.approx(float((draws["c"] + 2 * draws["d"]).mean()))
    expected = draws["c"] + draws["d"] * (draws["a"] + 0.5 * draws["b"])
    assert unknown["estimate"] == pytest.approx(float(expected.mean()), abs=0.1)
    assert unknown["sd"] == pytest.approx(float((draws["d"] * draws["s"]).mean()), rel=0.15)
    alone = fit.predict(new[["x"]], name="y")
    assert alone["sd"].min() > 3 * known["sd"]


def test_rows_that_lack_an_outcome_have_no_log_likelihood(fit: Fit) -> None:
    log = fit.add_log_likelihood()["log_likelihood"]
    assert log["m"].shape[-1] == N - len(GONE)
    assert log["y"].shape[-1] == N - 1
    assert np.isnan(fit.idata["observed_data"]["m"].to_numpy()).sum() == len(GONE)


def test_what_a_change_does_leaves_missing_values_as_they_are(fit: Fit) -> None:
    class Direct(Mediated):
        direct = sl.Normal(0, 5)
        y = sl.Normal(
            Mediated.c + direct * sl.data("x") + Mediated.d * Mediated.m,
            Mediated.t,
            observed=True,
            missing="model",
        )

    found = Direct.fit(frame(), "mle", progress=False)
    change = found.comparisons({"x": [0, 1]}, name="y")["estimate"].item()
    assert change == pytest.approx(found.summary().loc["direct", "estimate"], abs=1e-6)


def test_a_saved_fit_predicts_as_before(fit: Fit, tmp_path: Path) -> None:
    new = pd.DataFrame({"x": [0.5, 0.5], "m": [2.0, np.nan]})
    fit.save(tmp_path / "fit.zip")
    again = sl.load(tmp_path / "fit.zip")
    assert (
        again.predict(new, name="y")["estimate"].tolist() == fit.predict(new, name="y")["estimate"].tolist()
    )
    with pytest.raises(sl.FitError, match="left out of this fit"):
        again.imputed("m")


def test_outcomes_that_were_summed_out_have_their_probability() -> None:
    class Cats(sl.Model):
        a, b, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.Beta(2, 2)
        cat = sl.Bernoulli(k, observed=True, missing="model")
        notes = sl.Poisson(log=a + b * cat, observed=True)

    rng = np.random.default_rng(3)
    cat = rng.binomial(1, 0.5, 80).astype(float)
    notes = rng.poisson(np.exp(1.6 - 0.9 * cat))
    cat[:20] = np.nan
    found = Cats.fit({"cat": cat, "notes": notes}, seed=1, draws=500, engine="stanli", progress=False)
    a, b, k = (found.idata["posterior"][name].to_numpy().ravel() for name in "abk")
    table = found.imputed()
    for row in (0, 7):
        yes = k * stats.poisson.pmf(notes[row], np.exp(a + b))
        no = (1 - k) * stats.poisson.pmf(notes[row], np.exp(a))
        assert table["estimate"][row] == pytest.approx(
            (yes / (yes + no)).mean(), abs=0.05
        )  # 4 errors or more


def test_a_line_that_is_summed_over_is_predicted_as_a_mixture() -> None:
    class Cats(sl.Model):
        a, b, k = sl.Normal(0, 1), sl.Normal(0, 1), sl.Beta(2, 2)
        cat = sl.Bernoulli(k, observed=True, missing="model")
        notes = sl.Poisson(log=a + b * cat, observed=True)

    rows = {"cat": [0, 1, None, 1, 0, None, 1, 0], "notes": [5, 2, 4, 1, 6, 2, 3, 4]}
    found = Cats.fit(rows, "mle", progress=False)
    a, b, k = (found.summary()["estimate"][name] for name in "abk")
    table = found.predict(pd.DataFrame({"cat": [0, 1, None]}), name="notes")
    expected = [np.exp(a), np.exp(a + b), (1 - k) * np.exp(a) + k * np.exp(a + b)]
    assert table["estimate"].to_numpy() == pytest.approx(expected)
    assert found.posterior_predictive(pd.DataFrame({"cat": [0, None]}), name="notes").shape[-1] == 2


@pytest.mark.parametrize("method", ["reml", "em", "ols"])
def test_methods_for_linear_models_refuse_missing_covariates(method: str) -> None:
    with pytest.raises(sl.FitError, match="'m' with missing values, and other lines use it"):
        Mediated.fit(frame(), method, progress=False)


def test_an_outcome_that_lacks_nothing_is_not_imputed(fit: Fit) -> None:
    with pytest.raises(sl.FitError, match="no outcome of several"):
        fit.imputed()
    with pytest.raises(sl.FitError, match="'a'"):
        fit.imputed("a")


class Kinds(sl.Model):
    """A category with missing values, of which two lines know something."""

    X = sl.covariates("kind")
    p, q, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(2)
    b, c = sl.Normal(0, 3, over=X), sl.Normal(0, 1, over=X)
    kind = sl.Categorical(logit={"ash": 0, "elm": p, "fir": q}, observed=True, missing="model")
    cones = sl.Poisson(log=0.5 + c @ X, observed=True)
    height = sl.Normal(b @ X, s, observed=True)


def trees() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    kind = rng.integers(0, 3, 40)
    names = np.array(["ash", "elm", "fir"], dtype=object)[kind]
    data = pd.DataFrame(
        {
            "kind": names,
            "cones": rng.poisson(np.array([0.5, 2, 4])[kind]),
            "height": kind + rng.normal(size=40),
        }
    )
    data.loc[[3, 20], "kind"] = None
    return data


@pytest.fixture(scope="module")
def kinds() -> PointFit:
    return Kinds.fit(trees(), "mle", progress=False)


def by_hand(e: pd.Series, cones: float | None, height: float | None) -> tuple[np.ndarray, np.ndarray]:
    """The probability of each kind, and its mean number of cones."""
    log = np.array([0, e["p"], e["q"]])
    eta = 0.5 + np.array([0, e["c[kind[elm]]"], e["c[kind[fir]]"]])
    if height is not None:
        log += stats.norm.logpdf(height, [0, e["b[kind[elm]]"], e["b[kind[fir]]"]], e["s"])
    if cones is not None:
        log += stats.poisson.logpmf(cones, np.exp(eta))
    return np.exp(log) / np.exp(log).sum(), np.exp(eta)


def test_missing_categories_have_their_probabilities_given_all_lines(kinds: PointFit) -> None:
    """4,000 draws from the estimates: a share is within 0.05 unless one in ten thousand."""
    e, data = kinds.summary()["estimate"], trees()
    table = kinds.imputed("kind")
    for k, row in enumerate([3, 20]):
        shares, _ = by_hand(e, data["cones"][row], data["height"][row])
        found = table.loc[k, ["ash", "elm", "fir"]].to_numpy(dtype=float)
        assert found == pytest.approx(shares, abs=0.2)
        assert table.loc[k, "likeliest"] == ["ash", "elm", "fir"][int(shares.argmax())]


def test_new_rows_without_a_category_average_over_it_given_what_they_hold(kinds: PointFit) -> None:
    e = kinds.summary()["estimate"]
    new = pd.DataFrame({"kind": ["elm", None, None], "height": [0.0, 0.0, None], "cones": [None, 3, None]})
    table = kinds.predict(new, name="height")
    heights = np.array([0, e["b[kind[elm]]"], e["b[kind[fir]]"]])
    expected = [heights[1], by_hand(e, 3, None)[0] @ heights, by_hand(e, None, None)[0] @ heights]
    assert table["estimate"].to_numpy() == pytest.approx(expected, abs=1e-6)
    assert [k if isinstance(k, str) else None for k in table["kind"]] == ["elm", None, None]
    bare = kinds.predict({"kind": [None]}, name="cones")
    shares, means = by_hand(e, None, None)
    assert bare["estimate"][0] == pytest.approx(float(shares @ means))


def test_sums_are_kept_with_a_fit(kinds: PointFit, tmp_path: Path) -> None:
    kinds.save(tmp_path / "kinds.fit", rows=True)
    again = sl.load(tmp_path / "kinds.fit")
    pd.testing.assert_frame_equal(again.imputed("kind"), kinds.imputed("kind"))
    new = {"kind": [None, "fir"], "height": [1.0, 0.0]}
    pd.testing.assert_frame_equal(again.predict(new, name="cones"), kinds.predict(new, name="cones"))


def test_categories_called_like_columns_of_the_table_stand_apart() -> None:
    data = trees()
    data["kind"] = data["kind"].replace({"ash": "row", "elm": "likeliest", "fir": "nan"})

    class Odd(Kinds):
        kind = sl.Categorical(
            logit={"likeliest": 0, "nan": Kinds.p, "row": Kinds.q}, observed=True, missing="model"
        )

    fit = Odd.fit(data, "mle", progress=False)
    table = fit.imputed("kind")
    assert list(table) == ["row", "likeliest", "P('likeliest')", "P('nan')", "P('row')"]
    with pytest.raises(sl.FitError, match="seed is -1"):
        fit.imputed("kind", seed=-1)
    with pytest.raises(sl.FitError, match="method='em' was given 'kind' with missing values"):
        Odd.fit(data, "em", progress=False)
    with pytest.raises(sl.FitError, match="missing values of others are summed out of it"):
        fit.r2(name="height")


@pytest.mark.parametrize("more", [{}, {"missing": "model"}])
def test_missing_outcomes_of_a_mixture_leave_its_likelihood_to_the_others(more: dict[str, str]) -> None:
    """It can have two maxima; what a fit says of the one it found is SciPy's number."""

    class Tails(sl.Model):
        a, s = sl.Normal(0, 2), sl.HalfNormal(1)
        y = sl.Mixture([sl.LogNormal(a, s), sl.LogNormal(a, 2)], [0.6, 0.4], observed=True, **more)

    data = pd.DataFrame({"y": np.exp(Y).round(3)})
    data.loc[GONE, "y"] = np.nan
    fit = Tails.fit(data if more else data.dropna(), "mle", progress=False)
    a, s = fit.summary()["estimate"][["a", "s"]]
    narrow, wide = (stats.lognorm.pdf(data["y"].dropna(), sd, scale=np.exp(a)) for sd in (s, 2))
    assert fit.log_likelihood == pytest.approx(np.log(0.6 * narrow + 0.4 * wide).sum(), rel=1e-9)
