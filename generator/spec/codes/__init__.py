"""The diagnostic codes of documents: their form, the platform, services and SLOs, alert packs."""

from generator.diagnostics.codes import CodeDoc
from generator.spec.codes import documents, packs, platform, services

CODES: dict[str, CodeDoc] = documents.CODES | platform.CODES | services.CODES | packs.CODES

__all__ = ["CODES"]
