"""`init`: a first project."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--project", help="Name of the project. [default: the folder's name]")
@click.option(
    "--protocol", default="", metavar="NAME", help="http, grpc, tcp, or none for counters of your own."
)
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="The telemetry: istio, otel-http, otel-grpc, otel-grpc-legacy, otel-spanmetrics, "
    "tempo-spanmetrics or grpc-server. [default: istio]",
)
@click.option("--dataplane", default="", metavar="NAME", help="In a mesh: sidecar, ambient or gateway.")
@click.option("--waypoint", default="", metavar="NAME", help="On ambient: the waypoint. [default: waypoint]")
def init(
    folder: Path, project: str | None, protocol: str, profile: str, dataplane: str, waypoint: str
) -> None:
    """Write a first project into FOLDER: platform, service, fixture, CI workflow. It generates at once."""
    from generator.scaffold import choose, scaffold

    choice = choose(protocol, profile, dataplane, waypoint)
    written, problem = ([], choice) if isinstance(choice, str) else scaffold(folder, project, choice)
    if problem:
        raise click.UsageError(problem)
    for path in written:
        click.echo(path)
    where = "" if folder == Path() else f"cd {folder} && "
    click.echo(f"Next: {where}sightline generate", err=True)
