"""The location of a line on the scale where it is linear: its link, written as a parameter or by hand."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.distributions.family import Parameterization
from stanlevels.linear.sums import Addend, Opaque, Place, Reader
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term

__all__ = ["Location", "location_of"]


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
    form : Parameterization
        The parameterisation with the link in it, for which `term` is the location.
    exposure : Addend or None
        Known numbers that the inverse link is multiplied by, as in ``n * exp(eta)``.
    """

    argument: str
    link: str
    term: Term
    place: Place
    form: Parameterization
    exposure: Addend | None = None


def location_of(line: Line, reader: Reader) -> Location | None:
    """The location of a line with a distribution; None where the distribution has none.

    ``Poisson(exp(eta))`` is ``Poisson(log=eta)``, and so for every distribution with such a form.
    """
    form, place = line.form, Place(line.domain)
    if not form.location:
        return None
    whole = Location(form.location, form.link, line.args[form.location], place, form)
    read = reader.read(whole.term, place)
    unknown = read[0].unknown if len(read) == 1 and read[0].covariates is None else None
    other = line.family.by_hand(form, unknown.function) if isinstance(unknown, Opaque) else None
    if other is None:
        return whole
    assert isinstance(unknown, Opaque)
    alone = read[0].number == 1 and not read[0].known
    if not alone and other.link != "log":
        return whole
    exposure = None if alone else Addend(read[0].number, read[0].known)
    return Location(form.location, other.link, unknown.terms[0], unknown.place, other, exposure)
