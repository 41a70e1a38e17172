"""How safe a mesh is: encryption, refusals, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, scales
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Field, Threshold
from generator.grafana.panels import Panel
from generator.grafana.queries import ranked, share
from generator.promql.build import Aggregate, Binary, Call, Matcher, Number, Selector, equal, total

_RANKED = 10
_DAY = Number(86_400)
_CERTIFICATES = {
    "citadel_server_root_cert_expiry_timestamp": "root",
    "citadel_server_cert_chain_expiry_timestamp": "istiod's own",
}
_AGENT_CERTIFICATE = "istio_agent_cert_expiry_seconds"


def refusals(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    """Yield what is encrypted, who calls without mTLS, and who is refused."""
    told = {
        metric: words
        for metric, words in ((seen.REQUESTS, "requests"), (seen.CONNECTIONS, "TCP connections"))
        if context.has(metric)
    }
    by = (seen.CALLEE[0],)
    yield charts.graph(
        "mtls",
        "Share under mTLS by namespace",
        "Of requests, and of TCP connections. A step down is a workload that lost its proxy, or a policy "
        "that became permissive.",
        {
            f"{{{{{by[0]}}}}} {words}": share(
                seen.once(metric, equal(seen.POLICY, "mutual_tls"), *chosen), seen.once(metric, *chosen), by
            )
            for metric, words in told.items()
        },
        Field(unit="percentunit", decimals=1, maximum=Decimal(1)),
        width=8,
    )
    labels = {
        "source_workload_namespace": "From namespace",
        "source_workload": "Caller",
        seen.CALLEE[1]: "Service",
    }
    plain = (equal(seen.POLICY, "none"), *chosen)
    yield charts.table(
        "plain",
        "Calls without mTLS",
        "Requests and TCP connections in plain text, per second. A caller called “unknown” is outside of "
        "the mesh; any other has a proxy that was switched off or a policy that lets it.",
        labels,
        {
            f"{words[0].upper()}{words[1:]}/s": (
                seen.positive(total(seen.once(metric, *plain), tuple(labels))),
                Field(unit="none", decimals=2),
            )
            for metric, words in told.items()
        },
        width=8,
    )
    if seen.REQUESTS not in told:
        return
    principals = {"source_principal": "Caller's identity", seen.CALLEE[1]: "Service"}
    yield charts.table(
        "denied",
        "Who gets 403",
        "Requests answered 403, per second: refused by an AuthorizationPolicy, or by the application. "
        "“unknown” came without an identity, which a policy that asks for one refuses.",
        principals,
        {
            "Requests/s": (
                seen.positive(
                    total(seen.once(seen.REQUESTS, equal("response_code", "403"), *chosen), tuple(principals))
                ),
                Field(unit="none", decimals=2),
            )
        },
        width=8,
    )


def certificates(context: Context) -> Iterator[Panel]:
    """Yield how long the certificates last of which somebody tells."""
    days = Field(unit="d", decimals=1)
    for metric, whose in _CERTIFICATES.items():
        if context.has(metric):
            left = Binary(Aggregate("min", Selector(metric)), "-", Call("time", ()))
            yield charts.stat(
                metric.replace("_", "-"),
                f"Certificate: {whose}",
                "Days until it expires. After that no proxy trusts another one. Renew the root weeks "
                "before: all workloads need new certificates.",
                Binary(left, "/", _DAY),
                days,
                width=6,
                height=6,
            )
    if context.has(_AGENT_CERTIFICATE):
        yield charts.graph(
            "workload-certificates",
            f"Certificates of workloads: the {_RANKED} that expire first",
            "Hours left, none at the red line. They live for a day and are renewed at half of it; one that "
            "falls below a quarter is not being renewed: its agent cannot reach istiod.",
            {
                "{{namespace}}/{{pod}}": ranked(
                    "bottomk",
                    _RANKED,
                    Binary(
                        Aggregate(
                            "min",
                            Selector(_AGENT_CERTIFICATE, (equal("resource_name", "default"),)),
                            ("namespace", "pod"),
                        ),
                        "/",
                        Number(3600),
                    ),
                )
            },
            Field(
                unit="h",
                decimals=1,
                thresholds=(Threshold(None, scales.RED), Threshold(Decimal(0), "transparent")),
            ),
            lines="dashed",
            height=6,
        )
