"""A covariate measured with error: its true value is one more unknown of every row.

Least squares on the measured values would give a slope that is too flat (1.3 in place of 1.6 here).
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Exposure(sl.Model):
    """A response to a true exposure of which only a noisy reading is known."""

    center = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    intercept = sl.Normal(0, 1)
    slope = sl.Normal(0, 2)
    noise = sl.HalfNormal(1)

    exposure = sl.Normal(center, spread, over=sl.rows)
    reading = sl.Normal(exposure, sl.data("se"), observed=True)
    response = sl.Normal(intercept + slope * exposure, noise, observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Readings and responses of 150 rows, with the true values that made them."""
    rng = np.random.default_rng(seed)
    exposure = rng.normal(0.3, 1.0, size=150)
    se = rng.uniform(0.3, 0.6, size=150).round(2)
    data = pd.DataFrame({"reading": rng.normal(exposure, se), "se": se})
    data["response"] = rng.normal(0.5 + 1.6 * exposure, 0.8)
    return data, {"center": 0.3, "spread": 1.0, "intercept": 0.5, "slope": 1.6, "noise": 0.8}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Exposure.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    summary["least squares"] = pd.Series({"slope": np.polyfit(data["reading"], data["response"], 1)[0]})
    print(summary.round(2).to_string())
    return fit


if __name__ == "__main__":
    main()
