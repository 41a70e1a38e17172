"""Declared calls, compared with what the fixtures say of calls between services.

A fixture lists the values of each label by itself, and not which of them stand together. So it can tell that
nothing in it comes from a service, or leads to one; that two services of it never meet, it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.diagnostics import Diagnostics, did_you_mean
from generator.promql.catalogue import Metric
from generator.promql.checks import Known
from generator.spec.model import Service
from generator.telemetry.edges import CALLEE, CALLER, CONNECTIONS, REQUESTS

_CODE = "service/unseen-call"


def check_calls(services: Iterable[Service], known: Known, diagnostics: Diagnostics) -> None:
    """Report calls that no series of the fixtures can be: their graph would show them as idle for ever."""
    found = known.catalogue.metrics if known.catalogue else {}
    metrics = [found[name] for name in (REQUESTS, CONNECTIONS) if name in found]
    services = list(services)
    defined = {service.key for service in services}
    for service in services if metrics else ():
        if service.dataplane == "none":
            continue  # whose calls no proxy tells
        calls = [call for call in service.calls if call.key in defined and call.key != service.key]
        if calls and not _may_be(metrics, CALLER, service.key):
            diagnostics.warning(
                _CODE,
                f'the fixtures show no call of "{"/".join(service.key)}"',
                calls[0].at[""],
                cause=f"no series has {_words(CALLER, service.key)}, so none of its calls will be seen.",
                fix=_fix(metrics, CALLER[1], service.name),
            )
            continue
        for call in calls:
            if not _may_be(metrics, CALLEE, call.key):
                diagnostics.warning(
                    _CODE,
                    f'the fixtures show no call to "{"/".join(call.key)}"',
                    call.at[""],
                    cause=f"no series has {_words(CALLEE, call.key)}, so this edge will stay at 0.",
                    fix=_fix(metrics, CALLEE[1], call.name),
                )


def _may_be(metrics: Iterable[Metric], labels: tuple[str, str], key: tuple[str, str]) -> bool:
    """Whether a series of one of the metrics may have these labels: values that come later are not known."""
    return any(
        all(_may_have(metric, label, value) for label, value in zip(labels, key, strict=True))
        for metric in metrics
    )


def _may_have(metric: Metric, label: str, value: str) -> bool:
    domain = metric.values.get(label)
    return domain is None or domain.after_event or value in domain.values


def _words(labels: tuple[str, str], key: tuple[str, str]) -> str:
    return " with ".join(f'{label}="{value}"' for label, value in zip(labels, key, strict=True))


def _fix(metrics: Iterable[Metric], label: str, value: str) -> str:
    values = {each for metric in metrics if label in metric.values for each in metric.values[label].values}
    guess = did_you_mean(value, values - {value})
    return guess or "remove the call if it is no longer made, or add it to the fixture."
