"""What was estimated, without the data: all that tables show, as it stays in a saved fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.solution import Numbers, Solution, UnitMoments
from stanlevels.gaussian import Moments
from stanlevels.gaussian.conditionals import alone
from stanlevels.graph import ROWS

if TYPE_CHECKING:
    from stanlevels.estimation.point.normal.approximation import NormalApproximation
    from stanlevels.plan.planned import Planned

__all__ = ["Kept", "kept"]

_JOINT = 500_000  # numbers of a joint covariance: 4 MB


@dataclass(frozen=True, eq=False)
class Kept:
    """A `Solution` whose numbers were computed while the data were there.

    Attributes
    ----------
    moments : mapping of str to UnitMoments or FitError
        Of every quantity over a level, or why there are none.
    variances : mapping of str to ndarray
        Var[mean over units of the deviations | y] of random variables.
    shares : mapping of str to float
        Of the variance of a row, of random variables.

    The other attributes are those of `Solution`, under the same names or in the singular.
    """

    method: str
    words: str
    roles: Mapping[str, str]
    log_likelihood: float
    n_parameters: int
    n_rows: float
    notes: tuple[str, ...]
    trace: Array
    extras: Mapping[str, float]
    number: Mapping[str, Numbers]
    joint: tuple[Mapping[tuple[str, int], int], Array]
    moments: Mapping[str, UnitMoments | FitError]
    shares: Mapping[str, float]
    variances: Mapping[str, Array]
    approximation: NormalApproximation

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        return self.number

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        found = self.moments.get(name)
        if found is None:
            raise FitError(
                f"{name!r} is a quantity over rows, and a saved fit holds no rows",
                expected="a quantity over a level",
                way_out="ask for it before the fit is saved, or fit again",
            )
        if isinstance(found, FitError):
            raise found
        return found

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.variances[name]

    def profile_interval(self, name: str, position: int, level: float) -> NoReturn:
        """Not available: the likelihood needs the data."""
        raise FitError(
            "profile intervals refit the model, and a saved fit holds no rows",
            expected="interval='wald'",
            way_out="ask for them before the fit is saved, or fit again",
        )


def kept(solution: Solution, planned: Planned, shares: Mapping[str, float]) -> Kept:
    """What tables can ask of a solution, computed.

    Quantities over rows are left out: they would be as long as the data.
    """
    moments: dict[str, UnitMoments | FitError] = {}
    for name, line in planned.lines.items():
        if line.domain and ROWS not in line.domain and not line.is_observed:
            moments[name] = _moments(solution, name)
    over_rows = [name for name, line in planned.lines.items() if ROWS in line.domain]
    random = [n for n, m in moments.items() if isinstance(m, UnitMoments) and m.deviation is not None]
    return Kept(
        method=solution.method,
        words=solution.words,
        roles=dict(solution.roles),
        log_likelihood=solution.log_likelihood,
        n_parameters=solution.n_parameters,
        n_rows=solution.n_rows,
        notes=tuple(solution.notes),
        trace=solution.trace,
        extras=dict(solution.extras),
        number=dict(solution.numbers()),
        joint=solution.joint,
        moments=moments,
        shares=dict(shares),
        variances={name: solution.mean_variance(name) for name in random},
        approximation=_approximation(solution).without(over_rows),
    )


def _approximation(solution: Solution) -> NormalApproximation:
    """With the joint covariance of random variables; where that is large, with that of each unit alone."""
    found, conditional = solution.approximation, getattr(solution, "conditional", None)
    if found.chain.numbers <= max(_JOINT, 8 * found.chain.size) or not isinstance(conditional, Conditional):
        return found
    known = Moments(conditional.moments.profiled, 1.0, True)
    return replace(found, chain=alone(known.covariance), apart=True)


def _moments(solution: Solution, name: str) -> UnitMoments | FitError:
    try:
        return solution.units(name)
    except FitError as error:
        return error
