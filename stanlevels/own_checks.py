"""A distribution of a person's own, tried out: its Stan code, functions and draws against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Family, Parameter
from stanlevels.distributions.supports import Support
from stanlevels.engines.stanli import Stanli
from stanlevels.errors import CompileError, DeclarationError
from stanlevels.words import counted

__all__ = ["Checked", "check_family", "check_stan"]

Given = dict[str, float]

_SETS = 6
_DRAWS = 2000
_FALSE_ALARM = 1e-6
_CLOSE = 1e-6  # of log densities, by their size
_MASS = 1e-3
_MOST = 100_000  # whole numbers over which masses are summed


@dataclass(frozen=True)
class Checked:
    """What was compared, without a difference."""

    name: str
    said: tuple[str, ...]

    def __str__(self) -> str:
        """A line for each comparison."""
        return "\n".join([f"{self.name} is in order", *(f"  {line}" for line in self.said)])

    __repr__ = __str__


def check_stan(family: Family, seed: int = 1) -> None:
    """Compare the Stan code's log density with the function's at a few points.

    Raises
    ------
    DeclarationError
        With the point at which they differ most.
    """
    rng = np.random.default_rng(seed)
    _compare(family, [(given, _drawn(family, rng, given, 5)) for given in _arguments(family, rng, {})])


def check_family(family: Family, at: Mapping[str, float], seed: int) -> Checked:
    """Compare everything that was declared; see `stanlevels.Family.check`."""
    rng = np.random.default_rng(seed)
    sets = _arguments(family, rng, at)
    tried = [(given, _drawn(family, rng, given, _DRAWS)) for given in sets]
    points = _compare(family, [(given, x[:20]) for given, x in tried])
    said = [f"log density: as in Stan at {counted(points, 'point')}"]
    for given, x in tried:
        _check_mass(family, given, x)
    said.append(f"it sums up to 1, and draws agree with it, for {counted(len(sets), 'set')} of arguments")
    said.append("mean: that of the density")
    if family.parameterizations[0].numbers.cumulative is not None:
        said.append("cumulative: what the density adds up to" + " (and as in Stan)" * family.cumulative)
    return Checked(family.name, tuple(said))


# --- points ------------------------------------------------------------------------------------------------


def _arguments(family: Family, rng: np.random.Generator, at: Mapping[str, float]) -> list[Given]:
    names = [p.name for p in family.parameterizations[0].parameters]
    if strange := [name for name in at if name not in names]:
        raise DeclarationError(f"at= names {strange[0]!r}", expected=f"arguments of {family.name}: {names}")
    return [
        {p.name: float(at.get(p.name, _random(p, rng))) for p in family.parameterizations[0].parameters}
        for _ in range(_SETS)
    ]


def _random(parameter: Parameter, rng: np.random.Generator) -> float:
    support = parameter.support
    if support.integer:
        return float(rng.integers(1, 20))
    if support.upper == 1:
        return float(rng.uniform(0.1, 0.9))
    return float(np.exp(rng.normal(0.3, 0.5)) if support.lower == 0 else rng.normal(0, 1.5))


def _drawn(family: Family, rng: np.random.Generator, given: Given, n: int) -> Array:
    form = family.parameterizations[0]
    x = form.draw(rng, (n,), given)
    if x.shape != (n,):
        raise _wrong(family, "draw", f"gives an array of shape {x.shape} for a shape of {(n,)}", given)
    outside = ~family.support.inside(x)
    if outside.any():
        raise _wrong(family, "draw", f"gives {x[outside][0]:.6g}, which is not {family.support.words}", given)
    return x


# --- Stan --------------------------------------------------------------------------------------------------


def _compare(family: Family, tried: list[tuple[Given, Array]]) -> int:
    form = family.parameterizations[0]
    rows = [(float(x), given) for given, values in tried for x in values]
    stan = _of_stan(family, family.suffix, rows)
    ours = np.array([float(form.log_density(x, given)) for x, given in rows])
    _same(family, rows, stan, ours, "log density", "log_density")
    if family.cumulative and form.numbers.cumulative is not None:
        below = np.array([float(form.cumulative(x, given)) for x, given in rows])
        _same(family, rows, np.exp(_of_stan(family, "lcdf", rows)), below, "cumulative", "cumulative")
        above = 1 - np.exp(_of_stan(family, "lccdf", rows))
        _same(family, rows, above, below, "cumulative (by lccdf)", "cumulative")
    return len(rows)


def _same(
    family: Family, rows: list[tuple[float, Given]], stan: Array, ours: Array, what: str, function: str
) -> None:
    with np.errstate(invalid="ignore"):
        apart = np.abs(stan - ours) / np.maximum(1, np.abs(stan))
    apart = np.where(np.isfinite(apart), apart, np.where(stan == ours, 0.0, np.inf))
    worst = int(np.argmax(apart))
    if apart[worst] > _CLOSE:
        x, given = rows[worst]
        many = f"{int((apart > _CLOSE).sum())} of {counted(len(rows), 'point')}"
        raise DeclarationError(
            f"the {what} of {family.name} at {x:.6g} is {stan[worst]:.8g} by its Stan code and"
            f" {ours[worst]:.8g} by {function}, where {_words(given)}; they differ at {many}",
            expected="the same number from both, with every constant",
        )


def _of_stan(family: Family, suffix: str, rows: list[tuple[float, Given]]) -> Array:
    """The Stan function at points: the gradient by a weight of each."""
    form = family.parameterizations[0]
    value = "array[N] int y;" if family.discrete else "vector[N] y;"
    known = [f"array[N] {'int' if p.is_whole else 'real'} a_{p.name};" for p in form.parameters]
    given = ", ".join(f"a_{p.name}[n]" for p in form.parameters)
    text = "\n".join(dict(f.values)["text"] for f in family.functions if not isinstance(f, str))
    code = (
        f"functions {{\n{text}\n}}\ndata {{ int N; {value} {' '.join(known)} }}\n"
        "parameters { vector[N] w; }\n"
        f"model {{ for (n in 1:N) target += w[n] * {form.stan}_{suffix}(y[n] | {given}); }}\n"
    )
    kind = np.int64 if family.discrete else np.float64
    data: dict[str, Any] = {"N": len(rows), "y": np.array([x for x, _ in rows]).astype(kind)}
    for p in form.parameters:
        column = np.array([arguments[p.name] for _, arguments in rows])
        data[f"a_{p.name}"] = column.astype(np.int64 if p.is_whole else np.float64)
    try:
        program = Stanli().prepare(code, data)
    except CompileError as error:
        raise DeclarationError(
            f"the Stan code of {family.name} is no Stan: {error}",
            expected=f"functions, {form.stan}_{suffix} among them",
        ) from error
    return np.asarray(program.log_density(np.zeros(len(rows)))[1])


# --- what it adds up to ------------------------------------------------------------------------------------


def _check_mass(family: Family, given: Given, x: Array) -> None:
    edges = np.unique(np.quantile(x, [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98]))
    shares, mean = _added(family, given, x, edges)
    if abs(shares[-1] - 1) > _MASS:
        raise _wrong(family, "log_density", f"adds up to {shares[-1]:.6g} instead of 1", given)
    found = np.searchsorted(np.sort(x), edges, side="right") / len(x)
    apart = np.abs(found - shares[:-1])
    worst = int(np.argmax(apart))
    if apart[worst] > np.sqrt(log(2 * _SETS / _FALSE_ALARM) / (2 * len(x))):
        up_to = f"of values up to {edges[worst]:.6g}"
        said = f"gives {found[worst]:.3f} {up_to}, and log_density {shares[worst]:.3f}"
        raise _wrong(family, "draw", said, given)
    form = family.parameterizations[0]
    own = float(form.mean(given))
    if np.isfinite(own) and abs(own - mean) > 0.01 * max(float(np.std(x)), abs(own)):
        raise _wrong(family, "mean", f"is {own:.6g}, and that of log_density {mean:.6g}", given)
    if form.numbers.cumulative is not None:
        below = form.cumulative(edges, given)
        worst = int(np.argmax(np.abs(below - shares[:-1])))
        if abs(below[worst] - shares[worst]) > _MASS:
            said = f"is {below[worst]:.6g} at {edges[worst]:.6g}"
            said += f", and log_density adds up to {shares[worst]:.6g}"
            raise _wrong(family, "cumulative", said, given)


def _added(family: Family, given: Given, x: Array, edges: Array) -> tuple[Array, float]:
    """What the density adds up to at edges, and in all; and its mean."""
    form, support = family.parameterizations[0], family.support
    if family.discrete:
        low = int(support.lower) if np.isfinite(support.lower) else int(x.min() - 20 * np.std(x) - 20)
        k = np.arange(low, min(low + _MOST, int(x.max() + 100 * np.std(x) + 1000)) + 1)
        mass = np.exp(form.log_density(k, given))
        return np.array([*(mass[k <= edge].sum() for edge in edges), mass.sum()]), float((k * mass).sum())
    parts = [*_pieces(support, x, edges)]
    masses = [_integral(family, given, a, b, 0) for a, b in parts]
    total = np.cumsum(masses)
    at = [total[next(i for i, (_, b) in enumerate(parts) if b >= edge)] for edge in edges]
    return np.array([*at, total[-1]]), sum(_integral(family, given, a, b, 1) for a, b in parts)


def _pieces(support: Support, x: Array, edges: Array) -> Iterator[tuple[float, float]]:
    cuts = [support.lower, *sorted({float(x.min()), *edges.tolist(), float(x.max())}), support.upper]
    yield from ((a, b) for a, b in pairwise(cuts) if b > a)


def _integral(family: Family, given: Given, low: float, high: float, power: int) -> float:
    import warnings

    from scipy import integrate

    form = family.parameterizations[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        return float(
            integrate.quad(
                lambda t: t**power * float(np.exp(form.log_density(t, given))),
                low,
                high,
                limit=200,
                epsabs=1e-7,
            )[0]
        )


# --- words -------------------------------------------------------------------------------------------------


def _wrong(family: Family, function: str, what: str, given: Given) -> DeclarationError:
    return DeclarationError(f"{function} of {family.name} {what}, where {_words(given)}")


def _words(given: Given) -> str:
    return ", ".join(f"{name} = {value:.6g}" for name, value in given.items())
