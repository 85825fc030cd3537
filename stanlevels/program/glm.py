"""Densities through Stan's functions for generalised linear models."""

from __future__ import annotations

from functools import reduce

from stanlevels.errors import InternalError
from stanlevels.plan.factors import Block, Glm
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Apply, Linear, Term, addends
from stanlevels.program import stan
from stanlevels.program.columns import columns, stacked
from stanlevels.program.terms import Writer
from stanlevels.program.vectors import vector_piece

__all__ = ["fitting", "glm"]

_WITHOUT_INTERCEPT = ("ordered_logistic_glm",)


def glm(write: Writer, density: Glm) -> stan.Density:
    """The density of Stan's GLM function: known columns, intercept, coefficients, other arguments.

    What is a number of trials comes first. Stan's function for ordered categories has no intercept.
    """
    line = write.line
    name = f"{line.form.glm}_{line.family.suffix}"
    intercept = () if line.form.glm in _WITHOUT_INTERCEPT else (_intercept(write, density),)
    if density.intercept is not None and not intercept:
        raise InternalError(f"{name} has no intercept, and the location of {line.name!r} has one")
    codes = write.arguments(skipping=(density.argument, *_vectors(line)))
    others = {
        p.name: codes[p.name].expression if p.name in codes else vector_piece(write, p.name).whole
        for p in line.form.parameters
        if p.name != density.argument
    }
    trials = [others[p.name] for p in line.form.parameters if p.kind == "data"]
    rest = [others[p.name] for p in line.form.parameters if p.name in others and p.kind != "data"]
    slopes = stacked(_coefficients(write, block) for block in density.blocks)
    arguments = (*trials, columns(write, density.blocks), *intercept, slopes, *rest)
    return stan.Density(name, write.scope.variable(line.name), arguments)


def _vectors(line: Line) -> tuple[str, ...]:
    return tuple(p.name for p in line.form.parameters if p.support.shape != "scalar")


def _intercept(write: Writer, density: Glm) -> stan.Expression:
    return stan.Literal(0) if density.intercept is None else write(density.intercept).expression


def _coefficients(write: Writer, block: Block) -> stan.Expression:
    """The coefficients of a block as a vector."""
    if block.linear is not None:
        return write.scope.variable(block.linear.use.name)
    return stan.Transposed(stan.Row(tuple(write(each).expression for each, _ in block.coefficients)))


def fitting(line: Line) -> Glm | None:
    """The GLM function of a line whose location has coefficients times covariates; None where none fits."""
    location = next((p.name for p in line.form.parameters if p.kind == "location"), "")
    if not line.form.glm or not location or line.variable.weights:
        return None
    terms = addends(line.args[location])
    linear = [t for sign, t in terms if sign > 0 and isinstance(t, Linear) and not t.use.domain]
    others = [t for name, t in line.args.items() if name != location]
    if len(linear) != 1 or any(t.domain for t in others if not _is_trials(line, t)):
        return None
    rest = [(sign, t) for sign, t in terms if t is not linear[0]]
    if rest and line.form.glm in _WITHOUT_INTERCEPT:
        return None
    return Glm(location, _sum(rest) if rest else None, (Block(linear[0]),))


def _is_trials(line: Line, term: Term) -> bool:
    return any(p.kind == "data" and line.args[p.name] is term for p in line.form.parameters)


def _sum(terms: list[tuple[int, Term]]) -> Term:
    """A signed sum as one term."""

    def add(total: Term, signed: tuple[int, Term]) -> Term:
        sign, term = signed
        return Apply("+" if sign > 0 else "-", (total, term), total.domain or term.domain)

    (sign, first), *rest = terms
    start: Term = first if sign > 0 else Apply("neg", (first,), first.domain)
    return reduce(add, rest, start)
