"""Catalogues for the tests of the checks."""

from generator.diagnostics import Diagnostic, Diagnostics
from generator.documents import Source
from generator.promql.catalogue import Catalogue
from generator.promql.catalogue_file import load_catalogue

HEADER = "apiVersion: sightline/v1\nkind: Catalogue\nmetadata: {name: shop}\n"

SHOP = (
    HEADER
    + """
labelSets:
  one-target: [instance, job]
values:
  job: [cart, checkout]
  method: {values: [GET, POST], closed: true}
  code: {values: ["200", "500"], afterEvent: true}
  host: {values: [a, b], closed: true}
metrics:
  mesh_total: {type: counter, labels: [one-target, reporter], values: {reporter: [destination, source]}}
  requests_total: {type: counter, unit: requests, labels: [code, host, method, one-target]}
  request_seconds:
    type: histogram
    unit: seconds
    labels: [code, method, one-target]
    buckets: [0.1, 0.25, 1, 2.5, 1000000]
  istio_request_duration_milliseconds: {type: histogram, labels: [one-target], buckets: [100, 250, 500]}
  queue_size:
    type: gauge
    labels: [[one-target], [one-target, queue]]
    values: {queue: {values: [in, out], closed: true}}
  old_seconds: {type: summary, labels: [one-target]}
  new_seconds: {type: histogram, labels: [one-target], native: true}
"""
)


def load(*texts: str) -> tuple[Catalogue | None, list[Diagnostic]]:
    """The catalogue of several files, and what was said about them."""
    diagnostics = Diagnostics()
    sources = [Source(f"{number}.yaml", text) for number, text in enumerate(texts)]
    return load_catalogue(sources, diagnostics), list(diagnostics)


def shop() -> Catalogue:
    """A small shop's metrics."""
    catalogue, said = load(SHOP)
    assert catalogue is not None
    assert said == []
    return catalogue
