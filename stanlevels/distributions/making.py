"""What a family was made of: Stan functions that are written for it, and another family."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Composed", "Function"]


@dataclass(frozen=True)
class Function:
    """A Stan function that is written for a family: a template of `stan_templates/functions`, filled in.

    Parameters
    ----------
    name : str
        With its suffix.
    template : str
        The file's name without ``.stan.jinja``.
    values : tuple of (str, str)
        What the template writes, beside the name.
    needs : tuple of str
        Other functions that are written for families, and that it calls.
    always : bool
        Whether it stands before all others in every program of the family: others may call it.
    """

    name: str
    template: str
    values: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()
    always: bool = False


@dataclass(frozen=True)
class Composed:
    """How a family was made of another one.

    Parameters
    ----------
    wrapper : str
        By what; "" where it has further arguments, and is else written like the other.
    base : str
        Of which.
    own : tuple of str
        The arguments that it has beside those of the other.
    """

    wrapper: str
    base: str
    own: tuple[str, ...]
