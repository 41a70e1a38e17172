"""The diagnostic codes of SLIs."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "sli/bad-or-good": CodeDoc(
        "Both or neither of bad and good",
        "An events SLI has `total` and exactly one of `bad` and `good`, a ratio SLI exactly one of the two.",
    ),
    "sli/missing-groups": CodeDoc(
        "Missing minutes that nobody can know of",
        "With groupBy or identityLabels an SLO is measured for each value of the label. Nothing says which "
        "values there should be, so a minute without a series cannot count as bad. Ignore missing minutes, "
        "and watch for absence with an alert pack.",
        "sli: {threshold: {query: queue_length, op: lt, value: 100, missing: bad}}\n",
    ),
    "sli/no-bucket": CodeDoc(
        "A threshold between two buckets",
        "A histogram counts how many requests were faster than each of its edges. A threshold between two "
        "edges cannot be measured, only guessed. Use an edge, or add one: where the histogram is made, in a "
        "profile under `telemetryProfiles`, and in the fixture.",
        "sli: {latency: {threshold: 300ms}}\n",
    ),
    "sli/no-duration": CodeDoc(
        "A latency of what has no duration",
        "TCP traffic is counted in connections. How long one stays open is no latency, and no proxy sees the "
        "requests inside of it. The same is said where a telemetry profile has no histogram.",
    ),
    "sli/partly-timed": CodeDoc(
        "A latency of a part of the traffic",
        "Of a service with several protocols, one of which is counted in connections, a latency SLO measures "
        "the others alone, and it holds when no connection gets through. An availability SLO counts all of "
        "them. Matchers say that the part is meant.",
        "protocol: [http, tcp]\n# ...\nsli: {latency: {threshold: 250ms}}\n",
    ),
    "sli/streaming": CodeDoc(
        "A latency of streams",
        "With `streaming: true` a service says that its requests may stay open for long. A proxy's duration "
        "of such a request is the length of its stream. Narrow the SLI with matchers to the requests that "
        "are answered at once.",
    ),
    "sli/no-failure": CodeDoc(
        "An error policy under which nothing fails",
        "With no code and no flag the SLO would be green whatever happens.",
    ),
    "sli/no-outcome": CodeDoc(
        "A histogram that does not tell successes from failures",
        "The latency of successful requests needs a histogram whose series carry the outcome. Where they do "
        "not, only the latency of all requests can be measured, and that is a choice to be made openly.",
        "telemetry: {profile: grpc-server}\n# ...\nsli: {latency: {threshold: 250ms}}\n",
    ),
    "sli/no-telemetry": CodeDoc(
        "An SLI of the mesh on a service outside of it",
        "Availability and latency are read from the proxies. A service with `protocol: none` has only its "
        "own counters: use an events SLI.",
    ),
    "sli/not-a-counter": CodeDoc(
        "A query that is neither a selector nor has a window",
        "A plain counter selector is turned into a rate over each window. Any other expression must say "
        "where the window goes, with `[$window]`.",
        "total: sum(rate(orders_total[5m]))\n",
    ),
    "sli/not-instant": CodeDoc(
        "A query without a value at a point in time",
        "The query of a ratio or threshold SLI is read once a minute. A range of samples or a string is no "
        "number. Take a range into a function such as `avg_over_time`.",
        "sli: {ratio: {bad: 'queue_fill_ratio[5m]'}}\n",
    ),
    "sli/unused-policy": CodeDoc(
        "A part of an error policy that has no effect",
        "HTTP codes say nothing of gRPC calls, and no service outside of a mesh has response flags. What a "
        "telemetry profile knows stands in the reference.",
        "telemetry: {profile: otel-http}\n# ...\nsli: {availability: {errorPolicy: {flags: [UH]}}}\n",
    ),
}
