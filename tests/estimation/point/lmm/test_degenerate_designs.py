"""Whatever the design: no error but ours, no warning, no number without a word, no ridge called a maximum."""

import warnings

import numpy as np
import pytest

from stanlevels.errors import InternalError, StanlevelsError
from tests.estimation.point.lmm.designs import MODELS, Correlated, confounded, design, roles

METHODS = ("ols", "mle", "reml", "em", "penalised")
ALWAYS = ("priors of parameters", "the units of", "left out", "nothing is known", "y: counts")


def fitted(model, data, method):
    """The fit, or the error that refused it in words."""
    settings = {"ols": {"roles": roles(model)}, "em": {"max_steps": 400}, "penalised": {"priors": True}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            fit = model.fit(data, "mle" if method == "penalised" else method, **settings.get(method, {}))
            for name in roles(model):
                fit.effects(name)
            fit.pooling()
            assert repr(fit)
        except InternalError:
            raise
        except StanlevelsError as error:
            return error
    return fit


def unexplained(fit):
    """Numbers that are not finite, or intervals that say nothing, though no note says why."""
    notes = [note for note in fit.notes if not note.startswith(ALWAYS)]
    if notes[fit.method != "ols" :] or (notes and not notes[0].startswith("converged")):
        return []
    table = fit.summary()
    table = table[table.role == "parameter"]
    numbers = table[["estimate", "se", "lower", "upper"]].to_numpy(dtype=float)
    inside = (table.lower <= table.estimate) & (table.estimate <= table.upper)
    return table.index[~np.isfinite(numbers).all(axis=1) | ~inside].tolist()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("method", METHODS)
def test_a_degenerate_design_ends_in_finite_numbers_or_in_words(method, seed):
    """Seeds are fixed: the same 12 designs each time."""
    r = np.random.default_rng(100 * seed + 17)
    for _ in range(12):
        model, data = MODELS[int(r.integers(len(MODELS)))], design(r)
        fit = fitted(model, data, method)
        if isinstance(fit, StanlevelsError):
            assert fit.expected or fit.way_out, fit
            continue
        assert not unexplained(fit), (model.__name__, data.to_dict("list"), fit.notes)
        if method not in ("ols", "penalised") and model is not Correlated and (data.w == 1).all():
            told = fit.notes[0].startswith("the maximum is not unique")
            sds = fit.summary()["estimate"].filter(like="sd")
            if confounded(model, data, sds.index[sds > 0], method == "reml"):
                assert not fit.notes[0].startswith("converged"), (model.__name__, data.to_dict("list"))
            if len(data) > 5 and not confounded(model, data, sds.index, method == "reml"):
                assert not told, (model.__name__, data.to_dict("list"), fit.notes)
