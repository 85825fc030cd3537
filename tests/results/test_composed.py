"""What follows a fit of distributions made of distributions: predictions, densities by row, and saving."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl


class Amounts(sl.Model):
    g = sl.Level()
    u = sl.Normal(0, over=g)
    a, z = sl.Normal(), sl.Normal()
    y = sl.Hurdle(sl.LogNormal(a + u, 0.5), logit=z, observed=True)


class Kinds(sl.Model):
    g = sl.Level()
    kind = sl.Index(["low", "high"])
    mu = sl.Normal(over=kind, ordered=True)
    u = sl.Normal(0, over=g)
    y = sl.Mixture(sl.Normal(mu + u, 1), observed=True)


@pytest.mark.parametrize("model", [Amounts, Kinds])
@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_a_fit_predicts_weighs_its_rows_and_comes_back(model, tmp_path):
    rng = np.random.default_rng(3)
    y = np.where(rng.random(60) < 0.3, 0.0, np.exp(rng.normal(1, 0.5, 60)))
    data = pd.DataFrame({"g": np.repeat(list("abcdef"), 10), "y": y})
    fit = model.fit(data, draws=40, warmup=40, chains=1, seed=1, progress=False)
    new = pd.DataFrame({"g": ["a", "new", None]})
    predicted = fit.predict(new)
    assert predicted["g_is"].tolist() == ["known", "new", "unknown"]
    assert np.isfinite(predicted[["estimate", "lower", "upper"]].to_numpy()).all()
    assert np.isfinite(fit.loo().elpd)
    drawn = np.asarray(fit.posterior_predictive(seed=1))
    assert drawn.size == 40 * 60
    assert np.isfinite(drawn).all()
    assert sl.load(fit.save(tmp_path / "fit.zip")).predict(new).equals(predicted)
