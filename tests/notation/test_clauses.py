"""Bounds and what is known of outcomes, in mathematics, in words and as the class again."""

from __future__ import annotations

import contextlib
import io

import stanlevels as sl
from stanlevels.notation.words import in_words


class Waits(sl.Model):
    clinic = sl.Level()
    mean = sl.Normal(0, 1, lower=0)
    effect = sl.Normal(mean, 1, over=clinic)
    time = sl.Weibull(
        2, log=effect, lower=sl.data("entry"), upper=9, censored="how known", until="end", observed=True
    )
    visits = sl.Poisson(log=effect, lower=1, weights="n", observed=True)


def test_sentences_say_bounds_and_the_column_of_what_is_known():
    said = in_words(Waits.graph())
    assert (
        "time is observed in every row: Weibull with shape 2 and a scale whose log is its clinic's effect,"
        " from entry from the data, up to 9, censored as how known says."
    ) in said
    assert "mean is one number: normal around 0 with standard deviation 1, from 0." in said


def test_formulas_have_arguments_in_parentheses_and_clauses_beside_them():
    written = str(Waits.latex())
    assert r"\operatorname{Weibull}(2, \exp(" in written
    assert r"\text{, from } \mathrm{entry}_{i} \text{, up to } 9 \text{, censored as }" in written
    assert r"\mathcal{N}(0, 1) && \text{from } 0" in written
    assert r"\text{, counted } n_{i} \text{ times} \text{, from } 1" in written


def test_a_class_with_clauses_prints_as_itself():
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        print(Waits)
    scope = {"sl": sl}
    exec(shown.getvalue(), scope)
    assert scope["Waits"].graph() == Waits.graph()
