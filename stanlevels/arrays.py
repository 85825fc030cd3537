"""What arrays are called in signatures: shapes and kinds stand in words beside them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

__all__ = ["Array", "Codes"]

Array: TypeAlias = np.ndarray[Any, Any]
Codes: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]  # the unit of every row, say
