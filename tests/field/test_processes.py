"""Threads, interrupts, memory, disks, import paths: what surrounds a fit neither suffers nor loses draws."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import stanlevels as sl
from tests.field.kit import Intercepts, Line, base

ROOT = Path(__file__).parents[2]
FIT = """
import sys
from tests.field.kit import Line, base
fit = Line.fit(base(), seed=1, warmup=150, draws=20, chains={chains}, engine="stanli", progress=False)
print(fit.raw.variables["b"].shape[1])
"""


def run(code: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own."""
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
def test_overlapping_fits_of_one_chain_leave_the_standard_output_alone(capsys):
    before = sys.stdout
    fits = []

    def fit(seed: int) -> None:
        fits.append(Line.fit(base(), seed=seed, chains=1, warmup=300, draws=50, engine="stanli"))

    threads = [threading.Thread(target=fit, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    said = 0
    while any(thread.is_alive() for thread in threads):
        print("Iteration: 1 / 2 said by the main thread")
        said += 1
        threads[0].join(0.02)
        assert sys.stdout is before
    for thread in threads:
        thread.join()
    assert len(fits) == 2
    assert sys.stdout is before
    assert capsys.readouterr().out == "Iteration: 1 / 2 said by the main thread\n" * said


def test_a_worker_loads_numpy_and_its_engine_alone():
    code = (
        "import sys; sys.argv[1:] = []\n"
        "bare = type(sys)('stanlevels'); bare.__path__ = ['stanlevels']; sys.modules['stanlevels'] = bare\n"
        "import stanlevels.engines.worker, stanlevels.engines.stanli_chain as stanli\n"
        "import stanlevels.engines.cmdstan_chain\n"
        "stanli.package()\n"
        "print(*sys.modules)"
    )
    loaded = {name.partition(".")[0] for name in run(code).stdout.split()}
    assert {"numpy", "stanli"} <= loaded
    assert not loaded & {
        "pandas",
        "arviz",
        "scipy",
        "matplotlib",
        "xarray",
        "cmdstanpy",
        "narwhals",
        "jinja2",
    }


@pytest.mark.parametrize("chains", [1, 2])
def test_a_worker_imports_what_its_parent_imports(tmp_path, chains):
    """A module of site-packages that has the name of a standard one hides it neither here nor there."""
    (tmp_path / "pathlib.py").write_text("raise ImportError('the old one')")
    done = run(f"import sys; sys.path.append({str(tmp_path)!r})" + FIT.format(chains=chains))
    assert done.stdout.strip() == "20", done.stderr


def test_a_worker_imports_what_its_parent_found_at_run_time(tmp_path):
    """The package itself, here, is found through an entry that the parent added at run time alone."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})" + FIT.format(chains=2)
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env=environment, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == "20", done.stderr


def test_a_mode_is_found_in_any_thread():
    """The optimiser of the embedded engine ends a process whose other thread calls it."""
    code = (
        "import threading\n"
        "from tests.field.kit import Line, base\n"
        "def fit():\n"
        "    found = Line.fit(base(), 'laplace', seed=1, engine='stanli').summary()\n"
        "    print(0 < found.loc['b', 'estimate'] < 2)\n"
        "thread = threading.Thread(target=fit)\n"
        "thread.start(); thread.join(); fit()\n"
    )
    done = run(code, "-Wignore")
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_files_of_a_person_that_are_called_like_standard_modules_do_not_end_a_worker(tmp_path):
    """As in the folder of a notebook, which comes first in the path once the kernel runs."""
    for name in ("json", "copy", "queue", "pickle", "threading", "pathlib"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('a file of mine')")
    code = f"import sys, stanlevels, tests.field.kit, pandas; sys.path.insert(0, {str(tmp_path)!r})"
    done = run(code + FIT.format(chains=1))
    assert done.stdout.strip() == "20", done.stderr


def test_folders_of_the_import_path_need_no_letters_of_the_locale(tmp_path):
    """A Python without UTF-8, as under cron, whose path has a folder with other letters in it."""
    (tmp_path / "ü").mkdir()
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    path = os.pathsep.join([str(ROOT), str(tmp_path / "ü")])
    done = run(FIT.format(chains=2), **{**plain, "PYTHONPATH": path})
    assert done.stdout.strip() == "20", done.stderr


def made_here() -> type[sl.Model]:
    class Local(Intercepts):
        b = sl.Normal(0, 3)
        y = sl.Normal(Intercepts.A + b * sl.data("x"), Intercepts.noise, observed=True)

    return Local


@pytest.mark.parametrize("make", [lambda: sl.Model.define("Copied", lines()), made_here])
def test_models_without_a_name_to_import_them_by_pickle_with_all_their_lines(make):
    model = make()
    back = pickle.loads(pickle.dumps(model))
    assert back.__name__ == model.__name__
    assert back.bind(base()).stan_code == model.bind(base()).stan_code
    again = type(model)("Again", (back,), {"b": sl.Normal(0, 9)})
    assert str(again.graph()) == str(model.graph())


def lines() -> dict[str, object]:
    """Those of `Intercepts`."""
    return dict(Intercepts._declared)


def test_a_model_that_can_be_imported_pickles_as_its_name():
    assert pickle.loads(pickle.dumps(Intercepts)) is Intercepts
