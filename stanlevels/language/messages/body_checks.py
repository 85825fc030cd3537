"""Lines of a class body that would be lost without a word, and models used as if they were objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stanlevels.errors import DeclarationError
from stanlevels.language.declarations import Declaration, Index, Level
from stanlevels.language.distributions import family_of
from stanlevels.language.expressions import Constant, Expression, Variable
from stanlevels.language.messages.describe import describe

__all__ = ["NoObject", "check_body", "no_object"]


class NoObject(DeclarationError, TypeError):
    """A model that is called; also a TypeError, as Python has it."""


def check_body(model: str, body: Mapping[str, Any]) -> None:
    """Refuse what declares nothing though it was meant to.

    Raises
    ------
    DeclarationError
        For a distribution or a level without parentheses, a comma at the end of a line, and a colon in place
        of the equals sign.
    """
    for name, value in body.items():
        if (family := family_of(value)) is not None:
            raise _itself(model, name, f"the distribution {family.name}", f"sl.{family.name}(...)")
        if isinstance(value, type) and value.__name__ in _CALLS and value in (Level, Index, Constant):
            raise _itself(model, name, f"the class {value.__name__}", _CALLS[value.__name__])
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Expression | Declaration):
            raise DeclarationError(
                f"{name!r} of {model} is a tuple of one declaration: its line ends with a comma",
                expected="the declaration alone",
                way_out="leave the comma out",
            )
    for name, value in _annotations(body).items():
        if isinstance(value, Expression | Declaration):
            declared = f"sl.{value.family}(...)" if isinstance(value, Variable) else "..."
            raise DeclarationError(
                f"{name!r} of {model} has {describe(value)} behind a colon, which declares nothing",
                expected="an equals sign",
                way_out=f"write {name} = {declared}",
            )


_CALLS = {"Level": "sl.Level()", "Index": "sl.Index([...])", "Constant": "sl.Constant(1)"}


def _itself(model: str, name: str, what: str, call: str) -> DeclarationError:
    return DeclarationError(
        f"{name!r} of {model} is {what} itself", expected="a call of it", way_out=f"write {name} = {call}"
    )


def _annotations(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = body.get("__annotations__")
    return found if isinstance(found, Mapping) else {}


def no_object(model: str, args: tuple[Any, ...]) -> NoObject:
    """The error for ``Model(...)``: a model is a class, and has no objects."""
    if args and isinstance(args[0], str):
        return NoObject(
            f"{model}({args[0]!r}): a model is a class with a line for each quantity, not a formula",
            expected="class M(sl.Model): and its lines",
            way_out="y ~ x is  a, b, s = sl.Normal(), sl.Normal(), sl.HalfNormal()  and "
            " y = sl.Normal(a + b * sl.data('x'), s, observed=True)",
        )
    return NoObject(
        f"{model} is called: a model is a class, of which there are no objects",
        expected="its verbs: bind, fit, graph, priors, roles",
        way_out=f"write {model}.fit(df), or {model}.bind(df)"
        if model != "Model"
        else "write class M(sl.Model): and its lines, then M.fit(df)",
    )
