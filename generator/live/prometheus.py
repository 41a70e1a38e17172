"""Five questions to a running Prometheus, and what its answers show."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from generator.diagnostics import Diagnostics
from generator.live import server_facts
from generator.live.answers import data_of, read_metadata, read_series
from generator.live.http import Client
from generator.live.observation import Observation
from generator.promql.duration import Duration

ANSWERS = 5
# Not the records of rules, which have a colon by convention: a project knows its own from their definition.
# Nor alerts: their series come and go.
EVERY_SERIES = '{__name__=~"[^:]+",__name__!~"ALERTS|ALERTS_FOR_STATE"}'


def ask(
    client: Client,
    selectors: Sequence[str],
    since: Duration,
    observation: Observation,
    diagnostics: Diagnostics,
    answered: Callable[[], None],
) -> None:
    """Take note of the series that any of `selectors` selects, of metadata and of the server itself.

    Looks at series that had a sample within `since` (Prometheus knows that to a block's two hours). Calls
    `answered` after each of the `ANSWERS`. Stops at the first error.
    """
    start = int(time.time()) - since.seconds
    wanted = [("match[]", selector) for selector in selectors or (EVERY_SERIES,)]
    body = client.get("series", [*wanted, ("start", str(start))])
    if body is not None:
        read_series(body, "series", observation, diagnostics)
    answered()
    for endpoint, read in (
        ("metadata", None),
        ("status/config", server_facts.from_configuration),
        ("status/flags", server_facts.from_flags),
        ("status/buildinfo", server_facts.version),
    ):
        if diagnostics.has_errors:
            return
        body = client.get(endpoint, optional=True)
        if body is None:
            _left_out(endpoint, diagnostics)
        elif read is None:
            read_metadata(body, endpoint, observation, diagnostics)
        elif (data := data_of(body, endpoint, diagnostics)) is not None:
            # A retention in the configuration file outweighs the flag's default.
            observation.facts = read(data) | observation.facts
        answered()


def _left_out(endpoint: str, diagnostics: Diagnostics) -> None:
    if not diagnostics.has_errors:
        message = f"the server does not answer {endpoint}; what it would tell is left out"
        fix = "ask Prometheus itself, if there is a proxy or another program in between"
        diagnostics.warning("capture/left-out", message, None, fix=fix)
