"""Sightline: services and SLOs in YAML to Prometheus rules, Grafana dashboards and mesh links."""
