"""A distributional model: subjects differ in their spread as well as in their mean.

Thirty times tell much about a subject's spread, so its line asks for the centred form, which the plan
chooses by itself only for means.
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Steadiness(sl.Model):
    """Reaction times whose mean and whose standard deviation belong to the subject."""

    subject = sl.Level()

    typical = sl.Normal(0, 1)
    typical_sd = sl.HalfNormal(1)
    log_noise = sl.Normal(0, 1)
    log_noise_sd = sl.HalfNormal(1)

    mean = sl.Normal(typical, typical_sd, over=subject)
    g = sl.Normal(log_noise, log_noise_sd, over=subject, centered=True)
    noise = sl.exp(g)
    time = sl.Normal(mean, noise, observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Thirty times of each of 30 subjects, with the true values that made them."""
    rng = np.random.default_rng(seed)
    mean, g = rng.normal(0.5, 0.4, size=30), rng.normal(-1.0, 0.5, size=30)
    subjects = [f"subject {i:02d}" for i in range(1, 31)]
    times = rng.normal(np.repeat(mean, 30), np.repeat(np.exp(g), 30))
    truth = {"typical": 0.5, "typical_sd": 0.4, "log_noise": -1.0, "log_noise_sd": 0.5}
    noise = pd.Series(np.exp(g), index=subjects)
    return pd.DataFrame({"subject": np.repeat(subjects, 30), "time": times}), truth | {"noise": noise}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Steadiness.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(2).to_string(), end="\n\n")
    noise = fit.effects("noise").set_index("subject")
    noise.insert(0, "truth", truth["noise"])
    print(f"noise of each subject\n{noise.round(2).to_string()}")
    return fit


if __name__ == "__main__":
    main()
