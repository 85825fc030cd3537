"""Quantities over units that their line cannot reach: the pass `place`."""

import stanlevels as sl
from tests.golden.wrong.cases import Cases, bind, observed

wrong = Cases()


@wrong
def a_level_that_does_not_determine_another():
    g, h = sl.Level(), sl.Level()
    a = sl.Normal(0, 1, over=h)
    b = sl.Normal(a, 1, over=g)
    bind({"g": g, "h": h, "a": a, "b": b, "y": observed(b)}, h=["u", "v", "w"])


@wrong
def a_scalar_that_uses_units():
    g = sl.Level()
    a = sl.Normal(0, 1, over=g)
    b = sl.Normal(a, 1)
    bind({"g": g, "a": a, "b": b, "y": observed(b)})


@wrong
def a_scalar_that_uses_a_column():
    b = sl.Normal(sl.data("x"), 1)
    bind({"b": b, "y": observed(b)})


@wrong
def over_a_road():
    team = sl.Level("g")
    home = sl.Level("h", of=team)
    a = sl.Normal(0, 1, over=home)
    bind({"team": team, "home": home, "a": a, "y": observed(a)}, h=["a", "b", "a"])


@wrong
def over_rows_and_a_level():
    g = sl.Level()
    bind({"g": g, "a": sl.Normal(0, 1, over=(sl.rows, g)), "y": observed()})


@wrong
def a_road_to_other_units():
    g, h = sl.Level(), sl.Level()
    a = sl.Normal(0, 1, over=g)
    bind({"g": g, "h": h, "a": a, "y": observed(a[h])}, h=["u", "v", "w"])


@wrong
def a_road_for_a_scalar():
    g = sl.Level()
    a = sl.Normal(0, 1)
    bind({"g": g, "a": a, "y": observed(a[g])})


@wrong
def a_component_that_is_not_there():
    k = sl.Index(["low", "high"])
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "a": a, "y": observed(a["mid"])})


@wrong
def a_component_of_a_scalar():
    a = sl.Normal(0, 1)
    bind({"a": a, "y": observed(a[0])})


@wrong
def components_where_a_number_is_needed():
    k = sl.Index(2)
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "a": a, "y": observed(a)})


@wrong
def components_of_two_kinds():
    k, j = sl.Index(2), sl.Index(3)
    a, b = sl.Normal(0, 1, over=k), sl.Normal(0, 1, over=j)
    bind({"k": k, "j": j, "a": a, "b": b, "c": a + b, "y": observed()})


@wrong
def coefficients_over_other_covariates():
    X, Z = sl.covariates("x"), sl.covariates("y")
    b = sl.Normal(0, 1, over=X)
    bind({"X": X, "Z": Z, "b": b, "y": observed(b @ Z)})


@wrong
def arithmetic_with_a_correlation():
    r = sl.LKJCholesky(2, dim=2)
    bind({"r": r, "y": observed(r * 2)})


@wrong
def a_component_of_a_correlation():
    r = sl.LKJCholesky(2, dim=2)
    bind({"r": r, "y": observed(r[0])})


@wrong
def components_in_a_list():
    k, r = sl.Index(2), sl.LKJCholesky(2)
    a = sl.Normal(0, 1, over=k)
    bind({"k": k, "r": r, "a": a, "B": sl.MultiNormal([a, a], [1, 1], r), "y": observed()})


@wrong
def a_vector_over_two_indexes():
    k, j = sl.Index(2), sl.Index(3)
    bind({"k": k, "j": j, "p": sl.Dirichlet(1, over=(k, j)), "y": observed()})
