"""Settings that a method does not use are refused, and those that it uses keep their defaults."""

import pytest

from stanlevels import FitError
from stanlevels.engines import Settings
from stanlevels.estimation.bayes.approximation import APPROXIMATIONS
from stanlevels.estimation.point.methods import POINT_METHODS
from stanlevels.estimation.settings import SETTINGS, settings_of

VALUES = {name: 1 for own in SETTINGS.values() for name in own}
STRANGE = [(method, name) for method, own in SETTINGS.items() for name in VALUES if name not in own]


def test_every_method_has_its_settings():
    assert set(SETTINGS) == {"nuts", *POINT_METHODS, *APPROXIMATIONS}


@pytest.mark.parametrize(("method", "name"), STRANGE)
def test_a_setting_of_another_method_is_refused_with_its_owner(method, name):
    with pytest.raises(
        FitError, match=rf"takes no {name}\s+expected: .*progress\s+way out:  {name}= belongs to"
    ):
        settings_of(method, {name: VALUES[name]})


@pytest.mark.parametrize("method", SETTINGS)
def test_what_is_not_given_has_its_default(method):
    assert settings_of(method, dict.fromkeys(VALUES)) == SETTINGS[method]


def test_the_sampler_has_the_defaults_of_every_run():
    run, own = Settings(), SETTINGS["nuts"]
    of_the_run = [
        name for name in own if name not in ("engine", "seed", "record", "start", "warmup", "target_accept")
    ]
    assert {name: getattr(run, name) for name in of_the_run} == {name: own[name] for name in of_the_run}
    assert own["warmup"] is own["target_accept"] is None  # the planner decides


def test_what_another_package_calls_a_setting_is_told_with_the_methods_that_have_it():
    with pytest.raises(FitError, match="cores= is called parallel="):
        settings_of("nuts", {"cores": 2})
    with pytest.raises(FitError, match=r"cores= is called parallel=, which belongs to method='nuts'"):
        settings_of("reml", {"cores": 2})
