"""Calls of the language that Python would refuse in its own words."""

import pytest

import stanlevels as sl
from stanlevels.language.messages.calls import WrongCall

SCHOOL = sl.Level()

CALLS = {
    "a misspelt argument": (lambda: sl.effects(1, ovr=SCHOOL), "sl.effects has no argument 'ovr'", "over="),
    "another package's": (lambda: sl.effects(1, group=SCHOOL), "no argument 'group'", "over="),
    "a prior of effects": (lambda: sl.effects(1, over=SCHOOL, sds=[1]), "no argument 'sds'", "sd="),
    "an axis of covariates": (lambda: sl.covariates("x", over=SCHOOL), "sl.covariates has no", ""),
    "an order that is misspelt": (lambda: sl.interactions("x", "z", ordr=2), "no argument 'ordr'", "order="),
    "a scale": (lambda: sl.standardize("x", scale=False), "sl.standardize has no argument 'scale'", ""),
    "a centre by two": (lambda: sl.center("x", "z"), "sl.center: too many positional arguments", ""),
    "a mean of no level": (lambda: sl.mean("x"), "sl.mean: missing a required", ""),
    "a degree by another name": (lambda: sl.polynomial("x", degre=2), "no argument 'degre'", "degree="),
}


@pytest.mark.parametrize("called", CALLS)
def test_a_call_that_does_not_fit_is_told_in_words(called):
    call, found, way_out = CALLS[called]
    with pytest.raises(WrongCall) as caught:
        call()
    assert isinstance(caught.value, TypeError)
    assert found in str(caught.value)
    assert way_out in caught.value.way_out
    assert "expected: sl." in str(caught.value)
