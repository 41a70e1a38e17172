from grafanalib.core import Dashboard, GridPos, Stat, Target

dashboard = Dashboard(
    title="Carts",
    uid="carts",
    panels=[
        Stat(
            title="Up",
            description="Carts that are there.",
            targets=[Target(expr='sum(up{job="cart"})', refId="A")],
            gridPos=GridPos(x=0, y=0, w=4, h=4),
        )
    ],
)
