"""The linear predictor of a bound model: fixed columns, random columns, known offset.

This is where roles take effect: what is a parameter gets columns of X, what is a random variable
columns of Z, what is constant goes into the offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian import Block
from stanlevels.linear.forms import Affine, Forms, NotLinear
from stanlevels.linear.roots import known_root
from stanlevels.linear.spreads import Root, spreads
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.roles import reaching, roles_of
from stanlevels.plan.terms import Term, Use

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = [
    "Effect",
    "Predictor",
    "by_quantity",
    "called",
    "effect_of",
    "forms_of",
    "predictor",
]


_LARGEST = 400_000_000  # numbers of a dense X: 3 GB


@dataclass(frozen=True, eq=False)
class Effect:
    """A random variable: the deviations of one quantity from its mean.

    Attributes
    ----------
    name : str
    block : Block
    roots : tuple of Root or None
        The unknown in the standard deviation of each component; None where it is known, and then
        part of the columns of Z.
    corr : str
        The quantity that holds the correlations; "" for independent components.
    known : ndarray, (units * width,)
        What each deviation is multiplied by.
    """

    name: str
    block: Block
    roots: tuple[Root | None, ...]
    corr: str
    known: Array


@dataclass(frozen=True, eq=False)
class Predictor:
    """A linear predictor ``offset + X beta + Z u``.

    Attributes
    ----------
    planned, bound
        The model and its data.
    roles : mapping of str to str
    forms : Forms
        Linear forms of every quantity.
    offset : ndarray, (n,)
    X : ndarray, (n, p)
        One column per number of every parameter in the location, in the order of `columns`.
    columns : tuple of (str, int)
        Quantity and position of each column.
    Z : sparse array, (n, K)
    effects : tuple of Effect
    left_out : tuple of str
        Quantities that reach no data in these roles.
    """

    planned: Planned
    bound: Bound
    roles: Mapping[str, str]
    forms: Forms
    offset: Array
    X: Array
    columns: tuple[tuple[str, int], ...]
    Z: Any
    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The random effects' blocks, in the order of Z's columns."""
        return tuple(effect.block for effect in self.effects)

    def rows(self, form: Affine) -> tuple[Array, Any]:
        """The rows (m, p) and (m, K) of a linear form, apart from its offset."""
        return _fixed_columns(form, self.columns), _random_columns(form, self.effects, len(form.offset))


def forms_of(planned: Planned, bound: Bound) -> tuple[Forms, dict[str, str], list[Effect]] | NotLinear:
    """Linear forms for a model in its roles, with its random variables.

    Or why not, where the standard deviation of a random variable is not one unknown number.
    """
    roles = roles_of(planned)
    random = {n: line for n, line in planned.latent.items() if roles.get(n) == "random"}
    normal = {n: line for n, line in random.items() if _is_normal(line)}
    known: dict[str, Array] = {}
    roots: dict[str, Any] = {}
    forms = Forms(planned, bound, known, frozenset(random) - frozenset(normal), roots)
    effects = []
    for name, line in normal.items():
        if line.family.structure is not None:
            root = known_root(line, forms)
            if isinstance(root, NotLinear):
                return root
            roots[name] = root
        effect = effect_of(line, forms, roles)
        if isinstance(effect, NotLinear):
            return effect
        known[name] = effect.known
        effects.append(effect)
    return forms, roles, effects


def _is_normal(line: Line) -> bool:
    normal = line.family.is_gaussian or line.family.structure is not None
    return normal and not line.variable.ordered


def effect_of(line: Line, forms: Forms, roles: Mapping[str, str]) -> Effect | NotLinear:
    """A random variable as deviations with unknown standard deviations, or why it is not."""
    width = forms.width(line)
    found = spreads(line, line.args[line.scale], width, forms, roles)
    if isinstance(found, NotLinear):
        return found
    corr = line.args.get(line.form.correlation)
    name = corr.name if isinstance(corr, Use) else ""
    known = np.stack([spread.known for spread in found], axis=1).ravel()
    if name and any(np.ptp(spread.known) > 0 for spread in found):
        return NotLinear.of(line, "correlated components with standard deviations that vary over units")
    block = Block(line.name, forms.bound.size(line.domain), width)
    return Effect(line.name, block, tuple(spread.root for spread in found), name, known)


def predictor(planned: Planned, bound: Bound, locations: list[tuple[Line, Term]]) -> Predictor | NotLinear:
    """The predictor of one or several lines with data, stacked in their order; or why there is none.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    locations : list of (Line, Term)
        Each line with its location on the linear scale.
    """
    of_model = forms_of(planned, bound)
    if isinstance(of_model, NotLinear):
        return of_model
    forms, roles, effects = of_model
    stacked = []
    for line, term in locations:
        found = forms.term(line, term)
        if isinstance(found, NotLinear):
            return found
        stacked.append(found)
    form = _stack(stacked)
    used = [effect for effect in effects if effect.name in form.parts]
    fixed = [name for name in planned.latent if name in form.parts and roles.get(name) != "random"]
    columns = tuple((name, k) for name in fixed for k in range(form.parts[name].shape[1]))
    if len(columns) * len(form.offset) > _LARGEST:
        return NotLinear.of(
            locations[0][0],
            f"{len(columns):,} fixed numbers for {len(form.offset):,} rows do not fit into memory",
            "make the largest of them random: roles={...: 'random'}",
        )
    Z = _random_columns(form, used, len(form.offset))
    left = tuple(n for n in planned.latent if n not in reaching(planned))
    X = _fixed_columns(form, columns)
    return Predictor(planned, bound, roles, forms, form.offset, X, columns, Z, tuple(used), left)


def _stack(forms: list[Affine]) -> Affine:
    from scipy import sparse

    if len(forms) == 1:
        return forms[0]
    names = dict.fromkeys(name for form in forms for name in form.parts)
    parts = {}
    for name in names:
        width = next(form.parts[name].shape[1] for form in forms if name in form.parts)
        pieces = [form.parts.get(name, sparse.csr_array((len(form.offset), width))) for form in forms]
        parts[name] = sparse.vstack(pieces, format="csr")
    return Affine(np.concatenate([form.offset for form in forms]), parts)


def _fixed_columns(form: Affine, columns: tuple[tuple[str, int], ...]) -> Array:
    X = np.zeros((len(form.offset), len(columns)))
    for name in dict.fromkeys(name for name, _ in columns):
        if name in form.parts:
            at = [i for i, (owner, _) in enumerate(columns) if owner == name]
            X[:, at] = form.parts[name].toarray()
    return X


def _random_columns(form: Affine, effects: Any, n: int) -> Any:
    from scipy import sparse

    pieces = [form.parts.get(effect.name, sparse.csr_array((n, effect.block.size))) for effect in effects]
    return sparse.hstack(pieces, format="csr") if pieces else sparse.csr_array((n, 0))


def by_quantity(made: Predictor, beta: Array) -> dict[str, Array]:
    """Numbers of all columns, by the quantity they belong to."""
    owners = np.array([name for name, _ in made.columns], dtype=object)
    return {name: beta[owners == name] for name in dict.fromkeys(name for name, _ in made.columns)}


def called(made: Predictor, column: tuple[str, int]) -> str:
    """A fixed number as people name it: ``A['com.x']``, ``b['age']``."""
    name, position = column
    line = made.planned.lines[name]
    width = made.forms.width(line)
    unit, component = divmod(position, width)
    labels: list[Any] = []
    inner = made.bound.size(line.domain)
    for axis in line.domain:
        inner //= made.bound.size((axis,))
        labels.append(_label(made.bound, axis, unit // inner % made.bound.size((axis,))))
    for i, axis in enumerate(line.components):
        size = len(made.planned.axes[axis])
        rest = int(np.prod([len(made.planned.axes[a]) for a in line.components[i + 1 :]], dtype=int))
        labels.append(made.planned.axes[axis][component // rest % size])
    return f"{name}[{', '.join(str(x) for x in labels)}]" if labels else name


def _label(bound: Bound, axis: str, unit: int) -> Any:
    return bound.levels[axis].coordinate[unit] if axis in bound.levels else unit
