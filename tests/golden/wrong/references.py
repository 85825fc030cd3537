"""What lines refer to, and models that override lines."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases

wrong = Cases()


@wrong
def a_distribution_without_a_name():
    class M(sl.Model):
        y = sl.Normal(sl.Normal(0, 1), 1, observed=True)


@wrong
def a_level_without_a_name():
    class M(sl.Model):
        a = sl.Normal(0, 1, over=sl.Level("g"))


@wrong
def covariates_without_a_name():
    class M(sl.Model):
        b = sl.Normal(0, 1, over=sl.covariates("x"))


@wrong
def a_quantity_of_another_model():
    class Other(sl.Model):
        a = sl.Normal(0, 1)

    class M(sl.Model):
        y = sl.Normal(Other.a, 1, observed=True)


@wrong
def a_circle_by_overriding():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = sl.Normal(a, 1)

    class Circle(M):
        a = sl.Normal(M.b, 1)


@wrong
def levels_in_a_circle_by_overriding():
    class M(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)

    class Circle(M):
        school = sl.Level(within=M.room)


@wrong
def a_level_overridden_by_a_quantity():
    class M(sl.Model):
        g = sl.Level()
        a = sl.Normal(0, 1, over=g)

    class Other(M):
        g = sl.Normal(0, 1)


@wrong
def a_quantity_overridden_by_a_level():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        y = sl.Normal(a, 1, observed=True)

    class Other(M):
        a = sl.Level("g")


@wrong
def covariates_overridden_by_an_index():
    class M(sl.Model):
        X = sl.covariates("x")
        b = sl.Normal(0, 1, over=X)
        y = sl.Normal(b @ X, 1, observed=True)

    class Other(M):
        X = sl.Index(["x"])


@wrong
def a_road_to_a_road():
    class M(sl.Model):
        team = sl.Level()
        home = sl.Level(of=team)
        host = sl.Level(of=home)
