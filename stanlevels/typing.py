"""Types for annotations in code that writes models and reads fits.

>>> import stanlevels as sl
>>> from stanlevels.typing import Expression, Operand
>>> def saturating(x: Expression, rate: Operand) -> Expression:
...     return 1 - sl.exp(-rate * x)
"""

from stanlevels.bound_model import BoundModel
from stanlevels.estimation.settings import Inits, Recorded
from stanlevels.language.covariates import Coding, Term
from stanlevels.language.declarations import Rows
from stanlevels.language.distributions import Axis
from stanlevels.language.effects import Effects
from stanlevels.language.expressions import Covariates, Expression, Operand, Operands
from stanlevels.plan.decisions import Priors
from stanlevels.results.approximate_fit import ApproximateFit
from stanlevels.results.checks.findings import Diagnosis
from stanlevels.results.fit import Fit
from stanlevels.results.point_fit import PointFit
from stanlevels.show import Table

__all__ = [
    # what stands in a model
    "Axis",
    "Coding",
    "Covariates",
    "Effects",
    "Expression",
    "Operand",
    "Operands",
    "Rows",
    "Term",
    # what comes of a model
    "ApproximateFit",
    "BoundModel",
    "Diagnosis",
    "Fit",
    "PointFit",
    "Priors",
    "Table",
    # settings of a fit
    "Inits",
    "Recorded",
]
