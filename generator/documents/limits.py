"""Bounds on what one file may cost, and the collector that enforces the bound on mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from generator.diagnostics import Diagnostics, Related, Span

MAX_DEPTH = 64
MAX_NODES = 300_000
MAX_ALIASED_NODES = 10_000
MAX_FINDINGS = 100


class FileAbandonedError(Exception):
    """Reading a file ends here; the reason has been reported."""


class FileFindings:
    """The diagnostics of one file; a file that is wrong all over is abandoned."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._count = 0

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        cause: str = "",
        fix: str = "",
        related: Iterable[Related] = (),
    ) -> None:
        """Record an error; the `MAX_FINDINGS`-th raises `FileAbandonedError`."""
        self._diagnostics.error(code, message, span, cause=cause, fix=fix, related=related)
        self._count += 1
        if self._count >= MAX_FINDINGS:
            self._diagnostics.error(
                "yaml/too-many-errors",
                f"the file has {MAX_FINDINGS} mistakes or more; the rest of it was not read",
                span,
                fix="correct the mistakes above first",
            )
            raise FileAbandonedError

    def too_many_nodes(self, span: Span) -> NoReturn:
        """Give up on a file that holds, or expands to, more values than are read."""
        self.report(
            "yaml/too-many-nodes",
            "the file holds too many values, or grows too large when its aliases are expanded",
            span,
            cause=f"at most {MAX_NODES:,} values are read per file, {MAX_ALIASED_NODES:,} of them by alias",
            fix="split the file, or write values out instead of nesting aliases",
        )
        raise FileAbandonedError

    def too_deep(self, span: Span) -> NoReturn:
        """Give up on a file whose nesting later stages could not walk."""
        self.report(
            "yaml/too-deep",
            f"more than {MAX_DEPTH} lists and mappings stand inside each other",
            span,
            fix="flatten the structure",
        )
        raise FileAbandonedError
