"""Links into Grafana, Kiali and Jaeger: builders, grammars that parse them back, the links of a service."""

from generator.links.check import allowed_hosts, check_links
from generator.links.service import (
    NamedLink,
    ServiceLinks,
    alert_annotations,
    dashboard_links,
    namespace_links,
    service_links,
)

__all__ = [
    "NamedLink",
    "ServiceLinks",
    "alert_annotations",
    "allowed_hosts",
    "check_links",
    "dashboard_links",
    "namespace_links",
    "service_links",
]
