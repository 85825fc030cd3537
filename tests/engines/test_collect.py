"""Chains put together, and what becomes of those that failed."""

from dataclasses import replace

import numpy as np
import pytest

from stanlevels.engines import Settings, Shapes
from stanlevels.engines.chain import STATS, ChainDraws
from stanlevels.engines.collect import Outcome, Source, combine
from stanlevels.errors import EngineError, InitializationError, StanlevelsWarning

SETTINGS = Settings(chains=3, warmup=4, draws=5, progress=False)
SOURCE = Source("stanli", {"stanli": "0"}, SETTINGS, Shapes({"a": (), "b": (2,)}))


def chain(number, rows=5):
    table = np.arange(rows * 3.0).reshape(rows, 3) + 100 * number
    stats = np.tile(np.arange(7.0), (rows, 1))
    seconds = {"build": 0.1, "warmup": 1.0 * number, "sampling": 2.0}
    return ChainDraws(("b[2]", "b[1]", "a"), table, stats, 0.5 * number, np.array([1.0, number]), seconds)


def test_finished_chains_are_stacked_in_their_order_and_the_others_named():
    outcome = Outcome({3: chain(3), 1: chain(1)}, {2: EngineError("it broke")})
    draws = combine(outcome, SOURCE)
    assert draws.chains == (1, 3)
    np.testing.assert_array_equal(draws.variables["a"][:, 0], [102, 302])
    np.testing.assert_array_equal(draws.variables["b"][:, 0], [[101, 100], [301, 300]])
    assert [(failure.chain, failure.message) for failure in draws.failures] == [(2, "it broke")]
    np.testing.assert_array_equal(draws.step_size, [0.5, 1.5])
    np.testing.assert_array_equal(draws.inverse_metric, [[1, 1], [1, 3]])
    np.testing.assert_array_equal(draws.seconds["warmup"], [1, 3])
    assert STATS[5] == "divergent__"
    assert draws.stats["diverging"].all()


def test_warm_up_is_cut_off_the_front():
    source = replace(SOURCE, settings=replace(SETTINGS, save_warmup=True))
    draws = combine(Outcome({1: chain(1, rows=9)}, {}), source)
    np.testing.assert_array_equal(draws.warmup_variables["a"], [[102, 105, 108, 111]])
    np.testing.assert_array_equal(draws.variables["a"], [[114, 117, 120, 123, 126]])


def test_a_short_chain_is_counted():
    with pytest.raises(EngineError, match="4 rows") as caught:
        combine(Outcome({1: chain(1, rows=4)}, {}), SOURCE)
    assert "5 rows of 3 columns" in str(caught.value)


def test_if_every_start_failed_the_error_is_one_of_starting():
    errors = {number: InitializationError("no start", way_out="inits=") for number in (1, 2)}
    with pytest.raises(InitializationError, match=r"every chain failed \(1, 2\); the first: no start"):
        combine(Outcome({}, errors), SOURCE)


def test_different_failures_are_an_engines():
    errors = {1: EngineError("killed"), 2: InitializationError("no start")}
    with pytest.raises(EngineError, match="killed") as caught:
        combine(Outcome({}, errors), SOURCE)
    assert type(caught.value) is EngineError


def test_nothing_but_an_interrupt_is_the_interrupt_and_says_how_far_the_chains_were():
    with pytest.raises(KeyboardInterrupt, match=r"no chain was done: chain 1 .* after 7 of 9 iterations"):
        combine(Outcome({}, {}, stopped={1: 7, 2: 3, 3: 0}, interrupted=True), SOURCE)


def test_chains_that_an_interrupt_stopped_are_named_in_a_warning():
    with pytest.warns(StanlevelsWarning, match=r"1 of 3 chains were done and are kept \(1\)") as caught:
        draws = combine(Outcome({1: chain(1)}, {}, stopped={2: 4, 3: 0}, interrupted=True), SOURCE)
    assert "chain 2: stopped by the interrupt after 4 of 9 iterations" in str(caught[0].message)
    assert draws.interrupted
    assert [failure.chain for failure in draws.failures] == [2, 3]
    assert "interrupt" in draws.failures[0].message


def test_a_failed_chain_keeps_its_way_out_apart_from_its_message():
    error = EngineError("killed", expected="memory", way_out="parallel=1")
    (failure,) = combine(Outcome({1: chain(1), 2: chain(2)}, {3: error}), SOURCE).failures
    assert (failure.message, failure.way_out) == ("killed", "parallel=1")
