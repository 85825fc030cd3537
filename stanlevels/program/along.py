"""A program in which locations are sampled along directions: the same posterior, in turned coordinates.

Every parameter without bounds, x, becomes ``x = z + push (pull z)`` with the same few directions for all
of them: what they all share, such as the sum of one level's effects against another's, is then as wide as
its own number and no longer than that. The directions are data, so that the text depends on structure alone;
the map is linear, so that its Jacobian is a constant. A sampler with a diagonal metric sees in these
coordinates what it would need a dense one for, and pays for a few columns instead of a square.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stanlevels.names import distinct
from stanlevels.program import stan
from stanlevels.program.program import Declared, Parameter, Program

__all__ = ["Along", "along", "is_turned"]


@dataclass(frozen=True)
class Along:
    """A program along directions, and the names of what it reads about them.

    Attributes
    ----------
    program : Program
    count : str
        Of the number of directions.
    push, pull : tuple of (str, str)
        By parameter of the program as it was, in its order.
    """

    program: Program
    count: str
    push: tuple[tuple[str, str], ...]
    pull: tuple[tuple[str, str], ...]


def is_turned(parameter: Parameter) -> bool:
    """Whether a parameter is a number or a vector without bounds.

    Examples
    --------
    >>> from stanlevels.plan.quantities import Natural
    >>> sd = stan.Type("real", lower=stan.Literal(0))
    >>> [is_turned(Parameter("a", Natural(), "a", each)) for each in (stan.Type("real"), sd)]
    [True, False]
    """
    type_ = parameter.type
    plain = type_.kind in ("real", "vector") and not type_.array
    return plain and type_.lower is None and type_.upper is None


def along(program: Program, text: str) -> Along:
    """The program along directions; `text` is the program as it stands, none of whose names are taken."""
    taken = set(re.findall(r"\w+", text))

    def new(wanted: str) -> str:
        found = distinct(wanted, taken)
        taken.add(found)
        return found

    turned = [p for p in program.parameters if is_turned(p)]
    count, shares = new("N_directions"), new("along")
    names = {p.name: new(f"{p.name}_along") for p in turned}
    push = {p.name: new(f"{p.name}_push") for p in turned}
    pull = {p.name: new(f"{p.name}_pull") for p in turned}
    columns = stan.Variable(count)
    total: stan.Expression | None = None
    definitions = []
    for p in turned:
        part = stan.Binary("*", stan.Variable(pull[p.name]), stan.Variable(names[p.name]))
        total = part if total is None else stan.Binary("+", total, part)
        moved = stan.Binary("*", stan.Variable(push[p.name]), stan.Variable(shares))
        value = stan.Binary("+", stan.Variable(names[p.name]), moved)
        definitions.append(Declared(replace(p.type, multiplier=None), p.name, p.quantity, value))
    assert total is not None  # of what has no bounds there is always something: its caller asks
    whole = Declared(stan.Type("vector", (columns,)), shares, "", total, "how far along each direction")
    size = Declared(stan.Type("int", lower=stan.Literal(0)), count, "", note="directions of the posterior")
    data = [size]
    for p in turned:
        data.append(Declared(_type_of_push(p, columns), push[p.name], p.quantity))
        data.append(Declared(_type_of_pull(p, columns), pull[p.name], p.quantity))
    found = replace(
        program,
        data=(*program.data, *data),
        parameters=tuple(replace(p, name=names.get(p.name, p.name)) for p in program.parameters),
        transformed_parameters=(whole, *definitions, *program.transformed_parameters),
    )
    return Along(found, count, tuple(push.items()), tuple(pull.items()))


def _type_of_push(parameter: Parameter, columns: stan.Expression) -> stan.Type:
    sizes = parameter.type.sizes
    return stan.Type("matrix", (*sizes, columns)) if sizes else stan.Type("row_vector", (columns,))


def _type_of_pull(parameter: Parameter, columns: stan.Expression) -> stan.Type:
    sizes = parameter.type.sizes
    return stan.Type("matrix", (columns, *sizes)) if sizes else stan.Type("vector", (columns,))
