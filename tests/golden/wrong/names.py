"""Names and lines."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases

wrong = Cases()


@wrong
def a_name_declared_twice():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        a = sl.Normal(0, 2)  # noqa: PIE794


@wrong
def one_declaration_with_two_names():
    class M(sl.Model):
        a = sl.Normal(0, 1)
        b = a


@wrong
def one_declaration_inherited_under_two_names():
    class First(sl.Model):
        a = sl.Normal(0, 1)

    class Second(sl.Model):
        b = First.a

    class Both(First, Second):
        pass


@wrong
def a_verb_of_model():
    class M(sl.Model):
        fit = sl.Normal(0, 1)


@wrong
def an_empty_name():
    sl.Model.define("M", {"": sl.Normal(0, 1)})


@wrong
def two_leading_underscores():
    sl.Model.define("M", {"__a": sl.Normal(0, 1)})


@wrong
def angle_brackets():
    sl.Model.define("M", {"<rows>": sl.Level()})


@wrong
def a_line_that_is_no_declaration():
    sl.Model.define("M", {"a": 3})


@wrong
def a_number_over_an_inherited_line():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    class Other(M):
        a = 3


@wrong
def a_line_assigned_later():
    class M(sl.Model):
        a = sl.Normal(0, 1)

    M.b = sl.Normal(0, 1)
