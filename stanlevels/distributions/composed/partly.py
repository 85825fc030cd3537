"""Jointly distributed outcomes of which some rows lack some: the density of what is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stanlevels.distributions.composed.wrapper import function_of
from stanlevels.distributions.family import Family, Function, Parameter, Parameterization
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import Support
from stanlevels.graph import Ref

__all__ = ["SEEN", "partly"]

SEEN = Parameter("seen", Support("0 or 1", lower=0, upper=1, shape="vector"), "known", of_outcome=True)

_KERNELS = {
    "multi_normal_cholesky": "-0.5 * distance - 0.5 * log(2 * pi()) * count",
    "multi_student_t_root": "lgamma(0.5 * (nu + count)) - lgamma(0.5 * nu) - 0.5 * log(nu * pi()) * count"
    " - 0.5 * (nu + count) .* log1p(distance / nu)",
}
"""Log densities in Stan, by distances and how many numbers are known, but for the log of the root."""


def partly(base: Family) -> Family:
    """A family of vectors, with which of their numbers each row knows."""
    forms: list[Parameterization] = []
    functions: list[Function] = []
    for form in base.parameterizations:
        named = f"partly_{form.stan}"
        forms.append(
            replace(
                form,
                parameters=(*form.parameters, SEEN),
                stan=named,
                arguments=(*form.arguments, Ref(SEEN.name)),
                numbers=_numbers(form.numbers),
                written=form.in_mathematics(),
            )
        )
        scalars = [p.name for p in form.parameters if p.support.shape == "scalar"]
        function = function_of("partly", form, base.suffix, f"{named}_{base.suffix}")
        values = (
            ("kernel", _KERNELS[form.stan]),
            ("scalars", "".join(f"real {name}, " for name in scalars)),
        )
        functions.append(replace(function, values=values))
    return replace(
        base,
        parameterizations=tuple(forms),
        location_scale=None,
        gaussian=base.gaussian,
        latent=False,
        functions=(*base.functions, *functions),
        symbol=base.symbol or base.name,
    )


def _numbers(of: Numbers) -> Numbers:
    """Those of all numbers of a row, but for the density: of what is known, others integrated out."""

    def own(given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if name != SEEN.name}

    return replace(
        of,
        draw=lambda rng, size, /, **given: of.draw(rng, size, **own(given)),
        mean=lambda **given: of.mean(**own(given)),
        variance=lambda **given: of.variance(**own(given)),
    )
