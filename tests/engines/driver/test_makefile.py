"""The home's makefile with a compiler that only pretends: sets of flags, spaces, faults."""

import os
import platform
import re
import shutil
import signal
import subprocess

import pytest

from stanlevels.engines.home.layout import driver_files

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make here")

COMPILER = """#!/bin/sh
case "$1" in --version) echo "pretended 1.0 ($VARIANT)"; exit;; esac
case "$*" in *-dM*) for able in SSE2 $ABLE; do echo "#define __${able}__ 1"; done; exit;; esac
echo "$@" >> "$CALLS"
case "$*" in *piece-pathfinder*) eval "$SLOW";; esac
for word; do case "$before" in -o) echo "$@" > "$word";; esac; before="$word"; done
"""
STANC = '#!/bin/sh\nfor w; do case "$w" in --o=*) echo code > "${w#--o=}";; esac; done\n'


@pytest.fixture
def home(tmp_path):
    """A home whose path has a space and a quote, with stand-ins for compiler and stanc."""
    home = tmp_path / "it's a home"
    for folder in ("bin", "lib", "include/stan/model", "driver/src"):
        (home / folder).mkdir(parents=True)
    text = (driver_files() / "makefile.in").read_text().replace("@VERSION@", "2.39.0")
    (home / "makefile").write_text(text)
    for name, script in (("bin/stanc", STANC), ("bin/compiler", COMPILER)):
        (home / name).write_text(script)
        (home / name).chmod(0o755)
    for name in re.findall(r"lib/lib[\w.]+", text):
        (home / name).write_text("")
    return home


@pytest.fixture
def make(home, tmp_path):
    calls = tmp_path / "calls.txt"

    def make(*words, wait=True, **environment):
        environment = os.environ | {"CALLS": str(calls), "VARIANT": "", "SLOW": "true"} | environment
        environment.pop("MAKEFLAGS", None)
        process = subprocess.Popen(
            ["make", "CXX=bin/compiler", *map(str, words)], cwd=home, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        if not wait:
            return process
        with process:
            out = process.communicate()[0]
        return subprocess.CompletedProcess(words, process.returncode, out)

    return make


def drivers(home):
    return sorted(path.parent.name for path in home.glob("driver/*/driver.o"))


def program(tmp_path):
    (tmp_path / "m.stan").write_text("model { }")
    return tmp_path / "m"


def test_a_model_is_built_and_the_driver_only_once(home, make, tmp_path):
    first = make(program(tmp_path))
    assert first.returncode == 0, first.stdout
    assert "The driver has not been built for these flags yet" in first.stdout
    (tmp_path / "m").unlink()
    second = make(tmp_path / "m")
    assert second.returncode == 0
    assert "has not been built" not in second.stdout
    assert len(drivers(home)) == 1
    assert not list(tmp_path.glob("m.*o*"))


def test_the_library_is_found_from_a_folder_with_a_space_and_a_quote(home, make, tmp_path):
    make(program(tmp_path))
    assert f"-Wl,-rpath,{home}/lib" in (tmp_path / "m").read_text()


@pytest.mark.parametrize(
    "setting",
    ["STAN_THREADS=true", "O=1", "CXXFLAGS=-g", "STAN_NO_RANGE_CHECKS=true", "STAN_CPP_OPTIMS=1"],
)
def test_other_flags_have_a_driver_of_their_own(home, make, setting):
    make("build")
    make("build", setting)
    assert len(drivers(home)) == 2
    flags = [(home / "driver" / name / "flags.txt").read_text() for name in drivers(home)]
    assert flags[0] != flags[1]


def test_another_compiler_has_a_driver_of_its_own(home, make):
    make("build")
    make("build", VARIANT="newer")
    assert len(drivers(home)) == 2


def flags_of(home):
    return [(home / "driver" / name / "flags.txt").read_text() for name in drivers(home)]


@pytest.mark.skipif(platform.machine() not in {"x86_64", "amd64"}, reason="for x86-64")
def test_every_part_of_a_program_is_built_for_the_processor_unless_that_is_declined(home, make, tmp_path):
    make(program(tmp_path))
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    plain = [call for call in calls if "-march=native" not in call]
    assert len(calls) > len(plain)
    assert len(plain) == 1
    assert "-c driver/src/processor.cpp" in plain[0]
    (tmp_path / "calls.txt").unlink()
    (tmp_path / "m").unlink()
    make(program(tmp_path), "STAN_NATIVE=false")
    assert "-march=native" not in (tmp_path / "calls.txt").read_text()
    assert sum("-march=native" in flags for flags in flags_of(home)) == 1


def test_another_processor_has_a_driver_of_its_own_that_knows_what_it_needs(home, make, tmp_path):
    make("build", ABLE="AVX AVX512F")
    assert "-DABLE_AVX512F " in (tmp_path / "calls.txt").read_text()
    (tmp_path / "calls.txt").unlink()
    make("build", ABLE="AVX")
    assert "-DABLE_AVX " in (tmp_path / "calls.txt").read_text()
    assert "AVX512F" not in (tmp_path / "calls.txt").read_text()
    assert len(drivers(home)) == 2


def test_other_sources_have_a_driver_of_their_own(home, make):
    make("build")
    (home / "driver/src/new.cpp").write_text("// more")
    make("build")
    assert len(drivers(home)) == 2


@pytest.mark.parametrize("value", ["false", "FALSE", "False", "0", "no", "off", ""])
def test_threads_are_off_by_default_as_with_cmdstan_however_that_is_said(home, make, value):
    make("build")
    make("build", f"STAN_THREADS={value}")
    assert len(drivers(home)) == 1
    assert "-DSTAN_THREADS" not in (home / "driver" / drivers(home)[0] / "flags.txt").read_text()


@pytest.mark.parametrize("value", ["true", "TRUE", "True", "1", "ON"])
def test_threads_are_on_where_that_is_said(home, make, value):
    make("build", f"STAN_THREADS={value}")
    assert "-DSTAN_THREADS" in (home / "driver" / drivers(home)[0] / "flags.txt").read_text()


def test_make_local_is_read(home, make):
    (home / "make").mkdir()
    (home / "make/local").write_text("O := 2\n")
    make("build")
    assert "-O2" in (home / "driver" / drivers(home)[0] / "flags.txt").read_text()


def test_a_precompiled_header_is_made_only_if_asked_for(home, make):
    make("build")
    assert not list(home.rglob("*.gch"))
    make("build", "PRECOMPILED_HEADERS=true")
    assert [path.is_file() for path in home.glob("driver/src/elementwise.hpp.gch/*.gch")] == [True]


def test_a_user_header_comes_before_the_model(home, make, tmp_path):
    make(program(tmp_path), "USER_HEADER=/x/y.hpp", "STANCFLAGS+=--allow-undefined")
    calls = (tmp_path / "calls.txt").read_text()
    assert "-include driver/src/elementwise.hpp -include /x/y.hpp -x c++ -c" in calls


def test_undefined_functions_are_looked_for_beside_the_model(home, make, tmp_path):
    make(program(tmp_path), "STANCFLAGS+=--allow-undefined")
    assert f"-include {tmp_path}/user_header.hpp" in (tmp_path / "calls.txt").read_text()


@pytest.mark.parametrize("switch", ["STAN_OPENCL", "STAN_MPI"])
def test_switches_that_need_a_release_are_refused(make, switch):
    done = make("build", f"{switch}=true")
    assert done.returncode != 0
    assert "--source release" in done.stdout


def test_a_missing_compiler_is_told_in_a_sentence(make):
    done = make("build", "CXX=no-such-compiler")
    assert done.returncode != 0
    assert "There is no C++ compiler 'no-such-compiler' on the PATH" in done.stdout


def test_a_build_that_is_killed_leaves_no_driver(home, make):
    process = make("build", wait=False, SLOW="sleep 30")
    with process:
        for line in process.stdout:
            if "pathfinder" in line:
                break
        os.killpg(process.pid, signal.SIGKILL)
    assert drivers(home) == []
    assert make("build").returncode == 0
    assert len(drivers(home)) == 1


def test_an_interrupted_build_cleans_up(home, make):
    process = make("build", wait=False, SLOW="sleep 30")
    with process:
        for line in process.stdout:
            if "pathfinder" in line:
                break
        os.killpg(process.pid, signal.SIGINT)
    assert drivers(home) == []
    assert [path.name for path in (home / "driver").iterdir()] == ["src"]


def test_two_builds_at_once_end_with_one_driver(home, make):
    both = [make("build", wait=False, SLOW="sleep 0.3") for _ in range(2)]
    for process in both:
        with process:
            process.communicate()
        assert process.returncode == 0
    assert len(drivers(home)) == 1
    assert not list((home / "driver").rglob(".building-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_home_that_cannot_be_written_says_so(home, make):
    (home / "driver").chmod(0o555)
    done = make("build")
    assert done.returncode != 0
    assert "This CmdStan home cannot be written" in done.stdout


def test_a_compilation_that_fails_leaves_no_driver(home, make):
    done = make("build", SLOW="exit 3")
    assert done.returncode != 0
    assert drivers(home) == []
    assert [path.name for path in (home / "driver").iterdir()] == ["src"]
