"""Memberships of new rows: of new units those that a new table says, of others those that they had."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.memberships import Membership, checked, memberships_of, weights_of_members
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.widen.kept import Kept
from stanlevels.binding.widen.standing import Growing, Standing
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, MembershipsNode
from stanlevels.words import counted

__all__ = ["Joined", "joined_members", "members_kept"]


@dataclass(frozen=True, eq=False)
class Joined:
    """Who belongs to which units, among all units there were and are.

    Attributes
    ----------
    keys, members : ndarray, (memberships,)
    weights : ndarray, (memberships,)
        Before shares are made of them; of memberships that stay these are shares already.
    """

    keys: Codes
    members: Codes
    weights: Array


def joined_members(
    graph: Graph,
    encodings: Encodings,
    grown: Mapping[str, Growing],
    codes: Standing,
    places: Mapping[str, Place],
    average_over: Collection[str],
) -> dict[str, Joined]:
    """All memberships; a member without a label is a unit that nobody knows, one for each. `grown` grows.

    A unit that a new table names has the members that it says there, and no others.

    Raises
    ------
    DataError
        If a row of a new table does not say whose member it is.
    """
    found = {}
    for name, node in memberships_of(graph).items():
        old = encodings.memberships[name]
        keys, members, weights = old.keys, old.members, old.weights
        if name in codes:
            own, of = codes[name][node.by], codes[name][node.of]
            if (own < 0).any():
                nowhere = np.flatnonzero(own < 0).tolist()
                raise DataError(
                    f"{where(name)} does not say the {node.by} of {counted(len(nowhere), 'row')}"
                    f" ({listing(nowhere)}, counted from 0)",
                    expected=f"the {node.by} of every row: the {node.of} alone may be unknown",
                )
            stay = ~np.isin(keys, own)
            keys = np.concatenate([keys[stay], own])
            members = np.concatenate([members[stay], of])
            weights = np.concatenate([weights[stay], _weights(node, places.get(name), len(own))])
        averaged = node.of in average_over
        lost = np.ones(len(members), dtype=bool) if averaged else members < 0
        members = members.copy()
        members[lost] = grown[node.of].add([None] * int(lost.sum()), [-1] * int(lost.sum()))
        found[name] = Joined(keys, members, weights)
    return found


def _weights(node: MembershipsNode, place: Place | None, n: int) -> Array:
    if node.weights is None or place is None:
        return np.ones(n)
    return weights_of_members(
        node, place.columns[node.weights].numeric(f" (weights of {node.name})").astype(float)
    )


def members_kept(graph: Graph, joined: Mapping[str, Joined], kept: Kept) -> dict[str, Membership]:
    """The memberships of the units that are kept.

    Raises
    ------
    DataError
        If one has no members, or one of them twice.
    """
    found = {}
    for name, node in memberships_of(graph).items():
        all_of = joined[name]
        keys, members = (_place(kept, level, units) for level, units in _both(node, all_of))
        used = keys >= 0
        order = np.lexsort((members[used], keys[used]))
        own = Membership(
            name,
            node.by,
            node.of,
            keys[used][order],
            members[used][order],
            all_of.weights[used][order],
        )
        found[name] = checked(node, own, kept.levels, new=True)
    return found


def _both(node: MembershipsNode, joined: Joined) -> tuple[tuple[str, Codes], tuple[str, Codes]]:
    return (node.by, joined.keys), (node.of, joined.members)


def _place(kept: Kept, level: str, units: Codes) -> Codes:
    """Units among those that are kept; -1 where they are not."""
    some = kept.units[level]
    at = np.minimum(np.searchsorted(some, units), max(len(some) - 1, 0))
    if not len(some):
        return np.full(len(units), -1)
    return np.where(some[at] == units, at, -1)
