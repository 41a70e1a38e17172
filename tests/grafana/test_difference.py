"""What a reviewer sees when a panel is inserted: that panel, and the rows of the grid below it."""

from __future__ import annotations

import dataclasses
import difflib

from generator.grafana.model import Query
from generator.grafana.panels import TimeSeries
from generator.grafana.render import render
from grafana.examples import dashboards, project

SERVICE = "shop--service--bookinfo--reviews"
EXPECTED = """\
+   "datasource": {"type": "prometheus", "uid": "${datasource}"},
+   "description": "What it means.",
+   "fieldConfig": {
+    "defaults": {
+     "color": {"mode": "palette-classic"},
+     "custom": {"fillOpacity": 10, "showPoints": "never", "spanNulls": false},
+     "noValue": "No data",
+     "thresholds": {
+      "mode": "absolute",
+      "steps": [{"color": "text", "value": null}]
+     }
+    },
+    "overrides": []
+   },
+   "id": 1234567,
+   "options": {
+    "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": true},
+    "tooltip": {"mode": "multi", "sort": "desc"}
+   },
+   "targets": [
+    {
+     "datasource": {"type": "prometheus", "uid": "${datasource}"},
+     "expr": "up",
+     "range": true,
+     "refId": "A"
+    }
+   ],
+   "title": "Inserted",
+   "type": "timeseries"
+  },
+  {
"""


def test_inserting_a_panel_touches_its_own_lines_and_places_below():
    dashboard = dashboards(project())[SERVICE]
    inserted = TimeSeries(
        key="inserted",
        title="Inserted",
        description="What it means.",
        width=24,
        height=5,
        queries=(Query(expr="up"),),
    )
    rows = [
        dataclasses.replace(row, panels=(inserted, *row.panels)) if row.key == "burn" else row
        for row in dashboard.rows
    ]
    before = render(dashboard).page.text.splitlines()
    after = render(dataclasses.replace(dashboard, rows=tuple(rows))).page.text.splitlines()
    changed = [
        line
        for line in difflib.unified_diff(before, after, lineterm="", n=0)
        if line[:3] not in {"---", "+++"}
    ]
    places = [line for line in changed if '"gridPos": ' in line]
    rest = [line for line in changed if line[0] in "+-" and line not in places]
    number = next(line for line in rest if '"id": ' in line)
    assert sorted(rest) == sorted(EXPECTED.replace('+   "id": 1234567,', number).splitlines())
    # Each panel below moves down by the height of the new one, and nothing else of it changes.
    removed = [line[1:] for line in places if line[0] == "-"]
    assert len(places) == 2 * len(removed) + 1
    assert len(removed) > 10


def test_a_new_title_touches_one_line():
    dashboard = dashboards(project())[SERVICE]
    before = render(dashboard).page.text.splitlines()
    after = render(dataclasses.replace(dashboard, title="Renamed")).page.text.splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        (' "title": "Service / Reviews",', ' "title": "Renamed",')
    ]
