"""`Family`: a distribution of a person's own, from Stan code and NumPy functions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stanlevels.distributions.family import Prior
from stanlevels.distributions.own import KINDS, SUPPORTS, own_family, stan_functions
from stanlevels.distributions.table import FAMILIES, keep
from stanlevels.engines.stanli import Stanli
from stanlevels.errors import DeclarationError, StanlevelsError, listing
from stanlevels.language.call_help import docstring, signature
from stanlevels.language.distributions import distribution
from stanlevels.language.expressions import Expression, Variable
from stanlevels.language.messages.describe import describe
from stanlevels.names import is_legal
from stanlevels.own_checks import Checked, check_family, check_stan

__all__ = ["Family"]

_TAKEN = (
    "over",
    "observed",
    "weights",
    "ordered",
    "centered",
    "dim",
    "lower",
    "upper",
    "censored",
    "until",
    "x",
)


class Family:
    """A distribution of your own, which is then used like any other.

    Parameters
    ----------
    name : str
        As in the name of the Stan function, ``<name>_lpdf``, or ``<name>_lpmf`` for whole numbers.
    parameters : mapping
        Arguments in the order of the Stan function, each with what it does: "location" (any number, moves
        the variable), "mean" (positive; ``log=`` may be given in its place), "probability" (likewise with
        ``logit=``), "scale", "rate", "shape" (positive; their default priors take their size from the data),
        "share" (between 0 and 1), "real", "positive" (no default prior), "trials" (a known number, which
        the variable cannot exceed). A pair of this and a distribution with numbers, such as
        ``("shape", sl.Exponential(0.1))``, has that as prior where the argument is left open.
    stan : str
        Stan functions: the log density, others that it calls; with ``<name>_lcdf`` and ``<name>_lccdf``
        outcomes may be censored and the distribution truncated.
    log_density : callable
        The same in NumPy: of a value and the arguments by name, which are arrays that broadcast. Maximum
        likelihood differentiates it where it is written in elementwise functions of NumPy and SciPy.
    draw : callable
        Of a ``numpy.random.Generator``, a shape, and the arguments.
    mean : callable
        Of the arguments.
    variance, cumulative : callable, optional
        Of the arguments; of a value and the arguments. Without a variance, shares of variance are not known.
    support : str
        Of the variable: "real", "positive", "nonnegative", "probability", "whole", "count" or "positive
        count".
    prior : bool
        Whether it may stand on a line without data.

    Raises
    ------
    DeclarationError
        If a part is lacking, or something else than it should be; when it is first used also if the Stan
        code and `log_density` differ.

    Examples
    --------
    >>> import numpy as np
    >>> import stanlevels as sl
    >>> Maxwell = sl.Family(
    ...     "maxwell",
    ...     {"s": "scale"},
    ...     stan="real maxwell_lpdf(real y, real s) {"
    ...     " return 0.5 * log(2 / pi()) + 2 * log(y) - square(y / s) / 2 - 3 * log(s); }",
    ...     log_density=lambda y, s: (
    ...         0.5 * np.log(2 / np.pi) + 2 * np.log(y) - np.square(y / s) / 2 - 3 * np.log(s)
    ...     ),
    ...     draw=lambda rng, size, s: s * np.sqrt(rng.chisquare(3, size)),
    ...     mean=lambda s: 2 * s * np.sqrt(2 / np.pi),
    ...     support="positive",
    ... )
    >>> class Speeds(sl.Model):
    ...     speed = Maxwell(observed=True)
    """

    def __init__(
        self,
        name: str,
        parameters: Mapping[str, str | tuple[str, Expression]],
        *,
        stan: str,
        log_density: Callable[..., Any],
        draw: Callable[..., Any],
        mean: Callable[..., Any],
        variance: Callable[..., Any] | None = None,
        cumulative: Callable[..., Any] | None = None,
        support: str = "real",
        prior: bool = True,
    ) -> None:
        _check_names(name, parameters)
        if support not in SUPPORTS:
            raise DeclarationError(
                f"support= of {name} is {_quoted(support)}", expected=f"one of {listing(SUPPORTS, 10)}"
            )
        kinds = {each: _kind(name, each, said) for each, said in parameters.items()}
        priors = {
            each: _prior(name, each, said[1]) for each, said in parameters.items() if isinstance(said, tuple)
        }
        _check_stan(name, stan, SUPPORTS[support].integer)
        functions: dict[str, Any] = {"log_density": log_density, "draw": draw, "mean": mean}
        functions |= {"variance": variance, "cumulative": cumulative}
        for each, function in functions.items():
            if function is not None or each in ("log_density", "draw", "mean"):
                _check_function(name, each, function, tuple(parameters))
        doc = f"{name}, a distribution of one's own."
        self.family = own_family(
            name,
            kinds,
            priors,
            stan,
            SUPPORTS[support],
            **{each: function and _in_words(name, each, function) for each, function in functions.items()},
            doc=doc,
            latent=prior,
        )
        keep(self.family)
        self._declare = distribution(self.family)
        self._tried = False
        self.__name__ = name
        self.__doc__ = docstring(self.family)
        self.__signature__ = signature(self.family)

    def __call__(self, *args: Any, **kwargs: Any) -> Expression:
        """A line with this distribution."""
        if not self._tried and Stanli().available():
            check_stan(self.family)
            self._tried = True
        return self._declare(*args, **kwargs)

    def check(self, at: Mapping[str, float] | None = None, *, seed: int = 1) -> Checked:
        """Try the declaration out: Stan code, functions and draws against each other.

        At six random sets of arguments: the log density by Stan and by `log_density` at draws; that it adds
        up to 1; draws, the mean and the cumulative against what it adds up to. A right declaration fails
        with a probability of less than 1 in 100,000, and the seed is fixed.

        Parameters
        ----------
        at : mapping, optional
            Arguments that are not to be random, by name.
        seed : int

        Returns
        -------
        Checked
            Printing it says what was compared.

        Raises
        ------
        DeclarationError
            With the function, the point and both numbers, where anything differs.

        Examples
        --------
        >>> import numpy as np
        >>> import stanlevels as sl
        >>> Half = sl.Family(
        ...     "half_logistic",
        ...     {"s": "scale"},
        ...     stan="real half_logistic_lpdf(real y, real s) { return log2() + logistic_lpdf(y | 0, s); }",
        ...     log_density=lambda y, s: np.log(2) - y / s - 2 * np.log1p(np.exp(-y / s)) - np.log(s),
        ...     draw=lambda rng, size, s: np.abs(rng.logistic(0, s, size)),
        ...     mean=lambda s: 2 * s * np.log(2),
        ...     support="nonnegative",
        ... )
        >>> print(Half.check())
        half_logistic is in order
          log density: as in Stan at 120 points
          it sums up to 1, and draws agree with it, for 6 sets of arguments
          mean: that of the density
        """
        found = check_family(self.family, at or {}, seed)
        self._tried = True
        return found

    def __repr__(self) -> str:
        """Its name and arguments."""
        names = ", ".join(p.name for p in self.family.parameterizations[0].parameters)
        return f"sl.Family({self.family.name!r}: {names})"


def _check_names(name: Any, parameters: Any) -> None:
    if not isinstance(name, str) or not name.isidentifier() or not is_legal(name):
        raise DeclarationError(
            f"the name of a distribution is {describe(name)}", expected="a name that Stan takes"
        )
    if name in FAMILIES:
        raise DeclarationError(f"a distribution is called {name!r}: so is sl.{name}", expected="another name")
    if not isinstance(parameters, Mapping) or not parameters:
        raise DeclarationError(
            f"parameters of {name} are {describe(parameters)}", expected="names with what they do"
        )
    for each in parameters:
        if not isinstance(each, str) or not each.isidentifier() or each in _TAKEN:
            raise DeclarationError(
                f"a parameter of {name} is called {_quoted(each)}",
                expected=f"a name of Python other than {listing(_TAKEN, 20)}",
            )


def _kind(name: str, each: str, said: Any) -> str:
    kind = said[0] if isinstance(said, tuple) and len(said) == 2 else said
    if not isinstance(kind, str) or kind not in KINDS:
        raise DeclarationError(
            f"parameter {each} of {name} is {_quoted(kind)}", expected=f"one of {listing(KINDS, 20)}"
        )
    return kind


def _prior(name: str, each: str, given: Any) -> Prior:
    args = dict(given.args) if isinstance(given, Variable) else {}
    numbers = [value if isinstance(value, int | float) else None for value in args.values()]
    plain = isinstance(given, Variable) and not given.over and not given.observed
    if (
        not plain
        or given.parameterization
        or any(n is None for n in numbers)
        or not FAMILIES[given.family].latent
    ):
        raise DeclarationError(
            f"the prior of parameter {each} of {name} is {describe(given)}",
            expected="a distribution with numbers, such as sl.Exponential(0.1)",
        )
    return Prior(given.family, tuple(numbers), "as its distribution was declared")


def _check_stan(name: str, stan: Any, discrete: bool) -> None:
    wanted = f"{name}_{'lpmf' if discrete else 'lpdf'}"
    defined = stan_functions(stan) if isinstance(stan, str) else ()
    if wanted not in defined:
        raise DeclarationError(
            f"the Stan code of {name} defines {listing(defined) or 'no function'}",
            expected=f"a function {wanted}({'int' if discrete else 'real'} y, ...)",
        )


def _check_function(name: str, each: str, function: Any, parameters: tuple[str, ...]) -> None:
    before = {"log_density": 1, "cumulative": 1, "draw": 2}.get(each, 0)
    if not callable(function):
        raise DeclarationError(f"{each}= of {name} is {describe(function)}", expected="a function")
    try:
        inspect.signature(function).bind(*range(before), **dict.fromkeys(parameters))
    except (TypeError, ValueError) as error:
        first = ("", "a value, ", "a generator, a shape, ")[before]
        raise DeclarationError(
            f"{each}= of {name} cannot be called with its parameters: {error}",
            expected=f"a function of {first}{', '.join(parameters)}",
        ) from None


def _quoted(value: Any) -> str:
    return repr(value) if isinstance(value, str) else describe(value)


def _in_words(name: str, each: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a person's own, with what goes wrong in it in words."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        differentiated = not all(isinstance(given, _NUMBERS) for given in kwargs.values())
        try:
            found = function(*args, **kwargs)
            return found if differentiated else np.asarray(found, dtype=float)
        except StanlevelsError:
            raise
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            if differentiated:
                raise DeclarationError(
                    f"{each}= of {name} cannot be differentiated: {why}",
                    expected="elementwise functions of NumPy and of scipy.special, not of scipy.stats",
                    way_out="write the density out, or use method='nuts'",
                ) from error
            raise DeclarationError(
                f"{each}= of {name} fails: {why}",
                expected="a function that gives numbers for arrays of numbers",
            ) from error

    return called


_NUMBERS = (np.ndarray, np.generic, float, int)
