"""Written by ``python -m pytest tests/language --promote`` from the table of distributions."""

from collections.abc import Sequence
from typing import Literal

from stanlevels.language.distributions import Axis
from stanlevels.language.expressions import Expression, Operand, Operands

__all__ = [
    "AdjacentCategories",
    "AsymmetricLaplace",
    "Bernoulli",
    "Beta",
    "BetaBinomial",
    "Binomial",
    "Categorical",
    "Cauchy",
    "ConwayMaxwellPoisson",
    "Dirichlet",
    "DirichletMultinomial",
    "ExGaussian",
    "Exponential",
    "Frechet",
    "Gamma",
    "GeneralizedExtremeValue",
    "GeneralizedPareto",
    "GeneralizedPoisson",
    "Gompertz",
    "Gumbel",
    "HalfCauchy",
    "HalfNormal",
    "HalfStudentT",
    "InverseGamma",
    "InverseGaussian",
    "LKJCholesky",
    "Laplace",
    "LogLogistic",
    "LogNormal",
    "Logistic",
    "MultiNormal",
    "MultiStudentT",
    "Multinomial",
    "NegBinomial",
    "Normal",
    "OrderedLogistic",
    "OrderedProbit",
    "Pareto",
    "Poisson",
    "ShiftedLogNormal",
    "SkewNormal",
    "StoppingRatio",
    "StudentT",
    "Tweedie",
    "Uniform",
    "VonMises",
    "Weibull",
    "Wiener",
]

def AdjacentCategories(
    eta: Operand | None = None,
    cutpoints: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several ordered categories: the log odds of category k + 1 against k are `eta` less cutpoint k. Cutpoints need not increase, and may depend on covariates.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    eta : expression or number, optional
        Any real number.
    cutpoints : expression, or list of expressions and numbers
        A vector of cutpoints.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.AdjacentCategories(0.5, 1, observed='y')
    """

def AsymmetricLaplace(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    quantile: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The asymmetric Laplace distribution with scale `sigma`, of which a share `quantile` lies below `mu`: quantile regression.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    quantile : expression or number, or a list of them, optional
        A number strictly between 0 and 1.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.AsymmetricLaplace(1, 1, 1)
    """

def Bernoulli(
    theta: Operand | None = None,
    *,
    logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """0 or 1, with probability `theta` of 1, or with its log odds `logit=`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    theta : expression or number, optional
        A number between 0 and 1.
    logit : expression or number, optional
        Any real number, in place of `theta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: 0 or 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Bernoulli(0.5, observed='y')
    """

def Beta(
    alpha: Operands | None = None,
    beta: Operands | None = None,
    *,
    mean: Operands | None = None,
    concentration: Operands | None = None,
    logit: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The beta distribution with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and `concentration` (the sum of the two shapes).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    beta : expression or number, or a list of them, optional
        A positive number.
    mean : expression or number, or a list of them, optional
        A number strictly between 0 and 1, in place of `alpha` and `beta`.
    concentration : expression or number, or a list of them, optional
        A positive number, in place of `alpha` and `beta`.
    logit : expression or number, or a list of them, optional
        Any real number, in place of `alpha` and `beta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number strictly between 0 and 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Beta(1, 1)
    """

def BetaBinomial(
    trials: Operand | None = None,
    alpha: Operand | None = None,
    beta: Operand | None = None,
    *,
    mean: Operand | None = None,
    concentration: Operand | None = None,
    logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """Successes among `trials` whose probability is beta with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and `concentration`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    trials : expression or number
        A whole number of at least 0, which must be known: a number or a column.
    alpha : expression or number, optional
        A positive number.
    beta : expression or number, optional
        A positive number.
    mean : expression or number, optional
        A number strictly between 0 and 1, in place of `alpha` and `beta`.
    concentration : expression or number, optional
        A positive number, in place of `alpha` and `beta`.
    logit : expression or number, optional
        Any real number, in place of `alpha` and `beta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.BetaBinomial(1, 1, 1, observed='y')
    """

def Binomial(
    trials: Operand | None = None,
    theta: Operand | None = None,
    *,
    logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """Successes among `trials`, with probability `theta` of each, or its log odds `logit=`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    trials : expression or number
        A whole number of at least 0, which must be known: a number or a column.
    theta : expression or number, optional
        A number between 0 and 1.
    logit : expression or number, optional
        Any real number, in place of `theta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Binomial(sl.data('n'), logit=sl.Normal(0, 1), observed='successes')
    """

def Categorical(
    theta: Operands | None = None,
    *,
    logit: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several categories, with probabilities `theta`, or with log odds `logit=` (one per category, up to a common constant).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    theta : expression, or list of expressions and numbers, optional
        A simplex: numbers from 0 to 1 that sum to 1.
    logit : expression, or list of expressions and numbers, optional
        A vector, in place of `theta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Categorical([0.2, 0.3, 0.5], observed='choice')
    """

def Cauchy(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The Cauchy distribution with location `mu` and scale `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Cauchy(1, 1)
    """

def ConwayMaxwellPoisson(
    mu: Operand | None = None,
    shape: Operand | None = None,
    *,
    log: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """A count whose masses go as (mu^k / k!)^shape, with `mu` (or its `log=`): a `shape` above 1 varies less than a Poisson count, below 1 more. Its mode is `mu` rounded down, its mean near mu + 1 / (2 shape) - 1 / 2.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, optional
        A positive number.
    shape : expression or number, optional
        A positive number.
    log : expression or number, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.ConwayMaxwellPoisson(0.5, 1, observed='y')
    """

def Dirichlet(
    alpha: Operands | None = None,
    *,
    dim: int | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """Probabilities that sum to 1, with concentrations `alpha`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression, or list of expressions and numbers, optional
        A vector of positive numbers.
    dim : int, optional
        The number of components, where nothing else tells it.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a simplex: numbers from 0 to 1 that sum to 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Dirichlet([1, 1, 1])
    """

def DirichletMultinomial(
    trials: Operand | None = None,
    alpha: Operands | None = None,
    *,
    mean: Operands | None = None,
    concentration: Operand | None = None,
    logit: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """How many of a number of `trials` are of each category, with probabilities that differ from row to row: Dirichlet with concentrations `alpha`, or with `mean=` (or its log odds `logit=`) and `concentration`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    trials : expression or number
        A whole number of at least 0, which must be known: a number or a column.
    alpha : expression, or list of expressions and numbers
        A vector of positive numbers.
    mean : expression, or list of expressions and numbers, optional
        A simplex: numbers from 0 to 1 that sum to 1, in place of `alpha`.
    concentration : expression or number, optional
        A positive number, in place of `alpha`.
    logit : expression, or list of expressions and numbers, optional
        A vector, in place of `alpha`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: whole numbers of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.DirichletMultinomial(sl.data('n'), [2, 3, 5], observed=['bus', 'car', 'walk'])
    """

def ExGaussian(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    tau: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The sum of a normal number, with mean `mu` and standard deviation `sigma`, and an exponential one with mean `tau`: response times.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    tau : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.ExGaussian(0.4, 0.1, 0.2)
    """

def Exponential(
    beta: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The exponential distribution with rate `beta`; or with the log of its mean (`log=`).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    beta : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `beta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Exponential(1)
    """

def Frechet(
    alpha: Operands | None = None,
    sigma: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The Fréchet (inverse Weibull) distribution of the largest of many positive numbers with shape `alpha` and scale `sigma`, or the log of its scale (`log=`): the probability of at most x is exp(-(x / sigma)^-alpha).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `sigma`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Frechet(1, 1)
    """

def Gamma(
    alpha: Operands | None = None,
    beta: Operands | None = None,
    *,
    log: Operands | None = None,
    shape: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The gamma distribution with shape `alpha` and rate `beta`; or with the log of its mean (`log=`) and `shape`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    beta : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `alpha` and `beta`.
    shape : expression or number, or a list of them, optional
        A positive number, in place of `alpha` and `beta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Gamma(1, 1)
    """

def GeneralizedExtremeValue(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    xi: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The generalised extreme value distribution of the largest of many, with location `mu`, scale `sigma` and tail index `xi`: 0 is Gumbel's, above 0 Fréchet's with an end at mu - sigma / xi below, below 0 (as of the reversed Weibull) that is an end above. SciPy's shape is -xi.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    xi : expression or number, or a list of them, optional
        Any real number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.GeneralizedExtremeValue(20, 3, 0.1, observed='flood')
    """

def GeneralizedPareto(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    xi: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The generalised Pareto distribution of what exceeds the threshold `mu`, with scale `sigma` and tail index `xi`: 0 is exponential, above 0 a power, below 0 an end at mu - sigma / xi.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    xi : expression or number, or a list of them, optional
        Any real number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.GeneralizedPareto(10, 2, 0.1, observed='loss')
    """

def GeneralizedPoisson(
    mu: Operand | None = None,
    dispersion: Operand | None = None,
    *,
    log: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """A generalised Poisson count (Consul and Jain) with mean `mu` (or its `log=`) and variance dispersion * mu, of which a `dispersion` of 1 is Poisson.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, optional
        A positive number.
    dispersion : expression or number, optional
        A number of at least 1.
    log : expression or number, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.GeneralizedPoisson(3, 1.5, observed='y')
    """

def Gompertz(
    shape: Operands | None = None,
    rate: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The Gompertz distribution: a hazard that is `rate` (or has the log `log=`) at 0, and grows at the rate `shape`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    shape : expression or number, or a list of them, optional
        A positive number.
    rate : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `rate`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Gompertz(1, 1, observed='y')
    """

def Gumbel(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The Gumbel distribution of the largest of many numbers, with mode `mu` and scale `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Gumbel(1, 1)
    """

def HalfCauchy(
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    ordered: bool = False,
) -> Expression:
    """The Cauchy distribution with location 0 and scale `sigma`, folded at 0.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.HalfCauchy(1)
    """

def HalfNormal(
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    ordered: bool = False,
) -> Expression:
    """The normal distribution with mean 0 and sd `sigma`, folded at 0.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.HalfNormal(1)
    """

def HalfStudentT(
    nu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    ordered: bool = False,
) -> Expression:
    """Student's t with `nu` degrees of freedom, location 0 and scale `sigma`, folded at 0.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    nu : expression or number, or a list of them, optional
        A positive number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.HalfStudentT(1, 1)
    """

def InverseGamma(
    alpha: Operands | None = None,
    beta: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The distribution of 1/x with x gamma with shape `alpha` and rate `beta`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    beta : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.InverseGamma(1, 1)
    """

def InverseGaussian(
    mu: Operands | None = None,
    shape: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The inverse Gaussian (Wald) distribution with mean `mu`, or the log of its mean (`log=`), and `shape`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        A positive number.
    shape : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.InverseGaussian(1, 1, observed='y')
    """

def LKJCholesky(
    eta: Operand | None = None,
    *,
    dim: int | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """A correlation matrix with density proportional to its determinant to the power `eta` - 1.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    eta : expression or number, optional
        A positive number.
    dim : int, optional
        The number of components, where nothing else tells it.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a correlation matrix, held as its Cholesky factor.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.LKJCholesky(2, dim=2)
    """

def Laplace(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The Laplace (double exponential) distribution with location `mu` and scale `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Laplace(1, 1)
    """

def LogLogistic(
    alpha: Operands | None = None,
    beta: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The log-logistic distribution with median `alpha`, or the log of its median (`log=`), and shape `beta`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    beta : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `alpha`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.LogLogistic(1, 1)
    """

def LogNormal(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The distribution of exp(x) with x normal with mean `mu` and sd `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.LogNormal(1, 1)
    """

def Logistic(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The logistic distribution with location `mu` and scale `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Logistic(1, 1)
    """

def MultiNormal(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    corr: Expression | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """Several normal variables per unit with means `mu`, standard deviations `sigma` and correlations `corr`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression, or list of expressions and numbers, optional
        A vector.
    sigma : expression, or list of expressions and numbers, optional
        A vector of positive numbers.
    corr : expression, optional
        A correlation matrix, held as its Cholesky factor.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    corr : str, optional
        The name of a matrix that comes with the data, in ``tables=``: the known correlations (or
        covariances) of the units of the last level in `over`.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: a vector.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.MultiNormal([0, 0], [1, 1], sl.LKJCholesky(2, dim=2))
    """

def MultiStudentT(
    nu: Operand | None = None,
    mu: Operands | None = None,
    sigma: Operands | None = None,
    corr: Expression | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """Several outcomes in each row that are jointly Student's t, with `nu` degrees of freedom, locations `mu`, scales `sigma` and correlations `corr`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    nu : expression or number, optional
        A positive number.
    mu : expression, or list of expressions and numbers, optional
        A vector.
    sigma : expression, or list of expressions and numbers, optional
        A vector of positive numbers.
    corr : expression, optional
        A correlation matrix, held as its Cholesky factor.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    corr : str, optional
        The name of a matrix that comes with the data, in ``tables=``: the known correlations (or
        covariances) of the units of the last level in `over`.

    Returns
    -------
    Expression
        Its values: a vector.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.MultiStudentT(4, [0, 0], [1, 1], sl.LKJCholesky(2, dim=2), observed=['y1', 'y2'])
    """

def Multinomial(
    trials: Operand | None = None,
    theta: Operands | None = None,
    *,
    logit: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """How many of a number of `trials` are of each category, with probabilities `theta`, or with log odds `logit=` (one per category, up to a common constant).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    trials : expression or number
        A whole number of at least 0, which must be known: a number or a column.
    theta : expression, or list of expressions and numbers, optional
        A simplex: numbers from 0 to 1 that sum to 1.
    logit : expression, or list of expressions and numbers, optional
        A vector, in place of `theta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: whole numbers of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Multinomial(sl.data('n'), [0.2, 0.3, 0.5], observed=['bus', 'car', 'walk'])
    """

def NegBinomial(
    mu: Operand | None = None,
    shape: Operand | None = None,
    *,
    log: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """A count with mean `mu` (or its `log=`) and variance mu + mu^2 / `shape`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, optional
        A positive number.
    shape : expression or number, optional
        A positive number.
    log : expression or number, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.NegBinomial(0.5, 1, observed='y')
    """

def Normal(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    corr: str | None = None,
    zero_sum: bool = False,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The normal distribution with mean `mu` and standard deviation `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    corr : str, optional
        The name of a matrix that comes with the data, in ``tables=``: the known correlations (or
        covariances) of the units of the last level in `over`.
    zero_sum : bool
        Whether units differ from `mu` by numbers that sum to zero over the last level in `over`: in
        each unit of the level that it lies within, and of the others in `over`; without a level, over
        its Index.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Normal(1, 1)
    """

def OrderedLogistic(
    eta: Operand | None = None,
    cutpoints: Operands | None = None,
    *,
    scale: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several ordered categories: category k lies between cutpoints k - 1 and k of a logistic variable with location `eta` and, where it is given, `scale=`, which is else 1.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    eta : expression or number, optional
        Any real number.
    cutpoints : expression, or list of expressions and numbers
        An increasing vector of cutpoints.
    scale : expression or number
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.OrderedLogistic(0.5, 1, observed='y')
    """

def OrderedProbit(
    eta: Operand | None = None,
    cutpoints: Operands | None = None,
    *,
    scale: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several ordered categories: category k lies between cutpoints k - 1 and k of a normal variable with location `eta` and standard deviation 1, or `scale=`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    eta : expression or number, optional
        Any real number.
    cutpoints : expression, or list of expressions and numbers
        An increasing vector of cutpoints.
    scale : expression or number
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.OrderedProbit(0.5, 1, observed='y')
    """

def Pareto(
    y_min: Operands | None = None,
    alpha: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The Pareto distribution from `y_min` on, with shape `alpha`: the probability of more than x is (y_min / x)^alpha.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    y_min : expression or number, or a list of them
        A positive number.
    alpha : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Pareto(1, 1.5)
    """

def Poisson(
    rate: Operand | None = None,
    *,
    log: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
) -> Expression:
    """A count with mean `rate`, or with the log of its mean, `log=`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    rate : expression or number, optional
        A number of at least 0.
    log : expression or number, optional
        Any real number, in place of `rate`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Poisson(0.5, observed='y')
    """

def ShiftedLogNormal(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    shift: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The distribution of shift + exp(x) with x normal with mean `mu` and sd `sigma`: response times of which `shift` has nothing to do with the task.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    shift : expression or number, or a list of them, optional
        A number of at least 0.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a positive number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.ShiftedLogNormal(1, 1, 1, observed='y')
    """

def SkewNormal(
    mu: Operands | None = None,
    sigma: Operands | None = None,
    alpha: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """The skew-normal distribution with location `mu`, scale `sigma` and slant `alpha`, 0 for the normal.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    alpha : expression or number, or a list of them, optional
        Any real number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.SkewNormal(1, 1, 1)
    """

def StoppingRatio(
    eta: Operand | None = None,
    cutpoints: Operands | None = None,
    *,
    probit: Operand | None = None,
    cloglog: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several ordered categories, reached one after the other: at category k there is a step to the next with log odds `eta` less cutpoint k (or that is its probit, `probit=`, or minus the complementary log-log of stopping, `cloglog=`). Cutpoints need not increase, and may depend on covariates.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    eta : expression or number, optional
        Any real number.
    cutpoints : expression, or list of expressions and numbers
        A vector of cutpoints.
    probit : expression or number, optional
        Any real number, in place of `eta`.
    cloglog : expression or number, optional
        Any real number, in place of `eta`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression
        Its values: a whole number of at least 1.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.StoppingRatio(0.5, 1, observed='y')
    """

def StudentT(
    nu: Operands | None = None,
    mu: Operands | None = None,
    sigma: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Expression:
    """Student's t with `nu` degrees of freedom, location `mu` and scale `sigma`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    nu : expression or number, or a list of them, optional
        A positive number.
    mu : expression or number, or a list of them, optional
        Any real number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.
    centered : bool or "between", optional
        How units are sampled: as they are (True), as deviations from their mean in standard
        deviations (False), or between the two; by default the plan decides.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.StudentT(1, 1, 1)
    """

def Tweedie(
    mu: Operands | None = None,
    dispersion: Operands | None = None,
    power: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The Tweedie distribution with mean `mu` (or its `log=`) and variance dispersion * mu^power, the `power` between 1 and 2: a sum of a Poisson number of gamma variables, which is 0 where there are none.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        A positive number.
    dispersion : expression or number, or a list of them, optional
        A positive number.
    power : expression or number, or a list of them, optional
        A number strictly between 1 and 2.
    log : expression or number, or a list of them, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0, with a probability of 0 itself.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Tweedie(3, 1.2, 1.5, observed='rain')
    """

def Uniform(
    alpha: Operands | None = None,
    beta: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The uniform distribution from `alpha` to `beta`.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them
        Any real number.
    beta : expression or number, or a list of them, optional
        Any real number.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Uniform(0, 1)
    """

def VonMises(
    mu: Operands | None = None,
    kappa: Operands | None = None,
    *,
    tan_half: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    ordered: bool = False,
) -> Expression:
    """The von Mises distribution of an angle in radians, around the direction `mu` (or the one whose half has the tangent `tan_half=`) with concentration `kappa`; what is called its mean is that direction.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    mu : expression or number, or a list of them, optional
        Any real number.
    kappa : expression or number, or a list of them, optional
        A positive number.
    tan_half : expression or number, or a list of them, optional
        Any real number, in place of `mu`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: an angle in radians, from -pi to pi.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.VonMises(0.0, 2.0)
    """

def Weibull(
    alpha: Operands | None = None,
    sigma: Operands | None = None,
    *,
    log: Operands | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    lower: Operand | None = None,
    upper: Operand | None = None,
    censored: str | None = None,
    until: str | None = None,
    ordered: bool = False,
) -> Expression:
    """The Weibull distribution with shape `alpha` and scale `sigma`, or the log of its scale (`log=`).

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    alpha : expression or number, or a list of them, optional
        A positive number.
    sigma : expression or number, or a list of them, optional
        A positive number.
    log : expression or number, or a list of them, optional
        Any real number, in place of `sigma`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    lower : expression or number, optional
        A bound: nothing lies below it. What is left of the distribution counts as all of it.
    upper : expression or number, optional
        A bound: nothing lies above it.
    censored : str, optional
        A column that says what is known of each row's outcome: its value ('none', 0 or False), that it
        is more ('right', 1 or True), at most that ('left' or -1), or more than that and at most what
        `until` holds ('interval' or 2).
    until : str, optional
        The column with the ends of intervals; it may be empty in other rows.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: a number of at least 0.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Weibull(1, 1)
    """

def Wiener(
    drift: Operands | None = None,
    boundary: Operands | None = None,
    delay: Operands | None = None,
    bias: Operands | None = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
    ordered: bool = False,
) -> Expression:
    """A choice between two and its time: the first passage of a Wiener process with `drift` through 0 or `boundary`, from the share `bias` of the way up, `delay` later. Its values are times, above 0 where the upper boundary was reached, below 0 where the lower one was: `observed=` names a column of times and one of choices, or one of times with signs.

    What is left out gets a default, which `Model.priors` shows.

    Parameters
    ----------
    drift : expression or number, or a list of them, optional
        Any real number.
    boundary : expression or number, or a list of them, optional
        A positive number.
    delay : expression or number, or a list of them, optional
        A number of at least 0.
    bias : expression or number, or a list of them, optional
        A number strictly between 0 and 1.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, the quantity is a scalar.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.
    ordered : bool
        The values increase along the last axis, an Index: cutpoints.

    Returns
    -------
    Expression
        Its values: any real number.

    Examples
    --------
    >>> import stanlevels as sl
    >>> x = sl.Wiener(1.5, 2.0, 0.2, 0.5, observed=['rt', 'choice'])
    """
