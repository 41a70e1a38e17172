"""`logs` of a service: what selects its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.documents import Mapping as MappingNode
from generator.spec.lookup import mapping_at, text_at
from generator.spec.model import Metadata, Platform
from generator.spec.tokens import check_tokens, fill

LOGS: Mapping[str, Any] = {
    "type": "object",
    "description": "How its logs are found.",
    "additionalProperties": False,
    "properties": {
        "selector": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1000,
            "description": "What selects its lines, with `$service` and `$namespace`: LogQL for Loki, "
            "Lucene for Elasticsearch.",
            "x-default": "the platform's",
        }
    },
}
LOKI_SELECTOR = '{namespace="$namespace", app="$service"}'
_STRING = r'"(?:[^"\\\n]|\\.)*"|`[^`]*`'
_MATCHER = rf"\s*[A-Za-z_][A-Za-z0-9_]*\s*(?:=~|!~|!=|=)\s*(?:{_STRING})\s*"
# A stream selector and what follows it (grafana.com/docs/loki, "Log queries"): line filters and parsers.
_LOGQL = re.compile(rf"\s*\{{({_MATCHER}(?:,{_MATCHER})*),?\s*\}}\s*(?P<pipeline>(?:\||!=|!~).+)?", re.DOTALL)
_CHOOSES = re.compile(r'(?<!!)=~?\s*(?:"(?!(?:\.\*)?")|`(?!(?:\.\*)?`))')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)


def read_selector(spec: MappingNode, metadata: Metadata, platform: Platform, diagnostics: Diagnostics) -> str:
    """The complete selector of the service's lines; empty where the platform keeps no logs or says no how."""
    node = mapping_at(spec, "logs")
    leaf = node.get("selector") if node else None
    own = text_at(node, "selector")
    names = {"service": metadata.name, "namespace": metadata.namespace}
    if own:
        check_tokens("logs.selector", own, leaf.span if leaf else None, diagnostics)
        check_selector(fill(own, names), platform.logs.kind, leaf.span if leaf else None, diagnostics)
    return fill(own or platform_selector(platform), names)


def platform_selector(platform: Platform) -> str:
    """The template for services that bring no selector."""
    return platform.logs.selector or (LOKI_SELECTOR if platform.logs.kind == "loki" else "")


def check_selector(text: str, kind: str, span: Span | None, diagnostics: Diagnostics) -> None:
    """Report a selector that the place where the logs are would refuse or misunderstand."""
    fault = {"loki": _logql_fault, "elasticsearch": _lucene_fault}.get(kind, lambda _: "")(text)
    if fault:
        diagnostics.error(
            "logs/selector",
            f"this does not select lines: {fault}",
            span,
            cause=f"it is sent to {kind} as it is, with every link to logs.",
            fix=f"write it like {LOKI_SELECTOR}."
            if kind == "loki"
            else 'write it like kubernetes.labels.app:"$service".',
        )


def _logql_fault(text: str) -> str:
    found = _LOGQL.fullmatch(text)
    if found is None:
        return "LogQL begins with matchers in braces, and a pipeline may follow"
    if not _CHOOSES.search(found[1]):
        return "at least one matcher must ask for a value that is not empty"
    return ""


def _lucene_fault(text: str) -> str:
    bare = _QUOTED.sub("", text)
    if '"' in bare:
        return "a quotation mark is not closed"
    depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return "a parenthesis is closed that was not opened"
    return "a parenthesis is not closed" if depth else ""
