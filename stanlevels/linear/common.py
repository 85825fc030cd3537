"""What may be integrated out besides effects of nested levels: numbers without units, and crossed effects.

Given the effects' covariance, ``y = C d + e`` with d normal is a small regression: a matrix as wide as d has
numbers. So this is for few of them, and it is exact (`gaussian/beside.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from stanlevels.graph import ROWS
from stanlevels.linear.nested import Reading, domains_of, nesting, outcomes_of, reading, rests_on
from stanlevels.plan.components import axis_size
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned

__all__ = ["common_of", "is_crossed", "size_of", "too_much", "why_not_besides"]

_PRODUCTS = 1_000_000  # numbers of data
_ROWS = 20_000_000  # numbers that are held while statistics are made

Names = tuple[str, ...]


def size_of(names: Collection[str], planned: Planned, facts: Facts) -> int:
    """How many numbers quantities have together."""
    lines = [planned.lines[name] for name in names]
    return sum(
        (facts.size(line.domain) if line.domain else 1) * axis_size(dict(planned.axes), line.components)
        for line in lines
    )


def common_of(names: Names, planned: Planned, facts: Facts) -> Names:
    """All that may be integrated out besides `names`; nothing, where other things stay beside them.

    Parameters
    ----------
    names : tuple of str
        Of nested levels, from the finest up.
    """
    lines = outcomes_of(names, planned) if names else tuple(planned.observed.values())
    if len(lines) != 1:
        return ()
    free = [n for n, line in planned.latent.items() if n not in names and not _own(line, planned)]
    found: Names = ()
    before = _beside(lines[0], names, (), planned)
    for name in sorted(free, key=lambda name: size_of((name,), planned, facts)):
        left = _beside(lines[0], names, (*found, name), planned)
        if left <= before:
            found, before = (*found, name), left
    while found:
        wrong = next((name for name in found if _rested_on(name, {*names, *found}, planned)), None)
        if wrong is None:
            break
        found = tuple(name for name in found if name != wrong)
    ordered = tuple(name for name in planned.lines if name in found)
    return ordered if ordered and not why_not_besides(names, ordered, planned, facts) else ()


def _beside(line: Line, names: Names, common: Names, planned: Planned) -> float:
    """How much of what is sampled stands in an outcome, and is no number of its own."""
    read = reading(line, names, planned, common)
    return len(read.beside) if isinstance(read, Reading) else float("inf")


def _own(line: Line, planned: Planned) -> str:
    """Why the line of a quantity does not let it be integrated out; empty if it does."""
    if ROWS in line.domain or line.is_correlation:
        return "it has a value for every row"
    if not line.family.is_gaussian or line.variable.ordered:
        return "it is not normal"
    if line.form.correlation:
        return "its components are correlated, and its level crosses that of others"
    if line.variable.centered is not None or line.name in planned.decided.centered:
        return "it is given a form to sample it in"
    if line.own_shift is not None:
        return "the prior of its intercept lies where covariates are at their means"
    if line.args[line.scale].domain:
        return "its standard deviation differs between units"
    return "its role is that of a parameter" if planned.roles.get(line.name) == "parameter" else ""


def _rested_on(name: str, together: Collection[str], planned: Planned) -> str:
    """Who rests on a quantity in another way than by a mean that is written out; empty if nobody does."""
    own = frozenset([name])
    for line in planned.latent.values():
        if not rests_on(line, own, planned):
            continue
        others = (line.args[argument] for argument in line.args if argument != line.location)
        if line.name not in together or any(rests_on(line, own, planned, term) for term in others):
            return line.name
    return ""


def why_not_besides(names: Names, common: Names, planned: Planned, facts: Facts) -> str:
    """Why some quantities cannot be integrated out besides effects of nested levels; empty if they can."""
    together = {*names, *common}
    if together.issuperset(planned.latent):
        return "nothing would be left to sample"
    for name in common:
        if found := _own(planned.lines[name], planned):
            return f"{name!r}: {found}"
    for name in (*names, *common):
        if user := _rested_on(name, together, planned):
            return f"{user!r} rests on {name!r}, and not as the mean of what is integrated out too"
    lines = outcomes_of(together, planned)
    if len(lines) != 1:
        return "several outcomes rest on them" if lines else "no outcome rests on them"
    read = reading(lines[0], names, planned, common)
    if isinstance(read, str):
        return f"{lines[0].name!r}: {read}"
    if read.beside:
        return f"what is sampled in the location of {lines[0].name!r} has units, or is not linear"
    return next(_of_levels(names, read, planned, facts), "") if names else ""


def _of_levels(names: Names, read: Reading, planned: Planned, facts: Facts) -> Iterator[str]:
    domains = domains_of(names, planned, facts)
    if len(domains) != len(names) and (len(domains) > 1 or read.is_plain):
        yield "several effects of one level stand beside effects of others, or are alike"
    if len(domains) > 1 and not read.is_plain:
        yield "effects of several levels are not one number each, added as it is"
    if set(read.effects) != set(names):
        yield f"not all of {names} stand in {read.line.name!r}"
    yield nesting(names, planned, facts)


def is_crossed(common: Names, planned: Planned) -> bool:
    """Whether any of these has units; numbers alone are sampled as well, or better, beside statistics."""
    return any(planned.lines[name].domain for name in common)


def too_much(names: Names, common: Names, planned: Planned, facts: Facts) -> str:
    """Why integrating crossed effects out would not fit into memory or a program; empty if it does."""
    width = size_of(common, planned, facts)
    (line,) = outcomes_of({*names, *common}, planned)
    rank = planned.components(names)
    units = facts.size(planned.lines[names[0]].domain) if names else 0
    if units * (rank * (rank + 1) // 2) * ((width + 1) * (width + 2) // 2) > _PRODUCTS:
        return f"more than {_PRODUCTS:,} products of columns would be data"
    if facts.size(line.domain) * width > _ROWS:
        return f"{width:,} columns of {facts.size(line.domain):,} rows would have to be held"
    return ""
