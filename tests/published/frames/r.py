"""Data sets of R packages, with the columns that are factors there as categories."""

import pandas as pd

from tests.literature.frames import frame

__all__ = ["r_data"]


def r_data(package: str, name: str, *factors: str) -> pd.DataFrame:
    """A data set of an R package; what are factors in R, files of text have as numbers or words."""
    data = frame(package, name)
    return data.assign(**{column: data[column].astype("category") for column in factors})
