"""The average information, and how the covariance of coefficients moves, against dense matrices."""

import numpy as np
from scipy import sparse

from stanlevels.gaussian import Block, Design, profile, summarize
from stanlevels.gaussian.information import average_information, coefficient_slopes


def dense_world(seed=3, n=60):
    """A crossed design with a block of width 2, its covariances, and V with its derivatives, densely."""
    r = np.random.default_rng(seed)
    g, h = r.integers(0, 6, n), r.integers(0, 5, n)
    Z = np.zeros((n, 17))
    Z[np.arange(n), 2 * g], Z[np.arange(n), 2 * g + 1], Z[np.arange(n), 12 + h] = 1, r.normal(size=n), 1
    X = np.column_stack([np.ones(n), r.normal(size=n)])
    design = Design(r.normal(size=n), X, sparse.csr_array(Z), (Block("g", 6, 2), Block("h", 5)))
    factors = np.array([[0.8, 0], [0.3, 0.5]]), np.array([[0.6]])
    change = np.array([[0.2, 0.1], [0.1, -0.3]]), np.array([[0.4]])

    def spread(parts):
        whole = np.zeros((17, 17))
        whole[:12, :12], whole[12:, 12:] = np.kron(np.eye(6), parts[0]), np.kron(np.eye(5), parts[1])
        return Z @ whole @ Z.T

    return design, X, factors, change, spread


def test_the_average_information_is_its_definition():
    """y'P V_k P V_l P y with dense matrices."""
    design, X, factors, change, spread = dense_world()
    sigma = 1.3
    V = sigma**2 * (np.eye(60) + spread([L @ L.T for L in factors]))
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    moves = [sigma**2 * spread(change), 2 * V]
    Py = P @ design.y
    wanted = [[Py @ one @ P @ other @ Py for other in moves] for one in moves]
    none = tuple(np.zeros_like(part) for part in change)
    found = average_information(profile(summarize(design), factors), sigma, [(change, 0.0), (none, 1.0)])
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_the_covariance_of_coefficients_moves_as_differences_say():
    design, _, factors, change, _ = dense_world()
    s, h = summarize(design), 1e-6
    ends = [
        profile(s, tuple(np.linalg.cholesky(L @ L.T + e * c) for L, c in zip(factors, change, strict=True)))
        for e in (h, -h)
    ]
    wanted = (ends[0].beta_covariance - ends[1].beta_covariance) / (2 * h)
    np.testing.assert_allclose(coefficient_slopes(profile(s, factors), change), wanted, rtol=1e-6)
