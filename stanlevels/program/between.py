"""Random variables between their centred and non-centred forms: parameter, definition and density.

``x = m + r^(1 - w) (z - w m)``, with m the location (and what is counted to the variable), r the scale over
its typical value t and w the weight of each unit. Then z lies about ``w m`` with scale ``t r^w``. Given the
data of a unit with information I, z neither moves with m nor widens with the scale, to first order, where
``w = lambda / (1 + lambda)`` with ``lambda = t^2 I`` (Papaspiliopoulos, Roberts and Skold 2003). With r in
place of the scale this holds in any unit of measurement, and about any location.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Between
from stanlevels.plan.terms import Literal
from stanlevels.program import stan
from stanlevels.program.code import Code, binary, call, divided, number
from stanlevels.program.entries import Pilot
from stanlevels.program.keys import between_key
from stanlevels.program.multipliers import repeated
from stanlevels.program.scope import Scope
from stanlevels.program.terms import Writer
from stanlevels.program.types import shaped

__all__ = ["arguments_between", "between_type", "value_between"]


def between_type(line: Line, scope: Scope) -> stan.Type:
    """The type of the parameter, in units of the typical scale."""
    unit: stan.Expression = scope.variable(Pilot(line.name, "pilot_scale"))
    if line.domain and line.components:
        unit = repeated(stan.Transposed(unit), scope.units(line.domain))
    return replace(shaped(line, scope), multiplier=unit)


def value_between(write: Writer, form: Between) -> stan.Expression:
    """The quantity, or one component of it, from its parameter."""
    line = write.line
    z, w = _of_component(write, write.scope.variable(between_key(line.name))), _weight(write)
    from_middle = z if (middle := _middle(write, form)) is None else binary("-", z, binary("*", w, middle))
    value = binary("*", _power(write, form, binary("-", number(1), w)), from_middle)
    location = line.args[form.location]
    return (value if _is_zero(location) else binary("+", write(location), value)).expression


def arguments_between(write: Writer, form: Between) -> dict[str, Code]:
    """The arguments of the line's distribution of which the parameter is a draw."""
    w, middle = _weight(write), _middle(write, form)
    scale = binary("*", _typical(write), _power(write, form, w))
    location = number(0) if middle is None else binary("*", w, middle)
    return {**write.arguments(), form.location: location, form.scale: scale}


def _middle(write: Writer, form: Between) -> Code | None:
    """The location with what is counted to the variable; None for 0."""
    location = write.line.args[form.location]
    if form.by is None:
        return None if _is_zero(location) else write(location)
    by = write(form.by)
    return by if _is_zero(location) else binary("+", write(location), by)


def _power(write: Writer, form: Between, exponent: Code) -> Code:
    """A power of the scale over its typical value; Stan has the gradient of this faster than that of pow."""
    ratio = divided(write(write.line.args[form.scale]), _typical(write))
    return call("exp", binary("*", exponent, call("log", ratio)))


def _typical(write: Writer) -> Code:
    name = write.scope.variable(Pilot(write.line.name, "pilot_scale"))
    if not write.line.components:
        return Code(name)
    return Code(name, True) if write.component is None else Code(stan.Index(name, (write.component,)))


def _weight(write: Writer) -> Code:
    return _of_component(write, write.scope.variable(Pilot(write.line.name, "pilot_weight")))


def _of_component(write: Writer, whole: stan.Expression) -> Code:
    """One column of what has the shape of the quantity, where that has columns."""
    line = write.line
    if line.domain and line.components:
        return Code(stan.Index(whole, (None, write.component)), True)
    return Code(whole, bool(line.domain or line.components))


def _is_zero(term: object) -> bool:
    return isinstance(term, Literal) and term.value == 0
