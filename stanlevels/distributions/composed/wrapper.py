"""What a wrapper of distributions says: which it takes, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stanlevels.distributions.family import Composed, Function
from stanlevels.graph import Ref

if TYPE_CHECKING:
    from stanlevels.distributions.composed.chances import Way
    from stanlevels.distributions.family import Family, Parameterization
    from stanlevels.distributions.numbers import Numbers

__all__ = ["Wrapper", "base_arguments", "form_with", "function_of"]


@dataclass(frozen=True)
class Wrapper:
    """A way to make a family of a family.

    Attributes
    ----------
    name : str
        As people write it.
    refuses : callable
        Why it cannot be made of a family, in words; "" where it can.
    compose : callable
        The family without its `composed`, of another.
    phrase : str
        What it is in words, with the other's words as ``{of}``, and those of how probable something is.
    """

    name: str
    refuses: Callable[[Family], str]
    compose: Callable[[Family], Family]
    phrase: str

    def of(self, base: Family) -> Family:
        """The family made of another one."""
        found = self.compose(base)
        mine = {p.name for form in base.parameterizations for p in form.parameters}
        own = dict.fromkeys(
            p.name for form in found.parameterizations for p in form.parameters if p.name not in mine
        )
        name = f"{self.name}({base.key})"
        return replace(found, name=name, digest="", composed=Composed(self.name, base.key, tuple(own)))


def form_with(form: Parameterization, ways: Sequence[Way], stan: str, numbers: Numbers) -> Parameterization:
    """A parameterisation with probabilities beside its arguments, and nothing that belongs to it alone."""
    own = tuple(way.parameter for way in ways)
    return replace(
        form,
        key=f"{form.key}|{','.join(way.suffix for way in ways)}",
        parameters=(*form.parameters, *own),
        stan=stan,
        arguments=(*form.arguments, *(Ref(p.name) for p in own)),
        numbers=numbers,
        likelihood=None,
        glm="",
        glm_arguments=(),
        kept=None,
        below=None,
        together=(),
        written=(*form.in_mathematics(), *(Ref(p.name) for p in own)),
        phrase="",
    )


def base_arguments(form: Parameterization) -> tuple[tuple[str, str], ...]:
    """Types and names of what Stan's density of a form takes after the variable."""
    known = {p.name for p in form.parameters if p.is_whole}
    found = []
    for place, expr in enumerate(form.arguments, start=1):
        name = getattr(expr, "name", "")
        whole = name in known
        called = "mu" if name == form.location else name if name in _FREE else f"argument_{place}"
        found.append(("int" if whole else "real", called))
    return tuple(found)


_FREE = frozenset({"alpha", "nu", "phi", "rate", "shape", "sigma", "trials"})
"""Names of parameters that no function of Stan has."""


def function_of(template: str, form: Parameterization, suffix: str, name: str) -> Function:
    """The Stan function of a density made of another one."""
    arguments = base_arguments(form)
    return Function(
        name,
        template,
        (
            ("base", f"{form.stan}_{suffix}"),
            ("signature", ", ".join(f"{kind} {called}" for kind, called in arguments)),
            ("arguments", ", ".join(called for _, called in arguments)),
        ),
    )
