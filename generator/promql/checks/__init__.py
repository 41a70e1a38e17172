"""Checks of expressions against what is known of the metrics; a check is a module, listed in `registry`."""

from generator.promql.checks.model import Finding, Known
from generator.promql.checks.registry import CHECKS
from generator.promql.checks.run import check_expression

__all__ = ["CHECKS", "Finding", "Known", "check_expression"]
