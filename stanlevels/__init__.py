"""stanlevels: multilevel models declared in Python, compiled to readable Stan.

>>> import stanlevels as sl
"""

from typing import Never as _Never

from stanlevels.errors import (
    CompileError,
    DataError,
    DeclarationError,
    EngineError,
    EngineMissing,
    FitError,
    InitializationError,
    InstallError,
    InternalError,
    NestingError,
    NoMode,
    StanlevelsError,
    StanlevelsWarning,
)
from stanlevels.language import callables as _callables
from stanlevels.language.callables import *
from stanlevels.language.covariates import covariates, data
from stanlevels.language.distributions import rows
from stanlevels.language.expressions import Constant, Index, Level
from stanlevels.language.functions import (
    Phi,
    abs,
    cos,
    exp,
    expm1,
    inv_cloglog,
    inv_logit,
    log,
    log1p,
    logit,
    sin,
    sqrt,
    square,
    tanh,
)
from stanlevels.model import Model
from stanlevels.plan.decisions import Plan
from stanlevels.results.compare import compare
from stanlevels.version import __version__ as __version__

__all__ = [
    "Model",
    "Plan",
    "compare",
    # levels and axes
    "Level",
    "Index",
    "rows",
    # known quantities
    "Constant",
    "covariates",
    "data",
    # functions
    "Phi",
    "abs",
    "cos",
    "exp",
    "expm1",
    "inv_cloglog",
    "inv_logit",
    "log",
    "log1p",
    "logit",
    "sin",
    "sqrt",
    "square",
    "tanh",
    # errors
    "CompileError",
    "DataError",
    "DeclarationError",
    "EngineError",
    "EngineMissing",
    "FitError",
    "InitializationError",
    "InstallError",
    "InternalError",
    "NestingError",
    "NoMode",
    "StanlevelsError",
    "StanlevelsWarning",
]

__all__ += _callables.__all__  # the distributions


def __getattr__(name: str) -> _Never:
    """Say what a name that is not here most likely means."""
    if name.startswith("_"):
        raise AttributeError(f"module 'stanlevels' has no attribute {name!r}")
    from stanlevels.language.unknown_names import unknown_name

    raise unknown_name(name, __all__)
