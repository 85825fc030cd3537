"""Quantities in the form in which a program samples them: the way back from values to parameters."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.special import special
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Between, Form, Moved, Softened, Standardised
from stanlevels.values.arguments import arguments_of
from stanlevels.values.correlated import correlated
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["before_softening", "in_form", "softened"]

_TINY = 1e-12
_LEAST_LOG = -500.0  # of a positive quantity over its typical size: z near -31
_LOG_ROOT = np.log(2 * np.pi) / 2
_STEPS = 12  # of Newton's method; from anywhere that doubles reach, 8 do
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
        case Softened(typical=typical):
            return before_softening(own / np.asarray(typical))
    return own


def softened(z: Array) -> Array:
    """``exp(z/2) Phi(z)``: a positive quantity over its typical size, from its parameter."""
    return np.asarray(np.exp(z / 2) * special.ndtr(z))


def before_softening(ratio: Array) -> Array:
    """The parameter of a positive quantity over its typical size.

    Its logarithm, ``z/2 + log Phi(z)``, is concave in z and rises: Newton's steps from below stay below.

    Examples
    --------
    >>> before_softening(softened(np.array([-30.0, -1.0, 2.0, 30.0]))).round(9).tolist()
    [-30.0, -1.0, 2.0, 30.0]
    """
    with np.errstate(divide="ignore"):
        log = np.maximum(np.log(ratio), _LEAST_LOG)
    z = -np.sqrt(np.maximum(-2 * log, 0.0))
    for _ in range(_STEPS):
        below = special.log_ndtr(z)
        z = z - (z / 2 + below - log) / (0.5 + np.exp(-np.square(z) / 2 - _LOG_ROOT - below))
    return np.asarray(z)


def _between(form: Between, line: Line, own: Array, values: Values, data: Data) -> Array:
    """``w (m + by) + (x - m) r^(w - 1)``; see `Between`."""
    arguments, w = arguments_of(line, values, data), form.weights
    m, r = arguments[form.location], np.maximum(arguments[form.scale] / np.asarray(form.typical), _TINY)
    by = 0.0 if form.by is None else evaluate(form.by, line.domain, values, data)
    return np.asarray(w * (m + by) + (own - m) * r ** (w - 1))


def _standardised(form: Standardised, line: Line, own: Array, values: Values, data: Data) -> Array:
    if line.family.structure is not None:
        return correlated(line, values, data).standard(own, _TINY, sparse=form.sparse)
    arguments = arguments_of(line, values, data)
    scaled = (own - arguments[form.location]) / np.maximum(arguments[form.scale], _TINY)
    if not line.family.is_vector:
        return scaled
    root = arguments[line.form.correlation]
    return np.asarray(np.linalg.solve(root, scaled[..., None])[..., 0])
