"""Where a capture looks: a server, an exposition, or answers of the API that somebody saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.live import prometheus
from generator.live.answers import read_metadata, read_series
from generator.live.exposition import read_exposition
from generator.live.http import LARGEST, Address, Client, read_token
from generator.live.observation import Observation
from generator.promql.duration import Duration
from generator.tree import single_file

TOKEN_VARIABLE = "SIGHTLINE_PROMETHEUS_TOKEN"  # noqa: S105  # the variable's name
_SOURCES = ("prometheus", "exposition", "series")
_GOES_WITH = {
    **dict.fromkeys(("match", "since", "timeout", "token_file"), "prometheus"),
    "metadata": "series",
    "target_label": "exposition",
}
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TOKEN_BYTES = 100_000
_HOUR, _MINUTE, _LONGEST = Duration(3_600_000), Duration(60_000), Duration(3_600_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The options of a capture, as they were given; empty or None where they were not.

    `prometheus` is a URL; `since` and `timeout` are durations; `token` is the value of `TOKEN_VARIABLE`.
    """

    prometheus: str | None = None
    exposition: Path | None = None
    series: Path | None = None
    metadata: Path | None = None
    match: tuple[str, ...] = ()
    target_label: tuple[str, ...] = ()
    since: str | None = None
    timeout: str | None = None
    token_file: Path | None = None
    token: str = ""

    def check(self) -> None:
        """Raise ValueError, in words for a user, if the options do not go together."""
        given = [name for name in _SOURCES if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("give one of --prometheus, --exposition and --series.")
        for name, wanted in _GOES_WITH.items():
            if getattr(self, name) and given != [wanted]:
                raise ValueError(f"--{name.replace('_', '-')} goes with --{wanted} only.")
        if self.prometheus:
            Address.parse(self.prometheus)
        for label in self.target_label:
            if not _LABEL.fullmatch(label):
                raise ValueError(f'"{label}" is not the name of a label.')
        _duration("since", self.since, _HOUR)
        if _duration("timeout", self.timeout, _MINUTE) > _LONGEST:
            raise ValueError(f"--timeout is at most {_LONGEST}.")

    def secret(self, diagnostics: Diagnostics) -> str:
        """The token for the server, empty if there is none or after a report.

        Raises ValueError, in words for a user, if it cannot be one, or everybody on the way could read it.
        """
        if not self.prometheus:
            return ""
        text = self.token
        if self.token_file:
            data = single_file.read(self.token_file, _TOKEN_BYTES, diagnostics)
            if data is None:
                return ""
            text = data.decode("ascii", errors="replace")
        token = read_token(text) if text or self.token_file else ""
        if token and not Address.parse(self.prometheus).is_private:
            raise ValueError("a token would be readable on the way: give an https:// URL.")
        return token

    def observe(
        self, secret: str, texts: dict[str, str], diagnostics: Diagnostics, answered: Callable[[], None]
    ) -> Observation:
        """Look, after `check`, unless there is an error; texts of files go to `texts` by path, for reports.

        Calls `answered` up to `prometheus.ANSWERS` times while a server answers.
        """
        observation = Observation()
        if diagnostics.has_errors:
            return observation
        if self.prometheus:
            timeout = _duration("timeout", self.timeout, _MINUTE)
            client = Client(Address.parse(self.prometheus), secret, timeout, diagnostics)
            since = _duration("since", self.since, _HOUR)
            prometheus.ask(client, self.match, since, observation, diagnostics, answered)
        elif self.exposition:
            self._read_exposition(self.exposition, observation, texts, diagnostics)
        for path, read in ((self.series, read_series), (self.metadata, read_metadata)):
            data = single_file.read(path, LARGEST, diagnostics) if path else None
            if path and data is not None:
                read(data, path.name, observation, diagnostics, str(path))
        return observation

    def _read_exposition(
        self, path: Path, observation: Observation, texts: dict[str, str], diagnostics: Diagnostics
    ) -> None:
        data = single_file.read(path, LARGEST, diagnostics)
        if data is None:
            return
        source = Source(str(path), data.decode("utf-8", errors="replace"))
        texts[source.path] = source.text
        read_exposition(source, ("instance", "job", *self.target_label), observation, diagnostics)


def _duration(name: str, text: str | None, default: Duration) -> Duration:
    try:
        return Duration.parse(text) if text else default
    except ValueError as error:
        raise ValueError(f"--{name}: {error}.") from None
