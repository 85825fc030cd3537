"""Labels that look alike, and weights that look like the sizes of means: said, never changed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.records import cautions
from tests.field.kit import Intercepts, Means, base

ALIKE = {
    "a space behind": (["a", "a "], "'a' (30 rows) and 'a ' (30 rows)", ".str.strip()"),
    "case": (["Rome", "rome"], "'Rome' (30 rows) and 'rome' (30 rows)", ".str.lower()"),
    "composed": (["caf\u00e9", "cafe\u0301"], "'cafe\\u0301' (30 rows) and 'caf\\xe9' (30 rows)", "'NFKC'"),
    "a hard space": (["a\u00a0b", "a b"], "'a b' (30 rows) and 'a\\xa0b' (30 rows)", "'NFKC'"),
    "no width": (["a", "a\u200b"], "'a' (30 rows) and 'a\\u200b' (30 rows)", ".replace({...})"),
    "a byte order mark": (["a", "\ufeffa"], "'a' (30 rows) and '\\ufeffa' (30 rows)", ".replace({...})"),
    "another script": (["a", "\u0430"], "'a' (30 rows) and '\\u0430' (30 rows)", ".replace({...})"),
    "a dash": (["x-y", "x\u2013y"], "'x-y' (30 rows) and 'x\\u2013y' (30 rows)", ".replace({...})"),
    "a number once a float": (["1", "1.0"], "'1' (30 rows) and '1.0' (30 rows)", ".replace({...})"),
}


def notes(model: Any, data: Any) -> tuple[str, ...]:
    return cautions(model.bind(data).planned.records)


@pytest.mark.parametrize(("labels", "said", "call"), ALIKE.values(), ids=ALIKE)
def test_labels_that_look_alike_are_noted_and_not_merged(labels: list[str], said: str, call: str) -> None:
    d = base().assign(g=labels * 30)
    (note,) = notes(Means, d)
    assert note.startswith("g: 2 labels that look alike are kept apart")
    assert said in note
    assert call in note
    assert Means.bind(d).data.levels["g"].size == 2


def test_labels_that_differ_are_not_noted() -> None:
    for labels in (["g1", "g2", "g10"], ["01", "1"], ["a", "b"], ["\u0410\u0411", "\u0410\u0412"], [1, 2]):
        assert notes(Means, base().assign(g=(labels * 30)[:60])) == ()


def test_labels_of_different_parents_are_different() -> None:
    class Nested(sl.Model):
        p = sl.Level()
        g = sl.Level(within=p)
        A = sl.Normal(0, 1, over=g)
        y = sl.Normal(A, 1, observed=True)

    assert notes(Nested, base().assign(p=["p", "q"] * 30, g=["a", "a "] * 30)) == ()
    assert len(notes(Nested, base().assign(p="p", g=["a", "a "] * 30))) == 1


def test_categories_that_look_alike_are_noted_too() -> None:
    class Regions(sl.Model):
        X = sl.covariates(sl.data("region", categorical=True))
        b = sl.Normal(0, 1, over=X)
        y = sl.Normal(b @ X, 1, observed=True)

    (note,) = notes(Regions, base().assign(region=["north", "south", "South"] * 20))
    assert "'South' (20 rows) and 'south' (20 rows)" in note


def test_fits_repeat_what_is_noted(capsys: pytest.CaptureFixture[str]) -> None:
    fit = Intercepts.fit(base().assign(g=["a", "a ", "b"] * 20), "mle")
    assert any("look alike" in note for note in fit.notes)
    assert "look alike" in repr(fit)
    assert capsys.readouterr().err.count("look alike") == 1


# --- weights -------------------------------------------------------------------------------------


class Weighted(sl.Model):
    """y ~ 1, every row counted n times."""

    a = sl.Normal()
    noise = sl.HalfNormal()
    y = sl.Normal(a, noise, observed=True, weights="n")


class OfMeans(sl.Model):
    """y ~ 1, every row the mean of n values."""

    a = sl.Normal()
    noise = sl.HalfNormal()
    y = sl.Normal(a, noise / sl.sqrt(sl.data("n")), observed=True)


def cell_means(rows: int = 40, seed: int = 0) -> pd.DataFrame:
    """Means of 2 to 60 values from N(3, 1)."""
    r = np.random.default_rng(seed)
    n = r.integers(2, 60, rows)
    return pd.DataFrame({"n": n, "y": 3 + r.normal(size=rows) / np.sqrt(n)})


def test_weights_that_look_like_sizes_of_means_are_noted_with_the_right_line() -> None:
    data = cell_means()
    (note,) = notes(Weighted, data)
    assert "if the values are means of 'n' values, noise comes out too small" in note
    assert "leave out weights='n' and write noise / sl.sqrt(sl.data(\"n\")) as the sigma of 'y'" in note
    assert notes(Weighted, data.round(3)) == (note,)
    assert note in Weighted.fit(data, "mle").notes
    assert notes(OfMeans, data) == ()


def collapsed(values: Any) -> pd.DataFrame:
    y, n = np.unique(values, return_counts=True)
    return pd.DataFrame({"y": y, "n": n})


def test_frequencies_are_not_noted() -> None:
    r = np.random.default_rng(1)
    heights = 170 + 7 * r.normal(size=5000)
    assert notes(Weighted, collapsed(heights.round())) == ()
    assert notes(Weighted, collapsed(heights.round(1))) == ()
    assert notes(Weighted, collapsed(r.integers(1, 6, 300))) == ()
    assert notes(Weighted, collapsed(np.exp(2 + r.normal(size=3000)).round())) == ()
    assert notes(Weighted, cell_means().assign(n=1)) == ()
    survey = r.gamma(5, 0.2, 40)
    assert notes(Weighted, cell_means().assign(n=survey / survey.mean())) == ()


def test_weights_of_counts_and_of_known_noise_are_not_noted() -> None:
    lines = {"a": sl.Normal(0, 1)}
    counts = sl.Model.define("Counts", {**lines, "y": sl.Poisson(log=lines["a"], observed=True, weights="n")})
    assert notes(counts, {"y": [0, 1, 2, 3], "n": [10, 20, 5, 3]}) == ()
    known = sl.Model.define("Known", {**lines, "y": sl.Normal(lines["a"], 1, observed=True, weights="n")})
    assert notes(known, cell_means()) == ()


class Choice(sl.Model):
    """Three kinds, the last one the reference."""

    a = sl.Normal(0, 1)
    b = sl.Normal(0, 1)
    y = sl.Categorical(logit=[a, b, 0], observed=True)


def said(categories: Any) -> list[str]:
    return [f"{r.decision}: {r.reason}" for r in Choice.bind({"y": categories}).data.records]


def test_unused_categories_of_an_outcome_count_where_the_model_has_so_many_and_it_is_said() -> None:
    kinds = pd.Categorical(["x", "y", "x"] * 5, categories=["z", "y", "x"])
    bound = Choice.bind({"y": kinds})
    assert bound.data.encodings.categories["y"] == ("z", "y", "x")
    assert "1 category of 'y' kept that no row has: 'z'" in said(kinds)
    more = pd.Categorical(["x", "y", "w"] * 5, categories=["z", "y", "x", "w"])
    assert Choice.bind({"y": more}).data.encodings.categories["y"] == ("y", "x", "w")
    assert "1 unused category of 'y' left out: no row has 'z'" in said(more)


def test_outcome_categories_that_look_alike_are_noted() -> None:
    assert any("2 labels that look alike" in record for record in said(["a", "a ", "b"] * 5))


def test_unused_categories_of_a_covariate_are_named() -> None:
    class Coded(sl.Model):
        g = sl.data("g", categorical=True)
        b = sl.Normal(0, 1, over=g)
        y = sl.Normal(b @ g, 1, observed=True)

    kinds = pd.Categorical(["x", "y"] * 5, categories=["z", "y", "x"])
    (record,) = Coded.bind({"g": kinds, "y": np.zeros(10) + np.arange(10)}).data.records
    assert record.reason == "categories 'y', 'x'; no row has 'z'"


def test_a_covariate_that_is_the_same_in_every_row_is_named_before_a_fit() -> None:
    d = base()
    (record,) = [r for r in Intercepts.bind(d.assign(x=3.0)).plan.records if r.step == "identify"]
    assert record.decision == "adds a and b times x, which only their priors tell apart"
    assert record.reason == "x is the same in all 60 rows"
    assert not [r for r in Intercepts.bind(d).plan.records if r.step == "identify"]


def test_a_mean_that_another_outcome_tells_alone_is_no_doubt():
    class Two(sl.Model):
        g = sl.Level()
        mean, other, sd = sl.Normal(), sl.Normal(), sl.HalfNormal()
        U = sl.Normal(mean, sd, over=g)
        y = sl.Normal(other + U, 1, observed=True)

    class Told(Two):
        z = sl.Normal(Two.U, 1, observed=True)

    rows = {"g": list("aabbcc"), "y": [1.0, 2, 3, 4, 6, 5], "z": [0.0, 1, 2, 4, 3, 5]}
    words = "adds mean and other, which only their priors tell apart"
    assert words in str(Two.bind(rows).plan)
    assert words not in str(Told.bind(rows).plan)
