"""stanlevels: multilevel models declared in Python, compiled to readable Stan.

>>> import stanlevels as sl
"""

import typing as _typing

from stanlevels.episodes import episodes
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
from stanlevels.formulas.formula import formula
from stanlevels.language import callables as _callables
from stanlevels.language import functions as _functions
from stanlevels.language.callables import *
from stanlevels.language.choices import ConditionalLogit
from stanlevels.language.composed import Hurdle, ZeroInflated, ZeroOneInflated
from stanlevels.language.constants import Constant
from stanlevels.language.covariates import covariates, data, interactions
from stanlevels.language.declarations import Index, Level, Memberships
from stanlevels.language.derived import center, mean, polynomial, sines, spline, standardize
from stanlevels.language.distributions import rows
from stanlevels.language.effects import effects
from stanlevels.language.functions import *
from stanlevels.language.mixtures import Mixture
from stanlevels.language.processes import AR1, GP, ICAR, RandomWalk
from stanlevels.model import Model
from stanlevels.own_family import Family
from stanlevels.plan.decisions import Plan
from stanlevels.results.compare import compare
from stanlevels.results.keep.load import load
from stanlevels.results.pooled import pool
from stanlevels.version import __version__ as __version__

__all__ = [
    "Model",
    "Plan",
    "compare",
    "episodes",
    "formula",
    "load",
    "pool",
    # levels and axes
    "Level",
    "Index",
    "Memberships",
    "rows",
    # known quantities
    "Constant",
    "covariates",
    "data",
    "effects",
    "interactions",
    "center",
    "mean",
    "polynomial",
    "sines",
    "spline",
    "standardize",
    # distributions of one's own, and made of distributions
    "Family",
    "Hurdle",
    "Mixture",
    "ZeroInflated",
    "ZeroOneInflated",
    # units that are correlated
    "ConditionalLogit",
    "AR1",
    "GP",
    "ICAR",
    "RandomWalk",
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
__all__ += _functions.__all__


if not _typing.TYPE_CHECKING:  # else type checkers would take every name for one of ours

    def __getattr__(name: str) -> None:
        """Say what a name that is not here most likely means."""
        if name.startswith("_"):
            raise AttributeError(f"module 'stanlevels' has no attribute {name!r}")
        from stanlevels.language.messages.unknown_names import unknown_name

        raise unknown_name(name, __all__)


def __dir__() -> list[str]:
    """The public names: what a person completes, without rooms of the package that happen to be loaded."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
