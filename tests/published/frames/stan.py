"""Data of Stan's case studies."""

import numpy as np
import pandas as pd

__all__ = ["golf"]


def golf() -> pd.DataFrame:
    """Putts of professional golfers by distance in feet (Berry 1996; Gelman and Nolan 2002)."""
    tries = [1443, 694, 455, 353, 272, 256, 240, 217, 200, 237, 202, 192, 174, 167, 201, 195, 191, 147, 152]
    successes = [1346, 577, 337, 208, 149, 136, 111, 69, 67, 75, 52, 46, 54, 28, 27, 31, 33, 20, 24]
    x = np.arange(2, 21, dtype=float)
    hole, ball = 4.25 / 24, 1.68 / 24
    angle = np.arcsin((hole - ball) / x)
    return pd.DataFrame({"x": x, "n": tries, "share": np.array(successes) / tries, "angle": angle})
