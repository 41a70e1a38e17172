"""Which SLOs somebody asks for, and the forms in which they are explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.explain import json, text
from generator.explain.figures import Figures, figures
from generator.pipeline import Compilation
from generator.spec.model import SLO, Service

FORMS: Mapping[str, Callable[[list[Figures]], str]] = {"text": text.report, "json": json.report}


def explain_slos(compilation: Compilation, subject: str, form: str = "text") -> str | None:
    """The SLOs that `subject` (`[namespace/]service[/slo]`) names, or None when it names none."""
    parts = tuple(subject.split("/"))
    found = [
        (service, compiled)
        for service in compilation.services
        for compiled in service.slos
        if parts in _addresses(service.service, compiled.slo)
    ]
    if not found or compilation.project is None:
        return None
    platform = compilation.project.platform
    return FORMS[form]([figures(platform, service, compiled) for service, compiled in found])


def _addresses(service: Service, slo: SLO) -> tuple[tuple[str, ...], ...]:
    short = (service.name,)
    full = (service.namespace, service.name)
    return (short, full, (*short, slo.name), (*full, slo.name))
