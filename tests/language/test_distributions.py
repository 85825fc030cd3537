"""Distributions as callables: arguments by position and by name, and the flags of a line."""

import doctest
import inspect
import pickle
import pydoc

import pytest

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError

# Arguments in the order of Stan's functions reference (decision 14), with the alternatives of design.md.
ARGUMENTS = {
    "Normal": ("mu", "sigma"),
    "StudentT": ("nu", "mu", "sigma"),
    "Cauchy": ("mu", "sigma"),
    "Laplace": ("mu", "sigma"),
    "Logistic": ("mu", "sigma"),
    "LogNormal": ("mu", "sigma"),
    "Gamma": ("alpha", "beta"),
    "InverseGamma": ("alpha", "beta"),
    "Exponential": ("beta",),
    "Weibull": ("alpha", "sigma"),
    "SkewNormal": ("mu", "sigma", "alpha"),
    "ExGaussian": ("mu", "sigma", "tau"),
    "AsymmetricLaplace": ("mu", "sigma", "quantile"),
    "Gumbel": ("mu", "sigma"),
    "InverseGaussian": ("mu", "shape"),
    "LogLogistic": ("alpha", "beta"),
    "Gompertz": ("shape", "rate"),
    "VonMises": ("mu", "kappa"),
    "Pareto": ("y_min", "alpha"),
    "GeneralizedPareto": ("mu", "sigma", "xi"),
    "GeneralizedExtremeValue": ("mu", "sigma", "xi"),
    "Frechet": ("alpha", "sigma"),
    "Tweedie": ("mu", "dispersion", "power"),
    "ShiftedLogNormal": ("mu", "sigma", "shift"),
    "Wiener": ("drift", "boundary", "delay", "bias"),
    "Beta": ("alpha", "beta"),
    "Uniform": ("alpha", "beta"),
    "HalfNormal": ("sigma",),
    "HalfCauchy": ("sigma",),
    "HalfStudentT": ("nu", "sigma"),
    "Bernoulli": ("theta",),
    "Binomial": ("trials", "theta"),
    "BetaBinomial": ("trials", "alpha", "beta"),
    "Poisson": ("rate",),
    "NegBinomial": ("mu", "shape"),
    "ConwayMaxwellPoisson": ("mu", "shape"),
    "GeneralizedPoisson": ("mu", "dispersion"),
    "Categorical": ("theta",),
    **dict.fromkeys(
        ("OrderedLogistic", "OrderedProbit", "StoppingRatio", "AdjacentCategories"), ("eta", "cutpoints")
    ),
    "Multinomial": ("trials", "theta"),
    "DirichletMultinomial": ("trials", "alpha"),
    "MultiNormal": ("mu", "sigma", "corr"),
    "MultiStudentT": ("nu", "mu", "sigma", "corr"),
    "LKJCholesky": ("eta",),
    "Dirichlet": ("alpha",),
}
VECTORS = {"MultiNormal", "MultiStudentT", "LKJCholesky", "Dirichlet"}
ALTERNATIVES: dict[str, dict[str, tuple[str, ...]]] = {
    "Gamma": {"log": ("log", "shape")},
    "Exponential": {"log": ("log",)},
    "InverseGaussian": {"log": ("log", "shape")},
    "Weibull": {"log": ("alpha", "log")},
    "LogLogistic": {"log": ("log", "beta")},
    "Gompertz": {"log": ("shape", "log")},
    "VonMises": {"tan_half": ("tan_half", "kappa")},
    "Beta": {"mean": ("mean", "concentration"), "logit": ("logit", "concentration")},
    "Bernoulli": {"logit": ("logit",)},
    "Binomial": {"logit": ("trials", "logit")},
    "BetaBinomial": {
        "mean": ("trials", "mean", "concentration"),
        "logit": ("trials", "logit", "concentration"),
    },
    "Poisson": {"log": ("log",)},
    "NegBinomial": {"log": ("log", "shape")},
    "ConwayMaxwellPoisson": {"log": ("log", "shape")},
    "GeneralizedPoisson": {"log": ("log", "dispersion")},
    "Frechet": {"log": ("alpha", "log")},
    "Tweedie": {"log": ("log", "dispersion", "power")},
    "Categorical": {"logit": ("logit",)},
    "Multinomial": {"logit": ("trials", "logit")},
    "DirichletMultinomial": {
        "mean": ("trials", "mean", "concentration"),
        "logit": ("trials", "logit", "concentration"),
    },
    "OrderedLogistic": {"scale": ("eta", "cutpoints", "scale")},
    "OrderedProbit": {"scale": ("eta", "cutpoints", "scale")},
    "StoppingRatio": {"probit": ("probit", "cutpoints"), "cloglog": ("cloglog", "cutpoints")},
}
COUNTS = {
    *("Bernoulli", "Binomial", "BetaBinomial", "Poisson", "NegBinomial", "Categorical"),
    *("OrderedLogistic", "OrderedProbit", "StoppingRatio", "AdjacentCategories"),
    *("Multinomial", "DirichletMultinomial", "ConwayMaxwellPoisson", "GeneralizedPoisson"),
}


def value(family, name, key=""):
    """Something that an argument may be given."""
    shape = FAMILIES[family].parameterization(key).parameter(name).support.shape
    if shape == "cholesky":
        return sl.LKJCholesky(2)
    return [0.5, 0.5] if shape in ("vector", "simplex") else 0.5


def test_the_table_has_the_distributions_of_the_design_and_no_others():
    assert set(FAMILIES) == set(ARGUMENTS)


@pytest.mark.parametrize("family", ARGUMENTS)
def test_positional_arguments_have_the_order_of_stan(family):
    names = ARGUMENTS[family]
    variable = getattr(sl, family)(*(value(family, n) for n in names))
    assert tuple(n for n, _ in variable.args) == names
    assert all(v is not None for _, v in variable.args)


@pytest.mark.parametrize("family", ARGUMENTS)
def test_arguments_may_be_named_in_any_order(family):
    names = ARGUMENTS[family]
    given = {n: value(family, n) for n in names}
    backwards = dict(reversed(given.items()))
    variable = getattr(sl, family)(**backwards)
    assert tuple(n for n, _ in variable.args) == names


@pytest.mark.parametrize("family", ARGUMENTS)
def test_every_argument_may_be_left_open(family):
    assert all(v is None for _, v in getattr(sl, family)().args)


@pytest.mark.parametrize(("family", "key"), [(f, k) for f, forms in ALTERNATIVES.items() for k in forms])
def test_an_alternative_is_chosen_by_its_key_and_takes_its_own_arguments(family, key):
    names = ALTERNATIVES[family][key]
    variable = getattr(sl, family)(**{n: value(family, n, key) for n in names})
    assert variable.parameterization == key
    assert tuple(n for n, _ in variable.args) == names


@pytest.mark.parametrize(("family", "key"), [(f, k) for f, forms in ALTERNATIVES.items() for k in forms])
def test_beside_the_key_the_other_arguments_may_be_positional(family, key):
    names = ALTERNATIVES[family][key]
    others = [n for n in names if n != key]
    variable = getattr(sl, family)(*(value(family, n, key) for n in others), **{key: value(family, key, key)})
    assert tuple(n for n, _ in variable.args) == names
    assert all(v is not None for _, v in variable.args)


@pytest.mark.parametrize("family", ARGUMENTS)
def test_the_alternatives_are_those_of_the_design(family):
    keys = {p.key: tuple(q.name for q in p.parameters) for p in FAMILIES[family].parameterizations if p.key}
    assert keys == ALTERNATIVES.get(family, {})


@pytest.mark.parametrize("family", ARGUMENTS)
def test_one_argument_too_many_is_refused(family):
    names = ARGUMENTS[family]
    with pytest.raises(DeclarationError, match=f"{len(names) + 1} positional arguments"):
        getattr(sl, family)(*(value(family, n) for n in names), 1)


@pytest.mark.parametrize("family", ARGUMENTS)
def test_an_unknown_argument_is_refused_with_the_known_ones(family):
    with pytest.raises(DeclarationError, match="no argument 'variance'") as caught:
        getattr(sl, family)(variance=1)
    assert all(name in caught.value.expected for name in ARGUMENTS[family])


@pytest.mark.parametrize("family", ARGUMENTS)
def test_an_argument_given_twice_is_refused(family):
    first = ARGUMENTS[family][0]
    with pytest.raises(DeclarationError, match="twice"):
        getattr(sl, family)(value(family, first), **{first: value(family, first)})


@pytest.mark.parametrize("family", [f for f, forms in ALTERNATIVES.items() if len(forms) > 1])
def test_two_parameterisations_at_once_are_refused(family):
    with pytest.raises(DeclarationError, match="at once"):
        getattr(sl, family)(**dict.fromkeys(ALTERNATIVES[family], 0.5))


INSTEAD = [f for f, forms in ALTERNATIVES.items() if set(ARGUMENTS[f]) - set(next(iter(forms.values())))]


@pytest.mark.parametrize("family", INSTEAD)
def test_a_standard_argument_beside_a_key_is_refused(family):
    key = next(iter(ALTERNATIVES[family]))
    mine = next(n for n in ARGUMENTS[family] if n not in ALTERNATIVES[family][key])
    with pytest.raises(DeclarationError, match=f"no argument '{mine}' beside {key}="):
        getattr(sl, family)(**{key: 0.5, mine: 0.5})


@pytest.mark.parametrize("family", ARGUMENTS)
def test_the_signature_shows_what_the_call_takes(family):
    shown = inspect.signature(getattr(sl, family)).parameters
    assert tuple(shown)[: len(ARGUMENTS[family])] == ARGUMENTS[family]
    assert {"over", "observed", "weights"} <= set(shown)
    assert ("centered" in shown) == (FAMILIES[family].location_scale is not None)
    assert ("ordered" in shown) == (family not in COUNTS | VECTORS)
    assert ("dim" in shown) == (family in ("LKJCholesky", "Dirichlet"))
    for names in ALTERNATIVES.get(family, {}).values():
        assert set(names) <= set(shown)


@pytest.mark.parametrize("family", ARGUMENTS)
def test_the_docstring_names_every_argument_and_its_example_runs(family):
    callable_ = getattr(sl, family)
    names = set(ARGUMENTS[family]).union(*ALTERNATIVES.get(family, {}).values())
    assert all(f"\n{name} : " in callable_.__doc__ for name in names)
    test = doctest.DocTestParser().get_doctest(callable_.__doc__, {}, family, None, 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
    assert len(test.examples) == 2


@pytest.mark.parametrize("family", sorted({f for f, row in FAMILIES.items() if row.location_scale}))
def test_a_location_scale_random_variable_takes_a_form(family):
    assert getattr(sl, family)(centered=False).centered is False
    with pytest.raises(DeclarationError, match="and data"):
        getattr(sl, family)(observed="y", centered=False)


@pytest.mark.parametrize("family", sorted({f for f, row in FAMILIES.items() if not row.location_scale}))
def test_no_other_distribution_takes_a_form(family):
    with pytest.raises(DeclarationError, match="location-scale family"):
        getattr(sl, family)(centered=True)


@pytest.mark.parametrize("family", sorted(COUNTS | VECTORS))
def test_only_latent_continuous_scalars_can_be_ordered(family):
    with pytest.raises(DeclarationError, match="ordered=True"):
        getattr(sl, family)(ordered=True)


@pytest.mark.parametrize("dim", [1, 0, -2, 2.0, True, "2"])
def test_dim_is_a_whole_number_of_at_least_two(dim):
    with pytest.raises(DeclarationError, match="at least 2"):
        sl.LKJCholesky(2, dim=dim)


@pytest.mark.parametrize("observed", [None, 3, [], ["y", 2], sl.data("y")], ids=repr)
def test_observed_is_true_or_names_columns(observed):
    with pytest.raises(DeclarationError, match="observed="):
        sl.Normal(0, 1, observed=observed)


def test_the_columns_that_are_observed_are_kept_by_name():
    lines = {
        "y": sl.Normal(0, 1, observed=True),
        "other": sl.Normal(0, 1, observed="column"),
        "share": sl.Dirichlet([1, 1], observed=["a", "b"]),
        "latent": sl.Normal(0, 1, observed=False),
    }
    variables = sl.Model.define("M", lines).graph().variables
    assert {n: v.observed for n, v in variables.items()} == {
        "y": ("y",),
        "other": ("column",),
        "share": ("a", "b"),
        "latent": (),
    }


@pytest.mark.parametrize("over", ["g", 3, [3], sl.Normal(0, 1), sl.data("g")], ids=repr)
def test_over_takes_axes_alone(over):
    with pytest.raises(DeclarationError, match="over="):
        sl.Normal(0, 1, over=over)


def test_over_takes_levels_indexes_covariates_and_rows_alone_or_together():
    g, k, X = sl.Level(), sl.Index(2), sl.covariates("x")
    lines = {
        "g": g,
        "k": k,
        "X": X,
        "a": sl.Normal(0, 1, over=g),
        "b": sl.Normal(0, 1, over=(g, k)),
        "c": sl.Normal(0, 1, over=[g, X]),
        "d": sl.Normal(0, 1, over=sl.rows),
    }
    over = {n: v.over for n, v in sl.Model.define("M", lines).graph().variables.items()}
    assert over == {"a": ("g",), "b": ("g", "k"), "c": ("g", "X"), "d": ("<rows>",)}


def test_a_list_stands_only_where_a_vector_is_wanted():
    with pytest.raises(DeclarationError, match="given a list"):
        sl.Normal([0, 1], 1)
    assert sl.MultiNormal([0, 1], [1, 1], sl.LKJCholesky(2)).args[0] == ("mu", (0, 1))


def test_an_array_of_numbers_stands_for_a_list():
    np = pytest.importorskip("numpy")
    assert sl.Dirichlet(np.array([1.0, 2.0])).args == (("alpha", (1.0, 2.0)),)


def test_the_callable_is_a_function_that_help_shows_as_it_is_written():
    shown = pydoc.render_doc(sl.Poisson, renderer=pydoc.plaintext)
    words = "Poisson(rate=None, *, log=None, over=None, observed=False, weights=None, missing=None"
    assert words.replace(" ", "") in "".join(shown.split())  # newer versions break long lines
    assert "log : expression or number, optional\n        Any real number, in place of `rate`." in shown


def test_the_callable_can_be_pickled():
    assert pickle.loads(pickle.dumps(sl.Normal)) is sl.Normal
