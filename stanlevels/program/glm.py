"""Densities through Stan's functions for generalised linear models."""

from __future__ import annotations

from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Linear, Term, addends
from stanlevels.program import stan
from stanlevels.program.code import total
from stanlevels.program.entries import Matrix
from stanlevels.program.terms import Writer

__all__ = ["glm"]


def glm(write: Writer) -> stan.Density | None:
    """The density through Stan's GLM function; None where it does not fit."""
    line = write.line
    location = next((p.name for p in line.form.parameters if p.kind == "location"), "")
    if not line.form.glm or not location:
        return None
    terms = addends(line.args[location])
    linear = [t for sign, t in terms if sign > 0 and isinstance(t, Linear) and not t.use.domain]
    if len(linear) != 1:
        return None
    rest = [(sign, t) for sign, t in terms if t is not linear[0]]
    others = [t for name, t in line.args.items() if name != location]
    if any(t.domain for t in others if not _is_trials(line, t)):
        return None
    return _density(write, linear[0], rest, location)


def _density(
    write: Writer, linear: Linear, rest: list[tuple[int, Term]], location: str
) -> stan.Density | None:
    line = write.line
    alpha = total([(sign, write(t)) for sign, t in rest]).expression
    matrix = write.scope.variable(Matrix(linear.domain, linear.covariates))
    slopes = write.scope.variable(linear.use.name)
    codes = write.arguments()
    others = tuple(codes[p.name].expression for p in line.form.parameters if p.name != location)
    variable = write.scope.variable(line.name)
    name = f"{line.form.glm}_{line.family.suffix}"
    if line.family.name == "OrderedLogistic":
        return None if rest else stan.Density(name, variable, (matrix, slopes, *others))
    before, after = (others, ()) if line.family.name == "Binomial" else ((), others)
    return stan.Density(name, variable, (*before, matrix, alpha, slopes, *after))


def _is_trials(line: Line, term: Term) -> bool:
    return any(p.kind == "data" and line.args[p.name] is term for p in line.form.parameters)
