"""Data of response times and of directions."""

import numpy as np
import pandas as pd


def choices() -> pd.DataFrame:
    """Choices of 10 persons and their times, in two conditions: evidence in steps of a thousandth."""
    rng = np.random.default_rng(81)
    person, hard = np.repeat(np.arange(10), 20), np.tile([0, 1], 100)
    drift = 1.4 - 0.8 * hard + rng.normal(0, 0.3, 10)[person]
    place, time, moving = np.full(200, 0.8), np.zeros(200), np.ones(200, dtype=bool)
    while moving.any():
        place += moving * (drift * 1e-3 + np.sqrt(1e-3) * rng.normal(size=200))
        time += moving * 1e-3
        moving &= (place > 0) & (place < 1.6)
    return pd.DataFrame(
        {"person": person, "hard": hard, "rt": 0.3 + time, "choice": (place > 0.8).astype(int)}
    )


def periwinkles() -> pd.DataFrame:
    """Directions of 31 blue periwinkles by how far they moved."""
    rng = np.random.default_rng(82)
    distance = rng.uniform(5, 100, 31).round()
    direction = 2 * np.arctan(1.2 - 0.015 * distance) + rng.vonmises(0, 4, 31)
    return pd.DataFrame({"distance": distance, "direction": np.angle(np.exp(1j * direction))})


def claims() -> pd.DataFrame:
    """Claims of 300 drivers in dollars, by age and area."""
    rng = np.random.default_rng(83)
    age, area = rng.integers(1, 7, 300), rng.choice(list("ABCDEF"), 300)
    return pd.DataFrame({"age": age, "area": area, "claim": rng.wald(np.exp(7.8 - 0.06 * age), 700).round(2)})
