"""What binding found or did, in words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Record", "examples"]


@dataclass(frozen=True)
class Record:
    """One thing that a person should be able to read about how the data were taken.

    Attributes
    ----------
    subject : str
        The level, column, table or line that it is about.
    action : str
        What was found or done.
    reason : str
        Why, with up to three examples.
    """

    subject: str
    action: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.action}" + (f" ({self.reason})" if self.reason else "")


def examples(phrases: list[str], total: int) -> str:
    """Phrases joined by semicolons, with a count of those that are not shown.

    Examples
    --------
    >>> examples(["a", "b", "c"], 4)
    'a; b; c; and 1 more'
    """
    rest = [f"and {total - len(phrases):,} more"] if total > len(phrases) else []
    return "; ".join([*phrases, *rest])
