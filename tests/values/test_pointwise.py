"""Log densities and means of outcomes row by row, against those of the declaration."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.values.pointwise import log_density, mean
from stanlevels.values.remembered import remembered
from tests.oracle.density import line_log_density
from tests.oracle.evaluate import Evaluator
from tests.oracle.random_models import random_values, seeded_case
from tests.oracle.world import build_world
from tests.parity.harness import unit_keys
from tests.results.kit import planned_on
from tests.values.kit import as_values


@pytest.mark.parametrize("seed", [*range(12), 13, 22, 24, 37])
def test_every_row_of_random_models_has_the_density_that_was_declared(seed):
    case = seeded_case(seed)
    bound = case.model.bind(case.data, tables=case.tables)
    units = unit_keys(bound)
    points = [random_values(case, units, s, bound.planned.graph) for s in (0, 1)]
    values = as_values(bound.planned, points)
    world = build_world(bound.planned.graph, case.data, units, case.tables)
    for name, line in bound.planned.observed.items():
        found = log_density(line, values, remembered(bound.data))
        expected = [line_log_density(Evaluator(world, point), line.variable) for point in points]
        np.testing.assert_allclose(
            found.reshape(2, -1), [e.ravel() for e in expected], rtol=1e-9, atol=1e-9, err_msg=name
        )
        n = found.shape[2]
        for some in (slice(n // 2, None), np.arange(n)[::-3]):
            np.testing.assert_array_equal(log_density(line, values, bound.data, some), found[:, :, some])
            if not line.family.is_categorical:
                whole = mean(line, values, bound.data)
                np.testing.assert_array_equal(mean(line, values, bound.data, some), whole[:, :, some])


class Counts(sl.Model):
    shop = sl.Level()
    A = sl.Normal(0, 1, over=shop)
    size = sl.exp(A)
    n = sl.NegBinomial(log=A + sl.data("x"), shape=size, observed=True, weights="w")


def test_rows_count_as_often_as_their_weights_say():
    frame = pd.DataFrame(
        {"shop": ["a", "b", "a"], "n": [3, 0, 7], "x": [0.0, 0.5, 1.0], "w": [1.0, 0.0, 4.0]}
    )
    planned, bound = planned_on(Counts, frame)
    A = np.array([[0.3, -0.2], [0.5, 1e300]])
    values = as_values(planned, [{"A": a} for a in A])
    line = planned.lines["n"]
    found = log_density(line, values, bound)
    mu, size = np.exp(A[0, [0, 1, 0]] + frame["x"]), np.exp(A[0, [0, 1, 0]])
    each = stats.nbinom.logpmf(frame["n"], size, size / (size + mu))
    np.testing.assert_allclose(found[0, 0, :, 0], frame["w"] * each, rtol=1e-12)
    assert found[0, 1, 1, 0] == 0  # a row of weight 0 says nothing, whatever its density
    np.testing.assert_allclose(mean(line, values, bound)[0, 0, :, 0], mu, rtol=1e-14)
