"""Settings that cannot be meant."""

from typing import Any

import numpy as np
import pytest

from stanlevels.engines import Settings
from stanlevels.engines.starts import inverse_metric_of
from stanlevels.errors import EngineError


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": 0},
        {"warmup": -1},
        {"draws": 0},
        {"seed": -1},
        {"seed": 2**32},
        {"target_accept": 1.0},
        {"max_depth": 0},
        {"metric": "diagonal"},
        {"parallel": 0},
        {"step_size": 0.0},
        {"step_size": float("nan")},
        {"inits": [{}, {}, {}]},
        {"metric": "unit_e", "inverse_metric": np.ones(2)},
    ],
    ids=str,
)
def test_a_setting_out_of_its_range_is_named(wrong):
    with pytest.raises(EngineError, match=next(iter(wrong))):
        Settings(**wrong)


def test_a_step_size_without_warm_up_is_used_as_it_is():
    assert not Settings(warmup=0, step_size=0.1).adapts
    assert Settings(warmup=0).adapts
    assert Settings(step_size=0.1).adapts


def test_saved_warm_up_counts_as_rows():
    assert Settings(warmup=30, draws=5, save_warmup=True).stored == 35
    assert Settings(warmup=30, draws=5).stored == 5


def test_an_inverse_metric_is_shared_or_one_for_each_chain():
    shared = Settings(chains=2, inverse_metric=np.array([1.0, 2.0]))
    np.testing.assert_array_equal(inverse_metric_of(shared, 2, 2), [1, 2])
    own = Settings(chains=3, metric="dense_e", inverse_metric=np.arange(12.0).reshape(3, 2, 2))
    np.testing.assert_array_equal(inverse_metric_of(own, 2, 2), [[4, 5], [6, 7]])
    with pytest.raises(EngineError, match=r"\(3, 2, 2\)"):
        inverse_metric_of(own, 2, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": 2.5},
        {"chains": "4"},
        {"chains": True},
        {"draws": None},
        {"seed": "a"},
        {"seed": 1.5},
        {"max_depth": 10.0},
        {"parallel": "2"},
        {"target_accept": "0.9"},
        {"step_size": "small"},
    ],
    ids=str,
)
def test_a_setting_of_another_type_is_named(wrong):
    with pytest.raises(EngineError, match=rf"the setting {next(iter(wrong))} is (.|\n)*number"):
        Settings(**wrong)


def test_whole_numbers_of_numpy_are_whole_numbers():
    numbers: dict[str, Any] = {"seed": np.int64(3), "chains": np.int32(2)}
    assert Settings(**numbers).seed == 3
