"""The release route: finding out quickly that nothing can be downloaded, and what its failure says."""

import pytest

from stanlevels.engines.home import release
from stanlevels.errors import InstallError

cmdstanpy = pytest.importorskip("cmdstanpy")


def test_a_site_that_refuses_is_unreachable_at_once(monkeypatch):
    monkeypatch.setattr("cmdstanpy.utils.cmdstan.get_download_url", lambda version: "http://127.0.0.1:9/x")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert "refused" in release.unreachable("2.39.0")


def test_cmdstanpys_failure_names_the_wheel_route(monkeypatch, tmp_path):
    monkeypatch.setattr(cmdstanpy, "install_cmdstan", lambda *args, **options: False)
    with pytest.raises(InstallError, match="could not install a CmdStan release") as error:
        release.install_release(None, tmp_path, jobs=1, progress=False, say=lambda text: None)
    assert "--source wheel" in error.value.way_out


def test_cmdstanpys_success_gives_its_home(monkeypatch, tmp_path, complete_home):
    home = complete_home(tmp_path / "cmdstan-2.38.0")
    asked = []

    def installed(version, **options):
        asked.append({"version": version} | options)
        return True

    monkeypatch.setattr(cmdstanpy, "install_cmdstan", installed)
    monkeypatch.setattr(cmdstanpy, "cmdstan_path", lambda: str(home))
    assert release.install_release("2.38.0", tmp_path, jobs=2, progress=False, say=lambda text: None) == home
    assert asked == [{"version": "2.38.0", "dir": str(tmp_path), "cores": 2, "progress": False}]
