"""What a check of a fit found, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels import show as html

__all__ = ["Diagnosis", "Finding"]


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing.

    Attributes
    ----------
    kind : str
        "prior", "conflict", "divergences", "energy", "r_hat", "ess", "ridge", "draws", "chains", "values",
        "stuck", "tree_depth", "waves", "sample" or "record".
    subjects : tuple of str
        The quantities it is about, the worst first.
    title : str
        A few words.
    message : str
        What was found, with the quantity and the level.
    way_out : str
        What helps.
    serious : bool
        Whether it makes the results doubtful; otherwise it is a note.
    """

    kind: str
    subjects: tuple[str, ...]
    title: str
    message: str
    way_out: str = ""
    serious: bool = True


@dataclass(frozen=True)
class Diagnosis:
    """Everything that the checks of a fit found.

    Attributes
    ----------
    findings : tuple of Finding
        Problems first, then notes.
    measured : str
        The extremes of what was measured, in words.
    """

    findings: tuple[Finding, ...]
    measured: str

    @property
    def ok(self) -> bool:
        """Whether nothing makes the results doubtful (there may be notes)."""
        return not self.problems

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that make results doubtful."""
        return tuple(finding for finding in self.findings if finding.serious)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The other findings."""
        return tuple(finding for finding in self.findings if not finding.serious)

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        if self.ok:
            notes = "".join(f"; note: {note.title}" for note in self.notes)
            return f"no sign of trouble: {self.measured}{notes}"
        titles = "; ".join(finding.title for finding in self.problems)
        return f"this fit did not pass its checks: {titles} (diagnose() says what helps)"

    def __str__(self) -> str:
        lines = ["No sign of trouble." if self.ok else "This fit did not pass its checks."]
        for finding in self.findings:
            lines += [
                "",
                f"{'Problem' if finding.serious else 'Note'}: {finding.title}",
                f"  {finding.message}",
            ]
            if finding.way_out:
                lines.append(f"  What helps: {finding.way_out}")
        return "\n".join([*lines, "", f"Measured: {self.measured}."])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = "No sign of trouble." if self.ok else "This fit did not pass its checks."
        rows = [
            ("problem" if f.serious else "note", f.title, f.message, f.way_out or "") for f in self.findings
        ]
        found = html.table(["", "found", "in detail", "what helps"], rows) if rows else ""
        return html.block(
            html.paragraph(head, strong=True), found, html.paragraph(f"Measured: {self.measured}.")
        )
