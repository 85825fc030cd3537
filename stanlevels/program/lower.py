"""From a planned model to a typed Stan program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from stanlevels.distributions.family import Function
from stanlevels.distributions.own import stan_functions
from stanlevels.errors import DeclarationError
from stanlevels.plan.planned import Planned
from stanlevels.program import stan
from stanlevels.program.entries import Entry, Number, needed
from stanlevels.program.entry_names import wanted_name
from stanlevels.program.factors import known_columns, statement
from stanlevels.program.notes import note
from stanlevels.program.outcome_entries import Outcome
from stanlevels.program.program import Declared, Item, Program, Statement
from stanlevels.program.quantities import correlations, definitions, parameters, place_of
from stanlevels.program.scope import Scope, assign_names
from stanlevels.program.types import data_type
from stanlevels.resources import folder


def lower(planned: Planned) -> Program:
    """Write a planned model as a Stan program.

    Parameters
    ----------
    planned : Planned
        After every pass.

    Returns
    -------
    Program
        Its text depends on structure alone: sizes, codes, covariates, outcomes and the numbers of
        priors are data.
    """
    graph, entries = planned.graph, needed(planned)
    scope = Scope(planned, assign_names(planned, entries))
    columns = (declared for factor in planned.factors for declared in known_columns(factor, scope))
    transformed_data = (*_defined_in("transformed data", scope), *columns)
    transformed = tuple(_defined_in("transformed parameters", scope))
    model = _used(tuple(_model(scope)))
    return Program(
        title=graph.name,
        doc=tuple(line.rstrip() for line in graph.doc.splitlines()),
        functions=_functions(planned, (*transformed_data, *transformed, *model)),
        data=tuple(_data([e for e in entries if not isinstance(e, Number)], scope)),
        numbers=tuple(_data([e for e in entries if isinstance(e, Number)], scope)),
        transformed_data=transformed_data,
        parameters=tuple(parameters(scope)),
        transformed_parameters=transformed,
        model=model,
        generated_quantities=tuple(correlations(scope)),
        entries=tuple((_entry_name(e, scope), e) for e in entries),
        outputs={name: scope.names[name] for name in planned.in_program},
        renamed=tuple(
            (name, scope.names[name])
            for name in planned.lines
            if name in scope.names
            and scope.names[name] != name
            and not planned.quantities[name].is_integrated
        ),
    )


def _entry_name(entry: Entry, scope: Scope) -> str:
    """Outcomes carry the name of their line."""
    return scope.names[entry.quantity if isinstance(entry, Outcome) else entry]


def _data(entries: Sequence[Entry], scope: Scope) -> Iterator[Declared]:
    for entry in entries:
        name, source = _entry_name(entry, scope), getattr(entry, "quantity", "")
        plain = isinstance(entry, Number) and name == wanted_name(entry)[1]  # the name says what it is
        words = "" if plain else note(entry, scope.planned.graph)
        yield Declared(data_type(entry, scope), name, source, note=words)


def _defined_in(block: str, scope: Scope) -> Iterator[Item]:
    # After what defines it, which need not be declared first: the default prior of an intercept lies where
    # what stands beside it is at its mean, and that may itself be computed from what is sampled.
    for name in scope.planned.lines:
        quantity = scope.planned.quantities[name]
        if place_of(quantity, scope.planned) == block:
            yield from definitions(quantity, scope)


def _model(scope: Scope) -> Iterator[Item]:
    """A statement per factor, after the definitions over rows that it may use."""
    for name, quantity in scope.planned.quantities.items():
        if place_of(quantity, scope.planned) == "model":
            yield from definitions(quantity, scope)
        for factor in scope.planned.factors:
            if factor.source == name:
                yield statement(factor, scope)


def _used(model: tuple[Item, ...]) -> tuple[Item, ...]:
    """The model block without definitions that nothing after them names (a GLM function names none)."""
    kept: list[Item] = []
    named: set[str] = set()
    for item in reversed(model):
        if (isinstance(item, Statement) and item.is_density) or _defines(item) & named:
            kept.append(item)
            named |= {node.name for node in _nodes(item) if isinstance(node, stan.Variable)}
    return tuple(reversed(kept))


def _defines(item: Item) -> set[str]:
    """Variables of the program that an item declares or fills."""
    if isinstance(item, Declared):
        return {item.name}
    filled = (node.to for node in _nodes(item) if isinstance(node, stan.Assignment))
    return {next(n.name for n in stan.walk(to) if isinstance(n, stan.Variable)) for to in filled}


def _nodes(item: Item) -> Iterator[stan.Node]:
    roots: tuple[stan.Node, ...] = item.body if isinstance(item, Statement) else (item.type,)
    if isinstance(item, Declared) and item.value is not None:
        roots += (item.value,)
    for root in roots:
        yield from stan.walk(root)


def _functions(planned: Planned, items: Sequence[Item]) -> tuple[str | Function, ...]:
    """Our own Stan functions that families bring or that are called: files by name, and what is written."""
    brought = [own for f in planned.factors for own in planned.lines[f.source].family.functions]
    nodes = (node for item in items for node in _nodes(item))
    called = [n.function for n in nodes if isinstance(n, stan.Call | stan.Density)]
    files = [own for own in brought if isinstance(own, str)]
    for name in called:
        own = name.removesuffix("_lpdf")
        files += [*_BENEATH.get(own, ()), own]
    ours = {each.name: each for each in brought if isinstance(each, Function)}
    wanted, pending = set[str](), [name for name in called if name in ours]
    while pending:
        name = pending.pop()
        pending += [other for other in ours[name].needs if other not in wanted]
        wanted.add(name)
    first = [each for each in ours.values() if each.always]
    _check_apart([each for each in brought if isinstance(each, Function) and each.always])
    written = [each for name, each in ours.items() if name in wanted and not each.always]
    return (*(name for name in dict.fromkeys(files) if name in _ours()), *first, *written)


def _check_apart(own: Sequence[Function]) -> None:
    """Refuse two distributions of persons' own that define one Stan function: a program has each once."""
    by_name: dict[str, Function] = {}
    for each in own:
        for name in stan_functions(dict(each.values)["text"]):
            if by_name.setdefault(name, each) != each:
                raise DeclarationError(
                    f"two distributions of the model define the Stan function {name!r}",
                    expected="a name of its own for every Stan function of sl.Family",
                    way_out="rename one of them, in sl.Family and in its Stan code",
                )


_BENEATH = dict.fromkeys(("placed", "placed_density"), ("root_of_places",))
"""Functions of ours that others of ours call."""


@cache
def _ours() -> frozenset[str]:
    return frozenset(path.stem for path in (folder("stan_templates") / "functions").glob("*.stan"))
