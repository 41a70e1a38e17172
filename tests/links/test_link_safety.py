"""What users may link to, and what their text may never become."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics
from generator.links import allowed_hosts, check_links
from generator.links.codes import CODES
from generator.links.url import Base, GoTemplate, GrafanaVariable, UnsafeUrlError, Url, is_host, safe_link
from generator.spec.model import (
    AlertmanagerSettings,
    GrafanaSettings,
    JaegerSettings,
    KialiSettings,
    Link,
    Platform,
    Project,
    PrometheusSettings,
)
from links.examples import platform, service, slo, span

BASE = Base.parse("https://x.example.com")
UNSAFE = [
    "javascript:alert(1)",
    "JavaScript://wiki.example.com/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://wiki.example.com/",
    "//wiki.example.com/",
    "/d/uid",
    "wiki.example.com/page",
    "https:wiki.example.com",
    "https:///page",
    "https://",
    "https://:443/",
    "https://user@wiki.example.com/",
    "https://user:hunter2@wiki.example.com/",
    "https://@wiki.example.com/",
    "https://wiki.example.com:port/",
    "https://wiki.example.com:70000/",
    "https://[::1/",
    "https://[wiki.example.com]/",
    "https://wiki.example.com\\@evil.example.net/",
    "https:\\\\wiki.example.com/",
    "https://wiki.example.com /",
    " https://wiki.example.com/",
    "https://wiki.example.com/\n",
    "https://wiki.example.com/\ta",
    "https://wiki.example.com/\x00",
    "https://wiki.example.com/\x85",
    "https://wiki.example.com/{{ query `up` }}",
    "https://wiki.example.com/${__from}",
    'https://wiki.example.com/"onclick=alert(1)',
    "https://wiki.example.com/<script>",
    "https://wiki.example.com/a|b",
    "https://wiki.example.com/`x`",
    "https://wiki.example.com/%",
    "https://wiki.example.com/%zz",
    "https://wiki.exämple.com/",
    "https://wiki%2eexample.com/",
    "https://-wiki.example.com/",
    "https://wiki..example.com/",
    "https://wiki.example.com./",
    "",
]


def findings(project: Project) -> list[tuple[str, str]]:
    diagnostics = Diagnostics()
    check_links(project, diagnostics)
    return [(item.code, item.message) for item in diagnostics]


def project_with(url: str, **changes) -> Project:
    changed = service(links=(Link(title="Wiki", url=url),), runbook="", **changes)
    return Project(platform=platform(), services=(changed,))


@pytest.mark.parametrize("url", UNSAFE)
def test_unsafe_links_are_reported(url):
    assert [code for code, _ in findings(project_with(url))] == ["links/unsafe-url"]
    with pytest.raises(UnsafeUrlError):
        safe_link(url)
    with pytest.raises(UnsafeUrlError):
        Base.parse(url)


@pytest.mark.parametrize(
    ("url", "emitted"),
    [
        ("https://wiki.example.com", "https://wiki.example.com"),
        ("HTTPS://WIKI.example.com:8443/a?b[0]=c#d", "HTTPS://WIKI.example.com:8443/a?b[0]=c#d"),
        (
            "https://wiki.example.com/страница",
            "https://wiki.example.com/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0",
        ),
        ("https://wiki.example.com/$__from?a=%20", "https://wiki.example.com/%24__from?a=%20"),
        (
            "https://wiki.example.com/app/discover#/?_g=(time:(from:now-1h,to:now))&_a=(query:'a:b',sort:!(!t))",
            "https://wiki.example.com/app/discover#/?_g=(time:(from:now-1h,to:now))&_a=(query:'a:b',sort:!(!t))",
        ),
    ],
)
def test_safe_links_are_emitted_as_they_are_meant(url, emitted):
    assert findings(project_with(url)) == []
    assert safe_link(url) == emitted


@given(st.text())
def test_a_safe_link_opens_nothing(text):
    for url in (text, f"https://wiki.example.com/{text}"):
        try:
            link = safe_link(url)
        except UnsafeUrlError:
            continue
        assert re.fullmatch(r"(?i:https?)://[A-Za-z0-9\-._~:/?#\[\]@!&'()*+,;=%]+", link)


@given(st.text(min_size=1).filter(lambda text: text not in {".", ".."}), st.text(), st.text())
def test_text_becomes_neither_a_template_nor_a_variable(segment, key, value):
    rendered = Url(BASE, (segment,), ((key, value), (key, (value, value)))).render()
    assert re.fullmatch(r"https://x\.example\.com/[A-Za-z0-9\-._~%]+\?[A-Za-z0-9\-._~%,:=&]*", rendered)


def test_raw_pieces_are_left_for_those_who_expand_them():
    url = Url(
        BASE, (), (("a", (GrafanaVariable("__from"), "0$0")), ("b", (GoTemplate("query `time()`"), "{{")))
    )
    assert url.render() == "https://x.example.com/?a=${__from}0%240&b={{ query `time()` }}%7B%7B"


@pytest.mark.parametrize("name", ["", "a}", "a b", "${x", "a:b:c:d", "a[0]"])
def test_a_variable_is_a_name(name):
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        GrafanaVariable(name)


@pytest.mark.parametrize("action", ["x }} y", "{{ x"])
def test_an_action_is_one_action(action):
    with pytest.raises(ValueError, match=re.escape(action)):
        GoTemplate(action)


def test_hosts_of_the_platform_and_of_the_list_are_allowed():
    changed = platform(
        prometheus=PrometheusSettings(url="http://prometheus.example.com:9090"),
        alertmanager=AlertmanagerSettings(url="https://alerts.example.com/am"),
        runbook="https://Runbooks.example.com/all",
        link_hosts=("Wiki.example.com", "10.0.0.1", "ci.example.com:8443"),
        kiali=KialiSettings(url="not a url"),
    )
    assert allowed_hosts(changed) == {
        "grafana.example.com",
        "tracing.example.com",
        "prometheus.example.com",
        "alerts.example.com",
        "runbooks.example.com",
        "wiki.example.com",
        "10.0.0.1",
        "ci.example.com:8443",
    }
    assert allowed_hosts(Platform(project="shop")) == frozenset()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://wiki.example.com:9000/x", True),
        ("https://WIKI.EXAMPLE.COM/x", True),
        ("https://tracing.example.com/x", True),
        ("http://ci.example.com:8443/x", True),
        ("https://tls.example.com/x", True),
        ("https://ci.example.com/x", False),
        ("http://tls.example.com/x", False),
        ("https://evil.example.net/wiki.example.com", False),
        ("https://wiki.example.com.evil.example.net/", False),
        ("https://awiki.example.com/", False),
        ("https://example.com/", False),
        ("https://[::1]/", False),
    ],
)
def test_only_allowed_hosts_may_be_linked_to(url, allowed):
    listed = platform(link_hosts=("wiki.example.com", "ci.example.com:8443", "tls.example.com:443"))
    project = replace(project_with(url), platform=listed)
    assert [code for code, _ in findings(project)] == ([] if allowed else ["links/host-not-allowed"])


def test_findings_point_at_the_field_and_name_the_host():
    changed = service(
        runbook="https://a.example.net/x",
        links=(Link(title="Wiki", url="https://b.example.net/x"),),
        slos=(slo(runbook="https://c.example.net/x", at={"runbook": span(3)}),),
        at={"runbook": span(1), "links": span(2), "": span(9)},
    )
    diagnostics = Diagnostics()
    check_links(Project(platform=platform(), services=(changed,)), diagnostics)
    assert [(item.span.line, item.message) for item in diagnostics] == [
        (1, "runbook leads to a.example.net, which the platform does not allow"),
        (2, 'the link "Wiki" leads to b.example.net, which the platform does not allow'),
        (3, "runbook leads to c.example.net, which the platform does not allow"),
    ]


def test_a_runbook_that_came_from_the_platform_is_reported_there_once():
    changed = platform(runbook="javascript:alert(1)", at={"runbook": span(7)})
    services = tuple(service(name=name, runbook=changed.runbook, links=()) for name in ("a", "b"))
    diagnostics = Diagnostics()
    check_links(Project(platform=changed, services=services), diagnostics)
    assert [(item.code, item.span) for item in diagnostics] == [("links/unsafe-url", span(7))]


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@mesh.example.com/kiali",
        "https://mesh.example.com/kiali?x=1",
        "https://mesh.example.com/kiali?",
        "https://mesh.example.com/kiali#",
        "https://mesh.example.com/$__from",
        "https://mesh.example.com/a//b",
        "https://mesh.example.com/a;b",
        "ldap://mesh.example.com",
    ],
)
def test_a_base_to_which_nothing_can_be_appended_is_reported(url):
    changed = platform(
        grafana=GrafanaSettings(url=url), kiali=KialiSettings(url=url), jaeger=JaegerSettings(url=url)
    )
    places = {"grafana.url": span(1), "kiali": span(2), "": span(3)}
    diagnostics = Diagnostics()
    check_links(Project(platform=replace(changed, at=places)), diagnostics)
    assert [(item.code, item.span.line) for item in diagnostics] == [
        ("links/unsafe-url", 1),
        ("links/unsafe-url", 2),
        ("links/unsafe-url", 3),
    ]


def test_no_finding_repeats_a_password():
    secret = "https://admin:hunter2@wiki.example.com/"
    project = Project(
        platform=platform(kiali=KialiSettings(url=secret), link_hosts=("admin:hunter2@wiki.example.com",)),
        services=(service(runbook=secret, links=(Link(title="Wiki", url=secret),)),),
    )
    diagnostics = Diagnostics()
    check_links(project, diagnostics)
    assert len(diagnostics.items) == 4
    assert "hunter2" not in repr(diagnostics.items)


@pytest.mark.parametrize(
    "host", ["https://wiki.example.com", "*.example.com", "-.-", "a/b", "a b", "", "a:b", "a..b"]
)
def test_an_entry_that_is_no_host_is_reported(host):
    assert [code for code, _ in findings(Project(platform=platform(link_hosts=(host,))))] == [
        "links/invalid-host"
    ]


@pytest.mark.parametrize("host", ["wiki", "wiki.example.com", "my_host", "10.0.0.1", "2001:db8::1"])
def test_hosts(host):
    assert is_host(host)


def test_every_code_is_explained():
    assert sorted(CODES) == [
        "links/host-not-allowed",
        "links/invalid-host",
        "links/unsafe-url",
        "links/version",
    ]


def test_a_version_whose_links_nobody_knows_is_reported():
    old = KialiSettings(url="https://mesh.example.com", version="1.72")
    assert findings(Project(platform=platform(kiali=old))) == [
        ("links/version", "links into Kiali 1.72 are not known")
    ]
    assert findings(Project(platform=platform(kiali=replace(old, version="1.73.1")))) == []


@pytest.mark.parametrize("system", ["grafana", "prometheus", "logs", "tracing"])
def test_addresses_for_programs_are_checked(system):
    settings = replace(getattr(platform(), system), internal_url="http://u:p@x.example.com")
    (found,) = findings(Project(platform=platform(**{system: settings})))
    assert found == ("links/unsafe-url", f"{system}.internalUrl holds a user name or password")
