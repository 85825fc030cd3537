"""Homes and executables that the driver's tests share; built once, and kept for later runs here."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from stanlevels.engines.home import find_cmdstan, install_cmdstan
from stanlevels.engines.home.layout import driver_files
from stanlevels.engines.home.locate import MARKER

DATA = Path(__file__).parents[2] / "data"
REFERENCE = DATA / "cmdstan-2.35"


def _sources():
    """A name for the present sources of the driver: other sources, other home."""
    files = driver_files()
    texts = [(files / "makefile.in").read_bytes()]
    texts += [file.read_bytes() for file in sorted((files / "src").iterdir(), key=lambda file: file.name)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


@pytest.fixture(scope="session")
def old_home():
    """A home of Stan 2.35.0, the version whose output is kept as reference, for any processor.

    The reference was built so. Where a processor multiplies and adds at once, last digits differ.
    """
    if shutil.which("make") is None or shutil.which("g++") is None:
        pytest.skip("no compiler here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CMDSTAN", os.environ.get("CMDSTAN", ""))
        patch.setenv("STAN_NATIVE", "false")
        return install_cmdstan("wheel", "2.35.0", progress=False, dir=_kept())


def _kept():
    """A folder for what takes minutes to build."""
    return Path(tempfile.gettempdir()) / f"stanlevels-test-homes-{os.getuid()}" / _sources()


@pytest.fixture(scope="session")
def mirrored_home(wheel_home):
    """The same home with a folder of its own for drivers, so that tests do not fill the person's."""
    mirror = _kept() / "mirror"
    (mirror / "driver").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(wheel_home / "makefile", mirror / "makefile")
    for part in ("bin", "include", "lib", "driver/src"):
        (mirror / part).unlink(missing_ok=True)
        (mirror / part).symlink_to(wheel_home / part)
    return mirror


@pytest.fixture(scope="session")
def wheel_home():
    """The home that cmdstanpy finds, if it was made from a wheel."""
    home = find_cmdstan()
    if home is None or not (home / MARKER).exists():
        pytest.skip("no CmdStan home made from a wheel: stanlevels install-cmdstan --source wheel")
    return home


def make(home, target, *settings):
    """Build a model in a home, as cmdstanpy does."""
    command = ["make", *settings, str(target)]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def reference_exe(old_home, tmp_path_factory):
    """The reference model, built as the reference was."""
    folder = tmp_path_factory.mktemp("reference") / "m"
    folder.mkdir()
    shutil.copyfile(REFERENCE / "levels.stan", folder / "levels.stan")
    settings = ["STANCFLAGS=--O1 --filename-in-msg=m/levels.stan", "STAN_NATIVE=false"]
    done = make(old_home, folder / "levels", *settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "levels"
