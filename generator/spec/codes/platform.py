"""The codes of findings about the platform, its telemetry profiles, and what it tells other systems."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
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
        "In `tracing.serviceName`, in `runbook` and in selectors of logs, `$service` and `$namespace` stand "
        "for those of each service. There are no others.",
        'tracing: {serviceName: "$name.$namespace"}\n',
    ),
    "platform/windows": CodeDoc(
        "A set of windows that makes no alerts",
        "A set has at most one window for each tier and speed, and the short window is shorter than the "
        "long one.",
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
}
