"""The published models, from every module here."""

import importlib
import pkgutil

from tests.published.record import Published

_MODULES = [
    importlib.import_module(f"{__name__}.{m.name}")
    for m in pkgutil.iter_modules(__path__)
]

PUBLISHED: dict[str, tuple[Published, ...]] = {
    module.__name__.rpartition(".")[2]: module.MODELS for module in _MODULES
}
"""The records of each module, in the module's order."""

EVERY: tuple[Published, ...] = tuple(
    record for records in PUBLISHED.values() for record in records
)
