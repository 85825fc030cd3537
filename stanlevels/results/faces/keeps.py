"""Files: a saved fit, and a report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from stanlevels.results.faces.face import Face
from stanlevels.results.keep.save import save

if TYPE_CHECKING:
    from stanlevels.results.report.sections import Reported
    from stanlevels.show import Latex

__all__ = ["Keeps"]


class _Kept(Face, Protocol):
    """A fit that knows what it is made of again."""

    def _state(self, *, rows: bool) -> dict[str, Any]:
        """Its parts by name, with or without the rows of the data."""


class Keeps:
    """Files: a saved fit, and a report."""

    def save(self: _Kept, path: str | os.PathLike[str], *, rows: bool = False) -> Path:
        """Write this fit to a file, from which `stanlevels.load` makes it again in any process.

        The file is a zip of JSON and NumPy arrays, which other programs can read (docs/saved-fits.md); it
        holds draws or estimates, the declaration, levels with their labels, the plan, the Stan program, seed,
        settings and versions. It is written beside `path` and then moved there, so that what was there stays
        until all is written.

        Parameters
        ----------
        path : str or path
            Such as ``"fit.zip"``.
        rows : bool
            Whether the rows of the data are kept too, as far as the model uses them: for what looks at them
            again, such as `fitted` and log likelihoods. Without them tables and predictions for new rows
            are what they were, and the file does not grow with the data.

        Returns
        -------
        Path
            Where the file is.

        Raises
        ------
        DataError
            If the path cannot be written.
        FitError
            If a label is of a kind that such a file has no form for, or rows are asked for and not there.

        Examples
        --------
        >>> import stanlevels as sl, tempfile, pathlib
        >>> class Coins(sl.Model):
        ...     coin = sl.Level()
        ...     mean, spread = sl.Normal(0, 2), sl.HalfNormal(1)
        ...     A = sl.Normal(mean, spread, over=coin)
        ...     y = sl.Normal(A, 1, observed=True)
        >>> fit = Coins.fit({"coin": ["a", "a", "b", "b"], "y": [1.0, 2, 4, 5]}, "mle", progress=False)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = fit.save(pathlib.Path(folder) / "fit.zip")
        ...     again = sl.load(path)
        >>> again.effects("A")["coin"].tolist()
        ['a', 'b']
        """
        return save(self, type(self).__name__, self._state(rows=rows), path)

    def report(
        self: Reported,
        path: str | os.PathLike[str],
        *,
        title: str | None = None,
        effects: Sequence[str] | None = None,
        level: float = 0.95,
        units: int = 50_000,
        plots: bool = True,
    ) -> Path:
        """Write one page of HTML about this fit, which needs no other file and no network.

        It holds the model in words, in mathematics and as a graph; data, plan, priors and diagnosis;
        estimates, effects in tables that can be sorted and searched, and plots; the Stan program; versions
        and seed. It can be read without JavaScript, on a phone, and printed.

        Parameters
        ----------
        path : str or path
            The file, such as ``"report.html"``; one that is there is replaced.
        title : str, optional
            The heading; by default the model's name.
        effects : sequence of str, optional
            Quantities over levels to show; by default all that were recorded, those over rows where there are
            at most 5,000.
        level : float
            Coverage of the intervals.
        units : int
            Units that the page holds at most of each quantity; it says so where there are more.
        plots : bool
            Whether to draw.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        FitError
            If a name is unknown, or an argument is not one of those above.
        DataError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import stanlevels as sl
        >>> class Coins(sl.Model):
        ...     coin = sl.Level()
        ...     mu = sl.Normal(0, 5)
        ...     A = sl.Normal(mu, 1, over=coin)
        ...     y = sl.Normal(A, 1, observed=True)
        >>> fit = Coins.fit({"coin": ["a", "a", "b", "b"], "y": [1.0, 2, 4, 5]}, "mle", progress=False)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     "<h1>Coins" in fit.report(f"{folder}/report.html").read_text(encoding="utf-8")
        True
        """
        from stanlevels.results.report.page import write_report

        options = {"title": title, "effects": effects, "level": level, "units": units, "plots": plots}
        return write_report(self, path, **options)

    def latex(self: Face, symbols: Mapping[str, str] | None = None) -> Latex:
        r"""The model in mathematics, with the numbers of its default priors and of its units.

        Parameters
        ----------
        symbols : mapping of str to str, optional
            LaTeX for names, as in `Model.latex`.

        Returns
        -------
        Latex
            A string; notebooks show what it means.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coins(sl.Model):
        ...     coin = sl.Level()
        ...     A = sl.Normal(0, 1, over=coin)
        ...     y = sl.Normal(A, 1, observed=True)
        >>> fit = Coins.fit({"coin": ["a", "a", "b", "b"], "y": [1.0, 2, 4, 5]}, "mle", progress=False)
        >>> print(fit.latex())
        \begin{aligned}
          y_{i} &\sim \mathcal{N}(A_{\mathrm{coin}[i]}, 1) && \text{for each row } i = 1, \dots, 4 \\
          A_{j} &\sim \mathcal{N}(0, 1) && \text{for each coin } j = 1, \dots, 2
        \end{aligned}
        """
        from stanlevels.results.report.declared import latex_of

        return latex_of(self, symbols)
