"""Settings and methods by the names of other packages, or misspelt."""

from __future__ import annotations

from typing import Any

import pytest

from stanlevels.errors import FitError
from stanlevels.estimation.settings import SETTINGS, settings_of

CALLED = {
    "iter": "iter= is called warmup= and draws=",
    "samples": "samples= is called draws=",
    "n_samples": "n_samples= is called draws=",
    "nchains": "nchains= is called chains=",
    "cores": "cores= is called parallel=",
    "tune": "tune= is called warmup=",
    "adapt_delta": "adapt_delta= is called target_accept=",
    "random_seed": "random_seed= is called seed=",
    "verbose": "verbose= is called progress=",
    "backend": "backend= is called engine=",
    "sampler": "sampler= is called method=",
    "draw": "did you mean draws=?",
    "chian": "did you mean chain",
    "thin": "every draw is kept",
    "control": "target_accept=",
    "prior": "priors stand in the model",
    "family": "it stands in the model",
    "data": "the data come first",
    "REML": "write method='reml'",
    "tolerance": "tolerance= belongs to method='em'",
    "priors": "priors= belongs to method='mle'",
}


@pytest.mark.parametrize(("name", "words"), CALLED.items())
def test_a_setting_that_a_method_does_not_take_is_told_what_it_is_called(name: str, words: str) -> None:
    with pytest.raises(FitError, match=f"method='nuts' takes no {name}") as caught:
        settings_of("nuts", {name: 3})
    assert words in caught.value.way_out


def test_what_another_method_calls_otherwise_is_told_both() -> None:
    with pytest.raises(FitError) as caught:
        settings_of("mle", {"tune": 3})
    assert caught.value.way_out == "tune= is called warmup=, which belongs to method='nuts'"


METHODS: dict[Any, str] = {
    "nutss": "'nuts'",
    "MLE": "'mle'",
    "sample": "'nuts'",
    "lmer": "'mle'",
    "REML": "'reml'",
    "vi": "'advi'",
    "lm": "'ols'",
    "y ~ x": "sl.formula(",
    dict: "data come first",
}


@pytest.mark.parametrize(("method", "words"), METHODS.items(), ids=str)
def test_a_method_that_there_is_not_names_the_nearest(method: Any, words: str) -> None:
    with pytest.raises(FitError, match="is not known") as caught:
        settings_of(method, {})
    assert words in caught.value.way_out
    assert all(repr(known) in caught.value.expected for known in SETTINGS)
