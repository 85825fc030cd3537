"""Names that the package does not have name the nearest, or what to write in their place."""

from __future__ import annotations

import importlib

import pytest

import stanlevels as sl

NEAREST = {
    "Nromal": "sl.Normal",
    "normal": "sl.Normal",
    "Lognormal": "sl.LogNormal",
    "Bernouli": "sl.Bernoulli",
    "student_t": "sl.StudentT",
    "HalfStudent": "sl.HalfStudentT",
    "Binom": "sl.Binomial",
    "Weibul": "sl.Weibull",
    "lgo": "sl.log",
    "epx": "sl.exp",
    "srqt": "sl.sqrt",
    "invlogit_": "sl.inv_logit",
    "level": "sl.Level",
    "covarites": "sl.covariates",
    "Rows": "sl.rows",
    "DataEror": "sl.DataError",
}
INSTEAD = {
    "HalfT": "sl.HalfStudentT(nu, sigma)",
    "Gaussian": "sl.Normal(mu, sigma)",
    "NegativeBinomial": "sl.NegBinomial(mu, shape)",
    "MvNormal": "sl.MultiNormal(means, sds, corr)",
    "Cumulative": "sl.OrderedLogistic(eta, cutpoints)",
    "Deterministic": "name = a + b",
    "Factor": "sl.Level(), its categories sl.data('column', categorical=True)",
    "col": "sl.data('column')",
    "Intercept": "a = sl.Normal()",
    "brm": "sl.formula(",
    "sigmoid": "sl.inv_logit",
    "max": "df['new'] = ...",
    "sum": "sum([a, b, c])",
    "log10": "sl.log(x) / sl.log(10)",
    "lag": "sl.data('previous')",
    "AR": "sl.AR1(rho, sd, over=week)",
}


@pytest.mark.parametrize(("name", "meant"), NEAREST.items())
def test_a_misspelt_name_names_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"stanlevels has no '{name}'") as caught:
        getattr(sl, name)
    assert isinstance(caught.value, sl.DeclarationError)
    assert caught.value.way_out == f"did you mean {meant}?"


@pytest.mark.parametrize(("name", "words"), INSTEAD.items())
def test_a_name_of_another_package_says_what_to_write(name: str, words: str) -> None:
    with pytest.raises(sl.DeclarationError) as caught:
        getattr(sl, name)
    assert words in caught.value.way_out


def test_a_name_that_means_nothing_here_lists_what_there_is() -> None:
    with pytest.raises(AttributeError) as caught:
        sl.Frobnicate
    assert isinstance(caught.value, sl.DeclarationError)
    assert "OrderedLogistic, OrderedProbit, P" in caught.value.expected
    assert not caught.value.way_out


def test_an_import_of_a_misspelt_name_is_pythons_own_error() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Nromal' from 'stanlevels'"):
        exec("from stanlevels import Nromal", {})
    assert importlib.import_module("stanlevels") is sl
