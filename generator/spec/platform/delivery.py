"""`delivery`: which formats are written, and where in the output tree."""

from __future__ import annotations

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.documents import Sequence
from generator.spec.lookup import mapping_at, strings_at, text_at

_RULES, _TESTS, _OBJECTS = "prometheus", "prometheus-tests", "prometheus-operator"


def read_labels(spec: MappingNode, diagnostics: Diagnostics) -> dict[str, str]:
    """The labels of Kubernetes objects, where there are any objects."""
    listed = spec.get("delivery")
    labels: dict[str, str] = {}
    for item in listed.items if isinstance(listed, Sequence) else ():
        given = mapping_at(item, "labels") if isinstance(item, MappingNode) else None
        if given is None or not isinstance(item, MappingNode):
            continue
        if text_at(item, "format") == _OBJECTS:
            labels = strings_at(item, "labels")
        else:
            diagnostics.error(
                "platform/labels-without-objects",
                f"{text_at(item, 'format')} writes no Kubernetes objects that could have labels",
                given.span,
                fix=f"move them to {{format: {_OBJECTS}}}, or remove them.",
            )
    return labels


def read_delivery(spec: MappingNode, diagnostics: Diagnostics) -> dict[str, str]:
    """The folder of each format that is asked for, by its name; tests stand beside the rules."""
    folders: dict[str, str] = {}
    first: dict[str, MappingNode] = {}
    listed = spec.get("delivery")
    for item in listed.items if isinstance(listed, Sequence) else ():
        if not isinstance(item, MappingNode):
            continue
        name = text_at(item, "format")
        if name in first:
            diagnostics.error(
                "spec/duplicate-item",
                f'the format "{name}" is delivered twice',
                item.span,
                related=[Related(first[name].span, "first here")],
                fix="remove one.",
            )
            continue
        first[name], folders[name] = item, text_at(item, "path")
    rules = folders.get(_RULES, "")
    if folders.get(_TESTS) and folders[_TESTS] != rules:
        diagnostics.error(
            "platform/tests-without-rules",
            f"{_TESTS} have another path than {_RULES}",
            first[_TESTS].span,
            cause="a test names the rules that it tests by their place beside it.",
            fix="remove this path: tests follow the rules.",
        )
    if _TESTS in folders:
        folders[_TESTS] = rules
    return folders
