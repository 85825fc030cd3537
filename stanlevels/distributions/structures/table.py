"""Distributions of lines whose units are correlated; they stand over levels alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log, pi
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.family import Composed, Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.spectrum import Spectrum
from stanlevels.distributions.structure import GROUPS
from stanlevels.distributions.structures.fields import KERNELS, field_of
from stanlevels.distributions.structures.matrices import KNOWN, NEIGHBOURS
from stanlevels.distributions.structures.processes import AUTOREGRESSIVE, WALK
from stanlevels.distributions.structures.sums import ZERO_SUM
from stanlevels.distributions.supports import POSITIVE, REAL, Support
from stanlevels.distributions.vocabulary import scale, squared, standard, times
from stanlevels.graph import Expr, Ref

if TYPE_CHECKING:
    from stanlevels.distributions.structure import Structure

__all__ = ["AR1", "CORRELATED", "ICAR", "RANDOM_WALK", "SUMMING", "field_name", "structured"]

CORRELATED = "corr"
"""The clause of a normal distribution whose units have a known covariance."""

SUMMING = GROUPS
"""The clause of a normal distribution whose units sum to zero."""

_CORRELATION = Support("a number strictly between -1 and 1", -1, 1, open_lower=True, open_upper=True)


def _log_density(x: Any, sigma: Any, **_: Any) -> Any:
    return -np.square(x / sigma) / 2 - np.log(sigma) - log(2 * pi) / 2


_ONE_BY_ONE = Numbers(
    REAL,
    log_density=_log_density,
    draw=lambda rng, size, sigma, **_: sigma * rng.standard_normal(size),
    mean=lambda sigma, **_: np.zeros_like(sigma),
    variance=lambda sigma, **_: np.square(sigma),
)
"""Of one unit alone; of all together the structure tells them."""


def _process(
    name: str,
    structure: Structure,
    *parameters: Parameter,
    doc: str,
    phrase: str,
    written: tuple[Expr, ...] = (),
) -> Family:
    form = standard(structure.stan, _ONE_BY_ONE, *parameters, scale(), phrase=phrase, written=written)
    return Family(name, (form,), doc, observable=False, structure=structure)


RANDOM_WALK = _process(
    "RandomWalk",
    WALK,
    doc="A random walk over time, whose steps have the standard deviation `sigma`.",
    phrase="a random walk over time with steps of standard deviation {sigma}",
)

AR1 = _process(
    "AR1",
    AUTOREGRESSIVE,
    Parameter(
        "rho",
        _CORRELATION,
        "bound",
        prior=Prior("Uniform", (-1.0, 1.0), "a correlation: every value is as likely"),
    ),
    doc="A stationary process with standard deviation `sigma`, correlated by `rho` from step to step.",
    phrase="a stationary process over time with standard deviation {sigma}, correlated by {rho} from one step"
    " to the next",
)

ICAR = _process(
    "ICAR",
    NEIGHBOURS,
    doc="An intrinsic conditional autoregression: each area varies about the mean of its neighbours.",
    phrase=f"an intrinsic autoregression over {{{CORRELATED}}}, with standard deviation {{sigma}}",
    written=(Ref("sigma"), Ref(CORRELATED)),
)

_NAMED = {family.name: family for family in (RANDOM_WALK, AR1, ICAR)}


def structured(name: str, families: Mapping[str, Family]) -> Family | None:
    """The family of that name; None where it is none of these."""
    base, _, clause = name.partition("|")
    if clause in (CORRELATED, SUMMING) and families[base].is_normal:
        return _correlated(name, families[base]) if clause == CORRELATED else _summing(name, families[base])
    if base == _FIELD and clause:
        count, kernel = clause.split(",")
        return _waves(kernel) if count == _WAVES else _field(int(count), kernel)
    return _NAMED.get(name)


_FIELD, _WAVES = "GP", "waves"


def field_name(count: int, kernel: str) -> str:
    """The name of a Gaussian process over so many coordinates; 0 is for a sum of waves."""
    return f"{_FIELD}|{count or _WAVES},{kernel}"


_LENGTH = Parameter(
    "length",
    POSITIVE,
    "bound",
    Default(1, 1),
    Prior("HalfNormal", (None,), "a distance: up to as far as units lie apart"),
)


def _waves(kernel: str) -> Family:
    form = standard(
        "normal",
        _ONE_BY_ONE,
        _LENGTH,
        scale(),
        phrase="the amplitudes of waves that make a Gaussian process with length {length} and standard"
        " deviation {sigma}",
    )
    return Family(
        field_name(0, kernel),
        (form,),
        "A Gaussian process as a sum of waves.",
        observable=False,
        spectrum=Spectrum(KERNELS[kernel]),
        symbol=_FIELD,
    )


def _field(count: int, kernel: str) -> Family:
    names = tuple(f"x{k}" for k in range(1, count + 1))
    made = _process(
        _FIELD,
        field_of(kernel, names),
        *(Parameter(name, REAL, "known") for name in names),
        _LENGTH,
        doc="A Gaussian process over places.",
        phrase=f"a Gaussian process over {', '.join(f'{{{n}}}' for n in names)} with length {{length}} and"
        " standard deviation {sigma}",
    )
    return replace(made, name=field_name(count, kernel), symbol=_FIELD)


def _correlated(name: str, base: Family) -> Family:
    (form,) = base.parameterizations
    return _over_units(
        name,
        base,
        KNOWN,
        written=(Ref("mu"), times(squared("sigma"), Ref(CORRELATED))),
        phrase=f"{form.phrase}, correlated with each other as {{{CORRELATED}}} says",
    )


def _summing(name: str, base: Family) -> Family:
    (form,) = base.parameterizations
    symbol = f"ZeroSum{base.name}"
    return _over_units(name, base, ZERO_SUM, phrase=f"{form.phrase}, less their mean", symbol=symbol)


def _over_units(
    name: str,
    base: Family,
    structure: Structure,
    *,
    phrase: str,
    written: tuple[Expr, ...] = (),
    symbol: str = "",
) -> Family:
    """A normal distribution of all units together."""
    (form,) = base.parameterizations
    own = replace(
        form,
        stan=structure.stan,
        glm="",
        glm_arguments=(),
        kept=None,
        likelihood=None,
        written=written,
        phrase=phrase,
    )
    return replace(
        base,
        name=name,
        parameterizations=(own,),
        location_scale=None,
        gaussian=False,
        observable=False,
        structure=structure,
        composed=Composed("", base.name, ()),
        symbol=symbol or base.symbol,
        conjugate_prior=None,
        conjugate_outcome=None,
    )
