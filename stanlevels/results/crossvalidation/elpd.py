"""The expected log predictive density of a model, part by part, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.words import counted, plural

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CrossValidation", "worst_k"]


def worst_k(draws: int) -> float:
    """The Pareto k above which importance sampling of so many draws is not reliable.

    After Vehtari, Simpson, Gelman, Yao and Gabry (2024).

    Examples
    --------
    >>> worst_k(4000), round(worst_k(400), 2)
    (0.7, 0.62)
    """
    return min(1 - 1 / float(np.log10(max(draws, 2))), 0.7)


@dataclass(frozen=True, eq=False, repr=False)
class CrossValidation:
    """How well a model predicts parts of the data that it has not seen.

    Attributes
    ----------
    model_name : str
    method : str
        How it was found, in words.
    called : str
        What one part is: "row", or the name of a level.
    labels : mapping of str to ndarray
        A column for every label of a part.
    rows : ndarray of int, (parts,)
        Outcomes in each part.
    elpd_of_parts : ndarray, (parts,)
        Log predictive density of each part, given the others.
    fitted_of_parts : ndarray, (parts,)
        The same given all data; NaN of k-fold.
    pareto_k : ndarray, (parts,), optional
        How far the draws are from those without the part; where importance sampling was used.
    draws : int
        That were averaged over.
    notes : tuple of str
        What should be read with the numbers.
    key : str
        The same for cross-validations that can be compared: of the same outcomes in the same parts.
    table_of_rows : mapping of str to ndarray, optional
        Of k-fold: every outcome by itself, with its label, fold and log predictive density.
    of_rows : bool
        Whether parts are rows; a level may be called "row" too.
    """

    model_name: str
    method: str
    called: str
    labels: Mapping[str, Array]
    rows: Array
    elpd_of_parts: Array
    fitted_of_parts: Array
    pareto_k: Array | None
    draws: int
    notes: tuple[str, ...]
    key: str
    table_of_rows: Mapping[str, Array] | None = None
    of_rows: bool = False

    @property
    def elpd(self) -> float:
        """Expected log predictive density, the sum over parts: larger is better."""
        return float(self.elpd_of_parts.sum())

    @property
    def se(self) -> float:
        """Standard error of `elpd`, from how parts differ."""
        n = len(self.elpd_of_parts)
        return float(np.sqrt(n * np.var(self.elpd_of_parts, ddof=1))) if n > 1 else float("nan")

    @property
    def p(self) -> float:
        """The effective number of parameters: what parts gain where they have been seen; NaN of k-fold."""
        return float(self.fitted_of_parts.sum()) - self.elpd

    @property
    def good_k(self) -> float:
        """The Pareto k above which the term of a part is not reliable."""
        return worst_k(self.draws)

    @property
    def pointwise(self) -> pd.DataFrame:
        """A row per part: its labels, its outcomes, its log predictive density, and Pareto k.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas as pd

        from stanlevels.results.tables.shown import shown

        found: dict[str, Any] = dict(self.labels)
        if not self.of_rows:
            found["rows"] = self.rows
        found["elpd"] = self.elpd_of_parts
        if self.pareto_k is not None:
            found["pareto_k"] = self.pareto_k
        return shown(pd.DataFrame(found), labels=list(self.labels))

    @property
    def by_row(self) -> pd.DataFrame | None:
        """Of k-fold, a row per outcome: its labels, its fold, and its own log predictive density."""
        import pandas as pd

        from stanlevels.results.tables.shown import shown

        return None if self.table_of_rows is None else shown(pd.DataFrame(dict(self.table_of_rows)))

    @property
    def reliability(self) -> str:
        """What Pareto k says, in words; "" where there is none."""
        if self.pareto_k is None:
            return ""
        bad = np.flatnonzero(~(self.pareto_k <= self.good_k))
        if not len(bad):
            return f"Pareto k is at most {self.pareto_k.max(initial=0):.2f}: all terms are reliable"
        order = bad[np.argsort(-self.pareto_k[bad])]
        names = [self._called_part(i) for i in order[:5].tolist()]
        which = listing(names, 5) + (f" and {len(bad) - 5:,} more" if len(bad) > 5 else "")
        return (
            f"Pareto k is above {self.good_k:.2f} for {len(bad):,} of {counted(len(self.rows), self.called)}"
            f" ({which}; at most {self.pareto_k.max():.2f}): without {'it' if len(bad) == 1 else 'them'} the"
            " posterior is another, and these terms are not reliable"
        )

    def _called_part(self, i: int) -> Any:
        first, *above = self.labels.values()
        label = first[i]
        if not self.of_rows and len(set(first.tolist())) < len(first):  # the same under several parents
            return "/".join(str(column[i]) for column in (*above[::-1], first))
        return label.item() if hasattr(label, "item") else label

    def to_arviz(self) -> Any:
        """The same as ArviZ's `ELPDData`, which `arviz.compare` and `arviz.plot_khat` take.

        Returns
        -------
        arviz.ELPDData
        """
        from stanlevels.results.arviz.elpd_data import elpd_data

        return elpd_data(self)

    def __repr__(self) -> str:
        figures = f"elpd {self.elpd:.1f}, standard error {self.se:.1f}"
        if not np.isnan(self.p):
            figures += f", effective parameters {self.p:.1f}"
        lines = [figures, *([self.reliability] if self.reliability else []), *self.notes]
        head = f"{self.method} of {self.model_name} by {self.called}: {self._parts}"
        return "\n".join([head, *(f"  {line}" for line in lines)])

    @property
    def _parts(self) -> str:
        many = counted(len(self.rows), self.called)
        total = int(self.rows.sum())
        words = many if self.of_rows else f"{many} ({total:,} {plural('row')})"
        return f"{words}, {counted(self.draws, 'draw')}"

    def _repr_html_(self) -> str:
        from stanlevels import show

        head, *lines = repr(self).splitlines()
        return show.block(show.paragraph(head, strong=True), show.items([line.strip() for line in lines]))
