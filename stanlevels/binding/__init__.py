"""Any dataframe to level tables, index arrays, nesting and covariates at their level.

The steps stand in `bind.py`; what comes out is `Bound`.
"""

from stanlevels.binding.bind import bind_data
from stanlevels.binding.bound import Bound
from stanlevels.binding.levels.level import BoundLevel
from stanlevels.binding.read.summary import ColumnSummary
from stanlevels.records import Record

__all__ = ["Bound", "BoundLevel", "ColumnSummary", "Record", "bind_data"]
