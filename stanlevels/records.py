"""What was found or decided, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Record", "cautioned", "cautions", "examples", "noticed"]


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
    caution : bool
        Whether a person should read it before trusting a fit: fits repeat it.
    """

    subject: str
    step: str
    decision: str
    reason: str = ""
    instead: str = ""
    caution: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: {self.decision}" + (f" ({self.reason})" if self.reason else "")


def noticed(subject: str, decision: str, reason: str = "") -> Record:
    """What binding found in the data, or did with them."""
    return Record(subject, "bind", decision, reason)


def cautioned(subject: str, step: str, decision: str, reason: str = "", instead: str = "") -> Record:
    """What a person should read before trusting a fit."""
    return Record(subject, step, decision, reason, instead, caution=True)


def cautions(records: Iterable[Record]) -> tuple[str, ...]:
    """What fits repeat of a plan's records, in words.

    Examples
    --------
    >>> cautions([noticed("g", "6 units"), cautioned("g", "bind", "2 labels look alike", "'a' and 'a '")])
    ("g: 2 labels look alike ('a' and 'a ')",)
    """
    return tuple(f"{r}; {r.instead}" if r.instead else str(r) for r in records if r.caution)


def examples(phrases: list[str], total: int) -> str:
    """Phrases joined by semicolons, with a count of those that are not shown.

    Examples
    --------
    >>> examples(["a", "b", "c"], 4)
    'a; b; c; and 1 more'
    """
    rest = [f"and {total - len(phrases):,} more"] if total > len(phrases) else []
    return "; ".join([*phrases, *rest])
