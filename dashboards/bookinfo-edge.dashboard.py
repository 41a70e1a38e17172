"""What comes in for Bookinfo: traffic at the ingress gateway, before any service of the mesh has seen it."""

from grafanalib import formatunits as unit
from grafanalib.core import Dashboard, GridPos, RowPanel, Stat, Target, Time, TimeSeries

# The gateway tells of a request as its source: there is no other proxy before it.
EDGE = (
    'reporter="source", source_workload="istio-ingressgateway", source_workload_namespace="istio-system", '
    'destination_service_namespace="bookinfo"'
)
FAILED = f'{EDGE}, response_code=~"5.."'
PLAIN = [{"color": "text", "value": None}]


def rate(selector, by=""):
    """Requests per second that the gateway sent on, summed by labels."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate(istio_requests_total{{{selector}}}[$__rate_interval]))"


def quantile(share):
    """Time in milliseconds within which a share of the requests was answered."""
    buckets = f"rate(istio_request_duration_milliseconds_bucket{{{EDGE}}}[$__rate_interval])"
    return (
        f"histogram_quantile({share}, sum by (le) ({buckets})) >= 0"  # without requests nothing, and not NaN
    )


def number(title, description, expr, *, x, **options):
    """A stat panel in the first line."""
    return Stat(
        title=title,
        description=description,
        targets=[Target(expr=expr, instant=True)],
        gridPos=GridPos(h=4, w=8, x=x, y=0),
        reduceCalc="lastNotNull",
        graphMode="none",
        **options,
    )


def graph(title, description, queries, *, x, **options):
    """A time series panel under the row; `queries` is legend to expression."""
    return TimeSeries(
        title=title,
        description=description,
        targets=[Target(expr=expr, legendFormat=legend) for legend, expr in queries.items()],
        gridPos=GridPos(h=9, w=8, x=x, y=5),
        fillOpacity=10,
        showPoints="never",
        tooltipMode="multi",
        tooltipSort="desc",
        valueMin=0,
        **options,
    )


dashboard = Dashboard(
    uid="bookinfo-edge",
    title="Bookinfo / edge",
    description="What the ingress gateway sends into the mesh for Bookinfo, and what comes back.",
    tags=["bookinfo", "edge"],
    time=Time("now-6h", "now"),
    panels=[
        number(
            "Requests coming in",
            "Requests per second through the ingress gateway. None at all, while the site has visitors, "
            "points to DNS, the load balancer or the gateway's own pods.",
            rate(EDGE),
            x=0,
            format=unit.REQUESTS_PER_SEC,
            thresholds=PLAIN,
        ),
        number(
            "Failing at the edge",
            "Share of requests that visitors saw fail with a 5xx. Look for the service behind it in the "
            "graphs below.",
            f"({rate(FAILED)} or 0 * {rate(EDGE)}) / ({rate(EDGE)} > 0)",
            x=8,
            format=unit.PERCENT_UNIT,
            decimals=2,
            thresholds=[
                {"color": "green", "value": None},
                {"color": "orange", "value": 0.001},
                {"color": "red", "value": 0.01},
            ],
        ),
        number(
            "Median duration",
            "Half of the visitors wait no longer than this for a page, seen from the gateway.",
            quantile(0.5),
            x=16,
            format=unit.MILLI_SECONDS,
            thresholds=PLAIN,
        ),
        RowPanel(title="By destination", gridPos=GridPos(h=1, w=24, x=0, y=4)),
        graph(
            "Requests by destination",
            "Where the gateway sends requests. A service that should not be reachable from outside does not "
            "belong here.",
            {"{{destination_service_name}}": rate(EDGE, "destination_service_name")},
            x=0,
            unit=unit.REQUESTS_PER_SEC,
        ),
        graph(
            "Failures by destination and flag",
            "Failed requests per second. The flag is Envoy's reason: UH no healthy pod, UF no connection, "
            "NR no route; “-” is the service's own answer.",
            {
                "{{destination_service_name}} {{response_flags}}": rate(
                    FAILED, "destination_service_name, response_flags"
                )
            },
            x=8,
            unit=unit.REQUESTS_PER_SEC,
        ),
        graph(
            "Duration at the edge",
            "Percentiles of what visitors wait. If only p99 rises, a few pages are slow; if all rise, the "
            "product page is.",
            {"p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99)},
            x=16,
            unit=unit.MILLI_SECONDS,
        ),
    ],
)
