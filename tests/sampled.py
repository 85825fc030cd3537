"""A fixture for rooms whose tests look at how effects are sampled: nothing is integrated out unasked."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

import stanlevels.passes.marginalize  # noqa: F401  (the module, whose name in the package is the pass)


@pytest.fixture(autouse=True, scope="module")
def effects_are_sampled() -> Iterator[None]:
    """The planner integrates nothing out by itself; a plan that asks for it gets it."""
    chooser = sys.modules["stanlevels.passes.marginalize"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chooser, "able", lambda planned: ())
        yield
