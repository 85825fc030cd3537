"""Linear Gaussian models, exactly: marginal likelihood, REML, conditional moments, and gradients.

Arrays in, arrays out, NumPy and SciPy only. A model is ``y = X beta + Z u + e`` with independent
``u_bj ~ N(0, L_b L_b')`` for every unit j of every block b, and ``e_i ~ N(0, (sigma k_i)^2)``.
Nested, crossed, correlated and varying-slope models are all of this form: `Design` holds its data,
`summarize` reduces them to `Statistics` in which the rows no longer appear, and everything else is
computed from those.
"""

from stanlevels.gaussian.design import Block, Design
from stanlevels.gaussian.marginal import Gradient, gradient, log_likelihood
from stanlevels.gaussian.moments import Moments, moments
from stanlevels.gaussian.profile import Profiled, profile
from stanlevels.gaussian.statistics import Statistics, summarize

__all__ = [
    "Block",
    "Design",
    "Gradient",
    "Moments",
    "Profiled",
    "Statistics",
    "gradient",
    "log_likelihood",
    "moments",
    "profile",
    "summarize",
]
