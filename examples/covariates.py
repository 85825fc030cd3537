"""Several covariates at once, a categorical one, and an interaction."""

import numpy as np
import pandas as pd

import stanlevels as sl


class Rents(sl.Model):
    """Log rents by size, age and heating of flats, in streets that differ."""

    street = sl.Level()
    X = sl.covariates("size", "age")
    heating = sl.data("heating", categorical=True, reference="gas")

    base = sl.Normal(6, 2)
    street_sd = sl.HalfNormal(1)
    b = sl.Normal(0, 1, over=X)
    by_heating = sl.Normal(0, 1, over=heating)
    size_by_age = sl.Normal(0, 1)
    noise = sl.HalfNormal(1)

    of_street = sl.Normal(base, street_sd, over=street)
    interaction = size_by_age * sl.data("size") * sl.data("age")
    log_rent = sl.Normal(of_street + b @ X + by_heating @ heating + interaction, noise, observed=True)


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Rents of 300 flats in 25 streets, with the true values that made them."""
    rng = np.random.default_rng(seed)
    street = np.repeat(np.arange(25), 12)
    data = pd.DataFrame({"street": [f"street {i + 1:02d}" for i in street]})
    data["size"], data["age"] = rng.normal(size=(2, 300)).round(2)
    heating = {"gas": 0.0, "oil": -0.1, "electric": 0.2}
    data["heating"] = rng.choice(list(heating), size=300)
    mean = rng.normal(6.5, 0.3, size=25)[street] + 0.4 * data["size"] - 0.2 * data["age"]
    mean += 0.1 * data["size"] * data["age"] + data["heating"].map(heating)
    data["log_rent"] = rng.normal(mean, 0.25)
    truth = {"base": 6.5, "street_sd": 0.3, "b[size]": 0.4, "b[age]": -0.2, "size_by_age": 0.1}
    return data, truth | {
        "by_heating[electric]": 0.2,
        "by_heating[oil]": -0.1,
        "noise": 0.25,
    }


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    fit = Rents.fit(data, seed=seed, **settings)
    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(3).to_string())
    return fit


if __name__ == "__main__":
    main()
