"""Type checkers accept typical use in strict mode, and refuse what is refused when it runs.

A line of `refused.py` bears the errors that mypy and pyright must find there, as comments that silence
them; both are told to complain where such a comment silences nothing.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import StanlevelsError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REFUSED = (HERE / "refused.py").read_text()
MARK = "  # type: ignore"


def said_by(*command: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_mypy_accepts_and_refuses_what_it_must(tmp_path):
    cache = ROOT / ".mypy_cache"  # that of the whole package, where there is one
    where = str(cache if cache.exists() else tmp_path)
    public = tmp_path / "public.py"
    public.write_text("\n".join(["import stanlevels as sl", *(f"{name} = sl.{name}" for name in sl.__all__)]))
    files = (str(HERE / "accepted.py"), str(HERE / "refused.py"), str(public))
    code, said = said_by("mypy", "--cache-dir", where, *files)
    assert code == 0, said


@pytest.mark.slow
def test_pyright_accepts_and_refuses_what_it_must():
    pytest.importorskip("basedpyright", reason="pyright is not installed")
    config = str(HERE / "pyrightconfig.json")
    code, said = said_by("basedpyright", "--project", config, "--pythonpath", sys.executable)
    assert code == 0, said


def statements() -> tuple[str, list[str]]:
    """What `refused.py` begins with, and the statements that are refused, without their comments."""
    refused = [line.partition(MARK)[0] for line in REFUSED.splitlines() if MARK in line]
    first = REFUSED.index(refused[0] + MARK)
    return REFUSED[:first], refused


def test_every_refused_statement_is_marked_for_both_checkers():
    marked = [line for line in REFUSED.splitlines() if MARK in line]
    assert len(marked) > 25
    assert [line for line in marked if "# pyright: ignore[" not in line] == []
    before = ast.parse(statements()[0]).body
    assert len(ast.parse(REFUSED).body) == len(before) + len(marked)


@pytest.mark.parametrize("statement", statements()[1])
def test_what_type_checkers_refuse_is_refused_when_it_runs(statement):
    scope: dict[str, object] = {}
    exec(statements()[0], scope)
    with pytest.raises((StanlevelsError, TypeError, AttributeError)):
        exec(statement, scope)


def test_what_type_checkers_accept_runs():
    from tests.typing import accepted

    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"school": np.repeat(list("abcdefgh"), 6)})
    frame["score"] = rng.normal(size=8)[frame["school"].map(ord) - ord("a")] + rng.normal(size=48)
    assert accepted.estimated(frame).method == "reml"
    assert accepted.WithPrice.graph().parents["A"] == ("P", "slope")
    assert list(accepted.defined(["age"]).graph().quantities) == ["b_age", "price"]
