"""Distributions of vectors, of probabilities, and of correlation matrices."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions.family import Default, Family
from stanlevels.distributions.joint import log_normal, log_student_t
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import CHOLESKY, POSITIVE_VECTOR, SIMPLEX, VECTOR
from stanlevels.distributions.vocabulary import CORRELATION, NU, call, location, scale, shape, standard, times
from stanlevels.graph import Ref

__all__ = ["VECTORS", "log_jacobian_of_correlations"]

_SPREADS = call("diag", Ref("sigma"))

# --- the multivariate normal distribution ---------------------------------------------------------


def _multi_normal_draw(rng: Any, size: tuple[int, ...], mu: Any, sigma: Any, corr: Any) -> Any:
    z = rng.standard_normal(size)
    return mu + sigma * (corr @ z[..., None])[..., 0]


_MULTI_NORMAL = Numbers(
    VECTOR,
    log_density=log_normal,
    draw=_multi_normal_draw,
    mean=lambda mu, **_: mu,
    variance=lambda sigma, **_: np.square(sigma),
    symmetric=True,
)

MULTI_NORMAL = Family(
    "MultiNormal",
    (
        standard(
            "multi_normal_cholesky",
            _MULTI_NORMAL,
            location("mu", VECTOR, Default(0)),
            scale(support=POSITIVE_VECTOR),
            CORRELATION,
            written=(
                Ref("mu"),
                times(times(_SPREADS, Ref("corr")), _SPREADS),
            ),
            phrase="jointly normal around {mu} with standard deviations {sigma} and correlations {corr}",
        ),
    ),
    "Several normal variables per unit with means `mu`, standard deviations `sigma` and correlations `corr`.",
    location_scale=("mu", "sigma"),
    gaussian=True,
    symbol="N",
    example="sl.MultiNormal([0, 0], [1, 1], sl.LKJCholesky(2, dim=2))",
)

# --- Student's t --------------------------------------------------------------------------------


def _multi_student_t_draw(rng: Any, size: tuple[int, ...], nu: Any, mu: Any, sigma: Any, corr: Any) -> Any:
    stretch = np.sqrt(rng.chisquare(np.broadcast_to(nu, size[:-1])) / nu)[..., None]
    return mu + _multi_normal_draw(rng, size, 0.0, sigma, corr) / stretch


def _multi_student_t_variance(nu: Any, mu: Any, sigma: Any, corr: Any) -> Any:
    wide = np.where(nu > 2, nu / np.where(nu > 2, nu - 2, 1.0), np.where(nu > 1, np.inf, np.nan))
    return np.square(sigma) * wide[..., None]


_MULTI_STUDENT_T = Numbers(
    VECTOR,
    log_density=log_student_t,
    draw=_multi_student_t_draw,
    mean=lambda nu, mu, **_: np.where(nu[..., None] > 1, mu, np.nan),
    variance=_multi_student_t_variance,
    symmetric=True,
)

MULTI_STUDENT_T = Family(
    "MultiStudentT",
    (
        standard(
            "multi_student_t_root",
            _MULTI_STUDENT_T,
            NU,
            location("mu", VECTOR, Default(0)),
            scale(support=POSITIVE_VECTOR),
            CORRELATION,
            written=(
                Ref("nu"),
                Ref("mu"),
                times(times(_SPREADS, Ref("corr")), _SPREADS),
            ),
            phrase="jointly Student's t with {nu} degrees of freedom around {mu}, with scales {sigma} and"
            " correlations {corr}",
        ),
    ),
    "Several outcomes in each row that are jointly Student's t, with `nu` degrees of freedom, locations `mu`,"
    " scales `sigma` and correlations `corr`.",
    latent=False,
    functions=("multi_student_t_root",),
    symbol="t",
    example="sl.MultiStudentT(4, [0, 0], [1, 1], sl.LKJCholesky(2, dim=2), observed=['y1', 'y2'])",
)

# --- correlation matrices -------------------------------------------------------------------------


def _lkj_log(x: Any, eta: Any) -> Any:
    """Of the Cholesky factor L: a constant plus the sum over rows k of (K - k + 2 eta - 2) log L_kk.

    Lewandowski, Kurowicka and Joe (2009), theorem 5, with the Jacobian of L.
    """
    K = x.shape[-1]
    rows = np.arange(2, K + 1)
    diagonal = np.log(np.diagonal(x, axis1=-2, axis2=-1)[..., 1:])
    powers = K - rows + 2 * eta[..., None] - 2
    return np.sum(powers * diagonal, axis=-1) + _lkj_constant(eta, K)


def _lkj_constant(eta: Any, K: int) -> Any:
    k = np.arange(1, K)
    each = k * log(pi) / 2 + special.gammaln(eta[..., None] + (K - 1 - k) / 2)
    return (K - 1) * special.gammaln(eta + (K - 1) / 2) - np.sum(each, axis=-1)


def _lkj_draw(rng: Any, size: tuple[int, ...], eta: Any) -> Any:
    """Row by row (the onion method): a direction on the sphere, and a squared length that is beta."""
    K, batch = size[-1], size[:-2]
    L = np.zeros(size)
    L[..., 0, 0] = 1
    for i in range(1, K):
        square = rng.beta(i / 2, eta + (K - 1 - i) / 2, batch)
        direction = rng.standard_normal((*batch, i))
        direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
        L[..., i, :i] = np.sqrt(square)[..., None] * direction
        L[..., i, i] = np.sqrt(1 - square)
    return L


def _lkj_moments(eta: Any, dim: int) -> tuple[Any, Any]:
    """Mean and variance of every entry of the Cholesky factor."""
    mean, variance = (np.zeros((*eta.shape, dim, dim)) for _ in range(2))
    mean[..., 0, 0] = 1
    for i in range(1, dim):
        a, b = eta + (dim - 1 - i) / 2, i / 2  # the squared diagonal is beta with these shapes
        mean[..., i, i] = np.exp(special.betaln(a + 0.5, b) - special.betaln(a, b))
        variance[..., i, i] = a / (a + b) - np.square(mean[..., i, i])
        variance[..., i, :i] = (b / (a + b) / i)[..., None]
    return mean, variance


def log_jacobian_of_correlations(L: Any) -> Any:
    """Log of the volume of correlation matrices per volume of their Cholesky factors `L`.

    The log density of a matrix is that of its factor less this.
    """
    K = np.shape(L)[-1]
    diagonal = np.log(np.diagonal(L, axis1=-2, axis2=-1))
    return np.sum((K - np.arange(1, K + 1)) * diagonal, axis=-1)


_LKJ = Numbers(
    CHOLESKY,
    log_density=_lkj_log,
    draw=_lkj_draw,
    mean=lambda eta, dim: _lkj_moments(eta, dim)[0],
    variance=lambda eta, dim: _lkj_moments(eta, dim)[1],
)

LKJ_CHOLESKY = Family(
    "LKJCholesky",
    (
        standard(
            "lkj_corr_cholesky",
            _LKJ,
            shape("eta", Default(2)),
            phrase="a correlation matrix, LKJ with shape {eta}",
        ),
    ),
    "A correlation matrix with density proportional to its determinant to the power `eta` - 1.",
    observable=False,
    sized=True,
    symbol="LKJ",
    example="sl.LKJCholesky(2, dim=2)",
)

# --- probabilities --------------------------------------------------------------------------------


def _wide(alpha: Any, dim: int | None) -> Any:
    return alpha if dim is None else np.broadcast_to(alpha, (*alpha.shape[:-1], dim))


def _dirichlet_log(x: Any, alpha: Any) -> Any:
    alpha = _wide(alpha, x.shape[-1])
    constant = special.gammaln(np.sum(alpha, axis=-1)) - np.sum(special.gammaln(alpha), axis=-1)
    return constant + np.sum(special.xlogy(alpha - 1, x), axis=-1)


def _dirichlet_draw(rng: Any, size: tuple[int, ...], alpha: Any) -> Any:
    """Gamma variables over their sum, as logs: with small concentrations they all round to 0."""
    alpha = np.broadcast_to(alpha, size)
    logs = np.log(rng.standard_gamma(alpha + 1)) + np.log(rng.uniform(size=size)) / alpha
    return special.softmax(logs, axis=-1)


def _dirichlet_mean(alpha: Any, dim: int | None = None) -> Any:
    alpha = _wide(alpha, dim)
    return alpha / alpha.sum(axis=-1, keepdims=True)


def _dirichlet_variance(alpha: Any, dim: int | None = None) -> Any:
    mean = _dirichlet_mean(alpha, dim)
    return mean * (1 - mean) / (1 + _wide(alpha, dim).sum(axis=-1, keepdims=True))


_DIRICHLET = Numbers(
    SIMPLEX,
    log_density=_dirichlet_log,
    draw=_dirichlet_draw,
    mean=_dirichlet_mean,
    variance=_dirichlet_variance,
)

DIRICHLET = Family(
    "Dirichlet",
    (
        standard(
            "dirichlet",
            _DIRICHLET,
            shape("alpha", Default(1), POSITIVE_VECTOR),
            phrase="probabilities that sum to 1, Dirichlet with concentrations {alpha}",
        ),
    ),
    "Probabilities that sum to 1, with concentrations `alpha`.",
    sized=True,
    example="sl.Dirichlet([1, 1, 1])",
)

VECTORS = (MULTI_NORMAL, MULTI_STUDENT_T, LKJ_CHOLESKY, DIRICHLET)
