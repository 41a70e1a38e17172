"""Diagnostics as JUnit XML, which most CI servers show as tests: each error is a failed one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from generator.diagnostics.model import Diagnostic, Severity
from generator.diagnostics.terminal import safe

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What XML 1.0 has no form for, beside what is made visible anyway.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    colour: bool = False,
) -> str:
    """One suite; a warning is a test that passed with output, and no finding at all is one that passed.

    A suite without tests is taken for a run that did not happen.
    """
    del sources, colour  # CI servers show neither
    from xml.etree import ElementTree as ET

    items = list(diagnostics)
    failures = sum(item.severity is Severity.ERROR for item in items)
    counts = {"tests": str(max(1, len(items))), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", {"name": "sightline", **counts})
    for item in items:
        _case(suite, item)
    if not items:
        ET.SubElement(suite, "testcase", {"classname": "sightline", "name": "no findings"})
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(suite: Element, item: Diagnostic) -> None:
    from xml.etree import ElementTree as ET

    span = item.span
    place = f"{span.path}:{span.line}:{span.column}" if span else "sightline"
    name = f"{place}: {item.code}"
    classname = span.path if span else "sightline"
    case = ET.SubElement(suite, "testcase", {"classname": xml_text(classname), "name": xml_text(name)})
    lines = [f"{place}: {item.message}"]
    lines += [f"{label}: {text}" for label, text in (("cause", item.cause), ("fix", item.fix)) if text]
    lines += [
        f"note: {other.span.path}:{other.span.line}:{other.span.column}: {other.message}"
        for other in item.related
    ]
    words = "\n".join(map(xml_text, lines))
    if item.severity is Severity.ERROR:
        failure = {"type": item.code, "message": xml_text(item.message)}
        ET.SubElement(case, "failure", failure).text = words
    else:
        ET.SubElement(case, "system-out").text = f"warning[{item.code}] {words}"


def xml_text(line: str) -> str:
    """Harmless text of one line that XML can hold."""
    return _NO_CHARACTERS.sub("?", safe(line))
