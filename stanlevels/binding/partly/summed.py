"""Outcomes that are summed out: the lines that use them are mixtures over what these may be.

Lines stand in an order, each given those before it: what an outcome may be is as likely for a line as its own
line and all lines before make it. So the densities of the lines multiply to that of all of them together,
summed over everything that is missing. Where an outcome is known, all parts of a mixture agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from stanlevels.binding.partly.assumed import IMPUTE, Assumed, Found, Outcome, product_of, total, value_of
from stanlevels.binding.partly.holes import absent
from stanlevels.binding.partly.reach import behind, depends_on, used_by, within
from stanlevels.distributions.composed import MIXTURE, not_mixed, numbered
from stanlevels.distributions.kernels import (
    MOST_VALUES,
    alike_in,
    has_kernel,
    kernel,
    of_value,
    shares_of,
    shares_of_categories,
    values_of,
)
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.supports import BINARY
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    At,
    Call,
    Column,
    Component,
    Expr,
    ExpressionNode,
    Graph,
    IndexNode,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    expressions,
    references,
    walk,
)

__all__ = ["Sums", "mixed"]


@dataclass(frozen=True)
class Sums:
    """A line that is a mixture over what outcomes may be.

    Attributes
    ----------
    names : tuple of str
        Those outcomes.
    values : tuple of tuple of int
        For each part of the mixture the value of each of them, a category as its place from 1.
    """

    names: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]


def mixed(
    graph: Graph, whole: Graph, names: Sequence[str], lacking: Sequence[str], found: Found
) -> tuple[Graph, dict[str, Sums]]:
    """A graph in which lines that use some outcomes are mixtures.

    Parameters
    ----------
    graph, whole : Graph
        As declared, and as it is to be changed.
    names : sequence of str
        Outcomes to sum out.
    lacking : sequence of str
        Lines of which it is known where they lack values, all others hold theirs.
    found : Found

    Raises
    ------
    DeclarationError
        If it cannot be done; the message says what can.
    """
    work = _Work(graph, whole, {n: _outcome(whole, n, found) for n in names}, set(lacking), found)
    sums: dict[str, Sums] = {}
    changed = dict(whole.nodes)
    for line in work.order:
        made = work.line(line)
        if made is not None:
            changed[line], sums[line] = made
    return replace(whole, nodes=changed), sums


def _outcome(graph: Graph, name: str, found: Found) -> Outcome:
    node = graph.observed[name]
    labels = found.categories.get(name)
    if labels is not None:
        return Outcome(node, tuple(range(1, len(labels) + 1)), labels)
    values = values_of(FAMILIES[node.family], dict(node.args))
    if values is None:
        raise DeclarationError(
            f"{name!r} ~ {node.outlined} has missing values, and other lines use it: whole numbers"
            f" are not sampled, and they are summed out where they are one of at most {MOST_VALUES}",
            expected="a category, 0 or 1, a count of trials whose number is given, a Poisson count with"
            " upper=, or an outcome without missing values",
            way_out=IMPUTE,
        )
    return Outcome(node, tuple(range(values.low, values.high + 1)), None)


class _Work:
    """Makes mixtures of the lines of a graph."""

    def __init__(
        self, declared: Graph, graph: Graph, outcomes: dict[str, Outcome], lacking: set[str], found: Found
    ) -> None:
        self.declared, self.graph, self.outcomes = declared, graph, outcomes
        self.lacking = lacking
        self.put = Assumed(graph, outcomes, found)
        self.names = set(outcomes)
        self.depends = {n: depends_on(graph, v, self.names) - {n} for n, v in graph.variables.items()}
        self.users = [n for n, uses in self.depends.items() if uses]
        for name in outcomes:
            self._check_users(name)
        self.order = self._ordered([*outcomes, *(n for n in self.users if n not in outcomes)])
        self.before: list[str] = []

    def _check_users(self, name: str) -> None:
        node = self.graph.observed[name]
        users = [n for n in self.users if name in self.depends[n]]
        others = [n for n in users if not self._takes_sums(node, n)]
        if others or not users:
            who = f"{listing(others) or 'no line'} {'uses' if len(others) < 2 else 'use'} it"
            raise DeclarationError(
                f"{name!r} has missing values, which are summed out, and {who}",
                expected="lines with data over the same units that use it, distributions of single numbers"
                " without clauses of their own",
                way_out=IMPUTE,
            )

    def _takes_sums(self, node: VariableNode, user: str) -> bool:
        other = self.graph.variables[user]
        family = FAMILIES[other.family]
        by_road = any(isinstance(e, At) and e.name == node.name for e in self._written(other))
        sampled = user in self.lacking and user not in self.names and bool(used_by(self.declared, user))
        return (
            other.is_observed
            and self.graph.units(other) == self.graph.units(node)
            and not by_road
            and not sampled
            and family.composed is None
            and not not_mixed([family])
        )

    def _written(self, node: VariableNode) -> list[Expr]:
        """Every expression of a line, with those of named ones behind it."""
        pending, seen, found = list(expressions(node)), set[str](), list[Expr]()
        while pending:
            expr = pending.pop()
            found += walk(expr)
            for name in references(expr):
                other = self.graph.nodes.get(name)
                if isinstance(other, ExpressionNode) and name not in seen:
                    seen.add(name)
                    pending.append(other.expr)
        return found

    def _ordered(self, lines: list[str]) -> list[str]:
        """Lines after those that they depend on; those whose density is no expression as late as may be."""
        after = {n: {p for p in behind(self.graph, n) if p in lines} | self.depends[n] for n in lines}
        found: list[str] = []
        while len(found) < len(lines):
            ready = [n for n in lines if n not in found and after[n] <= set(found)]
            able = [n for n in ready if n in self.names or has_kernel(FAMILIES[self._node(n).family])]
            found.append((able or ready)[0])
        return found

    def _node(self, name: str) -> VariableNode:
        return self.graph.variables[name]

    # --- one line -------------------------------------------------------------------------------

    def line(self, name: str) -> tuple[VariableNode, Sums] | None:
        """The line as a mixture, None where it depends on no missing outcome."""
        before = list(self.before)
        self.before.append(name)
        if not self.depends[name]:
            return None
        names, factors = self._together(name, before)
        values = tuple(product(*(self.outcomes[n].values for n in names)))
        if len(values) > MOST_VALUES:
            raise DeclarationError(
                f"{name!r} would be summed over {len(values):,} combinations of values of {listing(names)}",
                expected=f"at most {MOST_VALUES}",
                way_out='leave rows out, bind(data, missing="drop"), or impute some of them',
            )
        self._check_weights([*factors, name])
        node = self._node(name)
        args: list[tuple[str, Expr | None]] = []
        for place, each in enumerate(values, 1):
            given = dict(zip(names, each, strict=True))
            args += [
                (numbered(arg, place), None if expr is None else self.put(expr, given))
                for arg, expr in node.args
            ]
        key, weights = self._weights(names, factors, values)
        made = replace(node, family=_mixture(node, len(values)), parameterization=key, args=(*args, weights))
        return made, Sums(tuple(names), values)

    def _together(self, name: str, before: Sequence[str]) -> tuple[list[str], list[str]]:
        """Outcomes that a line is summed over, and the lines before it that say how likely they are."""
        names, factors = set(self.depends[name]), set[str]()
        while True:
            more = {line for line in before if self._scope(line) & names}
            if more <= factors:
                return [n for n in self.outcomes if n in names], [n for n in before if n in factors]
            factors |= more
            names = names.union(*(self._scope(line) for line in more))

    def _scope(self, line: str) -> set[str]:
        return self.depends[line] | ({line} & self.names)

    def _check_weights(self, lines: Sequence[str]) -> None:
        weights = {line: self.declared.variables[line].weights for line in lines}
        if len(set(weights.values())) > 1:
            said = ", ".join(f"{n} has {repr(w) if w else 'none'}" for n, w in weights.items())
            raise DeclarationError(
                f"missing values are summed out of {listing(lines)}, and their weights differ: {said}",
                expected="the same weights= on all of these lines, or none",
                way_out="repeat the rows in the data as often as they count",
            )

    def _weights(
        self, names: Sequence[str], factors: Sequence[str], values: Sequence[tuple[int, ...]]
    ) -> tuple[str, tuple[str, Expr]]:
        """How likely each part is: as shares where all outcomes are 0 or 1, else as log odds."""
        binary = all(FAMILIES[self._node(n).family].support == BINARY for n in names)
        if binary and set(factors) == set(names) and not any(self.depends[n] for n in names):
            return "", ("shares", Stack(tuple(self._share(names, each) for each in values)))
        odds = []
        for each in values:
            given = dict(zip(names, each, strict=True))
            odds.append(total([self._log_density(line, given) for line in factors]))
        return "logit", ("shares_logit", Stack(tuple(odds)))

    def _share(self, names: Sequence[str], values: tuple[int, ...]) -> Expr:
        odds = []
        for name, value in zip(names, values, strict=True):
            chance = _chance(self._node(name))
            odds.append(chance if value else Op("-", (Number(1), chance)))
        return product_of(odds)

    # --- how likely values are --------------------------------------------------------------------

    def _log_density(self, line: str, given: Mapping[str, int]) -> Expr:
        node, family = self._node(line), FAMILIES[self._node(line).family]
        form = family.parameterization(node.parameterization)
        if line in self.names and not self.depends[line]:
            outcome = self.outcomes[line]
            return self._shares(outcome)[outcome.values.index(given[line])]
        if not has_kernel(family):
            raise DeclarationError(
                f"missing values are summed out of several lines, of which {line!r} ~ {node.outlined} is one",
                expected="all lines but the last to be Normal, LogNormal, StudentT, Exponential, Bernoulli,"
                " Binomial, Poisson or NegBinomial",
                way_out=IMPUTE,
            )
        alike = alike_in(family)
        args = {arg: self._known_argument(line, arg, expr) for arg, expr in node.args}
        if alike and within(self.graph, args[alike], self.names):
            raise DeclarationError(
                f"{alike} of {line!r} ~ {node.outlined} depends on outcomes that are summed out",
                expected=f"the same {alike} whatever they are, where several lines use them",
                way_out=IMPUTE,
            )
        args = {arg: self.put(expr, given) for arg, expr in args.items()}
        if line in self.names:
            at = kernel(family, form, args, value_of(line, given[line]))
            more = of_value(family, args, given[line])
            return Op("+", (at, Op("*", (Number(more), Column(absent(line)))))) if more else at
        term = kernel(family, form, args, Ref(line))
        return Op("*", (Op("-", (Number(1), Column(absent(line)))), term)) if line in self.lacking else term

    def _known_argument(self, line: str, arg: str, expr: Expr | None) -> Expr:
        if expr is None:
            raise DeclarationError(
                f"{arg} of {line!r} is left open, and missing values are summed out of it",
                expected="a quantity with a name",
                way_out=f"declare  {arg} = ...  on a line of its own, and write it in the line of {line}",
            )
        return expr

    def _shares(self, outcome: Outcome) -> list[Expr]:
        node, family = outcome.node, FAMILIES[outcome.node.family]
        form = family.parameterization(node.parameterization)
        args = {arg: self._known_argument(node.name, arg, expr) for arg, expr in node.args}
        if outcome.labels is None:
            values = values_of(family, args)
            assert values is not None
            return shares_of(family, form, args, values)
        argument = (form.categories or ("", 0))[0]
        more = (form.categories or ("", 0))[1]
        count = len(outcome.labels) - more
        entries = {
            arg: self._entries(node, arg, expr, count) if arg == argument else [expr]
            for arg, expr in args.items()
        }
        found = shares_of_categories(form, entries, len(outcome.labels))
        if not found:
            raise DeclarationError(
                f"{node.name!r} ~ {node.outlined} has missing values, and other lines use it",
                expected="sl.Categorical, sl.OrderedLogistic, sl.OrderedProbit or sl.AdjacentCategories,"
                " without scale=, where categories are summed out",
                way_out=IMPUTE,
            )
        return found

    def _entries(self, node: VariableNode, arg: str, expr: Expr, count: int) -> list[Expr]:
        """The entries of a vector, one for each category."""
        if isinstance(expr, Stack):
            return list(expr.items)
        if isinstance(expr, Ref) and isinstance(self.graph.nodes.get(expr.name), VariableNode):
            labels = _labels(self.graph, expr.name)
            numbered_otherwise = any(isinstance(label, int) for label in labels)
            keys = labels if numbered_otherwise else range(count)
            return [Component(expr, key) for key in keys]
        raise DeclarationError(
            f"{node.name!r} ~ {node.outlined} has missing values that are summed out; its {arg} is no list",
            expected=f"a list with an entry for each category, or the name of a quantity ({count} entries)",
            way_out=f"write {arg}=[...] with an expression for each",
        )


def _labels(graph: Graph, name: str) -> tuple[Any, ...]:
    """The labels of the components of a quantity, where an Index gives it some."""
    axes = [graph.nodes[axis] for axis in graph.component_axes(graph.variables[name].over)]
    return next((axis.labels for axis in axes if isinstance(axis, IndexNode)), ())


def _mixture(node: VariableNode, count: int) -> str:
    """The family of a mixture of several of a line's, each written as it is."""
    each = f"{node.family}:{node.parameterization}" if node.parameterization else node.family
    return f"{MIXTURE}({','.join([each] * count)})"


def _chance(node: VariableNode) -> Expr:
    """The probability of a 1."""
    form = FAMILIES[node.family].parameterization(node.parameterization)
    expr = dict(node.args)[form.parameters[0].name]
    assert expr is not None
    inverse = LINKS[form.link].inverse
    return Call(inverse, (expr,)) if inverse else expr
