"""Text of a file to its documents."""

from __future__ import annotations

import yaml

from generator.diagnostics import Diagnostics, Span
from generator.documents.characters import describe, hidden_characters
from generator.documents.limits import FileAbandonedError, FileFindings
from generator.documents.node_reader import NodeReader
from generator.documents.nodes import Document, Source
from generator.documents.syntax_errors import report_syntax_error


def parse(source: Source, diagnostics: Diagnostics, *, merge_keys: bool = False) -> tuple[Document, ...]:
    """Read the documents of one file; mistakes become `yaml/*` diagnostics, never exceptions.

    A file without any document counts as one empty document. After a syntax error, the documents before
    it are returned. A value that could not be read at all is left out of the mapping or list it stands in;
    of a repeated key the first is kept. Merge keys (`<<`) are refused; with `merge_keys`, for files that
    others read, a mapping gets what it lacks from the mappings that they name.
    """
    findings = FileFindings(diagnostics)
    documents: list[Document] = []
    try:
        if _has_hidden_characters(source, findings):
            return ()
        for root in NodeReader(source, findings, merge_keys=merge_keys).roots():
            documents.append(Document(source, root))  # noqa: PERF401  # keeps those before an error
    except FileAbandonedError:
        return tuple(documents)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure Python scanner raises bare ValueError and OverflowError for escapes beyond Unicode.
        report_syntax_error(error, source, diagnostics)
        return tuple(documents)
    return tuple(documents) or (Document(source, None),)


def _has_hidden_characters(source: Source, findings: FileFindings) -> bool:
    """Refuse raw hidden characters anywhere, comments included: a reviewer cannot see what they do.

    NEL, U+2028 and U+2029 are among them, which YAML 1.1 takes for line breaks and editors do not. So LF is
    the only break left, and the parser's lines and columns are the editor's.
    """
    text, start = source.text, 0
    while (first := next(hidden_characters(text, start), None)) is not None:
        line = text.count("\n", 0, first) + 1
        column = first - text.rfind("\n", 0, first)
        findings.report(
            "yaml/hidden-character",
            f"the file holds the invisible character {describe(text[first])}",
            Span(source.path, line, column, line, column + 1),
            cause="it can make a text read differently from what it is",
            fix="delete it; lines end with LF or CRLF",
        )
        start = text.find("\n", first)  # one per line is enough
        if start < 0:
            return True
    return start > 0
