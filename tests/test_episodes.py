"""Splitting times: the rules of R's survSplit, and the likelihood of hazards that are constant in pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

import stanlevels as sl

SOME = pd.DataFrame(
    {
        "who": ["a", "b", "c"],
        "years": [2.5, 1.0, 4.0],
        "how": ["right", "none", "none"],
        "x": [1.0, np.nan, 3.0],
    }
)


def test_pieces_are_those_of_survsplit():
    """By its rules: pieces (start, end]; a time at a cut stays in one piece; the event is in the last one."""
    found = sl.episodes(SOME, time="years", status="how", cuts=[1, 2])
    assert found["who"].tolist() == list("aaabccc")
    assert found["start"].tolist() == [0, 1, 2, 0, 0, 1, 2]
    assert found["years"].tolist() == [1, 2, 2.5, 1, 1, 2, 4]
    assert found["episode"].tolist() == [0, 1, 2, 0, 0, 1, 2]
    assert found["exposure"].tolist() == [1, 1, 0.5, 1, 1, 1, 2]
    assert found["event"].tolist() == [0, 0, 0, 1, 0, 0, 1]
    assert found["how"].tolist() == ["right", "right", "right", "none", "right", "right", "none"]
    assert found["x"].isna().sum() == 1


def test_starts_and_covariates_that_change():
    data = SOME.assign(start=[1.5, 0.0, 1.0])
    found = sl.episodes(data, time="years", status="how", start="start", cuts=[1, 2], unit="who")
    assert found["start"].tolist() == [1.5, 2, 0, 1, 2]
    assert found["episode"].tolist() == [1, 2, 0, 1, 2]
    two = pd.DataFrame(
        {"who": ["a", "a"], "from": [0.0, 1.2], "to": [1.2, 3.0], "dead": [True, False], "dose": [0, 5]}
    )
    found = sl.episodes(two, time="to", status="dead", start="from", cuts=[1, 2.5], unit="who")
    assert found["dose"].tolist() == [0, 0, 5, 5]
    assert found["to"].tolist() == [1, 1.2, 2.5, 3]
    assert found["dead"].tolist() == [True, True, True, False]  # as in censored=: True is right
    assert found["event"].tolist() == [0, 0, 0, 1]
    assert found["episode"].tolist() == [0.0, 1.0, 1.0, 2.5]


def test_splitting_twice_is_splitting_at_both_and_no_time_is_lost():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"t": rng.exponential(2, 200), "c": rng.random(200) < 0.3})
    once = sl.episodes(data, time="t", status="c", cuts=[0.5, 1, 3])
    first = sl.episodes(data, time="t", status="c", cuts=[1]).drop(columns=["episode", "exposure", "event"])
    twice = sl.episodes(first, time="t", status="c", start="start", cuts=[0.5, 1, 3])
    columns = ["t", "c", "start", "episode", "exposure", "event"]
    pd.testing.assert_frame_equal(once[columns], twice[columns])
    assert once["exposure"].sum() == pytest.approx(data["t"].sum(), rel=1e-12)
    assert once["event"].sum() == (~data["c"]).sum()


def test_maximum_likelihood_of_pieces_is_events_over_exposure():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"t": rng.weibull(1.5, 300), "c": rng.random(300) < 0.2})

    class Pieces(sl.Model):
        hazard = sl.covariates(1, sl.data("episode", categorical=True))
        b = sl.Normal(0, 1, over=hazard)
        event = sl.Poisson(log=b @ hazard + sl.log(sl.data("exposure")), observed=True)

    pieces = sl.episodes(data, time="t", status="c", cuts=[0.5, 1])
    fit = Pieces.fit(pieces, "mle", progress=False)
    sums = pieces.groupby("episode")[["event", "exposure"]].sum()
    expected = np.log(sums["event"] / sums["exposure"])
    first, *others = fit.summary()["estimate"]
    np.testing.assert_allclose(np.add([0, *others], first), expected, rtol=1e-6)


def test_a_cut_at_every_event_gives_cox_partial_likelihood():
    """Breslow (1972): by a hazard of its own for every piece, without what is censored between two events."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=40)
    data = pd.DataFrame({"t": rng.exponential(np.exp(-x)).round(1) + 0.1, "c": rng.random(40) < 0.4, "x": x})
    events = np.unique(data["t"][~data["c"]])
    pieces = sl.episodes(data, time="t", status="c", cuts=events)
    pieces = pieces[pieces["t"].isin(events)]

    class Cox(sl.Model):
        X = sl.covariates(1, sl.data("episode", categorical=True), "x")
        b = sl.Normal(0, 1, over=X)
        event = sl.Poisson(log=b @ X + sl.log(sl.data("exposure")), observed=True)

    def partial(b):
        risk = (data["t"].to_numpy() >= events[:, None]) @ np.exp(b * x)
        died = (data["t"].to_numpy() == events[:, None]) & ~data["c"].to_numpy()
        return -float((died @ (b * x) - died.sum(axis=1) * np.log(risk)).sum())

    expected = optimize.minimize_scalar(partial, bounds=(-1, 3), method="bounded", options={"xatol": 1e-9}).x
    found = Cox.fit(pieces, "mle", progress=False).summary()["estimate"]["b[x]"]
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        ({"years": [2.0, np.nan, 1]}, {}, "missing values in 1 of 3 rows: 1"),
        ({"years": [2.0, 0, 1]}, {}, r"not above their starts: '0 \(from 0, row 1\)'"),
        ({"how": ["none", "left", "none"]}, {}, "from the left or in an interval: rows 1"),
        ({"how": ["none", None, "none"]}, {}, "'how', which says how times are censored, has missing"),
        (
            {"event": 1},
            {},
            "have a column 'event' already(.|\n)*df\\['censored'\\] = 1 - df.pop\\('event'\\)",
        ),
        ({}, {"cuts": "1"}, "cuts= of sl.episodes is '1'"),
        ({}, {"time": sl.data("years")}, r"time= of sl.episodes is sl.data\('years'\)"),
        ({"who": 1, "since": [0, 2, 3], "years": [2.0, 3, 4]}, {"unit": "who", "start": "since"}, "is 1, or"),
        ({"who": ["a", "a", "b"]}, {"unit": "who"}, "who 'a' has rows that overlap in time"),
        ({}, {"cuts": [2, 1]}, r"cuts= of sl.episodes is \[2, 1\](.|\n)*increasing"),
        ({}, {"time": "year"}, "no column 'year'(.|\n)*years"),
        ({"years": ["x", "y", "z"]}, {}, "used as a number but holds"),
    ],
)
def test_what_cannot_be_split_is_said(change, arguments, words):
    settings = {"time": "years", "status": "how", "cuts": [1, 2], **arguments}
    with pytest.raises(sl.DataError, match=words):
        sl.episodes(SOME.assign(**change), **settings)


def test_any_frame_and_no_rows():
    import polars as pl

    expected = sl.episodes(SOME, time="years", status="how", cuts=[1])
    found = sl.episodes(pl.from_pandas(SOME), time="years", status="how", cuts=[1])
    assert found["years"].tolist() == expected["years"].tolist()
    assert len(sl.episodes(SOME.iloc[:0], time="years", status="how", cuts=[1])) == 0
