"""Where a service's runbook is: the team's own, the page that is generated, or the platform's.

A generated page has a heading for each alert. Git hosts make the anchor of a heading from its words: in lower
case, with hyphens for spaces, and without what is neither letter, digit, underscore nor hyphen. GitLab makes
one hyphen of several in a row, GitHub and Gitea do not.
"""

from __future__ import annotations

import re

from generator import names
from generator.links.url import Base, UnsafeUrlError, Url
from generator.spec.model import Platform, Service

FORMAT = "runbooks"
_DROPPED = re.compile(r"[^\w\- ]")


def slo_heading(slo: str, alert: str) -> str:
    """The heading of an SLO's alert on the page."""
    return f"{alert} of {slo}"


def pack_heading(pack: str, alert: str) -> str:
    """The heading of a pack's alert on the page."""
    return f"{alert} of the pack {pack}"


def anchor(heading: str) -> str:
    """The anchor that Git hosts give to a heading."""
    return _DROPPED.sub("", heading).lower().replace(" ", "-")


def slo_alert(platform: Platform, service: Service, slo: str, alert: str) -> str:
    """The URL that says what to do about an SLO's alert; empty where nobody has said."""
    return of_service(platform, service, slo_heading(slo, alert))


def pack_alert(platform: Platform, service: Service, pack: str, alert: str) -> str:
    """The same for an alert of a pack."""
    return of_service(platform, service, pack_heading(pack, alert))


def page(platform: Platform, service: Service) -> str:
    """The URL of a service's generated page; empty where none is generated or nobody says where it is."""
    url = _page(platform, service)
    return url.render() if url else ""


def of_service(platform: Platform, service: Service, heading: str = "") -> str:
    """The URL of a service's runbook, at a heading of the generated page; empty where nobody has said."""
    if service.runbook and "runbook" in service.at:
        return service.runbook
    url = _page(platform, service, anchor(heading))
    return url.render() if url else service.runbook


def _page(platform: Platform, service: Service, fragment: str = "") -> Url | None:
    if FORMAT not in platform.delivery or not platform.repository.url:
        return None
    try:
        base = Base.parse(platform.repository.url)
    except UnsafeUrlError:
        return None  # which has been reported
    return Url(base, tuple(names.runbook_path(service.namespace, service.name).split("/")), fragment=fragment)
