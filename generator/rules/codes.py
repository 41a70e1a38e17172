"""The diagnostic codes of rules, alert texts and packs."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "alert/label": CodeDoc(
        "A label in an alert's text that the alert does not have",
        "`$labels` holds the labels of the expression's series, and neither those that the rule adds nor "
        "`alertname`. What an aggregation or a join took away is printed as nothing, and whoever is woken "
        "reads that there is trouble in ``. Keep the label in the expression, or show another.",
        "expr: sum by (job) (up) == 0\nannotations: {summary: '{{ $labels.instance }} is down'}\n",
    ),
    "alert/keep-firing-for": CodeDoc(
        "keepFiringFor for a Prometheus that does not know it",
        "`keep_firing_for` came with Prometheus 2.42. An older one refuses a rule file that has it. Without "
        "`keepFiringFor`, files for such a target are written without it.",
        "page: {keepFiringFor: 5m}\n",
    ),
    "service/unseen-call": CodeDoc(
        "A call that no fixture shows",
        "`calls` are edges as the team sees them, and the fixtures say who calls and who is called in the "
        "mesh. None of their series comes from this service, or leads to that one: the edge is drawn and "
        "stays idle. A fixture lists the values of each label by itself, so two services that both stand "
        "there may still never meet. Nothing is said where values come only after an event, or are cut "
        "short.",
        "calls: [rattings]\n",
    ),
    "slo/no-evidence": CodeDoc(
        "An alert for lost telemetry that nothing can raise",
        "When an SLI sees nothing, its service is idle or its telemetry is lost. In a mesh a second reporter "
        "tells which; elsewhere `telemetry.presence` must. An SLO that asks for the alert without either "
        "would never get it.",
        "protocol: none\n# ...\nalerting: {absent: {severity: page}}\n",
    ),
    "alert/template": CodeDoc(
        "An annotation that Prometheus cannot expand",
        "Annotations and labels of alerts are Go templates. An action or a block that is not closed, an "
        "unknown function or variable: for any of these Prometheus refuses the whole rule file.",
        "summary: '{{ $labels.service is down'\n",
    ),
    "pack/placeholder": CodeDoc(
        "A placeholder that cannot be filled",
        "In the annotations of a pack, `<< service >>`, `<< namespace >>` and the pack's parameters are "
        "filled in. Anything else between these marks is a mistake. Go templates (`{{ }}`) are left alone.",
    ),
    "pack/test-series": CodeDoc(
        "An input of a test that is not a series",
        "A series is a metric with one value for each label. Regular expressions and `!=` select series, "
        "they do not name one; of `$selector` a test takes the labels with `=`.",
        'series: up{job=~"api.*"}\n',
    ),
    "pack/test-values": CodeDoc(
        "Values that promtool cannot read",
        "Values stand one for each minute, with spaces between: numbers, `a+bxn` (a, and n more, each b "
        "higher), `axn` (a, and n more of it), `_` or `_xn` for missing ones, `stale`. At most 100,000.",
        "values: 1,2,3\n",
    ),
    "pack/unread-series": CodeDoc(
        "A test of a series that no rule reads",
        "A silent alert proves something only if its rule sees the series. A name or label that differs from "
        "the expressions' would let every silent test pass.",
    ),
    "promql/duplicate-rule": CodeDoc(
        "Two rules that write the same series",
        "A record or alert with the same name and labels twice: Prometheus would get two values for one "
        "series and keep either.",
    ),
    "promql/token": CodeDoc(
        "A token that cannot be replaced",
        "`$window`, `$selector`, `$service`, `$namespace` and a pack's parameters stand for a whole token of "
        "PromQL. They are not replaced inside strings, nor as a part of a longer word.",
    ),
    "slo/lost-group": CodeDoc(
        "A query without the label of its groups",
        "An SLO with `groupBy` is summed by the groups' labels. A query that sums its series up before takes "
        "the labels away, and all groups would be one. Write a plain selector, or keep the labels with `by`.",
        "groupBy: [region]\nsli: {events: {total: 'sum(rate(orders_total[$window]))', bad: failed_total}}\n",
    ),
    "slo/too-many-groups": CodeDoc(
        "More groups than maxGroups",
        "Each group is a series of every record and has alerts of its own. The fixtures say how many "
        "values the labels have; several labels multiply. Prometheus gets `maxGroups` as the rule "
        "groups' limit: beyond it the rules fail.",
        "groupBy: [revision, caller]\nmaxGroups: 5\n",
    ),
    "slo/unknown-group": CodeDoc(
        "A group that no series has",
        "`groupBy` holds dimensions of the telemetry profile, or labels that the profile or a fixture has. "
        "By any other label all series would be one group, and Prometheus would not say so.",
        "groupBy: [revison]\n",
    ),
    "slo/window-below-a-minute": CodeDoc(
        "A window without a reading",
        "Ratio and threshold SLIs read their query once a minute. A window shorter than that holds a reading "
        "at some evaluations and none at others.",
        "short: 30s\n",
    ),
}
