"""A package index and a compiler that are not there: small programs in their place."""

import base64
import hashlib
import os
import stat
import sys
import zipfile

import pytest

VERSION_HEADER = "#define STAN_MAJOR 2\n#define STAN_MINOR 39\n#define STAN_PATCH 0\n"
PARTS = {
    "httpstan/__init__.py": "",
    "httpstan/stanc": "#!/bin/sh\necho stanc3 v2.39.0\n",
    "httpstan/include/stan/version.hpp": VERSION_HEADER,
    "httpstan/include/stan/model/model_header.hpp": "",
    "httpstan/include/boost/version.hpp": "",
    "httpstan/include/Eigen/Core": "",
    "httpstan/include/tbb/tbb.h": "",
    "httpstan/include/sundials/sundials.h": "",
    "httpstan/include/pybind11/pybind11.h": "",
    "httpstan/lib/libtbb.so.2": "",
    "httpstan/lib/libsundials_cvodes.a": "",
    "httpstan-4.17.0.dist-info/LICENSE": "ISC",
}


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a shell script on the PATH, before everything else."""
    folder = tmp_path / "fake bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def program(name, text):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return program


@pytest.fixture
def wheel_file(tmp_path):
    """Write a wheel like httpstan's, a few bytes long."""

    def wheel_file(changes=None):
        parts = PARTS | (changes or {})
        rows = []
        for name, text in PARTS.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(text)}")
        path = tmp_path / "httpstan-4.17.0-cp313-cp313-manylinux2014_x86_64.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in parts.items():
                if text is not None:
                    archive.writestr(name, text)
            archive.writestr("httpstan-4.17.0.dist-info/RECORD", "\n".join(rows) + "\n")
        return path

    return wheel_file


@pytest.fixture
def index(program, monkeypatch):
    """An installer that fetches from a file, or fails in the words given; its calls are kept."""
    from stanlevels.engines.home import wheel

    calls = program("pip-calls", "").parent / "calls.txt"

    def index(source=None, says="", status=0):
        copy = f'for last; do case "$before" in --dest) cp "{source}" "$last";; esac; before="$last"; done'
        script = program(
            "fake-pip", f'echo "$@" >> "{calls}"\n{copy if source else ""}\necho "{says}" >&2\nexit {status}'
        )
        monkeypatch.setattr(wheel, "installer", lambda: (str(script),))
        return calls

    return index


@pytest.fixture
def make(program):
    """A make that says it compiles, and does as told."""

    def make(does="mkdir -p driver/1-1 && echo object > driver/1-1/driver.o", status=0):
        program("g++", 'echo "g++ (fake) 12.2.0"')
        return program("make", f"echo '--- compiling the driver: core ---'\n{does}\nexit {status}")

    return make


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A home folder of its own, without any CmdStan."""
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.setenv("CMDSTAN", "")
    monkeypatch.delenv("MAKE", raising=False)
    monkeypatch.delenv("CXX", raising=False)
    (tmp_path / "person").mkdir()
    return tmp_path / "person"


@pytest.fixture
def complete_home():
    """Write the least that counts as a CmdStan home."""

    def complete_home(path, version="2.38.0"):
        (path / "bin").mkdir(parents=True)
        (path / "makefile").write_text(f"CMDSTAN_VERSION := {version}\n")
        (path / "bin/stanc").write_text("#!/bin/sh\n")
        (path / "bin/stanc").chmod(0o755)
        return path

    return complete_home


@pytest.fixture(autouse=True)
def not_on_windows():
    if sys.platform == "win32":
        pytest.skip("the wheel route is not for Windows")
