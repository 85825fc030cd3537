"""Running Stan programs: one contract, three engines.

Nothing here loads an engine before it is used.
"""

from stanlevels.engines.base import (
    Approximation,
    ChainFailure,
    Engine,
    Mode,
    Prepared,
    RawDraws,
    Settings,
    Shapes,
)
from stanlevels.engines.choose import choose_engine, get_engine

__all__ = [
    "Approximation",
    "ChainFailure",
    "Engine",
    "Mode",
    "Prepared",
    "RawDraws",
    "Settings",
    "Shapes",
    "choose_engine",
    "get_engine",
]
