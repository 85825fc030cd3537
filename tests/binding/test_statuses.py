"""What is known of outcomes: columns that say so, ends of intervals, and what cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError

Y = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 1.5])


def model(**clauses):
    class Model(sl.Model):
        mu = sl.Normal(0, 5)
        y = sl.Normal(mu, 1, observed=True, **clauses)

    return Model


CENSORED, INTERVALS = model(censored="st"), model(censored="st", until="end")
WORDS = ["none", "right", "left", "none", "right", "none"]
SAME = {
    "words": WORDS,
    "words as people write them": ["None ", "RIGHT", "left", "none", " Right", "NONE"],
    "numbers": [0, 1, -1, 0, 1, 0],
    "numbers with a point": [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
    "an unordered category": pd.Categorical(WORDS),
    "a category of numbers": pd.Categorical([0, 1, -1, 0, 1, 0]),
}


@pytest.mark.parametrize("said", SAME)
def test_words_numbers_and_categories_say_the_same(said):
    bound = CENSORED.bind(pd.DataFrame({"y": Y, "st": SAME[said]}))
    (record,) = [r for r in bound.plan.records if r.subject == "censoring(st)"]
    assert record.decision == "3 seen, 2 right, 1 left"


@pytest.mark.parametrize("values", [[True, False] * 3, [1, 0] * 3, np.array([1, 0] * 3, dtype="int8")])
def test_truth_is_censored_from_the_right(values):
    bound = CENSORED.bind(pd.DataFrame({"y": Y, "st": values}))
    assert "3 seen, 3 right" in str(bound.plan)


def test_what_means_nothing_is_listed_up_to_five():
    with pytest.raises(DataError, match="'a', 'b', 'c', 'd', 'e'") as caught:
        CENSORED.bind({"y": Y, "st": list("abcdef")})
    assert "'f'" not in str(caught.value)
    assert "'interval'" in caught.value.expected
    with pytest.raises(DataError, match=r"0\.5, 7"):
        CENSORED.bind({"y": Y, "st": [0, 1, 0.5, 7, 0, 0]})


def test_a_row_without_status_lacks_a_value():
    with pytest.raises(DataError, match="'st' in 3"):
        CENSORED.bind({"y": Y, "st": ["none", None] * 3})
    assert CENSORED.bind({"y": Y, "st": ["none", None] * 3}, missing="drop").data.n_rows == 3
    with pytest.raises(DataError, match="how outcomes of y are known"):
        CENSORED.bind({"y": Y})


def test_ends_may_be_missing_where_nothing_is_an_interval():
    known = ["none", "interval", "right", "left", "none", "none"]
    end = [None, 3.0, np.nan, np.inf, None, -7.0]
    bound = INTERVALS.bind({"y": Y, "st": known, "end": end})
    assert bound.data.n_rows == 6
    with pytest.raises(DataError, match="'end' in 1"):
        INTERVALS.bind({"y": Y, "st": known, "end": [None] * 6})
    assert INTERVALS.bind({"y": Y, "st": known, "end": [None] * 6}, missing="drop").data.n_rows == 5


def test_ends_that_are_a_covariate_too_are_needed_everywhere():
    class Model(sl.Model):
        b = sl.Normal(0, 5)
        y = sl.Normal(b * sl.data("end"), 1, observed=True, censored="st", until="end")

    with pytest.raises(DataError, match="'end' in 5"):
        Model.bind({"y": Y, "st": [0, 2, 0, 0, 0, 0], "end": [None, 3.0, None, None, None, None]})


IMPOSSIBLE = {
    "intervals without ends": (
        CENSORED,
        {"y": Y, "st": [0, 2, 2, 0, 0, 0]},
        "2 of 6 rows of y ~ Normal(...) are intervals, and nothing says where they end: 2.0, 3.0 in rows 1",
    ),
    "an end before the beginning": (
        INTERVALS,
        {"y": Y, "st": [0, 2, 2, 0, 0, 0], "end": [None, 1.0, 4.0, None, None, None]},
        "1 of 6 rows of y ~ Normal(...) are intervals that do not end after they begin: 2.0 in rows 1",
    ),
    "more than an upper bound": (
        model(censored="st", lower=0, upper=5),
        {"y": Y, "st": [0, 0, 0, 0, 1, 0]},
        "are known to be more than what is possible: 5.0 in rows 4",
    ),
    "less than a lower bound": (
        model(censored="st", lower=1, upper=5),
        {"y": Y, "st": [-1, 0, 0, 0, 0, 0]},
        "are known to be at most what nothing is below: 1.0 in rows 0",
    ),
    "an outcome beyond a column": (
        model(upper=sl.data("cap")),
        {"y": Y, "cap": [2, 2, 2, 9, 9, 9]},
        "1 of 6 values of 'y' are above the upper bound of y ~ Normal(...): 3.0 in row 2",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_cannot_be_known_is_told_with_its_rows(case):
    made, data, words = IMPOSSIBLE[case]
    with pytest.raises(DataError) as caught:
        made.bind(data)
    assert words in str(caught.value)


class Waits(sl.Model):
    mu = sl.Normal(0, 1)
    y = sl.LogNormal(mu, 1, observed=True, censored="st", until="end")


def test_an_interval_may_begin_where_the_distribution_does_but_what_is_seen_may_not():
    y, end = [0.0, 1.0, 2.0], [1.0, None, None]
    bound = Waits.bind({"y": y, "st": ["interval", "none", "right"], "end": end})
    fit = bound.fit(method="mle")
    assert np.isfinite(fit.log_likelihood)
    assert np.isfinite(fit.summary()["se"]).all()
    with pytest.raises(DataError, match="are not censored, and cannot be: 0"):
        Waits.bind({"y": y, "st": ["none", "none", "right"], "end": end})


class Frailty(sl.Model):
    """Delayed entry, a cap for each row, and a level."""

    clinic = sl.Level()
    shape = sl.Gamma(2, 1)
    mean = sl.Normal(1, 1)
    spread = sl.HalfNormal(1)
    effect = sl.Normal(mean, spread, over=clinic)
    time = sl.Weibull(shape, log=effect, lower=sl.data("entry"), observed=True, censored="seen")


@pytest.mark.filterwarnings("ignore:this fit did not pass")
def test_a_fit_predicts_new_rows_that_do_not_say_what_is_known(tmp_path):
    rng = np.random.default_rng(3)
    entry = rng.uniform(0, 1, 60)
    data = pd.DataFrame(
        {
            "clinic": np.repeat(list("abcdef"), 10),
            "entry": entry,
            "time": entry + rng.weibull(1.5, 60),
            "seen": rng.choice(["none", "right"], 60),
        }
    )
    fit = Frailty.bind(data).fit(
        engine="stanli", seed=1, draws=200, chains=2, progress=False, target_accept=0.95
    )
    new = pd.DataFrame({"clinic": ["a", "elsewhere", None], "entry": [0.0, 0.5, 3.0]})
    found = fit.predict(new)
    assert (found["estimate"] > new["entry"]).all()
    drawn = fit.posterior_predictive(new, seed=2)
    drawn = np.asarray(drawn if not hasattr(drawn, "values") else drawn.values)
    assert (drawn >= new["entry"].to_numpy()).all()
    # beyond the last censoring time too: what is predicted are times, not how long they were followed
    again = fit.predict(new.assign(seen="no such word", time=[np.nan, -5.0, 1.0]))
    assert np.allclose(again["estimate"], found["estimate"])
    fit.save(tmp_path / "fit.zip", rows=True)
    kept = sl.load(tmp_path / "fit.zip")
    assert np.allclose(kept.predict(new)["estimate"], found["estimate"])
    assert np.isclose(kept.loo().elpd, fit.loo().elpd)
