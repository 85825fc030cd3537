"""What a row of a structure says and has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["BORDERS", "GROUPS", "MATRIX", "TIMES", "Sparse", "Structure"]

TIMES, MATRIX, BORDERS, GROUPS = "times", "corr", "borders", "zero_sum"
Compute = Callable[..., Any]


@dataclass(frozen=True)
class Sparse:
    """How many units are sampled through numbers whose precision is sparse, in place of independent ones.

    Parameters
    ----------
    stan : str
        Stan's function that makes the numbers of these. It takes these and what the data block has of `data`;
        that with ``_density_lpdf`` behind its name is their log density, up to a constant, and takes `more`
        after that.
    data, more : tuple of str
        Attributes of the geometry.
    standard : callable
        Of the numbers and the geometry: the way back.
    """

    stan: str
    data: tuple[str, ...]
    more: tuple[str, ...]
    standard: Compute


@dataclass(frozen=True)
class Structure:
    """How the numbers of a line's units come from independent ones.

    In functions of NumPy numbers have the axes of values, (chains, draws, units, components); arguments of
    the distribution broadcast with them. The numbers are those of scale 1 around 0.

    Parameters
    ----------
    needs : str
        What is to be known of the units beside arguments: "" for nothing; `TIMES`; `GROUPS`; or what a line
        names and the data bring, `MATRIX` or `BORDERS`. But for times it is also the name of the argument.
    arguments : tuple of str
        The distribution's arguments that it takes, beside location and scale.
    stan : str
        Stan's function that makes the numbers of independent ones. It takes these, the arguments, and what
        the data block has of `data`; that with ``_density_lpdf`` behind its name is the log density.
    data : tuple of str
        What it takes of what is known of the units: attributes of their geometry.
    numbers : callable
        Of independent standard normal numbers, the geometry, and arguments by name.
    standard : callable
        The way back.
    log_root : callable
        Of the geometry and arguments by name: the log of the volume of the numbers by that of independent
        ones, (chains, draws, components).
    given : callable
        Of a generator (or None for the mean), the geometry of units that are known with their numbers, and
        that of others with theirs: a draw of those that are not known. Their places are told by `before`, the
        known unit that each is, -1 for none; arguments by name follow, of these units and of known ones.
    variance : callable
        Of the geometry and arguments by name: of every unit's number.
    beside : tuple of str
        Arguments that are the units' places: Stan's function takes them as one matrix, after the others.
    settings : tuple of int
        What Stan's function takes at last.
    reach : str
        The argument that is as large as units lie apart; "" where there is none.
    lost : callable, optional
        Of the geometry: the part of an independent number that the number of each unit does not tell. Where
        there is one, the numbers are sampled through independent ones alone, and Stan has no density of
        theirs; ours is that within the space where they lie.
    sparse : Sparse, optional
        What stands for independent numbers where units are many, and their geometry knows borders.
    """

    needs: str
    arguments: tuple[str, ...]
    stan: str
    data: tuple[str, ...]
    numbers: Compute
    standard: Compute
    log_root: Compute
    given: Compute
    variance: Compute
    beside: tuple[str, ...] = ()
    settings: tuple[int, ...] = ()
    reach: str = ""
    lost: Compute | None = None
    sparse: Sparse | None = None
