"""The diagnostic codes of documents: structure, services, SLOs, the platform, alert packs."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "input/none": CodeDoc(
        "A folder without the files that were asked for",
        "Rule files end with .yaml, .yml or .rules, dashboards with .json, those in objects "
        "and fixtures with .yaml or .yml. Hidden files and folders are passed over.",
    ),
    "input/too-large": CodeDoc(
        "A file larger than what is read",
        "Input files are read up to 5,000,000 bytes. Split the file into several.",
    ),
    "input/unreadable": CodeDoc(
        "A file or folder that cannot be read",
        "The operating system refused to open it, or it is not a regular file. Nothing is generated from "
        "half of a project.",
    ),
    "spec/api-version": CodeDoc(
        "An unknown version of the format",
        "Documents say `apiVersion: sightline/v1`. Other versions do not exist yet.",
    ),
    "spec/document": CodeDoc(
        "A document that is not a mapping",
        "Every document is a mapping with `apiVersion`, `kind`, `metadata` and `spec`. An empty document "
        "is skipped.",
    ),
    "spec/duplicate-item": CodeDoc(
        "A value that stands twice in a list", "The items of this list must differ."
    ),
    "spec/key": CodeDoc(
        "A key of the wrong form",
        "Label names are letters, digits and underscores; names of tiers and window sets are slugs.",
    ),
    "spec/missing-key": CodeDoc(
        "A key that must be there",
        "The finding says what the key is for. An SLO may get its objective and SLI from its namesake in "
        "the service's tier.",
    ),
    "spec/size": CodeDoc(
        "Too few or too many entries", "An SLI has exactly one kind; some lists must not be empty."
    ),
    "spec/type": CodeDoc(
        "A value of the wrong type",
        "YAML 1.2 decides what a plain value is: `3.10` is a number, `true` a truth value, `yes` and `on` "
        "are words. Quote what is meant as text.",
    ),
    "spec/unknown-key": CodeDoc(
        "A key that means nothing here",
        "Keys are strict: a misspelt key would otherwise be ignored, and with it what you meant. The nearest "
        "known key is suggested, or all of them are listed.",
    ),
    "spec/unknown-kind": CodeDoc(
        "An unknown kind of document",
        "The kinds are `Service`, `SLO`, `AlertPack`, `Dashboard` and `Platform`.",
    ),
    "spec/value": CodeDoc(
        "A value that is not allowed here",
        "The finding says which values or which form are allowed; so does the reference.",
    ),
    "platform/external-label": CodeDoc(
        "An external label that the rules want to see",
        "Prometheus adds external labels to alerts and samples that leave it. Its own rules never see them, "
        "so that a label is either external or, on the raw series, one of `identityLabels`; and the labels "
        "that Sightline sets itself are neither.",
        "identityLabels: [cluster]\nprometheus: {externalLabels: {cluster: east}}\n",
    ),
    "platform/duplicate": CodeDoc("Two platforms", "A project has one Platform, in `sightline.yaml`."),
    "platform/fixture-path": CodeDoc(
        "A fixture that is not there",
        "`fixtures` holds paths or globs relative to the platform file, inside the project. One that matches "
        "nothing is a mistake: without its fixture nothing would be compared.",
    ),
    "platform/interval": CodeDoc(
        "An evaluation interval that breaks the rules",
        "Both intervals must stay below Prometheus' lookback of five minutes, or the series they write would "
        "disappear between two samples. The long interval must be a multiple of the short one, so that its "
        "sums read every record exactly once.",
    ),
    "platform/labels-without-objects": CodeDoc(
        "Labels of objects that are not written",
        "Only the format `prometheus-operator` writes Kubernetes objects.",
    ),
    "platform/lint": CodeDoc(
        "An entry of `lint` that cannot be, or that does nothing",
        "`lint.disable` silences warnings, each with a reason. An error cannot be silenced, because the "
        "output would be wrong; an entry that silenced nothing in a run without errors is to be removed.",
        "lint: {disable: [{code: slo/retention, reason: Thanos keeps samples for a year.}]}\n",
    ),
    "platform/missing": CodeDoc(
        "No platform",
        "A project starts with a document of `kind: Platform` in `sightline.yaml`; `sightline init` writes "
        "one.",
    ),
    "platform/place": CodeDoc(
        "A platform in another file",
        "The Platform stands in `sightline.yaml`, or in the file that `--config` names.",
    ),
    "platform/requires": CodeDoc(
        "A version of Sightline that the project does not want",
        "`requires` says which versions may generate the project. Nothing else of it is read, because what "
        "this version finds wrong may be right in another.",
        'requires: ">=0.1, <2"\n',
    ),
    "platform/scrape-interval": CodeDoc(
        "Scrapes too rare for the windows",
        "The shortest window is five minutes. With fewer than four scrapes in it, one missed scrape is a "
        "quarter of the traffic.",
    ),
    "platform/tests-without-rules": CodeDoc(
        "Tests without the rules that they test",
        "The format `prometheus-tests` refers to the files of the format `prometheus`. promtool only warns "
        "when they are missing, and passes.",
    ),
    "platform/unknown-environment": CodeDoc(
        "An environment that nobody defined",
        "`--environment` names one of the platform's `environments`.",
    ),
    "platform/token": CodeDoc(
        "A word behind a dollar that stands for nothing",
        "In `tracing.serviceName` and in selectors of logs, `$service` and `$namespace` stand for those of "
        "each service. There are no others.",
        'tracing: {serviceName: "$name.$namespace"}\n',
    ),
    "platform/windows": CodeDoc(
        "A set of windows that makes no alerts",
        "A set has at most one window for each tier and speed, and the short window is shorter than the "
        "long one.",
    ),
    "foreach/cluster": CodeDoc(
        "Conditions on a whole cluster",
        "`where` chooses among services. With `kind: cluster` something is made once for the project.",
    ),
    "foreach/no-match": CodeDoc(
        "A `forEach` that means nothing",
        "No service has the tier, the protocol and the labels that `where` asks for, so nothing is made. "
        "Mostly a value is misspelt.",
    ),
    "profile/buckets": CodeDoc(
        "Edges of buckets in disorder",
        "The edges of a histogram's buckets ascend, and `+Inf` is always there.",
        "buckets: [0.1, 0.5, 0.25]\n",
    ),
    "profile/built-in": CodeDoc(
        "A profile by the name of a built-in one",
        "What `istio` means is the same in every project. A profile that changes it has a name of its own, "
        "and `extends` the built-in one.",
        "telemetryProfiles: {istio: {extends: istio}}\n",
    ),
    "profile/durations": CodeDoc(
        "Durations that cannot be added up",
        "A service that speaks several protocols has one latency over all of them. So the histograms of a "
        "profile are all classic, or all native and in one unit.",
    ),
    "profile/native-histograms": CodeDoc(
        "Native histograms that the target does not store",
        "Prometheus keeps native histograms since 2.40, up to 3.8 only with the flag `native-histograms`. "
        "The platform says under `prometheus` which one it is and which flags it has.",
        "prometheus: {version: '2.42'}\ntelemetryProfiles:\n  own: {extends: otel-http, protocols: "
        "{http: {duration: {native: true}}}}\n",
    ),
    "profile/no-dataplane": CodeDoc(
        "A dataplane that is not there",
        "A profile has at least one dataplane that services can name (`sidecar`, `ambient`, `gateway` or "
        "`none`), and whatever a protocol leads `through`.",
    ),
    "profile/no-flags-label": CodeDoc(
        "Flags without a label", "`flags` are values of the label that `flagsLabel` names."
    ),
    "profile/overlap": CodeDoc(
        "Two protocols that nothing tells apart",
        "A service may speak several protocols, and their requests are added up. Where they are counted in "
        "different metrics, a label under `select` must tell their series apart.",
    ),
    "profile/unknown-base": CodeDoc(
        "A profile that extends nothing known",
        "`extends` names a built-in profile; a profile of your own cannot be extended.",
    ),
    "metadata/former-name": CodeDoc(
        "A former name that is in use",
        "`renamedFrom` lists names that a service or an SLO had before, so that dashboards can show what was "
        "recorded under them. A name that still exists, or that two claim, belongs to somebody else.",
    ),
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
    "delivery/jaeger-search": CodeDoc(
        "A Jaeger that answers no searches over HTTP",
        "Up to 2.20, Jaeger answers searches at `/api/traces`. Newer ones do not, so that Kiali without gRPC "
        "and Grafana's data source find no traces by service; they still show one by its id.",
        'jaeger: {url: "https://jaeger.example.com", version: "2.21"}\n',
    ),
    "delivery/missing-setting": CodeDoc(
        "A format that lacks a setting",
        "What Kiali, Jaeger or Grafana are told names other systems. A format is refused when one that it "
        "needs has no address, or when nothing at all is known that it could say.",
        "delivery: [{format: grafana-datasources}]\n",
    ),
    "kiali/tracing-name": CodeDoc(
        "A name in traces that Kiali cannot search",
        "Kiali searches traces by `<app>` or by `<app>.<namespace>` (`namespace_selector`). With another "
        "`tracing.serviceName` its traces tab would stay empty.",
        "tracing: {serviceName: $service.$namespace.mesh}\n",
    ),
    "service/tracing-name": CodeDoc(
        "Two services of one name in traces",
        "Traces are searched by the name that the mesh gives to a service. Istio's default is "
        "`<app>.<namespace>`; where the mesh's `tracingServiceName` leaves the namespace out, services of "
        "one name cannot be told apart.",
        'tracing: {serviceName: "$service"}\n',
    ),
    "logs/selector": CodeDoc(
        "A selector of logs that selects nothing",
        "For Loki, a stream selector with at least one value that is not empty, and what may follow it: "
        '`{app="$service"} |= "error"`. For Elasticsearch, a query in Lucene: `app:"$service"`.',
        "logs: {kind: loki, selector: 'app=\"$service\"'}\n",
    ),
    "tracing/head-below-keep": CodeDoc(
        "Traces to be kept that are never made",
        "Whether a request is traced is decided where its trace starts, before anybody knows that it will "
        "fail or be slow. With `headPercent: 1` and `keep: {errors: 100%}` one keeps 1 % of the errors.",
        "tracing: {keep: {errors: 100%}}\n",
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
    "pack/alert-or-record": CodeDoc(
        "A rule that is neither or both", "A rule has either `alert` or `record`."
    ),
    "pack/duplicate": CodeDoc(
        "Two alert packs of one name", "The name identifies a pack within the project."
    ),
    "pack/of-the-cluster": CodeDoc(
        "A pack for the whole project in a service's list",
        "A pack with `forEach: {kind: cluster}` is made once for the project; no service has it.",
    ),
    "pack/parameter-name": CodeDoc(
        "A parameter that would hide a token",
        "`service`, `namespace`, `selector` and `workload` stand for what a pack is filled with. A parameter "
        "of such a name would take their place.",
    ),
    "pack/too-many-rules": CodeDoc(
        "A pack that makes too large a group",
        "A pack becomes one rule group per service, of at most 20 rules.",
    ),
    "pack/unknown": CodeDoc(
        "An alert pack that nobody defined", "Packs are documents of `kind: AlertPack` in `alerts/`."
    ),
    "pack/unknown-alert": CodeDoc(
        "A test that expects an alert that is not there",
        "`expect` names alerts of the same pack. promtool would say nothing about another name.",
    ),
    "pack/unknown-parameter": CodeDoc(
        "A parameter that the pack does not have",
        "A service may set the parameters that the pack lists, and no others.",
    ),
}
