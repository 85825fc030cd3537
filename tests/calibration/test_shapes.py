"""The small models of calibration have plans of the shapes that they are named for."""

import numpy as np
import pytest

from tests.calibration.ranks import outcomes
from tests.calibration.shapes import SHAPES


@pytest.mark.parametrize("name", SHAPES)
def test_a_plan_has_its_shape(name):
    shape = SHAPES[name]
    design = shape.design()
    anything = {column: np.arange(len(design)) % 2 * 1.0 for column in outcomes(shape.model)}
    if shape.simulated is not None:
        anything = shape.simulated(np.random.default_rng(1), design)[1]
    assert shape.is_so(shape.model.bind(design.assign(**anything), tables=shape.tables, plan=shape.plan))
