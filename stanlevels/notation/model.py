"""A whole model in mathematics: a formula for every line, what is observed first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stanlevels.distributions.structures import CORRELATED
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Component,
    Composition,
    ConstantNode,
    CovariatesNode,
    Derived,
    Expr,
    ExpressionNode,
    Graph,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    composition,
)
from stanlevels.graph.text import PRECEDENCE
from stanlevels.notation.formulas import UNSAID, Line, number
from stanlevels.notation.latex import latex
from stanlevels.notation.layout import Digits, Fenced, Layout, Name, Row, Sign, Stacked, Text, Word
from stanlevels.notation.mathml import mathml
from stanlevels.notation.places import Axes, Places, joined
from stanlevels.show import Html, Latex, element
from stanlevels.words import closest

__all__ = ["Formula", "aligned", "formulas", "in_latex", "in_mathml"]

_PRODUCT = PRECEDENCE["*"]


@dataclass(frozen=True)
class Formula:
    """A line of a model: left and right of ``~`` or ``=``, and the units for which it holds."""

    name: str
    left: Layout
    relation: str
    right: Layout
    where: Layout | None = None


def formulas(
    graph: Graph,
    domains: Mapping[str, Axes] | None = None,
    sizes: Mapping[str, int] | None = None,
    without: Collection[str] = (),
) -> tuple[Formula, ...]:
    """A formula for every line: what is observed, then what it rests on, then single numbers.

    Parameters
    ----------
    graph : Graph
    domains : mapping of str to tuple of str, optional
        Where named expressions and covariates have their values, as data have told.
    sizes : mapping of str to int, optional
        Numbers of units, and of rows under `ROWS`.
    without : collection of str, optional
        Quantities that are fixed, whose lines say nothing of them.
    """
    places = Places(graph, domains)
    return tuple(_formula(name, places, sizes or {}) for name in places.ordered() if name not in without)


def _formula(name: str, places: Places, sizes: Mapping[str, int]) -> Formula:
    node = places.graph[name]
    domain = places.domain(name)
    family = FAMILIES[node.family] if isinstance(node, VariableNode) else None
    vector = family is not None and not family.is_scalar
    components = () if vector else places.components(name)
    line = Line(places, domain, components)
    left = line.reference(name)
    whole = family is not None and family.structure is not None
    if whole:  # one distribution for all units of the last level together
        left = line.together(name, domain[:-1])
    relation, right = "=", number(0)
    match node:
        case ConstantNode(value=value):
            right = number(value)
        case ExpressionNode(expr=expr):
            right = line.formula(expr)
        case CovariatesNode(terms=terms):
            right = Stacked(tuple(line.covariate(term) for term in terms), lying=True)
        case VariableNode():
            relation, right = "~", _distribution(node, line)
    own = domain[:-1] if whole else domain
    return Formula(name, left, relation, right, _where(name, (*own, *components), places, sizes))


def _distribution(node: VariableNode, line: Line) -> Layout:
    made = composition(node)
    if made is not None:
        return _composed(made, line)
    family = FAMILIES[node.family]
    form = family.parameterization(node.parameterization)
    given = dict(node.args)
    if node.matrix is not None:
        given[CORRELATED] = Ref(node.matrix)
    inside = tuple(line.formula(_filled(expr, given)) for expr in form.in_mathematics())
    return Row((Word(family.symbol or family.name), Fenced(joined(inside))))


def _composed(made: Composition, line: Line) -> Layout:
    """A distribution of others: a mixture by known places as their sum, each times its weight."""
    inner = tuple(_distribution(part, line) for part in made.parts)
    (name, weights), *_ = made.arguments
    by_odds = name.endswith("_logit")
    if made.several and weights is not None and not by_odds:
        each: tuple[Expr, ...] = weights.items if isinstance(weights, Stack) else ()
        if isinstance(weights, Ref | At):
            each = tuple(Component(weights, k) for k in range(len(inner)))
        if each:
            pairs = zip(each, inner, strict=True)
            terms = [Row((line.formula(w, _PRODUCT), Sign("·"), part)) for w, part in pairs]
            return Row(tuple(x for term in terms for x in (Sign("+"), term))[1:])
    own = [(n, Ref(UNSAID) if expr is None else expr) for n, expr in made.arguments]
    function = "softmax" if made.several else "inv_logit"
    shown = [line.formula(Call(function, (expr,)) if n.endswith("_logit") else expr) for n, expr in own]
    return Row((Word(made.wrapper), Fenced(joined((*inner, *shown)))))


def _filled(expr: Expr, given: Mapping[str, Expr | None]) -> Expr:
    """What mathematics writes of a distribution, with the arguments of a line."""
    match expr:
        case Ref(name=name):
            found = given[name]
            return Ref(UNSAID) if found is None else found
        case Op(symbol=symbol, args=args):
            found = Op(symbol, tuple(_filled(arg, given) for arg in args))
            return Number(1) if found == Op("**", (Number(1), Number(2))) else found
        case Call(function=function, args=args):
            return Call(function, tuple(_filled(arg, given) for arg in args))
    return expr


def _where(name: str, axes: Axes, places: Places, sizes: Mapping[str, int]) -> Layout | None:
    node = places.graph[name]
    parts: list[Layout] = []
    for axis in axes:
        parts.append(Text(f"{', ' if parts else 'for '}each {_unit(axis, places)} "))
        parts.append(Name(places.letters[axis]))
        if axis in sizes:
            parts += (Sign("="), Digits("1"), Sign(","), Sign("…"), Sign(","), Digits(f"{sizes[axis]}"))
    if isinstance(node, VariableNode):
        if node.weights and not node.weights.startswith("<"):
            weight = Line(places, places.domain(name)).column(node.weights)
            parts += (Text(", counted ".removeprefix("" if parts else ", ")), weight, Text(" times"))
        parts += _clauses(node, Line(places, places.domain(name)), bool(parts))
        if grouping := FAMILIES[node.family].parameterization(node.parameterization).grouping:
            over = getattr(node.arg(grouping), "over", "")
            parts.append(Text(f", among the rows of its {over}".removeprefix("" if parts else ", ")))
        if node.ordered:
            parts.append(Text(", in increasing order".removeprefix("" if parts else ", ")))
    return Row(tuple(parts)) if parts else None


def _clauses(node: VariableNode, line: Line, after: bool) -> list[Layout]:
    """Between which bounds a distribution is, and what says how much is known of its outcomes."""
    parts: list[Layout] = []
    for name, words in _CLAUSES.items():
        expr = dict(node.args).get(name) if name in node.clauses else None
        if expr is None:
            continue
        of = expr.of if isinstance(expr, Derived) else expr
        parts += (Text(f"{', ' if parts or after else ''}{words} "), line.formula(of))
    return parts


_CLAUSES = {"lower": "from", "upper": "up to", "status": "censored as", "until": "until"}


def _unit(axis: str, places: Places) -> str:
    if axis == ROWS:
        return "row"
    return f"column of {axis}," if isinstance(places.graph[axis], CovariatesNode) else axis


# --- written ----------------------------------------------------------------------------------------


def in_latex(
    graph: Graph,
    symbols: Mapping[str, str] | None = None,
    domains: Mapping[str, Axes] | None = None,
    sizes: Mapping[str, int] | None = None,
    without: Collection[str] = (),
) -> Latex:
    """A model as an ``aligned`` environment; `symbols` is LaTeX for names, the rest as in `formulas`.

    Raises
    ------
    DeclarationError
        If `symbols` has a name that is none of the model's, or anything but text for one.
    """
    _check(symbols or {}, Places(graph))
    return aligned(formulas(graph, domains, sizes, without), symbols)


def _check(symbols: Mapping[str, str], places: Places) -> None:
    known = dict.fromkeys(places.names())
    for name, symbol in symbols.items():
        if name not in known:
            raise DeclarationError(
                f"symbols= of latex() has {name!r}, which is no name of {places.graph.name}",
                expected=closest(name, known),
            )
        if not isinstance(symbol, str) or not symbol:
            raise DeclarationError(
                f"symbols= of latex() has {symbol!r} for {name!r}",
                expected="LaTeX, such as r'\\sigma_A'",
            )


def aligned(lines: tuple[Formula, ...], symbols: Mapping[str, str] | None = None) -> Latex:
    """Formulas as an ``aligned`` environment."""
    written = []
    for line in lines:
        right = rf"{latex(line.left, symbols)} &{_RELATIONS[line.relation]} {latex(line.right, symbols)}"
        written.append(right + (f" && {latex(line.where, symbols)}" if line.where else ""))
    inside = " \\\\\n  ".join(written)
    return Latex(f"\\begin{{aligned}}\n  {inside}\n\\end{{aligned}}")


_RELATIONS = {"~": r"\sim", "=": "="}


def in_mathml(lines: tuple[Formula, ...]) -> Html:
    """Formulas as a ``math`` element: a table with a row for each, aligned at ``~`` and ``=``."""
    rows = []
    for line in lines:
        where = mathml(line.where) if line.where else ""
        sign = element("mo", "∼" if line.relation == "~" else "=", form="infix")
        right = element("mrow", sign, mathml(line.right))
        cells = [element("mtd", part) for part in (mathml(line.left), right, where)]
        rows.append(element("mtr", *cells))
    return element("math", element("mtable", *rows, class_="lines"), display="block")
