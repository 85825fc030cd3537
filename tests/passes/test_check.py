"""`check`: what may stand where (the messages of refusal are golden files), and notes."""

import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from tests.golden.programs import MODELS
from tests.passes.kit import bind, records

NEEDS = {
    "positive": lambda q: sl.Normal(0, q, observed="y"),
    "at least 0": lambda q: sl.Poisson(q, observed="count"),
    "between 0 and 1": lambda q: sl.Bernoulli(q, observed="flag"),
    "any": lambda q: sl.Normal(q, 1, observed="y"),
}
GIVES = {
    "any": [sl.Normal(0, 1), sl.StudentT(3, 0, 1), sl.Cauchy(0, 1), sl.Uniform(-1, 1)],
    "positive": [
        sl.Gamma(1, 1),
        sl.LogNormal(0, 1),
        sl.HalfNormal(1),
        sl.Exponential(1),
        sl.Uniform(0, 9),
        sl.Weibull(1, 1),
    ],
    "between 0 and 1": [sl.Beta(1, 1), sl.Uniform(0, 1)],
}
SUITS = {
    ("any", "any"),
    ("positive", "any"),
    ("between 0 and 1", "any"),
    ("positive", "positive"),
    ("between 0 and 1", "positive"),
    ("positive", "at least 0"),
    ("between 0 and 1", "at least 0"),
    ("between 0 and 1", "between 0 and 1"),
}


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize(
    ("kind", "quantity"),
    [(k, q) for k, qs in GIVES.items() for q in qs],
    ids=lambda x: getattr(x, "family", x),
)
def test_an_argument_takes_quantities_whose_values_it_can_take(kind, quantity, need, frame):
    lines = {"q": quantity, "o": NEEDS[need](quantity)}
    if (kind, need) in SUITS:
        assert bind(lines, frame).program
    else:
        with pytest.raises(DeclarationError, match=r"is given 'q', which can be"):
            bind(lines, frame)


@pytest.mark.parametrize("function", ["exp", "inv_logit", "square", "sqrt", "abs", "Phi", "inv_cloglog"])
def test_a_function_makes_a_suitable_argument(function, frame):
    g = sl.HalfNormal(1)
    assert bind({"g": g, "y": sl.Normal(0, getattr(sl, function)(g), observed=True)}, frame).program


def test_a_named_expression_is_judged_by_what_it_is(frame):
    g = sl.Normal(0, 1)
    up, same = sl.exp(g), g * 1
    assert bind({"g": g, "s": up, "y": sl.Normal(0, up, observed=True)}, frame).program
    with pytest.raises(DeclarationError, match="'s', which can be any real number"):
        bind({"g": g, "s": same, "y": sl.Normal(0, same, observed=True)}, frame)


def test_a_constant_is_judged_by_its_number(frame):
    for value, fits in ((0.5, True), (-0.5, False)):
        s = sl.Constant(value)
        lines = {"s": s, "y": sl.Normal(0, s, observed=True)}
        if fits:
            assert bind(lines, frame).program
        else:
            with pytest.raises(DeclarationError, match=r"which can be -0\.5"):
                bind(lines, frame)


@pytest.mark.parametrize("family", sorted(f for f, row in FAMILIES.items() if not row.latent))
def test_a_distribution_of_outcomes_needs_data(family, frame):
    row, k = FAMILIES[family], sl.Index(["a", "b", "c"])
    why = (
        "Hamiltonian Monte Carlo cannot move among whole numbers" if row.discrete else "one of outcomes alone"
    )
    q = getattr(sl, family)() if row.is_scalar else getattr(sl, family)(over=k)
    with pytest.raises(DeclarationError, match=why):
        bind({"k": k, "q": q, "y": sl.Normal(0, 1, observed=True)}, frame)


def test_what_reaches_no_data_is_noted_and_only_that(frame):
    a, b, c = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    d = sl.Normal(c, 1)
    bound = bind({"a": a, "b": b, "c": c, "d": d, "e": b * 2, "y": sl.Normal(a, 1, observed=True)}, frame)
    noted = {n for n, r in records(bound, "check").items() if "reaches no line with data" in r.decision}
    assert noted == {"b", "c", "d"}


@pytest.mark.parametrize("name", MODELS)
def test_what_can_be_meant_passes(name, frame):
    assert MODELS[name].bind(frame).planned.lines


def test_labels_that_are_the_names_of_columns_stand_in_their_order():
    def votes(labels):
        class Votes(sl.Model):
            party = sl.Index(labels)
            share = sl.Dirichlet(1, over=party)
            votes = sl.Multinomial(9, share, observed=["red", "blue"])

        return Votes.bind({"red": [4, 5], "blue": [5, 4]})

    with pytest.raises(DeclarationError, match=r"write observed=\['blue', 'red'\]"):
        votes(["blue", "red"])
    assert votes(["red", "blue"]).stan_code == votes(["left", "right"]).stan_code
