"""A fit of another model is no place to begin, and the message says what is other."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.passes.check_same import check_same

ROWS = {
    "school": ["a", "a", "b", "b"],
    "teacher": ["t", "u", "v", "t"],
    "x": np.arange(4.0),
    "y": [1, 2, 3, 4],
}


class Schools(sl.Model):
    school = sl.Level()
    teacher = sl.Level()
    mean = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    S = sl.Normal(mean, spread, over=school)
    noise = sl.HalfNormal(1)
    y = sl.Normal(S, noise, observed=True)


class WithSlope(Schools):
    slope = sl.Normal(0, 1)
    y = sl.Normal(Schools.S + slope * sl.data("x"), Schools.noise, observed=True)


class OverTeachers(Schools):
    S = sl.Normal(Schools.mean, Schools.spread, over=Schools.teacher)


class FreeNoise(Schools):
    noise = sl.Normal(0, 1)
    y = sl.Normal(Schools.S, sl.exp(noise), observed=True)


class Counts(Schools):
    noise = sl.HalfNormal(1)
    y = sl.Poisson(log=Schools.S, observed=True)


class OtherPriors(Schools):
    mean = sl.StudentT(3, 5, 10)
    spread = sl.Exponential(2)


def planned(model, **settings):
    return model.bind(ROWS, **settings).planned


def refusal(new, **settings):
    with pytest.raises(FitError) as caught:
        check_same(planned(Schools), planned(new, **settings))
    return str(caught.value)


def test_the_same_model_passes_and_so_do_other_priors():
    check_same(planned(Schools), planned(Schools))
    check_same(planned(Schools), planned(OtherPriors))


def test_quantities_that_one_of_the_two_does_not_have_are_named():
    assert "the earlier fit has no unknown 'slope'" in refusal(WithSlope)
    with pytest.raises(FitError, match="here there is no unknown 'slope'"):
        check_same(planned(WithSlope), planned(Schools))


def test_other_units_kinds_and_outcomes_are_named():
    assert "'S' is over teacher here, over school there" in refusal(OverTeachers)
    assert "'noise' is any real number here, a number of at least 0 there" in refusal(FreeNoise)
    assert "the outcome 'y' is Poisson(...) here, Normal(...) there" in refusal(Counts)


def test_other_roles_are_named_and_the_way_out_gives_them():
    found = refusal(Schools, roles={"S": "parameter"})
    assert "'S' has the role 'parameter' here, the role by default there" in found
    assert "leave roles= out here" in found


def test_a_known_number_in_place_of_an_unknown_is_a_difference():
    assert "here there is no unknown 'spread'" in refusal(Schools, roles={"spread": 0.5})
