"""A fit to a file."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import DataError
from stanlevels.language.source import source
from stanlevels.names import distinct
from stanlevels.results.arviz.axes import component_axes, storable, unit_axes
from stanlevels.results.keep.archive import to_json, write_archive
from stanlevels.results.keep.encode import Encoder
from stanlevels.results.keep.form import DECLARATION, FIT, FORMAT, LABELS, PROGRAM, VERSION
from stanlevels.results.keep.scalars import scalar
from stanlevels.version import __version__

if TYPE_CHECKING:
    from stanlevels.results.faces.face import Face

__all__ = ["save"]


def save(fit: Face, kind: str, state: Mapping[str, Any], path: str | os.PathLike[str]) -> Path:
    """Write a fit.

    Parameters
    ----------
    fit : Face
    kind : str
        The name of its class.
    state : mapping of str to object
        What it is made of again; see `load`.
    path : str or path

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    DataError
        If the path cannot be written.
    FitError
        If a label is of a kind that has no form.
    """
    where = _checked(path)
    quantities, arrays = _named_arrays(fit, state)
    encoder = Encoder(arrays)
    text = state["program"].text if "program" in state else ""
    put = {name: encoder.put(value) for name, value in state.items()}
    members: dict[str, bytes | Array] = {
        FIT: to_json({"entries": encoder.entries, "fit": put}),
        DECLARATION: f"import stanlevels as sl\n\n\n{source(fit.planned.graph)}\n".encode(),
        LABELS: to_json(_labels(fit, quantities, arrays), indent=1),
    }
    if text:
        members[PROGRAM] = text.encode()
    write_archive(where, _about(fit, kind, state), members | encoder.arrays)
    return where


def _checked(path: str | os.PathLike[str]) -> Path:
    try:
        found = Path(path).expanduser()
    except TypeError:
        raise DataError(f"save() was given {path!r}", expected="a path, such as 'fit.zip'") from None
    if found.is_dir() or not found.name:
        raise DataError(f"{str(path)!r} is a folder", expected="the path of a file, such as 'fit.zip'")
    if not found.parent.is_dir():
        raise DataError(
            f"there is no folder {str(found.parent)!r}",
            expected="a path in a folder that is there",
            way_out=f"make it first: pathlib.Path({str(found.parent)!r}).mkdir(parents=True)",
        )
    return found


def _about(fit: Face, kind: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The head of the manifest: what it is, where it came from."""
    about: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "model": fit.model_name,
        "rows": int(fit.bound.n_rows),
        "holds_rows": fit.bound.has_rows and state["bound"].has_rows,
        "versions": {
            "stanlevels": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    if (raw := state.get("raw")) is not None:
        about["versions"] |= dict(raw.versions)
        about |= {"engine": raw.engine, "seed": int(raw.seed), "chains": list(raw.chains)}
        about["settings"] = _settings(state["settings"])
    about |= {name: state[name] for name in ("method", "seed") if name in state}
    if "solution" in state:
        about["method"] = state["solution"].method
    return about


def _settings(settings: Any) -> dict[str, Any]:
    plain = ("chains", "warmup", "draws", "seed", "target_accept", "max_depth", "metric")
    return {name: scalar(getattr(settings, name)) for name in plain}


# --- arrays that people look for ---------------------------------------------------------------


def _named_arrays(fit: Face, state: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Array]]:
    """The member of every quantity's draws, and the arrays of all members with a name to look for."""
    arrays: dict[str, Array] = {}
    quantities: dict[str, str] = {}
    if "by_quantity" in state:
        drawn = dict(state["by_quantity"].values.arrays)
    else:
        drawn = dict(getattr(state.get("known"), "integrated", {}))
    if (raw := state.get("raw")) is not None:
        arrays |= {f"draws/{name}.npy": array for name, array in raw.variables.items()}
        for name, stan in state["program"].outputs.items():
            if stan in raw.variables:
                quantities[name] = f"draws/{stan}.npy"
        arrays |= {f"sample_stats/{name}.npy": array for name, array in raw.stats.items()}
        arrays |= {f"warmup/{name}.npy": array for name, array in raw.warmup_variables.items()}
    for name, array in drawn.items():
        member = f"draws/{distinct(_plain(name), [n[6:-4] for n in arrays])}.npy"
        arrays[member], quantities[name] = array, member
    return quantities, arrays


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _labels(fit: Face, quantities: Mapping[str, str], arrays: Mapping[str, Array]) -> dict[str, Any]:
    """For those who read the draws without this package: dimensions of every array, and their labels."""
    labels: dict[str, list[Any]] = {}
    found: dict[str, Any] = {}
    for name, member in quantities.items():
        axes = (
            *unit_axes(fit.planned.lines[name].domain, fit.bound, fit.names),
            *component_axes(name, fit.planned, fit.names),
        )
        for axis in axes:
            if axis.dim not in labels:
                labels[axis.dim] = list(_storable(axis.labels))
        shape = [*arrays[member].shape[:2], *(len(axis.labels) for axis in axes)]
        dims = ["chain", "draw", *(axis.dim for axis in axes)]
        found[name] = {"array": member, "dims": dims, "shape": shape}
    return {"quantities": found, "labels": labels}


def _storable(labels: tuple[Any, ...]) -> Iterator[Any]:
    yield from (each if isinstance(each, str) else scalar(each) for each in storable(labels).tolist())
