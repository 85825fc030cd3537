"""A model in words: a sentence for every line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from stanlevels.distributions.composed import WRAPPERS
from stanlevels.distributions.structures import CORRELATED
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.graph import (
    ROWS,
    WITHIN,
    At,
    Column,
    Composition,
    ConstantNode,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Derived,
    Expr,
    ExpressionNode,
    Graph,
    IndexNode,
    Members,
    MembershipsNode,
    Ref,
    VariableNode,
    composition,
    walk,
)
from stanlevels.graph.text import covariate_text, expression_text, number_text
from stanlevels.notation.places import Axes, Places
from stanlevels.words import counted, joined, plural

__all__ = ["in_words"]


def in_words(
    graph: Graph, domains: Mapping[str, Axes] | None = None, fixed: Collection[str] = ()
) -> tuple[str, ...]:
    """Sentences about levels, then about every line: what is observed, what that rests on, single numbers.

    Parameters
    ----------
    graph : Graph
    domains : mapping of str to tuple of str, optional
        Where named expressions and covariates have their values, as data have told.
    fixed : collection of str, optional
        Quantities that have no distribution, whatever their lines say: parameters of a likelihood.

    Examples
    --------
    >>> from stanlevels.graph import LevelNode, Number
    >>> nodes = (
    ...     LevelNode("app", "app"),
    ...     VariableNode("s", "HalfNormal", (("sigma", Number(1)),)),
    ...     VariableNode("A", "Normal", (("mu", Number(0)), ("sigma", Ref("s"))), over=("app",)),
    ... )
    >>> for sentence in in_words(Graph("Apps", {node.name: node for node in nodes})):
    ...     print(sentence)
    The units are apps.
    Every app has an A of its own: normal around 0 with standard deviation s.
    s is one number: half-normal with scale 1.
    """
    places = Places(graph, domains)
    fixed = [name for name in graph.variables if name in fixed]
    lists = [name for name, node in graph.nodes.items() if isinstance(node, IndexNode)]
    lines = (_line(name, places) for name in (*places.ordered(), *lists) if name not in fixed)
    return (*_levels(graph), *lines, *_parameters(fixed))


def _levels(graph: Graph) -> Iterator[str]:
    if not graph.levels:
        return
    kinds = [
        plural(name) + (f" (each within {_a(level.within)})" if level.within else "")
        for name, level in graph.levels.items()
    ]
    yield f"The units are {joined(kinds, 'and')}."
    for name, level in graph.aliases.items():
        yield f"The {name} of a row is {_a(str(level.of))}, named by the column {level.column}."
    for name, node in graph.nodes.items():
        if isinstance(node, MembershipsNode):
            yield f"A table of memberships, {name}, has the {plural(node.of)} of every {node.by}."


def _parameters(names: Sequence[str]) -> Iterator[str]:
    if names:
        kind = "a fixed parameter" if len(names) == 1 else "fixed parameters"
        yield f"{joined(names, 'and')} {'is' if len(names) == 1 else 'are'} {kind}, found by likelihood."


def _line(name: str, places: Places) -> str:
    match places.graph[name]:
        case IndexNode(labels=labels):
            return f"{name} lists {joined([str(label) for label in labels], 'and')}."
        case CovariatesNode(terms=terms):
            return f"{name} holds the covariates {joined([_covariate(term) for term in terms], 'and')}."
        case ConstantNode(value=value):
            return f"{name} is the number {number_text(value)}."
        case ExpressionNode(expr=expr):
            units = places.domain(name)
            each = f" for every {_units(units)}" if units else ""
            return f"{name} is computed{each}: {_in_words(expr, units, places)}."
        case VariableNode() as node:
            return _variable(node, places)
    raise InternalError(f"{name!r} is no line to be said in words")


def _covariate(term: CovariateTerm) -> str:
    codings = [f"{f.coding} coding" for f in term.factors if isinstance(f, CovariateColumn) and f.coding]
    return covariate_text(term) + (f" ({joined(codings, 'and')})" if codings else "")


def _variable(node: VariableNode, places: Places) -> str:
    units = places.domain(node.name)
    phrase = _phrase(node, units, places)
    lists = "" if not FAMILIES[node.family].is_scalar else _each(places.components(node.name), places)
    order = ", in increasing order" if node.ordered else ""
    if node.is_observed:
        columns = "" if node.observed == (node.name,) else f" as {joined(node.observed, 'and')}"
        weights = node.weights if node.weights and not node.weights.startswith("<") else ""
        often = f" A row counts as often as {weights} says." if weights else ""
        unknown = " Where it is missing it is unknown." if node.partly else ""
        return f"{node.name} is observed{columns} in every {_units(units)}: {phrase}.{unknown}{often}"
    if units:
        return f"Every {_units(units)} has {_a(node.name)} of its own{lists}: {phrase}{order}."
    if FAMILIES[node.family].is_scalar and not lists:
        return f"{node.name} is one number: {phrase}."
    if lists:
        return f"{node.name} has {lists.removeprefix(', ')}: {phrase}{order}."
    return f"{node.name} {'is' if phrase.startswith('a ') else 'are'} {phrase}."


def _each(lists: Axes, places: Places) -> str:
    """That there is a number for each label of a list."""
    if not lists:
        return ""
    kinds = [f"column of {n}" if isinstance(places.graph[n], CovariatesNode) else n for n in lists]
    return f", a number for each {joined(kinds, 'and')}"


def _phrase(node: VariableNode, units: Axes, places: Places) -> str:
    if (made := composition(node)) is not None:
        return _composed(made, units, places)
    form = FAMILIES[node.family].parameterization(node.parameterization)
    given = {
        name: "a default" if expr is None else _in_words(expr, units, places) for name, expr in node.args
    }
    if node.matrix is not None:
        given[CORRELATED] = node.matrix
    if form.phrase:
        return form.phrase.format(**given)
    return f"{node.distribution} with " + joined([f"{name} {text}" for name, text in given.items()], "and")


def _composed(made: Composition, units: Axes, places: Places) -> str:
    """A distribution of others."""
    inner = [_phrase(part, units, places) for part in made.parts]
    own = {n: "a default" if e is None else _in_words(e, units, places) for n, e in made.arguments}
    odds = "_logit"
    said = {
        name.removesuffix(odds): f"with {'log odds' if name.endswith(odds) else 'probability'} {text}"
        for name, text in own.items()
    }
    if not made.several:
        return WRAPPERS[made.wrapper].phrase.format(of=inner[0], **said)
    how = said["shares"].replace("probability", "probabilities")
    return f"one of {counted(len(inner), 'kind')}, {how}: {'; or '.join(inner)}"


def _in_words(expr: Expr, here: Axes, places: Places) -> str:
    """An expression as it is written, and whose what is in it that belongs to other units."""
    match expr:
        case Ref(name=name) | At(name=name) if away := _away(expr, here, places):
            return f"its {away}'s {name}"
        case Column(name=name):
            return f"{name} from the data"
        case Derived(function="censoring", of=Column(name=name)):
            return name
        case Members(of=of, memberships=name):
            node = places.graph[name]
            assert isinstance(node, MembershipsNode)
            weights = f" times {node.weights}" if node.weights else ""
            kind = "mean" if node.shares else "sum"
            weighed = f", by {node.weights}" if node.shares and node.weights else ""
            times = "" if node.shares else weights
            return f"the {kind} of {expression_text(of)}{times} over its {plural(node.of)} in {name}{weighed}"
        case Derived(function=function, over=over) if function == WITHIN:
            return str(over)
    text = expression_text(expr, bare=True)
    owned = dict.fromkeys(word for inner in walk(expr) if (word := _owned(inner, here, places)))
    return f"{text} ({', '.join(owned)})" if owned else text


def _owned(expr: Expr, here: Axes, places: Places) -> str:
    """Whose a quantity or a column in an expression is, where it is not the line's own."""
    match expr:
        case Ref(name=name) if away := _away(expr, here, places):
            return f"{name} of its {away}"
        case Column(name=name):
            return f"{name} from the data"
    return ""


def _away(expr: Ref | At, here: Axes, places: Places) -> str:
    """The other units to which something belongs, in words; "" where they are those of the line."""
    known = expr.name in places.graph
    axes = expr.levels if isinstance(expr, At) else (places.domain(expr.name) if known else ())
    away = [axis for axis in axes if axis not in here and axis != ROWS]
    return joined(away, "and")


def _units(units: Axes) -> str:
    return joined(["row" if axis == ROWS else axis for axis in units], "and") or "row"


def _a(noun: str) -> str:
    """A noun with its article, by how its first letter, or a single letter, is said."""
    vowel = noun[:1].lower() in ("a", "e", "i", "o", "u")
    if len(noun) == 1:
        vowel = noun.upper() in ("A", "E", "F", "H", "I", "L", "M", "N", "O", "R", "S", "X")
    return f"{'an' if vowel else 'a'} {noun}"
