"""Effects as a chain of conditional distributions: the covariance it implies, against a dense inverse."""

import numpy as np
import pytest
from scipy import linalg, sparse

from stanlevels.gaussian import Block
from stanlevels.gaussian.blocked import factor
from stanlevels.gaussian.conditionals import alone, conditionals, conditionals_of_factor
from stanlevels.gaussian.elimination import eliminate
from stanlevels.gaussian.pieces import cut


def implied(chain):
    """Covariance of the effects that a chain draws: its linear map from standard normal numbers, squared."""
    K = chain.size
    root, first = np.zeros((K, K)), 0
    for part in chain.parts:
        q = part.root.shape[1]
        own = linalg.block_diag(*part.root)
        root[part.columns] += part.given @ root
        root[part.columns, first : first + len(part.root) * q] += own
        first += len(part.root) * q
    return root @ root.T


def design(seed, sizes, widths):
    """Z'Z of rows at random units of every block."""
    rng = np.random.default_rng(seed)
    rows, blocks, columns = 3 * max(sizes), [], []
    for name, (units, q) in enumerate(zip(sizes, widths, strict=True)):
        codes = rng.integers(units, size=rows)
        Z = np.zeros((rows, units, q))
        Z[np.arange(rows), codes] = rng.normal(size=(rows, q))
        columns.append(Z.reshape(rows, -1))
        blocks.append(Block(str(name), units, q))
    Z = np.concatenate(columns, axis=1)
    return sparse.csr_array(Z.T @ Z), tuple(blocks), rng


@pytest.mark.parametrize(("sizes", "widths"), [([500], [2]), ([450, 30], [1, 2]), ([40, 20], [1, 1])])
def test_a_chain_implies_the_conditional_covariance(sizes, widths):
    A, blocks, rng = design(3, sizes, widths)
    factors = tuple(np.tril(rng.normal(size=(q, q))) for q in widths)
    T = np.asarray(
        sparse.block_diag(
            [sparse.kron(sparse.eye_array(b.units), L) for b, L in zip(blocks, factors, strict=True)]
        ).toarray()
    )
    wanted = T @ np.linalg.inv(np.eye(len(T)) + T.T @ A.toarray() @ T) @ T.T
    found = conditionals(factor(cut(A, blocks), factors))
    np.testing.assert_allclose(implied(found), wanted, atol=1e-10)
    matrix = sparse.csr_array(A + sparse.eye_array(A.shape[0]))
    by_factor = conditionals_of_factor(eliminate(matrix, blocks).factor(matrix))
    np.testing.assert_allclose(implied(by_factor), np.linalg.inv(matrix.toarray()), atol=1e-10)


def test_an_effect_without_variance_does_not_move():
    A, blocks, _ = design(5, [450, 30], [1, 1])
    found = implied(conditionals(factor(cut(A, blocks), (np.zeros((1, 1)), np.ones((1, 1))))))
    assert np.all(found[:450] == 0)
    wanted = np.linalg.inv(np.eye(30) + A.toarray()[450:, 450:])
    np.testing.assert_allclose(found[450:, 450:], wanted, atol=1e-10)


def test_units_alone_have_their_own_covariance():
    own = np.array([[[2.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]])
    found = implied(alone([own, np.full((1, 1, 1), 4.0)]))
    np.testing.assert_allclose(found[:2, :2], own[0], atol=1e-12)
    assert found[4, 4] == 4
    assert np.all(found[2:4] == 0)
