"""Notes of what could not be checked, and of what was checked in part."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.errors import listing
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.words import joined

__all__ = ["check_unrecorded"]


def check_unrecorded(evidence: Evidence) -> Iterator[Finding]:
    """Quantities that `record=` left out, and those of which some units stand for all."""
    draws = evidence.draws
    in_part = {name: len(draws.some_units(name)) for name in evidence.mixed if draws.is_on_demand(name)}
    in_part = {name: n for name, n in in_part.items() if n < draws.size(name)[0]}
    if in_part:
        said = [f"{n:,} of the {draws.size(name)[0]:,} units of {name}" for name, n in in_part.items()]
        yield Finding(
            "sample",
            tuple(in_part),
            f"looked at in part: {joined(said, 'and')}",
            f"R-hat and effective sample sizes are those of {joined(said, 'and')}: their draws are too many"
            " to be stored, and are made again each time.",
            f"fit.effects({next(iter(in_part))!r}) has those of all",
            serious=False,
        )
    left_out = evidence.draws.left_out
    if left_out:
        yield Finding(
            "record",
            left_out,
            f"not recorded, so not checked: {', '.join(left_out)}",
            f"R-hat and effective sample sizes are those of what was recorded; {listing(left_out)} can have"
            " mixed worse.",
            "fit once with everything recorded, if it is not known how they mix",
            serious=False,
        )
