"""A real Prometheus on a free loopback port with a temporary database.

Samples go in by remote write, old ones too, and stay in the head block: any instant of a synthetic month can
be written in any order of series and be queried at once. Stale markers are written where a real server would.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from engine import remote_write

MAX_POINTS = 11_000
"""Prometheus refuses a range query with more points than this per series."""

_STORAGE = (
    # Half of this duration may be written in any order of series, and nothing is compacted during a test.
    "--storage.tsdb.min-block-duration=8000h",
    "--storage.tsdb.max-block-duration=8000h",
    "--storage.tsdb.retention.time=30y",
)


@dataclass(frozen=True, slots=True)
class Result:
    """One series of an answer: its labels, its times in seconds, its values."""

    labels: Mapping[str, str]
    times: Sequence[int]
    values: Sequence[float]


class QueryError(Exception):
    """Prometheus refused a request; the text is its own."""


class Prometheus:
    """A running server; use it in a `with` statement.

    `configuration` is the text of prometheus.yml, for example with rule files; `flags` are added to the
    command.
    """

    def __init__(self, directory: Path, blocks: Path | None = None, flags: Sequence[str] = ()) -> None:
        program = shutil.which("prometheus")
        if program is None:
            raise RuntimeError("prometheus is not installed; Debian: apt install prometheus")
        directory.mkdir(parents=True, exist_ok=True)
        self._configuration = directory / "prometheus.yml"
        self._configuration.write_text("", encoding="utf-8")
        self._data = directory / "data"
        if blocks is not None:
            blocks.rename(self._data)
        self.port = free_port()
        self._log = (directory / "prometheus.log").open("wb")
        self._process = subprocess.Popen(
            [
                program,
                f"--config.file={self._configuration}",
                f"--storage.tsdb.path={self._data}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--web.enable-remote-write-receiver",
                "--web.enable-lifecycle",
                "--web.enable-admin-api",
                *_STORAGE,
                *flags,
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        self._wait_until_ready(directory / "prometheus.log")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server."""
        self._connection.close()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def reload(self, configuration: str) -> None:
        """Run with another prometheus.yml from now on."""
        self._configuration.write_text(configuration, encoding="utf-8")
        status, body = self._request("POST", "/-/reload", b"", {})
        if status != 200:
            raise QueryError(body.decode())

    def snapshot(self) -> Path:
        """Write everything to blocks; the head block of a long time is slow to read, one on disk is not."""
        return self._data / "snapshots" / str(self.get("admin/tsdb/snapshot")["name"])

    def write(self, encoded: Iterable[bytes]) -> None:
        """Store series made by `remote_write.series`; samples of one series in the order of time."""
        headers = {
            "Content-Encoding": "snappy",
            "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        }
        status, body = self._request("POST", "/api/v1/write", remote_write.request(encoded), headers)
        if status != 204:
            raise QueryError(body.decode())

    def instant(self, expression: str, at: float) -> list[Result]:
        """The instant vector of an expression at a time in seconds."""
        data = self.get("query", query=expression, time=repr(at))
        if data["resultType"] == "scalar":
            return [Result({}, [int(at)], [float(data["result"][1])])]
        return [Result(each["metric"], [int(at)], [float(each["value"][1])]) for each in data["result"]]

    def value(self, expression: str, at: float) -> float | None:
        """The only value of an expression, or None if there is no series; more than one is an error."""
        results = self.instant(expression, at)
        if len(results) > 1:
            raise QueryError(f"{len(results)} series for {expression}")
        return results[0].values[0] if results else None

    def range(self, expression: str, start: int, end: int, step: int) -> list[Result]:
        """The expression at start, start + step, ... up to end, in as many queries as the limits need."""
        merged: dict[tuple[tuple[str, str], ...], Result] = {}
        for first in range(start, end + 1, MAX_POINTS * step):
            last = min(end, first + (MAX_POINTS - 1) * step)
            data = self.get("query_range", query=expression, start=first, end=last, step=step)
            for each in data["result"]:
                key = tuple(sorted(each["metric"].items()))
                result = merged.setdefault(key, Result(each["metric"], [], []))
                result.times.extend(int(point[0]) for point in each["values"])  # type: ignore[attr-defined]
                result.values.extend(float(point[1]) for point in each["values"])  # type: ignore[attr-defined]
        return list(merged.values())

    def get(self, endpoint: str, **parameters: str | int) -> Any:
        """The `data` of what a POST to `/api/v1/<endpoint>` answers."""
        form = urllib.parse.urlencode(parameters)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = self._request("POST", f"/api/v1/{endpoint}", form.encode(), kind)
        if status != 200:
            raise QueryError(f"{body.decode()} for {parameters}")
        return orjson.loads(body)["data"]

    def raw(self, endpoint: str, **parameters: str) -> bytes:
        """The bytes that a GET of `/api/v1/<endpoint>` answers."""
        return self._request("GET", f"/api/v1/{endpoint}?{urllib.parse.urlencode(parameters)}", b"", {})[1]

    def metrics(self) -> str:
        """The server's own metrics as text."""
        return self._request("GET", "/metrics", b"", {})[1].decode()

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, dict(headers))
        response = self._connection.getresponse()
        return response.status, response.read()

    def _wait_until_ready(self, log: Path) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if self._request("GET", "/-/ready", b"", {})[0] == 200:
                    return
            except (ConnectionError, http.client.HTTPException):
                self._connection.close()
            time.sleep(0.05)
        self.close()
        raise RuntimeError(f"prometheus did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
