"""The predictor of an outcome taken apart: what covariates explain, and every random variable's variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.family import Parameterization
from stanlevels.distributions.links import LINKS, Link, link_undone_by
from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.linear.forms import Affine, Forms, NotLinear
from stanlevels.linear.locations import location_of
from stanlevels.linear.sums import Opaque, Place, Reader
from stanlevels.plan.placed import Line
from stanlevels.plan.roles import roles_of
from stanlevels.plan.terms import Term
from stanlevels.results.draws import Draws
from stanlevels.values.arguments import arguments_of

__all__ = ["Parts", "Varying", "parts_of"]


@dataclass(frozen=True, eq=False)
class Varying:
    """A random variable, and what each row multiplies its deviations by.

    Attributes
    ----------
    name : str
    width : int
        Components per unit.
    pairs : mapping of (int, int) to sparse array, (rows, units)
        Products of the multipliers of two components of a unit; twice of different ones, which count twice.
    """

    name: str
    width: int
    pairs: Mapping[tuple[int, int], Any]

    def component(self, k: int) -> Varying:
        """One component alone, as if it had no correlation with others."""
        return Varying(self.name, self.width, {(k, k): self.pairs[k, k]})

    def mean(self, covariances: Mapping[tuple[int, int], Array], weights: Array, draws: int) -> Array:
        """The weighted mean over rows of `variances`, (draws,)."""
        total = np.zeros(draws)
        for pair, matrix in self.pairs.items():
            own, by_unit = covariances[pair], weights @ matrix
            total += by_unit.sum() * own[0] if len(own) == 1 else by_unit @ own
        return total

    def variances(self, covariances: Mapping[tuple[int, int], Array], rows: slice | Codes) -> Array:
        """Variance of what it contributes to some rows, (rows, draws), from (units or 1, draws) of pairs."""
        total: Any = 0.0
        for pair, matrix in self.pairs.items():
            own, some = covariances[pair], matrix[rows]
            if len(own) == 1:
                total = total + np.asarray(some.sum(axis=1)).reshape(-1, 1) * own
            else:
                total = total + some @ own
        return np.asarray(total)


@dataclass(frozen=True, eq=False)
class Parts:
    """The location of a line with data, on the scale where it is linear.

    Attributes
    ----------
    line : Line
    draws : Draws
    link : Link
    by_hand : bool
        Whether the link is no argument of the distribution, but stands in the line.
    form : Parameterization
        The distribution, given the predictor (or the mean, where the link stands in the line).
    offset : ndarray, (rows,)
    fixed : mapping of str to sparse array, (rows, numbers)
        What coefficients are multiplied by.
    exposure : ndarray, (rows,)
        What the mean is multiplied by.
    varying : tuple of Varying
        Random variables, in the order of declaration: those that others rest on come first.
    """

    line: Line
    draws: Draws
    link: Link
    by_hand: bool
    form: Parameterization
    offset: Array
    fixed: Mapping[str, Any]
    exposure: Array
    varying: tuple[Varying, ...]

    def predictors(self, rows: slice | Codes, every: int) -> Array:
        """The predictor without random variables, (rows, draws), at every so manieth draw."""
        found = self.offset[rows, None]
        for name, matrix in self.fixed.items():
            values = self.draws.flat(name)[:, ::every]
            found = found + matrix[rows] @ values.reshape(-1, values.shape[-1]).T
        count = self.draws.shape[0] * len(range(0, self.draws.shape[1], every))
        return np.broadcast_to(found, (len(found), count))

    def covariances(self, varying: Varying, every: int) -> dict[tuple[int, int], Array]:
        """Covariances of the components of a unit, (units or 1, draws) for every pair."""
        draws = self.draws.window(slice(None, None, every))
        line = draws.line(varying.name)
        if line.form.correlation:
            scale = draws.evaluate(line.args[line.scale], line.domain)
            corr = draws.evaluate(line.args[line.form.correlation], line.domain)
        else:
            scale = np.sqrt(line.form.variance(arguments_of(line, draws.values, draws.bound)))
            corr = np.ones((1, 1, 1, 1))
        count, q = draws.shape, varying.width
        found = {}
        for i, j in varying.pairs:
            product = _component(scale, i) * _component(scale, j)
            if i != j:
                product = product * _component(corr, i * q + j)
            whole = np.broadcast_to(product, (*count, product.shape[2]))
            found[i, j] = whole.reshape(-1, product.shape[2]).T
        return found

    def arguments(self, rows: slice | Codes, every: int) -> dict[str, Array]:
        """The other arguments of the distribution, (rows or 1, draws or 1); one trial of many."""
        draws, found = self.draws.window(slice(None, None, every)), {}
        units = np.arange(draws.bound.size(self.line.domain))[rows]
        for name, term in self.line.args.items():
            if name == self.form.location or self.line.parameter(name).support.shape != "scalar":
                continue
            if name == self.form.trials:
                found[name] = np.ones((1, 1))
                continue
            values = draws.evaluate(term, self.line.domain, units)[..., 0]
            found[name] = values.reshape(-1, values.shape[2]).T
        return found

    def at(self, predictor: Array) -> Array:
        """The location argument at a predictor."""
        return np.asarray(self.link.mean(predictor)) if self.by_hand else predictor


def _component(values: Array, k: int) -> Array:
    return values[..., min(k, values.shape[-1] - 1)]


def parts_of(draws: Draws, line: Line) -> Parts | FitError:
    """Take the location of a line apart, or say why that cannot be."""
    reader = Reader(draws.planned)
    found = location_of(line, reader)
    if found is None or line.components or line.parameter(found.argument).support.shape != "scalar":
        return _error(line, "it has no location that is one number")
    term, place, link, by_hand = found.term, found.place, LINKS[found.link], False
    if link.name == "identity":
        inner = _by_hand(reader.read(term, place))
        if inner is not None:
            link, term, place, by_hand = *inner, True
    elif line.family.location_link != "identity":
        link = LINKS["identity"]
    if place.path or place.home != line.domain:
        return _error(line, "its location is looked up as a whole")
    forms, names = _forms(draws)
    form = forms.term(line, term)
    if isinstance(form, NotLinear):
        return _error(line, form.what)
    unread = [n for n in form.parts if n not in names and not draws.holds(n)]
    if unread:
        return _error(line, f"draws of {unread[0]!r} were not recorded")
    exposure = np.ones(len(form.offset))
    if found.exposure is not None:
        exposure = np.broadcast_to(forms.columns.multiple(found.exposure), (len(exposure), 1))[:, 0]
    fixed = {n: part for n, part in form.parts.items() if n not in names}
    varying = tuple(_varying(n, form, forms) for n in draws.planned.latent if n in form.parts and n in names)
    return Parts(line, draws, link, by_hand, found.form, form.offset, fixed, exposure, varying)


def _by_hand(read: tuple[Any, ...]) -> tuple[Link, Term, Place] | None:
    """A link that is written in the line around all of its predictor, as in Phi(eta)."""
    only = read[0] if len(read) == 1 else None
    if only is None or not isinstance(only.unknown, Opaque) or only.covariates is not None:
        return None
    link = link_undone_by(only.unknown.function)
    if link is None or only.number != 1 or only.known:
        return None
    return link, only.unknown.terms[0], only.unknown.place


def _forms(draws: Draws) -> tuple[Forms, set[str]]:
    """Linear forms in coefficients and deviations, and the random variables that these belong to."""
    planned, bound, roles = draws.planned, draws.bound, roles_of(draws.planned)
    over = {n: line for n, line in planned.latent.items() if line.domain and roles.get(n) == "random"}
    usable = {
        n: line
        for n, line in over.items()
        if line.family.location_scale
        and line.family.location_link == "identity"
        and not line.variable.ordered
    }
    ones = {n: np.ones(draws.size(n)[0] * draws.size(n)[1]) for n in usable}
    return Forms(planned, bound, ones, frozenset(over) - frozenset(usable)), set(usable)


def _varying(name: str, form: Affine, forms: Forms) -> Varying:
    part, q = form.parts[name].tocsc(), forms.width(forms.planned.lines[name])
    each = [part[:, k::q].tocsr() for k in range(q)]
    correlated = bool(forms.planned.lines[name].form.correlation)
    pairs = {(k, k): each[k].multiply(each[k]).tocsr() for k in range(q)}
    if correlated:
        pairs |= {(i, j): (2 * each[i].multiply(each[j])).tocsr() for i in range(q) for j in range(i + 1, q)}
    return Varying(name, q, pairs)


def _error(line: Line, why: str) -> FitError:
    text = node_text(line.node)
    told = "missing values of others are summed out of it" if "<missing " in text else f"{text}: {why}"
    return FitError(
        f"the variance of {line.name!r} is not a sum of shares: {told}",
        expected="a location that is a sum of coefficients and random variables, each times known numbers",
    )
