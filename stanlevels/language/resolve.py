"""From the objects of a class body to the frozen graph: names take the place of objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from stanlevels.errors import DeclarationError, InternalError
from stanlevels.graph import (
    ROWS,
    WITHIN,
    At,
    Call,
    Column,
    Component,
    ConstantNode,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Derived,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    IndexNode,
    LevelNode,
    Members,
    MembershipsNode,
    Node,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    uses,
)
from stanlevels.language.covariate_checks import check_terms
from stanlevels.language.declarations import Declaration, Index, Level, Memberships, Rows
from stanlevels.language.depth import LONG, SUMS
from stanlevels.language.effects import Block, Effects, covariates_of
from stanlevels.language.expression_source import terms_source
from stanlevels.language.expressions import (
    Constant,
    Covariates,
    DataColumn,
    DerivedColumn,
    Expression,
    FunctionCall,
    Indexed,
    OfMembers,
    Operation,
    OwnOutcome,
    Product,
    Variable,
)
from stanlevels.language.lines_of_labels import Picked, Times, with_lines_of_labels
from stanlevels.language.lists import Labelled
from stanlevels.language.lists_that_sum import with_lists_that_sum
from stanlevels.language.members import with_lines_of_members
from stanlevels.language.messages.as_written import line_for
from stanlevels.language.messages.describe import describe
from stanlevels.language.references import check_cycles, check_references
from stanlevels.language.sums import halved


@dataclass(frozen=True)
class _Scope:
    """Names by object, for one model; `line` is the line being resolved.

    `declared` holds what the names mean. `along` names the covariates that the line has components along:
    effects of these stand there for their components and not, as in a predictor, for their contribution.
    Where `written`, names are written out as what they mean in the model, instead of referred to. `outcome`
    is the column that the line observes.
    """

    names: Mapping[int, str]
    line: str
    declared: Mapping[str, Expression | Declaration]
    along: str = ""
    written: bool = False
    outcome: str = ""

    def meant(self, thing: Expression) -> Expression:
        """What stands for an object where names are written out: a class may override its name."""
        found = self.declared.get(self.names.get(id(thing), ""), thing)
        if isinstance(found, Expression) and not isinstance(found, Variable):
            return found
        raise DeclarationError(
            f"{self.line!r} is made of {self.names[id(thing)]!r}, which is {describe(found)} here",
            expected="data columns, numbers, and expressions of them",
            way_out=f"declare {self.line!r} again, without it",
        )

    def name_of(self, thing: object, role: str) -> str:
        if id(thing) in self.names:
            return self.names[id(thing)]
        raise DeclarationError(
            f"{role} of {self.line!r} is {describe(thing)} without a name in this model",
            expected="a declaration on a line of its own, in this class or one it inherits from",
            way_out=line_for(thing, self.line, role),
        )


def to_graph(
    name: str,
    doc: str,
    declared: Mapping[str, Expression | Declaration],
    names: Mapping[int, str],
    perhaps: frozenset[str] = frozenset(),
) -> Graph:
    """The graph of a model.

    Parameters
    ----------
    name, doc : str
        The class's name and docstring.
    declared : mapping
        What each name means, in order.
    names : mapping of int to str
        The name of every object (by identity) that a line may refer to, overridden ones included:
        a reference holds by name.
    perhaps : frozenset of str
        Lines that are left out where no other uses them: those that an overridden line stood for.
    """
    nodes = {n: _node(n, thing, _Scope(names, n, declared)) for n, thing in declared.items()}
    nodes = with_lines_of_labels(with_lists_that_sum(_without_unused(nodes, perhaps)))
    graph = Graph(name, with_lines_of_members(nodes), doc)
    for node in graph.nodes.values():
        check_references(node, graph)
    check_cycles(graph)
    return graph


def _without_unused(nodes: dict[str, Node], perhaps: frozenset[str]) -> dict[str, Node]:
    """All lines but those of `perhaps` that none of the others needs."""
    pending = [name for name in nodes if name not in perhaps]
    reached: set[str] = set()
    while pending:
        name = pending.pop()
        if name in nodes and name not in reached:
            reached.add(name)
            pending += uses(nodes[name])
    return {name: node for name, node in nodes.items() if name in reached}


def node_of(name: str, thing: Any, names: Mapping[int, str]) -> Node:
    """One declaration as a node called `name`; `names` are those of the objects it may refer to.

    Raises
    ------
    DeclarationError
        For something that declares nothing.
    """
    if not isinstance(thing, Expression | Declaration):
        raise DeclarationError(
            f"{name!r} is to be {describe(thing)}",
            expected="a number, a distribution, sl.data('column') or an expression of them",
            way_out=f"{name!r}: sl.Normal(0, 1)",
        )
    return _node(name, thing, _Scope(names, name, {}))


def _node(name: str, thing: Expression | Declaration, scope: _Scope) -> Node:
    match thing:
        case Level():
            return _level(name, thing, scope)
        case Index():
            return IndexNode(name, thing.labels)
        case Covariates():
            return _covariates(name, thing, scope)
        case Memberships():
            of, by = scope.name_of(thing.of, "the level of members"), scope.name_of(thing.by, "by=")
            return MembershipsNode(name, of, by, thing.weights, thing.shares)
        case Constant():
            return ConstantNode(name, thing.value)
        case Variable():
            return _variable(name, thing, scope)
        case Expression():
            return ExpressionNode(name, _expression(thing, scope, top=True))
    raise InternalError(f"no node for {describe(thing)}")


def _covariates(name: str, thing: Covariates, scope: _Scope) -> CovariatesNode:
    """Its terms; names in them are written out."""
    written = replace(scope, written=True)
    terms = tuple(
        CovariateTerm(tuple(f if isinstance(f, CovariateColumn) else _expression(f, written) for f in term))
        for term in thing.terms
    )
    check_terms(name, terms)
    return CovariatesNode(name, terms)


def _level(name: str, level: Level, scope: _Scope) -> LevelNode:
    within = None if level.within is None else scope.name_of(level.within, "within=")
    of = None if level.of is None else scope.name_of(level.of, "of=")
    return LevelNode(name, name if level.column is None else level.column, within, level.unique, of)


def _variable(name: str, variable: Variable, scope: _Scope) -> VariableNode:
    over = tuple(ROWS if isinstance(axis, Rows) else scope.name_of(axis, "over=") for axis in variable.over)
    columns = _observed_columns(name, variable.observed)
    outcome = replace(scope, outcome=columns[0] if columns else "")
    inside = outcome if columns else replace(scope, along=_along(variable, scope))
    args = tuple((arg, None if value is None else _operand(value, inside)) for arg, value in variable.args)
    return VariableNode(
        name=name,
        family=variable.family,
        args=args,
        parameterization=variable.parameterization,
        over=over,
        observed=columns,
        weights=variable.weights,
        ordered=variable.ordered,
        centered=variable.centered,
        size=variable.size,
        matrix=variable.matrix,
        partly=variable.missing is not None,
    )


def _along(variable: Variable, scope: _Scope) -> str:
    covariates = covariates_of(variable)
    return "" if covariates is None else scope.name_of(covariates, "over=")


def _observed_columns(name: str, observed: bool | str | tuple[str, ...]) -> tuple[str, ...]:
    if observed is False:
        return ()
    if observed is True:
        return (name,)
    return (observed,) if isinstance(observed, str) else observed


def _operand(value: Any, scope: _Scope) -> Expr:
    if isinstance(value, Labelled):
        return _by_label(value, replace(scope, along=""))
    if isinstance(value, tuple):
        items = tuple(_operand(item, replace(scope, along="")) for item in value)
        return Stack(items)
    if isinstance(value, Expression):
        return _expression(value, scope)
    return Number(value)


def _by_label(value: Labelled, scope: _Scope) -> Stack:
    """Entries by label; an Index stands for its labels, each with its component of the entry."""
    found: dict[Any, Expr] = {}
    for label, item in zip(value.labels, value, strict=True):
        expr = _operand(item, scope)
        if isinstance(label, Index):
            found |= {each: Picked(expr, each) for each in label.labels}
        else:
            found[label] = expr
    return Stack(tuple(found.values()), tuple(found))


def _expression(thing: Expression, scope: _Scope, *, top: bool = False) -> Expr:
    if scope.written:
        thing = scope.meant(thing)
    elif not top and id(thing) in scope.names:
        return _contribution(Ref(scope.names[id(thing)]), thing, scope)
    match thing:
        case Operation() if thing.depth.sums > LONG:
            return _long_sum(thing, scope)
        case Operation():
            return Op(thing.symbol, tuple(_operand(o, scope) for o in thing.operands))
        case FunctionCall():
            return Call(thing.function, (_operand(thing.operand, scope),))
        case DataColumn() | DerivedColumn():
            return _column(thing, scope)
        case Constant():
            return Number(thing.value)
        case Indexed():
            return _indexed(thing, scope)
        case Product() | OfMembers():
            return _product(thing, scope)
        case Effects() | Block():
            raise _effects_without_a_name(thing, scope)
        case Variable():
            raise DeclarationError(
                f"a {thing.family}(...) without a name stands inside {scope.line!r}",
                expected="every random variable on a line of its own, in this class or one it inherits from",
                way_out=f"add the line  {scope.line}_{thing.family.lower()} = sl.{thing.family}(...)  "
                f"above {scope.line!r}, and use that name there",
            )
    raise InternalError(f"no expression for {describe(thing)}")


def _column(thing: DataColumn | DerivedColumn, scope: _Scope) -> Column | Derived:
    """A column, or one made of others, whose names are written out."""
    if isinstance(thing, DataColumn):
        return Column(thing.column)
    if isinstance(thing.operand, OwnOutcome):
        return Derived(thing.function, Column(scope.outcome), scope.name_of(thing.over, f"{WITHIN}="))
    over = None if thing.over is None else scope.name_of(thing.over, "over=")
    of = _expression(thing.operand, replace(scope, written=True))
    return Derived(thing.function, of, over, thing.degree, thing.options)


def _effects_without_a_name(thing: Effects | Block, scope: _Scope) -> DeclarationError:
    written = thing.written if isinstance(thing, Block) else thing
    terms = terms_source(_covariates("B", written.terms, scope).terms)
    axes = [scope.names.get(id(axis), "...") for axis in written.over if not isinstance(axis, Rows)]
    over = f", over={axes[0] if len(axes) == 1 else '(' + ', '.join(axes) + ')'}" if axes else ""
    return DeclarationError(
        f"{describe(thing)} without a name stands inside {scope.line!r}",
        expected="effects on a line of their own, in this class or one it inherits from",
        way_out=f"add the line  B = sl.effects({terms}{over})  above {scope.line!r}, and use B there",
    )


def _contribution(quantity: Ref | At, thing: Expression, scope: _Scope) -> Expr:
    """Effects in a predictor: their components times their covariates; anything else as it is.

    Names decide: effects that override a quantity contribute in its place, and a quantity that overrides
    effects, with components along covariates, contributes as they did.
    """
    meant = scope.declared.get(quantity.name, thing)
    covariates = covariates_of(meant)
    if covariates is None or not any(isinstance(one, Block | Effects) for one in (meant, thing)):
        return quantity
    name = scope.name_of(covariates, "covariates")
    return quantity if name == scope.along else Dot(quantity, name)


def _long_sum(thing: Operation, scope: _Scope) -> Expr:
    """A sum of many terms as a tree of halves, so that no walk over it goes deep; it reads the same."""
    found: list[tuple[int, Expr]] = []
    pending: list[tuple[int, Any]] = [(1, thing)]
    while pending:
        sign, inner = pending.pop()
        named = inner is not thing and id(inner) in scope.names and not scope.written
        if isinstance(inner, Operation) and inner.symbol in SUMS and not named:
            left, right = inner.operands
            pending += [(sign if inner.symbol == "+" else -sign, right), (sign, left)]
        else:
            found.append((sign, _operand(inner, scope)))
    return halved(found)


def _reference(thing: Expression, scope: _Scope, role: str) -> Ref | At:
    if isinstance(thing, Indexed) and isinstance(thing.key, tuple) and id(thing) not in scope.names:
        return _at(thing.base, thing.key, scope, role)
    return Ref(scope.name_of(thing, role))


def _product(thing: Product | OfMembers, scope: _Scope) -> Dot | Members:
    right = "the right side of @"
    if isinstance(thing, OfMembers):
        return Members(_of_members(thing.of, scope), scope.name_of(thing.memberships, right))
    covariates, left = scope.name_of(thing.covariates, right), thing.coefficients
    if isinstance(left, Indexed) and id(left) not in scope.names and _picks(left):
        return Times(_indexed(left, scope), covariates)
    return Dot(_reference(left, scope, "the left side of @"), covariates)


def _picks(thing: Indexed) -> bool:
    """Whether an index picks one component, also of other units: ``B["red"]``, ``B["red"][home]``."""
    if not isinstance(thing.key, tuple):
        return True
    return isinstance(thing.base, Indexed) and not isinstance(thing.base.key, tuple)


def _of_members(thing: Expression, scope: _Scope) -> Ref | Component:
    """A quantity of members, or a component of one."""
    found = _indexed(thing, scope) if isinstance(thing, Indexed) and id(thing) not in scope.names else None
    if isinstance(found, Component) and isinstance(found.of, Ref):
        return found
    if found is not None:
        raise DeclarationError(
            f"the left side of @ in {scope.line!r} is {describe(thing)} of other units",
            expected="a quantity of the members, or a component of it: B[0] @ lineup",
        )
    if not isinstance(thing, Variable) and id(thing) not in scope.names:
        raise DeclarationError(
            f"the left side of @ in {scope.line!r} is {describe(thing)} without a name in this model",
            expected="a quantity of the members: skill @ lineup",
            way_out="give it a line of its own,  total = ..., and write total @ lineup; what is not of the"
            " members, such as sl.data('x'), multiplies the sum: sl.data('x') * (skill @ lineup)",
        )
    return Ref(scope.name_of(thing, "the left side of @"))


def _at(base: Expression, levels: tuple[Level, ...], scope: _Scope, role: str) -> At:
    return At(scope.name_of(base, role), tuple(scope.name_of(level, "an index") for level in levels))


def _indexed(thing: Indexed, scope: _Scope) -> Expr:
    base = thing.base
    if isinstance(thing.key, tuple):
        if isinstance(base, Indexed) and not isinstance(base.key, tuple) and id(base) not in scope.names:
            return Component(_at(base.base, thing.key, scope, "what is indexed"), base.key)  # B[0][home]
        return _contribution(_at(base, thing.key, scope, "what is indexed"), base, scope)
    if isinstance(base, Indexed) and not isinstance(base.key, tuple) and id(base) not in scope.names:
        return Picked(_indexed(base, scope), thing.key)  # B["red"]["age"]
    return Component(_reference(base, scope, "what is indexed"), thing.key)
