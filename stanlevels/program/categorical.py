"""Categories whose log odds share covariates: Stan's GLM function for categorical outcomes."""

from __future__ import annotations

from stanlevels.plan.factors import Block, CategoricalGlm, Category
from stanlevels.plan.terms import Term
from stanlevels.program import stan
from stanlevels.program.design_matrix import beside, columns, count, stacked
from stanlevels.program.glm import glm_density
from stanlevels.program.terms import Writer

__all__ = ["categorical_glm"]


def categorical_glm(write: Writer, found: CategoricalGlm) -> stan.Density:
    """The density: known columns, a constant and a column of coefficients for each category."""
    constants = tuple(_constant(write, category) for category in found.categories)
    slopes = stacked(_slopes(write, block, found.categories) for block in found.blocks)
    constant = stan.Transposed(stan.Row(constants))
    return glm_density(write, write.line.form, columns(write, found.blocks), constant, slopes)


def _constant(write: Writer, category: Category) -> stan.Expression:
    return stan.Literal(0) if category.constant is None else write(category.constant).expression


def _slopes(write: Writer, block: Block, categories: tuple[Category, ...]) -> stan.Expression:
    """A matrix: a row per column of the block, a column per category."""
    if block.linear is not None:
        return beside(_of_set(write, block, category) for category in categories)
    return stan.Row(
        tuple(
            stan.Row(tuple(_of_column(write, column, category) for category in categories))
            for _, column in block.coefficients
        )
    )


def _of_set(write: Writer, block: Block, category: Category) -> stan.Expression:
    assert block.linear is not None
    for linear in category.sets:
        if linear.covariates == block.linear.covariates:
            return write.scope.variable(linear.use.name)
    return stan.Call("rep_vector", (stan.Literal(0), count(write, block)))


def _of_column(write: Writer, column: Term, category: Category) -> stan.Expression:
    for coefficient, known in category.columns:
        if known == column:
            return write(coefficient).expression
    return stan.Literal(0)
