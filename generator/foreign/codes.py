"""The diagnostic codes of rule files and dashboards that Sightline did not generate."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "json/duplicate-key": CodeDoc(
        "A key that stands twice",
        "JSON allows it and readers take the last value, so that the first has no effect. It is mostly left "
        "over from a merge.",
        '{"title": "Shop", "title": "Cart", "panels": []}\n',
    ),
    "json/syntax": CodeDoc(
        "A text that is not JSON",
        "The dashboard cannot be read from the marked place on; the mistake is there or shortly before it. "
        "Grafana would refuse it too.",
        '{"title": "Shop",}\n',
    ),
    "json/too-deep": CodeDoc(
        "JSON nested too deep",
        "At most 100 lists and objects may stand inside each other. No dashboard needs more.",
    ),
    "dashboard/none": CodeDoc(
        "A file that holds no dashboard",
        "A dashboard is an object with panels or rows: alone, under `dashboard` as Grafana's API gives it, "
        "or under `spec` as its Kubernetes objects have it. Dashboards of the second schema (`elements`), as "
        "YAML, compressed or several in one list are not read; where a folder holds such a file, that is a "
        "warning.",
        "[1, 2]\n",
    ),
    "rules/duplicate-group": CodeDoc(
        "Two groups with one name",
        "The names of groups in one file must differ; Prometheus refuses the file.",
        "groups: [{name: a, rules: []}, {name: a, rules: []}]\n",
    ),
    "rules/missing-key": CodeDoc(
        "A rule or group that lacks a key",
        "A group has a name, a rule an expr and either record or alert. Prometheus refuses the file.",
        "groups: [{name: a, rules: [{alert: Down}]}]\n",
    ),
    "rules/none": CodeDoc(
        "A file that holds no rule groups",
        "Rules stand under `groups`, or under `spec.groups` of PrometheusRule objects.",
        "a: 1\n",
    ),
    "rules/unknown-key": CodeDoc(
        "A key that rule files do not have",
        "Prometheus refuses a rule file with a key that it does not know, such as a misspelt one. An "
        "operator drops it in silence. Keys of Thanos and Mimir are known.",
        "groups: [{name: a, rules: [{alert: Down, expr: up == 0, fro: 5m}]}]\n",
    ),
    "rules/value": CodeDoc(
        "A value that a rule cannot have",
        "A duration, a name or a label has the wrong form, a record has something that only alerts have, or "
        "a rule is both. Prometheus refuses the file.",
        "groups: [{name: a, rules: [{alert: Down, expr: up == 0, for: 1.5h}]}]\n",
    ),
}
