"""Which labels the result of an expression can have, whatever series it reads."""

from __future__ import annotations

from generator.promql.flow.evaluate import flow_of
from generator.promql.known import Known

_NOTHING = Known(catalogue=None, recorded={})


def can_carry(text: str, label: str) -> bool:
    """Whether some series of the result may have `label`; raises PromQLError for what is not PromQL.

    False only where the expression itself takes the label away.
    """
    return not flow_of(text, _NOTHING).labels.impossible(label)
