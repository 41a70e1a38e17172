"""Calls between services in Istio's standard metrics (istio.io, "Istio Standard Metrics"): who calls whom.

An edge leads from a canonical service to a service. TCP edges are counted in connections.
"""

from __future__ import annotations

REQUESTS = "istio_requests_total"
CONNECTIONS = "istio_tcp_connections_opened_total"
CALLER = ("source_workload_namespace", "source_canonical_service")
"""The labels with the caller's namespace and name."""
CALLEE = ("destination_service_namespace", "destination_service_name")
"""Those of the callee."""
