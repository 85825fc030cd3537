"""Stan as a tree: types, expressions and statements, without behaviour (`text` writes them)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# --- expressions -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Variable:
    """A name."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A number; `real` asks for a decimal point (Stan divides whole numbers without rest)."""

    value: float
    real: bool = False


@dataclass(frozen=True)
class Index:
    """Elements of a container; None stands for a whole axis."""

    base: Expression
    indices: tuple[Expression | None, ...]


@dataclass(frozen=True)
class Call:
    """A function applied to arguments."""

    function: str
    args: tuple[Expression, ...]


@dataclass(frozen=True)
class Density:
    """A log density or mass, ``f(variable | args)``."""

    function: str
    variable: Expression
    args: tuple[Expression, ...]


@dataclass(frozen=True)
class Binary:
    """An operator between two expressions: "+", "-", "*", "/" or "^"."""

    symbol: str
    left: Expression
    right: Expression
    elementwise: bool = False


@dataclass(frozen=True)
class Negative:
    """The negative of an expression."""

    inner: Expression


@dataclass(frozen=True)
class Row:
    """A row vector of scalars, ``[a, b]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Transposed:
    """The transpose of an expression."""

    inner: Expression


Expression = Variable | Literal | Index | Call | Density | Binary | Negative | Row | Transposed

# --- types and statements ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Type:
    """A type with its sizes and constraints: ``array[array] kind<lower=, upper=>[sizes]``.

    `multiplier` is the unit in which a parameter without bounds is sampled.
    """

    kind: str
    sizes: tuple[Expression, ...] = ()
    lower: Expression | None = None
    upper: Expression | None = None
    array: tuple[Expression, ...] = ()
    multiplier: Expression | None = None


@dataclass(frozen=True)
class Declaration:
    """A local variable, with its definition where it has a `value`."""

    type: Type
    name: str
    value: Expression | None = None


@dataclass(frozen=True)
class Increment:
    """A term of the log density: ``target += value``."""

    value: Expression


@dataclass(frozen=True)
class Assignment:
    """A value for a variable or some of its elements."""

    to: Expression
    value: Expression


@dataclass(frozen=True)
class For:
    """Statements for each number from 1 to `last`."""

    counter: str
    last: Expression
    body: tuple[Command, ...]


@dataclass(frozen=True)
class Block:
    """Statements between braces, with local variables of their own."""

    body: tuple[Command, ...]


Command = Declaration | Increment | Assignment | For | Block
Node = Expression | Type | Command


def inside(node: Node) -> tuple[Node, ...]:
    """What stands directly inside a node."""
    found: tuple[Node | None, ...]
    match node:
        case Type():
            found = (*node.array, *node.sizes, node.lower, node.upper, node.multiplier)
        case Declaration(type=type_, value=value):
            found = (type_, value)
        case Increment(value=value):
            found = (value,)
        case Assignment(to=to, value=value):
            found = (to, value)
        case For(last=last, body=body):
            found = (last, *body)
        case Block(body=body):
            found = body
        case _:
            found = _inside_expression(node)
    return tuple(inner for inner in found if inner is not None)


def _inside_expression(expression: Expression) -> tuple[Node | None, ...]:
    match expression:
        case Index(base=base, indices=indices):
            return (base, *indices)
        case Call(args=args):
            return args
        case Density(variable=variable, args=args):
            return (variable, *args)
        case Binary(left=left, right=right):
            return (left, right)
        case Negative(inner=inner) | Transposed(inner=inner):
            return (inner,)
        case Row(items=items):
            return items
        case Variable() | Literal():
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything inside it.

    Examples
    --------
    >>> tree = Binary("+", Call("exp", (Variable("a"),)), Literal(1))
    >>> [type(node).__name__ for node in walk(tree)]
    ['Binary', 'Call', 'Variable', 'Literal']
    """
    yield node
    for inner in inside(node):
        yield from walk(inner)


_SQUARE = ("cholesky_factor_corr",)


def shape(type_: Type, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The dimensions of a type, once the sizes that it names are numbers.

    Examples
    --------
    >>> shape(Type("vector", (Variable("K"),), array=(Literal(2),)), {"K": 3})
    (2, 3)
    """
    own = type_.sizes * 2 if type_.kind in _SQUARE else type_.sizes
    return tuple(_size(expression, sizes) for expression in (*type_.array, *own))


def _size(expression: Expression, sizes: Mapping[str, int]) -> int:
    match expression:
        case Literal(value=value):
            return int(value)
        case Variable(name=name):
            return int(sizes[name])
        case Binary(symbol="+", left=left, right=right):
            return _size(left, sizes) + _size(right, sizes)
        case Binary(symbol="*", left=left, right=right):
            return _size(left, sizes) * _size(right, sizes)
    raise TypeError(f"{expression!r} is no size")
