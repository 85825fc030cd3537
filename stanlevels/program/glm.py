"""Densities through Stan's functions for generalised linear models."""

from __future__ import annotations

from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Parameterization
from stanlevels.errors import InternalError
from stanlevels.plan.factors import Block, Glm
from stanlevels.plan.terms import Term
from stanlevels.program import stan
from stanlevels.program.code import Code
from stanlevels.program.design_matrix import columns, stacked
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import vector_piece

__all__ = ["glm", "glm_density"]


def glm(write: Writer, density: Glm) -> stan.Density:
    """The density of Stan's GLM function, whose location is ``intercept + sum of blocks``."""
    line = write.line
    form = line.family.parameterization(density.form)
    if density.intercept is not None and INTERCEPT not in form.glm_arguments:
        raise InternalError(f"{form.glm} has no intercept, and the location of {line.name!r} has one")
    intercept = stan.Literal(0) if density.intercept is None else write(density.intercept).expression
    slopes = stacked(_coefficients(write, block) for block in density.blocks)
    return glm_density(write, form, columns(write, density.blocks), intercept, slopes)


def glm_density(
    write: Writer,
    form: Parameterization,
    covariates: stan.Expression,
    intercept: stan.Expression,
    slopes: stan.Expression,
) -> stan.Density:
    """The function's arguments in its order, others of the line among them."""
    line = write.line
    given = {COVARIATES: covariates, INTERCEPT: intercept, SLOPES: slopes}
    vectors = [p.name for p in line.form.parameters if p.support.shape != "scalar"]
    codes = write.arguments(skipping=(line.form.location, *vectors))
    arguments = tuple(
        given[name] if name in given else _other(write, name, codes) for name in form.glm_arguments
    )
    name = f"{form.glm}_{line.family.suffix}"
    return stan.Density(name, write.scope.variable(line.name), arguments)


def _other(write: Writer, name: str, codes: dict[str, Code]) -> stan.Expression:
    return codes[name].expression if name in codes else vector_piece(write, name).whole


def _coefficients(write: Writer, block: Block) -> stan.Expression:
    """The coefficients of a block as a vector."""
    if block.linear is not None:
        return write.scope.variable(block.linear.use.name)
    scalars: tuple[Term, ...] = tuple(each for each, _ in block.coefficients)
    return stan.Transposed(stan.Row(tuple(write(each).expression for each in scalars)))
