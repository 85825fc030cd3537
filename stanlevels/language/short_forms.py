"""Lines that stand for several, as they were written: what the plan says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stanlevels.errors import DeclarationError
from stanlevels.graph import Column, CovariatesNode, Derived, Graph, ShortForm, VariableNode
from stanlevels.language.declarations import Rows
from stanlevels.language.effects import Block, Field
from stanlevels.language.expression_source import expression_source, number_source, terms_source
from stanlevels.language.expressions import Expression
from stanlevels.language.resolve import node_of
from stanlevels.language.source import node_source

__all__ = ["with_short_forms"]

Names = Mapping[int, str]


def with_short_forms(graph: Graph, declared: Mapping[str, Any], names: Names) -> Graph:
    """The same graph; lines that stand for several say how they were written.

    Raises
    ------
    DeclarationError
        If effects are placed about effects of other terms.
    """
    blocks = {name: line for name, line in declared.items() if isinstance(line, Block) and name in graph}
    if not blocks:
        return graph
    nodes = dict(graph.nodes)
    for name, block in blocks.items():
        _check_mean(name, block, names)
        node = nodes[name]
        if isinstance(node, VariableNode):
            beside = tuple(f"{name}_{suffix}" for suffix in block.companions)
            nodes[name] = replace(node, short=ShortForm(_written(block, names), beside))
    return Graph(graph.name, nodes, graph.doc)


def _check_mean(name: str, block: Block, names: Names) -> None:
    """Effects that are the means of others have the same terms."""
    mean = block.mean
    if not isinstance(mean, Block) or block.components is None:
        return
    other = names[id(mean)]
    theirs, mine = (terms_source(_terms(each, names).terms) for each in (mean, block))
    if theirs != mine:
        raise DeclarationError(
            f"mean= of {name!r} is {other!r}, effects of {theirs}, and {name!r} has {mine}",
            expected="effects of the same terms, in the same order",
            way_out=f"write {name} = sl.effects({theirs}, ..., mean={other}), or a list with a mean for each",
        )


def _terms(block: Block, names: Names) -> CovariatesNode:
    node = node_of("terms", block.written.terms, names)
    assert isinstance(node, CovariatesNode)  # it is what covariates become
    return node


def _written(block: Block, names: Names) -> str:
    """The line as a person wrote it."""
    written = block.written
    if isinstance(written, Field):
        return _field(block, names)
    named = names.get(id(written.terms)) if "covariates" not in block.companions else None
    parts = [named or terms_source(_terms(block, names).terms)]
    axes = ["sl.rows" if isinstance(axis, Rows) else names[id(axis)] for axis in written.over]
    if axes:
        parts.append(f"over={axes[0] if len(axes) == 1 else '(' + ', '.join(axes) + ')'}")
    parts += _given(block, names)
    parts += [] if written.correlated else ["correlated=False"]
    return f"sl.effects({', '.join(parts)})"


def _field(block: Block, names: Names) -> str:
    """A Gaussian process that is a sum of waves."""
    (term,) = _terms(block, names).terms
    waves = [factor for factor in term.factors if isinstance(factor, Derived)]
    parts = [
        json.dumps(w.of.name, ensure_ascii=False) if isinstance(w.of, Column) else expression_source(w.of)
        for w in waves
    ]
    parts += [f"{name}={_value(given, names)}" for name, given in block.args if given is not None]
    axes = ["sl.rows" if isinstance(axis, Rows) else names[id(axis)] for axis in block.written.over]
    parts += [f"over={axes[0] if len(axes) == 1 else '(' + ', '.join(axes) + ')'}"] if axes else []
    counts = [str(wave.degree) for wave in waves]
    parts.append(f"basis={counts[0] if len(set(counts)) == 1 else '[' + ', '.join(counts) + ']'}")
    return f"sl.GP({', '.join(parts)})"


def _given(block: Block, names: Names) -> Iterator[str]:
    for suffix in ("mean", "sd", "corr"):
        given = getattr(block.written, suffix)
        if given is not None:
            yield f"{suffix}={_value(given, names)}"


def _value(given: Any, names: Names) -> str:
    if id(given) in names:
        return names[id(given)]
    if isinstance(given, tuple | list):
        return f"[{', '.join(_value(item, names) for item in given)}]"
    if not isinstance(given, Expression):
        return number_source(given)
    return node_source(node_of("given", given, names), str)
