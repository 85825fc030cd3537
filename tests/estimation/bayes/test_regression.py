"""Effects less their regression on those that they share rows with: the same posterior, rounder."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines import get_engine
from stanlevels.estimation.bayes import precondition
from stanlevels.estimation.bayes.directions import Shape, shape_of, shape_of_draws
from stanlevels.estimation.bayes.meeting import Meeting
from stanlevels.estimation.bayes.regression import Regression, regression_of
from stanlevels.estimation.bayes.turned import layout_of, starts_along, turned

RNG = np.random.default_rng(11)


class Visits(sl.Model):
    """Visits of guests in hotels of towns, and whether they come again."""

    town = sl.Level()
    hotel = sl.Level(within=town)
    guest = sl.Level()
    mean = sl.Normal(0, 2)
    town_sd = sl.HalfNormal(1)
    hotel_sd = sl.HalfNormal(1)
    guest_sd = sl.HalfNormal(1)
    T = sl.Normal(mean, town_sd, over=town)
    H = sl.Normal(T, hotel_sd, over=hotel)
    G = sl.Normal(0, guest_sd, over=guest)
    again = sl.Binomial(logit=H + G, trials=sl.data("visits"), observed=True)


class Stays(sl.Model):
    """The same without towns."""

    hotel = sl.Level()
    guest = sl.Level()
    mean = sl.Normal(0, 2)
    hotel_sd = sl.HalfNormal(1)
    guest_sd = sl.HalfNormal(1)
    H = sl.Normal(mean, hotel_sd, over=hotel)
    G = sl.Normal(0, guest_sd, over=guest)
    again = sl.Binomial(logit=H + G, trials=sl.data("visits"), observed=True)


def rows(hotels=30, guests=60, meetings=3):
    guest = np.repeat(np.arange(guests), meetings)
    hotel = (guest * 7 + np.tile(np.arange(meetings) * 11, guests)) % hotels
    logit = RNG.normal(size=hotels)[hotel] + RNG.normal(size=guests)[guest]
    visits = RNG.integers(5, 40, size=len(guest))
    again = RNG.binomial(visits, 1 / (1 + np.exp(-logit)))
    columns = {"town": hotel % 6, "hotel": hotel, "guest": guest, "visits": visits, "again": again}
    return pd.DataFrame(columns)


ROWS = rows()
FORMS = [
    sl.Plan(center={"H": True, "G": True, "T": True}),
    sl.Plan(center={"H": False, "G": "between", "T": "between"}, lift=False),
]


def built(posterior):
    return get_engine("stanli").prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)


def shaped(posterior, directions=2):
    """Any regression and directions: the map is one whatever its numbers are."""
    layout = layout_of(posterior)
    n, meeting = len(layout.turned), layout.meeting
    assert meeting is not None
    some = RNG.choice(len(meeting.place), size=70, replace=False)
    push, pull = (RNG.normal(size=(n, directions)) * layout.turned[:, None] / np.sqrt(n) for _ in range(2))
    coefficients = RNG.normal(size=70) / 3
    regression = Regression(n, meeting.place[some], meeting.other[some], coefficients, np.ones(n))
    return Shape(np.ones(n), push, pull, regression)


@pytest.mark.parametrize("plan", FORMS)
@pytest.mark.parametrize("directions", [0, 2])
def test_the_program_of_a_regression_is_the_same_posterior(plan, directions):
    posterior = Visits.bind(ROWS, plan=plan).posterior
    shape = shaped(posterior, directions)
    own, other = built(posterior), turned(posterior, shape)
    along, differences = built(other), []
    for q in RNG.normal(size=(3, own.n_unconstrained)) / 10:
        value, slope = own.log_density(q)
        z = shape.back(q)
        np.testing.assert_allclose(shape.forth(z), q, atol=1e-12)
        there, found = along.log_density(z)
        differences.append(value - there)
        np.testing.assert_allclose(found, shape.slopes(slope), rtol=1e-8, atol=1e-8)
        (start,) = starts_along(posterior, other, shape, [own.constrained(q)], q[None])
        np.testing.assert_allclose(along.unconstrain(start), z, atol=1e-10)
        drawn, same = (program.echo(at[None]) for program, at in ((own, q), (along, z)))
        for name in posterior.program.outputs.values():
            np.testing.assert_allclose(drawn[name], same[name], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(differences, differences[0], atol=1e-8)


@pytest.mark.cmdstan
@pytest.mark.slow
@pytest.mark.usefixtures("cmdstan")
def test_both_engines_read_the_program_of_a_regression_alike():
    posterior = Visits.bind(ROWS, plan=FORMS[1]).posterior
    other = turned(posterior, shaped(posterior))
    q = RNG.normal(size=len(layout_of(posterior).turned)) / 10
    found = []
    for engine in ("stanli", "cmdstan"):
        program = get_engine(engine).prepare(other.text, other.stan_data, shapes=other.shapes)
        found.append(program.log_density(q))
    (a, slope), (b, same) = found
    assert a == pytest.approx(b, rel=1e-10)
    np.testing.assert_allclose(slope, same, rtol=1e-8, atol=1e-8)


def crossed(units=40, others=25, meetings=3, beside=0.0):
    """A curvature of effects of two levels that meet in few rows, and where."""
    place = np.repeat(np.arange(units), meetings)
    other = units + np.concatenate([RNG.choice(others, size=meetings, replace=False) for _ in range(units)])
    Z = np.zeros((len(place), units + others))
    Z[np.arange(len(place)), place] = Z[np.arange(len(place)), other] = 1
    H = Z.T @ (RNG.gamma(4, size=len(place))[:, None] * Z) + np.eye(units + others) + beside
    return H, Meeting(np.arange(units), place, other)


def test_given_all_others_effects_are_regressed_on_them():
    H, meeting = crossed()
    density = lambda q: (-float(q @ H @ q) / 2, -H @ q)  # noqa: E731
    found = regression_of(density, np.zeros(65), 1 / np.diag(H), meeting)
    assert found is not None
    exact = -H[found.place, found.other] / np.diag(H)[found.place]
    np.testing.assert_allclose(found.coefficients, exact, rtol=1e-5)
    np.testing.assert_allclose(found.variances[found.place], 1 / np.diag(H)[found.place], rtol=1e-5)
    little = np.setdiff1d(meeting.place * 100 + meeting.other, found.place * 100 + found.other)
    assert (
        H[little // 100, little % 100] ** 2 < 0.011 * np.diag(H)[little // 100] * np.diag(H)[little % 100]
    ).all()


def test_what_couples_effects_beside_rows_is_seen():
    H, meeting = crossed(beside=2.0)
    density = lambda q: (-float(q @ H @ q) / 2, -H @ q)  # noqa: E731
    assert regression_of(density, np.zeros(65), 1 / np.diag(H), meeting) is None


def test_effects_that_meet_in_few_rows_are_rounder_after_it():
    H, meeting = crossed(300, 120)
    density = lambda q: (-float(q @ H @ q) / 2, -H @ q)  # noqa: E731
    draws = np.linalg.solve(np.linalg.cholesky(H).T, RNG.normal(size=(420, 30))).T
    slopes, variances, all_ = -draws @ H, np.diag(np.linalg.inv(H)), np.ones(420, dtype=bool)
    spreads = []
    for shape in (
        shape_of(density, np.zeros(420), variances, all_),
        shape_of_draws(density, draws, slopes, variances, all_, meeting),
    ):
        root = shape.spread(np.eye(420)).T
        values = np.linalg.eigvalsh(root.T @ H @ root)
        spreads.append(np.sqrt(values.max() / values.min()))
    assert spreads[1] < 0.75 * spreads[0]


def test_chains_with_a_regression_have_the_posterior_of_others(monkeypatch):
    bound = Stays.bind(ROWS)
    dense = bound.fit(engine="stanli", progress=False, seed=3, draws=400)
    monkeypatch.setattr(precondition, "LARGEST", 5)
    less = bound.fit(engine="stanli", progress=False, seed=4, draws=400)
    (record,) = [record for record in less.plan.records if record.step == "precondition"]
    assert "less their regression" in record.decision
    again = bound.fit(engine="stanli", progress=False, seed=5, draws=400, start=less)
    a = dense.summary()
    for other in (less, again):
        b = other.summary()
        error = np.hypot(a["sd"] / np.sqrt(a["ess_bulk"]), b["sd"] / np.sqrt(b["ess_bulk"]))
        assert ((a["estimate"] - b["estimate"]).abs() < 5 * error).all()
