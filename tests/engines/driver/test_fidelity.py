"""The driver against what CmdStan 2.35.0 itself wrote, to the last printed digit."""

import re
import shutil
import subprocess

import pytest

from tests.engines.driver.conftest import REFERENCE

pytestmark = [pytest.mark.cmdstan, pytest.mark.slow]

COMMANDS = [line.split() for line in (REFERENCE / "commands.txt").read_text().splitlines()]
REFUSALS = [block.splitlines() for block in (REFERENCE / "refused.txt").read_text().split("== ")[1:]]
WRITTEN = [path for path in sorted(REFERENCE.iterdir()) if path.suffix in {".csv", ".stdout", ".stderr"}]
OUTPUT = [*(path.name for path in WRITTEN if path.name != "info.stdout"), "sample_dense_metric.json"]


def comparable(text):
    """Without what differs between two runs of one program: dates, times, and how stanc was called."""
    text = re.sub(r"start_datetime = .*", "start_datetime = X", text)
    text = re.sub(r"stancflags = .*", "stancflags = X", text)
    text = re.sub(r"evaluation took [\d.e-]+ seconds", "evaluation took X seconds", text)
    text = re.sub(r"would take [\d.e-]+ seconds", "would take X seconds", text)
    return re.sub(r"(Elapsed Time:)?\s*[\d.e-]+ seconds \(", r"\1 X seconds (", text)


@pytest.fixture(scope="module")
def folder(reference_exe, tmp_path_factory):
    """Every command of the reference, run in order; later ones read what earlier ones wrote."""
    folder = tmp_path_factory.mktemp("runs")
    shutil.copyfile(REFERENCE / "levels.json", folder / "levels.json")
    for name, *arguments in COMMANDS:
        command = [str(reference_exe), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (name, done.stderr)
        (folder / f"{name}.stdout").write_text(done.stdout)
        (folder / f"{name}.stderr").write_text(done.stderr)
    return folder


@pytest.mark.parametrize("name", OUTPUT)
def test_every_file_that_cmdstan_wrote_is_written_alike(folder, name):
    assert comparable((folder / name).read_text()) == comparable((REFERENCE / name).read_text())


def test_commands_that_said_nothing_on_the_error_stream_say_nothing(folder):
    silent = {name for name, *_ in COMMANDS if not (REFERENCE / f"{name}.stderr").exists()}
    assert [name for name in sorted(silent) if (folder / f"{name}.stderr").read_text()] == []


@pytest.mark.parametrize("block", REFUSALS, ids=lambda block: block[0])
def test_bad_arguments_are_refused_in_the_same_words_with_the_same_status(reference_exe, tmp_path, block):
    shutil.copyfile(REFERENCE / "levels.json", tmp_path / "levels.json")
    command = [str(reference_exe), *block[0].split()]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    expected = block[1:-1]
    assert done.stdout.splitlines()[-len(expected) :] == expected
    assert f"exit {done.returncode}" == block[-1]


def test_info_prints_version_and_switches_as_cmdstan_does(reference_exe):
    done = subprocess.run([str(reference_exe), "info"], capture_output=True, text=True, check=True)
    reference = (REFERENCE / "info.stdout").read_text()  # of a build with threads, which ours is on demand
    assert done.stdout == reference.replace("STAN_THREADS=true", "STAN_THREADS=false")
    assert "-DSTAN_THREADS" not in done.stderr
