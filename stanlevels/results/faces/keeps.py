"""Files: a saved fit, and a report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from stanlevels.results.faces.face import Face
from stanlevels.results.keep.save import save

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
