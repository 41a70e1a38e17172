"""The codes of findings about services, SLOs and journeys."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "service/duplicate": CodeDoc(
        "A service defined twice",
        "Namespace and name identify a service; two of the same would record the same series.",
    ),
    "service/same-series": CodeDoc(
        "Two services on the same series",
        "A service's series are selected by the labels of its identity. Where a profile knows a name and no "
        "namespace, as that of span metrics does, services of one name in two namespaces select the same.",
    ),
    "service/rollout": CodeDoc(
        "A rollout that compares nothing",
        "A rollout names a baseline, other revisions as candidates and, if their traffic shall be compared "
        "with a plan, weights that add up to 100. Telemetry must tell revisions apart.",
        "rollout: {baseline: v1, candidates: [v2], weights: {v1: 90, v2: 5}}\n",
    ),
    "service/unknown-call": CodeDoc(
        "A call to a service that is not there",
        "`calls` names services of the same project, with their namespace where it is another one. A call to "
        "anything else is drawn in the graph, and mostly it is misspelt.",
    ),
    "service/telemetry-contradiction": CodeDoc(
        "Telemetry that excludes itself",
        "In a mesh a protocol is measured by a proxy: a service without one says `protocol: none` and "
        "`dataplane: none`, and has SLOs over its own counters. A profile knows certain protocols and "
        "dataplanes, and a dataplane certain reporters; a waypoint stands in front of ambient services "
        "alone.",
        "telemetry: {profile: otel-http, dataplane: sidecar}\n",
    ),
    "service/no-waypoint": CodeDoc(
        "Requests on ambient that nobody counts",
        "Without sidecars, requests are known to a waypoint alone; a ztunnel knows connections. Name the "
        "waypoint that stands in front of the service, or measure its connections with `protocol: tcp`.",
    ),
    "service/tracing-name": CodeDoc(
        "Two services of one name in traces",
        "Traces are searched by the name that the mesh gives to a service. Istio's default is "
        "`<app>.<namespace>`; where the mesh's `tracingServiceName` leaves the namespace out, services of "
        "one name cannot be told apart.",
        'tracing: {serviceName: "$service"}\n',
    ),
    "service/presence": CodeDoc(
        "A presence that cannot say anything",
        "`telemetry.presence` is read at one point in time; its having a result says that there should be "
        "telemetry. Where the platform has `identityLabels`, its result must carry them.",
        "telemetry: {presence: 'up{job=\"cart\"}[5m]'}\n",
    ),
    "service/unknown-profile": CodeDoc(
        "A telemetry profile that nobody defined",
        "Profiles are built in, or stand under `telemetryProfiles` in the platform file.",
    ),
    "service/unknown-tier": CodeDoc(
        "A tier that nobody defined", "Tiers stand under `tiers` in the platform file."
    ),
    "slo/alerting-without-budget": CodeDoc(
        "Alerting of an SLO without a budget",
        "With `budget: false` an SLO is recorded for panels only. What is written about its alerts would "
        "mean nothing, and look as if somebody were called.",
        "budget: false\nalerting: {minFailures: 5}\n",
    ),
    "slo/duplicate": CodeDoc(
        "Two SLOs of one name",
        "Within a service the name identifies an SLO, whether it stands in the service or in a document of "
        "its own.",
    ),
    "slo/first-events": CodeDoc(
        "First events that cannot be counted",
        "A counter that begins with its first event hides it from `rate`. It can be counted where it is "
        "known which labels the process itself gives to a counter: in a telemetry profile that lists them, "
        "not in a query of your own. A counter that starts at 0 loses nothing.",
        "firstEvents: counted\nsli: {events: {total: orders_total, bad: orders_failed_total}}\n",
    ),
    "slo/group-label": CodeDoc(
        "A label that cannot be a group",
        "A group must be a label that nothing else says: not the identity of SLOs, not a label that the "
        "alerts get from the service or the SLO, not the outcome of a request, and no label twice.",
        "groupBy: [namespace, response_code]\n",
    ),
    "slo/objective-range": CodeDoc(
        "An objective that cannot be meant",
        "Objectives are percentages above 50 and below 100. 0.999 is a slip for 99.9; at 100 there is no "
        "budget to burn; above 99.9999 the budget is smaller than what can be measured. A low objective "
        "needs `allowLow: true`.",
        "objective: 0.999\n",
    ),
    "slo/period": CodeDoc(
        "A period that cannot be used",
        "Periods are rolling and in whole days up to 366, and longer than the longest alert window. Calendar "
        "periods are not offered: their budget jumps at midnight on the first, and an alert would mean "
        "something else each day.",
    ),
    "slo/reserved-label": CodeDoc(
        "A label that Sightline sets itself",
        "`namespace`, `service`, `slo` and the labels of the alerts identify series and alerts. Another "
        "value would join or hide those of other SLOs.",
    ),
    "slo/retention": CodeDoc(
        "A period longer than what Prometheus keeps",
        "The period's budget is read from samples. With a retention shorter than the period it would "
        "silently cover less.",
    ),
    "slo/too-many-rules": CodeDoc(
        "A rule group that grows too large",
        "Mimir refuses groups of more than 20 rules unless it is told otherwise.",
    ),
    "slo/unknown-service": CodeDoc(
        "An SLO of a service that is not there",
        "`service` names a `kind: Service` of the same project, with its namespace.",
    ),
    "slo/unknown-windows": CodeDoc(
        "A set of windows that nobody defined",
        "`google-30d` is built in; others stand under `windows` in the platform file.",
    ),
    "slo/unreachable-alert": CodeDoc(
        "An alert that can never fire",
        "A burn-rate alert fires when the error ratio exceeds factor x budget. At a low objective that "
        "number reaches 1, and no ratio exceeds 1: at 14.4 that is an objective of 93.06 or less. The alert "
        "would be green in a total outage.",
    ),
    "slo/service-or-journey": CodeDoc(
        "An SLO of nobody, or of two",
        "A document of kind SLO has either `service` or `journey`.",
    ),
    "journey/contradiction": CodeDoc(
        "A journey described in two ways",
        "Several documents may add SLOs to one journey; `measuredAt` and `services` must then be the same.",
    ),
    "journey/name-taken": CodeDoc(
        "A journey with the name of a service",
        "A journey's records carry its name in the label `service`. With the name of a service in the same "
        "namespace the two would be mixed up.",
    ),
    "journey/unknown-service": CodeDoc(
        "A journey through a service that is not there",
        "`measuredAt` and `services` name documents of `kind: Service` of the same project, with their "
        "namespaces.",
    ),
}
