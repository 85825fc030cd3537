"""Chains that are forked off one process, which loads the engine and builds the model for all of them."""

import sys

import numpy as np
import pytest

from stanlevels.engines import Settings, pool
from stanlevels.engines.choose import engines
from stanlevels.engines.group import Group
from stanlevels.engines.hosted import CAN_HOST, Host
from stanlevels.errors import EngineError, InitializationError

pytestmark = pytest.mark.skipif(not CAN_HOST, reason="chains have a process each here")

CODE = "data { real y; } parameters { real mu; } model { y ~ normal(mu, 1); mu ~ normal(0, 1); }"
SHORT = Settings(chains=3, warmup=20, draws=30, seed=4, parallel=2, progress=False)


@pytest.fixture(scope="module")
def program():
    return engines()["stanli"].prepare(CODE, {"y": 1.0})


@pytest.fixture
def hosts(monkeypatch):
    """Every host that is started."""
    started = []

    def host(*arguments):
        started.append(Host(*arguments))
        return started[-1]

    monkeypatch.setattr(pool, "Host", host)
    return started


def test_all_chains_of_a_run_have_one_host(program, hosts):
    assert program.sample(SHORT).chains == (1, 2, 3)
    assert len(hosts) == 1


def test_draws_are_those_of_chains_with_a_process_each(program, hosts, monkeypatch):
    one = program.sample(SHORT)
    monkeypatch.setattr(pool, "CAN_HOST", False)
    other = program.sample(SHORT)
    assert len(hosts) == 1
    np.testing.assert_array_equal(one.variables["mu"], other.variables["mu"])


def test_what_a_chain_meets_comes_back_as_the_same_kind_of_error(hosts):
    impossible = engines()["stanli"].prepare(CODE, {"y": 1e300})
    with pytest.raises(InitializationError, match="every chain failed"):
        impossible.sample(SHORT)
    assert len(hosts) == 1


def test_what_a_host_said_is_kept_when_another_takes_its_place(tmp_path):
    log = tmp_path / "stderr.txt"
    for words in ("no library", "no model"):
        Group(["/bin/sh", "-c", f"echo {words} >&2"], log).end()
    assert log.read_text().splitlines() == ["no library", "no model"]


def test_a_host_that_cannot_start_says_so(program, tmp_path, monkeypatch):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no library here >&2\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(EngineError, match=r"every chain failed \(1, 2, 3\).*ended with code 3:\nno library"):
        program.sample(SHORT)
