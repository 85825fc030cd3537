"""Names that the package does not have: what a person most likely means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from stanlevels.errors import DeclarationError

__all__ = ["UnknownName", "unknown_name"]

_NO_FLAT = (
    "there is no flat prior: over an unbounded line it is no distribution, and the posterior may be none"
    " either; leave the prior open (sl.Normal(), sl.HalfNormal()), which scales it to the data, write a wide"
    " one such as sl.Normal(0, 100), or fit by method='mle', which has no priors"
)
_MEANT = {
    "Flat": _NO_FLAT,
    "HalfFlat": _NO_FLAT,
    "Improper": _NO_FLAT,
    "ImproperUniform": _NO_FLAT,
    "Deterministic": "a named expression is a quantity: write name = a + b",
    "Data": "a column is sl.data('column')",
    "ConstantData": "a column is sl.data('column'), a number sl.Constant(2)",
    "Potential": "a line with observed=True adds its log density; there is no other way to add one",
    "NegativeBinomial": "it is called sl.NegBinomial(mu, shape)",
    "MvNormal": "it is called sl.MultiNormal(means, sds, corr)",
    "MultivariateNormal": "it is called sl.MultiNormal(means, sds, corr)",
    "LKJCorr": "it is called sl.LKJCholesky(eta, dim=2)",
    "LKJ": "it is called sl.LKJCholesky(eta, dim=2)",
    "LKJCholeskyCov": "write sl.MultiNormal(means, sds, corr) with corr = sl.LKJCholesky(2, dim=2)",
    "HalfT": "it is called sl.HalfStudentT(nu, sigma)",
    "T": "it is called sl.StudentT(nu, mu, sigma)",
    "Group": "the units of a column are sl.Level()",
    "Factor": "the units of a column are sl.Level(), its categories sl.data('column', categorical=True)",
    "sigmoid": "it is called sl.inv_logit",
    "expit": "it is called sl.inv_logit",
    "invlogit": "it is called sl.inv_logit",
    "probit": "the inverse of the probit is sl.Phi",
    "pow": "write x ** 2",
}
"""What other packages have, and what to write here."""


class UnknownName(DeclarationError, AttributeError):
    """A name of the package that there is not; also an AttributeError, as Python has it."""


def unknown_name(name: str, known: Iterable[str]) -> UnknownName:
    """The error for ``sl.name``.

    Examples
    --------
    >>> print(unknown_name("Nromal", ["Normal", "Gamma"]))
    stanlevels has no 'Nromal'
      way out:  did you mean sl.Normal?
    """
    names = list(known)
    if name in _MEANT:
        return UnknownName(f"stanlevels has no {name!r}", way_out=_MEANT[name])
    lower = {other.lower(): other for other in names}
    near = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3)]
    if near:
        return UnknownName(
            f"stanlevels has no {name!r}", way_out=f"did you mean {' or '.join(f'sl.{n}' for n in near)}?"
        )
    families = ", ".join(sorted(other for other in names if other[:1].isupper() and "Error" not in other))
    return UnknownName(f"stanlevels has no {name!r}", expected=f"one of {families}, or a function")
