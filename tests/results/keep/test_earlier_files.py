"""Files that earlier versions wrote are read, and say what they said then.

The files hold fits of `Shops` to `ROWS`, made by ``python -m tests.results.keep.test_earlier_files`` at the
version of the form in their names. They are never written again: a new version of the form gets files of its
own, beside these.
"""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.keep.form import VERSION

SAVED = Path(__file__).parents[2] / "data" / "saved"
ROWS = pd.DataFrame(
    {
        "shop": list("aaabbbccc"),
        "x": [0.0, 1, 2, 0, 1, 2, 0, 1, 2],
        "sold": [2.1, 3.0, 4.2, 0.9, 2.2, 2.8, 3.2, 4.1, 4.9],
    }
)
NEW = {"shop": ["a", "c", "another"], "x": [3.0, 0.5, 1.0]}


class Shops(sl.Model):
    """What shops sell."""

    shop = sl.Level()
    base, slope = sl.Normal(2, 2), sl.Normal(0, 1)
    shop_sd, noise = sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(base, shop_sd, over=shop)
    sold = sl.Normal(S + slope * sl.data("x"), noise, observed=True)


def write(folder: Path) -> None:
    """The files, by this version."""
    few = {"draws": 4, "warmup": 100, "chains": 1, "seed": 1, "progress": False}
    Shops.fit(ROWS, **few).save(folder / f"shops-nuts-{VERSION}.zip")
    Shops.fit(ROWS, "mle", progress=False).save(folder / f"shops-mle-{VERSION}.zip")


def test_there_are_files_of_this_version():
    for method in ("nuts", "mle"):
        with zipfile.ZipFile(SAVED / f"shops-{method}-{VERSION}.zip") as file:
            assert json.loads(file.read("manifest.json"))["version"] == VERSION


PREDICTED = {
    "shops-nuts-1": {
        "estimate": [4.878128, 3.562986, 3.263721],
        "sd": [0.3223975, 0.2831796, 1.476911],
        "drawn": 3.230814,
    },
    "shops-mle-1": {
        "estimate": [4.999420, 3.581001, 3.044444],
        "sd": [0.1471034, 0.09000034, 1.133320],
        "drawn": 3.898816,
    },
}


@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
@pytest.mark.parametrize("name", list(PREDICTED))
def test_a_fit_that_was_saved_earlier_predicts_what_it_did(name):
    fit = sl.load(SAVED / f"{name}.zip")
    found = fit.predict(NEW)
    np.testing.assert_allclose(found["estimate"], PREDICTED[name]["estimate"], rtol=1e-4)
    np.testing.assert_allclose(found["sd"], PREDICTED[name]["sd"], rtol=1e-4)
    assert found["shop_is"].tolist() == ["known", "known", "new"]
    assert list(fit.effects("S")["shop"]) == ["a", "b", "c"]
    outcomes = fit.posterior_predictive(NEW, seed=1, output="xarray").to_numpy()
    assert outcomes.shape[-1] == 3
    assert outcomes.mean() == pytest.approx(PREDICTED[name]["drawn"], rel=1e-4)


if __name__ == "__main__":
    write(SAVED)
