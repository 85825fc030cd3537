"""Running Stan programs: one contract, two engines.

Nothing here loads an engine before it is used.
"""

from stanlevels.engines.base import ChainFailure, Engine, Mode, Prepared, RawDraws, Settings
from stanlevels.engines.choose import choose_engine, get_engine

__all__ = [
    "ChainFailure",
    "Engine",
    "Mode",
    "Prepared",
    "RawDraws",
    "Settings",
    "choose_engine",
    "get_engine",
]
