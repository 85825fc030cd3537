"""Folders that are not Python: templates and examples, in a wheel, an editable install or a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from stanlevels.errors import InternalError


def folder(name: str) -> Path:
    """The folder `name` ("stan_templates" or "examples").

    In a wheel it lies inside the package; in a checkout, and so in an editable install, beside it.
    """
    package = Path(str(files("stanlevels")))
    for place in (package / "_data" / name, package.parent / name):
        if place.is_dir():
            return place
    raise InternalError(f"the folder {name!r} is missing from the installation at {package}")
