"""The table of distributions: every row, by name.

To add a distribution, write its row in the file of its kind (`continuous.py`, `positive.py`,
`counts.py`, `categories.py`, `ordinal.py`, `vectors.py`) and put it into that file's tuple; every room
reads this table, and its callable is made from it.
"""

from __future__ import annotations

import re
from functools import cache

from stanlevels.distributions.categories import CATEGORIES
from stanlevels.distributions.choices import CONDITIONAL_LOGIT
from stanlevels.distributions.circular import CIRCULAR
from stanlevels.distributions.composed import made_of
from stanlevels.distributions.compound import COMPOUND
from stanlevels.distributions.continuous import CONTINUOUS
from stanlevels.distributions.counts import COUNTS
from stanlevels.distributions.dispersed import DISPERSED
from stanlevels.distributions.extremes import EXTREMES
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
from stanlevels.errors import DeclarationError

__all__ = ["FAMILIES", "Family", "Parameter", "Parameterization", "keep"]


class _Table(dict[str, Family]):
    """Families by name; one made of another, such as ``ZeroInflated(Poisson)``, is made when asked for."""

    def __missing__(self, name: str) -> Family:
        return _OWN[name] if name in _OWN else _made(name)


_ROWS = (
    *(*CONTINUOUS, *SKEWED, *CIRCULAR, *POSITIVES, *TAILS, *EXTREMES, *WAITING, *COMPOUND, *RESPONSE_TIMES),
    *(*COUNTS, *DISPERSED, *CATEGORIES, *ORDINAL, *MULTINOMIALS, *VECTORS),
)
FAMILIES: dict[str, Family] = _Table({family.name: family for family in _ROWS})


_OWN: dict[str, Family] = {}


def keep(family: Family) -> None:
    """Let a distribution of a person's own be found by its key, which is made of all that it says in Stan."""
    _OWN[family.key] = family
    _made.cache_clear()


@cache
def _made(name: str) -> Family:
    if "@" in name and (lacking := [key for key in _own_keys(name) if key not in _OWN]):
        called = lacking[0].partition("@")[0]
        raise DeclarationError(
            f"the model has {called!r}, a distribution that is declared nowhere here (or otherwise now)",
            expected=f"the declaration of {called} as it was: {called} = sl.Family({called!r}, ...)",
            way_out="import the module that declares it before sl.load, or run its cell",
        )
    if name == CONDITIONAL_LOGIT.name:
        return CONDITIONAL_LOGIT
    return structured(name, FAMILIES) or made_of(name, FAMILIES)


def _own_keys(name: str) -> list[str]:
    """Those of persons' own distributions in the name of one that is made of others."""
    return re.findall(r"\w+@[0-9a-f]+", name)
