"""The table of distributions: every row, by name.

To add a distribution, write its row in the file of its kind (`continuous.py`, `positive.py`,
`counts.py`, `categories.py`, `vectors.py`) and put it into that file's tuple; every room reads this
table, and its callable is made from it.
"""

from __future__ import annotations

from stanlevels.distributions.categories import CATEGORIES
from stanlevels.distributions.continuous import CONTINUOUS
from stanlevels.distributions.counts import COUNTS
from stanlevels.distributions.family import Family, Parameter, Parameterization
from stanlevels.distributions.positive import POSITIVES
from stanlevels.distributions.vectors import VECTORS

__all__ = ["FAMILIES", "Family", "Parameter", "Parameterization"]

FAMILIES: dict[str, Family] = {
    family.name: family for family in (*CONTINUOUS, *POSITIVES, *COUNTS, *CATEGORIES, *VECTORS)
}
