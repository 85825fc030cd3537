"""Quantities over units of a general model, given the data: moments at the mode or by quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.jets import variable
from stanlevels.estimation.point.general.mode import Mode
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.general.nodes import evaluate
from stanlevels.estimation.point.general.parts import Frame
from stanlevels.estimation.point.general.quadrature import Quadrature
from stanlevels.estimation.point.general.reading import Atoms
from stanlevels.estimation.point.solution import UnitMoments
from stanlevels.gaussian.statistics import spread_blocks
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import Effect

__all__ = ["GeneralConditional"]


@dataclass(frozen=True, eq=False)
class GeneralConditional:
    """Random variables and parameters given the data.

    Attributes
    ----------
    model : GeneralModel
    criterion : GeneralCriterion
    z : ndarray
        The optimum.
    of_beta : ndarray, (r, r)
        Covariance of the coefficients that were maximised over.
    """

    model: GeneralModel
    criterion: GeneralCriterion
    z: Array
    of_beta: Array

    @cached_property
    def mode(self) -> Mode:
        """The mode of the deviations."""
        return self.criterion.mode(self.z)

    @cached_property
    def T(self) -> Any:
        """What deviations are multiplied by, sparse (K, K)."""
        return spread_blocks(
            self.criterion.layout.factors(self.criterion.split(self.z)[0], 1.0), self.model.blocks
        )

    @cached_property
    def integrals(self) -> Quadrature | None:
        """The integrals of all units, where quadrature is in use."""
        return self.criterion.quadrature(self.mode) if self.criterion.points > 1 else None

    @cached_property
    def moves(self) -> Array:
        """What a change of the coefficients of the basis does to the mode, (K, r)."""
        total = np.zeros((len(self.mode.v), len(self.of_beta)))
        mode = self.mode
        for data, line, eta, B in zip(
            self.model.lines, mode.inner.lines, mode.eta, mode.inner.B, strict=True
        ):
            _, second = line.curvature(eta, range(len(eta)))
            for a, part in zip(line.random, B, strict=True):
                for c, X in enumerate(data.X):
                    total += (part.T @ X.multiply(second[a, c][:, None])).toarray()
        return mode.factor.solve(total) if total.size else total

    # --- linear combinations ---------------------------------------------------------------------

    def variance(self, X: Any, Z: Any) -> Array:
        """Of ``X beta + Z u``, given the data and the standard deviations."""
        S = (Z @ self.T).tocsr()
        own = self._given(S)
        if not len(self.of_beta):
            return own
        J = X.toarray() + S @ self.moves
        return np.asarray(own + np.einsum("ir,rs,is->i", J, self.of_beta, J))

    def _given(self, S: Any) -> Array:
        """Variance of ``S v``, given the data and all parameters that are maximised over."""
        own = np.zeros(S.shape[0])
        step = max(1, 20_000_000 // max(S.shape[1], 1))
        for first in range(0, S.shape[0] if S.nnz else 0, step):
            piece = S[first : first + step].toarray().T
            own[first : first + step] = (piece * self.mode.factor.solve(piece)).sum(axis=0)
        return own

    @cached_property
    def flat(self) -> Array:
        """Columns of the covariance of all deviations that belong to integrated coefficients, (K, p)."""
        K, p = len(self.mode.v), len(self.model.integrated)
        ones = np.zeros((K, p))
        ones[K - p :] = np.eye(p)
        return self.mode.factor.solve(ones) if p else ones

    def _known(self, S: Any) -> Array:
        """Variance of ``S v``, given the data, all parameters and all coefficients."""
        own, p = self._given(S), len(self.model.integrated)
        if not p:
            return own
        across = S @ self.flat
        return np.asarray(own - np.einsum("ip,pq,iq->i", across, np.linalg.inv(self.flat[-p:]), across))

    def units(self, name: str) -> UnitMoments:
        """Moments of a quantity over units.

        Raises
        ------
        FitError
            If it rests on what reaches no data.
        """
        p = self.model.predictor
        line = p.planned.lines[name]
        atoms = Atoms()
        node = self.model.reading.quantity(name, (), p.bound.size(line.domain), atoms)
        known = {owner for owner, _ in p.columns} | {e.name for e in p.effects}
        if lost := {part for form in atoms.forms for part in form.parts} - known:
            raise FitError(
                f"{name!r} rests on {listing(sorted(lost))}, which reaches no data in these roles",
                expected="a quantity that was estimated",
            )
        width = self.model.reading.forms.width(line)
        means, variances = zip(*(self._component(node, k, atoms, line) for k in range(width)), strict=True)
        mean, variance = np.stack(means, axis=1).ravel(), np.stack(variances, axis=1).ravel()
        role = p.roles.get(name, "computed")
        index = next((b for b, e in enumerate(p.effects) if e.name == name), None)
        if index is None or name in self.model.reading.free or name in self.model.reading.moved:
            return UnitMoments(mean, variance, role)
        if name in self.model.reading.logs:
            return UnitMoments(mean, variance, role)
        return self._random(index, mean, variance)

    def _component(self, node: Any, k: int, atoms: Atoms, line: Any) -> tuple[Array, Array]:
        """Mean and variance of one component at every unit."""
        units = self.model.predictor.bound.size(line.domain)
        X, Z, offset = self._columns(atoms)
        beta = self.criterion.split(self.z)[1]
        at = [o + x @ beta for o, x in zip(offset, X, strict=True)]
        v = self.mode.v
        spread = [S @ self.T for S in Z]
        eta = [a + S @ v for a, S in zip(at, spread, strict=True)]
        if not eta:
            fixed = np.broadcast_to(evaluate(node, [])[:, k], (units,))
            return fixed, np.zeros(units)
        value, slopes = _linearised(node, eta, k, units)
        whole_x = sum(x.multiply(s[:, None]) for x, s in zip(X, slopes, strict=True))
        whole_z = sum(S.multiply(s[:, None]) for S, s in zip(Z, slopes, strict=True))
        variance = np.maximum(self.variance(whole_x.tocsr(), whole_z.tocsr()), 0)
        if self.integrals is None or not any(S.nnz for S in Z):
            return value, variance
        return self._integrated(node, k, at, spread, value, variance, whole_z)

    def _integrated(
        self, node: Any, k: int, at: list[Array], spread: list[Any], value: Array, variance: Array, Z: Any
    ) -> tuple[Array, Array]:
        """Mean and variance by quadrature; the coefficients' part of the variance as it was."""
        assert self.integrals is not None
        rows = Z.tocsr()
        owner = np.zeros(len(value), dtype=np.int64)
        touched = np.diff(rows.indptr) > 0
        owner[touched] = rows.indices[rows.indptr[:-1][touched]]
        values = [
            np.broadcast_to(
                evaluate(node, [(a + S @ v)[:, None] for a, S in zip(at, spread, strict=True)])[:, k],
                value.shape,
            )
            for v in self.integrals.v
        ]
        shares = self.integrals.shares[:, owner]
        mean = (shares * values).sum(axis=0)
        own = (shares * np.square(values - mean)).sum(axis=0)
        from_mode = np.zeros(len(value))
        S = (rows @ self.T).tocsr()
        H = 1 / self.mode.inner.hessian(self.mode.weights).diagonal()
        from_mode = np.asarray(S.multiply(S) @ H)
        return np.where(touched, mean, value), np.where(
            touched, own + np.maximum(variance - from_mode, 0), variance
        )

    def _columns(self, atoms: Atoms) -> tuple[list[Any], list[Any], list[Array]]:
        """Columns of the basis and of the deviations for every atom, and its known part."""
        from scipy import sparse

        p, X, Z = self.model.predictor, [], []
        fixed = list(dict.fromkeys(name for name, _ in p.columns))
        sizes = {name: sum(owner == name for owner, _ in p.columns) for name in fixed}
        whole = sparse.csr_array(self.model.basis.expand)
        expand, flat = whole[:, list(self.model.kept)], whole[:, list(self.model.integrated)]
        for form in atoms.forms:
            n = len(form.offset)
            parts = [form.parts.get(name, sparse.csr_array((n, sizes[name]))) for name in fixed]
            columns = sparse.hstack(parts, format="csr") if parts else sparse.csr_array((n, 0))
            X.append((columns @ expand).tocsr())
            own = [form.parts.get(e.name, sparse.csr_array((n, e.block.size))) for e in p.effects]
            own += [columns @ flat] if self.model.integrated else []
            Z.append(sparse.hstack(own, format="csr") if own else sparse.csr_array((n, 0)))
        return X, Z, [form.offset for form in atoms.forms]

    # --- random variables --------------------------------------------------------------------------

    def _random(self, b: int, mean: Array, variance: Array) -> UnitMoments:
        """With deviations, and the share of the unit's own data in them."""
        effect = self.model.predictor.effects[b]
        if effect.name in self.model.reading.forms.roots:
            return self._correlated(b, mean, variance)
        u, variances, own, tau2 = self._deviations(b)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(tau2 > 0, 1 - own / tau2, 0.0)
        deviation = effect.known * u
        no_pooling = (mean - deviation) + effect.known * (u + self._residual(b, u))
        return UnitMoments(
            mean,
            variance,
            "random",
            deviation,
            effect.known**2 * variances,
            np.abs(effect.known) * np.sqrt(tau2),
            weight,
            no_pooling,
        )

    def _correlated(self, b: int, mean: Array, variance: Array) -> UnitMoments:
        """Units that are correlated: sums of independent deviations."""
        from scipy import sparse

        effect, span = self.model.predictor.effects[b], self._span(b)
        form = self.model.reading.forms.quantity(effect.name)
        assert not isinstance(form, NotLinear)
        own, K = form.parts[effect.name].tocoo(), len(self.mode.v)
        Z = sparse.csr_array((own.data, (own.row, span.start + own.col)), shape=(own.shape[0], K))
        empty = sparse.csr_array((own.shape[0], len(self.of_beta)))
        factor = self.criterion.layout.factors(self.criterion.split(self.z)[0], 1.0)[b]
        whole = own.tocsr() @ spread_blocks((factor,), (effect.block,))
        tau2 = np.asarray(whole.power(2).sum(axis=1)).ravel()
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(tau2 > 0, 1 - self._known(Z @ self.T) / tau2, 0.0)
        deviation, lost = Z @ (self.T @ self.mode.v), np.full(own.shape[0], np.nan)
        return UnitMoments(
            mean, variance, "random", deviation, self.variance(empty, Z), np.sqrt(tau2), weight, lost
        )

    def _span(self, b: int) -> slice:
        first = sum(block.size for block in self.model.blocks[:b])
        return slice(first, first + self.model.blocks[b].size)

    def _deviations(self, b: int) -> tuple[Array, Array, Array, Array]:
        """Of the deviations, (units * width,) each: mean, variance, variance if the parameters were known,
        and variance without data.
        """
        from scipy import sparse

        effect, span = self.model.predictor.effects[b], self._span(b)
        K = len(self.mode.v)
        picked = sparse.eye_array(K, format="csr")[span]
        empty = sparse.csr_array((effect.block.size, len(self.of_beta)))
        factor = self.criterion.layout.factors(self.criterion.split(self.z)[0], 1.0)[b]
        tau2 = np.tile(np.square(factor).sum(axis=1), effect.block.units) * self._standard_variance(effect)
        u, variances = (self.T @ self.mode.v)[span], self.variance(empty, picked)
        own = self._known(picked @ self.T)
        if self.integrals is not None:
            scale = float(factor[0, 0])
            v, shares = self.integrals.v, self.integrals.shares
            center = (shares * v).sum(axis=0)
            spread = (shares * np.square(v - center)).sum(axis=0)
            H = 1 / self.mode.inner.hessian(self.mode.weights).diagonal()
            u, variances = scale * center, variances + scale**2 * (spread - H)
            own = scale**2 * spread
        return u, variances, own, tau2

    def _standard_variance(self, effect: Effect) -> float:
        """Of a deviation before it is scaled: 1 for normal ones; NaN where it is infinite or unknown."""
        line = self.model.predictor.planned.lines[effect.name]
        if line.family.gaussian or line.family.structure is not None:
            return 1.0
        further = {}
        for argument, term in line.args.items():
            if argument not in (line.location, line.scale):
                atoms = Atoms()
                node = self.model.reading.node(term, line, (), effect.block.units, atoms)
                X, _, offset = self._columns(atoms)
                beta = self.criterion.split(self.z)[1]
                eta = [(o + x @ beta)[:, None] for o, x in zip(offset, X, strict=True)]
                further[argument] = float(np.mean(evaluate(node, eta)))
        found = line.form.variance({line.location: 0.0, line.scale: 1.0, **further})
        return float(found) if np.isfinite(found) else float("nan")

    def _residual(self, b: int, u: Array) -> Array:
        """What the unit's own rows would add to its deviation; NaN where they do not say."""
        del u
        mode, q, units = self.mode, self.model.blocks[b].width, self.model.blocks[b].units
        span = self._span(b)
        score, own = np.zeros(units * q), np.zeros((units, q, q))
        for data, line, eta in zip(self.model.lines, mode.inner.lines, mode.eta, strict=True):
            if data.own or not line.random:
                continue
            first, second = line.curvature(eta, line.random)
            parts = [data.Z[a][:, span] for a in line.random]
            for i, left in enumerate(parts):
                score += left.T @ first[i]
                for j, right in enumerate(parts):
                    product = (left.T @ right.multiply(-second[i, j][:, None])).tocsr()
                    for a in range(q):
                        for c in range(q):
                            own[:, a, c] += product[a::q, c::q].diagonal()
        found = np.full((units, q), np.nan)
        full = np.all(np.linalg.eigvalsh(own) > 1e-12, axis=1)
        if full.any():
            found[full] = np.linalg.solve(own[full], score.reshape(units, q)[full][..., None])[..., 0]
        return found.ravel()

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y], by component."""
        from scipy import sparse

        p = self.model.predictor
        b = [e.name for e in p.effects].index(name)
        block, first = p.effects[b].block, self._span(b).start
        q = block.width
        at = (np.tile(np.arange(q), block.units), first + np.arange(block.size))
        Z = sparse.csr_array((p.effects[b].known / block.units, at), shape=(q, len(self.mode.v)))
        if name in p.forms.roots:
            form = p.forms.quantity(name)
            assert not isinstance(form, NotLinear)
            sums = sparse.csr_array((np.ones(block.size) / block.units, (at[0], np.arange(block.size))))
            own = (sums @ form.parts[name]).tocoo()
            Z = sparse.csr_array((own.data, (own.row, first + own.col)), shape=(q, len(self.mode.v)))
        return np.maximum(self.variance(sparse.csr_array((q, len(self.of_beta))), Z), 0)


def _linearised(node: Any, eta: list[Array], k: int, units: int) -> tuple[Array, list[Array]]:
    """The value of a component at every unit, and its derivative by every atom."""
    frame = Frame(1)
    with np.errstate(all="ignore"):
        found = evaluate(node, [variable(frame, a, e[:, None]) for a, e in enumerate(eta)])
    picked = found[..., k]
    slopes = [np.broadcast_to(picked.first.get(a, 0.0), (units,)) for a in range(len(eta))]
    return np.broadcast_to(picked.value, (units,)), slopes
