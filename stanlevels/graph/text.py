"""A declaration as text, the way a person would write it."""

from __future__ import annotations

import json

from stanlevels.graph.composition import composition
from stanlevels.graph.expressions import (
    CHOSEN,
    WITHIN,
    At,
    Call,
    Column,
    Component,
    Derived,
    Dot,
    Expr,
    Members,
    Number,
    Op,
    Ref,
    Stack,
)
from stanlevels.graph.nodes import (
    ROWS,
    ConstantNode,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    ExpressionNode,
    IndexNode,
    LevelNode,
    MembershipsNode,
    Node,
    VariableNode,
)

PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}
"""How tightly operators bind, as in Python."""


def number_text(value: float) -> str:
    """A number, without a needless decimal point.

    Examples
    --------
    >>> number_text(0.5), number_text(2.0), number_text(3)
    ('0.5', '2', '3')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


INTERCEPT = "intercept"
"""The label of the constant among covariates."""


def factor_text(factor: CovariateColumn | Expr) -> str:
    """A factor of a covariate by the names of its columns.

    Examples
    --------
    >>> factor_text(Call("log", (Column("price"),)))
    'log(price)'
    """
    if isinstance(factor, CovariateColumn):
        return factor.name
    return expression_text(factor, bare=True)


def covariate_text(term: CovariateTerm) -> str:
    """A covariate as its label has it: the names of its factors, with colons between them.

    Examples
    --------
    >>> covariate_text(CovariateTerm((CovariateColumn("region"), Column("age"))))
    'region:age'
    >>> covariate_text(CovariateTerm())
    'intercept'
    """
    return ":".join(factor_text(factor) for factor in term.factors) or INTERCEPT


def expression_text(expr: Expr, outer: int = 0, *, bare: bool = False) -> str:
    """An expression, with only the parentheses that it needs; `bare` writes columns by their names alone.

    Examples
    --------
    >>> expression_text(Op("*", (Op("+", (Ref("a"), Number(1))), Column("x"))))
    '(a + 1) * data("x")'
    """
    match expr:
        case Number(value=value):
            text = number_text(value)
            return f"({text})" if value < 0 and outer > PRECEDENCE["neg"] else text
        case Ref(name=name):
            return name
        case At(name=name, levels=levels):
            return f"{name}[{', '.join(levels)}]"
        case Component(of=of, key=key):
            return f"{expression_text(of)}[{key!r}]"
        case Column(name=name) if bare:
            return name
        case Column(name=name):
            return f"data({json.dumps(name, ensure_ascii=False)})"
        case Call(function=function, args=args):
            return f"{function}({', '.join(expression_text(a, bare=bare) for a in args)})"
        case Derived(function=function, of=of, over=over):
            of_what = "" if over is None else f", over {over}"
            return f"{function}({expression_text(of, bare=bare)}{of_what}{settings_text(expr)})"
        case Dot() | Members():
            left, right = sides(expr)
            text = f"{expression_text(left)} @ {right}"
            return f"({text})" if outer >= 2 else text
        case Stack():
            return _list_text(expr)
        case Op(symbol=symbol, args=args):
            return _operation(symbol, args, outer, bare)


def sides(expr: Dot | Members) -> tuple[Expr, str]:
    """What stands on the left of an ``@``, and the name on its right."""
    if isinstance(expr, Members):
        return expr.of, expr.memberships
    return expr.coefficients, expr.covariates


def settings_text(column: Derived) -> str:
    """What follows the column that another is made of: ``, 10, spacing="equal"``."""
    places = next((value for name, value in column.options if name == "knots"), None)
    number = "" if column.degree is None or places is not None else f", {column.degree}"
    return number + "".join(f", {name}={_setting(value)}" for name, value in column.options)


def _setting(value: str | float | tuple[float, ...]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"[{', '.join(map(number_text, value))}]"
    return number_text(value)


def _operation(symbol: str, args: tuple[Expr, ...], outer: int, bare: bool) -> str:
    level = PRECEDENCE[symbol]
    if symbol == "neg":
        text = f"-{expression_text(args[0], level, bare=bare)}"
    else:
        left = expression_text(args[0], level + (symbol == "**"), bare=bare)
        right = expression_text(args[1], level + (symbol in ("-", "/")), bare=bare)
        text = f"{left} {symbol} {right}"
    return f"({text})" if level < outer else text


def node_text(node: Node) -> str:
    """A line of a model as one line of text.

    Examples
    --------
    >>> node_text(VariableNode("A", "Normal", (("mu", Ref("P")), ("sigma", Ref("s"))), over=("app",)))
    'A ~ Normal(P, s), over app'
    """
    match node:
        case LevelNode(column=column, within=within, of=of):
            road = f" of {of}" if of else (f" within {within}" if within else "")
            return f"{node.name}: level{road}" + ("" if column == node.name else f", column {column!r}")
        case IndexNode(labels=labels):
            return f"{node.name}: index {', '.join(map(str, labels))}"
        case CovariatesNode(terms=terms):
            return f"{node.name}: covariates {', '.join(covariate_text(term) for term in terms)}"
        case MembershipsNode(of=of, by=by, weights=weights, shares=shares):
            weighted = f", weights {weights}" if weights is not None else ""
            return f"{node.name}: members of {of} by {by}{weighted}{', as shares' if shares else ''}"
        case ConstantNode(value=value):
            return f"{node.name} = {number_text(value)}"
        case ExpressionNode(expr=expr):
            over = ", ".join("rows" if axis == ROWS else axis for axis in node.over)
            return f"{node.name} = {expression_text(expr)}" + (f", over {over}" if over else "")
        case VariableNode():
            return f"{node.name} ~ {_distribution(node)}{_clauses(node)}"


def _distribution(node: VariableNode) -> str:
    made = composition(node)
    if made is None:
        return f"{node.distribution}({', '.join(_given(node))})"
    inner = [f"{part.family}({', '.join(_given(part))})" for part in made.parts]
    given = [f"{name}={expression_text(e)}" if name else expression_text(e) for name, e in made.own]
    first = f"[{', '.join(inner)}]" if made.several else inner[0]
    return f"{made.wrapper}({', '.join([first, *given])})"


def _given(node: VariableNode) -> list[str]:
    """The arguments of a distribution that is made of no other."""
    parts = []
    for name, expr in node.args:
        if expr is not None and not _is_ours(expr):
            named = (bool(node.parameterization) and name != "trials") or any(e is None for _, e in node.args)
            named = named or name in node.clauses
            if isinstance(expr, Derived) and expr.function in (WITHIN, CHOSEN):
                parts += [f"{name}={expr.over}"] if name == WITHIN else []
                continue
            if (column := _known_by(name, expr)) is not None:
                parts.append(column)
                continue
            parts.append(f"{name}={expression_text(expr)}" if named else expression_text(expr))
    return parts


def _is_ours(expr: Expr) -> bool:
    """Whether an argument names what binding made of the data, which nobody wrote."""
    return isinstance(expr, Stack) and all(
        isinstance(item, Column) and item.name.startswith("<") for item in expr.items
    )


def _known_by(name: str, expr: Expr) -> str | None:
    """A clause that names a column which says how much is known of outcomes; None for others."""
    if isinstance(expr, Derived) and expr.function == "censoring" and isinstance(expr.of, Column):
        return f"censored={json.dumps(expr.of.name, ensure_ascii=False)}"
    if name == "until" and isinstance(expr, Column):
        return f"until={json.dumps(expr.name, ensure_ascii=False)}"
    return None


def _clauses(node: VariableNode) -> str:
    over = ", ".join("rows" if axis == ROWS else axis for axis in node.over)
    clauses = [f"over {over}"] if over else []
    clauses += [f"correlated by {node.matrix}"] if node.matrix is not None else []
    clauses += ["summing to zero"] if "zero_sum" in node.clauses else []
    clauses += ["ordered"] if node.ordered else []
    if node.is_observed:
        columns = ", ".join(node.observed)
        clauses.append("observed" if node.observed == (node.name,) else f"observed as {columns}")
    clauses += [f"weights {node.weights}"] if node.weights and not node.weights.startswith("<") else []
    clauses += ["missing values unknown"] if node.partly else []
    return "".join(f", {clause}" for clause in clauses)


def _list_text(stack: Stack) -> str:
    """A list of expressions, or a dict of them by label."""
    entries = [expression_text(item) for item in stack.items]
    if not stack.labels:
        return f"[{', '.join(entries)}]"
    pairs = zip(stack.labels, entries, strict=True)
    return f"{{{', '.join(f'{label!r}: {entry}' for label, entry in pairs)}}}"
