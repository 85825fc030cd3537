"""The metaclass of `Model`: it reads a class body into a graph and checks names as it goes."""

from __future__ import annotations

import builtins
import copyreg
import sys
from collections.abc import Collection, Iterable, Mapping
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NoReturn

from stanlevels.errors import DeclarationError
from stanlevels.graph import Graph
from stanlevels.language.check_text import check_text
from stanlevels.language.declarations import Declaration, Rows
from stanlevels.language.effects import Block, Effects, expanded
from stanlevels.language.expressions import Expression
from stanlevels.language.generated import check_taken, left_over, taken
from stanlevels.language.inline import named_by_lines, unused
from stanlevels.language.messages.body_checks import check_body, no_object
from stanlevels.language.messages.describe import describe
from stanlevels.language.resolve import to_graph
from stanlevels.language.short_forms import with_short_forms
from stanlevels.language.source import source
from stanlevels.other_names import unknown_verb
from stanlevels.words import closest

RESERVED = frozenset(
    """
    bind check define fit formula from_formula graph kfold latex plan predict prior_predictive priors roles
    simulate stan_code stan_data _declared _graph _inline _names _text
    """.split()
)
"""Names that Model uses, now or later."""

Declared = dict[str, Expression | Declaration]


class UndeclaredName(DeclarationError, NameError):
    """A name that no line declares; also a NameError, as Python has it."""


class Body(dict[str, Any]):
    """The namespace of a class body; a name declared twice is an error at that line."""

    def __init__(self, model: str, inherited: Collection[int] = ()) -> None:
        super().__init__()
        self.model = model
        self.named = set(inherited)  # by identity: what has a name is no template of `sl.effects`
        self.blocks: dict[int, Block] = {}
        self.generated: dict[str, str] = {}

    def __missing__(self, name: str) -> NoReturn:
        """A name that is no line above: let Python look further, or say what there is."""
        frame = sys._getframe(1)
        elsewhere = (*frame.f_globals, *dir(builtins), *frame.f_code.co_freevars)
        if name in elsewhere or name.startswith("__"):
            raise KeyError(name)
        declared = [other for other, value in self.items() if _declares(value)]
        raise UndeclaredName(
            f"{self.model} uses {name!r}, which no line above declares",
            expected=closest(name, declared),
            way_out=f"declare {name!r} first; a line cannot use itself: what comes before a unit (a random"
            " walk, an autoregression) is no quantity here, but its column can be: sl.data('previous')",
        )

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self and (_declares(self[name]) or _declares(value)) and self[name] is not value:
            raise self._twice(name)
        if isinstance(value, Effects):
            value = self._expanded(name, value)
        if _declares(value):
            self.named.add(id(value))
        super().__setitem__(name, value)

    def _expanded(self, name: str, written: Effects) -> Block:
        """Effects with their name; the lines that they stand for beside it are declared before it."""
        block = expanded(written, self._meant)
        self.blocks[id(written)] = block
        for suffix, line in block.companions.items():
            other = f"{name}_{suffix}"
            if other in self:
                raise taken(name, other, self.model)
            self.generated[other] = name
            self[other] = line
        return block

    def _meant(self, thing: object) -> Any:
        """What an object with a name is here; None for one without."""
        return self.blocks.get(id(thing), thing if id(thing) in self.named else None)

    def _twice(self, name: str) -> DeclarationError:
        if name in self.generated:
            return taken(self.generated[name], name, self.model)
        return DeclarationError(
            f"{name!r} is declared twice in {self.model}",
            expected="one line per name",
            way_out="rename one of the two lines; in a loop use sl.Model.define(...)",
        )


def _declares(value: object) -> bool:
    return isinstance(value, Expression | Declaration) and not isinstance(value, Rows)


class ModelMeta(type):
    """Collects declarations, inherited ones first, and builds the graph."""

    _declared: Declared
    _names: dict[int, str]
    _inline: dict[str, str]  # the line that each index written inside over= belongs to
    _graph: Graph

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **kwargs: Any) -> Body:
        """Give the class body a namespace that refuses to lose a line."""
        return Body(name, {key for base in bases for key in getattr(base, "_names", ())})

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        /,
        _overridden: Iterable[tuple[Any, str]] = (),
        **kwargs: Any,
    ) -> ModelMeta:
        """Read the body; `_overridden` are lines of ancestors that a pickle has lost."""
        own = {n: v for n, v in body.items() if _declares(v)}
        check_text(name, "the name of a model")
        check_body(name, body)
        made = super().__new__(cls, name, bases, dict(body), **kwargs)
        made._collect(own, body)
        made._names |= {key: n for line, n in _overridden for key in _keys(line)}
        doc = cleandoc(made.__dict__.get("__doc__") or "")
        perhaps = left_over(_ancestors(made), made._declared)
        graph = to_graph(name, doc, made._declared, made._names, perhaps)
        made._graph = with_short_forms(graph, made._declared, made._names)
        left = perhaps - made._graph.nodes.keys()
        made._declared = {n: line for n, line in made._declared.items() if n not in left}
        return made

    def _collect(cls, own: Declared, body: Mapping[str, Any]) -> None:
        """Inherited lines, the class's own, and indexes that stand inside them."""
        model = cls.__name__
        ancestors = _ancestors(cls)
        declared, names = _inherited(model, ancestors, own, body)
        inherited = _inline_above(ancestors, declared)
        replaced = {n for n, line in inherited.items() if line in own}
        lines, inline = named_by_lines(own, names, {*body, *declared} - replaced)
        for axis in inline:
            type.__setattr__(cls, axis, lines[axis])
        declared, names = _merge(model, declared, names, lines)
        cls._inline = {n: line for n, line in inherited.items() if n not in lines} | inline
        left = unused([n for n in cls._inline if n not in inline], declared)
        cls._declared = {n: thing for n, thing in declared.items() if n not in left}
        cls._names = {key: n for key, n in names.items() if n not in left}

    @classmethod
    def make(
        cls,
        name: str,
        bases: tuple[type, ...],
        declarations: Mapping[str, Any],
        doc: str = "",
        overridden: Iterable[tuple[Any, str]] = (),
    ) -> Any:
        """Make a model from a mapping instead of a class body; see `Model.define`."""
        if not isinstance(declarations, Mapping):
            raise DeclarationError(
                f"the declarations of {name} are {describe(declarations)}",
                expected="a dict with a declaration for each name",
                way_out='sl.Model.define("Name", {"slope": sl.Normal(0, 1), ...})',
            )
        inherited = {key for base in bases for key in getattr(base, "_names", ())}
        body = Body(name, inherited | {id(line) for line in declarations.values()})
        for line, declaration in declarations.items():
            if not _declares(declaration):
                raise DeclarationError(
                    f"{line!r} of {name} is {describe(declaration)}",
                    expected="a declaration, such as sl.Level() or sl.Normal(0, 1)",
                )
            _check_name(name, line)
            body[line] = declaration
        return cls(name, bases, {**body, "__doc__": doc}, _overridden=overridden)

    def __dir__(cls) -> list[str]:
        """What is completed: Model's verbs and the lines."""
        return [name for name in super().__dir__() if not name.startswith("_") or name.startswith("__")]

    def __repr__(cls) -> str:
        return (
            f"<model {cls.__name__}: {', '.join(cls._graph.quantities)}>" if cls._declared else cls.__name__
        )

    def __str__(cls) -> str:
        """The long form: a class, as Python that runs, with a line for every quantity.

        Of a formula it is the text that the class was made of.
        """
        if "_text" in cls.__dict__:
            return str(cls.__dict__["_text"])
        return source(cls._graph) if cls._declared else cls.__name__

    def _repr_html_(cls) -> str:
        from stanlevels.graph.text import node_text
        from stanlevels.show import paragraph, preformatted

        lines = "\n".join(node_text(node) for node in cls._graph.nodes.values())
        doc = paragraph(cls._graph.doc) if cls._graph.doc else ""
        return paragraph(cls.__name__, strong=True) + doc + preformatted(lines)

    if not TYPE_CHECKING:

        def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
            """Refuse: a model is a class, of which there are no objects."""
            raise no_object(cls.__name__, args)

        def __getattr__(cls, name: str) -> NoReturn:
            """Say where a name belongs that a model does not have."""
            if name.startswith("_"):
                raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
            raise unknown_verb(cls.__name__, name, cls.__dict__.get("_declared", ()))

    def __setattr__(cls, name: str, value: Any) -> None:
        if _declares(value) or name in cls.__dict__.get("_declared", {}):
            raise DeclarationError(
                f"{name!r} of {cls.__name__} is assigned after the class was made",
                expected="every line inside the class body",
                way_out=f"inherit: class Changed({cls.__name__}): {name} = ...",
            )
        super().__setattr__(name, value)


def _ancestors(model: ModelMeta) -> list[ModelMeta]:
    """The models that a model inherits from, the most general first."""
    return [base for base in reversed(model.__mro__[1:]) if isinstance(base, ModelMeta)]


def _reduced(model: ModelMeta) -> str | tuple[Any, ...]:
    """What a pickle holds of a model: its name where it can be imported by it, else every line of it.

    Models made by `define`, or in a function or a notebook, may have no such name. Lines refer to each other,
    inherited ones included, so all are kept, and the model is made anew without its parents.
    """
    found: Any = sys.modules.get(model.__module__)
    for part in model.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is model:
        return str(model.__qualname__)
    root = next(base for base in reversed(model.__mro__) if isinstance(base, ModelMeta))
    overridden = [
        (line, name)
        for ancestor in model.__mro__
        if isinstance(ancestor, ModelMeta)
        for name, line in ancestor._declared.items()
        if model._declared.get(name) is not line
    ]
    return ModelMeta.make, (model.__name__, (root,), model._declared, model.__doc__ or "", overridden)


copyreg.pickle(ModelMeta, _reduced)


def _inherited(
    model: str, ancestors: list[ModelMeta], own: Declared, body: Mapping[str, Any]
) -> tuple[Declared, dict[int, str]]:
    """Lines of the classes above, by name, and the names of all that a line may refer to."""
    declared: Declared = {}
    names: dict[int, str] = {}
    for ancestor in ancestors:
        before = {n for base in ancestor.__mro__[1:] for n in getattr(base, "_declared", ())}
        lines: Declared = ancestor.__dict__.get(
            "_declared", {}
        )  # all of its lines, without those it left out
        declared = {n: line for n, line in declared.items() if n in lines or n not in before} | lines
        inherited: dict[int, str] = ancestor.__dict__.get("_names", {})
        clash = next((n for key, n in inherited.items() if names.get(key, n) != n), None)
        if clash is not None:
            raise DeclarationError(
                f"{model} inherits one declaration under two names, one of them {clash!r} (of"
                f" {ancestor.__name__})",
                expected="one name for each quantity",
                way_out="declare it once, in a class that both inherit from",
            )
        names |= inherited
    for name in body:
        if name in declared and name not in own:
            raise DeclarationError(
                f"{name!r} is a quantity that {model} inherits, and is set to {describe(body[name])}",
                expected="a declaration",
                way_out=f"for a known value write {name} = sl.Constant(...)",
            )
    return declared, names


def _inline_above(ancestors: list[ModelMeta], declared: Declared) -> dict[str, str]:
    """Indexes of the classes above that were written inside over=, and the lines they belong to."""
    return {
        name: line
        for ancestor in ancestors
        for name, line in ancestor._inline.items()
        if declared.get(name) is ancestor._declared.get(name)
    }


def _merge(
    model: str, declared: Declared, names: dict[int, str], own: Declared
) -> tuple[Declared, dict[int, str]]:
    """Inherited lines and those of the class itself, which override them."""
    for name, thing in own.items():
        _check_name(model, name)
        check_taken(model, name, thing, declared)
        if names.get(id(thing), name) != name:
            raise DeclarationError(
                f"{names[id(thing)]!r} and {name!r} are one declaration with two names in {model}",
                expected="one name for each quantity",
                way_out=f"use {names[id(thing)]!r}, or declare {name!r} with a call of its own",
            )
        names |= dict.fromkeys(_keys(thing), name)
    return declared | own, names


def _keys(thing: Expression | Declaration) -> tuple[int, ...]:
    """The identities of a line: effects are also known by what they were written as."""
    return (id(thing), id(thing.written)) if isinstance(thing, Block) else (id(thing),)


def _check_name(model: str, name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise DeclarationError(
            f"a declaration in {model} is called {name!r}", expected="a name with at least one letter"
        )
    check_text(name, f"a name in {model}")
    if name in RESERVED:
        raise DeclarationError(
            f"{name!r} of {model} is a name that Model itself uses",
            expected="a name that is not one of Model's verbs",
            way_out=f"rename it, for example to {name}_",
        )
    if name.startswith("<") and name.endswith(">"):
        raise DeclarationError(
            f"{name!r} of {model} stands in angle brackets, as names of stanlevels' own do",
            way_out=f"rename it to {name.strip('<>') or 'x'}",
        )
    if name.startswith("__"):
        raise DeclarationError(
            f"{name!r} of {model} begins with two underscores, which Python keeps for itself",
            way_out=f"rename it to {name.strip('_') or 'x'}",
        )
