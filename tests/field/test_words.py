"""Messages that lead to the answer, each for what people wrote."""

import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.field.kit import Intercepts, base

g = sl.Level()
A = sl.Normal(0, 1, over=g)
X = sl.data("region", categorical=True)


def define(**lines: Any) -> object:
    return sl.Model.define("M", {"g": g, "A": A, **lines}).bind(base())


def random_walk() -> object:
    class Walk(sl.Model):
        t = sl.Level()
        beta = sl.Normal(beta[-1], 1, over=t)  # type: ignore[name-defined] # noqa: F821
        y = sl.Normal(beta, 1, observed=True)

    return Walk


def name(of: str) -> Callable[[], object]:
    return lambda: getattr(sl, of)


CASES: dict[str, tuple[Callable[[], object], str, str]] = {
    "a misspelt distribution": (name("Nromal"), "no 'Nromal'", r"did you mean sl\.Normal"),
    "a small letter": (name("normal"), "no 'normal'", r"did you mean sl\.Normal"),
    "a flat prior": (name("Flat"), "no 'Flat'", r"no flat prior.*leave the prior open"),
    "another package's name": (name("Deterministic"), "no 'Deterministic'", "write name = a"),
    "an endless uniform": (lambda: sl.Uniform(0, np.inf), "float inf", "no flat prior"),
    "numpy's function": (lambda: np.exp(A), "numpy.exp", r"write sl\.exp\(\.\.\.\)"),
    "numpy's other function": (lambda: np.arctan(A), "numpy.arctan", "functions of stanlevels"),
    "a column of a frame": (lambda: A * base()["x"], "Series", r"sl\.data\('x'\)"),
    "an array": (lambda: A + np.ones(3), "ndarray", r"sl\.data\('column'\)"),
    "a category times a number": (lambda: X * 2, "arithmetic", "b @ X"),
    "level by level": (lambda: g * sl.Level(), "arithmetic", r"over=\(a, b\)"),
    "a unit by its label": (
        lambda: define(y=sl.Normal(A - A["g1"], 1, observed=True)),
        "component 'g1' of 'A'",
        r"fit\.draws\('A'\).*reference='g1'",
    ),
    "a random walk": (random_walk, "'beta', which no line above declares", "a line cannot use itself"),
    "lists for means": (
        lambda: sl.Normal([1, 2, 3], [1, 2, 3]),
        "mu of sl.Normal is given a list of 3 entries",
        r"sl.Normal\(\[\.\.\.\], over=k\) with k = sl\.Index\(3\)",
    ),
    "effects as coefficients": (
        lambda: define(Z=(Z := sl.covariates("x", "y")), w=sl.Normal(A @ Z, 1, observed="y")),
        "multiplies 'A', which has one value for every g, by",
        r"over=\(g, Z\)",
    ),
    "inits by name": (
        lambda: Intercepts.fit(base(), inits="zero", engine="stanli", progress=False),
        "the setting inits is 'zero'",
        "",
    ),
}


@pytest.mark.parametrize(("make", "found", "way_out"), CASES.values(), ids=CASES)
def test_what_people_write_leads_to_what_they_mean(
    make: Callable[[], object], found: str, way_out: str
) -> None:
    with pytest.raises(sl.StanlevelsError) as error:
        make()
    assert found in error.value.found
    assert re.search(way_out, error.value.way_out)


def test_names_that_are_absent_are_absent_for_python_too() -> None:
    assert not hasattr(sl, "Flat")
    assert not hasattr(sl, "__wrapped__")
    with pytest.raises(NameError):
        random_walk()


def test_names_from_around_a_class_body_are_found() -> None:
    local_sd = 2.0

    class Around(sl.Model):
        a = sl.Normal(0, local_sd)
        y = sl.Normal(a, abs(-1.0), observed=True)

    assert Around.bind({"y": [1.0]}).program


def test_numbers_of_numpy_are_numbers() -> None:
    for made in (np.float64(2) * A, A / np.int64(3), np.float32(2) - A, np.float64(2) ** A):
        assert define(y=sl.Normal(made, 1, observed=True))


def test_a_table_without_rows_says_where_to_look() -> None:
    class Units(sl.Model):
        g = sl.Level()
        A = sl.Normal(0, 1, over=g)
        y = sl.Normal(A, 1, observed=True)

    assert str(Units.fit(base(), "reml").summary()).endswith("every quantity has units: see effects('A')")


def test_effects_over_rows_carry_the_labels_to_join_by() -> None:
    class Named(sl.Model):
        g = sl.Level()
        a = sl.Normal()
        sd = sl.HalfNormal()
        noise = sl.HalfNormal()
        A = sl.Normal(a, sd, over=g)
        mu = A + 0.5 * sl.data("x")
        y = sl.Normal(mu, noise, observed=True)

    table = Named.fit(base(), "reml").effects("mu")
    assert table["g"].tolist() == base()["g"].tolist()
    assert table["row"].tolist() == list(range(60))


@pytest.mark.parametrize(
    "roles", ["A", [("A", "parameter")], {"A": None}, {"sd": [1, 2]}, {"sd": np.ones(2)}]
)
def test_roles_that_are_none_say_what_a_role_is(roles: Any) -> None:
    with pytest.raises(
        sl.DeclarationError, match=r"expected: +a (mapping from names|number, a distribution)"
    ):
        Intercepts.bind(base(), roles=roles)


@pytest.mark.parametrize("level", ["0.9", None, [0.5, 0.9]])
def test_a_level_of_intervals_that_is_no_number_is_refused(level: Any) -> None:
    fit = Intercepts.fit(base(), "mle")
    for table in (fit.summary, lambda level: fit.effects("A", level=level)):
        with pytest.raises(sl.FitError, match="a number between 0 and 1"):
            table(level=level)


def test_names_that_are_no_names_are_refused() -> None:
    fit = Intercepts.fit(base(), "mle")
    with pytest.raises(sl.FitError, match="the names of quantities are 3"):
        fit.summary(3)
    for names in (["A"], {"A"}, None, np.array(["A"])):
        with pytest.raises(sl.FitError, match="the name of one quantity: one of 'A'"):
            fit.effects(names)


@pytest.mark.parametrize(("start", "words"), [("x", "a number, or an array"), (np.nan, "finite numbers")])
def test_starting_values_that_are_no_numbers_are_refused(start: Any, words: str) -> None:
    with pytest.raises(sl.FitError, match=words):
        Intercepts.fit(base(), engine="stanli", progress=False, inits={"noise": start})


@pytest.mark.parametrize("name", ["prior_only", "sample_prior"])
def test_draws_from_the_priors_alone_are_refused_with_where_priors_are_shown(name: str) -> None:
    setting: dict[str, Any] = {name: True}
    with pytest.raises(sl.FitError, match=r"none draws from the priors alone; bound\.priors shows them"):
        Intercepts.bind(base()).fit("nuts", **setting)


def test_a_program_is_shown_line_by_line_in_a_notebook() -> None:
    code = Intercepts.bind(base()).stan_code
    assert isinstance(code, str)
    assert code._repr_html_().startswith('<pre class="stan">')
    assert pickle.loads(pickle.dumps(code)) == code


@pytest.mark.parametrize(
    ("inits", "words"),
    [
        ([1], "inits is"),
        ({"sd": -1}, "'sd' -1"),
        ({"noise": [0.5, 1]}, "shape"),
        ({"A": 1}, "integrated out"),
    ],
)
def test_starting_values_that_a_quantity_cannot_have_are_refused(inits: Any, words: str) -> None:
    with pytest.raises(sl.StanlevelsError, match=words) as error:
        Intercepts.fit(base(), inits=inits, chains=1, engine="stanli", progress=False)
    assert error.value.expected


@pytest.mark.parametrize("name", ["draws", "warmup", "chains", "max_depth"])
def test_numbers_of_draws_that_no_program_counts_to_are_refused(name: str) -> None:
    settings: dict[str, Any] = {name: 10**12}
    with pytest.raises(sl.EngineError, match=f"the setting {name}") as error:
        Intercepts.fit(base(), engine="stanli", progress=False, **settings)
    assert "at most" in error.value.expected


EMPTY_NAMES = {
    "data": lambda name: sl.data(name),
    "covariates": lambda name: sl.covariates("x", name),
    "level": lambda name: sl.Level(name),
    "observed": lambda name: sl.Normal(0, 1, observed=name),
    "one of several observed": lambda name: sl.Normal(0, 1, observed=["y", name]),
    "weights": lambda name: sl.Normal(0, 1, observed=True, weights=name),
}


@pytest.mark.parametrize("name", ["", "a\0b", "a\ud800"])
@pytest.mark.parametrize("make", EMPTY_NAMES.values(), ids=EMPTY_NAMES)
def test_columns_without_a_name_are_refused_where_they_are_written(make: Any, name: str) -> None:
    with pytest.raises(sl.DeclarationError, match="is ") as error:
        make(name)
    assert error.value.expected


def test_pooling_takes_names_as_summaries_do() -> None:
    fit = Intercepts.fit(base(), "reml")
    assert fit.pooling("A").equals(fit.pooling())
    assert list(fit.pooling(["A"])["quantity"]) == ["A"]
    with pytest.raises(sl.FitError, match="'zz'") as error:
        fit.pooling("zz")
    assert "'A'" in error.value.expected


def test_a_categorical_covariate_called_as_its_column_reads_by_its_categories() -> None:
    class Sites(sl.Model):
        site = sl.data("g", categorical=True)
        g = sl.data("g", categorical=True)
        b_site = sl.Normal(0, 1, over=site)
        b_g = sl.Normal(0, 1, over=g)
        noise = sl.HalfNormal(1)
        y = sl.Normal(b_site @ site + b_g @ g, noise, observed=True)

    axes = Sites.bind(base()).planned.axes
    assert axes["g"] == ("g1", "g2", "g3", "g4", "g5")
    assert axes["site"] == ("g[g1]", "g[g2]", "g[g3]", "g[g4]", "g[g5]")


def test_a_row_without_a_second_unit_says_what_to_write() -> None:
    class Match(sl.Model):
        team = sl.Level()
        home = sl.Level("h", of=team)
        away = sl.Level("w", of=team)
        s = sl.HalfNormal(1)
        S = sl.Normal(0, s, over=team)
        y = sl.Normal(S[home] - S[away], 1, observed=True)

    with pytest.raises(sl.DataError, match="'w' in 1") as error:
        Match.bind({"h": ["a", "b", "c"], "w": ["b", None, "a"], "y": [1.0, 2, 3]})
    assert "effect[away] * sl.data('has_away')" in error.value.way_out
