"""Coefficients over an Index and covariates: equal to a line for each label."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import stanlevels as sl
from stanlevels.graph import At, Dot, Ref, Stack


def _frame(n: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(12)
    age, sex = rng.uniform(20, 70, n).round(), rng.integers(0, 2, n)
    odds = np.column_stack([np.zeros(n), -1 + 0.03 * age, 1 - 0.02 * age + 0.8 * sex])
    kind = np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)
    counts = rng.multinomial(9, [0.2, 0.3, 0.5], size=n)
    frame = pd.DataFrame(counts, columns=["bus", "car", "walk"])
    choice = np.array(["bus", "car", "walk"])[kind]
    return frame.assign(age=age, sex=sex, choice=choice, town=np.arange(n) % 7)


FRAME = _frame()


class Choices(sl.Model):
    kind = sl.Index(["car", "walk"])
    X = sl.covariates(1, "age", "sex")
    B = sl.Normal(over=(kind, X))
    choice = sl.Categorical(logit={"bus": 0, kind: B @ X}, observed=True)


class Apart(sl.Model):
    kind, X = Choices.kind, Choices.X
    B_car, B_walk = sl.Normal(over=X), sl.Normal(over=X)
    choice = sl.Categorical(logit={"bus": 0, "car": B_car @ X, "walk": B_walk @ X}, observed=True)


def _read_back(model: type[sl.Model]) -> Any:
    namespace: dict[str, Any] = {"sl": sl}
    exec(str(model), namespace)
    return namespace[model.__name__]


def test_it_is_a_line_for_each_label():
    assert Choices.graph().nodes == Apart.graph().nodes
    assert _read_back(Choices).graph() == Choices.graph()
    one, other = Choices.bind(FRAME), Apart.bind(FRAME)
    assert str(one.stan_code).splitlines()[1:] == str(other.stan_code).splitlines()[1:]
    assert "categorical_logit_glm_lpmf" in str(one.stan_code)


def test_estimates_are_those_of_statsmodels():
    fit = Choices.fit(FRAME, "mle", progress=False)
    theirs = sm.MNLogit(
        pd.Categorical(FRAME["choice"], ["bus", "car", "walk"]).codes, sm.add_constant(FRAME[["age", "sex"]])
    ).fit(disp=0)
    table = fit.summary()
    assert list(table.index[:3]) == ["B_car[intercept]", "B_car[age]", "B_car[sex]"]
    np.testing.assert_allclose(table["estimate"], theirs.params.to_numpy().T.ravel(), rtol=1e-4)
    np.testing.assert_allclose(table["se"], theirs.bse.to_numpy().T.ravel(), rtol=1e-3)
    assert fit.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_labels_may_be_picked_and_stand_in_named_expressions():
    class Picked(sl.Model):
        kind, X = Choices.kind, Choices.X
        base = sl.Normal(0, 1, over=kind)
        m, s = sl.Normal(0, 1, over=X), sl.HalfNormal(1)
        mu = sl.Normal(m, s, over=(kind, X))
        B = sl.Normal(mu, s, over=(kind, X))
        eta = base + B @ X
        first, second = B["car"] @ X + B[1]["age"], 1 * eta["walk"]
        choice = sl.Categorical(logit={"bus": 0, "car": first, "walk": second}, observed=True)

    class Written(sl.Model):
        kind, X = Choices.kind, Choices.X
        base = sl.Normal(0, 1, over=kind)
        m, s = sl.Normal(0, 1, over=X), sl.HalfNormal(1)
        mu_car, mu_walk = sl.Normal(m, s, over=X), sl.Normal(m, s, over=X)
        B_car, B_walk = sl.Normal(mu_car, s, over=X), sl.Normal(mu_walk, s, over=X)
        eta_car, eta_walk = base["car"] + B_car @ X, base["walk"] + B_walk @ X
        first, second = B_car @ X + B_walk["age"], 1 * eta_walk
        choice = sl.Categorical(logit={"bus": 0, "car": first, "walk": second}, observed=True)

    assert Picked.graph().nodes == Written.graph().nodes
    assert _read_back(Picked).graph() == Picked.graph()


def test_counts_of_categories_take_the_columns_by_name():
    class Trips(sl.Model):
        kind = sl.Index(["walk", "car", "bus"])
        X = sl.covariates(1, "age")
        B = sl.Normal(0, 1, over=(kind, X))
        trips = sl.DirichletMultinomial(9, logit=B @ X, concentration=5, observed=["bus", "car", "walk"])

    stack = Trips.graph()["trips"].arg("logit")
    assert isinstance(stack, Stack)
    assert stack.items == tuple(Dot(Ref(name), "X") for name in ("B_bus", "B_car", "B_walk"))
    with pytest.raises(sl.DeclarationError, match="observes 'bus', 'car', 'tram'"):

        class Others(Trips):
            trips = sl.Multinomial(9, logit=Trips.B @ Trips.X, observed=["bus", "car", "tram"])


def test_effects_on_each_step_of_an_order():
    class Steps(sl.Model):
        step = sl.Index(["low", "high"])
        X = sl.covariates("age", "sex")
        cut, B = sl.Normal(over=step), sl.Normal(over=(step, X))
        choice = sl.StoppingRatio(0, cut - B @ X, observed=True)

    order = FRAME.assign(choice=pd.Categorical(FRAME["choice"], ["bus", "car", "walk"], ordered=True))
    fit = Steps.fit(order, "mle", progress=False)
    table = fit.summary()["estimate"]
    for k, (label, kept) in enumerate({"low": FRAME, "high": FRAME[FRAME["choice"] != "bus"]}.items()):
        stops = (kept["choice"] == ["bus", "car"][k]).astype(float)
        theirs = sm.Logit(stops, sm.add_constant(kept[["age", "sex"]])).fit(disp=0).params
        mine = [table[f"cut[{label}]"], -table[f"B_{label}[age]"], -table[f"B_{label}[sex]"]]
        np.testing.assert_allclose(mine, theirs, rtol=2e-4)


def test_units_of_a_level_have_coefficients_for_each_label():
    class Towns(sl.Model):
        town = sl.Level()
        kind = sl.Index(["car", "walk"])
        X = sl.covariates(1, "age")
        m, s = sl.Normal(0, 1, over=(kind, X)), sl.HalfNormal(over=(kind, X))
        corr = sl.LKJCholesky(2)
        B = sl.MultiNormal(m, s, corr, over=(town, kind, X))
        choice = sl.Categorical(logit={"bus": 0, kind: B @ X}, observed=True)

    assert Towns.graph()["B_walk"].over == ("town", "X")

    class ByRoad(Towns):
        near = sl.Level("town", of=Towns.town)
        one, other = Towns.B["car"][near] @ Towns.X, Towns.B[near]["car"] @ Towns.X

    assert ByRoad.graph()["one"].expr == ByRoad.graph()["other"].expr == Dot(At("B_car", ("near",)), "X")
    assert {"m_car", "m_walk", "s_car", "s_walk", "B_car", "B_walk"} <= set(Towns.bind(FRAME).planned.lines)


def test_a_class_inherits_and_overrides_them():
    class Tight(Choices):
        B = sl.Normal(0, 0.1, over=(Choices.kind, Choices.X))

    assert Tight.graph()["choice"] == Choices.graph()["choice"]
    assert "B_walk = sl.Normal(0, 0.1, over=X)" in str(Tight)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            lambda B, X, kind: {"y": sl.Normal(B @ X, 1, observed=True)},
            "which has a number for each of 'kind'",
        ),
        (lambda B, X, kind: {"y": sl.Normal(B["tram"] @ X, 1, observed=True)}, "takes component 'tram' of B"),
        (lambda B, X, kind: {"y": sl.Categorical(logit=[0, B @ X], observed=True)}, "'y' uses 'B'"),
        (
            lambda B, X, kind: {"B_car": sl.Normal(0, 1), "y": sl.Normal(B["car"] @ X, 1, observed=True)},
            "would be called 'B_car'",
        ),
        (
            lambda B, X, kind: {"y": sl.Categorical(logit={"car": 0, kind: B @ X}, observed=True)},
            "'car' both by itself and in an Index",
        ),
        (
            lambda B, X, kind: {"y": sl.Categorical(logit={"c": 0, kind: 2 * sl.data("x")}, observed=True)},
            "takes component 'car' of 2 .* which has one value",
        ),
    ],
)
def test_what_cannot_be_is_refused(lines, words):
    kind, X = sl.Index(["car", "walk"]), sl.covariates(1, "age")
    B = sl.Normal(0, 1, over=(kind, X))
    with pytest.raises(sl.DeclarationError, match=words):
        sl.Model.define("Odd", {"kind": kind, "X": X, "B": B, **lines(B, X, kind)})


def test_two_indexes_do_not_share_labels():
    kind, other, X = sl.Index(["car", "walk"]), sl.Index(["car", "walk"]), sl.covariates(1, "age")
    B, C = sl.Normal(0, 1, over=(kind, X)), sl.Normal(0, 1, over=(other, X))
    line = sl.Categorical(logit=B @ X + C @ X, observed=True)
    with pytest.raises(sl.DeclarationError, match="which has coefficients for each of"):
        sl.Model.define("Odd", {"kind": kind, "other": other, "X": X, "B": B, "C": C, "y": line})
