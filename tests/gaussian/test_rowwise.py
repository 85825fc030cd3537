"""What is factored from rows is what is factored from cross-products."""

import numpy as np
from hypothesis import given, settings

from stanlevels.gaussian import summarize
from stanlevels.gaussian.blocked import factor, units_of
from stanlevels.gaussian.covariances import covariances, determinant_slopes
from stanlevels.gaussian.rowwise import rowwise, thinned
from tests.gaussian.worlds import World, worlds


@settings(max_examples=60, deadline=None, derandomize=True)
@given(worlds())
def test_rows_and_cross_products_give_the_same_numbers(world: World) -> None:
    """Determinant, its derivatives, solutions and covariances, with singular factors too."""
    s, root = summarize(world.design), np.sqrt(world.design.precisions)
    if not s.blocks:
        return
    Y = root[:, None] * np.column_stack([world.design.X, world.design.y - world.design.X @ s.start])
    whole = thinned(world.design.Z.multiply(root[:, None]), Y)
    Z, Y = whole[:, : s.offsets[-1]], whole[:, s.offsets[-1] :]
    factors = tuple(L / world.sigma for L in world.factors)
    wanted, found = factor(s.pieces, factors), rowwise(s.pieces, factors, Z)

    np.testing.assert_allclose(found.log_determinant, wanted.log_determinant, rtol=1e-9, atol=1e-9)
    for one, other in zip(determinant_slopes(found), determinant_slopes(wanted), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7 * np.abs(other).max(initial=1e-3))
    size = np.abs(Y).max(initial=1.0)
    for one, other in zip(found.solve(Z.T @ Y), wanted.solve(Z.T @ Y), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7 * size)
    scores, effects, products = found.rows(Y)
    again = wanted.solve(Z.T @ Y)
    np.testing.assert_allclose(scores, again[0], rtol=1e-6, atol=1e-7 * size)
    np.testing.assert_allclose(effects, again[1], rtol=1e-6, atol=1e-7 * size)
    np.testing.assert_allclose(products, Y.T @ Y - Y.T @ Z @ again[1], rtol=1e-6, atol=1e-7 * size**2)
    left, right = covariances(found), covariances(wanted)
    for b, block in enumerate(s.blocks):
        np.testing.assert_allclose(
            units_of(left[b, b], block.width), units_of(right[b, b], block.width), rtol=1e-6, atol=1e-9
        )
