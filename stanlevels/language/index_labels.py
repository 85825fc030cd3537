"""The labels of an Index as a person gives them."""

from __future__ import annotations

from typing import Any

from stanlevels.errors import DeclarationError

__all__ = ["checked_labels"]


def checked_labels(labels: Any) -> tuple[str | int, ...]:
    """Distinct labels of one type; a number is counted out.

    Raises
    ------
    DeclarationError
        If there are none, or they are neither texts nor whole numbers.
    """
    found = _listed(labels)
    if not all(isinstance(label, int | str) and not isinstance(label, bool) for label in found):
        raise DeclarationError(
            f"an Index has labels {found!r}", expected="texts or whole numbers", way_out="name them"
        )
    if len({type(label) for label in found}) > 1 or len(set(found)) < len(found):
        raise DeclarationError(f"an Index has labels {found!r}", expected="distinct labels of one type")
    return found


def _listed(labels: Any) -> tuple[Any, ...]:
    if isinstance(labels, int) and not isinstance(labels, bool):
        labels = range(labels)
    if not hasattr(labels, "__iter__") or isinstance(labels, str) or not (found := tuple(labels)):
        raise DeclarationError(
            f"an Index has labels {labels!r}",
            expected="a list with at least one label, or a number of labels",
        )
    return tuple(x.item() if hasattr(x, "item") else x for x in found)
