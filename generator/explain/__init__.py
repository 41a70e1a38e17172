"""The maths of SLOs in words, and what findings mean: what `sightline explain` says."""

from generator.explain.findings import code_tables, explain_code
from generator.explain.slo import explain_slos

__all__ = ["code_tables", "explain_code", "explain_slos"]
