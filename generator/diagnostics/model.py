"""What is said to a user about a mistake: values, never exceptions.

A diagnostic holds no text of the file it speaks of, only places. Drawing source lines and carets is the
reporters' work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops all writing, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a source file.

    `path` is relative to the project's root with `/` between its parts. Lines and columns count from 1,
    columns in code points; `end_column` is one past the last character.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that helps to understand a diagnostic, with its own words."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake (or doubt) with its place.

    `code` is a stable `area/name` registered in `generator.diagnostics.codes`; `message` says what is wrong
    in one line; `cause` says why it matters or how it came about; `fix` is an action. `span` is None only
    for faults that belong to no file (an unreadable folder).
    """

    code: str
    message: str
    span: Span | None
    cause: str = ""
    fix: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR

    def sort_key(self) -> tuple[object, ...]:
        """Order of printing: by place, then code, then words."""
        span = self.span
        place = (span.path, span.line, span.column) if span else ("", 0, 0)
        return (*place, self.code, self.message)


@dataclass(slots=True)
class Diagnostics:
    """The collector that every stage writes to; one per run."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        cause: str = "",
        fix: str = "",
        related: Iterable[Related] = (),
    ) -> None:
        """Record an error."""
        self.items.append(
            Diagnostic(code=code, message=message, span=span, cause=cause, fix=fix, related=tuple(related))
        )

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        cause: str = "",
        fix: str = "",
        related: Iterable[Related] = (),
    ) -> None:
        """Record a warning."""
        self.items.append(
            Diagnostic(
                code=code,
                message=message,
                span=span,
                cause=cause,
                fix=fix,
                related=tuple(related),
                severity=Severity.WARNING,
            )
        )

    def __iter__(self) -> Iterator[Diagnostic]:
        """Sorted by place, each distinct diagnostic once."""
        return iter(sorted(dict.fromkeys(self.items), key=Diagnostic.sort_key))

    @property
    def has_errors(self) -> bool:
        """Whether anything was recorded that forbids writing."""
        return any(item.severity is Severity.ERROR for item in self.items)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for the known word nearest to `word`, or an empty string when none is near."""
    candidates = sorted(set(known))
    near = get_close_matches(word, candidates, n=1, cutoff=0.6)
    if not near:
        near = [name for name in candidates if name.casefold() == word.casefold()][:1]
    return f'did you mean "{near[0]}"?' if near else ""
