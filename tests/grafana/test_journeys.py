"""A journey's dashboard shows the services that it leads through, and theirs lead to it."""

from __future__ import annotations

from generator.grafana.render import render
from generator.spec.model import Journey
from grafana.examples import dashboards, panels, project, service, slo

CART, CARD = service("cart"), service("card", namespace="payments")
EDGE = service("frontend", slos=())
CHECKOUT = service(
    "checkout", subject=EDGE.subject, slos=(slo(),), journey=Journey(measured_at=EDGE, services=(CART, CARD))
)
MADE = dashboards(project(CART, CARD, EDGE, CHECKOUT, service("details")))


def links(name: str, namespace: str = "bookinfo") -> dict[str, str]:
    dashboard = MADE[f"shop--service--{namespace}--{name}"]
    return {link.title: link.url.partition("?")[0] for link in dashboard.links}


def test_the_journey_leads_to_its_services_and_they_to_it():
    assert links("checkout") == {
        "All SLOs": "/d/shop--fleet",
        "Cart": "/d/shop--service--bookinfo--cart",
        "Card": "/d/shop--service--payments--card",
    }
    for name, namespace in (("cart", "bookinfo"), ("card", "payments"), ("frontend", "bookinfo")):
        assert links(name, namespace)["Journey: Checkout"] == "/d/shop--service--bookinfo--checkout"
    assert set(links("details")) == {"All SLOs"}


def test_its_services_are_listed_by_namespace():
    dashboard = MADE["shop--service--bookinfo--checkout"]
    assert dashboard.title == "Journey / Checkout"
    shown = panels(render(dashboard))
    queries = [target["expr"] for target in shown["Services of this journey"]["targets"]]
    assert queries[2] == (
        "max by (namespace, service, slo) (\n"
        '  slo:current_burn_rate:ratio{namespace="bookinfo",service=~"cart|frontend"}\n'
        "  or\n"
        '  slo:current_burn_rate:ratio{namespace="payments",service=~"card"}\n'
        ")"
    )
    assert "Services of this journey" not in panels(render(MADE["shop--service--bookinfo--cart"]))


def test_it_counts_at_its_edge():
    dashboard = MADE["shop--service--bookinfo--checkout"]
    text = str(render(dashboard).data)
    assert 'destination_service_name=\\"frontend\\"' in text or 'destination_service_name="frontend"' in text
    assert 'destination_service_name="checkout"' not in text
    assert "counted at Frontend" in text
