"""Parameters of a program from values of its quantities, and on the scale on which Stan samples them.

Whole sets of draws at a time, without an engine. These are Stan's transforms (Stan Reference Manual,
"Constraint transforms"); probabilities that sum to 1 are isometric log ratios, as since Stan 2.37.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import InternalError
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.plan.quantities import Standardised
from stanlevels.program import stan
from stanlevels.program.program import Parameter
from stanlevels.values.evaluate import evaluate
from stanlevels.values.forms import in_form
from stanlevels.values.store import Values

__all__ = ["parameters_of", "places_of", "unconstrained", "unit_of"]

_FARTHEST = 40.0  # of a logarithm: nothing that is sampled is nearer the end of its support


def parameters_of(posterior: Posterior, values: Values) -> dict[str, Array]:
    """Every parameter of a program on the constrained scale, (draws, *dims), by its Stan name.

    Parameters
    ----------
    posterior : Posterior
    values : Values
        One chain: of every quantity that is sampled, and of all that they depend on.
    """
    found = {}
    for parameter in posterior.program.parameters:
        array = _sampled(parameter, posterior, values)
        if _is_turned(parameter, posterior):
            array = array.swapaxes(1, 2)
        found[parameter.name] = array.reshape(len(array), *parameter.shape(posterior.stan_data))
    return found


def unconstrained(posterior: Posterior, values: Values) -> Array:
    """The unconstrained point of every draw, (draws, n), in the order of the program."""
    parts = [np.zeros((values.shape[1], 0))]
    for parameter in posterior.program.parameters:
        free = _free(parameter, _sampled(parameter, posterior, values), posterior, values)
        parts.append(_in_order(free, parameter, posterior).reshape(len(free), -1))
    return np.concatenate(parts, axis=1)


def places_of(posterior: Posterior) -> Iterator[tuple[str, Codes]]:
    """For every parameter its quantity and the units of its unconstrained numbers, in their order."""
    for parameter in posterior.program.parameters:
        line = posterior.planned.lines[parameter.quantity]
        shape = parameter.shape(posterior.stan_data)
        units = posterior.data.size(line.domain)
        size = int(np.prod(shape, dtype=np.int64)) // max(units, 1)
        kind = parameter.type.kind
        numbers = _FREE_NUMBERS[kind](size) if kind in _FREE_NUMBERS else size
        every = np.broadcast_to(np.arange(units)[None, :, None], (1, units, numbers))
        yield parameter.quantity, _in_order(every, parameter, posterior).ravel()


def _sampled(parameter: Parameter, posterior: Posterior, values: Values) -> Array:
    """What stands for a quantity, (draws, units, numbers)."""
    line = posterior.planned.lines[parameter.quantity]
    array = in_form(parameter.form, line, values, posterior.data)
    shape = (1, values.shape[1], posterior.data.size(line.domain), array.shape[-1])
    whole: Array = np.broadcast_to(array, shape)[0]
    return whole


def _is_turned(parameter: Parameter, posterior: Posterior) -> bool:
    """Whether units are columns: standardised vectors stand beside each other."""
    line = posterior.planned.lines[parameter.quantity]
    return isinstance(parameter.form, Standardised) and line.family.is_vector and bool(line.domain)


def _in_order(free: Array, parameter: Parameter, posterior: Posterior) -> Array:
    """Matrices column by column, as Stan reads them; arrays element by element."""
    by_column = parameter.type.kind == "matrix" and not _is_turned(parameter, posterior)
    return free.swapaxes(1, 2) if by_column else free


def unit_of(parameter: Parameter, data: Mapping[str, Any]) -> Any:
    """The unit in which a parameter without bounds is sampled, one or one for each of its numbers."""
    multiplier = parameter.type.multiplier
    return 1.0 if multiplier is None else _number(multiplier, data)


# --- transforms -------------------------------------------------------------------------------------


def _free(parameter: Parameter, array: Array, posterior: Posterior, values: Values) -> Array:
    """The free numbers, (draws, units, numbers), of what is sampled."""
    line, type_ = posterior.planned.lines[parameter.quantity], parameter.type
    with np.errstate(all="ignore"):
        if type_.kind in _TRANSFORMS:
            return np.clip(_TRANSFORMS[type_.kind](array), -_FARTHEST, _FARTHEST)
        if type_.multiplier is not None:
            return np.asarray(array / _number(type_.multiplier, posterior.stan_data))
        if line.family.bounds and (type_.lower is not None or type_.upper is not None):
            low, high = (
                evaluate(line.args[name], line.domain, values, posterior.data)[0]
                if name
                else None
                if end is None
                else _number(end, posterior.stan_data)
                for name, end in zip(line.family.bounds, (type_.lower, type_.upper), strict=True)
            )
        elif type_.lower is None and type_.upper is None:
            return array
        else:
            low, high = (
                None if end is None else _number(end, posterior.stan_data)
                for end in (type_.lower, type_.upper)
            )
        return np.clip(_between(array, low, high), -_FARTHEST, _FARTHEST)


def _between(x: Array, low: Any, high: Any) -> Array:
    if low is None:
        return np.asarray(np.log(high - x))
    return np.asarray(np.log(x - low) if high is None else np.log((x - low) / (high - x)))


def _ordered(x: Array) -> Array:
    return np.concatenate([x[..., :1], np.log(np.diff(x, axis=-1))], axis=-1)


def _positive_ordered(x: Array) -> Array:
    return np.concatenate([np.log(x[..., :1]), np.log(np.diff(x, axis=-1))], axis=-1)


def _log_ratios(x: Array) -> Array:
    """Isometric: the mean log of the first n probabilities against the next one."""
    logs = np.log(x)
    n = np.arange(1, x.shape[-1])
    means = np.cumsum(logs, axis=-1)[..., :-1] / n
    return np.asarray(np.sqrt(n / (n + 1)) * (means - logs[..., 1:]))


def _partial_correlations(x: Array) -> Array:
    """Fisher's z of the canonical partial correlations of a Cholesky factor, row by row."""
    size = round(np.sqrt(x.shape[-1]))
    root = x.reshape(*x.shape[:-1], size, size)
    found = []
    for i in range(1, size):
        left = np.ones(x.shape[:-1])
        for j in range(i):
            found.append(np.arctanh(root[..., i, j] / np.sqrt(left)))
            left = left - np.square(root[..., i, j])
    return np.stack(found, axis=-1) if found else np.zeros((*x.shape[:-1], 0))


_TRANSFORMS: Mapping[str, Callable[[Array], Array]] = {
    "ordered": _ordered,
    "positive_ordered": _positive_ordered,
    "simplex": _log_ratios,
    "cholesky_factor_corr": _partial_correlations,
}

_FREE_NUMBERS: Mapping[str, Callable[[int], int]] = {
    "simplex": lambda size: max(size - 1, 0),
    "cholesky_factor_corr": lambda size: (size - round(np.sqrt(size))) // 2,
}


def _number(expression: stan.Expression, data: Mapping[str, Any]) -> Any:
    """The value of a bound, or of the unit of a parameter, (), (numbers,) or (units, numbers)."""
    match expression:
        case stan.Literal(value=value):
            return value
        case stan.Variable(name=name):
            return np.asarray(data[name], dtype=float)
        case stan.Index(base=base, indices=(stan.Literal(value=place),)):
            return _number(base, data)[int(place) - 1]
        case stan.Row(items=items):
            return np.array([_number(item, data) for item in items])
        case stan.Transposed(inner=inner):
            return _number(inner, data)
        case stan.Negative(inner=inner):
            return -_number(inner, data)
        case stan.Call(function="inv", args=(inner,)):
            return 1 / _number(inner, data)
        case stan.Binary(symbol="*", left=stan.Call(function="rep_vector"), right=row):
            return _number(row, data)
    raise InternalError(f"{expression!r} is no number of the data")
