"""GET with bounds: time, size, no redirect, and a token that goes to one server only and is never shown."""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from generator.diagnostics import Diagnostics
from generator.live.answers import refusal
from generator.promql.duration import Duration

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST = 200_000_000  # bytes of an answer after decompression; 150,000 series of a mesh
_CHUNK = 1 << 16
_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|::1")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]*)*")
_TOKEN = re.compile(r"[!-~]+")
_MAY_BE_MISSING = {403, 404, 405, 501}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: a URL's parts, without credentials."""

    secure: bool
    host: str
    port: int
    prefix: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a URL such as `https://example.org/prometheus`; raises ValueError, which never quotes it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
            host.encode("idna")
        except ValueError:
            raise ValueError("the URL cannot be read") from None
        if parts.username is not None or parts.password is not None:
            raise ValueError(
                "a URL with a user or a password is refused: both would stay in the shell's history"
            )
        if parts.scheme not in {"http", "https"} or not host:
            raise ValueError("the URL must start with http:// or https:// and name a host")
        if parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
            raise ValueError("the URL must end with the path that Prometheus is served under, if any")
        secure = parts.scheme == "https"
        return cls(secure, host, port or (443 if secure else 80), parts.path.rstrip("/"))

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return self.secure or _LOOPBACK.fullmatch(self.host) is not None


def read_token(text: str) -> str:
    """The bearer token in a variable or a file; raises ValueError, which never quotes it."""
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise ValueError("the token is empty, or has spaces or other characters that a header cannot carry")
    return token


@dataclass(slots=True)
class Client:
    """Asks one server; all requests together may take `timeout` from now on."""

    address: Address
    token: str
    timeout: Duration
    diagnostics: Diagnostics
    _deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.timeout.milliseconds / 1000

    def get(
        self, endpoint: str, parameters: Sequence[tuple[str, str]] = (), *, optional: bool = False
    ) -> bytes | None:
        """The body of `/api/v1/<endpoint>`, or None after a report.

        What is `optional` may also be missing or forbidden (not every server has all of Prometheus' API):
        then None, and no report.
        """
        connection, held = self._connection(), None
        try:
            connection.connect()
            held = connection.sock
            connection.sock = _Timed(held, self._deadline)  # all that http.client uses
            query = f"?{urlencode(parameters)}" if parameters else ""
            path = f"{self.address.prefix}/api/v1/{endpoint}{query}"
            connection.request("GET", path, headers=self._headers())
            with connection.getresponse() as response:
                if optional and response.status in _MAY_BE_MISSING:
                    return None
                return self._body(endpoint, response)
        except TimeoutError:
            message = f"{endpoint}: no complete answer within {self.timeout}"
            fix = "ask for less with --match, or give more time with --timeout"
            self.diagnostics.error("capture/timeout", message, None, fix=fix)
        except (http.client.HTTPException, zlib.error) as error:
            message = f"{endpoint}: the answer is damaged or ends too early ({type(error).__name__})"
            self.diagnostics.error("capture/answer", message, None, fix="look at what answers at this URL")
        except OSError as error:
            message = f"{endpoint}: the server cannot be reached: {_reason(error)}"
            fix = "check the URL, and whether it can be reached from here"
            self.diagnostics.error("capture/unreachable", message, None, fix=fix)
        finally:
            connection.close()
            if held is not None:
                held.close()
        return None

    def _connection(self) -> http.client.HTTPConnection:
        left = max(0.001, self._deadline - time.monotonic())
        where = self.address
        if where.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(where.host, where.port, timeout=left, context=context)
        return http.client.HTTPConnection(where.host, where.port, timeout=left)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "Connection": "close"}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def _body(self, endpoint: str, response: http.client.HTTPResponse) -> bytes | None:
        """The body of an answer that is one."""
        if 300 <= response.status < 400:
            message = f"{endpoint}: the server answers {response.status} and sends elsewhere"
            self.diagnostics.error("capture/redirect", message, None, fix="give the final URL")
            return None
        body = bytearray()
        for part in _decoded(response):
            body += part
            if len(body) > LARGEST:
                message = f"{endpoint}: the answer has more than {LARGEST:,} bytes"
                fix = "ask for less with --match, one file for each part"
                self.diagnostics.error("capture/too-large", message, None, fix=fix)
                return None
        kind = response.headers.get_content_type()
        if response.status != 200:
            self._refuse(
                endpoint, response.status, refusal(bytes(body)) if kind == "application/json" else ""
            )
            return None
        if kind != "application/json":
            message = f"{endpoint}: the answer is {kind} in place of application/json"
            fix = "give the URL of Prometheus itself, with the path that it is served under"
            self.diagnostics.error("capture/answer", message, None, fix=fix)
            return None
        return bytes(body)

    def _refuse(self, endpoint: str, status: int, words: str) -> None:
        fixes = {
            401: "give a token, in SIGHTLINE_PROMETHEUS_TOKEN or with --token-file",
            403: "give a token that may read, in SIGHTLINE_PROMETHEUS_TOKEN or with --token-file",
            404: "give the URL of Prometheus itself, with the path that it is served under",
        }
        self.diagnostics.error(
            "capture/refused",
            f"{endpoint}: the server answers {status}" + (f": {words}" if words else ""),
            None,
            fix=fixes.get(status, "look at the server"),
        )


class _Timed:
    """Stands for a connected socket; every wait ends at the deadline, however slowly bytes drip in."""

    def __init__(self, held: socket.socket, deadline: float) -> None:
        self._held = held
        self._deadline = deadline

    def _hurry(self) -> socket.socket:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._held.settimeout(left)
        return self._held

    def sendall(self, data: bytes) -> None:
        """Send a request."""
        self._hurry().sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The stream that an answer is read from."""
        return io.BufferedReader(_Stream(self._hurry))

    def close(self) -> None:
        """Nothing: an answer is read after http.client closed its side; who connected closes the socket."""


class _Stream(io.RawIOBase):
    """The bytes that arrive."""

    def __init__(self, hurry: Callable[[], socket.socket]) -> None:
        self._hurry = hurry

    def readable(self) -> bool:
        """As the base class has it."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """As the base class has it; raises TimeoutError at the deadline."""
        return self._hurry().recv_into(buffer)


def _decoded(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The parts of a body, decompressed; raises HTTPException or zlib.error when its end is missing."""
    encoding = response.headers.get("Content-Encoding", "identity").casefold()
    if encoding not in {"identity", "gzip"}:
        raise http.client.UnknownTransferEncoding
    expand = zlib.decompressobj(wbits=31) if encoding == "gzip" else None  # 31: a gzip header and trailer
    while chunk := response.read(_CHUNK):
        if expand is None:
            yield chunk
            continue
        part = expand.decompress(chunk, _CHUNK)
        while part:  # a small chunk may stand for gigabytes
            yield part
            part = expand.decompress(expand.unconsumed_tail, _CHUNK)
    if response.length or (expand and not expand.eof):
        raise http.client.IncompleteRead(b"")


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return error.strerror or type(error).__name__
