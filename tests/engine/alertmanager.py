"""A real Alertmanager on a free loopback port, and a receiver for what it sends."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import orjson

from engine import exporter
from engine.server import free_port

_NAMES = ("alertmanager", "prometheus-alertmanager")  # upstream's, and Debian's


def program() -> str:
    """The path of Alertmanager's binary."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("alertmanager is not installed; Debian: apt install prometheus-alertmanager")
    return found


class Alertmanager:
    """A running Alertmanager; use it in a `with` statement.

    `configuration` is the text of alertmanager.yml.
    """

    def __init__(self, directory: Path, configuration: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / "alertmanager.yml"
        file.write_text(configuration, encoding="utf-8")
        self.port = free_port()
        self._path = directory / "alertmanager.log"
        self._log = self._path.open("wb")
        self._process = subprocess.Popen(
            [
                program(),
                f"--config.file={file}",
                f"--storage.path={directory / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",  # alone: no port for peers
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def alerts(self, *matchers: str) -> list[dict[str, Any]]:
        """What `/api/v2/alerts` answers: every alert that it holds, also those that it keeps to itself.

        With `matchers` only those that pass all of them.
        """
        asked = urlencode([("filter", matcher) for matcher in matchers])
        status, body = self._get(f"/api/v2/alerts?{asked}")
        assert status == 200, body
        return list(orjson.loads(body))

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if self._get("/-/ready")[0] == 200:
                    return
            except (ConnectionError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        self.close()
        raise RuntimeError(f"alertmanager did not start:\n{self._path.read_text('utf-8', 'replace')}")


@dataclass(frozen=True, slots=True)
class Notified:
    """One alert of a notification: to whom, whether it is `firing` or `resolved`, and what it says.

    `came` is when it was received; all three times are seconds since the epoch.
    """

    receiver: str
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts: float
    ends: float
    came: float


def seconds(moment: str) -> float:
    """A time of Alertmanager's API, in RFC 3339, as seconds since the epoch."""
    return datetime.fromisoformat(moment).timestamp()


class Webhook:
    """A receiver that keeps every alert of every notification, in the order of their coming."""

    def __init__(self) -> None:
        self._notified: list[Notified] = []
        self._lock = threading.Lock()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Take a notification (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config)."""
        sent = orjson.loads(request.rfile.read(int(request.headers["Content-Length"])))
        with self._lock:
            self._notified += [
                Notified(
                    sent["receiver"],
                    alert["status"],
                    alert["labels"],
                    alert["annotations"],
                    seconds(alert["startsAt"]),
                    seconds(alert["endsAt"]),
                    time.time(),
                )
                for alert in sent["alerts"]
            ]
        exporter.text("")(request)

    def notified(self, chosen: Callable[[Notified], bool] = lambda _: True) -> list[Notified]:
        """What has come so far and is `chosen`."""
        with self._lock:
            return [each for each in self._notified if chosen(each)]
