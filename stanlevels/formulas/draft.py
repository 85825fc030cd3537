"""The lines of a class while they are found, and the names that they get."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from stanlevels.formulas.columns import Columns
from stanlevels.formulas.expressions import CONSTANTS, data_text, quoted
from stanlevels.formulas.priors import Priors
from stanlevels.formulas.syntax import Name, Syntax, names_in
from stanlevels.language.expression_source import number_source
from stanlevels.language.metaclass import RESERVED

__all__ = ["Draft", "identifier", "two_digits"]

_WIDEST = 100
_MODULE = "sl"


def two_digits(number: float) -> str:
    """A number of a prior; "" where it is none.

    Examples
    --------
    >>> two_digits(0.1234), two_digits(float("nan"))
    ('0.12', '')
    """
    return f"{number:.2g}" if 0 < number < float("inf") else ""


def identifier(text: str) -> str:
    """A name for a line that is called after a column.

    Examples
    --------
    >>> [identifier(text) for text in ("log.radon", "my group", "2nd", "fit", "class")]
    ['log_radon', 'my_group', 'x2nd', 'fit_', 'class_']
    """
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_") or "x"
    name = name if name.isidentifier() else f"x{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED or name == _MODULE else name


class Draft:
    """Lines by name, in the order in which they were found; those of levels stand before the others.

    Parameters
    ----------
    formula : str
        The text, for errors that show a place of it.
    columns : Columns
    outcomes : iterable of str
        The columns of outcomes, whose lines are called after them.
    groups : iterable of str
        The columns of groups, whose levels are called after them.
    priors : Priors, optional
        Those that were given.
    """

    def __init__(
        self,
        formula: str,
        columns: Columns,
        outcomes: Iterable[str] = (),
        groups: Iterable[str] = (),
        priors: Priors | None = None,
    ) -> None:
        self.formula = formula
        self.columns = columns
        self.taken: set[str] = set()
        self.groups = frozenset[str]()
        self.outcomes = {column: self.free(column) for column in outcomes}
        self.groups = frozenset(map(identifier, groups))
        self.levels: dict[str, str] = {}
        self.lines: dict[str, str] = {}
        self.predictors: dict[str, str] = {}
        self.shares: dict[str, str] = {}
        self.latent: dict[str, str] = {}
        self.size = 1.0  # of the outcome, on the scale of its predictor
        self.priors = priors or Priors()
        self.free_intercepts = set[str]()  # of parameters whose intercept is a coefficient like others
        self._of_level: dict[tuple[str, ...], str] = {}
        self._coded: dict[str, str] = {}

    def free(self, wanted: str, own: Collection[str] = ()) -> str:
        """A name that no line has, nor a level that may follow but those of `own`: `wanted`, or the first of
        wanted_2, wanted_3, ...
        """
        wanted, number = identifier(wanted), 2
        name = wanted
        while name in self.taken or (name in self.groups and name not in own):
            name, number = f"{wanted}_{number}", number + 1
        self.taken.add(name)
        return name

    def line(self, wanted: str, text: str) -> str:
        """A line, and the name that it gets."""
        name = self.free(wanted)
        self.lines[name] = text
        return name

    def renamed(self, name: str, wanted: str) -> str:
        """Another name for the last line, which no other refers to yet."""
        text = self.lines.pop(name)
        self.taken.remove(name)
        return self.line(wanted, text)

    def level(self, column: str, *, within: str = "", of: str = "", name: str = "") -> str:
        """The level of a column's units: the same one each time it is asked for."""
        key = (column, within, of, name)
        if key not in self._of_level:
            name = self.free(name or column, self.groups)
            said = [quoted(column)] if name != column else []
            said += [f"within={within}"] if within else [f"of={of}"] if of else []
            self.levels[name] = f"sl.Level({', '.join(said)})"
            self._of_level[key] = name
        return self._of_level[key]

    def coded(self, column: str, text: str) -> str:
        """A categorical column in a coding, with a name of its own."""
        if text not in self._coded:
            is_free = column not in self.taken and identifier(column) not in self.groups
            self._coded[text] = self.line(column if is_free else f"{column}_categories", text)
        return self._coded[text]

    def name(self, name: Name) -> str:
        """What a name stands for among numbers: a parameter that has a formula, or a column."""
        if name.name in self.predictors:
            return self.predictors[name.name]
        if name.name in CONSTANTS and not self.columns.has(name.name):
            return number_source(CONSTANTS[name.name])
        self.check(name)
        self.columns.refuse_dates(name, self.formula)
        return data_text(name)

    def check(self, syntax: Syntax) -> None:
        """Raise DataError for a name in it that is no column."""
        for name in names_in(syntax):
            constant = name.name in CONSTANTS and not self.columns.has(name.name)
            if name.name not in ("TRUE", "FALSE", "T", "F", "NULL") and not constant:
                self.columns.check(name, self.formula, self.predictors)

    def source(self, name: str, doc: str) -> str:
        """The text of the class."""
        escaped = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        said = f'"""{escaped}\n"""' if "\n" in doc or escaped.endswith('"') else f'"""{escaped}"""'
        body = [*said.split("\n"), ""]
        for names in (self.levels, self.lines):
            for line, text in names.items():
                body += _wrapped(f"{line} = {text}")
        indented = [f"    {part}" if part else "" for part in body]
        return "\n".join([f"class {name}(sl.Model):", *indented])


def _added(text: str) -> list[str]:
    """The terms of a sum, each after its sign."""
    depth, found = 0, [""]
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and text[place : place + 3] == " + ":
            found.append("")
        found[-1] += letter
    return [part.strip() for part in found]


def _wrapped(line: str) -> list[str]:
    """A line, or where it is long an argument of its call on each, or a term of its sum."""
    if len(line) + 4 <= _WIDEST:
        return [line]
    name, _, value = line.partition(" = ")
    if not value.startswith("sl.") or not value.endswith(")"):
        return [f"{name} = (", *(f"    {part}" for part in _added(value)), ")"]
    opening, depth, start = line.index("(") + 1, 0, 0
    inside, parts, text = line[opening:-1], [], False
    for place, letter in enumerate(inside):
        text ^= letter == '"' and inside[place - 1] != "\\"
        depth += (letter in "([") - (letter in ")]") if not text else 0
        if depth < 0:
            return [line]
        if letter == "," and depth == 0 and not text:
            parts.append(inside[start:place].strip())
            start = place + 1
    parts.append(inside[start:].strip())
    return [line[:opening], *(f"    {part}," for part in parts), ")"]
