"""A published model: the class, where it comes from, its data, and how others write it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import stanlevels as sl
from stanlevels.bound_model import BoundModel

__all__ = ["Published", "lines_of", "source_of"]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A model that others have published; the docstring of its class is the formula as its authors write it.

    Attributes
    ----------
    name : str
        Of its golden program, tests/golden/published/<name>.stan.
    source : str
        The package and page, or the book and chapter.
    model : type
    data : function
        Gives the rows, the same every time.
    lines : int
        Of the class, see `lines_of`.
    brms, bambi : str or None
        The call of brms in R, and of Bambi in Python, that declares the same model with default priors; None
        where it cannot be declared there.
    tables : function or None
        Gives the levels' own tables.
    """

    name: str
    source: str
    model: type[sl.Model]
    data: Callable[[], Any]
    lines: int
    brms: str | None
    bambi: str | None
    tables: Callable[[], Mapping[str, Any]] | None = None

    @property
    def formula(self) -> str:
        """The model as its authors write it."""
        return inspect.getdoc(self.model) or ""

    def bind(self) -> BoundModel:
        """The model with its data."""
        return self.model.bind(self.data(), tables=self.tables() if self.tables else None)


def source_of(model: type) -> list[str]:
    """The lines of a class, its docstring and blank lines left out."""
    text = textwrap.dedent(inspect.getsource(model))
    (tree,) = ast.parse(text).body
    assert isinstance(tree, ast.ClassDef)
    doc = tree.body[0]
    assert isinstance(doc, ast.Expr), f"{model.__name__} has no docstring to hold its formula"
    assert doc.end_lineno is not None
    lines = text.splitlines()
    return [line for line in lines[: doc.lineno - 1] + lines[doc.end_lineno :] if line.strip()]


def lines_of(code: type | str | None) -> int | None:
    """How many lines a class has, without docstring and blank lines; or the text of a call."""
    if code is None:
        return None
    return len(code.splitlines()) if isinstance(code, str) else len(source_of(code))
