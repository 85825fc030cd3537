"""`sl.effects`: effects of several covariates in one line, and the lines that it stands for.

The line becomes a `Block` where it gets its name: a distribution of all components, which stands in a
predictor for its contribution (components times covariates), beside lines for their means, standard
deviations and correlations. From there on they are lines like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stanlevels.distributions.table import FAMILIES, Parameter
from stanlevels.errors import DeclarationError
from stanlevels.language.covariates import Term
from stanlevels.language.declarations import Level, Rows
from stanlevels.language.distributions import distribution
from stanlevels.language.effects_checks import (
    checked_axes,
    checked_corr,
    checked_count,
    checked_given,
    checked_template,
    checked_terms,
    is_one_column,
)
from stanlevels.language.expressions import Covariates, Expression, Operands, Variable
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe

__all__ = ["Block", "Effects", "Field", "covariates_of", "effects", "expanded"]

Meant = Callable[[object], Any]

_ONE = ((),)
"""The terms of an intercept alone."""

_NORMAL = next(family for family in FAMILIES.values() if family.is_normal)
_VECTOR = next(family for family in FAMILIES.values() if family.is_gaussian and family.is_vector)


class Effects(Expression):
    """What `stanlevels.effects` was given; a line of a model once it has a name."""

    _in_words = "sl.effects(...)"

    def __init__(
        self,
        terms: Covariates,
        over: tuple[Level | Rows, ...],
        given: tuple[Any, Any, Any],
        correlated: bool,
    ) -> None:
        self.terms = terms
        self.over = over
        self.mean, self.sd, self.corr = given
        self.correlated = correlated

    @property
    def covariates(self) -> Covariates:
        """The covariates that the components belong to."""
        return self.terms


class Field(Effects):
    """A Gaussian process that is a sum of waves; a line of a model once it has a name."""

    _in_words = "sl.GP(..., basis=...)"

    def __init__(
        self,
        terms: Covariates,
        over: tuple[Any, ...],
        line: Callable[[Covariates], Variable],
    ) -> None:
        super().__init__(terms, over, (None, None, None), correlated=False)
        self.line = line


class Block(Variable):
    """Effects with a name: in a predictor it stands for its components times their covariates.

    Attributes
    ----------
    written : Effects
        The line as it was written.
    companions : dict of str to line
        The lines beside it, by what follows its name: "covariates", "mean", "sd", "corr".
    components : Covariates or None
        What its components belong to; None where there is one number per unit.
    mean, sd, corr
        What they are drawn with: lines beside it, or what was given in their place.
    """

    def __init__(
        self,
        written: Effects,
        companions: dict[str, Any],
        components: Covariates | None,
        line: Variable,
    ) -> None:
        super().__init__(**vars(line))
        self._in_words = written._in_words
        form = FAMILIES[line.family].parameterizations[0]
        given = dict(line.args)
        self.written = written
        self.companions = companions
        self.components = components
        self.mean, self.sd, self.corr = (
            given.get(argument) for argument in (form.location, form.scale, form.correlation)
        )

    @property
    def covariates(self) -> Covariates:
        """The covariates that the components belong to."""
        return self.written.terms if self.components is None else self.components


_MEANT = {
    **dict.fromkeys(("group", "groups", "by", "level"), "whose effects they are is over="),
    **dict.fromkeys(("prior", "mu", "means", "loc"), "what they are drawn about is mean="),
    **dict.fromkeys(("sigma", "sds", "scale", "std"), "how far they spread is sd="),
    **dict.fromkeys(("cor", "eta", "lkj"), "correlations, or their prior, are corr=sl.LKJCholesky(2)"),
}


@in_words("sl.effects", _MEANT)
def effects(
    *terms: Term,
    over: Level | Rows | Sequence[Level | Rows] | None = None,
    mean: Operands | None = None,
    sd: Operands | None = None,
    corr: Expression | None = None,
    correlated: bool = True,
) -> Effects:
    """Effects of covariates, one of each per unit, with means, standard deviations and correlations.

    ``B = sl.effects(1, "days", over=subject)`` stands for ``B_covariates``, the set of covariates;
    ``B_mean`` and ``B_sd`` over it; ``B_corr``, their correlations; and ``B``, the components of every
    subject, normal about their means. In a predictor, ``B`` is its contribution: each component times its
    covariate. ``B["days"]`` is a component, ``B[home]`` the contribution by another road to the level.

    Parameters
    ----------
    *terms
        Covariates, as in `covariates`: ``1`` for an intercept, names of columns, ``sl.data(...)``,
        expressions of columns, products, other sets.
    over : Level, sl.rows, or a tuple of these, optional
        Whose effects they are; left out, they are coefficients, one of each.
    mean, sd : optional
        Left out, they are unknown with default priors. A number or a quantity is for all components or over
        their covariates; a list has an entry for each; a distribution without a name, such as
        ``sd=sl.HalfNormal(50)``, is the prior of every component's own. ``mean=0``: no means of their own,
        beside population-level effects that are declared elsewhere. ``mean=A``, with effects of the same
        terms over a coarser level, places these about those. Without `over`, `mean` and `sd` are those of
        the coefficients' common prior.
    corr : optional
        A correlation matrix, or its prior: ``corr=sl.LKJCholesky(4)``.
    correlated : bool
        False leaves correlations out.

    Returns
    -------
    expression
        To be given a name, on a line of its own.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Sleep(sl.Model):
    ...     subject = sl.Level()
    ...     B = sl.effects(1, "days", over=subject)
    ...     reaction = sl.Normal(B, observed=True)
    >>> print(Sleep)
    class Sleep(sl.Model):
        subject = sl.Level()
        B_covariates = sl.covariates(1, "days")
        B_mean = sl.Normal(over=B_covariates)
        B_sd = sl.HalfNormal(over=B_covariates)
        B_corr = sl.LKJCholesky(2)
        B = sl.MultiNormal(B_mean, B_sd, B_corr, over=(subject, B_covariates))
        reaction = sl.Normal(B @ B_covariates, observed=True)

    Any of these lines can be overridden by its name:

    >>> class Tight(Sleep):
    ...     B_sd = sl.HalfNormal(10, over=Sleep.B.covariates)
    """
    columns = checked_terms(terms)
    axes = checked_axes(over)
    given = (checked_given(mean, "mean"), checked_given(sd, "sd"), corr)
    checked_corr(corr, correlated, axes, single=is_one_column(columns))
    return Effects(columns, axes, given, correlated)


def expanded(written: Effects, meant: Meant) -> Block:
    """The lines that `written` stands for.

    `meant` gives what an object with a name in the model is there, and None for one without: a distribution
    without a name is a template.
    """
    if isinstance(written, Field):
        return Block(written, {"covariates": written.terms}, written.terms, written.line(written.terms))
    components = _components(written, meant(written.mean))
    companions: dict[str, Any] = {}
    if components is not None and components is written.terms and meant(components) is None:
        companions["covariates"] = components
    family = _VECTOR if _is_correlated(written) else _NORMAL
    form = family.parameterizations[0]
    arguments: dict[str, Any] = {}
    for suffix, argument in (("mean", form.location), ("sd", form.scale), ("corr", form.correlation)):
        if argument:
            line, made = _argument(written, suffix, form.parameter(argument), components, meant)
            companions |= {suffix: line} if made else {}
            arguments[argument] = line
    axes = (*written.over, *([] if components is None else [components]))
    return Block(written, companions, components, distribution(family)(**arguments, over=axes or None))


def _components(written: Effects, mean: object) -> Covariates | None:
    """What the components belong to: the covariates of the effects that are their means, which have the same
    terms (`short_forms` sees to it), else their own; None where there is one number per unit.
    """
    if written.terms.terms == _ONE:
        return None
    return (mean.components or written.terms) if isinstance(mean, Block) else written.terms


def _is_correlated(written: Effects) -> bool:
    return written.correlated and bool(written.over) and not is_one_column(written.terms)


def _argument(
    written: Effects, suffix: str, parameter: Parameter, components: Covariates | None, meant: Meant
) -> tuple[Any, bool]:
    """An argument of the components' distribution, and whether it is a line of its own."""
    given = getattr(written, suffix)
    over = components if written.over and suffix != "corr" else None  # coefficients share one prior
    if given is None:
        return (_open(parameter, over), True) if written.over else (None, False)
    found = meant(given)
    if found is None and isinstance(given, Effects):
        raise _unnamed(given, suffix)
    if found is None and isinstance(given, Variable):
        checked_template(given, suffix)
        return Variable(**{**vars(given), "over": () if over is None else (over,)}), True
    if isinstance(given, tuple):
        checked_count(given, suffix, written.terms)
    return (given if found is None else found), False


def _unnamed(given: Effects, suffix: str) -> DeclarationError:
    return DeclarationError(
        f"{suffix}= of sl.effects is {describe(given)} without a name",
        expected="effects on a line of their own",
        way_out=f"declare them above, A = sl.effects(..., over=...), and write {suffix}=A",
    )


def _open(parameter: Parameter, over: Covariates | None) -> Variable:
    """An unknown with the prior that the table of distributions has for it."""
    prior = parameter.prior
    assert prior is not None  # normal distributions have priors for all their arguments
    family = FAMILIES[prior.family]
    names = [p.name for p in family.parameterizations[0].parameters]
    numbers: dict[str, Any] = {
        n: value for n, value in zip(names, prior.numbers, strict=True) if value is not None
    }
    return distribution(family)(**numbers, over=over)


def covariates_of(thing: object) -> Covariates | None:
    """The covariates along which a line has components; None where it has none."""
    if isinstance(thing, Block):
        return thing.components
    if not isinstance(thing, Variable):
        return None
    over = next((axis for axis in thing.over if isinstance(axis, Covariates)), None)
    family = FAMILIES[thing.family]
    if over is None and family.is_vector:
        return covariates_of(dict(thing.args)[family.parameterizations[0].scale])
    return over
