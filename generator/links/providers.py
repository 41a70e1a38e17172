"""The systems that links lead to, each with its grammar: a new one is a module of each and a line here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from generator.links import alertmanager, elasticsearch, grafana, jaeger, kiali, kibana, loki, tempo
from generator.links.grammar import Parsed
from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.grammar import kibana as kibana_grammar
from generator.links.model import Provider
from generator.links.url import Base, UnsafeUrlError
from generator.spec.model import Platform

Parse = Callable[[str, str, str], Parsed]
"""Reads a link below a base, for a version of the system; raises GrammarError."""

PROVIDERS: tuple[tuple[Provider, Parse], ...] = (
    (grafana, grafana_grammar.parse),
    (kiali, kiali_grammar.parse),
    (jaeger, jaeger_grammar.parse),
    (tempo, grafana_grammar.parse),
    (loki, grafana_grammar.parse),
    (kibana, kibana_grammar.parse),
    (elasticsearch, grafana_grammar.parse),
    (alertmanager, alertmanager_grammar.parse),
)


def base_of(provider: Provider, platform: Platform) -> Base | None:
    """Where `provider` lives; None where the platform gives no URL, or one that `check_links` has refused."""
    return _base(provider.base_url(platform))


@lru_cache(maxsize=64)
def _base(url: str) -> Base | None:
    if not url:
        return None
    try:
        return Base.parse(url)
    except UnsafeUrlError:
        return None
