"""`soften`: sample standard deviations that may be 0 for all that the data say so that 0 is no long tail.

The density of such a scale does not vanish at 0, so that its logarithm, in which Stan samples it, has an
exponential tail to the left: rare excursions, and few effective draws in the tail. Sampled instead is z with
``x = typical exp(z/2) Phi(z)``, whose density falls there as a normal one's, and which is as good as the
logarithm elsewhere. Chosen where the log likelihood at a scale of 0 is not far below that at a pilot
estimate, for scales whose prior does not vanish at 0 either. The density of the model stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from stanlevels.errors import FitError
from stanlevels.linear.pilot import Information, pilot
from stanlevels.linear.weights import weights
from stanlevels.plan.factors import Pointwise
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Natural, Sampled, Softened
from stanlevels.plan.terms import Literal, Setting, Term, uses
from stanlevels.records import Record
from stanlevels.words import counted

# Log likelihood ratio against a scale of 0 up to which it pays. Measured, effective draws per gradient: 2.8
# times as many at 0 (eight schools), 1.2 at 6.6 (radon); 0.85 at 9.5 (cbpp), 0.8 at 138 (Penicillin).
_AGAINST_ZERO = 8.0
_LOOKED = 1000  # units in all up to which a pilot look costs little beside a fit
_FEW = 30  # units that are taken to say little where a pilot look does not tell
_SEEN = 0.01  # of a log likelihood ratio: less is none
_DIGITS = 2  # of a typical size: how a look at the data ends does not show in a density


@dataclass(frozen=True)
class _Scale:
    """A standard deviation of random variables: of which, and what a pilot look says of them."""

    name: str
    units: int
    against_zero: float | None
    estimate: float | None


def soften(planned: Planned, facts: Facts) -> Planned:
    """Choose which positive quantities are sampled soft near 0.

    Raises
    ------
    FitError
        If a plan names a quantity that cannot be.
    """
    wanted = planned.decided.soften
    if wanted is False or wanted == frozenset() or (wanted is None and not planned.decided.priors):
        return planned
    able = {name: line for name, line in planned.latent.items() if _is_able(line, planned)}
    if isinstance(wanted, frozenset):
        if strange := sorted(wanted - set(able)):
            raise FitError(
                f"soften= of a plan names {strange[0]!r}",
                expected="a positive quantity that is sampled as it is, such as a standard deviation",
            )
        scales = {name: _Scale(name, 0, None, None) for name in able if name in wanted}
        reasons = dict.fromkeys(scales, "as in the plan that was given")
    else:
        able = {name: line for name, line in able.items() if _may_be_zero(line)}
        found = _scales(able, planned, facts)
        reasons = {name: reason for name, each in found.items() if (reason := _reason(each, wanted is True))}
        scales = {name: found[name] for name in reasons}
    forms = {name: Sampled(Softened(_typical(able[name], each))) for name, each in scales.items()}
    records = [
        Record(name, "soften", "sampled soft near 0, not as its logarithm", reason, "sl.Plan(soften=False)")
        for name, reason in reasons.items()
    ]
    return planned.with_values(forms).noting(*records)


def _is_able(line: Line, planned: Planned) -> bool:
    """Whether a line is a positive number (one, or one per unit or component) that is sampled as it is."""
    support = line.family.support
    positive = line.family.is_scalar and support.lower == 0 and not isfinite(support.upper)
    plain = positive and not line.variable.ordered and not (line.domain and line.components)
    as_it_is = planned.quantities[line.name].value == Sampled(Natural())
    density = [factor.density for factor in planned.factors if factor.source == line.name]
    return plain and as_it_is and density == [Pointwise()]


def _may_be_zero(line: Line) -> bool:
    """Whether 0 belongs to a prior with known numbers."""
    return not line.domain and not line.family.support.open_lower and _numbers(line) is not None


def _scales(able: dict[str, Line], planned: Planned, facts: Facts) -> dict[str, _Scale]:
    """Those that are scales of random variables over units, with what the data say of them."""
    of: dict[str, list[Line]] = {}
    for line in planned.latent.values():
        if line.has_forms and line.domain:
            for name in _in_scale(line, planned):
                of.setdefault(name, []).append(line)
    wanted = {name: lines for name, lines in of.items() if name in able}
    if not wanted or sum(_units(lines, facts) for lines in of.values()) > _LOOKED:
        return {}
    told = pilot(planned, facts)
    return {name: _scale(name, lines, told, facts) for name, lines in wanted.items()}


def _units(lines: list[Line], facts: Facts) -> int:
    return sum(facts.size(line.domain) for line in lines)


def _in_scale(line: Line, planned: Planned) -> Iterator[str]:
    """What the scale of a line is computed from."""
    term = line.args.get(line.scale)
    used = () if term is None else tuple(use.name for use in uses(term))
    yield from dict.fromkeys(unknown for name in used for unknown in sorted(planned.unknowns[name]))


def _scale(name: str, lines: list[Line], told: dict[str, Information], facts: Facts) -> _Scale:
    units = _units(lines, facts)
    found = [told.get(line.name) for line in lines]
    if any(each is None or each.declared for each in found):
        return _Scale(name, units, None, None)
    every = [component for each in found if each is not None for component in each.components]
    ratios = []
    for component in every:
        values = np.square(component.sd * component.multiples) * component.informations
        ratios.append(float(np.sum(values - np.log1p(values))) / 2)
    typical = [weights(component).typical for component in every]
    # of several components, one that may be 0 is enough
    return _Scale(name, units, min(ratios), float(np.exp(np.mean(np.log(typical)))))


def _reason(scale: _Scale, always: bool) -> str:
    """Why a scale is sampled soft near 0; empty where it is not."""
    units = counted(scale.units, "unit")
    if scale.against_zero is None:
        few = scale.units <= _FEW
        return f"{units}, and the data alone do not tell how large it is" if few or always else ""
    if scale.against_zero >= _AGAINST_ZERO and not always:
        return ""
    more = f"only {scale.against_zero:.2g}" if scale.against_zero >= _SEEN else "no"
    return f"the log likelihood of {units} is {more} higher at its estimate than at 0"


def _typical(line: Line, scale: _Scale) -> tuple[float, ...]:
    """About how large it is: by its prior, and by the data where they make it smaller."""
    numbers = _numbers(line)
    sizes = (1.0,)
    if numbers is not None:
        middle = np.atleast_1d(line.form.middle(numbers))
        own = np.atleast_1d(numbers[line.scale]) if line.family.half else np.ones(1)
        sizes = tuple(np.where(np.isfinite(middle) & (middle > 0), middle, own).tolist())
    most = np.inf if scale.estimate is None or not scale.estimate > 0 else scale.estimate
    return tuple(float(f"{min(size, most):.{_DIGITS}g}") for size in sizes)


def _numbers(line: Line) -> dict[str, np.ndarray] | None:
    """The arguments of a prior; None where one is unknown."""
    found = {name: _number(term) for name, term in line.args.items()}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) == len(found) else None


def _number(term: Term) -> np.ndarray | None:
    match term:
        case Literal(value=value):
            return np.asarray(float(value))
        case Setting(values=values) if values:
            return np.asarray(values if len(values) > 1 else values[0], dtype=float)
    return None
