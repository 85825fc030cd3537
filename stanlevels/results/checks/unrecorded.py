"""Note of what could not be checked, because its draws were not recorded."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.errors import listing
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding

__all__ = ["check_unrecorded"]


def check_unrecorded(evidence: Evidence) -> Iterator[Finding]:
    """Quantities that `record=` left out."""
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
