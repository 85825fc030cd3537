"""Fetching the wheel: how the installer is called, what its failures are told as, what is checked."""

import sys

import pytest

from stanlevels.engines.home import wheel
from stanlevels.engines.home.stan_versions import LATEST, WHEELS, wheel_of
from stanlevels.errors import InstallError

NEWEST = WHEELS[0]


def test_the_newest_stan_is_the_default_and_others_are_named():
    assert wheel_of(None) == NEWEST
    assert wheel_of("2.35.0").httpstan == "4.13.0"
    with pytest.raises(InstallError, match=r"no package on the index carries Stan 2\.20\.0") as error:
        wheel_of("2.20.0")
    assert LATEST in error.value.expected
    assert "--source release --version 2.20.0" in error.value.way_out


def test_pip_is_asked_for_a_wheel_of_another_python_without_dependencies(index, wheel_file, tmp_path):
    calls = index(wheel_file())
    (tmp_path / "work").mkdir()
    wheel.fetch(NEWEST, tmp_path / "work")
    call = calls.read_text()
    for word in ("download", "--no-deps", "--only-binary=:all:", "--python-version 3.13", "httpstan==4.17.0"):
        assert word in call


def test_uv_installs_into_a_folder_instead(program, monkeypatch, tmp_path, wheel_file):
    uv = program(
        "uv",
        'for word; do case "$before" in --target) mkdir -p "$word"; '
        f'"{sys.executable}" -m zipfile -e "{wheel_file()}" "$word";; esac; before="$word"; done; echo "$@"',
    )
    monkeypatch.setattr(wheel, "installer", lambda: (str(uv), "pip"))
    (tmp_path / "work").mkdir()
    unpacked = wheel.fetch(NEWEST, tmp_path / "work")
    assert (unpacked / "httpstan/stanc").is_file()


def test_another_python_is_tried_if_the_first_has_no_wheel(index, tmp_path):
    calls = index(says="ERROR: No matching distribution found for httpstan==4.17.0", status=1)
    with pytest.raises(InstallError, match="no wheel of httpstan") as error:
        wheel.fetch(NEWEST, tmp_path)
    assert calls.read_text().count("--python-version") == len(NEWEST.pythons)
    assert "release route" in error.value.way_out


@pytest.mark.parametrize(
    "says",
    [
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'",
        "error: client error (Connect): dns error: failed to lookup address information",
        "ERROR: Could not install packages: ProxyError",
        "SSLError: CERTIFICATE_VERIFY_FAILED",
    ],
)
def test_an_index_that_cannot_be_reached_is_told_from_one_without_the_wheel(index, tmp_path, says):
    index(says=says, status=1)
    with pytest.raises(InstallError, match="could not be reached") as error:
        wheel.fetch(NEWEST, tmp_path)
    assert "proxy" in error.value.way_out


def test_a_full_disk_while_fetching_is_told_as_such(index, tmp_path):
    index(says="ERROR: Could not install packages due to an OSError: [Errno 28] No space left", status=1)
    with pytest.raises(InstallError, match="the disk is full"):
        wheel.fetch(NEWEST, tmp_path)


def test_a_file_that_differs_from_the_record_is_named(index, wheel_file, tmp_path):
    index(wheel_file({"httpstan/include/Eigen/Core": "changed"}))
    (tmp_path / "work").mkdir()
    with pytest.raises(InstallError, match="httpstan/include/Eigen/Core"):
        wheel.fetch(NEWEST, tmp_path / "work")


def test_a_part_that_is_missing_is_named(index, wheel_file, tmp_path):
    index(wheel_file({"httpstan/stanc": None}))
    (tmp_path / "work").mkdir()
    with pytest.raises(InstallError, match="httpstan/stanc"):
        wheel.fetch(NEWEST, tmp_path / "work")


def test_a_broken_archive_is_told_as_such(index, wheel_file, tmp_path):
    path = wheel_file()
    path.write_bytes(path.read_bytes()[:100])
    index(path)
    (tmp_path / "work").mkdir()
    with pytest.raises(InstallError, match="damaged"):
        wheel.fetch(NEWEST, tmp_path / "work")


def test_the_installer_that_put_this_package_here_goes_first(program, monkeypatch):
    uv = str(program("uv", ""))
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr(wheel, "_installed_by", lambda: "uv")
    assert wheel.installer() == (uv, "pip")
    monkeypatch.setattr(wheel, "_installed_by", lambda: "pip")
    assert wheel.installer() == (sys.executable, "-m", "pip")


def test_without_any_installer_the_way_out_names_both(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.delenv("UV", raising=False)
    with pytest.raises(InstallError, match="neither pip nor uv"):
        wheel.installer()
