"""Labels in the texts of alerts that the alert's series do not have: they are printed as nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.diagnostics import Diagnostics, Span
from generator.documents import Place
from generator.promql.checks.model import nearest
from generator.promql.flow.evaluate import flow_of
from generator.promql.flow.labels import Labels
from generator.promql.known import Known
from generator.rules.template import labels_used

_FEW = 8


@dataclass(frozen=True, slots=True)
class AlertText:
    """A label's or annotation's template, by the name it has in the alert."""

    name: str
    text: str
    span: Span | None
    place: Place | None = None


def check_alert_labels(expr: str, texts: Iterable[AlertText], known: Known, diagnostics: Diagnostics) -> None:
    """Report every `$labels.x` that no series of `expr`, which is sound, can have."""
    templates = [text for text in texts if "{{" in text.text]
    labels = flow_of(expr, known).labels if templates else None
    for text in templates:
        for use in dict.fromkeys(labels_used(text.text)):
            if labels is None or not labels.impossible(use.label):
                continue
            diagnostics.error(
                "alert/label",
                f"{text.name} shows $labels.{use.label}, a label that the alert does not have",
                text.place(use.start, use.end) if text.place else text.span,
                cause=f"{labels.reason(use.label).why(use.label)}, so nothing is printed in its place",
                fix=_fix(use.label, labels),
            )


def _fix(label: str, labels: Labels) -> str:
    if label == "alertname":
        return "write the alert's name; only the labels of the expression's series are known here"
    near = nearest(label, labels.known)
    if not near and labels.known and len(labels.known) <= _FEW:
        near = f"the alert has {', '.join(sorted(labels.known))}"
    return near or f"keep {label} in the expression, or show another label"
