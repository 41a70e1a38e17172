"""What each diagnostic code of capturing means."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "capture/answer": CodeDoc(
        "An answer that is not Prometheus' HTTP API",
        "The text is not the JSON that `/api/v1` gives, or ends too early. HTML mostly means that the URL "
        "is that of a login page or a proxy, or lacks the prefix that Prometheus is served under.",
    ),
    "capture/closed-value": CodeDoc(
        "A value beside a closed list",
        "The file says `closed: true` of a label's values, and another value was seen. It has been added. "
        "Remove `closed` if the list is not complete.",
    ),
    "capture/empty": CodeDoc(
        "Nothing was seen",
        "There is no series that matches. A catalogue without metrics would call every query wrong, so none "
        "is written.",
    ),
    "capture/exposition": CodeDoc(
        "A line that is not an exposition",
        "The text is neither Prometheus' exposition format nor OpenMetrics, as `/metrics` gives them.",
    ),
    "capture/left-out": CodeDoc(
        "Something that a catalogue cannot hold",
        "Names of metrics and labels with characters other than letters, digits, `_` (and `:`) are left out, "
        "as are values that are longer than 200 characters or hold control characters, and facts that the "
        "server does not tell. What is left out is not checked.",
    ),
    "capture/partial": CodeDoc(
        "An answer that is not complete",
        "The server says with its answer that something is missing. The catalogue would change with every "
        "capture, and call wrong what exists, so none is written.",
    ),
    "capture/redirect": CodeDoc(
        "A server that sends elsewhere",
        "Redirects are not followed: a token would go to a server that nobody named. Give the final URL.",
    ),
    "capture/refused": CodeDoc(
        "A server that refuses",
        "The server answered with an error. With 401 or 403 it wants a token, or another one: from the "
        "environment variable `SIGHTLINE_PROMETHEUS_TOKEN` or a file that `--token-file` names.",
    ),
    "capture/timeout": CodeDoc(
        "A server that takes too long",
        "The time of `--timeout` was over before all answers were complete. `--match` and a shorter "
        "`--since` make the answers smaller.",
    ),
    "capture/token": CodeDoc(
        "A token in what would be written",
        "The server's answer holds the very token that it was given. Nothing is written.",
    ),
    "capture/too-large": CodeDoc(
        "More than is read or written",
        "An answer or a file may have 200 MB, a catalogue 5 MB. Split what is captured with `--match`, one "
        "file for each part.",
    ),
    "capture/unreachable": CodeDoc(
        "A server that cannot be reached",
        "There is no connection to the server, or it broke: the name is unknown, nothing listens there, or "
        "its certificate is not valid. `SSL_CERT_FILE` names the certificates to trust.",
    ),
}
