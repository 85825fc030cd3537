"""Thirty friends rate romantic comedies: partial pooling as a weighted average.

A friend's interest is estimated from the friend's own ratings and from everybody's: the estimate is
``w * own mean + (1 - w) * mean of all interests``, with ``w = s^2 / (s^2 + s_i^2 / n_i)``. Friends with
many ratings keep their own mean (w near 1), friends with few are drawn towards the others (w near 0).
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Romcom(sl.Model):
    """Ratings of romcoms around each friend's interest in them."""

    friend = sl.Level()

    overall = sl.Normal(5, 5)
    spread = sl.HalfNormal(3)

    interest = sl.Normal(overall, spread, over=friend)
    noise = sl.HalfNormal(3, over=friend)
    rating = sl.Normal(interest, noise, observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Ratings of 30 friends, between 3 and 25 each, with the true values that made them."""
    rng = np.random.default_rng(seed)
    friends = [f"friend {i:02d}" for i in range(1, 31)]
    interest = pd.Series(rng.normal(5.5, 1.2, size=30), index=friends)
    noise = pd.Series(rng.uniform(1.0, 3.0, size=30), index=friends)
    watched = np.repeat(friends, rng.integers(3, 26, size=30))
    ratings = rng.normal(interest[watched], noise[watched])
    truth = {"overall": 5.5, "spread": 1.2, "interest": interest}
    return pd.DataFrame({"friend": watched, "rating": ratings}), truth


def weights(fit, data: pd.DataFrame) -> pd.DataFrame:
    """The weight of each friend's own ratings, and the weighted average, averaged over the draws."""
    own = data.groupby("friend")["rating"].agg(["mean", "size"])
    posterior = fit.idata.posterior
    count, mean = (own[column].to_xarray() for column in ("size", "mean"))
    w = posterior["spread"] ** 2 / (posterior["spread"] ** 2 + posterior["noise"] ** 2 / count)
    average = w * mean + (1 - w) * posterior["overall"]
    table = {"own mean": own["mean"], "weight": w.mean(("chain", "draw")).to_series()}
    return pd.DataFrame(table | {"weighted average": average.mean(("chain", "draw")).to_series()})


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    bound = Romcom.bind(data)
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)

    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(3).to_string(), end="\n\n")

    friends = fit.effects("interest").set_index("friend")[["rows", "estimate", "lower", "upper"]]
    table = weights(fit, data).join(friends).join(truth["interest"].rename("truth"))
    columns = ["rows", "own mean", "weight", "weighted average", "estimate", "lower", "upper", "truth"]
    print("interest of each friend, the fewest ratings first")
    print(table[columns].sort_values("rows").round(2).to_string())
    return fit


if __name__ == "__main__":
    main()
