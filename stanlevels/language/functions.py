"""The public functions of the language: one for every row of their table, under its name.

`functions.pyi` beside this file spells the names out for editors and type checkers; it is written by
``python -m pytest tests/language --promote``.
"""

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.language.elementwise import elementwise

__all__ = tuple(FUNCTIONS)

globals().update({name: elementwise(name) for name in FUNCTIONS})
