"""How many numbers may be handed over at once."""

from __future__ import annotations

from stanlevels.errors import FitError

__all__ = ["check_room"]

_LARGEST = 1_000_000_000  # 8 GB


def check_room(words: str, numbers: int, shape: tuple[int, int], more: str = "") -> None:
    """Raise FitError where draws take more than 8 GB.

    Parameters
    ----------
    words : str
        What they are, up to their number: ``these predictions are``.
    numbers : int
        Of each draw.
    shape : tuple of int
        Numbers of chains and of draws per chain.
    more : str
        What else helps, besides fewer draws.
    """
    chains, draws = shape
    total = numbers * chains * draws
    if total > _LARGEST:
        fewer = max(1, _LARGEST // (numbers * chains))
        raise FitError(
            f"{words} {total:,} numbers ({numbers:,} of each of {chains * draws:,} draws),"
            f" {total * 8 / 1e9:,.0f} GB",
            expected=f"at most {_LARGEST:,}",
            way_out=f"draws={min(fewer, 250)} takes at most so many draws of each chain, evenly spaced{more}",
        )
