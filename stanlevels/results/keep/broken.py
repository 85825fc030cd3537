"""What is raised inside this folder where a file is no fit; a person is told with the file's name."""

from __future__ import annotations

__all__ = ["Broken"]


class Broken(Exception):
    """What a file holds is no fit; the text says why."""
