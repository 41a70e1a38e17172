"""SLOs and alert packs to Prometheus rule groups."""

from generator.rules.model import Rule, RuleGroup

__all__ = ["Rule", "RuleGroup"]
