"""What new units belong to, and the units of rows that no label names: from others, else made for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import joined, only_value
from stanlevels.binding.memberships import memberships_of
from stanlevels.binding.usage import level_columns
from stanlevels.binding.widen.needs import Needs
from stanlevels.binding.widen.standing import Growing, Standing
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph
from stanlevels.words import closest, plural

__all__ = ["Links", "fill"]

Links = dict[str, dict[str, Codes]]


@dataclass(frozen=True, eq=False)
class _Filling:
    graph: Graph
    encodings: Encodings
    needs: Needs
    grown: Mapping[str, Growing]
    codes: Standing
    links: Links
    n: int
    names: Collection[str]
    together: Collection[str]

    def roads(self, level: str) -> list[str]:
        """A level and the roads to it."""
        return [level, *(name for name, road in self.graph.aliases.items() if road.of == level)]

    def needed(self, level: str) -> frozenset[str]:
        """What the lines of a level look up, and what it is declared within."""
        within = self.graph.levels[level].within
        found = self.needs.levels.get(level, frozenset()) | ({within} if within is not None else set())
        return frozenset(found & set(self.before(level)))

    def before(self, level: str) -> Mapping[str, Codes]:
        """What the units of a level that were there before determine, or some of them belong to."""
        return {**self.encodings.links[level], **self.encodings.partial.get(level, {})}


def fill(
    graph: Graph,
    encodings: Encodings,
    needs: Needs,
    grown: Mapping[str, Growing],
    codes: Standing,
    n: int,
    names: Collection[str],
    average_over: Collection[str],
    together: Collection[str],
) -> Links:
    """Give every row a unit of each level that lines over rows look up, and every new unit its parents.

    A row without a label takes what its other units determine; otherwise a unit of its own that nobody
    knows. So does a new unit whose parent nobody names. `grown` and `codes` grow.

    Parameters
    ----------
    graph : Graph
    encodings : Encodings
        As they were.
    needs : Needs
    grown : mapping of str to Growing
    codes : Standing
    n : int
        Number of rows.
    names : collection of str
        Columns of the rows, among which a level's may be misspelt.
    average_over : collection of str
        Levels whose units are made for all rows, whatever labels they have.
    together : collection of str
        Those of them of which rows that agree in all that the level determines share a unit.

    Returns
    -------
    dict
        What every level determines, for all its units.

    Raises
    ------
    DataError
        If a column is absent, or units stand under several others where lines need one.
    """
    f = _Filling(graph, encodings, needs, grown, codes, {}, n, names, together)
    for level in average_over:
        for name in f.roads(level):
            codes[ROWS].pop(name, None)
        for other, node in graph.levels.items():
            if node.within in f.roads(level):
                grown[other].above[:] = [-1] * len(grown[other].above)
    last_first = list(encodings.levels)[::-1]
    order = sorted(last_first, key=lambda name: -len(encodings.links[name].keys() & encodings.levels.keys()))
    for level in order:
        for name in f.roads(level):
            _fill_rows(f, level, name, averaged=level in average_over)
        _link(f, level)
    for level, partly in encodings.partial.items():
        for made in partly:
            _extend(f, level, made)
    for level in reversed(order):
        _compose(f, level)
    return f.links


def _fill_rows(f: _Filling, level: str, name: str, *, averaged: bool) -> None:
    """Units of rows without a label: from finer levels, else made for them.

    Where the rows have the column, and leave it open, only nesting that was declared or that lines rest on
    closes it: what happens to be nested in the data that were fitted says nothing of other rows.
    """
    rows = f.codes[ROWS]
    has_column = name in rows
    own = rows.get(name, np.full(f.n, -1))
    for finer, links in f.links.items():
        told = name in links and (not has_column or name in f.needed(finer))
        if told and finer in rows and not averaged:
            units = rows[finer]
            found = np.where(units >= 0, links[name][units] if len(links[name]) else -1, -1)
            own = np.where(own < 0, found, own)
    lost = np.flatnonzero(own < 0)
    if len(lost):
        if not has_column and not averaged and name in f.needs.rows:
            raise _absent(f, level, name)
        if has_column or name in f.needs.rows:
            shared = _shared(f, level, lost) if averaged and level in f.together else np.arange(len(lost))
            n_new = int(shared.max(initial=-1)) + 1
            own[lost] = f.grown[level].add([None] * n_new, [-1] * n_new)[shared]
    rows[name] = own


def _shared(f: _Filling, level: str, lost: Codes) -> Codes:
    """Rows that agree in all that a level determines share a unit; those that lack some of it do not."""
    rows, keys = f.codes[ROWS], np.zeros(len(lost), dtype=np.int64)
    alone = np.zeros(len(lost), dtype=bool)
    for target in f.encodings.links[level]:
        if target in rows and target != level:
            own = rows[target][lost]
            alone |= own < 0
            keys = np.unique(np.stack([keys, own]), axis=1, return_inverse=True)[1].reshape(-1)
    keys = np.where(alone, keys.max(initial=0) + 1 + np.arange(len(lost)), keys)
    return np.asarray(np.unique(keys, return_inverse=True)[1].reshape(-1))


def _absent(f: _Filling, level: str, name: str) -> DataError:
    column = level_columns(f.graph)[name]
    what = f"level {level}" if name == level else f"road {name} to {level}"
    return DataError(
        f"column {column!r} ({what}) is not in the new rows",
        expected=f"the unit of each row, None where it is unknown; {closest(column, f.names)}",
        way_out=_for_the_mean(f, level),
    )


def _for_the_mean(f: _Filling, level: str) -> str:
    """How to do without the column; units that have members need their labels."""
    tables = [name for name, node in memberships_of(f.graph).items() if node.by == level]
    if tables:
        return f"give each row a label, and its members in tables={{{tables[0]!r}: ...}} where it is new"
    return f"average_over=[{level!r}] predicts for the mean {level}"


def _link(f: _Filling, level: str) -> None:
    """What the units of a level determine, as far as rows and tables say; parents in need are made."""
    grown, before = f.grown[level], f.before(level)
    known, size, needed = grown.level.size, grown.size, f.needed(level)
    f.links[level] = {level: np.arange(size)}
    for target, units in before.items():
        if target == level:
            continue
        found = np.concatenate([units, np.full(size - known, -1)])
        if target == f.graph.levels[level].within:
            found[known:] = grown.above[: size - known]
        pairs = [
            (own[level], own[target]) for own in _tables_first(f.codes) if level in own and target in own
        ]
        if pairs:
            one, two = joined(pairs)
            both = (one >= 0) & (two >= 0)
            one, two = one[both], two[both]
            own, differs, unseen = only_value(one, two, size)
            against = ~unseen & (found >= 0) & (own != found)
            if (differs | against).any():
                if target in needed:
                    raise _several(f, level, target, np.flatnonzero(differs | against), one, two, found)
                continue
            found = np.where((found < 0) & ~unseen, own, found)
        f.links[level][target] = found
    for target in needed:
        if not any(target in f.encodings.links[t] for t in needed if t != target and t in f.encodings.links):
            _make_parents(f, level, target)


def _tables_first(codes: Standing) -> list[dict[str, Codes]]:
    return [codes[place] for place in sorted(codes, key=lambda place: place == ROWS)]


def _make_parents(f: _Filling, level: str, target: str) -> None:
    """A unit of its own above each new unit that has none, and above its rows."""
    found, above = f.links[level][target], f.graph.target_level(target)
    lost = np.flatnonzero(found < 0)
    if not len(lost):
        return
    found[lost] = f.grown[above].add([None] * len(lost), [-1] * len(lost))
    rows = f.codes[ROWS]
    if level in rows:
        units = rows[level]
        own = rows.get(target, np.full(f.n, -1))
        rows[target] = np.where((own < 0) & (units >= 0), found[units], own)


def _extend(f: _Filling, level: str, made: str) -> None:
    """What the units determine that were made of units of a level which lack an outcome: what these do."""
    links, before = f.links[made], len(f.links[made][made])
    size = f.grown[made].size
    if size == before or made not in f.links[level]:
        return
    of = np.full(size, -1)
    units = f.links[level][made]
    of[units] = np.arange(len(units))
    for target in list(links):
        if target == made:
            links[target] = np.arange(size)
        elif target == level or target in f.links[level]:
            above = np.arange(len(units)) if target == level else f.links[level][target]
            links[target] = np.concatenate([links[target], above[of[before:]]])
        else:
            del links[target]


def _compose(f: _Filling, level: str) -> None:
    """What follows for new units from what their parents determine; links that stay open are left out."""
    links = f.links[level]
    for target in list(links):
        for middle in links:
            further = f.links.get(middle, {})
            if middle not in (level, target) and target in further and (links[target] < 0).any():
                units = links[middle]
                follows = np.where(units >= 0, further[target][units], -1)
                links[target] = np.where(links[target] < 0, follows, links[target])
    for target in [target for target, units in links.items() if (units < 0).any()]:
        del links[target]


def _several(
    f: _Filling, level: str, target: str, which: Codes, one: Codes, two: Codes, found: Codes
) -> DataError:
    grown, above = f.grown[level], f.grown[f.graph.target_level(target)]
    parts = []
    for unit in which[:3].tolist():
        units = dict.fromkeys([*([int(found[unit])] if found[unit] >= 0 else []), *two[one == unit].tolist()])
        labels = [_label(above.level, above, u) for u in units]
        parts.append(f"{grown.called(unit)} has {plural(target)} {listing(labels)}")
    more = f"; and {len(which) - 3:,} more" if len(which) > 3 else ""
    return DataError(
        "; ".join(parts) + more,
        expected=f"each {level} with the one {target} that it has in the data that were fitted",
        way_out=f"Level(within={target}) makes the pair the key: the same label elsewhere is another unit",
    )


def _label(level: BoundLevel, grown: Growing, unit: int) -> object:
    return level.coordinate[unit] if unit < level.size else grown.labels[unit - level.size]
