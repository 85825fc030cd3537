"""Distributions made of distributions: what is printed makes an equal graph, and words and notes say it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.graph.text import node_text
from stanlevels.notation.words import in_words

X = sl.data("x")
KIND = sl.Index(["short", "long"])
MU, SD = sl.Normal(0, 5, over=KIND, ordered=True), sl.HalfNormal(1, over=KIND)
A, B, SHARE = sl.Normal(0, 1), sl.Normal(0, 1), sl.Dirichlet(1, over=KIND)
NAMED = {"kind": KIND, "mu": MU, "sd": SD, "a": A, "b": B, "share": SHARE}
LINES: dict[str, tuple[Any, str]] = {
    "zero": (sl.ZeroInflated(sl.Poisson(log=A), 0.2, observed=True), "ZeroInflated(Poisson(log=a), 0.2)"),
    "logit": (
        sl.ZeroInflated(sl.NegBinomial(log=A, shape=2), logit=B * X, observed=True),
        'ZeroInflated(NegBinomial(log=a, shape=2), logit=b * data("x"))',
    ),
    "hurdle": (sl.Hurdle(sl.LogNormal(A, 1), logit=B, observed=True), "Hurdle(LogNormal(a, 1), logit=b)"),
    "ends": (
        sl.ZeroOneInflated(sl.Beta(logit=A, concentration=3), 0.2, one_logit=B, observed=True),
        "ZeroOneInflated(Beta(logit=a, concentration=3), ends=0.2, one_logit=b)",
    ),
    "index": (
        sl.Mixture(sl.Normal(MU, SD), SHARE, observed=True),
        "Mixture([Normal(mu[0], sd[0]), Normal(mu[1], sd[1])], share)",
    ),
    "regressions": (
        sl.Mixture(sl.Normal(MU + B * X, 1), [0.5, 0.5], observed=True),
        'Mixture([Normal(mu[0] + b * data("x"), 1), Normal(mu[1] + b * data("x"), 1)], [0.5, 0.5])',
    ),
    "list": (
        sl.Mixture([sl.Poisson(log=A), sl.NegBinomial(3, 2)], logit=[0, B], observed=True),
        "Mixture([Poisson(log=a), NegBinomial(3, 2)], logit=[0, b])",
    ),
}


def model(line: Any) -> Any:
    return sl.Model.define("Composed", {**NAMED, "y": line})


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_written_as_it_was_called(name):
    line, text = LINES[name]
    made = model(line)
    assert node_text(made.graph()["y"]) == f"y ~ {text}, observed"
    namespace: dict[str, Any] = {}
    exec(str(made), {"sl": sl}, namespace)
    assert namespace["Composed"].graph() == made.graph()


def test_an_index_is_written_once():
    assert "sl.Mixture(sl.Normal(mu, sd), share, observed=True)" in str(model(LINES["index"][0]))
    assert 'sl.Mixture(sl.Normal(mu + b * sl.data("x"), 1), [0.5, 0.5]' in str(model(LINES["regressions"][0]))


@pytest.mark.parametrize(
    ("name", "latex", "words"),
    [
        ("hurdle", r"\operatorname{logit}^{-1}(b))", "0 with log odds b, else above 0: "),
        ("zero", r"(\operatorname{Poisson}(\exp(a)), 0.2)", "0 with probability 0.2, else"),
        ("ends", r"\operatorname{ZeroOneInflated}", "0 or 1 with probability 0.2, and then 1 with"),
        ("index", r"\cdot \mathcal{N}(\mu_{\text{long}}", "one of 2 kinds, with probabilities share:"),
    ],
)
def test_mathematics_and_words(name, latex, words):
    made = model(LINES[name][0])
    assert any(words in sentence for sentence in in_words(made.graph()))
    assert latex in str(made.latex())


ROWS = {"y": np.array([0, 0, 1, 5, 2, 9, 4]), "x": np.linspace(-1, 1, 7)}


def places(line: Any, **lines: Any) -> list[str]:
    """What the plan says of distributions that may change places."""
    bound = sl.Model.define("M", {**lines, "y": line}).bind(ROWS)
    return [r.decision for r in bound.plan.records if "change places" in r.decision]


def test_the_plan_says_where_distributions_may_change_places():
    first, second = sl.Normal(0, 5), sl.Normal(0, 5)
    other = sl.Normal(3, 5)
    alike = sl.Mixture([sl.Normal(first, 1), sl.Normal(second, 1)], [0.5, 0.5], observed=True)
    assert places(alike, first=first, second=second) == ["mixes 2 distributions that may change places"]
    told = sl.Mixture([sl.Normal(first, 1), sl.Normal(other, 1)], [0.5, 0.5], observed=True)
    assert not places(told, first=first, other=other)
    weighed = sl.Mixture([sl.Normal(first, 1), sl.Normal(second, 1)], [0.2, 0.8], observed=True)
    assert not places(weighed, first=first, second=second)
    assert not places(LINES["index"][0], **NAMED)
    loose = sl.Normal(0, 5, over=KIND)
    assert places(sl.Mixture(sl.Normal(loose, 1), observed=True), kind=KIND, loose=loose)
    assert not places(
        sl.Mixture([sl.Normal(first, 1), sl.StudentT(4, second, 1)], observed=True),
        first=first,
        second=second,
    )


def test_open_arguments_have_default_priors_that_do_not_depend_on_the_origin():
    """Where covariates are at their means, log odds lie where the data have them."""
    none = np.log(2 / 5)  # of 7 counts 2 are 0

    class Counts(sl.Model):
        z = sl.effects(1, "x")
        y = sl.Hurdle(sl.Poisson(log=0.5), logit=z, observed=True)

    for origin in (0.0, 100.0):
        bound = Counts.bind({**ROWS, "x": ROWS["x"] + origin})
        assert bound.stan_data["z_mu"][0] == pytest.approx(none)
        assert bound.stan_data["z_at_z"][1] == pytest.approx(origin, abs=1e-12)
        assert bound.stan_data["z_sigma"][0] == pytest.approx(2.5)


def test_shares_left_open_are_those_of_the_labels():
    made = sl.Mixture(sl.Normal(MU, SD), observed=True)
    bound = sl.Model.define("M", {"kind": KIND, "mu": MU, "sd": SD, "y": made}).bind(ROWS)
    assert "y_shares" in str(bound.priors)
    assert bound.planned.lines["y_shares"].components == ("kind",)
