"""Groups of integrated normal quantities: which lines depend on them, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import InternalError
from stanlevels.gaussian import Block
from stanlevels.linear.forms import Affine, Forms, NotLinear, names_in
from stanlevels.linear.sums import Addend, Opaque
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Integrated
from stanlevels.plan.terms import uses
from stanlevels.values.group import Group, Sums

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
    return tuple(_group(names, planned, bound) for names in members.values())


def _group(names: list[str], planned: Planned, bound: Bound) -> Group:
    blocks = []
    ones = Forms(planned, bound, {})
    for name in names:
        line = planned.lines[name]
        if not line.family.gaussian or line.family.location_link != "identity" or line.variable.ordered:
            raise InternalError(f"{name!r} is integrated out, and is not normal")
        blocks.append(Block(name, bound.size(line.domain), ones.width(line)))
    ones_of_blocks = {block.name: np.ones(block.size) for block in blocks}
    own, whole = _Own(planned, bound, ones_of_blocks), Forms(planned, bound, ones_of_blocks)
    rows, sums = {}, {}
    for line in _dependent(frozenset(names), planned):
        rows[line.name] = _coefficients(line, own, blocks)
        found = whole.term(line, line.args[line.location])
        if isinstance(found, Affine):
            found = found.wide(whole.width(line))
            sums[line.name] = Sums(found.offset, found.parts)
    for name in names:
        found = whole.quantity(name)
        if isinstance(found, Affine):
            sums[name] = Sums(found.offset, found.parts)
    return Group(tuple(names), tuple(blocks), rows, sums)


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


def _dependent(names: frozenset[str], planned: Planned) -> Iterator[Line]:
    """The lines outside a group that depend on it."""
    for name, line in planned.lines.items():
        if not line.is_variable or name in names:
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


def _coefficients(line: Line, forms: Forms, blocks: list[Block]) -> Any:
    """What the deviations are multiplied by in the location of a line, (units * components, K)."""
    from scipy import sparse

    form = forms.term(line, line.args[line.location])
    if isinstance(form, NotLinear):
        raise InternalError(f"{line.name!r} depends on what is integrated out: {form.what}")
    form = form.wide(forms.width(line))
    n = len(form.offset)
    parts = [form.parts.get(block.name, sparse.csr_array((n, block.size))) for block in blocks]
    return sparse.hstack(parts, format="csr")
