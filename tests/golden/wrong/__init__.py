"""One small case per way of being wrong, a module for every family of messages: messages/<family>.txt."""

from tests.golden.wrong import (
    arguments,
    axes,
    check,
    composed,
    effects,
    expressions,
    fit,
    names,
    open_arguments,
    place,
    references,
    support,
)
from tests.golden.wrong.cases import Cases

FAMILIES = (
    names,
    references,
    expressions,
    axes,
    arguments,
    effects,
    check,
    composed,
    place,
    open_arguments,
    support,
    fit,
)

CASES: dict[str, Cases] = {family.__name__.rpartition(".")[2]: family.wrong for family in FAMILIES}
