"""Gaussian processes as sums of waves: coefficients whose variances are the spectral density of a kernel."""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma, pi

from stanlevels.graph import Call, Expr, Number, Op, Ref

__all__ = ["SQUARED_FREQUENCY", "Spectrum"]

SQUARED_FREQUENCY = "squared_frequency"
"""Of each wave: the sum of the squares of how fast it turns along each coordinate, in radians."""

# By twice the smoothness: how many waves a length needs, and how far off they have to end (Riutort-Mayol et
# al. 2023, by simulation; of the roughest kernel they say nothing, and twice as many waves are taken).
_WAVES = {0: 1.75, 5: 2.65, 3: 3.42, 1: 6.84}
_ENDS = {0: 3.2, 5: 4.1, 3: 4.5, 1: 4.5}


@dataclass(frozen=True)
class Spectrum:
    """The standard deviations of the coefficients of waves.

    Parameters
    ----------
    smoothness : int
        Twice the degree of smoothness of the kernel; 0 for none that ends.
    """

    smoothness: int

    def deviation(self, coordinates: int) -> Expr:
        """Of one coefficient, by `sigma`, `length` and its squared frequency: the root of the density.

        Rasmussen and Williams (2006), section 4.2.1.
        """
        half, length = coordinates / 2, Ref("length")
        turned = _times(Ref(SQUARED_FREQUENCY), Call("square", (length,)))
        if not self.smoothness:
            size = (2 * pi) ** (half / 2)
            falling: Expr = Call("exp", (Op("/", (Op("neg", (turned,)), Number(4))),))
        else:
            nu = self.smoothness / 2
            size = (2**coordinates * pi**half * gamma(nu + half) / (gamma(nu) * (2 * nu) ** half)) ** 0.5
            inner = Op("+", (Number(1), Op("/", (turned, Number(2 * nu)))))
            falling = Op("**", (inner, Number(-(nu + half) / 2)))
        grown = length if coordinates == 2 else Op("**", (length, Number(half)))
        return _times(_times(_times(Ref("sigma"), Number(size)), grown), falling)

    def least(self, waves: int, boundary: float) -> float:
        """The shortest length, in half ranges, that so many waves along a coordinate can tell."""
        return _WAVES[self.smoothness] * boundary / waves

    def most(self, boundary: float) -> float:
        """The longest length, in half ranges, at which the ends of the waves do not show."""
        return boundary / _ENDS[self.smoothness]


def _times(left: Expr, right: Expr) -> Expr:
    return Op("*", (left, right))
