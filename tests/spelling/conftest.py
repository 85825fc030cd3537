"""Here effects are sampled: what is looked at is how."""

from tests.sampled import effects_are_sampled

__all__ = ["effects_are_sampled"]
