"""How fits are compared with the figures of other packages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

__all__ = ["agrees"]


def agrees(fit, log_likelihood: float, expected: Mapping[str, float], rel: float = 1e-3) -> None:
    """The log likelihood to the digits that R printed, and estimates to those that its optimiser settles."""
    assert fit.notes[0].startswith("converged")
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-5)
    found = fit.summary()["estimate"]
    assert found[list(expected)].to_dict() == pytest.approx(dict(expected), rel=rel)
