"""Fitting."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def an_unknown_method():
    bind({"y": observed()}).fit("magic")


@wrong
def an_unknown_engine():
    mu = sl.Normal(0, 1)
    bind({"mu": mu, "y": observed(mu)}).fit(engine="pystan", progress=False)


@wrong
def nothing_to_find():
    bind({"y": observed()}).fit(progress=False)


@wrong
def a_plan_that_is_none():
    sl.Model.define("M", {"y": observed()}).bind({"y": [1.0]}, plan={"u": True})
