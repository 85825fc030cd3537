"""Which effects share rows, and groups of them that a product of the curvature tells apart."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.estimation.bayes import meeting
from stanlevels.estimation.bayes.meeting import colours, meeting_of
from stanlevels.estimation.bayes.unconstrained import places_of
from stanlevels.graph import ROWS

RNG = np.random.default_rng(8)


class Played(sl.Model):
    """Players of clubs in games at places, and what a place adds."""

    club = sl.Level()
    player = sl.Level(within=club)
    place = sl.Level()
    mean = sl.Normal(0, 2)
    club_sd = sl.HalfNormal(1)
    player_sd = sl.HalfNormal(1)
    C = sl.Normal(mean, club_sd, over=club)
    A = sl.Normal(C, player_sd, over=player)
    B = sl.Normal(0, 1, over=place)
    added = A + B
    won = sl.Bernoulli(logit=added, observed=True)


PLAYER = np.repeat(np.arange(25), 8)
DATA = {
    "player": PLAYER,
    "club": PLAYER % 5,
    "place": (PLAYER + RNG.integers(3, size=200)) % 12,
    "won": RNG.integers(2, size=200),
}


def met(posterior):
    found = meeting_of(posterior)
    assert found is not None
    return found


@pytest.mark.parametrize("compress", [False, True])
def test_effects_of_the_level_with_most_units_meet_those_in_their_rows(compress):
    bound = Played.bind(DATA, plan=sl.Plan(compress=compress, center={"A": True, "C": True, "B": True}))
    posterior = bound.posterior
    first, start = {}, 0
    for name, units in places_of(posterior):
        first[name] = start
        start += len(units)
    player = posterior.data.codes((ROWS,), ("player",))
    expected = set(zip(first["A"] + player, first["B"] + DATA["place"], strict=True))
    expected |= set(zip(first["A"] + player, first["C"] + DATA["club"], strict=True))
    found = met(posterior)
    assert set(zip(found.place, found.other, strict=True)) == expected
    assert found.block.tolist() == list(range(first["A"], first["A"] + 25))


def test_units_that_meet_very_many_others_are_left_out(monkeypatch):
    posterior = Played.bind(DATA).posterior
    before = met(posterior)
    counts = np.bincount(before.place)
    monkeypatch.setattr(meeting, "_MANY", 3)
    after = met(posterior)
    assert set(after.place) == {place for place in before.place if counts[place] <= 3}
    monkeypatch.setattr(meeting, "_MANY", 0)
    assert meeting_of(posterior) is None


class Alone(sl.Model):
    """Effects of one level."""

    unit = sl.Level()
    sd = sl.HalfNormal(1)
    A = sl.Normal(0, sd, over=unit)
    yes = sl.Bernoulli(logit=A, observed=True)


def test_effects_of_one_level_alone_meet_none():
    posterior = Alone.bind({"unit": [1, 2, 3, 3], "yes": [0, 1, 1, 0]}).posterior
    assert meeting_of(posterior) is None


def test_no_two_of_a_group_meet_with_the_same_effect():
    place, other = (RNG.integers(size, size=400) for size in (50, 90))
    pairs = np.unique(np.stack([place, other]), axis=1)
    found = colours(*pairs)
    assert len(np.unique(np.stack([pairs[0], found]), axis=1).T) == pairs.shape[1]
    for each in np.unique(pairs[1]):
        assert len(set(found[pairs[1] == each])) == 1
