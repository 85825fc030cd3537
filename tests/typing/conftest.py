"""What every test of editors and type checkers may use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import jedi
import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache() -> Iterator[None]:
    """A cache of parsed files for this process alone: jedi's shared one breaks where several begin it."""
    before = jedi.settings.cache_directory
    with tempfile.TemporaryDirectory() as folder:
        jedi.settings.cache_directory = folder
        yield
    jedi.settings.cache_directory = before
