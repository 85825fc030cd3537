"""Commands that fit, keep and predict: which stream says what, exit statuses, errors in a sentence."""

import io
import json
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels import cli
from stanlevels.commands.fit import DOUBTFUL

FIT = ["--method", "mle"]
MODEL = """
import stanlevels as sl

class Shops(sl.Model):
    town = sl.Level()
    shop = sl.Level(within=town)
    mu = sl.Normal(0, 5)
    town_sd = sl.HalfNormal(1)
    shop_sd = sl.HalfNormal(1)
    T = sl.Normal(mu, town_sd, over=town)
    A = sl.Normal(T, shop_sd, over=shop)
    price = sl.Normal(A, 1, observed=True)

class Other(sl.Model):
    mu = sl.Normal(0, 5)
    price = sl.Normal(mu, 1, observed=True)
"""


@pytest.fixture(autouse=True)
def _short_runs_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("default", sl.StanlevelsWarning)
        yield


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a model, data and new rows; commands run in it."""
    rng = np.random.default_rng(2)
    shop = rng.integers(0, 12, 150)
    rows = pd.DataFrame({"town": [f"t{s % 3}" for s in shop], "shop": shop, "price": rng.normal(shop, 1)})
    rows.to_csv(tmp_path / "prices.csv", index=False)
    new = pd.DataFrame({"town": ["t1", "t1", "t9"], "shop": [1, 100, 101]})
    new.to_csv(tmp_path / "new.csv", index=False)
    (tmp_path / "model.py").write_text(textwrap.dedent(MODEL))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_fit_is_saved_and_its_summary_alone_goes_to_standard_output(folder, capsys):
    assert cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0].split()[:4] == ["estimate", "sd", "lower", "upper"]
    assert "saved: fit.zip" in printed.err
    assert [path.name for path in folder.glob("fit*")] == ["fit.zip"]
    back = sl.load("fit.zip")
    assert back.model_name == "Shops"
    assert str(back.summary()) == printed.out.rstrip("\n")


def test_a_report_is_written_beside_the_fit(folder, capsys):
    assert cli.main(["fit", "model.py:Shops", "prices.csv", "--report", "fit.html", *FIT]) == 0
    assert "report: fit.html" in capsys.readouterr().err
    assert "<h1>Shops: a report</h1>" in (folder / "fit.html").read_text(encoding="utf-8")
    assert cli.main(["fit", "model.py:Shops", "prices.csv", "--report", "nowhere/fit.html", *FIT]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_summary_shows_the_fit_or_one_table_of_it(folder, capsys):
    cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT])
    capsys.readouterr()
    assert cli.main(["summary", "fit.zip"]) == 0
    assert "Fit of Shops by maximum likelihood" in capsys.readouterr().out
    assert cli.main(["summary", "fit.zip", "--effects", "A", "--csv"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    fit = sl.load("fit.zip")
    np.testing.assert_allclose(table["estimate"], fit.effects("A")["estimate"], rtol=1e-12)
    assert cli.main(["summary", "fit.zip", "--csv", "--level", "0.5"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), index_col="name")
    np.testing.assert_allclose(table["lower"], fit.summary(level=0.5)["lower"], rtol=1e-12)
    assert cli.main(["summary", "fit.zip", "--pooling"]) == 0
    assert "pooling_factor" in capsys.readouterr().out


@pytest.mark.parametrize("out", [None, "predictions.csv", "predictions.parquet"])
def test_predictions_of_known_and_new_shops_are_those_of_python(out, folder, capsys):
    cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT])
    capsys.readouterr()
    to = [] if out is None else ["--out", out]
    assert cli.main(["predict", "fit.zip", "new.csv", *to, "--draws", "100", "--seed", "5"]) == 0
    printed = capsys.readouterr()
    if out is None:
        found = pd.read_csv(io.StringIO(printed.out))
    else:
        assert printed.out == ""
        found = pd.read_csv(out) if out.endswith("csv") else pd.read_parquet(out)
    wanted = sl.load("fit.zip").predict("new.csv", draws=100, seed=5, progress=False)
    assert list(found.columns) == list(wanted.columns)
    np.testing.assert_allclose(found["sd"], wanted["sd"], rtol=1e-12)
    assert found["shop"].tolist() == [1, 100, 101]


def test_rows_come_on_standard_input_too(folder, capsys, monkeypatch):
    cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT])
    capsys.readouterr()
    cli.main(["predict", "fit.zip", "new.csv"])
    wanted = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((folder / "new.csv").read_bytes())))
    assert cli.main(["predict", "fit.zip", "-"]) == 0
    assert capsys.readouterr().out == wanted


def test_draws_reproduce_and_the_next_week_starts_from_the_last(folder, capsys):
    short = ["--draws", "60", "--warmup", "60", "--chains", "2", "--engine", "stanli", "--seed", "7"]
    for out in ("one.zip", "two.zip"):
        assert cli.main(["fit", "model.py:Shops", "prices.csv", "--out", out, *short]) == 0
    one, two = sl.load("one.zip"), sl.load("two.zip")
    assert str(one.summary()) == str(two.summary())
    assert one.raw.seed == 7
    assert cli.main(["fit", "model.py:Shops", "prices.csv", "--start", "one.zip", *short]) == 0
    assert "warning: " in capsys.readouterr().err


def test_with_strict_a_doubtful_fit_leaves_what_was_there(folder, capsys):
    short = ["--draws", "10", "--warmup", "10", "--chains", "2", "--engine", "stanli", "--seed", "7"]
    (folder / "fit.zip").write_text("last week's")
    (folder / "fit.html").write_text("last week's")
    outs = ["--out", "fit.zip", "--report", "fit.html", "--strict"]
    arguments = ["fit", "model.py:Shops", "prices.csv", *outs, *short]
    assert cli.main(arguments) == DOUBTFUL == 3
    assert (folder / "fit.zip").read_text() == (folder / "fit.html").read_text() == "last week's"
    assert "<h1>" in (folder / "fit.doubtful.html").read_text(encoding="utf-8")
    assert not sl.load("fit.doubtful.zip").diagnose().ok


def test_a_log_has_a_line_with_its_time_for_each_event(folder, capsys):
    short = ["--draws", "10", "--warmup", "10", "--chains", "2", "--engine", "stanli", "--seed", "7"]
    arguments = ["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", "--report", "fit.html", *short]
    assert cli.main([*arguments, "--log", "json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    kinds = [event["event"] for event in events if event["event"] != "note"]
    assert kinds == ["started", "warning", "fitted", "saved", "reported", "finished"]
    fitted = next(event for event in events if event["event"] == "fitted")
    assert (fitted["rows"], fitted["units"], fitted["passed"]) == (150, {"town": 3, "shop": 12}, False)
    assert events[-1]["status"] == 0
    assert all(event["time"].endswith("+00:00") for event in events)
    assert cli.main([*arguments, "--log"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in lines if " note " not in line] == kinds
    assert "saved path=fit.zip bytes=" in lines[-3]


def test_an_error_is_a_line_of_the_log_and_status_1(folder, capsys):
    (folder / "bad.csv").write_text("town,shop,cost\na,1,2\n")
    assert cli.main(["fit", "model.py:Shops", "bad.csv", *FIT, "--log", "json"]) == 1
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["started", "error"]
    assert "column 'price'" in events[1]["message"]


ERRORS = {
    "no such file": (["fit", "nowhere.py:Shops", "prices.csv"], "there is no file 'nowhere.py'"),
    "no such model": (["fit", "model.py:Shop", "prices.csv"], "expected: one of 'Shops', 'Other'"),
    "which model": (["fit", "model.py", "prices.csv"], "the file declares 2 models: 'Shops', 'Other'"),
    "no such data": (["fit", "model.py:Shops", "price.csv"], "price.csv"),
    "no such column": (["fit", "model.py:Shops", "new.csv"], "column 'price'"),
    "no such folder": (["fit", "model.py:Shops", "prices.csv", "--out", "a/fit.zip"], "there is no 'a'"),
    "setting": (["fit", "model.py:Shops", "prices.csv", *FIT, "--chains", "3"], "takes no chains"),
    "table": (["fit", "model.py:Shops", "prices.csv", "--table", "shop"], "--table is given 'shop'"),
    "role": (["fit", "model.py:Shops", "prices.csv", "--role", "A"], "--role is given 'A'"),
    "no such fit": (["summary", "fit.zip"], "there is no file 'fit.zip'"),
    "no fit": (["predict", "prices.csv", "new.csv"], "'prices.csv' is not loaded: it is no whole zip file"),
    "kind of file": (["predict", "prices.csv", "new.csv", "--out", "a.xls"], "one of .csv, .parquet"),
    "picture": (["graph", "model.py:Shops", "--out", "model.xyz"], "ends in .svg, .png"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_told_in_a_sentence(case, folder, capsys):
    arguments, message = ERRORS[case]
    assert cli.main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error: " in printed.err
    assert message in printed.err
    assert "Traceback" not in printed.err


def test_what_the_file_prints_is_no_result(folder, capsys):
    (folder / "talks.py").write_text(textwrap.dedent(MODEL) + "\nprint('hello')\n")
    assert cli.main(["graph", "talks.py:Other"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("flowchart")
    assert printed.err == "hello\n"


@pytest.mark.parametrize(("raised", "events"), [(KeyboardInterrupt, "interrupted"), (NameError, "error")])
def test_a_log_tells_how_a_run_ended_whatever_ended_it(raised, events, folder, capsys, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(sl.Model, "fit", fail)
    arguments = ["fit", "model.py:Shops", "prices.csv", *FIT, "--log"]
    if raised is KeyboardInterrupt:
        assert cli.main(arguments) == 130
    else:
        with pytest.raises(NameError):
            cli.main(arguments)
    assert capsys.readouterr().err.splitlines()[-1].split()[1] == events


def test_an_error_of_the_file_itself_is_shown_where_it_is(folder, capsys):
    (folder / "broken.py").write_text("import stanlevels as sl\nx = nothing\n")
    with pytest.raises(NameError, match="nothing"):
        cli.main(["graph", "broken.py"])


def test_roles_and_tables_reach_the_model(folder, capsys):
    arguments = ["fit", "model.py:Shops", "prices.csv", *FIT, "--role", "town_sd=0", "--out", "fit.zip"]
    assert cli.main(arguments) == 0
    assert "town_sd" not in capsys.readouterr().out
    assert sl.load("fit.zip").summary().index.tolist() == ["mu", "shop_sd"]


def test_check_says_what_is_worth_knowing_before_a_fit(folder, capsys):
    assert cli.main(["check", "model.py:Shops", "prices.csv"]) == 0
    assert "has 3 units" in capsys.readouterr().out


def test_graph_prints_mermaid_and_draws_pictures(folder, capsys):
    assert cli.main(["graph", "model.py:Shops"]) == 0
    assert capsys.readouterr().out.startswith("flowchart")
    assert cli.main(["graph", "model.py:Shops", "--out", "model.svg"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "drawn: model.svg\n")
    assert "<svg" in (folder / "model.svg").read_text()
    cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT])
    capsys.readouterr()
    assert cli.main(["graph", "fit.zip"]) == 0
    assert "shop" in capsys.readouterr().out


def test_predictions_can_be_piped_to_a_reader_that_stops(folder):
    cli.main(["fit", "model.py:Shops", "prices.csv", "--out", "fit.zip", *FIT])
    pd.concat([pd.read_csv("new.csv")] * 3000).to_csv("many.csv", index=False)
    command = [sys.executable, "-m", "stanlevels", "predict", "fit.zip", "many.csv", "--draws", "5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "estimate" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait() == 0
    assert "Traceback" not in said
