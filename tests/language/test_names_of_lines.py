"""Names of lines: one per declaration, odd ones through `define`, verbs refused."""

# mypy: disable-error-code="assignment"
# what is wrong here is wrong on purpose

import inspect

import pytest
import stanli

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.errors import DeclarationError
from stanlevels.language.metaclass import RESERVED


def test_a_class_body_becomes_a_graph_in_its_order():
    class M(sl.Model):
        """A title.

        And more.
        """

        g = sl.Level("group")
        a = sl.Normal(0, 1)
        b = sl.Normal(a, 1, over=g)

    assert list(M.graph().nodes) == ["g", "a", "b"]
    assert M.graph().name == "M"
    assert M.graph().doc == "A title.\n\nAnd more."


def test_what_is_no_declaration_stays_an_ordinary_attribute():
    class M(sl.Model):
        unit = "metres"
        a = sl.Normal(0, 1)

        def helper(self):
            return 1

    assert list(M.graph().nodes) == ["a"]
    assert M.unit == "metres"


def test_a_declaration_is_an_attribute_of_the_class():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    assert type(M.a).__name__ == "Variable"


def test_the_rows_can_be_named_in_the_body_without_becoming_a_line():
    class M(sl.Model):
        each = sl.rows
        e = sl.Normal(0, 1, over=each)

    assert list(M.graph().nodes) == ["e"]


def test_a_duplicate_is_refused_at_its_line_also_in_a_loop():
    with pytest.raises(DeclarationError, match="'a' is declared twice in M"):

        class M(sl.Model):
            for _ in range(2):
                a = sl.Normal(0, 1)


def test_a_declaration_cannot_be_replaced_by_a_number_in_the_same_body():
    with pytest.raises(DeclarationError, match="declared twice"):

        class M(sl.Model):
            a = sl.Normal(0, 1)
            a = 3  # noqa: PIE794


def test_errors_in_a_class_body_are_ours_and_not_wrapped():
    """Python 3.11 wraps errors of __set_name__ in a RuntimeError; the metaclass avoids that."""
    with pytest.raises(DeclarationError) as caught:

        class M(sl.Model):
            predict = sl.Normal(0, 1)

    assert caught.value.__cause__ is None


@pytest.mark.parametrize("verb", sorted(RESERVED))
def test_a_verb_of_model_is_refused_as_a_name(verb):
    with pytest.raises(DeclarationError, match="a name that Model itself uses"):
        sl.Model.define("M", {verb: sl.Normal(0, 1)})


def test_every_public_name_of_model_is_reserved():
    public = {name for name in dir(sl.Model) if not name.startswith("_")}
    assert public <= RESERVED


def test_the_verbs_named_in_the_decisions_are_reserved():
    """Decision 13."""
    named = "bind fit plan priors roles graph simulate check predict stan_code stan_data define"
    assert set(named.split()) <= RESERVED


@pytest.mark.parametrize(
    "name",
    [
        "a.b",
        "two words",
        "größe",
        "class",
        "1a",
        "lp__",
        "?",
        "日本",
        "*/ }",
        'q"',
        "a\nb",
        "\ue000",
        "T",
        "N",
        "k",
        "n",
        "rows",
        "mro",
        "<b",
    ],
)
def test_define_takes_any_text_as_a_name_and_the_program_still_compiles(name):
    odd = sl.Normal(0, 1)
    bound = sl.Model.define("M", {name: odd, "y": sl.Normal(odd, 1, observed=True)}).bind({"y": [1.0, 2.0]})
    density, _ = stanli.Model(stan_code=bound.stan_code, data=bound.stan_data).log_prob_grad([0.3])
    # Three standard normal deviates: 0.3, 0.7 and 1.7.
    assert density == pytest.approx(-1.5 * 1.8378770664093453 - (0.3**2 + 0.7**2 + 1.7**2) / 2)
    assert name in bound.rendered.sources.values()
    assert list(bound.program.outputs) == [name]


def test_a_name_that_stan_cannot_have_is_reported():
    odd = sl.Normal(0, 1)
    bound = sl.Model.define("M", {"class": odd, "y": sl.Normal(odd, 1, observed=True)}).bind({"y": [1.0]})
    assert ("class", "is called 'class_' in Stan") in [(r.subject, r.decision) for r in bound.plan.records]
    assert "class" in str(bound.plan)


def test_a_name_that_stan_can_have_is_kept_and_not_reported():
    mu = sl.Normal(0, 1)
    bound = sl.Model.define("M", {"mu": mu, "y": sl.Normal(mu, 1, observed=True)}).bind({"y": [1.0]})
    assert "real mu;" in bound.stan_code
    assert not [r for r in bound.plan.records if r.step == "program"]


@pytest.mark.parametrize("name", ["", "  ", "\t"])
def test_a_name_without_letters_is_refused(name):
    with pytest.raises(DeclarationError, match="a name with at least one letter"):
        sl.Model.define("M", {name: sl.Normal(0, 1)})


def test_the_model_itself_may_have_any_name():
    mu = sl.Normal(0, 1)
    M = sl.Model.define(
        "my */ model\n}", {"mu": mu, "y": sl.Normal(mu, 1, observed=True)}, doc="Line 1\n*/ }"
    )
    bound = M.bind({"y": [1.0]})
    assert stanli.Model(stan_code=bound.stan_code, data=bound.stan_data).n_unconstrained == 1


def test_define_says_the_same_as_a_class_body():
    class Body(sl.Model):
        """Words."""

        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)

    a = sl.Normal(0, 1)
    defined = sl.Model.define("Body", {"a": a, "y": sl.Normal(a, 1, observed=True)}, doc="Words.")
    assert defined.graph() == Body.graph()


def test_define_on_a_model_inherits_from_it():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    Larger = M.define("Larger", {"y": sl.Normal(M.a, 1, observed=True)})
    assert list(Larger.graph().nodes) == ["a", "y"]


def test_the_verbs_of_bound_models_have_docstrings_with_parameters():
    for verb in (sl.Model.bind, sl.Model.fit, sl.Model.priors, sl.Model.define, BoundModel.fit):
        text = inspect.getdoc(verb)
        assert text is not None
        assert "Parameters\n" in text
        assert "Returns\n" in text


def test_a_distribution_without_parentheses_is_refused():
    with pytest.raises(DeclarationError, match=r"'mu' of Forgotten is the distribution Normal itself"):

        class Forgotten(sl.Model):
            mu = sl.Normal
            y = sl.Normal(0, 1, observed=True)


def test_a_name_that_no_file_can_hold_is_refused():
    with pytest.raises(DeclarationError, match=r"a name in M is .* whose character 1 stands for nothing"):
        sl.Model.define("M", {"a\ud800": sl.Normal(0, 1)})
    with pytest.raises(DeclarationError, match=r"the column of sl.data is .* whose character 0"):
        sl.data("\udfff")


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"], ids=["character 0", "half a pair"])
@pytest.mark.parametrize(
    "declare",
    [
        lambda text: sl.Model.define(text, {"a": sl.Normal(0, 1)}),
        lambda text: sl.Model.define("M", {text: sl.Normal(0, 1)}),
        lambda text: sl.data(text),
        lambda text: sl.Level(text),
    ],
    ids=["model", "line", "column", "level"],
)
def test_text_that_no_program_can_hold_is_refused(declare, text):
    with pytest.raises(DeclarationError, match="character"):
        declare(text)
