"""Links into Alertmanager: alerts, silences, and the form for a new silence.

Grammar: prometheus/alertmanager ui/app/src, Parsing.elm and Views/*/Parsing.elm for the routes,
Utils/Filter.elm for filters, read at 0.34. The page and its parameters stand behind the #. A filter is
matchers between braces, their values JSON strings; one that cannot be read counts as none, and then the page
shows the alerts of everybody and the form is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import orjson

from generator import names
from generator.links.model import ProviderLink, Target
from generator.links.url import Base, Structure, Url
from generator.links.version import UnsupportedError, at_least
from generator.spec.model import AlertmanagerSettings, Platform

SYSTEM = "alertmanager"
ANNOTATION = ""  # who is told of an alert is told by Alertmanager, which knows its own address
IN_GRAFANA = False
KNOWS_SLOW = False
OLDEST = (0, 22)  # since then its API, which the pages ask, tells matchers apart

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # what every version reads
_MUTED_SINCE = (0, 28)
_ESCAPES_SINCE = (0, 32)  # before, what was escaped came out of one page and another in different forms
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when there is no Alertmanager."""
    return platform.alertmanager.url


def version(platform: Platform) -> str:
    """Return the version that links are written for."""
    return platform.alertmanager.version


def alerts(base: Base, settings: AlertmanagerSettings, labels: Mapping[str, str]) -> Url:
    """Build a link to the alerts with all these `labels`, also those that nobody is told of.

    The page leaves out what is silenced, inhibited or muted unless it is asked: an empty page would say that
    nothing fires.
    """
    shown = ["silenced", "inhibited", *(["muted"] if at_least(settings.version, _MUTED_SINCE) else [])]
    asked = Structure("".join(f"&{what}=true" for what in shown))
    return Url(base, (), fragment=(Structure("/alerts?filter="), _filter(settings, labels), asked))


def silences(base: Base, settings: AlertmanagerSettings, labels: Mapping[str, str]) -> Url:
    """Build a link to the silences that have all these labels as matchers, written with `=`."""
    return Url(base, (), fragment=(Structure("/silences?filter="), _filter(settings, labels)))


def new_silence(base: Base, settings: AlertmanagerSettings, labels: Mapping[str, str]) -> Url:
    """Build a link to the form for a silence of the alerts with all these labels."""
    return Url(base, (), fragment=(Structure("/silences/new?filter="), _filter(settings, labels)))


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the alerts of the target, and the form that silences them."""
    namespace, service = target.recorded_as
    labels = {names.NAMESPACE: namespace, names.SERVICE: service}
    settings = target.platform.alertmanager
    yield ProviderLink("alerts", "Alerts", alerts(base, settings, labels))
    yield ProviderLink("silence", "Silence", new_silence(base, settings, labels))


def _filter(settings: AlertmanagerSettings, labels: Mapping[str, str]) -> str:
    """Write labels as matchers: of `=` alone, so that what they select is as narrow as it looks."""
    if not labels:
        msg = "without a label these are the alerts of everybody"
        raise UnsupportedError(msg)
    return f"{{{', '.join(_matcher(settings, name, value) for name, value in labels.items())}}}"


def _matcher(settings: AlertmanagerSettings, name: str, value: str) -> str:
    if not _LABEL.fullmatch(name):
        msg = f"{name!r} is not the name of a label"
        raise UnsupportedError(msg)
    if not value:
        msg = f'{name}="" matches what has no such label'
        raise UnsupportedError(msg)
    if _ESCAPED.search(value) and not at_least(settings.version, _ESCAPES_SINCE):
        msg = f"Alertmanager {settings.version} reads quotes and backslashes in {value!r} in its own ways"
        raise UnsupportedError(msg)
    return f"{name}={orjson.dumps(value).decode()}"
