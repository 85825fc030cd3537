"""What stands in a line without a name, as the line of its own that it should have been."""

from __future__ import annotations

from stanlevels.graph import CovariateColumn
from stanlevels.language.declarations import Index, Level, Memberships
from stanlevels.language.expressions import Covariates, DataColumn, Factors, Variable
from stanlevels.language.messages.meant import identifier

__all__ = ["line_for", "quoted", "written"]


def line_for(thing: object, line: str, role: str) -> str:
    """The line to add above `line`, where `thing` has no name and plays `role` in it.

    Examples
    --------
    >>> print(line_for(Level("class"), "A", "over="))
    add the line  class_ = sl.Level("class")  above 'A', and write over=class_ there
    """
    if isinstance(thing, Memberships):
        return f"add the line  lineup = sl.Memberships(...)  above {line!r}, and write u @ lineup there"
    if not isinstance(thing, Level | Index | Covariates | Variable):
        return (
            "coefficients have a line of their own, b = sl.Normal(0, 1, over=X), and are added: ... + b @ X"
        )
    name = _name(thing)
    use = f"{role}{name}" if role.endswith("=") else name
    if isinstance(thing, Covariates):
        coefficients = f"b @ {name} with b = sl.Normal(0, 1, over={name})"
        use = f"{use} there, used as b @ {name}" if role.endswith("=") else coefficients
    else:
        use = f"{use} there"
    return f"add the line  {name} = {written(thing)}  above {line!r}, and write {use}"


def _name(thing: Level | Index | Covariates | Variable) -> str:
    if isinstance(thing, Level):
        return identifier(thing.column or "level")
    if isinstance(thing, Covariates):
        return "X"
    return "k" if isinstance(thing, Index) else "name"


def written(thing: Level | Index | Covariates | Variable) -> str:
    """A declaration as it is written, with dots for what is long."""
    match thing:
        case Level(column=column):
            return f"sl.Level({quoted(column)})" if column and identifier(column) != column else "sl.Level()"
        case Index(labels=labels):
            return f"sl.Index({list(labels)!r})"
        case Variable(family=family):
            return f"sl.{family}(...)"
    terms = [_term(factors) for factors in thing.terms]
    alone = len(terms) == 1 and terms[0].startswith("sl.")
    return terms[0] if alone else f"sl.covariates({', '.join(terms)})"


def _term(factors: Factors) -> str:
    return " * ".join(_factor(factor) for factor in factors) or "1"


def _factor(column: object) -> str:
    if isinstance(column, DataColumn):
        return f"sl.data({quoted(column.column)})"
    if not isinstance(column, CovariateColumn):
        return "..."
    if column.coding is None:
        return quoted(column.name)
    coding = "" if column.coding == "treatment" else f", coding={quoted(column.coding)}"
    reference = "" if column.reference is None else f", reference={column.reference!r}"
    return f"sl.data({quoted(column.name)}, categorical=True{coding}{reference})"


def quoted(text: str) -> str:
    """Text between the quotation marks that Python allows for it."""
    return repr(text) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'
