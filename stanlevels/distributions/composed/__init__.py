"""Families made of families: a wrapper around a row of the table is a row like any other."""

from stanlevels.distributions.composed.censored import STATUS, STATUSES, UNTIL, not_censored
from stanlevels.distributions.composed.mixture import not_mixed, numbered
from stanlevels.distributions.composed.partly import SEEN
from stanlevels.distributions.composed.table import MIXTURE, WRAPPERS, made_of
from stanlevels.distributions.composed.truncated import not_truncated
from stanlevels.distributions.composed.wrapper import Wrapper

__all__ = [
    "MIXTURE",
    "SEEN",
    "STATUS",
    "STATUSES",
    "UNTIL",
    "WRAPPERS",
    "Wrapper",
    "made_of",
    "not_censored",
    "not_mixed",
    "not_truncated",
    "numbered",
]
