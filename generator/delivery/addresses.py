"""Where other programs find the systems of a platform, and what is said where nobody knows."""

from __future__ import annotations

from urllib.parse import urlsplit

from generator.diagnostics import Diagnostics
from generator.links.version import at_least
from generator.spec.model import Platform

_NO_SEARCH_SINCE = (2, 21)
_GRPC_PORT = 16685  # of Jaeger's queries; any other address is taken for HTTP


def prometheus(platform: Platform) -> str:
    """Prometheus as programs reach it; empty where it is unknown."""
    return platform.prometheus.internal_url or platform.prometheus.url


def grafana(platform: Platform) -> str:
    """Grafana as programs reach it."""
    return platform.grafana.internal_url or platform.grafana.url


def traces(platform: Platform) -> str:
    """Jaeger or Tempo as programs reach it."""
    people = platform.jaeger.url if platform.tracing.provider == "jaeger" else ""
    return platform.tracing.internal_url or people


def traces_over_http(platform: Platform) -> str:
    """The same for programs that know no gRPC."""
    return platform.jaeger.url if is_grpc(traces(platform)) else traces(platform)


def is_grpc(url: str) -> bool:
    """Whether this is the address of Jaeger's queries over gRPC."""
    try:
        return urlsplit(url).port == _GRPC_PORT
    except ValueError:
        return False  # no address at all, which has been reported


def logs(platform: Platform) -> str:
    """Loki or Elasticsearch as programs reach it."""
    people = platform.logs.url if platform.logs.kind == "loki" else ""
    return platform.logs.internal_url or people


def missing(
    platform: Platform, format_: str, field: str, needed: str, why: str, diagnostics: Diagnostics
) -> None:
    """Report that `format_` lacks `needed`; `field`, as in `grafana.dataSources`, is what asks for it."""
    place = platform.at.get(field) or platform.at.get(field.partition(".")[0]) or platform.at.get("delivery")
    diagnostics.error(
        "delivery/missing-setting",
        f"the format {format_} needs {needed}",
        place,
        cause=why,
        fix=f"add {needed} to the platform's file, or leave the format out.",
    )


def check_jaeger_search(platform: Platform, who: str, diagnostics: Diagnostics) -> None:
    """Report a Jaeger that answers no searches of `who`, which asks it over HTTP."""
    if at_least(platform.jaeger.version, _NO_SEARCH_SINCE):
        diagnostics.warning(
            "delivery/jaeger-search",
            f"Jaeger {platform.jaeger.version} answers no searches of {who} over HTTP",
            platform.at.get("tracing.internalUrl") or platform.at.get("jaeger.version"),
            cause="after 2.20 the old paths below /api are gone, and it asks for no others.",
            fix="for Kiali, write the address of Jaeger's gRPC port, 16685, as tracing.internalUrl; Grafana "
            "can still show a trace by its id.",
        )
