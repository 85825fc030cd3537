"""The harness that measures samplers: what it counts, what it compares, what it writes."""

import json
import math
import sys

import arviz as az
import numpy as np
import pytest

from benchmarks.samplers.children import lines_of
from benchmarks.samplers.effective import smallest
from benchmarks.samplers.one import fit
from benchmarks.samplers.records import append, latest, read
from benchmarks.samplers.summary import measured, ratio
from benchmarks.samplers.workload import Iterations
from benchmarks.samplers.workloads import WORKLOADS
from tests.arviz_of_any_age import dataset, draws_as_groups


def walk(shape, seed=1):
    """Draws with autocorrelation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    for t in range(1, shape[1]):
        x[:, t] += 0.7 * x[:, t - 1]
    return x


def test_smallest_effective_size_is_arviz_and_over_every_number():
    draws = {"a": walk((4, 200)), "B": walk((4, 200, 3, 2), seed=2)}
    found = smallest(draws)
    posterior = dataset(draws_as_groups(draws))
    expected = az.ess(posterior)
    assert found["numbers"] == 7
    assert found["ess"] == pytest.approx(min(float(expected[name].min()) for name in draws), rel=1e-6)
    assert found["r_hat"] == pytest.approx(max(float(v.max()) for v in az.rhat(posterior).values()))


def test_constants_do_not_count():
    corr = np.ones((2, 100, 2, 2))
    corr[..., 0, 1] = corr[..., 1, 0] = walk((2, 100))
    assert smallest({"corr": corr, "one": np.ones((2, 100))})["numbers"] == 2


def test_ratios_are_medians_over_pairs_with_their_range():
    def records(*rates):
        return measured([{"ess": rate, "seconds": 1.0, "wall": {"build": 1.0}} for rate in rates])

    found = ratio(records(10, 20, 40), records(1, 2), "seconds")
    assert (found.median, found.low, found.high) == (15, 5, 40)
    assert records(10).rates("seconds", building=True) == [5]
    assert math.isnan(ratio(records(10), records(), "seconds").median)


def test_the_last_run_of_each_key_is_reported(tmp_path):
    path = tmp_path / "records.jsonl"
    key = {"workload": "radon", "program": "planned", "engine": "stanli"}
    for run_id, seed in (("1", 1), ("2", 1), ("2", 2)):
        append(path, {**key, "run_id": run_id, "seed": seed})
    assert [r["seed"] for r in latest(read(path))["radon", "planned", "stanli"]] == [1, 2]


@pytest.mark.filterwarnings("ignore::UserWarning")  # fifty draws do not pass the checks
@pytest.mark.parametrize("program", ["planned", "literal"])
def test_a_fit_is_measured_over_all_that_it_gave(program):
    workload = WORKLOADS["eight_schools"]
    found = fit(workload, program, "stanli", 1, Iterations(2, 50, 50), workload.data())
    assert found["numbers"] == 10
    assert found["gradients"] > 0
    assert found["ess"] > 0
    assert found["seconds"] == pytest.approx(sum(found["wall"].values()) - found["wall"]["build"])
    json.dumps(found)


@pytest.mark.parametrize("name", ["crashes", "crashes1m", "store", "store_flags", "two_groups"])
def test_simulated_data_can_be_bound_and_are_always_the_same(name):
    workload = WORKLOADS[name]
    data = workload.data(small=True)
    assert data.equals(workload.data(small=True))
    assert workload.model.bind(data).data.n_rows == len(data)


def test_a_process_that_takes_too_long_is_ended():
    code = "import time; print('{\"a\": 1}', flush=True); time.sleep(60)"
    assert list(lines_of([sys.executable, "-c", code], 1.0, first=30.0)) == [{"a": 1}, {"cut": 1.0}]


def test_a_process_that_fails_says_why():
    (found,) = lines_of([sys.executable, "-c", "raise ValueError('so')"], 30.0)
    assert found == {"failed": "ValueError: so"}
