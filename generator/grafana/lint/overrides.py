"""Rules about overrides: what they change must be something that fields have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import did_you_mean
from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import View, listed, title_of

# Ids of properties and matchers, as Grafana registers them (packages/grafana-data/src:
# field/standardFieldConfigEditorRegistry.ts, transformations/matchers/ids.ts); those under `custom` are the
# panels' own, from @grafana/schema.
# fmt: off
STANDARD = frozenset(
    {
        "actions", "color", "decimals", "description", "displayName", "fieldMinMax", "filterable", "links",
        "mappings", "max", "min", "noValue", "thresholds", "unit",
    }
)
CUSTOM = frozenset(
    {
        "align", "axisBorderShow", "axisCenteredZero", "axisColorMode", "axisGridShow", "axisLabel",
        "axisPlacement", "axisSoftMax", "axisSoftMin", "axisWidth", "barAlignment", "barMaxWidth",
        "barWidthFactor", "cellOptions", "displayMode", "drawStyle", "fillBelowTo", "fillColor",
        "fillOpacity", "filterable", "footer", "gradientMode", "hidden", "hideFrom", "hideHeader",
        "insertNulls", "inspect", "lineColor", "lineInterpolation", "lineStyle", "lineWidth", "minWidth",
        "pointColor", "pointShape", "pointSize", "pointStrokeWidth", "pointSymbol", "scaleDistribution",
        "show", "showPoints", "showValues", "sortable", "spanNulls", "stacking", "styleField",
        "thresholdsStyle", "tooltip", "transform", "width", "wrapHeaderText", "wrapText",
    }
)
# fmt: on
_IDS = STANDARD | {f"custom.{name}" for name in CUSTOM}
_MATCHERS = frozenset(
    {
        "anyMatch",
        "allMatch",
        "invertMatch",
        "alwaysMatch",
        "neverMatch",
        "numeric",
        "time",
        "first",
        "firstTimeField",
    }
    | {"byType", "byTypes", "byName", "byNames", "byRegexp", "byRegexpOrNames", "byFrameRefID", "byValue"}
)


def override(view: View) -> Iterator[Finding]:
    """Check that overrides match fields in a way that Grafana knows, and change what fields have."""
    for panel in view.panels:
        for item in listed(panel.get("fieldConfig"), "overrides"):
            matcher = item.get("matcher")
            kind = matcher.get("id") if isinstance(matcher, dict) else None
            if kind is not None and str(kind) not in _MATCHERS:
                yield Finding(
                    f"an override matches fields by {kind!r}, which Grafana does not know",
                    did_you_mean(str(kind), _MATCHERS) or "use byName, byRegexp, byType or byFrameRefID.",
                    title_of(panel),
                )
            for changed in listed(item, "properties"):
                name = str(changed.get("id"))
                # Grafana of 7 and 8 wrote a path into an option, such as custom.hideFrom.legend.
                if name not in _IDS and ".".join(name.split(".")[:2]) not in _IDS:
                    yield Finding(
                        f"an override sets {name!r}, which no field has",
                        did_you_mean(name, _IDS) or "use the id that Grafana's editor writes, such as unit.",
                        title_of(panel),
                    )
