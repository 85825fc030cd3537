"""Tables of memberships: against memberships in columns, dense normal densities, and by what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError
from stanlevels.language.source import source
from stanlevels.notation.words import in_words
from tests.program.kit import prepared

RNG = np.random.default_rng(7)
PLAYERS = [f"p{k}" for k in range(12)]
N = 30


def _lineups() -> pd.DataFrame:
    rows = [
        (f"m{m}", PLAYERS[p], round(float(w), 2))
        for m in range(N)
        for p, w in zip(RNG.choice(12, m % 4 + 1, replace=False), RNG.uniform(0.3, 1.5, 4), strict=False)
    ]
    return pd.DataFrame(rows, columns=["match", "player", "minutes"]).sample(frac=1, random_state=1)


LINEUPS = _lineups()
Z = np.zeros((N, 12))
for match, player, minutes in LINEUPS.itertuples(index=False):
    Z[int(match[1:]), PLAYERS.index(player)] = minutes
DATA = pd.DataFrame({"match": [f"m{m}" for m in range(N)], "x": RNG.normal(size=N)})
DATA["y"] = 1 + Z @ RNG.normal(0, 0.7, 12) + RNG.normal(0, 0.5, N)
DATA["goals"] = RNG.poisson(np.exp(0.3 * DATA["y"]))
TABLES = {"lineup": LINEUPS}


class Matches(sl.Model):
    match, player = sl.Level(), sl.Level()
    lineup = sl.Memberships(player, by=match, weights="minutes")
    a, sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    u = sl.Normal(0, sd, over=player)
    y = sl.Normal(a + u @ lineup, noise, observed=True)


class Slopes(sl.Model):
    match, player = sl.Level(), sl.Level()
    lineup = sl.Memberships(player, by=match, weights="minutes", shares=True)
    a, noise = sl.Normal(0, 5), sl.HalfNormal(1)
    sds = sl.HalfNormal(1, over=sl.Index(["base", "slope"]))
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], sds, corr, over=player)
    y = sl.Normal(a + B["base"] @ lineup + (B[1] @ lineup) * sl.data("x"), noise, observed=True)


class Counts(Matches):
    y = sl.Poisson(log=Matches.a + 0.5 * (Matches.u @ Matches.lineup), observed="goals")


def test_maximum_likelihood_is_that_of_the_dense_normal_distribution() -> None:
    def loss(x: np.ndarray) -> float:
        covariance = np.exp(2 * x[1]) * Z @ Z.T + np.exp(2 * x[2]) * np.eye(N)
        return -float(stats.multivariate_normal(np.full(N, x[0]), covariance).logpdf(DATA["y"]))

    best = optimize.minimize(loss, [1.0, 0, 0], tol=1e-10)
    fit = Matches.fit(DATA, tables=TABLES, method="mle")
    found = fit.summary()["estimate"]
    np.testing.assert_allclose(found, [best.x[0], *np.exp(best.x[1:])], rtol=2e-4)


def test_correlated_slopes_have_the_dense_normal_distribution_of_their_weighted_means() -> None:
    W, x = Z / Z.sum(axis=1, keepdims=True), DATA["x"].to_numpy()[:, None]

    def loss(q: np.ndarray) -> float:
        base, slope = W * np.exp(q[1]), W * x * np.exp(q[2])
        cross = np.tanh(q[3]) * (base @ slope.T + slope @ base.T)
        covariance = base @ base.T + slope @ slope.T + cross + np.exp(2 * q[4]) * np.eye(N)
        return -float(stats.multivariate_normal(np.full(N, q[0]), covariance).logpdf(DATA["y"]))

    best = optimize.minimize(loss, [1.0, 0, -1, 0, -1], tol=1e-10)
    fit = Slopes.fit(DATA, tables=TABLES, method="mle")
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-4)


def test_two_members_are_two_columns_exactly() -> None:
    """One density and gradient, and one maximum, normal and not."""
    pairs = pd.DataFrame({"match": DATA["match"], "one": RNG.choice(PLAYERS[:6], N)})
    pairs["two"] = RNG.choice(PLAYERS[6:], N)
    long = pairs.melt("match", value_name="player")[["match", "player"]]

    class Table(sl.Model):
        match, player = sl.Level(), sl.Level()
        lineup = sl.Memberships(player, by=match)
        a, sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
        u = sl.Normal(0, sd, over=player)
        y = sl.Normal(a + u @ lineup, noise, observed=True)

    class Columns(sl.Model):
        player = sl.Level()
        one, two = sl.Level(of=player), sl.Level(of=player)
        a, sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
        u = sl.Normal(0, sd, over=player)
        y = sl.Normal(a + u[one] + u[two], noise, observed=True)

    data = DATA.assign(one=pairs["one"], two=pairs["two"])
    tables = {"lineup": long}
    bounds = [
        model.bind(data, tables=own, plan=sl.Plan.literal())
        for model, own in ((Table, tables), (Columns, None))
    ]
    first, second = (prepared(bound) for bound in bounds)
    point = RNG.normal(size=first.n_unconstrained)
    (value, slope), (wanted, steep) = first.log_density(point), second.log_density(point)
    assert value == pytest.approx(wanted, abs=1e-10)
    np.testing.assert_allclose(slope, steep, rtol=1e-9, atol=1e-10)
    for likelihood in (
        lambda m, mu: sl.Normal(mu, m.noise, observed=True),
        lambda m, mu: sl.Poisson(log=mu, observed="goals"),
    ):
        both = []
        for model, own in ((Table, tables), (Columns, None)):
            total = model.u @ model.lineup if own else model.u[model.one] + model.u[model.two]
            changed = sl.Model.define("Changed", {**model._declared, "y": likelihood(model, model.a + total)})
            both.append(changed.fit(data, tables=own, method="mle"))
        assert both[0].log_likelihood == pytest.approx(both[1].log_likelihood, abs=1e-6)
        np.testing.assert_allclose(*(f.effects("u")["estimate"] for f in both), atol=1e-5)


def test_integrated_members_have_the_dense_marginal_density() -> None:
    bound = Matches.bind(DATA, tables=TABLES, plan=sl.Plan(marginalize=["u"]))
    program = prepared(bound)

    def exactly(a: float, sd: float, noise: float) -> float:
        covariance = sd**2 * Z @ Z.T + noise**2 * np.eye(N)
        found = stats.multivariate_normal(np.full(N, a), covariance).logpdf(DATA["y"])
        priors = stats.norm(0, 5).logpdf(a) + stats.halfnorm.logpdf([sd, noise]).sum()
        return float(found + priors + np.log(sd * noise))

    for a, sd, noise in ((0.0, 1.0, 0.5), (2.0, 0.1, 1.3)):
        point = program.unconstrain({"a": a, "sd": sd, "noise": noise})
        assert program.log_density(point)[0] == pytest.approx(exactly(a, sd, noise), abs=1e-7)


def test_two_sides_whose_players_lie_in_clubs_have_the_dense_normal_distribution() -> None:
    """Clubs stand in the tables alone; a player's mean is that of the club."""

    class Sides(sl.Model):
        match, club = sl.Level(), sl.Level()
        player = sl.Level(within=club)
        home = sl.Memberships(player, by=match, weights="minutes")
        away = sl.Memberships(player, by=match)
        a, noise = sl.Normal(0, 5), sl.HalfNormal(1)
        C = sl.Normal(0, 0.5, over=club)
        u = sl.Normal(C, 0.7, over=player)
        y = sl.Normal(a + u @ home - u @ away, noise, observed=True)

    clubs = {player: f"c{k % 3}" for k, player in enumerate(PLAYERS)}
    home = LINEUPS.assign(club=LINEUPS["player"].map(clubs))
    away = pd.DataFrame({"match": DATA["match"], "player": [PLAYERS[k % 12] for k in range(N)]})
    away["club"] = away["player"].map(clubs)
    side = Z - np.eye(12)[np.arange(N) % 12]
    same = np.equal.outer(np.arange(12) % 3, np.arange(12) % 3)
    of_members = side @ (0.25 * same + 0.49 * np.eye(12)) @ side.T

    def loss(x: np.ndarray) -> float:
        covariance = of_members + np.exp(2 * x[1]) * np.eye(N)
        return -float(stats.multivariate_normal(np.full(N, x[0]), covariance).logpdf(DATA["y"]))

    best = optimize.minimize(loss, [1.0, 0], tol=1e-10)
    fit = Sides.fit(DATA, tables={"home": home, "away": away}, method="mle")
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    effects = fit.effects("C")
    assert list(effects["club"]) == ["c0", "c1", "c2"]
    debut = pd.DataFrame({"match": ["x"], "player": ["p99"], "club": ["c1"]})
    guest = pd.DataFrame({"match": ["x"], "player": ["p98"], "club": ["c9"]})
    found = fit.predict(debut[["match"]], tables={"home": debut.assign(minutes=2.0), "away": guest})
    assert found["estimate"][0] == pytest.approx(best.x[0] + 2 * effects["estimate"][1], abs=1e-3)


def test_members_are_summed_in_words_and_formulas() -> None:
    written = str(Slopes.latex())
    assert all(part in written for part in (r"\sum_{", r"\in", "share"))
    text = " ".join(in_words(Matches.graph()))
    assert (
        "u_lineup is computed for every match: the sum of u times minutes over its players in lineup." in text
    )


def test_text_of_a_model_makes_an_equal_graph() -> None:
    for model in (Matches, Slopes, Counts):
        names: dict[str, Any] = {"sl": sl}
        exec(source(model.graph()), names)
        assert names[model.__name__].graph() == model.graph()


def test_a_sum_with_a_line_of_its_own_keeps_its_name() -> None:
    class Named(Matches):
        team = Matches.u @ Matches.lineup
        y = sl.Normal(Matches.a + Matches.u @ Matches.lineup, Matches.noise, observed=True)

    assert "team" in Named.graph().quantities
    assert "u_lineup" not in Named.graph().quantities


@pytest.fixture(scope="module")
def fit() -> Any:
    return Matches.fit(DATA, tables=TABLES, method="mle")


def test_new_line_ups_hold_known_new_and_unknown_members(fit: Any, tmp_path: Path) -> None:
    rows = pd.DataFrame({"match": ["m1", "new", "newer"]})
    table = pd.DataFrame(
        {
            "match": ["new", "new", "newer", "newer"],
            "player": ["p1", "p2", "nobody", None],
            "minutes": [1.0, 0.5, 1.0, 2.0],
        }
    )
    known = fit.effects("u").set_index("player")["estimate"]
    a, sd, _ = fit.summary()["estimate"]
    fit.save(tmp_path / "fit.zip")
    for each in (fit, sl.load(tmp_path / "fit.zip")):
        found = each.predict(rows, tables={"lineup": table})
        assert found["estimate"][0] == pytest.approx(a + Z[1] @ known.loc[PLAYERS], abs=1e-6)
        assert found["estimate"][1] == pytest.approx(a + known["p1"] + 0.5 * known["p2"], abs=1e-6)
        assert found["estimate"][2] == pytest.approx(a, abs=1e-6)
        assert found["sd"][2] == pytest.approx(np.sqrt(5) * sd, rel=0.25)
    changed = table.assign(match="m1").iloc[:2]
    found = fit.predict(rows.head(1), tables={"lineup": changed})
    assert found["estimate"][0] == pytest.approx(a + known["p1"] + 0.5 * known["p2"], abs=1e-6)
    with pytest.raises(DataError, match="no members of 1 match of 1: 'late'"):
        fit.predict(pd.DataFrame({"match": ["late"]}))
    with pytest.raises(DataError, match="members of 1 match without a label"):
        fit.predict(pd.DataFrame({"match": [None]}))


def test_sampled_line_ups_agree_with_maximum_likelihood_and_save(fit: Any, tmp_path: Path) -> None:
    drawn = Matches.fit(DATA, tables=TABLES, draws=400, chains=2, seed=1, progress=False)
    drawn.save(tmp_path / "drawn.zip")
    again = sl.load(tmp_path / "drawn.zip")
    np.testing.assert_array_equal(again.draws("u_lineup"), drawn.draws("u_lineup"))
    estimates = [f.predict(DATA.head(4))["estimate"] for f in (drawn, fit)]
    np.testing.assert_allclose(*estimates, atol=0.25)  # sds of these are 0.2 to 0.4, and Monte Carlo's 0.03
    assert np.isfinite(drawn.loo().elpd)


def _without(**changes: Any) -> pd.DataFrame:
    return pd.concat([LINEUPS, pd.DataFrame([changes])])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (None, "no table of the memberships 'lineup'"),
        ([LINEUPS], "tables= is a list"),
        ({"lineups": LINEUPS}, "tables has 'lineups'(.|\n)*did you mean 'lineup'"),
        (LINEUPS.drop(columns="minutes"), "has no column 'minutes'"),
        (LINEUPS[LINEUPS["match"] != "m3"], "no members of 1 match of 30: 'm3'"),
        (pd.concat([LINEUPS, LINEUPS.head(1)]), "memberships more than once: player '.*' in match"),
        (_without(match="m0", player=None, minutes=1), "lacks values in 1 of 74 rows"),
        (_without(match="m0", player="p99", minutes=np.nan), "lacks values in 1 of"),
        (LINEUPS.assign(minutes="long"), "minutes"),
    ],
)
def test_tables_that_do_not_fit_are_refused(table: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        Matches.bind(DATA, tables={"lineup": table} if isinstance(table, pd.DataFrame) else table)


def test_a_match_that_nobody_knows_has_no_members(fit: Any) -> None:
    with pytest.raises(DataError, match=r"members of 1 match without a label(.|\n)*a label in 'match'"):
        fit.predict(DATA.head(1).assign(match=None))
    with pytest.raises(DataError, match=r"'match' \(level match\) is not in(.|\n)*give each row a label"):
        fit.predict(DATA.head(1).drop(columns="match"))


def test_memberships_of_units_without_data_are_left_out_and_said() -> None:
    bound = Matches.bind(DATA, tables={"lineup": _without(match="m99", player="p99", minutes=1)})
    assert bound.data.levels["player"].size == 12
    assert any("left out 1 of" in str(record) for record in bound.plan.records)


def test_shares_are_of_weights_from_0() -> None:
    with pytest.raises(DataError, match="below 0"):
        Slopes.bind(DATA, tables={"lineup": LINEUPS.assign(minutes=-1.0)})
    with pytest.raises(DataError, match="add to 0"):
        Slopes.bind(DATA, tables={"lineup": LINEUPS.assign(minutes=0.0)})
    Matches.bind(DATA, tables={"lineup": LINEUPS.assign(minutes=-1.0)})


def test_what_is_no_quantity_of_members_is_refused() -> None:
    class Wrong(Matches):
        y = sl.Normal(Matches.a @ Matches.lineup, Matches.noise, observed=True)

    with pytest.raises(DeclarationError, match="over members of 'lineup'"):
        Wrong.bind(DATA, tables=TABLES)
    with pytest.raises(DeclarationError, match="a Level"):
        sl.Memberships("player", by=Matches.match)
    with pytest.raises(DeclarationError, match="memberships stands on the left of @"):
        Matches.lineup @ Matches.u
    with pytest.raises(DeclarationError, match=r"sl.data\('x'\) \* \(skill @ lineup\)"):

        class OfProducts(Matches):
            y = sl.Normal((Matches.u * sl.data("x")) @ Matches.lineup, Matches.noise, observed=True)

    with pytest.raises(DeclarationError, match="two levels"):
        sl.Memberships(Matches.player, by=Matches.player)
    with pytest.raises(DeclarationError, match=r"lineup = sl.Memberships"):

        class Unnamed(Matches):
            y = sl.Normal(Matches.u @ sl.Memberships(Matches.player, by=Matches.match), 1, observed=True)

    with pytest.raises(DeclarationError, match="another road to 'match'"):

        class ByRoad(Matches):
            away = sl.Level("guests", of=Matches.match)
            lineup = sl.Memberships(Matches.player, by=away)

    with pytest.raises(DeclarationError, match="would have a line of its own"):

        class Taken(Matches):
            u_lineup = sl.Normal(0, 1)
            y = sl.Normal(Matches.a + Matches.u @ Matches.lineup, Matches.noise, observed=True)


def test_the_default_size_of_members_is_by_the_length_of_their_weights() -> None:
    """A sum of independent effects times weights varies by their standard deviation times that length."""

    class Open(Matches):
        sd = sl.HalfNormal()
        u = sl.Normal(0, sd, over=Matches.player)
        y = sl.Normal(Matches.a + u @ Matches.lineup, Matches.noise, observed=True)

    length = float(np.sqrt(np.mean(np.sum(np.square(Z), axis=1))))
    sizes = [
        float(Open.bind(DATA, tables={"lineup": lineup}).stan_data["sd_sigma"])
        for lineup in (LINEUPS, LINEUPS.assign(minutes=60 * LINEUPS["minutes"]))
    ]
    assert sizes[0] == pytest.approx(DATA["y"].std() / length, rel=0.01)
    assert sizes[1] == pytest.approx(sizes[0] / 60)
