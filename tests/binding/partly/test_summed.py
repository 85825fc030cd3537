"""Outcomes that are summed out: which lines become mixtures, over what, and what is refused in words."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

ROWS = pd.DataFrame(
    {
        "g": pd.array(["a", "b", None, "c", "a", "b"], dtype=object),
        "n": [1.0, np.nan, 2.0, 0.0, 1.0, 2.0],
        "h": ["p", "q", "p", "q", "p", "q"],
        "w": [1, 2, 1, 2, 1, 1],
        "y": np.linspace(-1, 1, 6),
        "z": [0, 1, 2, 1, 0, 3],
    }
)


def test_lines_are_summed_over_what_they_share() -> None:
    class Two(sl.Model):
        X = sl.covariates("g")
        p, b = sl.Normal(0, 1), sl.Normal(0, 1, over=X)
        g = sl.Categorical(logit={"a": 0, "b": p, "c": -p}, observed=True, missing="model")
        n = sl.Poisson(2, upper=4, observed=True, missing="model")
        y = sl.Normal(b @ X, 1, observed=True)
        z = sl.Poisson(log=b @ X + 0.1 * n, observed=True)

    bound = Two.bind(ROWS)
    sums = bound.data.encodings.sums
    assert sums["y"] == (("g",), ((1,), (2,), (3,)))
    assert sums["z"][0] == ("g", "n")
    assert len(sums["z"][1]) == 15
    said = {r.subject: r.decision for r in bound.planned.records if r.step == "missing"}
    assert said["g"] == "1 of 6 values missing: summed out of y and z"
    assert said["n"] == "1 of 6 values missing: summed out of z"


def test_equal_weights_of_all_lines_are_those_of_their_sum() -> None:
    class Weighted(sl.Model):
        cat = sl.Bernoulli(0.3, observed="n", weights="w", missing="model")
        y = sl.Normal(cat, 1, observed=True, weights="w")

    class Apart(Weighted):
        y = sl.Normal(Weighted.cat, 1, observed=True)

    rows = ROWS.assign(n=ROWS["n"].clip(upper=1))
    assert Weighted.bind(rows).data.weights("y").tolist() == rows["w"].tolist()
    with pytest.raises(sl.DeclarationError, match="weights differ: cat has 'w', y has none"):
        Apart.bind(rows)


def _refused(model: type[sl.Model], match: str) -> str:
    with pytest.raises((sl.DeclarationError, sl.DataError), match=match) as caught:
        model.bind(ROWS)
    return str(caught.value)


def test_a_category_is_no_number() -> None:
    class Number(sl.Model):
        g = sl.Categorical(logit=[0, 0.1, 0.2], observed=True, missing="model")
        y = sl.Normal(g, 1, observed=True)

    assert "sl.covariates('g')" in _refused(Number, "'g' ~ Categorical.* is used as a number")


def test_categories_times_categories_are_refused() -> None:
    class Crossed(sl.Model):
        X = sl.covariates("g") * sl.covariates("h")
        b = sl.Normal(0, 1, over=X)
        g = sl.Categorical(logit=[0, 0.1, 0.2], observed=True, missing="model")
        y = sl.Normal(b @ X, 1, observed=True)

    assert "a column of 0 and 1" in _refused(Crossed, "the product of 'g'.* and the categories of 'h'")


def test_a_category_that_no_row_has_has_no_coefficient() -> None:
    class Unseen(sl.Model):
        X = sl.covariates("g")
        b = sl.Normal(0, 1, over=X)
        g = sl.Categorical(logit={"a": 0, "b": 0.1, "c": 0.2, "d": 0}, observed=True, missing="model")
        y = sl.Normal(b @ X, 1, observed=True)

    _refused(Unseen, "'g' may be 'd' where it is missing")


def test_of_several_lines_all_but_the_last_need_a_density_as_an_expression() -> None:
    class Three(sl.Model):
        n = sl.Binomial(2, 0.3, observed=True, missing="model")
        y = sl.Logistic(n, 1, observed=True)
        z = sl.NegBinomial(log=n, shape=2, observed=True)
        again = sl.Logistic(0.1 * n, 1, observed="y")

    class Last(sl.Model):
        n = sl.Binomial(2, 0.3, observed=True, missing="model")
        y = sl.Logistic(n, 1, observed=True)
        z = sl.NegBinomial(log=n, shape=2, observed=True)

    _refused(Three, "summed out of several lines, of which 'y' ~ Logistic")
    assert list(Last.bind(ROWS).data.encodings.sums) == ["z", "y"]


def test_quantities_and_lines_that_are_sampled_do_not_take_sums() -> None:
    class Latent(sl.Model):
        n = sl.Binomial(2, 0.3, observed=True, missing="model")
        extra = sl.Normal(n, 1, over=sl.rows)
        y = sl.Normal(extra, 1, observed=True)

    class Sampled(sl.Model):
        n = sl.Binomial(2, 0.3, observed=True, missing="model")
        x = sl.Normal(n, 1, observed="y", missing="model")
        z = sl.Poisson(log=x, observed=True)

    _refused(Latent, "summed out, and 'extra' uses it")
    with pytest.raises(sl.DeclarationError, match=r"summed out, and .*'x.* it"):
        Sampled.bind(ROWS.assign(y=[np.nan, 1.0, 2.0, 0.5, 0.1, 0.2]))
    assert list(Sampled.bind(ROWS).data.encodings.sums) == ["x"]


def test_a_column_read_as_numbers_beside_is_refused_still() -> None:
    class Both(sl.Model):
        n = sl.Binomial(2, 0.3, observed=True, missing="model")
        y = sl.Normal(sl.data("n"), 1, observed=True)

    _refused(Both, "is covariate too")


def test_numbers_of_a_set_of_covariates_are_told_where_to_go() -> None:
    class InSet(sl.Model):
        X = sl.covariates("n", "w")
        b = sl.Normal(0, 1, over=X)
        n = sl.Normal(0, 1, observed=True, missing="model")
        y = sl.Normal(b @ X, 1, observed=True)

    assert "write slope * n beside them" in _refused(InSet, "is covariate in X too")
