"""Reliability of apps: apps within publishers, crossed with the devices that run them."""

import numpy as np
import pandas as pd

import stanlevels as sl


class AppCrashes(sl.Model):
    """Reliability of apps, their publishers, and the devices that run them."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()

    overall = sl.Normal(0.9, 0.5)
    publisher_sd = sl.HalfNormal(0.5)
    app_sd = sl.HalfNormal(0.5)
    device_sd = sl.HalfNormal(0.5)
    noise = sl.HalfNormal(0.5)

    P = sl.Normal(overall, publisher_sd, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    D = sl.Normal(0, device_sd, over=device)
    reliability = sl.Normal(A + D, noise, observed=True)


def simulate(seed: int = 2) -> tuple[pd.DataFrame, dict]:
    """Reliabilities of 60 apps on 15 devices, with the true values that made them."""
    rng = np.random.default_rng(seed)
    apps = pd.DataFrame({"app": [f"app {i:02d}" for i in range(1, 61)]})
    apps["publisher"] = [f"publisher {chr(65 + i % 20)}" for i in range(60)]
    P = pd.Series(rng.normal(0.9, 0.10, size=20), index=sorted(apps["publisher"].unique()))
    A = pd.Series(rng.normal(P[apps["publisher"]], 0.05), index=apps["app"])
    D = pd.Series(rng.normal(0, 0.04, size=15), index=[f"device {i:02d}" for i in range(1, 16)])
    D -= D.mean()
    rows = apps.loc[apps.index.repeat(rng.integers(2, 15, size=60))].reset_index(drop=True)
    rows["device"] = rng.choice(D.index, size=len(rows))
    rows["reliability"] = rng.normal(A[rows["app"]].to_numpy() + D[rows["device"]].to_numpy(), 0.06)
    sds = {"publisher_sd": 0.10, "app_sd": 0.05, "device_sd": 0.04, "noise": 0.06}
    return rows, {"overall": 0.9} | sds | {"P": P, "A": A, "D": D}


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    bound = AppCrashes.bind(data)
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)

    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(3).to_string(), end="\n\n")

    for name, level in (("P", "publisher"), ("A", "app"), ("D", "device")):
        effects = fit.effects(name).set_index(level)
        effects.insert(0, "truth", truth[name])
        print(f"{name}, the first eight")
        print(effects.head(8).round(3).to_string(), end="\n\n")
    return fit


if __name__ == "__main__":
    main()
