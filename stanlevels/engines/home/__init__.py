"""Getting a CmdStan home: finding one, installing a release, or building one from a wheel."""

from stanlevels.engines.home.command import add_arguments, run
from stanlevels.engines.home.install import install_cmdstan
from stanlevels.engines.home.locate import find_cmdstan

__all__ = ["add_arguments", "find_cmdstan", "install_cmdstan", "run"]
