"""Arguments of distributions by the names of other packages, or misspelt: what they are called here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stanlevels.distributions.synonyms import CALLED, MEANS, OTHERWISE
from stanlevels.distributions.table import FAMILIES, Family, Parameterization
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.call_help import BOUNDS, KNOWN, signature
from stanlevels.language.messages.meant import identifier
from stanlevels.words import counted, joined, nearest

__all__ = ["too_many", "twice", "unknown_arguments"]


_UNITS = ("group", "groups", "by", "level", "levels", "dims", "plate", "index")
_OPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("shape", "size"), "over=sl.Index(...) for components, over=level for units"),
    **dict.fromkeys(("obs", "observe", "data", "y", "response"), "observed=True or observed='column'"),
    **dict.fromkeys(("weight", "freq", "frequency"), "weights='column'"),
    **dict.fromkeys(("order", "ordering"), "ordered=True"),
    **dict.fromkeys(("centred", "center", "centering"), "centered=True or False"),
    **dict.fromkeys(("noncentered", "non_centered", "noncentred"), "centered=False"),
}

_NOT_HERE: Mapping[str, str] = {
    **dict.fromkeys(("name", "label"), "a quantity is called like its line: {name} = sl.{family}(...)"),
    **dict.fromkeys(("initval", "testval", "init", "start"), "starting values are settings of a fit: inits="),
    **dict.fromkeys(
        ("offset", "exposure"), "add it to the predictor, as in ... + sl.log(sl.data('exposure'))"
    ),
    **dict.fromkeys(("prior", "priors"), "a prior is a line of its own: {argument} = sl.Normal(0, 1)"),
    "corr": "units that are correlated by a known matrix are for sl.Normal(0, sd, over=level, corr='A')",
    "transform": "for positive numbers write sl.HalfNormal, sl.Gamma or sl.LogNormal",
    **dict.fromkeys(("cens", "event", "status"), "what is known of rows is a column: censored='status'"),
    "trunc": "bounds are lower= and upper=",
    "coords": "labels of components are sl.Index([...]) in over=, those of units come with the data",
}


def unknown_arguments(
    family: Family, chosen: Parameterization, given: Mapping[str, Any]
) -> DeclarationError | None:
    """The error for arguments that a distribution does not have; None where it has them all.

    Examples
    --------
    >>> from stanlevels.distributions.table import FAMILIES
    >>> poisson = FAMILIES["Poisson"]
    >>> print(unknown_arguments(poisson, poisson.parameterizations[0], {"lam": 1}))
    sl.Poisson has no argument 'lam'
      expected: rate, log; and over, observed, weights, missing, lower, upper, censored, until
      way out:  lam= is called rate=
    """
    names = {p.name for p in chosen.parameters}
    strange = {name: value for name, value in given.items() if name not in names}
    if not strange:
        return None
    known = _known(family)
    arguments = "arguments" if len(strange) > 1 else "argument"
    beside = f" beside {chosen.key}=" if chosen.key else ""
    taken = {name for name in given if name in names}
    ways: list[str] = []
    for name, value in strange.items():
        ways.append(_meant(family, chosen, name, value, taken))
    of_mean = [way for way in ways if way.startswith(_OF_MEAN)]
    return DeclarationError(
        f"sl.{family.name} has no {arguments} {joined([repr(name) for name in strange], 'and')}{beside}",
        expected=f"{', '.join(known)}; and {', '.join(_shared(family))}",
        way_out=", ".join(dict.fromkeys(way for way in of_mean or ways if way)),
    )


def _known(family: Family) -> list[str]:
    return list(dict.fromkeys(p.name for form in family.parameterizations for p in form.parameters))


def _shared(family: Family) -> list[str]:
    """What it takes beside its arguments."""
    own = _known(family)
    return [name for name in signature(family).parameters if name not in own]


def _meant(family: Family, chosen: Parameterization, name: str, value: Any, taken: set[str]) -> str:
    """What an argument is called or how it is said; notes down in `taken` what it is called."""
    known = _known(family)
    own = [p.name for p in chosen.parameters]
    if words := next((OTHERWISE[name, n] for n in known if (name, n) in OTHERWISE), None):
        return words
    for wanted in sorted(CALLED.get(name, ()), key=lambda n: n not in own):
        if wanted in known and wanted not in taken and name not in (known if wanted not in own else ()):
            taken.add(wanted)
            return f"{name}= is called {wanted}="
    if name in known:
        return f"{name}= belongs to {_call(family, name)}"
    return _option(family, name, value) or _elsewhere(family, name)


def _call(family: Family, name: str) -> str:
    """The call that takes an argument."""
    form = next(f for f in family.parameterizations if any(p.name == name for p in f.parameters))
    return f"sl.{family.name}({', '.join(f'{p.name}=...' for p in form.parameters)})"


def _option(family: Family, name: str, value: Any) -> str:
    """What is no argument of a density: units, components, data, links."""
    links = [form.key for form in family.parameterizations if form.key in ("log", "logit")]
    if name == "link":
        return f"the link is the argument's name: sl.{family.name}({links[0]}=...)" if links else _PLAIN_LINK
    if name in ("shape", "size", "dim") and isinstance(value, int):
        return f"for components write over=sl.Index({value}), for units over=level"
    if name in _UNITS and isinstance(value, str):
        return f"write over={identifier(value)}, with {identifier(value)} = sl.Level() on a line above"
    if name in _UNITS or name in _OPTIONS:
        return f"write {_OPTIONS.get(name, 'over=level')}"
    if name in CALLED and CALLED[name] is MEANS and links:
        return f"{_OF_MEAN} {links[0]}: {_call(family, links[0])}"
    if name in (*BOUNDS, *KNOWN):
        return _of_clauses(family, name)
    known = _known(family)
    return _NOT_HERE.get(name, "").format(name="a", family=family.name, argument=known[0] if known else "")


def _of_clauses(family: Family, name: str) -> str:
    """Why a distribution takes no bounds, or is not censored."""
    if not family.has_cumulative or family.is_categorical:
        return "bounds and censoring are for distributions of single numbers that have a cumulative in Stan"
    if name in BOUNDS:
        return "bounds are for numbers without ends of their own: sl.Normal(0, 1, lower=0)"
    whole = family.name.removeprefix("Half")
    return f"write sl.{whole}(..., lower=0, censored='status')" if family.half else ""


def _elsewhere(family: Family, name: str) -> str:
    """What is misspelt, or belongs to another distribution."""
    known = (*_known(family), *_shared(family))
    if close := nearest(name, known):
        return f"did you mean {joined([f'{n}=' for n in close], 'or')}?"
    others = [f"sl.{other.name}" for other in FAMILIES.values() if name in _known(other)]
    return f"{name}= belongs to {joined(others, 'and')}" if 0 < len(others) < 5 else ""


_OF_MEAN = "the mean is modelled by its"
_PLAIN_LINK = "a link is a function in the line, such as sl.exp(...)"


def too_many(family: Family, chosen: Parameterization, args: Sequence[Any]) -> DeclarationError:
    """The error for more positional arguments than there are."""
    positional = [p.name for p in chosen.parameters if p.name != chosen.key]
    beside = f" beside {chosen.key}=" if chosen.key else ""
    way_out = f"give it by its name: dim={args[-1]!r}" if family.sized else ""
    if isinstance(args[0], str):
        rest = ", ".join("..." for _ in positional)
        way_out = f"a quantity is called like its line: {identifier(args[0])} = sl.{family.name}({rest})"
    elif chosen.key:
        way_out = f"give every argument by its name: {_call(family, chosen.key)}"
    return DeclarationError(
        f"sl.{family.name} is given {counted(len(args), 'positional argument')}{beside}",
        expected=f"at most {len(positional)}: {', '.join(positional)}"
        if positional
        else f"no positional argument{beside}",
        way_out=way_out,
    )


def twice(family: Family, positional: list[str], name: str) -> DeclarationError:
    """The error for an argument that is given by its place and by its name."""
    others = [n for n in positional if n != name]
    say = ", ".join([f"{name}=...", *(f"{n}=..." for n in others)])
    return DeclarationError(
        f"sl.{family.name} is given {name!r} twice: by its name, and as positional argument"
        f" {positional.index(name) + 1}",
        expected=f"positional arguments in this order: {listing(positional)}",
        way_out=f"name them all: sl.{family.name}({say})",
    )
