"""Python files as modules: examples and files of a person's own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from stanlevels.errors import DataError, DeclarationError, listing
from stanlevels.model import Model

__all__ = ["load_script", "model_named", "models_of"]


def load_script(path: Path) -> ModuleType:
    """Run a Python file as a module, with its own folder first among the places of imports.

    Raises
    ------
    DataError
        If there is no such file.
    """
    if not path.is_file():
        raise DataError(f"there is no file {str(path)!r}", expected="a Python file that declares a model")
    name = f"stanlevels_script_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DataError(f"{str(path)!r} is no Python file", expected="a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent.resolve()))
    return module


def models_of(module: ModuleType) -> dict[str, type[Model]]:
    """The models that a file itself declares, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Model) and value.__module__ == module.__name__
    }


def model_named(module: ModuleType, name: str) -> type[Model]:
    """The model `name` of a file, or its only one where `name` is empty.

    Raises
    ------
    DeclarationError
        If there is none, or if there are several and no name.
    """
    found = models_of(module)
    if name in found:
        return found[name]
    other = getattr(module, name, None) if name else None
    if isinstance(other, type) and issubclass(other, Model):
        return other
    if not name and len(found) == 1:
        return next(iter(found.values()))
    shown = listing(found) or "none: a class that inherits from sl.Model"
    if name:
        raise DeclarationError(f"the file declares no model {name!r}", expected=f"one of {shown}")
    raise DeclarationError(
        f"the file declares {len(found)} models: {shown}" if found else "the file declares no model",
        expected="one model, or its name",
        way_out="write file.py:Name",
    )
