"""What every test may use: golden files, and one small frame with columns of every kind."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

# Files whose tests build and fill the same folders, and files of long tests that share nothing.
TOGETHER = ("tests/engines/driver/",)
APART = {
    "tests/calibration/test_sbc.py",
    "tests/estimation/bayes/test_approximation.py",
    "tests/program/test_engines_agree.py",
    "tests/spelling/test_random_models.py",
    "tests/test_docs.py",
}

# A machine that does something else beside says nothing about what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_configure(config):
    """Tests that do not name an engine run on the interpreter: they are about other things.

    Every core has a process of its own already; threads of linear algebra would get in each other's way.
    A shell's background jobs ignore interrupts, and so would all that they start: those are tests here too.
    """
    os.environ.setdefault("STANLEVELS_ENGINE", "stanli")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.pop("COLUMNS", None)  # what is printed does not depend on the terminal that tests run in
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--promote", action="store_true", help="write golden files anew; the diff is the review")
    parser.addoption("--full", action="store_true", help="compile every golden program with CmdStan")


def pytest_collection_modifyitems(config, items):
    """Lines are counted in fast tests alone: slow ones would take twice as long, and reach little else.

    Where several processes share the tests, files with slow ones come first: short ones fill up the end.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Tests of a file run in one process, so that what they share is made once; those of `APART` anywhere."""
    from xdist.scheduler import LoadScopeScheduling

    def scope(nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        together = [start for start in TOGETHER if path.startswith(start)]
        return nodeid if path in APART else (*together, path)[0]

    config.option.loadscopereorder = False
    found = LoadScopeScheduling(config, log)
    assert hasattr(found, "_split_scope"), "xdist calls by another name what says which tests stay together"
    found._split_scope = scope
    return found


@pytest.fixture
def golden(request):
    """Compare a text with a golden file, or write the file where --promote is given."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--promote"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"{path.name} has never been promoted"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def cmdstan():
    """CmdStan; where it is missing the tests are skipped with that reason."""
    from stanlevels.engines.choose import engines

    found = engines()["cmdstan"]
    if why := found.why_not():
        pytest.skip(f"engine cmdstan cannot be tested: {why}")
    return found


@pytest.fixture(scope="session")
def frame():
    """24 rows: rooms in schools crossed with regions, two teams per row, outcomes of every kind."""
    rng = np.random.default_rng(7)
    n = 24
    shares = rng.dirichlet([2, 3, 4], n).round(6)
    shares[:, 2] = 1 - shares[:, 0] - shares[:, 1]
    return {
        "school": np.repeat(["a", "b", "c", "d"], 6),
        "room": np.tile(np.repeat([1, 2, 3], 2), 4),
        "region": np.tile(["north", "south", "west"], 8),
        "home": np.array(["A", "B", "C"] * 8),
        "away": np.array(["B", "C", "A"] * 8),
        "x": rng.normal(size=n),
        "z": rng.normal(size=n),
        "size": np.repeat([10.0, 20.0, 15.0, 12.0], 6),
        "se": rng.uniform(0.5, 2.0, n),
        "y": rng.normal(size=n),
        "y2": rng.normal(size=n),
        "flag": rng.integers(0, 2, n),
        "count": rng.integers(0, 6, n),
        "trials": rng.integers(6, 9, n),
        "choice": np.array([1, 2, 3] * 8),
        "positive": rng.gamma(2.0, size=n),
        "share": rng.uniform(0.1, 0.9, n),
        "s1": shares[:, 0],
        "s2": shares[:, 1],
        "s3": shares[:, 2],
        "times": rng.integers(1, 4, n),
    }
