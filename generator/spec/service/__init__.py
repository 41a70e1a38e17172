"""`kind: Service`: its fragment, and a service read from nodes with its tier merged in."""

from generator.spec.service.fields import DOCUMENT, KIND, SPEC
from generator.spec.service.read import metadata_of, read_service
from generator.spec.service.slos import asks_for_absent, check_slos, read_one_slo
from generator.spec.service.tracing import check_tracing_names

__all__ = [
    "DOCUMENT",
    "KIND",
    "SPEC",
    "asks_for_absent",
    "check_slos",
    "check_tracing_names",
    "metadata_of",
    "read_one_slo",
    "read_service",
]
