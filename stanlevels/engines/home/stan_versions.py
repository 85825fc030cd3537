"""Which wheel carries which Stan."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.errors import InstallError

__all__ = ["LATEST", "WHEELS", "Wheel", "wheel_of"]


@dataclass(frozen=True)
class Wheel:
    """One release of httpstan, of which only the parts that do not depend on Python are used.

    Attributes
    ----------
    stan : str
        Version of Stan, and so of CmdStan, that it carries.
    httpstan : str
        Its own version.
    pythons : tuple of str
        Versions of Python it was built for; any of them will do, whichever Python is running.
    """

    stan: str
    httpstan: str
    pythons: tuple[str, ...]


WHEELS = (
    Wheel("2.39.0", "4.17.0", ("3.13", "3.12")),
    Wheel("2.35.0", "4.13.0", ("3.11",)),
)
LATEST = WHEELS[0].stan


def wheel_of(version: str | None) -> Wheel:
    """The wheel for a version of Stan, the newest for None.

    Raises
    ------
    InstallError
        If no wheel carries that version.
    """
    for wheel in WHEELS:
        if version in (None, wheel.stan):
            return wheel
    raise InstallError(
        f"no package on the index carries Stan {version}",
        expected=" or ".join(repr(wheel.stan) for wheel in WHEELS),
        way_out=f"leave the version out (it is {LATEST}), or use the release route: "
        f"stanlevels install-cmdstan --source release --version {version}",
    )
