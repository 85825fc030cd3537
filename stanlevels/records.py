"""What was found or decided, in words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Record", "examples", "noticed"]


@dataclass(frozen=True)
class Record:
    """A decision or a finding that a person should be able to read.

    Attributes
    ----------
    subject : str
        The quantity, level, column or table that it is about.
    step : str
        The pass or room that found or decided it.
    decision : str
        What was found or done.
    reason : str
        Why, with up to three examples.
    instead : str
        How to have it otherwise.
    """

    subject: str
    step: str
    decision: str
    reason: str = ""
    instead: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.decision}" + (f" ({self.reason})" if self.reason else "")


def noticed(subject: str, decision: str, reason: str = "") -> Record:
    """What binding found in the data, or did with them."""
    return Record(subject, "bind", decision, reason)


def examples(phrases: list[str], total: int) -> str:
    """Phrases joined by semicolons, with a count of those that are not shown.

    Examples
    --------
    >>> examples(["a", "b", "c"], 4)
    'a; b; c; and 1 more'
    """
    rest = [f"and {total - len(phrases):,} more"] if total > len(phrases) else []
    return "; ".join([*phrases, *rest])
