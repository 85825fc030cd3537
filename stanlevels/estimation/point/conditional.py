"""Quantities over units, from conditional moments: estimates, deviations, and pooling weights.

The weight of a unit is the share of its own data in its estimate (decision 18). In a Gaussian tree it
is exact, ``tau^2 / (tau^2 + V)`` with V the variance of the message that the unit's own data send up;
elsewhere ``1 - Var[deviation | y] / tau^2`` (Gelman and Pardoe 2006, unit by unit).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.contrasts import Basis
from stanlevels.estimation.point.solution import UnitMoments
from stanlevels.gaussian import Moments
from stanlevels.gaussian.statistics import spread_blocks
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import Predictor
from stanlevels.linear.trees import tree_of

__all__ = ["Conditional"]


@dataclass(frozen=True, eq=False)
class Conditional:
    """The random variables and parameters of a predictor, given the data.

    `gaussian` is False where the moments are those of a normal approximation.
    """

    predictor: Predictor
    basis: Basis
    moments: Moments
    gaussian: bool = True

    @cached_property
    def beta(self) -> Array:
        """Every parameter in the location, (p,); NaN where no row that counts tells of it."""
        return np.where(self.basis.silent, np.nan, self._told)

    @cached_property
    def _told(self) -> Array:
        """The parameters, 0 where nothing is known."""
        return np.asarray(self.basis.expand @ self.moments.profiled.beta)

    @property
    def beta_covariance(self) -> Array:
        """Its covariance, (p, p)."""
        inner = self.moments.sigma**2 * self.moments.profiled.beta_covariance
        whole = np.asarray(self.basis.expand @ inner @ self.basis.expand.T)
        whole[self.basis.silent] = np.nan
        whole[:, self.basis.silent] = np.nan
        return whole

    @cached_property
    def tree(self) -> tuple[str, ...]:
        """See `tree_of`."""
        return tree_of(self.predictor) if self.gaussian else ()

    def units(self, name: str) -> UnitMoments:
        """Moments of a quantity over units.

        Raises
        ------
        FitError
            If it is not linear in what was estimated, or rests on what reaches no data.
        """
        p = self.predictor
        form = p.forms.quantity(name)
        if isinstance(form, NotLinear):
            raise form.error()
        known = {owner for owner, _ in p.columns} | {e.name for e in p.effects}
        if lost := set(form.parts) - known:
            raise FitError(
                f"{name!r} rests on {listing(sorted(lost))}, which reaches no data in these roles",
                expected="a quantity that was estimated",
            )
        X, Z = p.rows(form)
        mean = form.offset + X @ self._told + Z @ self.moments.mean
        variance = np.maximum(self.moments.variance(X @ self.basis.expand, Z), 0)
        unknown = np.any(X[:, self.basis.silent] != 0, axis=1)
        mean[unknown], variance[unknown] = np.nan, np.nan
        role = p.roles.get(name, "computed")
        if name not in [e.name for e in p.effects]:
            return UnitMoments(mean, variance, role)
        return self._random(name, mean, variance)

    def _correlated(self, name: str, mean: Array, variance: Array) -> UnitMoments:
        """Units that are correlated: how much is known of each is 1 - Var[deviation | y] / Var[deviation]."""
        from scipy import sparse

        p, m = self.predictor, self.moments
        b = [e.name for e in p.effects].index(name)
        form = p.forms.quantity(name)
        assert not isinstance(form, NotLinear)
        own = form.parts[name]
        n = own.shape[0]
        pieces = [own if e.name == name else sparse.csr_array((n, e.block.size)) for e in p.effects]
        Z = sparse.hstack(pieces, format="csr")
        variances = np.maximum(m.variance(np.zeros((n, self.basis.X.shape[1])), Z), 0)
        factor = spread_blocks((m.sigma * m.profiled.factors[b],), (p.effects[b].block,))
        tau2 = np.asarray((own @ factor).power(2).sum(axis=1)).ravel()
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(tau2 > 0, 1 - variances / tau2, 0.0)
        lost = np.full(n, np.nan)
        return UnitMoments(mean, variance, "random", Z @ m.mean, variances, np.sqrt(tau2), weight, lost)

    def _random(self, name: str, mean: Array, variance: Array) -> UnitMoments:
        if self.predictor.planned.lines[name].family.structure is not None:
            return self._correlated(name, mean, variance)
        p, s = self.predictor, self.moments.profiled.statistics
        b = [e.name for e in p.effects].index(name)
        effect = p.effects[b]
        q = effect.block.width
        own = s.by_unit(self.moments.mean, b).ravel()
        variances = np.diagonal(self.moments.covariance[b], axis1=1, axis2=2).ravel()
        factor = self.moments.sigma * self.moments.profiled.factors[b]
        tau2 = np.tile((np.square(factor)).sum(axis=1), effect.block.units)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(tau2 > 0, 1 - variances / tau2, 0.0)
        deviation = effect.known * own
        no_pooling = (mean - deviation) + effect.known * (own + self._residual(b))
        if name in self.tree:
            weight = self._tree_weight(name, tau2)
            with np.errstate(invalid="ignore", divide="ignore"):
                message = (mean - deviation) + deviation / weight
            no_pooling = np.where(weight > 0, message, no_pooling if self.tree[0] == name else np.nan)
        return UnitMoments(
            mean,
            variance,
            "random",
            deviation,
            effect.known**2 * variances,
            np.abs(effect.known) * np.sqrt(tau2),
            weight.reshape(-1, q).ravel(),
            no_pooling,
        )

    def _residual(self, b: int) -> Array:
        """What least squares on a unit's own residuals would add to its effect; NaN without rows."""
        s = self.moments.profiled.statistics
        first, last = s.offsets[b : b + 2]
        q = s.blocks[b].width
        part = s.A[first:last, first:last]
        own = np.empty((s.blocks[b].units, q, q))
        for a in range(q):
            for c in range(q):
                own[:, a, c] = part[a::q, c::q].diagonal()
        score = s.by_unit(self.moments.profiled.score, b)
        found = np.full(score.shape, np.nan)
        full = np.linalg.matrix_rank(own, hermitian=True) == q
        if full.any():
            found[full] = np.linalg.solve(own[full], score[full][..., None])[..., 0]
        return found.ravel()

    def _tree_weight(self, name: str, tau2: Array) -> Array:
        """tau^2 P / (1 + tau^2 P) with P the precision of the message from below (`math.md`, section 2)."""
        p, s = self.predictor, self.moments.profiled.statistics
        names = [e.name for e in p.effects]
        diagonal = s.A.diagonal() / self.moments.sigma**2
        leaf = names.index(self.tree[0])
        precision = s.by_unit(diagonal, leaf).ravel()
        for child, parent in zip(self.tree, self.tree[1:], strict=False):
            if child == name:
                break
            tau = self.moments.sigma * float(self.moments.profiled.factors[names.index(child)][0, 0])
            passed = precision / (1 + tau**2 * precision)
            above = p.forms.quantity(child)
            assert not isinstance(above, NotLinear)
            codes = above.parts[parent].indices
            precision = np.bincount(codes, passed, p.effects[names.index(parent)].block.units)
        return np.asarray(tau2 * precision / (1 + tau2 * precision))

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y], by component."""
        from scipy import sparse

        p, s = self.predictor, self.moments.profiled.statistics
        b = [e.name for e in p.effects].index(name)
        block, first = p.effects[b].block, s.offsets[b]
        q = block.width
        rows = np.tile(np.arange(q), block.units)
        columns = first + np.arange(block.size)
        Z = sparse.csr_array((p.effects[b].known / block.units, (rows, columns)), shape=(q, s.A.shape[0]))
        if name in p.forms.roots:
            sums = sparse.csr_array((np.ones(block.size) / block.units, (rows, np.arange(block.size))))
            form = p.forms.quantity(name)
            assert not isinstance(form, NotLinear)
            own = (sums @ form.parts[name]).tocoo()
            Z = sparse.csr_array((own.data, (own.row, first + own.col)), shape=(q, s.A.shape[0]))
        return np.maximum(self.moments.variance(np.zeros((q, self.basis.X.shape[1])), Z), 0)
