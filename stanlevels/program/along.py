"""A program in which locations are sampled along directions: the same posterior, in turned coordinates.

Every parameter without bounds, x, becomes ``x = z + push (pull z)`` with the same few directions for all
of them: what they all share, such as the sum of one level's effects against another's, is then as wide as
its own number and no longer than that. The directions are data, so that the text depends on structure alone;
the map is linear, so that its Jacobian is a constant. A sampler with a diagonal metric sees in these
coordinates what it would need a dense one for, and pays for a few columns instead of a square.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from stanlevels.names import distinct
from stanlevels.program import stan
from stanlevels.program.program import Declared, Parameter, Program

__all__ = ["Along", "Regressed", "along", "is_turned"]


_SUMS = "segment_sums"


@dataclass(frozen=True)
class Regressed:
    """Effects that are sampled less their regression on others, and the names of what is read about it.

    Attributes
    ----------
    name : str
        The parameter of the program as it was.
    others : tuple of str
        Those that it is regressed on, as one vector.
    count : str
        Of the coefficients.
    first, place, coefficients : str
        The first coefficient of each effect, and of each coefficient its place in the others.
    """

    name: str
    others: tuple[str, ...]
    count: str
    first: str
    place: str
    coefficients: str


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
    regressed : Regressed, optional
    """

    program: Program
    count: str
    push: tuple[tuple[str, str], ...]
    pull: tuple[tuple[str, str], ...]
    regressed: Regressed | None = None


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


def along(program: Program, text: str, regressed: str | None = None) -> Along:
    """The program along directions.

    Parameters
    ----------
    program : Program
    text : str
        The program as it stands, none of whose names are taken.
    regressed : str, optional
        A parameter that is sampled less its regression on the other vectors.
    """
    new = _namer(text)
    turned = [p for p in program.parameters if is_turned(p)]
    count, shares = new("N_directions"), new("along")
    names = {p.name: new(f"{p.name}_along") for p in turned}
    push = {p.name: new(f"{p.name}_push") for p in turned}
    pull = {p.name: new(f"{p.name}_pull") for p in turned}
    columns = stan.Variable(count)
    total: stan.Expression | None = None
    data = [Declared(stan.Type("int", lower=stan.Literal(0)), count, "", note="directions of the posterior")]
    definitions = []
    beside = _beside(turned, regressed, new) if regressed else None
    for p in turned:
        part = stan.Binary("*", stan.Variable(pull[p.name]), stan.Variable(names[p.name]))
        total = part if total is None else stan.Binary("+", total, part)
        moved = stan.Binary("*", stan.Variable(push[p.name]), stan.Variable(shares))
        value: stan.Expression = stan.Binary("+", stan.Variable(names[p.name]), moved)
        if beside is not None and p.name == regressed:
            value = stan.Binary("+", value, _mean(beside))
            data += _data_of(beside, p)
        definitions.append(Declared(replace(p.type, multiplier=None), p.name, p.quantity, value))
        data.append(Declared(_type_of_push(p, columns), push[p.name], p.quantity))
        data.append(Declared(_type_of_pull(p, columns), pull[p.name], p.quantity))
    definitions.sort(key=lambda each: each.name == regressed)  # after those that it is regressed on
    assert total is not None  # of what has no bounds there is always something: its caller asks
    whole = Declared(stan.Type("vector", (columns,)), shares, "", total, "how far along each direction")
    functions = () if beside is None or _SUMS in program.functions else (_SUMS,)
    found = replace(
        program,
        functions=(*program.functions, *functions),
        data=(*program.data, *data),
        parameters=tuple(replace(p, name=names.get(p.name, p.name)) for p in program.parameters),
        transformed_parameters=(whole, *definitions, *program.transformed_parameters),
    )
    return Along(found, count, tuple(push.items()), tuple(pull.items()), beside)


def _namer(text: str) -> Callable[[str], str]:
    """What finds names that stand nowhere yet."""
    taken = set(re.findall(r"\w+", text))

    def new(wanted: str) -> str:
        found = distinct(wanted, taken)
        taken.add(found)
        return found

    return new


def _beside(turned: list[Parameter], regressed: str, new: Callable[[str], str]) -> Regressed:
    others = tuple(p.name for p in turned if p.type.sizes and p.name != regressed)
    endings = ("first", "other", "coefficient")
    return Regressed(
        regressed, others, new(f"N_{regressed}_others"), *(new(f"{regressed}_{end}") for end in endings)
    )


def _mean(of: Regressed) -> stan.Expression:
    """What the others say of each effect."""
    values: stan.Expression = stan.Variable(of.others[0])
    for name in of.others[1:]:
        values = stan.Call("append_row", (values, stan.Variable(name)))
    looked_up = stan.Index(values, (stan.Variable(of.place),))
    products = stan.Binary("*", stan.Variable(of.coefficients), looked_up, elementwise=True)
    return stan.Call(_SUMS, (products, stan.Variable(of.first)))


def _data_of(of: Regressed, parameter: Parameter) -> list[Declared]:
    count, one = stan.Variable(of.count), stan.Literal(1)
    (size,) = parameter.type.sizes
    whole = stan.Type("int", lower=stan.Literal(0))
    ints = stan.Type("int", lower=one)
    firsts = replace(ints, array=(stan.Binary("+", size, one),))
    source = parameter.quantity
    return [
        Declared(whole, of.count, source, note=f"other effects that say something about {source}"),
        Declared(firsts, of.first, source, note="where those of each effect begin"),
        Declared(replace(ints, array=(count,)), of.place, source),
        Declared(stan.Type("vector", (count,)), of.coefficients, source),
    ]


def _type_of_push(parameter: Parameter, columns: stan.Expression) -> stan.Type:
    sizes = parameter.type.sizes
    return stan.Type("matrix", (*sizes, columns)) if sizes else stan.Type("row_vector", (columns,))


def _type_of_pull(parameter: Parameter, columns: stan.Expression) -> stan.Type:
    sizes = parameter.type.sizes
    return stan.Type("matrix", (columns, *sizes)) if sizes else stan.Type("vector", (columns,))
