"""Structures: how the units of a line are correlated with each other.

A line with one has ``x = location + scale * u`` with a vector u of normal numbers, one for each unit, that a
structure makes of independent ones. To add one, write its row beside the others (`processes.py`,
`matrices.py`), its family into `table.py`, and its two Stan functions into `stan_templates/functions`.
"""

from stanlevels.distributions.structure import Structure
from stanlevels.distributions.structures.fields import KERNELS
from stanlevels.distributions.structures.geometry import (
    Borders,
    Correlations,
    Geometry,
    Groups,
    Neighbours,
    Times,
)
from stanlevels.distributions.structures.table import (
    AR1,
    CORRELATED,
    ICAR,
    RANDOM_WALK,
    SUMMING,
    field_name,
    structured,
)

__all__ = [
    "AR1",
    "CORRELATED",
    "ICAR",
    "KERNELS",
    "RANDOM_WALK",
    "SUMMING",
    "Borders",
    "Correlations",
    "Geometry",
    "Groups",
    "Neighbours",
    "Structure",
    "Times",
    "field_name",
    "structured",
]
