"""URLs as typed values: every part is percent-encoded when it is rendered, and only there.

Text is data. What another program expands later (a Grafana variable, a Go template action of Prometheus) is
a class of its own, so that text from a user can never become one: its `$` and `{` are encoded like
everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

# What RFC 3986 allows nowhere, and control characters; letters of other scripts are percent-encoded later.
_ILLEGAL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\x9f]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")
_BASE_PATH = re.compile(r"(/[A-Za-z0-9\-._~%]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(:[a-z]+){0,2}")
_JAEGER_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*( \| (add -?[0-9]+|epoch_micros_to_date_iso))*")
_QUERY_SAFE = ",:"
_STRUCTURE = re.compile(r"[A-Za-z0-9/?:@!'()*,=&_.-]+")


class UnsafeUrlError(ValueError):
    """A URL from a user that must not become a link; the text says why and repeats no secret."""


@dataclass(frozen=True, slots=True)
class GrafanaVariable:
    """One of Grafana's own variables, such as `__from`; expanded by Grafana when the link is followed."""

    name: str

    def __post_init__(self) -> None:
        if not _VARIABLE.fullmatch(self.name):
            raise ValueError(self.name)

    def __str__(self) -> str:
        """As Grafana reads it."""
        return f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class GoTemplate:
    """A Go template action of our own, without its braces; expanded by Prometheus when the alert fires."""

    action: str

    def __post_init__(self) -> None:
        if "{{" in self.action or "}}" in self.action:
            raise ValueError(self.action)

    def __str__(self) -> str:
        """As Prometheus reads it."""
        return f"{{{{ {self.action} }}}}"


@dataclass(frozen=True, slots=True)
class Structure:
    """Punctuation and keys of a grammar inside of a fragment: constants of ours, never text of a user."""

    text: str

    def __post_init__(self) -> None:
        if not _STRUCTURE.fullmatch(self.text):
            raise ValueError(self.text)

    def __str__(self) -> str:
        """As it is."""
        return self.text


@dataclass(frozen=True, slots=True)
class JaegerVariable:
    """A tag or a value of a trace, through filters such as `add -1`; expanded by Jaeger's UI."""

    text: str

    def __post_init__(self) -> None:
        if not _JAEGER_VARIABLE.fullmatch(self.text):
            raise ValueError(self.text)

    def __str__(self) -> str:
        """As Jaeger reads it."""
        return f"#{{{self.text}}}"


Raw = GrafanaVariable | GoTemplate | JaegerVariable | Structure
Value = str | tuple[str | Raw, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """Where a system lives: scheme, host, port and path prefix without a slash at the end, checked."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Base:
        """Check a configured base URL; raises UnsafeUrlError."""
        parts, host = _split(text)
        if parts.query or parts.fragment or text.endswith(("?", "#")):
            msg = "has a query or a fragment, but paths are appended to it"
            raise UnsafeUrlError(msg)
        path = parts.path.rstrip("/")
        if not _BASE_PATH.fullmatch(path):
            msg = "has a path with other characters than letters, digits and - . _ ~ %"
            raise UnsafeUrlError(msg)
        port = "" if parts.port is None else f":{parts.port}"
        return cls(f"{parts.scheme}://{_bracketed(host)}{port}{path}")


SAME_ORIGIN = Base("")
"""The base of links from one Grafana page to another; Grafana puts its own prefix before them."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in parts: `path` segments, `query` pairs and `fragment` hold plain text, encoded by `render`.

    A fragment may have a grammar of its own, whose punctuation is `Structure`.
    """

    base: Base
    path: tuple[Value, ...]
    query: tuple[tuple[str, Value], ...] = ()
    fragment: Value = ""

    def __post_init__(self) -> None:
        for segment in self.path:
            if segment in {"", ".", "..", ()}:  # a browser would fold it away, however it is encoded
                msg = f"{segment!r} cannot be a path segment"
                raise ValueError(msg)

    def render(self) -> str:
        """Write the URL as text, with raw pieces left for the program that expands them.

        Without segments it is the page at the base itself, whose path ends with a slash.
        """
        path = "".join([f"/{_rendered(segment, _segment)}" for segment in self.path]) or "/"
        query = "&".join([f"{_encoded(key)}={_rendered(value, _encoded)}" for key, value in self.query])
        fragment = _rendered(self.fragment, _encoded)
        return f"{self.base.text}{path}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"


def safe_link(text: str) -> str:
    """Make a user's own link ready to be emitted: letters outside ASCII and `$` are encoded.

    The result holds no space, quote, brace, backslash, angle bracket or bar: it opens no Go template action
    and no Grafana variable. Raises UnsafeUrlError for anything but an absolute http or https URL without
    credentials.
    """
    _split(text)
    encoded = text.replace("$", "%24")
    return (
        encoded
        if encoded.isascii()
        else "".join(c if c.isascii() else quote(c, errors="replace") for c in encoded)
    )


def host_and_port(text: str) -> tuple[str, int]:
    """Return the host of a URL in lower case and its port, implied or written; raises UnsafeUrlError."""
    parts, host = _split(text)
    return host, _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port


def is_host(text: str) -> bool:
    """Whether `text` is a host name or an IP address in its usual spelling, without port and brackets."""
    if ":" not in text:
        return _HOST.fullmatch(text) is not None
    try:
        import ipaddress

        return str(ipaddress.IPv6Address(text)) == text
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[SplitResult, str]:
    """Take an absolute URL and its host apart, after refusing what browsers and parsers read differently."""
    if (found := _ILLEGAL.search(text)) is not None:
        msg = f"holds U+{ord(found[0]):04X}, which a URL can only hold percent-encoded"
        raise UnsafeUrlError(msg)
    if _BROKEN_ESCAPE.search(text):
        msg = "holds a % that does not begin an escape such as %20"
        raise UnsafeUrlError(msg)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        msg = "has a host or port that is not one"
        raise UnsafeUrlError(msg) from error
    if parts.scheme not in _DEFAULT_PORTS:
        msg = f'has the scheme "{parts.scheme}"' if parts.scheme else "is not absolute"
        raise UnsafeUrlError(msg)
    if "@" in parts.netloc:
        msg = "holds a user name or password"
        raise UnsafeUrlError(msg)
    if not is_host(host):
        msg = "has no host" if not host else "has a host that is neither a name nor an IP address"
        raise UnsafeUrlError(msg)
    return parts, host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@lru_cache(maxsize=4096)
def _segment(text: str) -> str:
    return quote(text, safe="", errors="replace")


@lru_cache(maxsize=4096)
def _encoded(text: str) -> str:
    return quote(text, safe=_QUERY_SAFE, errors="replace")


def _rendered(value: Value, encode: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return encode(value)
    return "".join([encode(piece) if isinstance(piece, str) else str(piece) for piece in value])
