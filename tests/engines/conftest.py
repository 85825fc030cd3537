"""Both engines, and the two programs that the contract is tested on."""

import json
from pathlib import Path

import numpy as np
import pytest

from stanlevels.engines import Shapes
from stanlevels.engines.choose import engines

PROGRAMS = Path(__file__).parent / "programs"

# Of known.stan: what a caller knows and says, also of what has length 0.
SHAPES = Shapes(
    {"mu": (), "theta": (), "m": (2, 3), "rows": (2, 3), "parts": (3,), "nothing": (0,)},
    {
        "doubled": (2, 3),
        "emptied": (0, 2),
        "x": (2, 3, 4),
        "slabs": (2, 3, 4),
        "lines": (2, 3, 4),
        "whole": (2,),
        "single": (1,),
        "missing": (),
        "noise": (),
    },
)


@pytest.fixture(params=["stanli", pytest.param("cmdstan", marks=pytest.mark.cmdstan)], scope="session")
def engine(request):
    """Each engine in turn; an engine that is not here is skipped with the reason."""
    found = engines()[request.param]
    if why := found.why_not():
        pytest.skip(f"engine {request.param} cannot be tested: {why}")
    return found


@pytest.fixture(scope="session")
def known_code():
    return (PROGRAMS / "known.stan").read_text()


@pytest.fixture(scope="session")
def known_data():
    """Five observations, and 7 successes of 10."""
    observed = {"N": 5, "y": np.array([1.0, 2.0, 4.0, 3.0, 2.5]), "trials": np.int64(10), "successes": 7}
    empty = {
        "none": np.empty((0, 3)),
        "thin": np.empty((3, 0)),
        "codes": np.empty(0, dtype=int),
        "low": np.empty((0, 3), dtype=int),
        "grid": np.empty((3, 0), dtype=int),
    }
    return observed | empty


@pytest.fixture(scope="session")
def known(engine, known_code, known_data):
    return engine.prepare(known_code, known_data, name="known", shapes=SHAPES)


@pytest.fixture(scope="session")
def levels(engine):
    code = (PROGRAMS / "levels.stan").read_text()
    return engine.prepare(code, json.loads((PROGRAMS / "levels.json").read_text()), name="levels")
