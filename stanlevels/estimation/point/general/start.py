"""Where maximisation begins: the maximum without normal random variables, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.links import LINKS
from stanlevels.estimation.point.general.middles import middles_of
from stanlevels.estimation.point.general.mode import Inner, find_start, projected
from stanlevels.estimation.point.general.model import GeneralModel, LineData
from stanlevels.estimation.point.general.rows import Rows
from stanlevels.gaussian.design import Block
from stanlevels.gaussian.elimination import eliminate
from stanlevels.linear.forms import NotLinear
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Use

__all__ = ["Start", "started"]


@dataclass(frozen=True, eq=False)
class Start:
    """Where to begin.

    Attributes
    ----------
    beta : ndarray, (r,)
        Coefficients of the basis.
    root : ndarray, (r, r)
        ``beta + root @ g`` has coordinates g of ordinary size 1.
    v : ndarray, (K,)
        Deviations.
    information : tuple of ndarray, (width, width)
        Of every block: what a row of data tells of the deviations of its unit, on average.
    """

    beta: Array
    root: Array
    v: Array
    information: tuple[Array, ...]


@np.errstate(all="ignore")
def started(model: GeneralModel) -> Start:
    """Find a start: coefficients from the middles of the priors and the outcomes, then Newton steps."""
    K, r = len(model.penalty), len(model.kept)
    first = _first(model)
    v = np.zeros(K)
    if model.integrated:
        v[-len(model.integrated) :] = first[list(model.integrated)]
    first = first[list(model.kept)]
    lines = tuple(
        Rows(x.name, x.density, x.weights, tuple(range(len(x.offset))), x.common) for x in model.lines
    )
    whole = _joint(model, lines, np.ones(r), first)
    inner = replace(_joint(model, lines, _moving(model), first), elimination=whole.elimination)
    x = np.concatenate([v, first])
    for data, line, eta in zip(model.lines, lines, inner.eta(x), strict=True):
        _refuse_kinks(model, data, line, eta)
    x = find_start(inner, x)
    etas = inner.eta(x)
    curvatures = [line.curvature(eta, line.random)[1] for line, eta in zip(lines, etas, strict=True)]
    weights = [projected(-second) for second in curvatures]
    return Start(x[K:], _root(_covariance(whole, weights, r)), x[:K], _information(model, weights))


def _joint(model: GeneralModel, lines: tuple[Rows, ...], moving: Array, first: Array) -> Inner:
    """Deviations and coefficients at once, without normal random variables; some coefficients held."""
    from scipy import sparse

    off = sparse.diags_array(1 - model.penalty, format="csr")
    on = sparse.diags_array(moving, format="csr")
    B = tuple(
        tuple(sparse.hstack([Z @ off, X @ on], format="csr") for Z, X in zip(x.Z, x.X, strict=True))
        for x in model.lines
    )
    held = (1 - moving) * first
    base = tuple(x.offset + np.stack([X @ held for X in x.X]) if x.X else x.offset for x in model.lines)
    penalty = np.concatenate([model.penalty, np.zeros(len(moving))])
    blocks = (*model.blocks, Block("<coefficients>", len(moving)))
    return Inner(lines, base, B, penalty, eliminate(_pattern(B, len(penalty)), blocks))


def _covariance(inner: Inner, weights: list[Array], r: int) -> Array:
    """Of the coefficients, were the log density what its curvature says."""
    if not r:
        return np.zeros((0, 0))
    matrix = inner.hessian(weights, 1e-12)
    right = np.zeros((matrix.shape[0], r))
    right[-r:] = np.eye(r)
    return inner.elimination.factor(matrix + _ridge(matrix)).solve(right)[-r:]


def _refuse_kinks(model: GeneralModel, data: LineData, line: Rows, eta: Array) -> None:
    """Raise where a log density has no curvature by a predictor, and yet a slope: it has a kink."""
    first, second = line.curvature(eta, line.random)
    rounding = 1e-10 * max((np.abs(first[a]).max(initial=0) for a in line.random), default=0.0)
    flat = [a for a in line.random if np.any(np.abs(first[a]) > rounding) and not np.any(second[a, a] != 0)]
    if flat:
        raise NotLinear.of(
            model.predictor.planned.lines[data.name],
            "its log density has a kink and no curvature, and so no normal approximation",
            "use method='nuts', or a smooth distribution",
            "a log density that bends everywhere",
        ).error()


def _moving(model: GeneralModel) -> Array:
    """1 for coefficients that may move, 0 for those of the distributions of random variables.

    Together with the variables themselves these have no maximum: a spread of 0 about a common value.
    """
    found = np.ones(len(model.kept))
    for line in model.lines:
        if line.own:
            for X in line.X:
                found[np.diff(X.tocsc().indptr) > 0] = 0.0
    return found


def _ridge(matrix: Any) -> Any:
    """A little on the diagonal, for what the rows tell nothing of."""
    from scipy import sparse

    diagonal = matrix.diagonal()
    return sparse.diags_array(1e-10 * diagonal + 1e-10 * float(np.median(diagonal)) + 1e-300, format="csr")


def _root(covariance: Array) -> Array:
    if not len(covariance):
        return covariance
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    size = np.sqrt(np.maximum(values, 1e-24 * values.max()))
    return np.asarray(vectors * size)


def _pattern(B: tuple[tuple[Any, ...], ...], K: int) -> Any:
    from scipy import sparse

    total = sparse.csr_array((K, K))
    for parts in B:
        if parts:
            around = sum(abs(part) for part in parts)
            total = total + around.T @ around
    return sparse.csr_array(total)


def _information(model: GeneralModel, weights: list[Array]) -> tuple[Array, ...]:
    """Second derivatives of the rows by the deviations of a unit, over units, by the number of rows."""
    found, first = [], 0
    for block in model.blocks:
        q, own = block.width, slice(first, first + block.size)
        first += block.size
        total = np.zeros((q, q))
        for line, W in zip(model.lines, weights, strict=True):
            if line.own:
                continue
            columns = {a: Z[:, own].tocsc() for a, Z in enumerate(line.Z) if Z[:, own].nnz}
            for a, left in columns.items():
                for b, right in columns.items():
                    weighted = right.multiply(W[a, b][:, None]).tocsc()
                    total += [
                        [left[:, i::q].multiply(weighted[:, j::q]).sum() for j in range(q)] for i in range(q)
                    ]
        found.append((total + total.T) / 2 / max(model.n_rows, 1.0))
    return tuple(found)


def _first(model: GeneralModel) -> Array:
    """Coefficients of the basis: the middles of the priors, locations from the outcomes."""
    at = middles_of(model)
    columns = model.predictor.columns
    beta = np.array([at[name][k] for name, k in columns]) if columns else np.zeros(0)
    reduced = np.linalg.lstsq(model.basis.expand, beta, rcond=None)[0] if len(beta) else beta
    for line in model.lines:
        if not line.own:
            reduced = _apart(model, line, _located(model, line, reduced))
    return reduced


def _apart(model: GeneralModel, line: LineData, beta: Array) -> Array:
    """Coefficients under which the distributions of a mixture lie apart: alike they would stay alike."""
    names = [
        p for p in model.predictor.planned.lines[line.name].form.parameters if p.kind == "location of one"
    ]
    y = np.asarray(model.predictor.bound.outcome(line.name), dtype=float).ravel() if line.parts else None
    for k, (atoms, parameter) in enumerate(zip(line.parts, names, strict=True)):
        whole = np.zeros((len(line.offset.T), len(beta)))
        for atom in atoms:
            whole[:, list(model.kept)] += line.X[atom].toarray()
        own = np.any(whole != 0, axis=0)
        if y is None or not own.any():
            continue
        if parameter.support.constrained or len(atoms) > 1:  # a function of what is free: less or more of it
            beta = beta + own * (k - (len(names) - 1) / 2)
            continue
        share = np.quantile(y, (k + 0.5) / len(names))
        target = _on_link(np.full(len(y), share), parameter.link, "identity", line.trials)
        fitted = np.linalg.lstsq(whole[:, own], target - line.offset[atoms[0]], rcond=None)[0]
        beta = beta.copy()
        beta[own] = fitted
    return beta


def _located(model: GeneralModel, line: LineData, beta: Array) -> Array:
    """Coefficients under which the location of a line is near its outcome, where it is an atom."""
    declared = model.predictor.planned.lines[line.name]
    form = declared.form
    if not line.located or form.categories or declared.family.is_tally:
        return beta
    y = np.asarray(model.predictor.bound.outcome(line.name), dtype=float)
    for k, atom in enumerate(line.located):
        beta = _at_outcomes(model, line, atom, y[:, k] if y.ndim > 1 else y, beta)
    return beta


def _at_outcomes(model: GeneralModel, line: LineData, atom: int, y: Array, beta: Array) -> Array:
    """Coefficients under which one atom of a location is near its outcomes."""
    declared = model.predictor.planned.lines[line.name]
    form = declared.form
    target = _on_link(y, form.link, declared.family.location_link, line.trials)
    X = np.zeros((len(y), len(beta)))
    X[:, list(model.kept)] = line.X[atom].toarray()
    if model.integrated:
        X[:, list(model.integrated)] = line.Z[atom][:, -len(model.integrated) :].toarray()
    own = np.any(X != 0, axis=0)
    if not own.any():
        return beta
    good = np.isfinite(target) & (line.weights > 0)
    rest = target - line.offset[atom]
    fitted = np.linalg.lstsq(X[good][:, own], rest[good], rcond=None)[0]
    beta = beta.copy()
    beta[own] = fitted
    return _begun(model, declared, beta, rest[good] - X[good][:, own] @ fitted)


def _begun(model: GeneralModel, line: Line, beta: Array, rest: Array) -> Array:
    """The other arguments of a line where their distribution says that a search begins."""
    begun = {
        term.name: parameter.start(rest)
        for parameter in line.form.parameters
        if parameter.start is not None and isinstance(term := line.args[parameter.name], Use)
    }
    if not begun:
        return beta
    pairs = zip(model.predictor.columns, model.basis.expand @ beta, strict=True)
    every = np.asarray([begun.get(name, at) for (name, _), at in pairs])
    return np.asarray(np.linalg.lstsq(model.basis.expand, every, rcond=None)[0])


def _on_link(y: Array, link: str, of_family: str, trials: Array | None) -> Array:
    """Outcomes on the scale of the predictor, moved a little off the edges."""
    if of_family != "identity":
        return np.asarray(LINKS[of_family].predictor(y))
    if link == "identity":
        return y
    if link in ("log", "log_rate"):
        found = np.log(np.maximum(y, 0) + (0.5 if np.all(y == np.floor(y)) else 1e-12))
        return found if link == "log" else -found
    n = 1.0 if trials is None else trials
    share = (y + 0.5) / (n + 1) if np.all(y == np.floor(y)) else np.clip(y, 1e-6, 1 - 1e-6)
    return np.asarray(LINKS[link].predictor(np.clip(share, 1e-6, 1 - 1e-6)))
