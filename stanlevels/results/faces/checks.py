"""Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""

from __future__ import annotations

__all__ = ["Checks"]


class Checks:
    """Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""
