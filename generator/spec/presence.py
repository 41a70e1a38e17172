"""`presence`: an instant query that has a result while a service should have telemetry."""

from __future__ import annotations

from generator.diagnostics import Diagnostics
from generator.documents import Scalar
from generator.promql.error import PromQLError
from generator.promql.labels import can_carry
from generator.promql.parse import parse
from generator.promql.tokens import replace_tokens
from generator.promql.tree import value_type

_TOKENS = ("service", "namespace")


def check_presence(node: Scalar, labels: tuple[str, ...], diagnostics: Diagnostics) -> bool:
    """Whether the query in `node` can be used; if not, that has been reported.

    Its result must be able to carry `labels`: the platform's identity labels, by which telemetry is looked
    for.
    """
    try:
        text, misused = replace_tokens(node.text, dict.fromkeys(_TOKENS, '"x"'))
        kind = value_type(parse(text)) if not misused else ""
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"presence is not PromQL: {error}", node.span)
        return False
    if misused:
        used = ", ".join(sorted({f"${token.name}" for token in misused}))
        diagnostics.error(
            "promql/token",
            f"{used} in presence is no token that stands for itself",
            node.span,
            fix="it knows $service and $namespace, as whole values: label=$service.",
        )
        return False
    if kind != "vector":
        diagnostics.error(
            "service/presence",
            f"presence is a {'range of samples' if kind == 'matrix' else kind}, not a vector",
            node.span,
            cause="it is read at one point in time, and says by having a result that there should be "
            "telemetry.",
            fix='write a query that has a result only then, such as up{job="cart"} == 1.',
        )
        return False
    lost = [label for label in labels if not can_carry(text, label)]
    for label in lost:
        diagnostics.error(
            "service/presence",
            f"presence takes the label {label} away",
            node.span,
            cause="it is one of the platform's identityLabels: telemetry is looked for in each of its values "
            "apart.",
            fix=f"keep it, for example with sum by ({label}) (...).",
        )
    return not lost
