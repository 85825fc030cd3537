"""The location of a line on the scale where it is linear: its link, written as a parameter or by hand."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.linear.sums import Addend, Opaque, Place, Reader
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term

__all__ = ["Location", "location_of"]

_BY_HAND = {"log": "exp", "logit": "inv_logit"}


@dataclass(frozen=True)
class Location:
    """A location argument.

    Attributes
    ----------
    argument : str
        Its name.
    link : str
        What takes the mean to the scale of `term`: "identity", "log", "logit".
    term : Term
        The predictor, at `place`.
    place : Place
    form : str
        Stan's distribution with the link in it, for which `term` is the argument.
    exposure : Addend or None
        Known numbers that the inverse link is multiplied by, as in ``n * exp(eta)``.
    """

    argument: str
    link: str
    term: Term
    place: Place
    form: str
    exposure: Addend | None = None


def location_of(line: Line, reader: Reader) -> Location | None:
    """The location of a line with a distribution; None where the distribution has none.

    ``Poisson(exp(eta))`` is ``Poisson(log=eta)``, and so for every distribution with such a form.
    """
    form, argument, place = line.form, line.location, Place(line.domain)
    if not argument:
        return None
    term = line.args[argument]
    if form.link == "identity" and not term.components:
        read = reader.read(term, place)
        for other in line.family.parameterizations:
            inverse = _BY_HAND.get(other.link, "")
            found = _written_by_hand(read, inverse)
            if found is not None:
                inner, addend = found
                alone = addend.number == 1 and not addend.known
                exposure = None if alone else Addend(addend.number, addend.known)
                if exposure is None or other.link == "log":
                    return Location(argument, other.link, inner.terms[0], inner.place, other.stan, exposure)
    return Location(argument, form.link, term, place, form.stan)


def _written_by_hand(read: tuple[Addend, ...], inverse: str) -> tuple[Opaque, Addend] | None:
    """The inverse of a link around a whole location."""
    if not inverse or len(read) != 1 or read[0].covariates is not None:
        return None
    unknown = read[0].unknown
    if isinstance(unknown, Opaque) and unknown.function == inverse:
        return unknown, read[0]
    return None
