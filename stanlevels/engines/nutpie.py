"""nutpie's sampler over the embedded engine's gradients: for models of many unknowns.

Densities, starting points and modes are stanli's. Chains run as its chains do, each with a model of its own
in a process of its own, which loads nutpie: that takes some seconds of processor time for each.
"""

from __future__ import annotations

import importlib.util

from stanlevels.engines.base import UNSAID, Data, Settings, Shapes
from stanlevels.engines.chain import NUTPIE, ChainJob
from stanlevels.engines.stan_data import to_json
from stanlevels.engines.stanli import Stanli, StanliProgram, compiled
from stanlevels.engines.stanli_chain import build
from stanlevels.errors import EngineError, EngineMissing

__all__ = ["Nutpie", "NutpieProgram"]


class Nutpie:
    """The sampler of nutpie, on programs of the embedded interpreter."""

    name = NUTPIE

    def why_not(self) -> str:
        """Empty if it is installed, and the embedded engine too."""
        if why := Stanli().why_not():
            return why
        found = importlib.util.find_spec("nutpie") is not None
        return "" if found else "the package nutpie is not installed"

    def available(self) -> bool:
        """Whether it is installed, and the embedded engine too."""
        return not self.why_not()

    def version(self) -> str:
        """Its version, such as `0.16.8`."""
        return _version()

    def prepare(
        self, code: str, data: Data, *, name: str = "model", shapes: Shapes = UNSAID
    ) -> NutpieProgram:
        """Build the program with its data, by stanli."""
        if why := self.why_not():
            raise EngineMissing(
                f"engine 'nutpie' cannot be used: {why}", way_out="pip install stanlevels[nutpie]"
            )
        document = to_json(data)
        program = compiled(code, NUTPIE)
        return NutpieProgram(shapes, program, document, build(program, document))


class NutpieProgram(StanliProgram):
    """A program with data, built by stanli, of which nutpie draws."""

    engine = NUTPIE
    metrics = ("low_rank", "diag_e")

    @property
    def versions(self) -> dict[str, str]:
        """Of nutpie, and of what gives it gradients."""
        return {NUTPIE: _version(), **super().versions}

    def _job(self, settings: Settings, chain: int) -> ChainJob:
        """What one chain needs.

        Raises
        ------
        EngineError
            If settings ask for what nutpie does not do.
        """
        if settings.inverse_metric is not None:
            raise EngineError(
                "nutpie finds its metric by itself, and takes none",
                way_out="leave the inverse metric out, or use engine='stanli'",
            )
        if settings.warmup == 0:
            raise EngineError(
                "nutpie needs a warm-up", expected="at least 1 iteration, as a rule 400 or more"
            )
        return super()._job(settings, chain)


def _version() -> str:
    """Asked of the installed package: to load it takes seconds."""
    from importlib import metadata

    return metadata.version("nutpie")
