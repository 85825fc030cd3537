"""Arguments that are computed: what certainly stays inside is taken, what goes anywhere is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.passes.ranges import range_of

DATA = {"y": [1, 0, 1, 0], "k": [1, 0, 1, 2], "x": [0.5, -1.0, 2.0, 3.0], "t": [1.0, 0.0, 2.0, 3.0]}
UNKNOWN: dict[str, Callable[[], Any]] = {
    "real": lambda: sl.Normal(0, 1),
    "other": lambda: sl.Normal(0, 1),
    "positive": lambda: sl.HalfNormal(1),
    "size": lambda: sl.HalfNormal(1),
    "share": lambda: sl.Beta(1, 1),
    "part": lambda: sl.Beta(1, 1),
}
x, t = sl.data("x"), sl.data("t")

SHARES = {
    "survival": lambda u: sl.exp(-t / u["positive"]),
    "failure": lambda u: 1 - sl.exp(-u["positive"] * t),
    "a product": lambda u: u["share"] * u["part"],
    "a mixture": lambda u: u["share"] + (1 - u["share"]) * u["part"],
    "odds": lambda u: u["positive"] / (1 + u["positive"]),
    "a power": lambda u: u["share"] ** t,
    "an unknown power": lambda u: u["share"] ** u["positive"],
    "a square": lambda u: sl.square(u["share"]),
    "a root": lambda u: sl.sqrt(u["share"]),
    "an inverse logit": lambda u: sl.inv_logit(u["real"] + u["other"] * x),
    "a tangent, moved": lambda u: (sl.tanh(u["real"]) + 1) / 2,
    "a squared sine": lambda u: sl.square(sl.sin(u["real"])),
    "insisted on": lambda u: sl.inv_logit(sl.logit(u["real"] + u["other"] * x)),
}
NO_SHARES = {
    "a linear predictor": (lambda u: u["real"] + u["other"] * x, r'real \+ other \* data\("x"\).*any real'),
    "a quantity": (lambda u: u["real"] * 2, "any real number"),
    "growth": (lambda u: sl.exp(u["positive"]), "anything from 1"),
    "survival before 0": (lambda u: sl.exp(-x / u["positive"]), "a positive number"),
    "a size": (lambda u: sl.abs(u["real"]), "a positive number"),
}


def bind(p: Callable[[dict[str, Any]], Any], outcome: Any = None) -> Any:
    unknown = {name: make() for name, make in UNKNOWN.items()}
    made = p(unknown)
    y = sl.Bernoulli(made, observed=True) if outcome is None else outcome(made)
    return sl.Model.define("M", {**unknown, "y": y}).bind(DATA)


@pytest.mark.parametrize("p", SHARES.values(), ids=SHARES)
def test_a_valid_probability_is_taken(p: Any) -> None:
    assert bind(p).program


@pytest.mark.parametrize(("p", "words"), NO_SHARES.values(), ids=NO_SHARES)
def test_what_can_be_no_probability_is_refused_with_the_expression_and_a_way_to_insist(
    p: Any, words: str
) -> None:
    with pytest.raises(DeclarationError, match=words) as error:
        bind(p)
    assert "logit" in error.value.way_out


def test_linear_predictors_of_counts_ask_for_the_link() -> None:
    for family in (sl.Poisson, lambda mu, observed: sl.NegBinomial(mu, 2, observed=observed)):
        with pytest.raises(DeclarationError, match=r"log=real \+ other") as error:
            bind(lambda u: u["real"] + u["other"] * x, lambda mu, f=family: f(mu, observed="k"))
        assert "sl.exp(sl.log(" in error.value.way_out
    assert bind(lambda u: u["positive"] + u["size"] * t, lambda mu: sl.Poisson(mu, observed="k")).program
    assert bind(lambda u: u["positive"] + u["size"] * x, lambda s: sl.Normal(0, s, observed=True)).program


def test_a_name_for_an_expression_changes_nothing() -> None:
    real, other = sl.Normal(0, 1), sl.Normal(0, 1)
    mu = real + other * x
    lines = {"real": real, "other": other, "mu": mu, "y": sl.Bernoulli(mu, observed=True)}
    with pytest.raises(DeclarationError, match="'mu', which can be any real number"):
        sl.Model.define("M", lines).bind(DATA)


def test_ranges_hold_what_expressions_give() -> None:
    """Random expressions at random points lie in their ranges."""
    rng = np.random.default_rng(1)
    makers: list[Callable[[Any, Any], Any]] = [
        *(lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (1 + sl.square(b))),
        *(lambda a, b: sl.exp(a) * b, lambda a, b: sl.sqrt(sl.abs(a)) - b, lambda a, b: sl.square(a) - b**2),
        *(
            lambda a, b: sl.tanh(a) / (2 + sl.cos(b)),
            lambda a, b: -sl.log1p(sl.abs(a)),
            lambda a, b: (a * b) ** 3,
        ),
    ]
    for _ in range(100):
        first, second = (sl.Uniform(*sorted(rng.normal(0, 2, 2).tolist())) for _ in range(2))
        value = makers[rng.integers(len(makers))](first, second)
        whole = makers[rng.integers(len(makers))](value, x)
        lines = {"a": first, "b": second, "m": whole, "y": sl.Normal(whole, 1, observed=True)}
        bound = sl.Model.define("M", lines).bind(DATA)
        line = bound.planned.lines["m"]
        found = range_of(line.args["value"], line.domain, bound.planned, bound.data)
        draws = _values(bound, rng)
        assert (draws >= found.low - 1e-9 * (1 + abs(found.low))).all()
        assert (draws <= found.high + 1e-9 * (1 + abs(found.high))).all()


def _values(bound: Any, rng: np.random.Generator) -> Any:
    from stanlevels.values.evaluate import value
    from stanlevels.values.store import Values

    def uniform(name: str) -> Any:
        low, high = (setting.values[0] for setting in bound.planned.lines[name].args.values())
        return rng.uniform(low, high, (1, 500, 1, 1))

    point = Values(bound.planned, {name: uniform(name) for name in ("a", "b")})
    return value("m", point, bound.data)[0, :, :, 0]
