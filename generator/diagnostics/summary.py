"""How many findings a run has: the last line of a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.diagnostics.model import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of errors and warnings, and of the files that they point at."""

    errors: int
    warnings: int
    files: int

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic]) -> Summary:
        """Count diagnostics; related places do not count."""
        items = list(diagnostics)
        errors = sum(item.severity is Severity.ERROR for item in items)
        files = {item.span.path for item in items if item.span is not None}
        return cls(errors, len(items) - errors, len(files))

    def words(self) -> str:
        """`2 errors, 1 warning in 3 files`; what is zero is left out."""
        counts = [
            _count(number, noun)
            for number, noun in ((self.errors, "error"), (self.warnings, "warning"))
            if number
        ]
        words = ", ".join(counts) or "no findings"
        return f"{words} in {_count(self.files, 'file')}" if self.files else words


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
