"""Data against supports: outcomes against their distribution's, known arguments against theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.supports import Support
from stanlevels.distributions.table import FAMILIES, Parameter
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.passes.check_censored import check_censored
from stanlevels.passes.check_numbers import is_known
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import term_text
from stanlevels.plan.terms import Known, Linear, Literal, Setting, Term, walk
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

_LARGEST = 2**31 - 1


def check_outcomes(graph: Graph, source: Any) -> None:
    """Refuse observed values that the declared distribution cannot give.

    Parameters
    ----------
    graph : Graph
    source : Bound

    Raises
    ------
    DataError
        With the line, the column, and up to five offending values and their rows.
    """
    for name, node in graph.observed.items():
        family = FAMILIES[node.family]
        if not family.observable:
            continue  # `check` says why
        values = np.asarray(source.outcome(name))
        if family.support.shape == "scalar":
            _check_scalar(node, family.support, values)
        elif family.support.shape == "simplex":
            _check_simplex(node, values)
        elif family.is_tally and values.ndim > 1:  # of one column `check` says what is amiss
            for k, column in enumerate(node.observed):
                own = replace(family.support, shape="scalar")
                _check_scalar(replace(node, observed=(column,)), own, values[:, k])


def _check_scalar(node: VariableNode, support: Support, values: Any) -> None:
    if support.integer:
        _check_size(node, values)
    rows = np.flatnonzero(~support.inside(values))
    if len(rows):
        raise DataError(
            f"{_count(rows, values)} of {node.observed[0]!r} cannot come from {node.name} ~"
            f" {node.outlined}: {_shown(rows, values)}",
            expected=support.words,
            way_out="correct the data, or choose a distribution that allows these values",
        )


def _check_size(node: VariableNode, values: Any) -> None:
    """Whole numbers that Stan can hold."""
    rows = np.flatnonzero(values > _LARGEST)
    if len(rows):
        raise DataError(
            f"{_count(rows, values)} of {node.observed[0]!r} are too large: {_shown(rows, values)}",
            expected=f"whole numbers up to {_LARGEST}, the largest that Stan holds",
            way_out="count in larger units",
        )


def _check_simplex(node: VariableNode, values: Any) -> None:
    rows = np.flatnonzero((np.abs(values.sum(axis=1) - 1) > 1e-8) | (values < 0).any(axis=1))
    if len(rows):
        raise DataError(
            f"{len(rows)} of {len(values)} rows of {listing(node.observed)} do not sum to 1: rows"
            f" {listing(rows)} (counted from 0)",
            expected="shares from 0 to 1 that sum to 1",
        )


def check_columns(planned: Planned, source: Any) -> None:
    """Refuse columns that are not there for a line, or that are no numbers, before anything rests on them.

    Raises
    ------
    DataError
        With the column, the line's units, and up to three of them.
    """
    for line in planned.lines.values():
        for term in (inner for argument in line.args.values() for inner in walk(argument)):
            if isinstance(term, Known):
                source.column(line.domain, term.column)
            elif isinstance(term, Linear):
                source.matrix(line.domain, term.covariates)
        if line.is_observed:
            source.weights(line.name)


def check_knowns(planned: Planned, source: Any) -> None:
    """Refuse columns that are arguments and hold values that the argument cannot take.

    Parameters
    ----------
    planned : Planned
        After every pass.
    source : Bound

    Raises
    ------
    DataError
        Also where an outcome lies outside known bounds: successes above trials, or a uniform's ends.
    """
    for line in planned.lines.values():
        if not isinstance(line.node, VariableNode):
            continue
        form = FAMILIES[line.node.family].parameterization(line.node.parameterization)
        for parameter in form.parameters:
            term = line.args[parameter.name]
            computed = not isinstance(term, Setting | Literal) and is_known(term, planned)
            if computed and parameter.support.shape == "scalar":
                _check_known(line, parameter, term, planned, source)
        if line.node.is_observed:
            _check_between(line, planned, source)
            _check_delay(line, planned, source)
            check_censored(line, planned, source)
            _check_sum(line, planned, source)


def _check_known(line: Line, parameter: Parameter, term: Term, planned: Planned, source: Any) -> None:
    values = evaluate(term, line.domain, Values(planned, {}), source).reshape(-1)
    what = repr(term.column) if isinstance(term, Known) else term_text(term)
    rows = np.flatnonzero(~parameter.support.inside(values))
    expected = parameter.support.words
    if not len(rows) and parameter.support.integer:
        rows = np.flatnonzero(values > _LARGEST)
        expected = f"whole numbers up to {_LARGEST}, the largest that Stan holds"
    if len(rows):
        raise DataError(
            f"{_count(rows, values)} of {what} cannot be {parameter.name} of {line.name} ~"
            f" {line.variable.outlined}: {_shown(rows, values)}",
            expected=expected,
        )


def _check_between(line: Line, planned: Planned, source: Any) -> None:
    """An outcome between the bounds that other columns, or numbers made of them, set for it."""
    low, high = line.family.bounds or (None, line.family.at_most)
    values = np.asarray(source.outcome(line.name))
    for name, too_far, words in ((low, np.less, "below"), (high, np.greater, "above")):
        bound = _known_numbers(line, name, planned, source)
        rows = np.flatnonzero(too_far(values, bound)) if bound is not None else ()
        if len(rows):
            raise DataError(
                f"{_count(rows, values)} of {line.variable.observed[0]!r} are {words} {_end(name)} of"
                f" {line.name} ~ {line.variable.outlined}: {_shown(rows, values)}",
                expected=f"no value {words} {_end(name)}",
            )


def _check_delay(line: Line, planned: Planned, source: Any) -> None:
    """A known delay is shorter than every time; of what is censored, or may be 0 besides, nothing is said."""
    if line.family.composed is not None:
        return
    name = next((p.name for p in line.form.parameters if p.kind == "delay"), None)
    delay = _known_numbers(line, name, planned, source)
    if delay is None:
        return
    values = np.abs(np.asarray(source.outcome(line.name), dtype=float).reshape(-1))
    rows = np.flatnonzero(values <= delay)
    if len(rows):
        raise DataError(
            f"{_count(rows, values)} of {line.variable.observed[0]!r} are not above the {name} of {line.name}"
            f" ~ {line.variable.outlined}: {_shown(rows, values)}",
            expected=f"times above the {name}",
            way_out=f"leave {name} out, which is then estimated below the smallest of them",
        )


def _check_sum(line: Line, planned: Planned, source: Any) -> None:
    """Counts of all categories against the number of trials."""
    if not line.family.sums_to:
        return
    term = line.args[line.family.sums_to]
    trials = evaluate(term, line.domain, Values(planned, {}), source).reshape(-1)
    values = np.asarray(source.outcome(line.name)).sum(axis=1)
    rows = np.flatnonzero(values != trials)
    if len(rows):
        wanted = [int(t) if t == int(t) else t for t in np.broadcast_to(trials, values.shape)[rows].tolist()]
        raise DataError(
            f"{listing(line.variable.observed)} of {line.name} ~ {line.variable.outlined} sum to"
            f" {listing(values[rows])} in rows {listing(rows)} (counted from 0), where"
            f" {line.family.sums_to} is {listing(wanted)}",
            expected=f"a column for every category: their counts sum to {line.family.sums_to}",
            way_out="name the category that is missing, or write the sum as "
            + " + ".join(f"sl.data({column!r})" for column in line.variable.observed[:3])
            + (" + ..." if len(line.variable.observed) > 3 else ""),
        )


def _known_numbers(line: Line, argument: str | None, planned: Planned, source: Any) -> Any:
    term = line.args.get(argument or "")
    if term is None or not is_known(term, planned):
        return None
    return evaluate(term, line.domain, Values(planned, {}), source).reshape(-1)


def _end(argument: str | None) -> str:
    """An argument beyond which no outcome lies, in words."""
    return f"the {argument} bound" if argument in ("lower", "upper") else f"the {argument}"


def _count(rows: Any, values: Any) -> str:
    return f"{len(rows)} of {len(values)} values"


def _shown(rows: Any, values: Any) -> str:
    which = "row" if len(rows) == 1 else "rows"
    return f"{listing(values[rows])} in {which} {listing(rows)} (counted from 0)"
