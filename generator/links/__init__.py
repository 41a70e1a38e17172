"""Links into the systems around a service: builders, grammars that parse them back, the links of a service.

`service_links` are for readers of files, `alert_annotations` for alerts, `dashboard_links` for a service's
dashboard, `value_links` for values whose service Grafana alone knows.
"""

from generator.links.check import allowed_hosts, check_links
from generator.links.service import (
    NamedLink,
    ServiceLinks,
    alert_annotations,
    dashboard_links,
    namespace_links,
    service_links,
    silence_of,
)
from generator.links.values import value_links

__all__ = [
    "NamedLink",
    "ServiceLinks",
    "alert_annotations",
    "allowed_hosts",
    "check_links",
    "dashboard_links",
    "namespace_links",
    "service_links",
    "silence_of",
    "value_links",
]
