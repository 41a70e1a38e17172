"""Dashboards: our own panel model, the built-in dashboards, and the edge where they become Grafana's JSON.

Nothing outside `generator.grafana.edge` imports grafanalib, and nothing imports the edge before a dashboard
is rendered.
"""
