"""The diagnostic codes of links."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "links/host-not-allowed": CodeDoc(
        "A link to a host that the platform does not allow",
        "Runbooks and links are opened with one click from alerts and dashboards, often in a hurry. "
        "They may lead to the hosts of the platform's own systems and of its runbook, "
        "and to those listed under `linkHosts`. Hosts are compared whole; an entry with a port allows "
        "that port only. Add the host to `linkHosts` if your team trusts it.",
        "links:\n  - {title: Wiki, url: 'https://wiki.example.org/reviews'}\n",
    ),
    "links/invalid-host": CodeDoc(
        "An entry of linkHosts that is not a host",
        "`linkHosts` is a list of host names or IP addresses, each with a port at most. A URL, a path "
        "or a wildcard would never match a link. Write `wiki.example.com` or `wiki.example.com:8443`.",
        "linkHosts: ['-wiki.example.com']\n",
    ),
    "links/unsafe-url": CodeDoc(
        "A URL that must not become a link",
        "A link is a whole `http` or `https` address. Other schemes (`javascript:`, `data:`), addresses "
        "without a scheme or host, and a user name or password in the address are refused, and so are "
        "characters that a URL holds only percent-encoded: spaces, quotes, braces, backslashes. "
        "Programs read those differently, and a brace could open a template in an alert. The URL of "
        "Grafana, Kiali, Jaeger or Alertmanager is a base to which paths are appended: it has no query and "
        "no fragment either.",
        "runbook: 'https://admin:secret@wiki.example.com/reviews'\n",
    ),
    "links/version": CodeDoc(
        "A version whose links are not known",
        "Kiali's routes were compared from 1.73 to 2.31. Older ones may differ, and Kiali answers a route "
        "that it does not know with its overview and no error. Alertmanager's are known from 0.22 on; it "
        "shows every alert for a filter that it cannot read.",
        'kiali: {url: "https://kiali.example.com", version: "1.60"}\n',
    ),
}
