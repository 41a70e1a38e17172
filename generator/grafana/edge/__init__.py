"""The edge to Grafana: the only place that imports grafanalib, and only when a dashboard is rendered.

`emit` turns our records into grafanalib's objects, `normalise` any grafanalib dashboard into the JSON that
Grafana 10 to 13 read without migrating it.
"""
