"""`kind: Service`: its fragment, and a service read from nodes with its tier merged in."""

from generator.spec.service.fields import DOCUMENT, KIND, SPEC
from generator.spec.service.read import metadata_of, read_service
from generator.spec.service.slos import check_slos
from generator.spec.service.tracing import check_tracing_names

__all__ = ["DOCUMENT", "KIND", "SPEC", "check_slos", "check_tracing_names", "metadata_of", "read_service"]
