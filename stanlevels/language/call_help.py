"""What `help` and editors show of a distribution: its signature and docstring, from its row of the table."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from stanlevels.distributions.composed import not_censored, not_truncated
from stanlevels.distributions.table import Family, Parameter, Parameterization
from stanlevels.language.lists import takes_lists

__all__ = ["BOUNDS", "KNOWN", "clauses_of", "docstring", "parameters", "signature"]

BOUNDS, KNOWN = ("lower", "upper"), ("censored", "until")


def clauses_of(family: Family) -> tuple[str, ...]:
    """What a distribution may be given beside its arguments: bounds, and how much is known of its outcomes.

    Examples
    --------
    >>> from stanlevels.distributions.table import FAMILIES
    >>> clauses_of(FAMILIES["Uniform"])
    ('censored', 'until')
    """
    if family.composed is not None:
        return ()
    bounds = () if not_truncated(family) else BOUNDS
    return (*bounds, *(KNOWN if family.observable and not not_censored(family) else ()))


def parameters(family: Family) -> dict[str, Parameter]:
    """Every argument of any parameterisation by name, those of the standard one first."""
    found: dict[str, Parameter] = {}
    for form in family.parameterizations:
        for parameter in form.parameters:
            found.setdefault(parameter.name, parameter)
    return found


def signature(family: Family) -> inspect.Signature:
    """The arguments that a distribution takes: positional ones in Stan's order, then the others by name.

    Examples
    --------
    >>> from stanlevels.distributions.table import FAMILIES
    >>> print(signature(FAMILIES["Dirichlet"]))
    (alpha=None, *, dim=None, over=None, observed=False, weights=None, missing=None)
    """
    kind = inspect.Parameter
    standard = [
        kind(p.name, kind.POSITIONAL_OR_KEYWORD, default=None) for p in family.parameterizations[0].parameters
    ]
    seen = {p.name for p in standard}
    keyword = [kind(n, kind.KEYWORD_ONLY, default=None) for n in parameters(family) if n not in seen]
    if family.sized:
        keyword.append(kind("dim", kind.KEYWORD_ONLY, default=None))
    for name, default in (("over", None), ("observed", False), ("weights", None), ("missing", None)):
        keyword.append(kind(name, kind.KEYWORD_ONLY, default=default))
    keyword += [kind(name, kind.KEYWORD_ONLY, default=None) for name in clauses_of(family)]
    if family.is_normal:
        keyword.append(kind("corr", kind.KEYWORD_ONLY, default=None))
        keyword.append(kind("zero_sum", kind.KEYWORD_ONLY, default=False))
    if family.is_scalar and not family.discrete:
        keyword.append(kind("ordered", kind.KEYWORD_ONLY, default=False))
    if family.location_scale:
        keyword.append(kind("centered", kind.KEYWORD_ONLY, default=None))
    return inspect.Signature([*standard, *keyword])


def docstring(family: Family) -> str:
    """The docstring of a distribution's callable."""
    lines = [family.doc, ""]
    if any(map(_may_be_left_out, parameters(family).values())):
        lines += ["What is left out gets a default, which `Model.priors` shows.", ""]
    lines += ["Parameters", "----------"]
    for parameter in parameters(family).values():
        lines += _of_parameter(family, parameter)
    named = set(signature(family).parameters)
    lines += [text for name, texts in _COMMON.items() if name in named for text in texts]
    lines += ["", "Returns", "-------", "Expression", f"    Its values: {family.support.words}."]
    lines += ["", "Examples", "--------", ">>> import stanlevels as sl"]
    return "\n".join([*lines, f">>> x = {family.example or _example(family)}"])


_COMMON = {
    "dim": ("dim : int, optional", "    The number of components, where nothing else tells it."),
    "over": (
        "over : Level, Index, covariates, sl.rows, or a tuple of these, optional",
        "    One value per unit; left out, the quantity is a scalar.",
    ),
    "observed": (
        "observed : bool, str or list of str",
        "    True attaches the column of the same name, a text another column.",
    ),
    "weights": (
        "weights : str, optional",
        "    A column of frequency weights, which multiply the log density of each row.",
    ),
    "lower": (
        "lower : expression or number, optional",
        "    A bound: nothing lies below it. What is left of the distribution counts as all of it.",
    ),
    "upper": (
        "upper : expression or number, optional",
        "    A bound: nothing lies above it.",
    ),
    "censored": (
        "censored : str, optional",
        "    A column that says what is known of each row's outcome: its value ('none', 0 or False), that it",
        "    is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what",
        "    `until` holds ('interval' or 2).",
    ),
    "until": (
        "until : str, optional",
        "    The column with the ends of intervals; it may be empty in other rows.",
    ),
    "missing": (
        'missing : "model", optional',
        "    Outcomes that the data lack are unknown, as the line says; left out, they are an error.",
    ),
    "corr": (
        "corr : str, optional",
        "    The name of a matrix that comes with the data, in ``tables=``: the known correlations (or",
        "    covariances) of the units of the last level in `over`.",
    ),
    "zero_sum": (
        "zero_sum : bool",
        "    Whether units differ from `mu` by numbers that sum to zero over the last level in `over`: in",
        "    each unit of the level that it lies within, and of the others in `over`; without a level, over",
        "    its Index.",
    ),
    "ordered": (
        "ordered : bool",
        "    The values increase along the last axis, an Index: cutpoints.",
    ),
    "centered": (
        'centered : bool or "between", optional',
        "    How units are sampled: as they are (True), as deviations from their mean in standard",
        "    deviations (False), or between the two; by default the plan decides.",
    ),
}
"""Arguments that distributions share."""


def _of_parameter(family: Family, parameter: Parameter) -> Iterator[str]:
    left_out = ", optional" if _may_be_left_out(parameter) else ""
    several = ", or a list of them" if takes_lists(family, parameter) else ""
    yield f"{parameter.name} : {_KINDS[parameter.support.shape]}{several}{left_out}"
    words = parameter.support.words
    known = ", which must be known: a number or a column" if parameter.is_known else ""
    instead = _instead_of(family, parameter.name)
    beside = f", in place of {instead}" if instead else ""
    yield f"    {words[0].upper()}{words[1:]}{known}{beside}."


_KINDS = {
    "scalar": "expression or number",
    "vector": "expression, or list of expressions and numbers",
    "simplex": "expression, or list of expressions and numbers",
    "cholesky": "expression",
}


def _may_be_left_out(parameter: Parameter) -> bool:
    return parameter.default is not None or parameter.prior is not None


def _instead_of(family: Family, name: str) -> str:
    """The arguments of the standard parameterisation that an argument of another takes the place of."""
    standard, *others = family.parameterizations
    if name in _names(standard):
        return ""
    form = next(form for form in others if name in _names(form))
    return " and ".join(f"`{n}`" for n in _names(standard) if n not in _names(form))


def _names(form: Parameterization) -> tuple[str, ...]:
    return tuple(p.name for p in form.parameters)


def _example(family: Family) -> str:
    numbers = ", ".join(
        "0.5" if p.kind == "location" and family.discrete else "1"
        for p in family.parameterizations[0].parameters
    )
    observed = "" if family.latent else ", observed='y'"
    return f"sl.{family.name}({numbers}{observed})"
