"""Factors: the terms of the log density.

A factor belongs to the line it came from and stands at a domain. How its density is written is its
own: lowering writes one statement for each, and passes exchange one density for another.
"""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Domain, Linear, Term

__all__ = [
    "Block",
    "CategoricalGlm",
    "Category",
    "Cells",
    "Conjugate",
    "ConjugateLine",
    "Density",
    "Factor",
    "Glm",
    "LookedUp",
    "Marginal",
    "MarginalLine",
    "Pointwise",
    "Pooled",
    "Standard",
]


@dataclass(frozen=True)
class Pointwise:
    """The declared distribution with the declared arguments, at every unit."""


@dataclass(frozen=True)
class Standard:
    """The density of the parameter of a quantity that is sampled non-centred, or between both forms."""


@dataclass(frozen=True)
class Block:
    """Coefficients times known columns, ``X beta``.

    `linear` is a set of covariates with its vector of coefficients; or else `coefficients` are
    scalars, each with the known term that it multiplies.
    """

    linear: Linear | None = None
    coefficients: tuple[tuple[Term, Term], ...] = ()


@dataclass(frozen=True)
class Glm:
    """Stan's function for a generalised linear model: ``intercept + sum of blocks`` is the location.

    `form` is the key of the parameterisation whose location that is (``Poisson(exp(eta))`` is the one with
    a logarithm), `argument` the name of the location in the line, `intercept` what the blocks leave of it
    (None for 0).
    """

    form: str
    argument: str
    intercept: Term | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Category:
    """The log odds of one category: a constant, and coefficients of columns and of sets of covariates."""

    constant: Term | None
    columns: tuple[tuple[Term, Term], ...]
    sets: tuple[Linear, ...]


@dataclass(frozen=True)
class CategoricalGlm:
    """Stan's function for categories whose log odds share known columns (`blocks`)."""

    categories: tuple[Category, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cells:
    """Rows that agree in everything their density depends on, by their sufficient statistics.

    Attributes
    ----------
    line : Line
        The line as it stands at the cells: their axis is its domain, and what is named at the rows is
        written out.
    exposure : Term or None
        Known factors of the mean, at the rows: they may differ within cells.
    by_value : bool
        Whether they agree in their values too: a cell is one row that counts as often as it occurs.
    """

    line: Line
    exposure: Term | None = None
    by_value: bool = False


@dataclass(frozen=True)
class LookedUp:
    """What is sampled for the units of a level, and looked up by the rows of an outcome.

    Attributes
    ----------
    name : str
        What the level is called from the rows.
    domain : Domain
        The units.
    term : Term
        What is looked up, at the units.
    """

    name: str
    domain: Domain
    term: Term


@dataclass(frozen=True)
class MarginalLine:
    """An outcome of a marginal density: its residual about what is sampled, and what that is made of.

    Attributes
    ----------
    source : str
    coefficients : tuple of Term
        What is sampled and has no units: numbers, and vectors of the coefficients of sets of covariates.
    scale : Term
        The residual standard deviation, but for known numbers that differ between rows.
    rest : Line or None
        Where what is sampled has units too: the line at cells of equal rows, those of one unit of the finest
        level side by side, with all but the deviations of the effects as its location. Then there are no
        `coefficients`.
    looked_up : tuple of LookedUp
        Where what is sampled has units and is linear, and sums by unit say all that is needed of it: there is
        no `rest` then.
    listed : int
        How many look-ups these sums go over.
    """

    source: str
    coefficients: tuple[Term, ...]
    scale: Term
    rest: Line | None = None
    looked_up: tuple[LookedUp, ...] = ()
    listed: int = 0


@dataclass(frozen=True)
class Pooled:
    """How far units of the finest level agree in their information about its effects.

    Attributes
    ----------
    distinct : int
        How many differ.
    rows : int
        How many rows of scores have the products that those of all units have.
    """

    distinct: int
    rows: int


@dataclass(frozen=True)
class Marginal:
    """Normal outcomes with normal effects of nested levels integrated out, and coefficients besides.

    Attributes
    ----------
    group : str
        That of the quantities that are integrated out.
    effects : tuple of str
        Their names, from the finest level up.
    lines : tuple of MarginalLine
    plain : bool
        Whether every effect is one number for each unit, added to each outcome as it is.
    common : tuple of str
        What is integrated out besides, given the effects: numbers without units, and effects of levels that
        cross theirs. There is one outcome then.
    pooled : Pooled or None
        Where units of the finest level that agree in their information are one, with a count.
    """

    group: str
    effects: tuple[str, ...]
    lines: tuple[MarginalLine, ...]
    plain: bool
    common: tuple[str, ...] = ()
    pooled: Pooled | None = None

    @property
    def in_cells(self) -> bool:
        """Whether something sampled beside the effects differs between rows."""
        return any(part.rest is not None or part.looked_up for part in self.lines)


@dataclass(frozen=True)
class ConjugateLine:
    """An outcome of a conjugate pair, and what of its mean is sampled beside what is integrated out.

    Attributes
    ----------
    source : str
    multiple : Term or None
        The log of what is sampled and the same in every row.
    rest : Line or None
        Where that differs between rows: the line at cells of equal rows, those of one unit side by side, with
        the log of it as its argument "log".
    """

    source: str
    multiple: Term | None = None
    rest: Line | None = None


@dataclass(frozen=True)
class Conjugate:
    """Outcomes about a random variable that is of the same kind given them, integrated out.

    Attributes
    ----------
    group : str
        That of the quantity that is integrated out.
    effect : str
        Its name.
    kind : str
        `RATE`: counts and waiting times about rates. `PROBABILITY`: successes about probabilities.
    lines : tuple of ConjugateLine
    common : bool
        Whether its distribution is the same for all units: then units that agree are counted, not listed.
    listed : int
        How many sums its density goes over.
    """

    group: str
    effect: str
    kind: str
    lines: tuple[ConjugateLine, ...]
    common: bool
    listed: int = 0

    @property
    def in_cells(self) -> bool:
        """Whether something sampled beside it differs between rows."""
        return any(part.rest is not None for part in self.lines)

    def line(self, source: str) -> ConjugateLine:
        """The part of one outcome."""
        return next(part for part in self.lines if part.source == source)


Density = Pointwise | Standard | Glm | CategoricalGlm | Cells | Marginal | Conjugate


@dataclass(frozen=True)
class Factor:
    """One term of the log density.

    Attributes
    ----------
    source : str
        The line it came from.
    domain : Domain
        Where it is evaluated: that of the line, or a derived axis.
    density : Density
    """

    source: str
    domain: Domain
    density: Density = Pointwise()

    @property
    def is_compressed(self) -> bool:
        """Whether rows that agree in everything became cells, or equal units one."""
        pooled = isinstance(self.density, Marginal) and self.density.pooled is not None
        return pooled or isinstance(self.density, Cells)
