"""A fit from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stanlevels.binding import Bound
from stanlevels.distributions.table import FAMILIES
from stanlevels.engines.base import RawDraws, Settings
from stanlevels.errors import DataError, FitError, StanlevelsError
from stanlevels.estimation.point.kept import Kept
from stanlevels.plan.planned import Planned
from stanlevels.program.render import Rendered
from stanlevels.results.approximate_fit import ApproximateFit
from stanlevels.results.draws import Draws
from stanlevels.results.fit import Fit
from stanlevels.results.keep.archive import Archive, read_json
from stanlevels.results.keep.broken import Broken
from stanlevels.results.keep.conform import conforms
from stanlevels.results.keep.decode import Decoder
from stanlevels.results.keep.form import FIT, FORMAT, PROGRAM, VERSION
from stanlevels.results.keep.known import KnownOfRows
from stanlevels.results.keep.npy import from_npy
from stanlevels.results.keep.whole import check_whole
from stanlevels.results.point_fit import PointFit
from stanlevels.results.simulated_fit import SimulatedFit
from stanlevels.version import __version__

__all__ = ["load"]

_ALL = {"model_name": str, "bound": Bound, "planned": Planned}
_DRAWN = {
    **_ALL,
    "program": Rendered,
    "raw": RawDraws,
    "settings": Settings,
    "recorded": tuple[str, ...] | None,
    "known": KnownOfRows | None,
}
_KINDS: Mapping[str, tuple[type, Mapping[str, Any]]] = {
    "Fit": (Fit, _DRAWN),
    "ApproximateFit": (ApproximateFit, {**_DRAWN, "method": str, "words": str, "pareto_k": float}),
    "PointFit": (
        PointFit,
        {**_ALL, "solution": Kept, "numbers": Mapping[str, Any], "likelihood_of": tuple[Any, ...]},
    ),
    "SimulatedFit": (
        SimulatedFit,
        {**_ALL, "by_quantity": Draws, "method": str, "words": str, "seed": int, "notes": tuple[str, ...]},
    ),
}
_FOUND = ("numbers", "likelihood_of")
"""What a fit computes when it is asked, and cannot without its rows."""


def load(path: str | os.PathLike[str]) -> Fit | PointFit | SimulatedFit:
    """Load a fit that was saved.

    Nothing of the file runs: it holds text, numbers and arrays, each checked against the digest that was
    written with it. The data are not needed, nor is Stan.

    Parameters
    ----------
    path : str or path
        Of a file that ``fit.save(path)`` wrote.

    Returns
    -------
    Fit, ApproximateFit, PointFit or SimulatedFit
        Of the kind that was saved. Tables are those of the fit that was saved, to the last bit. What needs
        the rows of the data says so, unless it was saved with ``rows=True``.

    Raises
    ------
    DataError
        If there is no such file.
    DeclarationError
        If it has a distribution of one's own (`sl.Family`) that is not declared here.
    FitError
        If it is cut off or altered, is no saved fit, or comes from a newer version.

    Examples
    --------
    >>> import stanlevels as sl, tempfile, pathlib
    >>> class Mean(sl.Model):
    ...     mu = sl.Normal(0, 1)
    ...     y = sl.Normal(mu, 1, observed=True)
    >>> fit = Mean.fit({"y": [1.0, 2.0]}, "mle", progress=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = sl.load(fit.save(pathlib.Path(folder) / "fit.zip"))
    >>> bool((again.summary() == fit.summary()).loc["mu", "estimate"])
    True
    """
    try:
        where = Path(path).expanduser()
    except TypeError:
        raise DataError(f"load() was given {path!r}", expected="a path, such as 'fit.zip'") from None
    if where.is_dir():
        raise DataError(f"{str(path)!r} is a folder", expected="a file that fit.save(path) wrote")
    try:
        archive = Archive(where)
        try:
            return _loaded(archive)
        finally:
            archive.close()
    except Broken as error:
        raise FitError(
            f"{str(path)!r} is not loaded: {error}",
            expected="a file that fit.save(path) wrote, whole and unaltered",
            way_out="take another copy of it, or fit and save again",
        ) from None


def _loaded(archive: Archive) -> Fit | PointFit | SimulatedFit:
    _check_version(archive.about)
    archive.check_members()
    kind = archive.about.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Broken(f"it holds a {kind!r}, which is no kind of fit")
    made, declared = _KINDS[kind]
    whole = read_json(bytes(archive.read(FIT)))
    if not isinstance(whole, dict) or not isinstance(whole.get("fit"), dict):
        raise Broken(f"{FIT!r} holds no fit")
    texts = {name: bytes(archive.read(name)) for name in _others(archive)}
    decoder = Decoder(lambda name: from_npy(archive.read(name)))
    decoder.read(whole.get("entries"))
    state = _state(whole["fit"], declared, decoder)
    if "program" in state:
        state["program"] = _with_text(state["program"], texts)
    found = {name: state.pop(name) for name in _FOUND if name in state}
    _find_distributions(state["planned"])
    try:
        fit: Fit | PointFit | SimulatedFit = made(**state)
        fit.__dict__.update(found)
        check_whole(fit)
    except Broken:
        raise
    except (StanlevelsError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Broken(f"its parts do not belong together ({type(error).__name__})") from None
    return fit


def _find_distributions(planned: Planned) -> None:
    """Raise where a distribution of a person's own is not declared here."""
    for node in planned.graph.variables.values():
        try:
            FAMILIES[node.family]
        except KeyError:
            raise Broken(f"it has a distribution {node.family!r}, which there is not") from None


def _others(archive: Archive) -> list[str]:
    """Members for people: text. They are read to see that they are what was written."""
    return [name for name in archive.about["members"] if not name.endswith(".npy") and name != FIT]


def _with_text(program: Rendered, texts: Mapping[str, bytes]) -> Rendered:
    text = texts.get(PROGRAM, b"").decode()
    return Rendered(text, program.sources, program.outputs)


def _state(found: Mapping[str, Any], declared: Mapping[str, Any], decoder: Decoder) -> dict[str, Any]:
    """What a fit is made of, every part of its type."""
    if found.keys() != declared.keys():
        raise Broken(f"{FIT!r} does not hold what such a fit is made of")
    state = {}
    for name, value in found.items():
        try:
            state[name] = decoder.value(value)
        except (StanlevelsError, ValueError, TypeError, KeyError, ArithmeticError, IndexError) as error:
            raise Broken(f"its {name} cannot be read ({type(error).__name__})") from None
        if not conforms(state[name], declared[name]):
            raise Broken(f"its {name} is of another type")
    return state


def _check_version(about: Mapping[str, Any]) -> None:
    if about.get("format") != FORMAT:
        raise Broken("it is no saved fit")
    number, versions = about.get("version"), about.get("versions")
    by = versions.get("stanlevels") if isinstance(versions, dict) else None
    if type(number) is not int or number < 1:
        raise Broken(f"its format has the number {number!r}")
    if number > VERSION:
        raise Broken(
            f"it was written in format {number} by stanlevels {by}, and stanlevels {__version__} reads"
            f" formats up to {VERSION}: install a newer stanlevels"
        )
