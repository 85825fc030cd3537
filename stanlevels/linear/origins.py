"""Which quantities move along with the coefficients of covariates that lie far from 0.

The intercept of a predictor, and effects that move it as a whole, are values at the point where all
covariates are 0. Where that point is far from the data, they and the coefficients determine each other:
a ridge that a sampler creeps along. At the covariates' means they move apart.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.expansion import expand
from stanlevels.linear.gather import Column, gather
from stanlevels.linear.locations import location_of
from stanlevels.linear.multiples import Columns
from stanlevels.linear.prior_location import depends
from stanlevels.linear.size_of import Reference, references_to
from stanlevels.linear.sums import Reader, Sum
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Use, Vector

__all__ = ["BESIDE", "FAR", "far_from_origin", "far_slopes"]

BESIDE = 1.0
"""Standard deviations from 0 beyond which covariates move what stands beside them.

Sampling there costs nothing. Effects of 10 to 40 well-measured units with a covariate 1, 2, 3, 5 and 8
standard deviations from 0: effective sample size by gradient is 2, 3 to 10, 10 to 15, 20 to 50 and 60 to
200 times what it is at 0.
"""

FAR = 10.0
"""The same where slopes vary about the mean of a slope: effects hold the ridge then, not their means.

Nearer than that a moved mean only loses its independence of the other mean (a tenth of the effective sample
size in sleepstudy, whose days lie 1.6 standard deviations from 0). Beyond it the covariate is one to centre
by hand, and is named.
"""


def far_from_origin(
    planned: Planned, facts: Facts, decided: frozenset[str] | None = None
) -> dict[str, tuple[Reference, ...]]:
    """Intercepts and effects of predictors with covariates far from 0, with those covariates' means.

    Only what stands in one predictor, with the same multiple in every row. Where it was `decided` which,
    those.
    """
    reader, columns = Reader(planned), Columns(planned, facts)
    found: dict[str, tuple[Reference, ...]] = {}
    seen: set[str] = set()
    several: set[str] = set()
    for line in planned.observed.values():
        of_line = _of_line(line, reader, columns)
        carrying = _carrying([name for name, _, _ in of_line], planned, facts)
        for name, distance, references in of_line:
            several |= {name} & seen
            seen.add(name)
            far = distance > (FAR if _is_mean_of_slopes(name, planned) else BESIDE)
            if far and name in carrying if decided is None else name in decided:
                found[name] = references
    return {name: references for name, references in found.items() if references and name not in several}


def _carrying(names: list[str], planned: Planned, facts: Facts) -> set[str]:
    """Those of a predictor's intercepts and effects that carry its level, and so move with coefficients.

    Intercepts do, and effects about them or sampled with them. Effects about 0 beside these do not (nor those
    that are sampled with a covariate of their own): moved as well, they would take the coefficients' part in
    the predictor twice. Where nothing but effects about
    0 is there, those of the fewest units carry it.
    """
    intercepts = {name for name in names if not planned.lines[name].domain}
    effects = [name for name in names if name not in intercepts]
    about = {
        name
        for name in effects
        if any(
            other in planned.quantities[name].lifted or depends(name, other, planned) for other in intercepts
        )
    }
    if intercepts or about or not effects:
        return intercepts | about
    return {min(effects, key=lambda name: (facts.size(planned.lines[name].domain), name))}


def _is_mean_of_slopes(name: str, planned: Planned) -> bool:
    """Whether rows see an intercept only through centred effects that have slopes as well."""
    blocks = (
        block for block, centered in planned.centered.items() if centered and planned.lines[block].components
    )
    return any(depends(block, name, planned) for block in blocks)


def far_slopes(effects: Sum, units: int, columns: Columns) -> list[tuple[str, str]]:
    """Effects of a predictor whose slopes vary with covariates far from 0, beside effects that move it.

    Returns
    -------
    list of (str, str)
        The quantity, and what people call the covariate.
    """
    found = gather(effects, units, columns)
    homes = {column.home for column in found if column.alone}
    slopes = [column for column in found if column.home in homes and not column.alone]
    return [
        (column.name, column.called)
        for column in slopes
        if any(abs(mean) > FAR * sd > 0 for mean, sd in column.moments(None))
    ]


def _of_line(line: Line, reader: Reader, columns: Columns) -> list[tuple[str, float, tuple[Reference, ...]]]:
    """What can move with a predictor, how many standard deviations covariates lie from 0, and their means."""
    location = location_of(line, reader)
    if location is None or isinstance(location.term, Vector) or location.term.components:
        return []
    n, weights = columns.facts.size(location.place.home), columns.facts.weights(line.name)
    counted = weights is not None and len(weights) == n and weights.sum() > 0
    weights = weights if counted else None
    parts = expand(reader.read(location.term, location.place), reader)
    fixed = gather(parts.fixed, n, columns)
    varying = [column for column in fixed if not column.alone]
    distance = _distance(varying, weights)
    every = (*fixed, *gather(parts.effects, n, columns))
    movable = [c for c in every if c.alone and c.position is None and np.any(c.values)]
    cutpoints = [
        (name, distance, references_to(varying, -1.0, weights)) for name in _cutpoints(line, columns)
    ]
    return cutpoints + [
        (c.name, distance, references_to(varying, float(c.values[0, 0]), weights)) for c in movable
    ]


def _distance(varying: list[Column], weights: Array | None) -> float:
    """How far from 0 covariates lie together, in standard deviations: Mahalanobis' distance.

    An indicator of a third of the rows lies 0.7 from 0, those of two of three equal categories 1.4.
    """
    both = [(v, *m) for c in varying for v, m in zip(c.values.T, c.moments(weights), strict=True)]
    moving = [(values, mean, sd) for values, mean, sd in both if sd > 0]
    if not moving:
        return 0.0
    means, sds = (np.array([each[k] for each in moving]) for k in (1, 2))
    Z = (np.stack([values for values, _, _ in moving], axis=1) - means) / sds
    shares = np.full(len(Z), 1 / len(Z)) if weights is None else weights / weights.sum()
    if Z.shape[1] > len(Z):  # of fewer rows than covariates a smaller system says it
        root = Z * np.sqrt(shares)[:, None]
        return float(np.linalg.norm(np.linalg.lstsq(root.T, means / sds, rcond=1e-5)[0]))
    solved = np.linalg.lstsq((Z * shares[:, None]).T @ Z, means / sds, rcond=1e-10)[0]
    return float(np.sqrt(max(means / sds @ solved, 0.0)))


def _cutpoints(line: Line, columns: Columns) -> list[str]:
    """The quantity that a predictor is held against, where it is one for all rows."""
    terms = [line.args[line.form.cutpoints]] if line.form.cutpoints else []
    lines = [columns.planned.lines[term.name] for term in terms if isinstance(term, Use)]
    return [cut.name for cut in lines if cut.is_latent and cut.variable.ordered and not cut.domain]
