"""Categories by label: a dict in place of a list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.graph import Stack

DATA = pd.DataFrame({"x": np.linspace(-1, 1, 12), "party": ["left", "middle", "right"] * 4})


class ByLabel(sl.Model):
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    party = sl.Categorical(logit={"middle": 0, "left": a + b * sl.data("x"), "right": -a}, observed=True)


def test_categories_stand_in_the_order_of_the_dict():
    bound = ByLabel.bind(DATA)
    assert bound.data.outcome_labels("party") == ("middle", "left", "right")
    assert bound.data.outcome("party").tolist() == [2, 1, 3] * 4
    fit = bound.fit("mle", progress=False)
    assert fit.predict(DATA.head(1))["category"].tolist() == ["middle", "left", "right"]


def test_it_is_the_model_of_the_list_in_that_order():
    class Listed(sl.Model):
        a, b = ByLabel.a, ByLabel.b
        kind = sl.Index(["middle", "left", "right"])
        party = sl.Categorical(logit=[0, a + b * sl.data("x"), -a], observed=True)

    order = pd.Categorical(DATA["party"], ["middle", "left", "right"], ordered=True)
    one = ByLabel.fit(DATA, "mle", progress=False)
    other = Listed.fit(DATA.assign(party=order), "mle", progress=False)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-9)
    np.testing.assert_allclose(one.summary()["estimate"], other.summary()["estimate"], atol=1e-6)


def test_the_text_of_the_class_has_the_dict():
    text = str(ByLabel)
    assert 'logit={"middle": 0, "left": a + b * sl.data("x"), "right": -a}' in text
    namespace: dict[str, Any] = {"sl": sl}
    exec(text, namespace)
    assert namespace["ByLabel"].graph() == ByLabel.graph()
    stack = ByLabel.graph()["party"].arg("logit")
    assert isinstance(stack, Stack)
    assert stack.labels == ("middle", "left", "right")


def test_a_category_that_the_dict_lacks_is_named():
    with pytest.raises(sl.DataError, match="holds 'centre'") as caught:
        ByLabel.bind(DATA.assign(party=DATA["party"].replace("middle", "centre")))
    assert "'middle', 'left', 'right'" in caught.value.expected


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sl.Normal({"a": 0, "b": 1}, 1), "mu of sl.Normal is a dict of 'a', 'b'"),
        (lambda: sl.Multinomial(3, logit={"a": 0, "b": 1}), "logit of sl.Multinomial is a dict of 'a', 'b'"),
        (lambda: sl.Categorical(logit={1.5: 0, "b": 1}), "a dict with 1.5"),
        (lambda: sl.Categorical(logit={"b": 1}), "a dict with 1 category"),
    ],
)
def test_a_dict_elsewhere_is_refused(make, words):
    with pytest.raises(sl.DeclarationError, match=words):
        make()
