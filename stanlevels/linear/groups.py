"""Groups of integrated normal quantities: which lines depend on them, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import InternalError
from stanlevels.gaussian import Block
from stanlevels.linear.forms import Affine, Forms, NotLinear, names_in
from stanlevels.linear.sufficient import nested_statistics
from stanlevels.linear.sums import Addend, Opaque
from stanlevels.plan.factors import Marginal
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Integrated
from stanlevels.plan.terms import uses
from stanlevels.values.group import Besides, Group, Sums

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["groups_of"]


def groups_of(planned: Planned, bound: Bound) -> tuple[Group, ...]:
    """What draws the normal quantities that a plan integrates out back.

    Raises
    ------
    InternalError
        If a line depends on them in a way in which they are not normal given the rest.
    """
    pairs = {density.effect for density in planned.conjugates.values()}
    members: dict[str, list[str]] = {}
    for name, quantity in planned.quantities.items():
        if isinstance(quantity.value, Integrated) and name not in pairs:
            members.setdefault(quantity.value.group, []).append(name)
    common = {density.common: density for density in planned.marginals.values() if density.common}
    first = [_besides(list(names), density, planned, bound) for names, density in common.items()]
    known = {name for names in common for name in names}
    rest = (names for names in members.values() if not known & set(names))
    return (*first, *(_group(names, planned, bound, frozenset(known)) for names in rest))


def _besides(names: list[str], density: Marginal, planned: Planned, bound: Bound) -> Group:
    """Quantities that come back first, given what was sampled, with effects integrated out."""
    (part,) = density.lines
    statistics = nested_statistics(density, planned, bound).lines[part.source]
    assert statistics.beside is not None
    found = Besides(
        density.effects,
        statistics.beside,
        statistics.common_at,
        statistics.common_shift,
        part.coefficients,
        statistics.at,
        part.scale,
    )
    return Group(tuple(names), _blocks(names, planned, bound), {}, {}, found)


def _blocks(names: list[str], planned: Planned, bound: Bound) -> tuple[Block, ...]:
    ones = Forms(planned, bound, {})
    lines = [planned.lines[name] for name in names]
    return tuple(
        Block(line.name, bound.size(line.domain) if line.domain else 1, ones.width(line)) for line in lines
    )


def _group(names: list[str], planned: Planned, bound: Bound, before: frozenset[str] = frozenset()) -> Group:
    """One group; `before` are quantities that are drawn back earlier."""
    for name in names:
        line = planned.lines[name]
        if not line.family.gaussian or line.family.location_link != "identity" or line.variable.ordered:
            raise InternalError(f"{name!r} is integrated out, and is not normal")
    blocks = _blocks(names, planned, bound)
    ones_of_blocks = {block.name: np.ones(block.size) for block in blocks}
    own, whole = _Own(planned, bound, ones_of_blocks), Forms(planned, bound, ones_of_blocks)
    rows, sums = {}, {}
    for line in _dependent(frozenset(names), planned, before):
        rows[line.name] = _coefficients(line, own, blocks)
        found = whole.term(line, line.args[line.location])
        if isinstance(found, Affine):
            found = found.wide(whole.width(line))
            sums[line.name] = Sums(found.offset, found.parts)
    for name in names:
        found = whole.quantity(name)
        if isinstance(found, Affine):
            sums[name] = Sums(found.offset, found.parts)
    return Group(tuple(names), blocks, rows, sums)


@dataclass(frozen=True, eq=False)
class _Own(Forms):
    """Forms of what is integrated out alone: what else is in a sum may be anything."""

    def _addend(self, line: Line, addend: Addend, n: int) -> Affine | NotLinear:
        unknown = addend.unknown
        if isinstance(unknown, Opaque) and not any(
            self.planned.unknowns[name] & set(self.random) for name in set(names_in(unknown))
        ):
            return Affine(np.zeros(n))
        return super()._addend(line, addend, n)


def _dependent(names: frozenset[str], planned: Planned, before: frozenset[str]) -> Iterator[Line]:
    """The lines outside a group that depend on it."""
    for name, line in planned.lines.items():
        if not line.is_variable or name in names or name in before:
            continue
        moved = [
            argument
            for argument, term in line.args.items()
            if any(planned.unknowns[use.name] & names for use in uses(term))
        ]
        if not moved:
            continue
        quantity = planned.quantities[name]
        if moved != [line.location] or not line.family.gaussian:
            raise InternalError(f"{name!r} depends on what is integrated out, and not as its normal mean")
        if quantity.is_integrated or quantity.is_standardised:
            raise InternalError(f"{name!r} depends on another group that is integrated out")
        yield line


def _coefficients(line: Line, forms: Forms, blocks: tuple[Block, ...]) -> Any:
    """What the deviations are multiplied by in the location of a line, (units * components, K)."""
    from scipy import sparse

    form = forms.term(line, line.args[line.location])
    if isinstance(form, NotLinear):
        raise InternalError(f"{line.name!r} depends on what is integrated out: {form.what}")
    form = form.wide(forms.width(line))
    n = len(form.offset)
    parts = [form.parts.get(block.name, sparse.csr_array((n, block.size))) for block in blocks]
    return sparse.hstack(parts, format="csr")
