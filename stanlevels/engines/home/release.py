"""The release route: cmdstanpy's own installer, which downloads from CmdStan's site."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from stanlevels.engines.home.locate import is_complete
from stanlevels.errors import InstallError

__all__ = ["install_release", "unreachable"]


def unreachable(version: str, seconds: float = 5.0) -> str:
    """Why the release cannot be downloaded from here, found out quickly; empty if it can.

    Parameters
    ----------
    version : str
        A version of CmdStan whose download is asked for, without fetching it.
    seconds : float
        How long to wait for an answer.
    """
    from cmdstanpy.utils.cmdstan import get_download_url

    request = urllib.request.Request(get_download_url(version), method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=seconds):
            return ""
    except urllib.error.HTTPError as error:
        return f"the download of CmdStan {version} answers {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__


def install_release(
    version: str | None, folder: Path, *, jobs: int, progress: bool, say: Callable[[str], None]
) -> Path:
    """Install a CmdStan release with `cmdstanpy.install_cmdstan`.

    Raises
    ------
    InstallError
        If that reports failure; its own messages have then been logged.
    """
    import cmdstanpy

    say("downloading and building a CmdStan release with cmdstanpy: about 5 minutes")
    folder.mkdir(parents=True, exist_ok=True)
    good = cmdstanpy.install_cmdstan(version, dir=str(folder), cores=jobs, progress=progress)
    home = Path(cmdstanpy.cmdstan_path()) if good else None
    if home is None or not is_complete(home):
        raise InstallError(
            "cmdstanpy could not install a CmdStan release; its messages are above",
            expected="access to the site of CmdStan's releases, make and a C++ compiler",
            way_out="use the wheel route, which needs only a package index: "
            "stanlevels install-cmdstan --source wheel",
        )
    return home
