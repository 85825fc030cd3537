"""`sl.formula`: a formula of lme4 or brms as a model class."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stanlevels.errors import DeclarationError
from stanlevels.formulas.columns import read_columns
from stanlevels.formulas.lines import lines_of
from stanlevels.formulas.parse import parse
from stanlevels.formulas.priors import read_priors
from stanlevels.formulas.read import Declared, One, read
from stanlevels.formulas.syntax import Syntax, names_in
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe

if TYPE_CHECKING:
    from stanlevels.model import Model

__all__ = ["formula"]

_MEANT = {
    **dict.fromkeys(("df", "frame"), "the data stand second: sl.formula(text, df)"),
    "priors": 'prior="prior(normal(0, 5), class = b)", as in brms',
    **dict.fromkeys(("link",), 'a link belongs to the family: family="Gamma(link=log)"'),
    **dict.fromkeys(("sigma", "zi", "hu", "shape", "phi"), 'formulas of parameters: ["y ~ x", "sigma ~ z"]'),
}


@in_words("sl.formula", _MEANT)
def formula(
    text: str | Sequence[str],
    data: Any = None,
    *,
    family: str = "gaussian",
    prior: str | Sequence[str] | None = None,
    name: str | None = None,
) -> type[Model]:
    '''A formula of lme4, brms, glmmTMB or Bambi as a model class; ``print`` of it shows the lines.

    Parameters
    ----------
    text : str or list of str
        A formula, ``"y ~ x + (1 + x | g)"``; a list with formulas of further parameters,
        ``["y ~ x", "sigma ~ z"]``; or a call of R, such as ``bf(...)`` or ``glmer(y ~ x, df, binomial)``.
    data : dataframe, mapping or path, optional
        Tells which columns hold numbers and which categories, and how many categories an outcome has. Without
        it, columns of categories are written ``factor(f)`` where the coding depends on it.
    family : str
        Its name in brms, lme4 or glmmTMB, with a link where it is another than there:
        ``"poisson"``, ``"Gamma(link = 'log')"``.
    prior : str or list of str, optional
        Priors as brms writes them, ``"prior(normal(0, 5), class = b) + prior(exponential(1), class = sd)"``,
        with coef, group, dpar, nlpar, resp, lb and ub. What has none has a default prior. The classes are b,
        Intercept, sd, cor, sds, and parameters of the family, such as sigma; ``class = b, coef = Intercept``
        is the intercept where covariates are 0.
    name : str, optional
        Of the class; by default that of the outcome, as in ``ReactionModel``.

    Returns
    -------
    type of Model

    Raises
    ------
    DeclarationError
        If the text cannot be read, at the place that is shown, or the language has no lines for it.
    DataError
        If a name is no column of the data.

    Examples
    --------
    >>> import stanlevels as sl
    >>> M = sl.formula("Reaction ~ Days + (Days | Subject)")
    >>> print(M)
    class ReactionModel(sl.Model):
        """Reaction ~ Days + (Days | Subject)"""
    <BLANKLINE>
        Subject = sl.Level()
        by_Subject = sl.effects(1, "Days", over=Subject)
        Reaction = sl.Normal(by_Subject, observed=True)
    '''
    declared = read(text)
    chosen = _family(family)
    wanted = [n.name for one in declared.outcomes for side in _sides(one) for n in names_in(side)]
    columns = read_columns(data, wanted)
    draft = lines_of(declared, chosen, columns, read_priors(prior, declared.text, declared.priors))
    called = name if name is not None else f"{_capital(next(iter(draft.outcomes.values())))}Model"
    return _made(draft.source(called, _doc(declared, family)), called)


def _sides(one: One) -> list[Syntax]:
    return [one.left, one.right, *(right for _, right in one.others)]


def _family(family: object) -> Syntax:
    if not isinstance(family, str):
        raise DeclarationError(
            f"family= of sl.formula is {describe(family)}",
            expected="a name as text, such as 'poisson' or \"Gamma(link = 'log')\"",
        )
    return parse(family)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _doc(declared: Declared, family: str) -> str:
    """The docstring: what was given."""
    own = any(one.family is not None for one in declared.outcomes) or family == "gaussian"
    between = "\n" if "\n" in declared.text else ", "
    return declared.text if own else f"{declared.text}{between}{family}"


def _made(text: str, name: str) -> type[Model]:
    """The class of a text that this room wrote."""
    namespace: dict[str, Any] = {"sl": importlib.import_module("stanlevels"), "__name__": __name__}
    exec(compile(text, f"<{name}>", "exec"), namespace)
    made: Any = namespace[name]
    made._text = text
    model: type[Model] = made
    return model
