"""Quantities in the form in which a program samples them: the way back from values to parameters."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Between, Form, Moved, Standardised
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["in_form"]

_TINY = 1e-12
_FARTHEST = 6.0  # of a standardised number where its scale is next to nothing


def in_form(form: Form, line: Line, values: Values, data: Data) -> Array:
    """What stands for a quantity in a program.

    Parameters
    ----------
    form : Form
        In which it is sampled.
    line : Line
        That declares it.
    values : Values
        Of it, and of all that its line and its form use.
    data : Data
        The rows and units.

    Returns
    -------
    ndarray, (chains, draws, units, components)
        Of a correlation matrix its Cholesky factor, flat.
    """
    own = values.arrays[line.name]
    if line.is_correlation:
        size = round(np.sqrt(own.shape[-1]))
        square = own.reshape(*own.shape[:-1], size, size)
        return np.linalg.cholesky(square).reshape(own.shape)
    match form:
        case Standardised():
            return np.clip(_standardised(form, line, own, values, data), -_FARTHEST, _FARTHEST)
        case Moved(by=by):
            return own + evaluate(by, line.domain, values, data)
        case Between():
            return _between(form, line, own, values, data)
    return own


def _between(form: Between, line: Line, own: Array, values: Values, data: Data) -> Array:
    """``w (m + by) + (x - m) r^(w - 1)``; see `Between`."""
    arguments, w = arguments_of(line, values, data), form.weights
    m, r = arguments[form.location], np.maximum(arguments[form.scale] / np.asarray(form.typical), _TINY)
    by = 0.0 if form.by is None else evaluate(form.by, line.domain, values, data)
    return np.asarray(w * (m + by) + (own - m) * r ** (w - 1))


def _standardised(form: Standardised, line: Line, own: Array, values: Values, data: Data) -> Array:
    arguments = arguments_of(line, values, data)
    scaled = (own - arguments[form.location]) / np.maximum(arguments[form.scale], _TINY)
    if not line.family.is_vector:
        return scaled
    root = arguments[line.form.correlation]
    return np.asarray(np.linalg.solve(root, scaled[..., None])[..., 0])
