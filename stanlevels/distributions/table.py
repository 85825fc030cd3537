"""The table of distributions: every row, by name.

To add a distribution, write its row in the file of its kind (`continuous.py`, `positive.py`,
`counts.py`, `categories.py`, `ordinal.py`, `vectors.py`) and put it into that file's tuple; every room
reads this table, and its callable is made from it.
"""

from __future__ import annotations

from functools import cache

from stanlevels.distributions.categories import CATEGORIES
from stanlevels.distributions.circular import CIRCULAR
from stanlevels.distributions.composed import made_of
from stanlevels.distributions.continuous import CONTINUOUS
from stanlevels.distributions.counts import COUNTS
from stanlevels.distributions.family import Family, Parameter, Parameterization
from stanlevels.distributions.multinomial import MULTINOMIALS
from stanlevels.distributions.ordinal import ORDINAL
from stanlevels.distributions.positive import POSITIVES
from stanlevels.distributions.response_times import RESPONSE_TIMES
from stanlevels.distributions.skewed import SKEWED
from stanlevels.distributions.structures import structured
from stanlevels.distributions.tails import TAILS
from stanlevels.distributions.vectors import VECTORS
from stanlevels.distributions.waiting import WAITING

__all__ = ["FAMILIES", "Family", "Parameter", "Parameterization"]


class _Table(dict[str, Family]):
    """Families by name; one made of another, such as ``ZeroInflated(Poisson)``, is made when asked for."""

    def __missing__(self, name: str) -> Family:
        return _made(name)


_ROWS = (
    *(*CONTINUOUS, *SKEWED, *CIRCULAR, *POSITIVES, *TAILS, *WAITING, *RESPONSE_TIMES),
    *(*COUNTS, *CATEGORIES, *ORDINAL, *MULTINOMIALS, *VECTORS),
)
FAMILIES: dict[str, Family] = _Table({family.name: family for family in _ROWS})


@cache
def _made(name: str) -> Family:
    return structured(name, FAMILIES) or made_of(name, FAMILIES)
