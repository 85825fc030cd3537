"""Poststratification against exact enumeration, and against a population that is known."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of
from tests.results.marginal.test_comparisons import SHAPE, check, expit


class Poll(sl.Model):
    state = sl.Level()
    age = sl.Level()
    mean = sl.Normal(0, 1)
    between = sl.HalfNormal(1)
    S = sl.Normal(mean, between, over=state)
    G = sl.Normal(0, 1, over=age)
    yes = sl.Bernoulli(logit=S + G, observed=True)


RNG = np.random.default_rng(2)
PEOPLE = pd.DataFrame({"state": RNG.choice(list("ABC"), 50), "age": RNG.choice(["old", "young"], 50)})
PEOPLE["yes"] = RNG.integers(0, 2, 50)
CELLS = pd.DataFrame(
    {
        "state": ["C", "A", "A", "B", "B", "C"],
        "age": ["old", "young", "old", "old", "young", "young"],
        "n": [5, 10, 0, 30, 7, 8],
        "part": [1, 1, 2, 2, 2, 1],
    }
)


@pytest.fixture(scope="module")
def fit():
    return fit_of(
        Poll, PEOPLE, lambda name, shape: np.abs(np.random.default_rng(5).normal(size=shape)), draws=30
    )


def shares(fit):
    """Of every cell, draw by draw, by hand."""
    S, G = (fit.by_quantity.whole(name)[..., 0] for name in ("S", "G"))
    return expit(S[..., [2, 0, 0, 1, 1, 2]] + G[..., [0, 1, 0, 0, 1, 1]])


def test_it_is_the_enumeration_of_the_cells_draw_by_draw(fit):
    p, n = shares(fit), CELLS["n"].to_numpy()
    whole = fit.poststratify(CELLS)
    check(whole, (p * n).sum(axis=-1) / n.sum())
    assert whole["n"].item() == 60
    table = fit.poststratify(CELLS, by="state")
    assert table["state"].tolist() == list("ABC")
    assert table["n"].tolist() == [10, 37, 13]
    for at, rows in enumerate(([1, 2], [3, 4], [0, 5])):
        check(table, (p[..., rows] * n[rows]).sum(axis=-1) / n[rows].sum(), at)
    both = fit.poststratify(CELLS, by=["part", "age"], output="xarray")
    assert both.dims == ("chain", "draw", "group")
    np.testing.assert_allclose(both.values[..., 1], (p[..., [1, 5]] * n[[1, 5]]).sum(axis=-1) / 18)


def test_states_that_nobody_asked_are_drawn_from_their_distribution(fit):
    cells = pd.concat([CELLS, pd.DataFrame({"state": ["Z", "Z"], "age": ["old", "young"], "n": [100, 100]})])
    found = fit.poststratify(cells, by="state", output="xarray").sel(state="Z").values
    mean, between = (fit.by_quantity.whole(name)[..., 0, 0] for name in ("mean", "between"))
    G = fit.by_quantity.whole("G")[..., 0]
    # one state for both cells: its effect is what the mean of two logistic curves says it is
    rng = np.random.default_rng(0)
    z = rng.normal(size=(400, *SHAPE))
    expected = expit((mean + between * z)[..., None] + G).mean(axis=-1)
    # 120 draws against 48,000: a standard error of 0.09 sd; five of these
    assert abs(found.mean() - expected.mean()) < 5 * expected.std() / np.sqrt(found.size)
    again = fit.poststratify(cells, by="state", output="xarray").sel(state="Z").values
    np.testing.assert_array_equal(found, again)
    other = fit.poststratify(cells, by="state", output="xarray", seed=1).sel(state="Z").values
    assert not np.array_equal(found, other)


@pytest.mark.parametrize("trials", [None, 1, 7])
def test_of_binomial_outcomes_it_is_the_share(trials):
    S = sl.Normal(0, 1, over=(state := sl.Level()))
    M = sl.Model.define(
        "M", {"state": state, "S": S, "yes": sl.Binomial(trials=sl.data("asked"), logit=S, observed=True)}
    )
    fit = fit_of(M, {"state": list("AB"), "asked": [10, 20], "yes": [3, 15]}, draws=30)
    cells = {"state": ["A", "B"], "people": [300, 100]}
    cells |= {} if trials is None else {"asked": [trials, trials]}
    p = expit(fit.by_quantity.whole("S")[..., 0])
    check(fit.poststratify(cells, weights="people"), p @ np.array([0.75, 0.25]))


def test_it_finds_the_shares_of_a_population_from_an_uneven_poll():
    """Forty states; 95 % intervals hold the true share in nearly as many.

    Of 40 intervals with coverage 0.95, 33 or fewer hold the truth with probability 0.003.
    """
    rng = np.random.default_rng(21)
    states = [f"s{k:02}" for k in range(40)]
    S, G = rng.normal(-0.3, 0.6, 40), {"old": -0.8, "young": 0.5}
    cells = pd.DataFrame([(s, a) for s in states for a in G], columns=["state", "age"])
    cells["n"] = rng.integers(1_000, 100_000, len(cells))
    cells["p"] = expit(S[cells.index // 2] + cells["age"].map(G).to_numpy())
    asked = cells.loc[rng.choice(len(cells), 1500, p=np.where(cells["age"] == "old", 3, 1) / (4 * 40))]
    people = asked.assign(yes=(rng.random(1500) < asked["p"]).astype(int))
    age = sl.data("age", categorical=True)
    Votes = sl.Model.define(
        "Votes",
        {
            "state": (state := sl.Level()),
            "age": age,
            "mean": (mean := sl.Normal(0, 2)),
            "between": (between := sl.HalfNormal(1)),
            "b": (b := sl.Normal(0, 2, over=age)),
            "S": (effect := sl.Normal(mean, between, over=state)),
            "yes": sl.Bernoulli(logit=effect + b @ age, observed=True),
        },
    )
    fit = Votes.fit(people, seed=4, progress=False)
    truth = cells.groupby("state").apply(lambda f: np.average(f["p"], weights=f["n"]), include_groups=False)
    table = fit.poststratify(cells, by="state")
    held = (table["lower"] < truth.to_numpy()) & (truth.to_numpy() < table["upper"])
    assert held.sum() >= 34
    raw = people.groupby("state")["yes"].mean().reindex(states)
    error = np.sqrt(np.mean((table["estimate"].to_numpy() - truth) ** 2))
    assert error < 0.7 * np.sqrt(np.nanmean((raw - truth) ** 2))
    overall = fit.poststratify(cells)
    assert overall["lower"].item() < np.average(cells["p"], weights=cells["n"]) < overall["upper"].item()


@pytest.mark.parametrize(
    ("cells", "more", "words"),
    [
        (CELLS, {"weights": "N"}, "no column 'N'"),
        (CELLS.assign(n=0), {}, "sum to 0"),
        (CELLS.assign(n=-1), {}, "negative"),
        (CELLS.assign(n=np.nan), {}, "no value"),
        (CELLS, {"by": "sex"}, "no column 'sex'"),
        (None, {}, "no cells"),
        (CELLS.drop(columns="age"), {}, "age"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(fit, cells, more, words):
    with pytest.raises((sl.FitError, sl.DataError)) as raised:
        fit.poststratify(cells, **more)
    assert words in str(raised.value)
