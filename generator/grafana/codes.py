"""The diagnostic codes of dashboards."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "dashboard/choices": CodeDoc(
        "A variable without choices, or with two kinds of them",
        "A variable of a dashboard in YAML offers fixed `values`, or the values that a `label` has on the "
        "series `of` a selector.",
        "variables: [{name: cluster, label: cluster}]\n",
    ),
    "dashboard/datasource": CodeDoc(
        "A data source that exists in one Grafana only",
        "A data source is given by type and uid, and the uid by a variable of the dashboard. A name, or no "
        "data source at all, means something else in every instance: Grafana looks it up, or writes the uid "
        'of its default into the dashboard. Write `dataSource="${datasource}"`; Sightline declares that '
        'variable. For another kind of source declare a Template of type "datasource" and use its name.',
    ),
    "dashboard/default-threshold": CodeDoc(
        "Red from 80",
        "Green, and red from 80 on, is what Grafana proposes for a new panel. For requests per second, "
        "seconds or a share between 0 and 1 it means nothing, but its colours look as if somebody had "
        "thought about them. Set thresholds that mean something, or none.",
    ),
    "dashboard/description": CodeDoc(
        "A panel without a description",
        "Whoever opens the dashboard during an incident has not read the query. The description, shown at "
        "the panel's (i), should say what the number means and what to do when it looks bad.",
    ),
    "dashboard/exemplar": CodeDoc(
        "Exemplars where there are none",
        "Exemplars are traces attached to what a histogram or a counter counts. Prometheus returns none for "
        "recorded series and gauges, and Grafana draws them in time series and heat maps only; asking for "
        "them elsewhere costs a request each time. Set `exemplar` on queries of raw series: `_bucket`, "
        "`_total`, or a native histogram.",
    ),
    "dashboard/folder": CodeDoc(
        "Two folders in one directory",
        "The directory of a folder is a slug of its title. Grafana puts all dashboards of a directory into "
        "one folder, so two titles that differ in marks or capitals only get in each other's way.",
    ),
    "dashboard/grid": CodeDoc(
        "A panel outside of the grid",
        "Grafana's page has 24 columns. Every panel needs a gridPos with x, y, w and h; x + w is at most 24. "
        "Without one, panels are stacked in the corner.",
    ),
    "dashboard/irate": CodeDoc(
        "Rates of the last two samples",
        "`irate` reads the last two samples before each point of a graph. With a day on the screen a point "
        "stands for minutes, and what happened between is not seen at all; zooming changes the picture. "
        "`rate` over `$__rate_interval` reads every sample once.",
    ),
    "dashboard/link": CodeDoc(
        "A link to a dashboard that is not there",
        "A link leads to a dashboard by its uid (`/d/<uid>`), or to those with a tag, and none of the "
        "project's dashboards has it. Grafana shows an empty list, or says that nothing was found. If the "
        "dashboard lives elsewhere, write the whole address with its host.",
    ),
    "dashboard/multi-value": CodeDoc(
        "A variable with several values, matched with =",
        "Grafana writes several chosen values, or All, as a regular expression such as `(a|b)`. With `=` "
        "that is a value that no series has, and the panel goes blank as soon as somebody chooses a second "
        "one. Write `=~`.",
    ),
    "dashboard/no-data": CodeDoc(
        "Full success without data",
        "`1 - (failures / requests or vector(0))` is 1 as long as Prometheus answers at all: the panel shows "
        "100 % for a service that does not exist. The same is said by a `noValue` with a number in it. Let "
        "a share be absent where there is nothing to share.",
    ),
    "dashboard/no-unit": CodeDoc(
        "Numbers without a unit",
        "A bare 0.25 may be seconds, a share or requests. Every panel with numbers says which; `short` is "
        "for those that are just counted.",
    ),
    "dashboard/null": CodeDoc(
        "A key without a value",
        "A key that is null is read as a value by some of Grafana's versions and as missing by others. "
        "Leave the key out. The one exception is the lowest threshold, whose null means minus infinity.",
    ),
    "dashboard/overlap": CodeDoc(
        "Two panels in one place",
        "Grafana moves panels that overlap when it loads the dashboard, each version in its own way. Give "
        "every panel cells of its own.",
    ),
    "dashboard/override": CodeDoc(
        "An override that overrides nothing",
        "An override finds fields by a matcher and changes properties of theirs, each by an id such as "
        "`unit` or `custom.lineWidth`. Grafana passes over ids that it does not know.",
    ),
    "dashboard/panel-id": CodeDoc(
        "A panel id that is missing, negative or taken",
        "Links to a single panel (`viewPanel=`) and alerts refer to its id. Grafana renumbers ids that are "
        "not positive and different, and such links lead nowhere. Leave `id` out: Sightline makes one from "
        "the titles of the dashboard, row and panel, which stays when panels are added.",
    ),
    "dashboard/panel-title": CodeDoc(
        "A panel without a title, or with another one's",
        "Panels are found, discussed and exported by their titles. Give each panel one of its own.",
    ),
    "dashboard/panel-type": CodeDoc(
        "A kind of panel that Grafana does not have",
        "Grafana 11 removed the panels of the Angular time, such as `graph` and `singlestat`; panels of "
        "plugins are missing where the plugin is not installed. Use a panel that comes with Grafana: "
        "TimeSeries, Stat, Table, GaugePanel, BarGauge, Text, Logs, StateTimeline, Histogram, Heatmap, "
        "PieChartv2, RowPanel.",
    ),
    "dashboard/placeholder": CodeDoc(
        "A placeholder that cannot be filled",
        "In titles and descriptions of a dashboard in YAML `<< service >>`, `<< namespace >>` "
        "and `<< workload >>` are filled in, as far as `forEach` gives them. Anything else between these "
        "marks is a mistake.",
    ),
    "dashboard/python-disabled": CodeDoc(
        "A Python dashboard that is not run",
        "A `*.dashboard.py` file is code, and runs with the rights of whoever generates. Sightline runs it "
        "only when the platform file says `pythonDashboards: true`.",
    ),
    "dashboard/python-error": CodeDoc(
        "A Python dashboard that fails",
        "The module was run and raised an exception; the place is the innermost line of the module itself. "
        "grafanalib checks some arguments when an object is made: `valueMin`, for one, must be a whole "
        "number.",
    ),
    "dashboard/python-missing": CodeDoc(
        "A Python file without a dashboard",
        'A `*.dashboard.py` file assigns a grafanalib Dashboard to the name "dashboard", or a list of them '
        'to "dashboards".',
    ),
    "dashboard/query": CodeDoc(
        "A panel's query that is not PromQL",
        "The query was parsed after a stand-in was put in place of every Grafana variable: a duration "
        "inside brackets, a number or a label where only these can stand. What does not parse then, "
        "Prometheus refuses.",
    ),
    "dashboard/ref-id": CodeDoc(
        "A target without a refId of its own",
        "Grafana tells the queries of a panel apart by their refIds; of two with the same, one wins. "
        "Sightline fills empty ones with A, B, C.",
    ),
    "dashboard/rows": CodeDoc(
        "Rows of Grafana 4, or panels inside an open row",
        "Grafana converts old rows at every load, and does not show the panels of a row that is not "
        "collapsed. List panels with a GridPos in `panels`; a RowPanel before them is their heading, and "
        "holds them only when it is collapsed.",
    ),
    "dashboard/size": CodeDoc(
        "A dashboard that is too large",
        "More than 100 kB of JSON is some fifty panels: slow to load, and nobody reads it. Some ways of "
        "delivery have hard limits (a ConfigMap that kubectl applies: about 230 kB). Split the dashboard, "
        "or the service's SLOs.",
    ),
    "dashboard/threshold-scale": CodeDoc(
        "Thresholds of a percentage on a share",
        "The unit `percentunit` shows 0.99 as 99 %. A threshold of 99 on it is a hundred times of everything "
        "there is, so the panel never changes its colour. Write 0.99.",
    ),
    "dashboard/thresholds": CodeDoc(
        "Thresholds out of order",
        "Each threshold colours the values from its own to the next one, so they are numbers that go from "
        "low to high. The first may lack a value: it is the colour below all others.",
    ),
    "dashboard/time": CodeDoc(
        "A time that Grafana refuses",
        "The time range is at least a minute. Grafana asks anew every five seconds at most "
        "(`min_refresh_interval`).",
    ),
    "dashboard/title": CodeDoc(
        "A dashboard without a title",
        "Grafana refuses to provision a dashboard that has no title.",
    ),
    "dashboard/title-clash": CodeDoc(
        "Two dashboards with one title",
        "Grafana allows it, but in the list and in search nobody can tell them apart.",
    ),
    "dashboard/undelivered": CodeDoc(
        "Dashboards in a project that delivers none",
        "`delivery` says what is written. Without the format `grafana` no dashboard is made: neither those "
        "that teams wrote nor the panels of `businessMetrics`, and what stands in them is not checked.",
    ),
    "dashboard/uid": CodeDoc(
        "A uid that Grafana refuses",
        "The uid is the address of a dashboard: 1 to 40 letters, digits, `-` and `_`. Choose it once; when "
        "it changes, every link to the dashboard dies. A Python dashboard without a uid gets one from the "
        "name of its file.",
    ),
    "dashboard/uid-clash": CodeDoc(
        "Two dashboards with one uid",
        "Grafana keeps one dashboard for each uid: two files with the same one overwrite each other every "
        "few seconds, without an end. Capital letters do not make a difference for some of its databases.",
    ),
    "dashboard/unit": CodeDoc(
        "A unit that Grafana does not know",
        "Units are ids, such as `reqps`, `s`, `ms`, `percentunit` (0 to 1), `percent` (0 to 100) or "
        "`bytes`. An unknown one is shown as plain text behind a number that is not scaled. Write `suffix: "
        "items` for a unit of your own.",
    ),
    "dashboard/unsafe-link": CodeDoc(
        "A link that is no web address",
        "A click on `javascript:` runs what somebody wrote, with the rights of the person who clicks, and "
        "`data:` opens a page that somebody made. Grafana takes them out at the last moment, so they lead "
        "nowhere. Link to an http or https address, or to a path of Grafana such as `/d/<uid>`.",
    ),
    "dashboard/unused-field": CodeDoc(
        "A panel that lacks queries, or has no use for them",
        "Graphs, numbers and tables show queries. Texts and lists of alerts show none, and know no unit and "
        "no thresholds.",
    ),
    "dashboard/variable": CodeDoc(
        "A variable that is not declared, not used, or declared twice",
        "A query with an undeclared variable asks for its name, literally, and finds nothing. A variable "
        "that nothing uses is a choice without effect. Names that start with two underscores are Grafana's "
        "own.",
    ),
}
