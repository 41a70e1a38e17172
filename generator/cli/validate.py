"""`validate`: everything that generate checks, and files that Sightline did not make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import config_option, report_format_option
from generator.cli.project import compiled, report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.promql.checks import Known
    from generator.spec.model import Service


_path = click.Path(path_type=Path)


@click.command()
@config_option
@click.option(
    "--rules",
    multiple=True,
    type=_path,
    metavar="PATH",
    help="Check this file or folder of Prometheus rules instead of a project.",
)
@click.option(
    "--dashboards",
    multiple=True,
    type=_path,
    metavar="PATH",
    help="Check this dashboard of Grafana, or folder of them, instead of a project.",
)
@click.option(
    "--fixtures",
    multiple=True,
    type=_path,
    metavar="PATH",
    help="What the metrics look like, for --rules and --dashboards: a file or folder of catalogues.",
)
@click.option(
    "--prometheus-version",
    metavar="VERSION",
    help="Refuse what this version lacks, for --rules and --dashboards. [default: the fixtures' server]",
)
@click.option(
    "--coverage",
    is_flag=True,
    help="Tell which metrics of the fixtures nothing reads, and which services have no SLO.",
)
@report_format_option
def validate(
    config: Path | None,
    rules: tuple[Path, ...],
    dashboards: tuple[Path, ...],
    fixtures: tuple[Path, ...],
    prometheus_version: str | None,
    coverage: bool,  # noqa: FBT001  # click passes options by name
    report_format: str,
) -> None:
    """Check everything that generate checks; write nothing.

    With --rules and --dashboards, which may be given several times, check files that Sightline did not
    generate: rule files, PrometheusRule objects, dashboards as Grafana stores them. No platform file is
    needed or read.
    """
    if rules or dashboards:
        if config:
            raise click.UsageError("--config is for a project, --rules and --dashboards are for other files.")
        _validate_foreign(rules, dashboards, fixtures, prometheus_version, report_format, coverage=coverage)
        return
    if fixtures or prometheus_version:
        raise click.UsageError(
            "--fixtures and --prometheus-version go with --rules or --dashboards; a project names its own."
        )
    inputs, diagnostics, compilation = compiled(config)
    services = compilation.project.services if compilation.project else ()
    more = _coverage(compilation.known, services, report_format) if coverage else {}
    report(diagnostics, inputs, report_format, more=more)
    if report_format == "text" and compilation.project:
        slos = sum(len(service.slos) for service in compilation.services)
        count = sum(one.service.journey is None for one in compilation.services)
        click.echo(f"{count} services, {slos} SLOs: no errors.", err=True)


def _validate_foreign(
    rules: tuple[Path, ...],
    dashboards: tuple[Path, ...],
    fixtures: tuple[Path, ...],
    version: str | None,
    report_format: str,
    *,
    coverage: bool,
) -> None:
    from generator.diagnostics import Diagnostics
    from generator.foreign.check import check_foreign
    from generator.foreign.files import read_inputs
    from generator.promql.target import Target
    from generator.tree.inputs import Inputs

    inputs, diagnostics = Inputs(Path()), Diagnostics()
    try:
        target = Target.of(version) if version else None
    except ValueError:
        raise click.UsageError(f"{version} is not a version such as 2.42 or 3.10.") from None
    paths = [tuple(path.as_posix() for path in given) for given in (rules, dashboards, fixtures)]
    given = read_inputs(paths[0], paths[1], paths[2], target, inputs, diagnostics)
    checked = check_foreign(given, diagnostics)
    more = _coverage(checked.known, None, report_format) if coverage else {}
    report(diagnostics, inputs, report_format, more=more)
    if report_format == "text":
        click.echo(f"{checked.words()}: no errors.", err=True)


def _coverage(
    known: Known | None, services: Iterable[Service] | None, report_format: str
) -> dict[str, object]:
    """Tell what nobody watches: as text beside the findings, or as a part of their JSON."""
    if known is None or known.catalogue is None or known.graph is None:
        click.echo("There are no fixtures to compare with.", err=True)
        return {}
    from generator.rules.coverage import coverage

    found = coverage(known.catalogue, known.graph, services)
    if report_format == "json":
        return {"coverage": found.as_json()}
    click.echo(found.words(), nl=False, err=report_format != "text")
    return {}
