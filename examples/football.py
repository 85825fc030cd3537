"""Goals of football matches: one level, team, reached through two columns, home and away.

Two outcomes share the same teams: the goals of the home side and those of the away side.
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Football(sl.Model):
    """Goals by the attack of one side, the defence of the other, and playing at home."""

    team = sl.Level()
    home = sl.Level("home_team", of=team)
    away = sl.Level("away_team", of=team)

    typical = sl.Normal(0, 1)
    advantage = sl.Normal(0, 0.5)
    attack_sd = sl.HalfNormal(0.5)
    defence_sd = sl.HalfNormal(0.5)

    attack = sl.Normal(0, attack_sd, over=team)
    defence = sl.Normal(0, defence_sd, over=team)
    home_goals = sl.Poisson(log=typical + advantage + attack[home] - defence[away], observed=True)
    away_goals = sl.Poisson(log=typical + attack[away] - defence[home], observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """A season of 16 teams, with the true values that made it."""
    rng = np.random.default_rng(seed)
    teams = [f"Team {letter}" for letter in "ABCDEFGHIJKLMNOP"]
    attack, defence = (pd.Series(rng.normal(0, 0.3, size=16), index=teams) for _ in range(2))
    attack, defence = attack - attack.mean(), defence - defence.mean()
    pairs = [(home, away) for home in teams for away in teams if home != away]
    matches = pd.DataFrame(pairs, columns=["home_team", "away_team"])
    home, away = matches["home_team"], matches["away_team"]
    matches["home_goals"] = rng.poisson(np.exp(0.2 + 0.3 + attack[home].values - defence[away].values))
    matches["away_goals"] = rng.poisson(np.exp(0.2 + attack[away].values - defence[home].values))
    truth = {"typical": 0.2, "advantage": 0.3, "attack_sd": 0.3, "defence_sd": 0.3}
    return matches, truth | {"attack": attack, "defence": defence}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Football.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(2).to_string(), end="\n\n")
    for name in ("attack", "defence"):
        effects = fit.effects(name).set_index("team")
        effects.insert(0, "truth", truth[name])
        print(f"{name}\n{effects.round(2).to_string()}", end="\n\n")
    return fit


if __name__ == "__main__":
    main()
