"""Servers as they are: absent, broken, slow, huge, hostile. What is wrong is named, nothing is written."""

from __future__ import annotations

import gzip
import json
import os
import pty
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from engine.exporter import Answer, serving, text
from pages import ROOT

from generator.cli import cli
from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.live import capture as live_capture
from generator.live import http
from generator.promql.catalogue_file import load_catalogue

JSON = "application/json"
UP: list[Mapping[str, str]] = [{"__name__": "up", "job": "api", "instance": "a:1"}]
TOKEN = "s3cr3t-t0ken"


def success(data: object) -> bytes:
    return json.dumps({"status": "success", "data": data}).encode()


def api(data: object = UP, **answers: Answer) -> Answer:
    """A small Prometheus with these series; `answers` replace its own by the last word of the path."""
    own: dict[str, Answer] = {
        "series": text(success(data), JSON),
        "metadata": text(success({"up": [{"type": "gauge", "help": "", "unit": ""}]}), JSON),
        "config": text(success({"yaml": "global: {scrape_interval: 15s}\n"}), JSON),
        "flags": text(success({"enable-feature": ""}), JSON),
        "buildinfo": text(success({"version": "2.42.0+ds"}), JSON),
    }

    def answer(request: BaseHTTPRequestHandler) -> None:
        (own | answers)[request.path.partition("?")[0].rpartition("/")[2]](request)

    return answer


def capture(port: int, *arguments: str, prefix: str = "", token: str = "") -> Result:
    url = f"http://127.0.0.1:{port}{prefix}"
    return CliRunner(env={"SIGHTLINE_PROMETHEUS_TOKEN": token}).invoke(
        cli, ["capture", "--prometheus", url, *arguments], catch_exceptions=False
    )


def headers(*lines: str, body: bytes = b"") -> Answer:
    """An answer byte by byte as it is given here."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)
        request.close_connection = True

    return answer


def drip(request: BaseHTTPRequestHandler) -> None:
    """Headers that never end: each byte comes before any time-out of a single wait."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"x")
        time.sleep(0.02)


def drip_body(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        request.wfile.write(b" ")
        time.sleep(0.02)


def endless(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        request.wfile.write(b"1," * 50_000)


def bomb(request: BaseHTTPRequestHandler) -> None:
    """A few kilobytes that stand for many megabytes."""
    data = gzip.compress(b" " * 30_000_000)
    assert len(data) < 50_000
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", "Content-Encoding: gzip"]
    headers(*lines, body=data)(request)


def loop(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", request.path)
    request.end_headers()


JSON_OK = ["HTTP/1.1 200 OK", "Content-Type: application/json"]
WHOLE = success(UP)
# Answer to the first question, the code, and a part of what is said.
BROKEN: dict[str, tuple[Answer, str, str]] = {
    "500": (text("oops", status=500), "capture/refused", "the server answers 500"),
    "503 with words": (
        text(json.dumps({"status": "error", "error": "too many requests"}), JSON, 503),
        "capture/refused",
        "answers 503: too many requests",
    ),
    "401": (text("who?", status=401), "capture/refused", "SIGHTLINE_PROMETHEUS_TOKEN"),
    "404": (text("no", status=404), "capture/refused", "with the path that it is served under"),
    "HTML": (text("<html>log in</html>", "text/html"), "capture/answer", "the answer is text/html"),
    "truncated JSON": (text(WHOLE[:-5], JSON), "capture/answer", "not JSON, or only a part of it"),
    "a short body": (
        headers(*JSON_OK, f"Content-Length: {len(WHOLE) + 5}", body=WHOLE),
        "capture/answer",
        "ends too early",
    ),
    "a short chunk": (
        headers(*JSON_OK, "Transfer-Encoding: chunked", body=b"ff\r\nabc"),
        "capture/answer",
        "ends too early",
    ),
    "truncated gzip": (
        headers(*JSON_OK, "Content-Encoding: gzip", body=gzip.compress(WHOLE)[:-9]),
        "capture/answer",
        "ends too early",
    ),
    "no gzip": (headers(*JSON_OK, "Content-Encoding: gzip", body=WHOLE), "capture/answer", "damaged"),
    "brotli": (headers(*JSON_OK, "Content-Encoding: br", body=WHOLE), "capture/answer", "damaged"),
    "not HTTP": (headers("SSH-2.0-OpenSSH_9"), "capture/answer", "damaged"),
    "nothing": (lambda request: None, "capture/answer", "ends too early"),
    "JSON of another kind": (text("[1]", JSON), "capture/answer", "not the answer of a Prometheus"),
    "an error with 200": (
        text('{"status": "error", "error": "down"}', JSON),
        "capture/answer",
        "not the answer of a Prometheus that is well: down",
    ),
    "no data": (text('{"status": "success"}', JSON), "capture/answer", "there is no data in it"),
    "data of another kind": (text(success({"a": 1}), JSON), "capture/answer", "not a list of label sets"),
    "a label of another kind": (text(success([{"__name__": 5}]), JSON), "capture/answer", "not a list of"),
    "deep JSON": (text(b'{"status":"success","data":' + b"[" * 100_000, JSON), "capture/answer", "not JSON"),
    "not UTF-8": (
        text(b'{"status":"success","data":[{"__name__":"\xff"}]}', JSON),
        "capture/answer",
        "not JSON",
    ),
    "half a surrogate pair": (
        text(b'{"status":"success","data":[{"__name__":"up","a":"\\ud800"}]}', JSON),
        "capture/answer",
        "not JSON",
    ),
    "a part of the data": (
        text(json.dumps({"status": "success", "data": UP, "warnings": ["truncated"]}), JSON),
        "capture/partial",
        "truncated",
    ),
    "no series": (text(success([]), JSON), "capture/empty", "there is no series"),
    "a redirect to itself": (loop, "capture/redirect", "sends elsewhere"),
    "a slow head": (drip, "capture/timeout", "no complete answer within 300ms"),
    "a slow body": (drip_body, "capture/timeout", "no complete answer within 300ms"),
    "an endless body": (endless, "capture/too-large", "more than 2,000,000 bytes"),
    "a gzip bomb": (bomb, "capture/too-large", "more than 2,000,000 bytes"),
    "control characters in an error": (
        text('{"error": "\\u001b[2Jgone\\u202e"}', JSON, 422),
        "capture/refused",
        "\\x1b[2Jgone\\u202e",
    ),
}


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A fixture that is there already."""
    file = tmp_path / "mesh.yaml"
    file.write_text("apiVersion: sightline/v1\nkind: Catalogue\nmetrics: {}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_told_by_name_and_nothing_is_written(
    name: str, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST", 2_000_000)
    answer, code, words = BROKEN[name]
    kept = before.read_bytes()
    hurry = ["--timeout", "300ms"] if code == "capture/timeout" else []
    with serving(api(series=answer)) as port:
        done = capture(port, "--output", str(before), *hurry)
    assert (done.exit_code, done.stdout) == (2, ""), done.stderr
    assert f"error[{code}]: series" in done.stderr or code == "capture/empty"
    assert f"error[{code}]" in done.stderr
    assert words in done.stderr
    assert "fix: " in done.stderr
    assert [path.name for path in before.parent.iterdir()] == [before.name]
    assert before.read_bytes() == kept


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        done = capture(closed.getsockname()[1])
    assert done.exit_code == 2
    assert (
        "error[capture/unreachable]: series: the server cannot be reached: Connection refused" in done.stderr
    )


def test_a_certificate_must_be_valid() -> None:
    with serving(api()) as port:
        url = f"https://127.0.0.1:{port}"  # no TLS at all
        done = CliRunner().invoke(cli, ["capture", "--prometheus", url], catch_exceptions=False)
    assert (done.exit_code, "error[capture/unreachable]" in done.stderr) == (2, True)


def test_a_later_answer_that_breaks_spoils_everything(before: Path) -> None:
    for endpoint in ("metadata", "config", "flags", "buildinfo"):
        with serving(api(**{endpoint: text("oops", status=500)})) as port:
            done = capture(port, "--output", str(before))
        assert done.exit_code == 2
        assert f"{endpoint}: the server answers 500" in done.stderr
        assert "metrics: {}" in before.read_text(encoding="utf-8")


def test_what_a_server_does_not_have_is_left_out() -> None:
    """Thanos, Mimir and proxies lack what only Prometheus tells of itself."""
    missing = text("no", status=404)
    with serving(api(metadata=missing, config=missing, flags=missing, buildinfo=missing)) as port:
        done = capture(port)
    assert done.exit_code == 0
    assert done.stderr.count("warning[capture/left-out]") == 4
    assert "server:" not in done.stdout
    assert "  up:\n    type: gauge\n" in done.stdout


def test_a_configuration_that_cannot_be_read_says_nothing() -> None:
    for configuration in ("", "a: [", "global: 5", "global: {scrape_interval: often}", "[" * 500):
        with serving(api(config=text(success({"yaml": configuration}), JSON))) as port:
            done = capture(port)
        assert done.exit_code == 0
        assert "scrapeInterval" not in done.stdout
        assert 'version: "2.42.0"' in done.stdout


def test_a_prefix_is_kept_and_nothing_else_is_asked() -> None:
    asked = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path.partition("?")[0])
        api()(request)

    with serving(answer) as port:
        assert capture(port, prefix="/prom/").exit_code == 0
    own = ("series", "metadata", "status/config", "status/flags", "status/buildinfo")
    assert asked == [f"/prom/api/v1/{endpoint}" for endpoint in own]


HOSTILE = [
    "a: b",
    "- x",
    "# no comment",
    "{a: b}",
    "[",
    "]",
    "&a *a",
    "!!python/object:os.system",
    "'\"",
    "\\",
    "---",
    "...",
    "yes",
    "null",
    "~",
    "012",
    "1:30",
    "1e3",
    " lead",
    "trail ",
    "%TAG",
    "@at",
    "`tick`",
    "=",
    "<<",
    "{{ $labels.x }}",
    "\u00e9\u4e2d\U0001f600",
]
ILLEGIBLE = [
    "\x07bell",
    "\x1b[31mred",
    "a\nb",
    "tab\there",
    "\u202eright",
    "\u200bzero",
    "\x85",
    "x" * 10_000_000,
]


def test_hostile_values_are_quoted_or_left_out() -> None:
    series = [{"__name__": "up", "job": value, "on": "yes", "y": "n"} for value in (*HOSTILE, *ILLEGIBLE)]
    with serving(api(series)) as port:
        done = capture(port)
    assert done.exit_code == 0
    assert "values of job that are very long or hold control characters are left out" in done.stderr
    diagnostics = Diagnostics()
    found = load_catalogue([Source("a.yaml", done.stdout)], diagnostics)
    assert list(diagnostics) == []
    assert found
    assert list(found.metrics["up"].values["job"].values) == sorted(HOSTILE)
    assert found.metrics["up"].values["job"].sampled
    assert found.metrics["up"].labels == {"job", "on", "y"}


def test_hostile_names_are_left_out() -> None:
    series = [*UP, {"__name__": "a{b}"}, {"__name__": "x: y\n"}, {"__name__": "up", "a b": "c"}, {}]
    with serving(api(series)) as port:
        done = capture(port)
    assert done.exit_code == 0
    assert "warning[capture/left-out]: names that a catalogue cannot hold" in done.stderr
    assert "'a{b}', 'x: y\\n'" in done.stderr
    assert "a b" not in done.stdout


def test_hostile_metadata_do_no_harm() -> None:
    told = [{"type": "gauge\n  x: y", "help": "\x1b[2J # }", "unit": "s\u202e\n"}, {"type": "evil"}]
    with serving(api(metadata=text(success({"up": told, "\x00": told}), JSON))) as port:
        done = capture(port)
    assert done.exit_code == 0
    assert "  up:\n    type: gauge\n    labels: [instance, job]\n" in done.stdout


def test_hostile_bounds_are_no_bounds() -> None:
    bounds = ["1e999999999", "-Inf", "NaN", "0x10", "one", "1_000", "9" * 60, "+Inf", "2.50", "1e3", "1000"]
    series = [{"__name__": "x_bucket", "le": bound} for bound in bounds]
    with serving(api(series)) as port:
        done = capture(port)
    assert done.exit_code == 0
    assert "    buckets: [2.5, 1000]\n" in done.stdout


def test_more_than_a_file_can_hold_is_an_error(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_capture, "MAX_FILE_BYTES", 10_000)
    series = [{"__name__": f"metric_{number}", "a": "x" * 150} for number in range(1_000)]
    with serving(api(series)) as port:
        done = capture(port, "--output", str(before))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[capture/too-large]: the catalogue has 1,000 metrics" in done.stderr
    assert "metrics: {}" in before.read_text(encoding="utf-8")


def echo(seen: list[str], body: Callable[[str], object]) -> Answer:
    """A server that takes note of the Authorization header and answers what `body` makes of it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        word = request.headers.get("Authorization", "")
        seen.append(word)
        text(success(body(word)), JSON)(request)

    return answer


def test_the_token_is_sent_and_never_shown(tmp_path: Path) -> None:
    seen: list[str] = []
    with serving(api(series=echo(seen, lambda _: UP))) as port:
        by_variable = capture(port, token=f" {TOKEN}\n")
        (tmp_path / "token").write_text(f"{TOKEN}-2\n", encoding="utf-8")
        by_file = capture(port, "--token-file", str(tmp_path / "token"), token=TOKEN)
        without = capture(port)
    assert seen == [f"Bearer {TOKEN}", f"Bearer {TOKEN}-2", ""]
    for done in (by_variable, by_file, without):
        assert done.exit_code == 0
        assert TOKEN not in done.output + done.stderr


def test_without_its_token_nobody_is_asked(tmp_path: Path) -> None:
    seen: list[str] = []
    with serving(api(series=echo(seen, lambda _: UP))) as port:
        done = capture(port, "--token-file", str(tmp_path / "missing"))
    assert (done.exit_code, seen) == (2, [])
    assert "error[input/unreadable]" in done.stderr


def test_a_server_that_gives_the_token_back_is_refused(before: Path) -> None:
    seen: list[str] = []
    reflecting = echo(seen, lambda word: [{"__name__": "up", "job": word.removeprefix("Bearer ")}])
    with serving(api(series=reflecting)) as port:
        done = capture(port, "--output", str(before), token=TOKEN)
    assert (done.exit_code, "error[capture/token]" in done.stderr) == (2, True)
    assert TOKEN not in done.stderr + before.read_text(encoding="utf-8")
    error = json.dumps({"status": "error", "error": f"bad {TOKEN}"})
    for status in (200, 403):
        with serving(api(series=text(error, JSON, status))) as port:
            done = capture(port, token=TOKEN)
        assert done.exit_code == 2
        assert "bad ***" in done.stderr
        assert TOKEN not in done.stderr


def test_a_token_does_not_follow_a_redirect() -> None:
    seen: list[str] = []
    with serving(api(series=echo(seen, lambda _: UP))) as other:

        def elsewhere(request: BaseHTTPRequestHandler) -> None:
            request.send_response(307)
            request.send_header("Location", f"http://127.0.0.1:{other}/api/v1/series")
            request.end_headers()

        with serving(elsewhere) as port:
            done = capture(port, token=TOKEN)
    assert (done.exit_code, seen) == (2, [])
    assert "error[capture/redirect]" in done.stderr


URLS = {
    "ftp://prometheus.example.com": "must start with http:// or https://",
    "prometheus:9090": "must start with http:// or https://",
    "http://": "must start with http:// or https://",
    "http://user:hunter2@localhost": "a URL with a user or a password is refused",
    "http://hunter2@localhost": "a URL with a user or a password is refused",
    "http://localhost:port": "the URL cannot be read",
    "http://[::1": "the URL cannot be read",
    "http://localhost/a?b=hunter2": "must end with the path",
    "http://localhost/a#hunter2": "must end with the path",
    "http://localhost/a b": "must end with the path",
    "http://a..b": "the URL cannot be read",
}


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_is_none_is_a_matter_of_usage(url: str) -> None:
    done = CliRunner().invoke(cli, ["capture", "--prometheus", url])
    assert (done.exit_code, done.stdout) == (2, "")
    assert URLS[url] in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give one of --prometheus, --exposition and --series"),
        (["--prometheus", "http://a", "--series", "b"], "give one of"),
        (["--metadata", "a"], "give one of"),
        (["--series", "a", "--match", "up"], "--match goes with --prometheus only"),
        (["--exposition", "a", "--metadata", "b"], "--metadata goes with --series only"),
        (["--series", "a", "--target-label", "pod"], "--target-label goes with --exposition only"),
        (["--exposition", "a", "--target-label", "a b"], '"a b" is not the name of a label'),
        (["--prometheus", "http://a", "--since", "long"], "--since:"),
        (["--prometheus", "http://a", "--timeout", "0s"], "--timeout:"),
        (["--prometheus", "http://a", "--timeout", "2h"], "--timeout is at most 1h"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(cli, ["capture", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize("token", ["two words", "caf\u00e9", "line\nbreak"])
def test_a_token_that_is_none_is_not_shown(token: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(token, encoding="utf-8")
    arguments = ["capture", "--prometheus", "http://localhost:1", "--token-file", str(file)]
    done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, "the token is empty, or has spaces" in done.stderr) == (2, True)
    assert token.split(maxsplit=1)[0] not in done.stderr


def test_a_token_is_not_sent_in_the_open() -> None:
    arguments = ["capture", "--prometheus", "http://prometheus.example.com"]
    done = CliRunner(env={"SIGHTLINE_PROMETHEUS_TOKEN": TOKEN}).invoke(cli, arguments)
    assert (done.exit_code, "give an https:// URL" in done.stderr) == (2, True)
    assert TOKEN not in done.stderr


@pytest.mark.parametrize("on_terminal", [True, False])
def test_a_bar_is_for_terminals(on_terminal: bool) -> None:
    with serving(api()) as port:
        command = [sys.executable, "-m", "generator", "capture", "--prometheus", f"http://127.0.0.1:{port}"]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        ours, theirs = pty.openpty() if on_terminal else os.pipe()
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=True
        )
        os.close(theirs)
        said = _all_of(ours)
        os.close(ours)
    assert done.stdout.startswith(b"# Written by")
    assert (b"Asking Prometheus" in said, b"100%" in said) == (on_terminal, on_terminal)
    assert said or not on_terminal


def _all_of(descriptor: int) -> bytes:
    said = b""
    try:
        while part := os.read(descriptor, 4096):
            said += part
    except OSError:  # what a terminal says when nobody holds its other end
        pass
    return said


def test_gzip_is_understood() -> None:
    packed = zlib.compressobj(wbits=31)
    body = packed.compress(WHOLE) + packed.flush()
    with serving(api(series=headers(*JSON_OK, "Content-Encoding: gzip", body=body))) as port:
        done = capture(port)
    assert (done.exit_code, "  up:\n" in done.stdout) == (0, True)
