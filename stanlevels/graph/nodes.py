"""The lines of a model: levels, indexes, covariates, constants, named expressions and variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from stanlevels.graph.expressions import At, Derived, Dot, Expr, Members, Ref, references, walk

ROWS = "<rows>"
"""The axis of the data's rows. Not an identifier, so that no level can be called the same."""


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

    @property
    def is_made(self) -> bool:
        """Whether no person declared it: the rows that lack an outcome."""
        return self.column.startswith("<")


@dataclass(frozen=True)
class IndexNode:
    """A fixed list of labels, known without data."""

    name: str
    labels: tuple[str | int, ...]


@dataclass(frozen=True)
class CovariateColumn:
    """A column of data as a factor of a covariate, in a coding.

    `coding` is one of `language.covariates.Coding`; None leaves it to the column's type: numbers
    as they are, text, categories and booleans by treatment coding.
    """

    name: str
    coding: str | None = None
    reference: str | int | bool | None = None


@dataclass(frozen=True)
class CovariateTerm:
    """A product of factors, each a column in a coding or an expression of data columns.

    Factors of several columns are multiplied each with each, the first the slowest. Without factors it is
    the constant 1, the intercept.
    """

    factors: tuple[CovariateColumn | Expr, ...] = ()


@dataclass(frozen=True)
class CovariatesNode:
    """A named set of covariates, used as ``b @ X``. The constant, where there is one, comes first."""

    name: str
    terms: tuple[CovariateTerm, ...]

    @property
    def has_intercept(self) -> bool:
        """Whether its first column is the constant 1."""
        return bool(self.terms) and not self.terms[0].factors

    @property
    def columns(self) -> tuple[CovariateColumn, ...]:
        """The columns that stand in a coding, each once."""
        factors = [factor for term in self.terms for factor in term.factors]
        return tuple(dict.fromkeys(f for f in factors if isinstance(f, CovariateColumn)))

    @property
    def smooths(self) -> tuple[Derived, ...]:
        """The smooths among its factors, where it has no column without one."""
        found = [[f for f in term.factors if _is_smooth(f)] for term in self.terms]
        flat = [f for each in found for f in each if isinstance(f, Derived)]
        return tuple(dict.fromkeys(flat)) if all(found) else ()


def _is_smooth(factor: CovariateColumn | Expr) -> bool:
    return isinstance(factor, Derived) and factor.function in ("spline", "sines")


@dataclass(frozen=True)
class MembershipsNode:
    """A table of memberships: units of the level `of` that belong to each unit of the level `by`.

    `weights` is the column with the weight of each, None where all count once; with `shares` they are
    divided by their sum for each unit of `by`.
    """

    name: str
    of: str
    by: str
    weights: str | None = None
    shares: bool = False

    @property
    def weighted(self) -> str:
        """The column that each counts by: of shares their own, "" where each counts once."""
        return "shares" if self.shares else self.weights or ""


@dataclass(frozen=True)
class ConstantNode:
    """A known number with a name."""

    name: str
    value: float


@dataclass(frozen=True)
class ExpressionNode:
    """A named expression: a quantity computed from others.

    `over` is empty for what a person wrote, and keeps the axes of a variable that a role turned into
    an expression. `completes` names the outcome whose known and unknown values it holds.
    """

    name: str
    expr: Expr
    over: tuple[str, ...] = ()
    completes: str = ""


@dataclass(frozen=True)
class ShortForm:
    """A line that stands for several: as it was written, and the names of the lines beside this one."""

    text: str
    beside: tuple[str, ...]


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
    centered : bool, "between" or None
        The person's own choice of parameterisation; None leaves it to the plan.
    size : int or None
        Length of a vector-valued draw where it is a number (LKJCholesky's and Dirichlet's `dim`).
    matrix : str or None
        What the covariance matrix of its units is called, where that is known.
    partly : bool
        Outcomes may be missing: those are unknown, as the line says (``missing="model"``).
    completes : str
        The line with data whose missing values these are.
    short : ShortForm or None
        What a person wrote for it and the lines beside it; no part of what it means.
    """

    name: str
    family: str
    args: tuple[tuple[str, Expr | None], ...]
    parameterization: str = ""
    over: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    weights: str | None = None
    ordered: bool = False
    centered: bool | Literal["between"] | None = None
    size: int | None = None
    matrix: str | None = None
    partly: bool = False
    completes: str = ""
    short: ShortForm | None = field(default=None, compare=False)

    @property
    def distribution(self) -> str:
        """What its distribution is called, without clauses such as bounds."""
        return re.sub(r":[^,)]*|@[0-9a-f]+", "", self.family.partition("|")[0])

    @property
    def outlined(self) -> str:
        """Its distribution with dots for arguments: ``Poisson(...)``, ``Hurdle(Poisson(...), ...)``."""
        outer, _, inner = self.distribution.partition("(")
        parts = ", ".join(f"{each.strip()}(...)" for each in inner[:-1].split(",") if each)
        if not parts:
            return f"{outer}(...)"
        return f"{outer}({f'[{parts}]' if outer == 'Mixture' else parts}, ...)"

    @property
    def clauses(self) -> tuple[str, ...]:
        """Arguments that its distribution has by such clauses."""
        return tuple(filter(None, self.family.partition("|")[2].split(",")))

    @property
    def is_observed(self) -> bool:
        """Whether data are attached to this line."""
        return bool(self.observed)

    def arg(self, name: str) -> Expr | None:
        """The argument called `name`, None where open."""
        return dict(self.args)[name]


Node = LevelNode | IndexNode | CovariatesNode | MembershipsNode | ConstantNode | ExpressionNode | VariableNode
QuantityNode = ConstantNode | ExpressionNode | VariableNode


def expressions(node: Node) -> tuple[Expr, ...]:
    """The expressions that a node is written with (open arguments left out)."""
    match node:
        case ExpressionNode(expr=expr):
            return (expr,)
        case VariableNode(args=args):
            return tuple(expr for _, expr in args if expr is not None)
        case CovariatesNode(terms=terms):
            factors = [factor for term in terms for factor in term.factors]
            return tuple(dict.fromkeys(f for f in factors if not isinstance(f, CovariateColumn)))
        case _:
            return ()


def parents(node: Node) -> tuple[str, ...]:
    """Names of the quantities that `node` depends on, in order of first use."""
    found = [name for expr in expressions(node) for name in references(expr)]
    return tuple(dict.fromkeys(found))


def uses(node: Node) -> tuple[str, ...]:
    """Names of all other lines that `node` is written with: quantities, levels, indexes and covariates.

    Examples
    --------
    >>> uses(VariableNode("A", "Normal", (("mu", At("P", ("home",))), ("sigma", Ref("s"))), over=("app",)))
    ('P', 'home', 's', 'app')
    """
    found: list[str] = []
    for inner in (e for expr in expressions(node) for e in walk(expr)):
        match inner:
            case Ref(name=name):
                found.append(name)
            case At(name=name, levels=levels):
                found += (name, *levels)
            case Dot(covariates=covariates):
                found.append(covariates)
            case Members(memberships=memberships):
                found.append(memberships)
            case Derived(over=str(level)):
                found.append(level)
    if isinstance(node, VariableNode | ExpressionNode):
        found += (axis for axis in node.over if axis != ROWS)
    if isinstance(node, LevelNode):
        found += (other for other in (node.within, node.of) if other is not None)
    if isinstance(node, MembershipsNode):
        found += (node.of, node.by)
    return tuple(dict.fromkeys(found))
