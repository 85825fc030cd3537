"""The declared graph: frozen nodes and expressions, without data and without Stan.

A `Graph` is what a model class means. Nodes refer to each other by name, so a graph can be
inherited from and overridden line by line. Expressions are plain trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ROWS = "<rows>"
"""The axis of the data's rows. Not an identifier, so that no level can be called the same."""


# --- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True)
class Ref:
    """A quantity by its name, looked up from the line that uses it."""

    name: str


@dataclass(frozen=True)
class At:
    """A quantity looked up through named levels: ``strength[home]``."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """One component of a quantity that has several per unit: ``B[0]``, ``B["days"]``."""

    of: Ref | At
    key: int | str


@dataclass(frozen=True)
class Column:
    """A known covariate: ``sl.data("price")``."""

    name: str


@dataclass(frozen=True)
class Op:
    """An arithmetic operation; `symbol` is one of ``+ - * / **`` or ``neg`` (one argument)."""

    symbol: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Call:
    """A function of the language (``exp``, ``logit``, ...) applied to expressions."""

    function: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Dot:
    """Coefficients times covariates: ``b @ X``."""

    coefficients: Ref | At
    covariates: str


@dataclass(frozen=True)
class Stack:
    """A list of expressions used as one vector, such as one per category."""

    items: tuple[Expr, ...]


Expr = Number | Ref | At | Component | Column | Op | Call | Dot | Stack


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `expr`."""
    match expr:
        case Op(args=args) | Call(args=args):
            return args
        case Stack(items=items):
            return items
        case Component(of=of):
            return (of,)
        case Dot(coefficients=coefficients):
            return (coefficients,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def references(expr: Expr) -> tuple[str, ...]:
    """Names of the quantities that `expr` uses, in order of first use."""
    found = [inner.name for inner in walk(expr) if isinstance(inner, Ref | At)]
    return tuple(dict.fromkeys(found))


# --- nodes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class LevelNode:
    """A level: a kind of unit.

    `column` is the column that names its units, `within` the parent level whose unit is part
    of the key, `of` the level that this one is another road to (`home` of `team`).
    """

    name: str
    column: str
    within: str | None = None
    unique: bool = False
    of: str | None = None


@dataclass(frozen=True)
class IndexNode:
    """A fixed list of labels, known without data."""

    name: str
    labels: tuple[str | int, ...]


@dataclass(frozen=True)
class CovariateColumn:
    """One column of a set of covariates; `coding` is None for a numeric one."""

    name: str
    coding: str | None = None  # "treatment" | "sum" | "indicator"
    reference: str | int | bool | None = None


@dataclass(frozen=True)
class CovariatesNode:
    """A named set of covariates, used as ``b @ X``."""

    name: str
    columns: tuple[CovariateColumn, ...]


@dataclass(frozen=True)
class ConstantNode:
    """A known number with a name."""

    name: str
    value: float


@dataclass(frozen=True)
class ExpressionNode:
    """A named expression: a quantity computed from others.

    `over` is empty for what a person wrote, and keeps the axes of a variable that a role turned into
    an expression.
    """

    name: str
    expr: Expr
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class VariableNode:
    """A line ``name ~ Family(args), one per unit of `over` ``.

    Parameters
    ----------
    family : str
        Key of the table of distributions.
    args : tuple of (str, Expr or None)
        Every argument of the chosen parameterisation by name, in Stan's order; None where the
        declaration leaves it open for a default prior.
    parameterization : str
        Key of the family's parameterisation ("" is the standard one).
    over : tuple of str
        Axes: names of levels, ROWS, names of indexes and of covariates. Empty for a scalar.
    observed : tuple of str
        Data columns: empty for a latent quantity, one for a scalar outcome, several for a
        vector-valued one.
    weights : str or None
        Column of frequency weights.
    ordered : bool
        Components increase along the last axis (an Index).
    centered : bool or None
        The person's own choice of parameterisation; None leaves it to the plan.
    size : int or None
        Length of a vector-valued draw where it is a number (LKJCholesky's and Dirichlet's `dim`).
    """

    name: str
    family: str
    args: tuple[tuple[str, Expr | None], ...]
    parameterization: str = ""
    over: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    weights: str | None = None
    ordered: bool = False
    centered: bool | None = None
    size: int | None = None

    @property
    def is_observed(self) -> bool:
        """Whether data are attached to this line."""
        return bool(self.observed)

    def arg(self, name: str) -> Expr | None:
        """The argument called `name`, None where open."""
        return dict(self.args)[name]


Node = LevelNode | IndexNode | CovariatesNode | ConstantNode | ExpressionNode | VariableNode
Quantity = ConstantNode | ExpressionNode | VariableNode


def expressions(node: Node) -> tuple[Expr, ...]:
    """The expressions that a node is written with (open arguments left out)."""
    match node:
        case ExpressionNode(expr=expr):
            return (expr,)
        case VariableNode(args=args):
            return tuple(expr for _, expr in args if expr is not None)
        case _:
            return ()


def parents(node: Node) -> tuple[str, ...]:
    """Names of the quantities that `node` depends on, in order of first use."""
    found = [name for expr in expressions(node) for name in references(expr)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Graph:
    """A model as declared.

    Parameters
    ----------
    name : str
        The class's name.
    nodes : mapping of str to Node
        In the order of declaration (parents first for inherited classes).
    doc : str
        The class's docstring.
    """

    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    doc: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", MappingProxyType(dict(self.nodes)))

    def __reduce__(self) -> tuple[type[Graph], tuple[str, dict[str, Node], str]]:
        return Graph, (self.name, dict(self.nodes), self.doc)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    @property
    def levels(self) -> dict[str, LevelNode]:
        """Levels that have units of their own (without those declared ``of=`` another)."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is None}

    @property
    def aliases(self) -> dict[str, LevelNode]:
        """Levels declared ``of=`` another."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, LevelNode) and v.of is not None}

    @property
    def variables(self) -> dict[str, VariableNode]:
        """Every line with a distribution."""
        return {n: v for n, v in self.nodes.items() if isinstance(v, VariableNode)}

    @property
    def latent(self) -> dict[str, VariableNode]:
        """Lines with a distribution and no data."""
        return {n: v for n, v in self.variables.items() if not v.is_observed}

    @property
    def observed(self) -> dict[str, VariableNode]:
        """Lines with data."""
        return {n: v for n, v in self.variables.items() if v.is_observed}

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Variables, named expressions and named constants."""
        return {
            n: v for n, v in self.nodes.items() if isinstance(v, VariableNode | ExpressionNode | ConstantNode)
        }

    def target_level(self, name: str) -> str:
        """The level whose units `name` reaches (itself, or the one it is `of`)."""
        node = self.nodes[name]
        return node.of if isinstance(node, LevelNode) and node.of is not None else name

    def unit_axes(self, over: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of `over` that come from data: levels and rows."""
        return tuple(a for a in over if a == ROWS or isinstance(self.nodes[a], LevelNode))

    def component_axes(self, over: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of `over` that are fixed: indexes and covariates."""
        return tuple(a for a in over if a != ROWS and not isinstance(self.nodes[a], LevelNode))

    def __str__(self) -> str:
        from stanlevels.mermaid import mermaid

        return mermaid(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: JupyterLab draws Mermaid itself, others show its text."""
        text = str(self)
        return {"text/vnd.mermaid": text, "text/plain": text}

    def topological(self) -> tuple[str, ...]:
        """Names of the quantities, every one after those it depends on.

        The order of declaration is kept where the dependencies allow it. Cycles cannot be
        declared, because a name must exist before it is used; inheritance could make one, and
        the language refuses it.
        """
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order:
                return
            for parent in parents(self.nodes[name]):
                visit(parent)
            order[name] = None

        for name in self.quantities:
            visit(name)
        return tuple(order)
