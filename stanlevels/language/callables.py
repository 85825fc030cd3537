"""A callable for every row of the table of distributions: what `stanlevels` exports under its name.

`callables.pyi` beside this file spells the names out for editors and type checkers; it is written by
``python -m pytest tests/language --promote``.
"""

from stanlevels.distributions.table import FAMILIES
from stanlevels.language.distributions import distribution

__all__ = tuple(FAMILIES)

globals().update({name: distribution(family) for name, family in FAMILIES.items()})
