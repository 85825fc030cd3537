"""Families made of families: a wrapper around a row of the table is a row like any other."""

from stanlevels.distributions.composed.table import WRAPPERS, wrapped
from stanlevels.distributions.composed.wrapper import Wrapper

__all__ = ["WRAPPERS", "Wrapper", "wrapped"]
