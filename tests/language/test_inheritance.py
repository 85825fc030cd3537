"""Inheritance: lines refer to each other by name, so an overriding line holds everywhere."""

# mypy: disable-error-code="assignment"
# lines may be overridden by lines of another kind

import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError
from stanlevels.graph import Number, Ref


class Apps(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    overall = sl.Normal(0.9, 0.5)
    app_sd = sl.HalfNormal(0.5)
    P = sl.Normal(overall, 0.3, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    reliability = sl.Normal(A, 0.1, observed=True)


def arg(model, line, name):
    return dict(model.graph().variables[line].args)[name]


def test_a_subclass_has_the_lines_of_its_parent_first():
    class More(Apps):
        extra = sl.Normal(0, 1)

    assert list(More.graph().nodes) == [*Apps.graph().nodes, "extra"]


def test_an_overriding_line_holds_wherever_its_name_is_used():
    class Wide(Apps):
        app_sd = sl.HalfNormal(5)

    assert arg(Wide, "app_sd", "sigma") == Number(5)
    assert arg(Wide, "A", "sigma") == Ref("app_sd")


def test_an_overriding_line_keeps_its_place_in_the_order():
    class Wide(Apps):
        app_sd = sl.HalfNormal(5)

    assert list(Wide.graph().nodes) == list(Apps.graph().nodes)


def test_the_parent_stays_as_it_was():
    class Wide(Apps):
        app_sd = sl.HalfNormal(5)

    assert arg(Apps, "app_sd", "sigma") == Number(0.5)


def test_lines_of_the_parent_are_used_through_its_name_as_in_the_design():
    class WithPrice(Apps):
        b = sl.Normal(0, 1)
        A = sl.Normal(Apps.P + b * sl.data("price"), Apps.app_sd, over=Apps.app)

    assert "price" in repr(arg(WithPrice, "A", "mu"))
    assert arg(WithPrice, "reliability", "mu") == Ref("A")


def test_an_overridden_object_still_means_its_name_three_classes_on():
    class First(Apps):
        app_sd = sl.HalfNormal(1)

    class Second(First):
        app_sd = sl.HalfNormal(2)

    class Third(Second):
        B = sl.Normal(0, Apps.app_sd)
        C = sl.Normal(0, First.app_sd)

    assert arg(Third, "B", "sigma") == arg(Third, "C", "sigma") == Ref("app_sd")
    assert arg(Third, "app_sd", "sigma") == Number(2)


def test_two_parents_give_their_lines_and_the_first_one_wins():
    class Left(Apps):
        app_sd = sl.HalfNormal(1)

    class Right(Apps):
        app_sd = sl.HalfNormal(2)
        extra = sl.Normal(0, 1)

    class Both(Left, Right):
        pass

    assert arg(Both, "app_sd", "sigma") == Number(1)
    assert "extra" in Both.graph()


def test_parents_that_know_nothing_of_each_other_can_be_joined():
    class Other(sl.Model):
        device = sl.Level()
        D = sl.Normal(0, 0.2, over=device)

    class Joined(Apps, Other):
        reliability = sl.Normal(Apps.A + Other.D, 0.1, observed=True)

    assert set(Joined.graph().levels) == {"publisher", "app", "device"}


def test_one_object_under_two_names_of_two_parents_is_refused():
    class Left(sl.Model):
        a = sl.Normal(0, 1)

    class Right(sl.Model):
        b = Left.a

    with pytest.raises(DeclarationError, match="one declaration under two names"):

        class Both(Left, Right):
            pass


def test_an_inherited_declaration_cannot_get_a_second_name():
    with pytest.raises(DeclarationError, match="two names"):

        class More(Apps):
            B = Apps.A


def test_a_circle_closed_by_overriding_is_named():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = sl.Normal(a, 1)
        c = sl.Normal(b, 1)

    with pytest.raises(DeclarationError, match="circle: a -> c -> b -> a"):

        class Circle(M):
            a = sl.Normal(M.c, 1)


def test_a_line_that_overrides_itself_by_itself_is_a_circle():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    with pytest.raises(DeclarationError, match="circle: a -> a"):

        class Circle(M):
            a = sl.exp(M.a)


def test_a_named_expression_can_be_overridden_by_a_distribution():
    class M(sl.Model):
        g = sl.Normal(0, 1)
        noise = sl.exp(g)
        y = sl.Normal(0, noise, observed=True)

    class Free(M):
        noise = sl.HalfNormal(1)

    assert arg(Free, "y", "sigma") == Ref("noise")
    assert "noise" in Free.graph().latent


def test_a_level_can_be_overridden_by_one_with_another_column():
    class M(Apps):
        app = sl.Level("application", within=Apps.publisher)

    assert M.graph().levels["app"].column == "application"
    assert M.graph().levels["app"].within == "publisher"
    assert M.graph().variables["A"].over == ("app",)


def test_a_constant_can_stand_where_a_distribution_stood():
    class Fixed(Apps):
        app_sd = sl.Constant(0.2)

    assert "app_sd" not in Fixed.graph().latent
    data = {"publisher": ["p", "p"], "app": ["a", "b"], "reliability": [0.9, 0.8]}
    assert "app_sd" not in Fixed.bind(data).stan_code.split("parameters {")[1].split("}")[0]
