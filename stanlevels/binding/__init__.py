"""Any dataframe to level tables, index arrays, nesting and covariates at their level.

The steps stand in `bind.py`; what comes out is `Bound`: encodings, which other rows are read with too
(`new_rows.py`), and rows.
"""

from stanlevels.binding.bind import bind_data
from stanlevels.binding.bound import Bound
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.new_rows import bind_rows
from stanlevels.binding.read.column_summaries import ColumnSummary
from stanlevels.binding.rows import Rows
from stanlevels.records import Record

__all__ = ["Bound", "BoundLevel", "ColumnSummary", "Encodings", "Record", "Rows", "bind_data", "bind_rows"]
