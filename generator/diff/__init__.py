"""What a change of the definitions changes in what is compiled from them: `sightline diff`.

`compare` gives differences of two compilations; the modules named after forms of report write them.
"""

from collections.abc import Callable, Mapping, Sequence

from generator.diff import json, markdown, text
from generator.diff.compare import compare
from generator.diff.model import Change, Difference
from generator.diff.words import summary

REPORTS: Mapping[str, Callable[[Sequence[Difference], str], str]] = {
    "text": text.report,
    "markdown": markdown.report,
    "json": json.report,
}

__all__ = ["REPORTS", "Change", "Difference", "compare", "summary"]
