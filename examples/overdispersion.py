"""Counts that vary more than a Poisson distribution allows: an effect of its own for every row."""

import numpy as np
import pandas as pd

import stanlevels as sl


class Seeds(sl.Model):
    """Seedlings on plots of several fields, with the area of each plot as exposure."""

    field = sl.Level()

    density = sl.Normal(1, 1)
    field_sd = sl.HalfNormal(1)
    plot_sd = sl.HalfNormal(1)

    of_field = sl.Normal(density, field_sd, over=field)
    of_plot = sl.Normal(0, plot_sd, over=sl.rows)
    seedlings = sl.Poisson(log=of_field + of_plot + sl.log(sl.data("area")), observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Counts on 240 plots of 20 fields, with the true values that made them."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"field": np.repeat([f"field {i:02d}" for i in range(1, 21)], 12)})
    data["area"] = rng.uniform(1, 4, size=240).round(1)
    rate = np.repeat(rng.normal(1.2, 0.5, size=20), 12) + rng.normal(0, 0.4, size=240)
    data["seedlings"] = rng.poisson(np.exp(rate) * data["area"])
    return data, {"density": 1.2, "field_sd": 0.5, "plot_sd": 0.4}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Seeds.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(2).to_string())
    return fit


if __name__ == "__main__":
    main()
