"""The command line: what it prints, its exit status, and errors without a traceback."""

import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest

import stanlevels as sl
from stanlevels import cli
from stanlevels.commands import doctor
from stanlevels.engines import choose

EXAMPLES = Path(__file__).parents[1] / "examples"
RADON = str(EXAMPLES / "radon.py")
HOUSES = str(EXAMPLES / "data" / "radon.csv")
SHORT = ["--draws", "100", "--warmup", "200", "--chains", "2", "--engine", "stanli"]


@pytest.fixture(autouse=True)
def _short_runs_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("default", sl.StanlevelsWarning)
        yield


def test_a_demo_prints_model_plan_summary_and_effects(capsys):
    assert cli.main(["demo", "radon", *SHORT]) == 0
    printed = capsys.readouterr()
    positions = [
        printed.out.index(part) for part in ("class Radon(sl.Model):", "Plan of Radon", "r_hat", "Aitkin")
    ]
    assert positions == sorted(positions)
    assert "Yellow Medicine" in printed.out
    assert "engine: stanli" in printed.err
    assert "2 chains of 300 iterations" in printed.err


@pytest.mark.parametrize("name", ["romcom", "students", "crashes"])
def test_a_simulated_demo_prints_true_values_beside_estimates(name, capsys):
    assert cli.main(["demo", name, *SHORT]) == 0
    heading = next(line for line in capsys.readouterr().out.splitlines() if "ess_bulk" in line)
    assert heading.split()[:2] == ["truth", "estimate"]


def test_a_seed_reproduces_what_a_demo_prints(capsys):
    printed = []
    for _ in range(2):
        cli.main(["demo", "romcom", *SHORT, "--seed", "5"])
        printed.append(capsys.readouterr().out.partition("s in all")[0].rpartition("\n")[0])
    assert printed[0] == printed[1]


def test_a_warning_is_a_sentence_without_the_line_of_code(capsys):
    cli.main(["demo", "students", "--draws", "20", "--warmup", "20", "--chains", "2", "--engine", "stanli"])
    err = capsys.readouterr().err
    assert "warning: this fit did not pass its checks" in err
    assert "StanlevelsWarning" not in err


def test_show_prints_the_stan_program(capsys):
    assert cli.main(["show", f"{RADON}:Radon", HOUSES]) == 0
    out = capsys.readouterr().out
    assert "log_radon ~ Normal(" in out
    assert "normal_effects(" in out


def test_show_needs_no_name_where_the_file_has_one_model(capsys):
    assert cli.main(["show", RADON, HOUSES]) == 0
    assert "parameters {" in capsys.readouterr().out


def test_show_plan_prints_columns_plan_and_priors(capsys):
    assert cli.main(["show", RADON, HOUSES, "--plan"]) == 0
    out = capsys.readouterr().out
    assert "919" in out
    assert "85 x county" in out
    assert [out.index(title) for title in ("Columns of the data", "Plan of Radon", "Priors of Radon")]


def test_show_reads_tables_of_levels(tmp_path, capsys):
    (tmp_path / "model.py").write_text(
        textwrap.dedent(
            """
            import stanlevels as sl

            class Prices(sl.Model):
                shop = sl.Level()
                slope = sl.Normal(0, 1)
                sd = sl.HalfNormal(1)
                of_shop = sl.Normal(slope * sl.data("size"), sd, over=shop)
                price = sl.Normal(of_shop, 1, observed=True)
            """
        )
    )
    (tmp_path / "prices.csv").write_text("shop,price\na,1.0\na,2.0\nb,1.5\n")
    (tmp_path / "shops.csv").write_text("shop,size\na,10\nb,20\n")
    arguments = [str(tmp_path / "model.py"), str(tmp_path / "prices.csv")]
    assert cli.main(["show", *arguments, "--tables", f"shop={tmp_path / 'shops.csv'}"]) == 0
    assert "with of_shop ~" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nowhere.py:Model", HOUSES], "there is no file 'nowhere.py'"),
        (
            ["show", f"{RADON}:Rodan", HOUSES],
            "the file declares no model 'Rodan'\n  expected: one of 'Radon'",
        ),
        (["show", RADON, "nowhere.csv"], "nowhere.csv"),
        (["show", RADON, HOUSES, "--tables", "county"], "--tables is given 'county'"),
        (["demo", "radon", "--draws", "0"], "the setting draws is 0"),
    ],
)
def test_an_error_is_printed_without_a_traceback(arguments, message, capsys):
    assert cli.main(arguments) == 1
    err = capsys.readouterr().err
    assert "error: " in err
    assert message in err
    assert "Traceback" not in err


def test_a_file_with_several_models_asks_for_a_name(tmp_path, capsys):
    path = tmp_path / "two.py"
    path.write_text("import stanlevels as sl\nclass A(sl.Model): pass\nclass B(sl.Model): pass\n")
    assert cli.main(["show", str(path), HOUSES]) == 1
    assert "'A', 'B'" in capsys.readouterr().err


def test_arguments_that_cannot_be_read_leave_with_status_2(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["demo", "unknown"])
    assert left.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_doctor_runs_the_embedded_engine_and_names_versions(monkeypatch, capsys):
    stanli = choose.engines()["stanli"]
    monkeypatch.setattr(choose, "engines", lambda: {"stanli": stanli})
    assert cli.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert f"stanli      {stanli.version()} works" in out
    assert "arviz" in out
    assert "Ready." in out


def test_doctor_says_what_to_do_for_what_is_missing(monkeypatch, capsys):
    class Absent:
        def why_not(self):
            return "no CmdStan is installed"

    monkeypatch.setattr(choose, "engines", lambda: {"cmdstan": Absent()})
    monkeypatch.setattr(doctor, "_version", lambda name: "" if name in ("arviz", "polars") else "1.0")
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "MISSING: run `pip install arviz`" in out
    assert "stanlevels install-cmdstan" in out
    assert "Not ready: arviz missing." in out


def test_doctor_shows_the_end_of_what_an_engine_says_when_it_fails(monkeypatch, capsys):
    class Broken:
        def why_not(self):
            return ""

        def version(self):
            return "1.2.3"

        def prepare(self, *args, **kwargs):
            raise sl.EngineError("\n".join(["noise"] * 100 + ["the compiler was not found"]))

    monkeypatch.setattr(choose, "engines", lambda: {"cmdstan": Broken()})
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "1.2.3 is installed but does not work:\n" in out
    assert "the compiler was not found" in out
    assert out.count("noise") < 20
    assert "Not ready: no engine can be used." in out


def test_doctor_quick_runs_no_engine(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "_try", lambda engine: pytest.fail("an engine was run"))
    assert cli.main(["doctor", "--quick"]) == 0
    assert "not run" in capsys.readouterr().out


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "stanlevels", "--version"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout == f"stanlevels {sl.__version__}\n"


def test_a_reader_that_has_enough_is_no_error():
    code = "from stanlevels import cli; import sys; sys.exit(cli.main(sys.argv[1:]))"
    command = f'"{sys.executable}" -c "{code}" show "{RADON}" "{HOUSES}" | head -n 1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout.startswith("//")
    assert done.stderr == ""
