"""A catalogue as the text of its file: sorted, one thing a line where lists are long, each said once.

What metrics share is said once: a list of labels becomes a label set named after the first metric that has
it, and the values of a label stand at the top as most of its metrics have them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from generator.delivery.prometheus import quoted
from generator.promql.build import number
from generator.promql.catalogue import Catalogue, Domain, Metric, Server
from generator.promql.catalogue_schema import API_VERSION, KIND

HEADER = (
    "# Written by `sightline capture`. When it runs again, it keeps marks of values that people set here,\n"
    "# and types, units and help texts that nobody tells. Nothing else stays.\n"
)
_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")
_YAML_1_1_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SHARED = 4  # labels that a list must have to become a label set


def catalogue_text(catalogue: Catalogue, name: str) -> str:
    """The text of a catalogue's file; `name` is for people."""
    shared = _shared_sets(catalogue.metrics.values())
    common = _common_values(catalogue.metrics.values())
    lines = [f"apiVersion: {API_VERSION}", f"kind: {KIND}", f"metadata: {{name: {_word(name)}}}"]
    if catalogue.server:
        lines += ["", "server:", *_server(catalogue.server)]
    if shared:
        lines += ["", "labelSets:"]
        for title, labels in sorted((title, labels) for labels, title in shared.items()):
            lines += _list(f"  {title}: ", sorted(labels))
    if common:
        lines += ["", "values:"]
        for label, domain in sorted(common.items()):
            lines += _domain("  ", label, domain)
    lines += ["", "metrics:"]
    for metric in sorted(catalogue.metrics.values(), key=lambda metric: metric.name):
        lines += _metric(metric, shared, common)
    return HEADER + "\n".join(lines) + "\n"


def _shared_sets(metrics: Iterable[Metric]) -> dict[frozenset[str], str]:
    """The long label sets that several metrics have, with a name."""
    owners: dict[frozenset[str], list[str]] = {}
    for metric in metrics:
        for labels in metric.label_sets:
            owners.setdefault(labels, []).append(metric.name)
    named: dict[frozenset[str], str] = {}
    counts: Counter[str] = Counter()
    for labels in sorted(owners, key=sorted):
        if len(owners[labels]) > 1 and len(labels) >= _SHARED:
            first = min(owners[labels])
            counts[first] += 1
            named[labels] = f"as-{first}" + (f"-{counts[first]}" if counts[first] > 1 else "")
    return named


def _common_values(metrics: Iterable[Metric]) -> dict[str, Domain]:
    """For each label that has values in all of several metrics, those of most of them."""
    found: dict[str, list[Domain | None]] = {}
    for metric in metrics:
        for label in metric.labels:
            found.setdefault(label, []).append(metric.values.get(label))
    common: dict[str, Domain] = {}
    for label, domains in found.items():
        sound = [domain for domain in domains if domain]
        if len(sound) > 1 and len(sound) == len(domains):
            counts = Counter(sound)
            common[label] = min(counts, key=lambda domain: (-counts[domain], domain.values, domain.closed))
    return common


def _metric(
    metric: Metric, shared: Mapping[frozenset[str], str], common: Mapping[str, Domain]
) -> Iterator[str]:
    yield f"  {_word(metric.name)}:"
    yield f"    type: {metric.type}"
    if metric.inferred:
        yield "    inferred: true"
    if metric.unit:
        yield f"    unit: {_word(metric.unit)}"
    if metric.help:
        yield f"    help: {quoted(metric.help)}"
    yield from _labels(metric, shared)
    own = {label: domain for label, domain in metric.values.items() if common.get(label) != domain}
    if own:
        yield "    values:"
        for label in sorted(own):
            yield from _domain("      ", label, own[label])
    if metric.buckets:
        yield from _flow("    buckets: ", [number(bound) for bound in metric.buckets])
    if metric.native:
        yield "    native: true"


def _labels(metric: Metric, shared: Mapping[frozenset[str], str]) -> Iterator[str]:
    lists = [[shared[labels]] if labels in shared else sorted(labels) for labels in metric.label_sets]
    if len(lists) == 1:
        yield from _list("    labels: ", lists[0]) if lists[0] else ()
        return
    yield "    labels:"
    for labels in lists:
        yield f"      - [{', '.join(map(_word, labels))}]"


def _domain(indent: str, label: str, domain: Domain) -> Iterator[str]:
    """The values of a label, with what is said of them; a sampled domain is open without a further mark."""
    marks = {"closed": domain.closed, "sampled": domain.sampled, "afterEvent": domain.after_event}
    mark = next((mark for mark, holds in marks.items() if holds), "")
    head = f"{indent}{_word(label)}:"
    if not mark:
        yield from _list(f"{head} ", domain.values)
        return
    flow = f"{head} {{values: [{', '.join(map(_word, domain.values))}], {mark}: true}}"
    if len(flow) <= _WIDTH:
        yield flow
        return
    yield head
    yield from _list(f"{indent}  values: ", domain.values)
    yield f"{indent}  {mark}: true"


def _list(head: str, words: Sequence[str]) -> Iterator[str]:
    """A list on one line if it fits, else one entry a line."""
    flow = f"{head}[{', '.join(map(_word, words))}]"
    if len(flow) <= _WIDTH:
        yield flow
        return
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    yield head.rstrip()
    for word in words:
        yield f"{indent}- {_word(word)}"


def _flow(head: str, words: Sequence[str]) -> Iterator[str]:
    """A list on one line, whatever its length: numbers that are read as a whole."""
    yield f"{head}[{', '.join(words)}]"


def _server(server: Server) -> Iterator[str]:
    if server.version:
        yield f"  version: {quoted(server.version)}"
    for key, duration in (
        ("scrapeInterval", server.scrape_interval),
        ("evaluationInterval", server.evaluation_interval),
        ("retention", server.retention),
    ):
        if duration:
            yield f"  {key}: {duration}"
    if server.flags:
        yield from _list("  flags: ", server.flags)
    if server.external_labels:
        yield "  externalLabels:"
        for label, value in sorted(server.external_labels.items()):
            yield f"    {_word(label)}: {_word(value)}"


def _word(text: str) -> str:
    """A string as YAML: plain where no reader can take it for anything else."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _YAML_1_1_WORDS:
        return text
    return quoted(text)
