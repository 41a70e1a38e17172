"""The one exception of this package: text that is not the PromQL it should be.

The callers turn it into a diagnostic, because only they know the place of the text.
"""

from __future__ import annotations


class PromQLError(ValueError):
    """PromQL that cannot be used.

    `start` and `end` are offsets (code points) of the culprit in the text that was given, or None where the
    parser does not say.
    """

    def __init__(self, message: str, start: int | None = None, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class TooLargeError(PromQLError):
    """PromQL that may be sound, and is larger than it is safe to parse here."""
