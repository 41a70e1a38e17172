"""`test`: the rules are proven on Prometheus' own engine."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import config_option
from generator.cli.project import FINDINGS, among, colour, compiled, relative, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@config_option
@click.option(
    "--promtool", default="promtool", metavar="PROGRAM", help="The promtool to run.", show_default=True
)
@click.option(
    "--rules",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Test the rules of this output tree. [default: those that generate would write]",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="Fail if less of the rules are covered.",
)
@click.option(
    "--format",
    "report_format",
    type=click.Choice(["text", "json", "github", "junit"]),
    default="text",
    show_default=True,
    help="How the result is reported.",
)
def test(
    paths: tuple[Path, ...],
    config: Path | None,
    promtool: str,
    rules: Path | None,
    fail_under: float,
    report_format: str,
) -> None:
    """Prove the rules on Prometheus' own engine: every alert fires, stays silent and ends as it must.

    PATHS limit what is tested to what comes from these files or folders. Needs promtool, which comes with
    Prometheus.
    """
    from generator.proof import rule_files
    from generator.proof.project import plan
    from generator.proof.prove import prove, runnable
    from generator.proof.reports import render
    from generator.proof.run import NoPromtoolError, find

    inputs, diagnostics, compilation = compiled(config)
    report(diagnostics, inputs, "text")
    assert compilation.project is not None  # noqa: S101  # without one there was an error
    chosen = [relative(path, inputs.root) for path in paths]
    services = [one for one in compilation.services if among(one.service.source, chosen)]
    packs = [one for one in compilation.packs if among(one.pack.source, chosen)]
    try:
        program = find(promtool)
        if rules:
            services, packs = rule_files.replaced(rules, services, packs)
    except (NoPromtoolError, rule_files.UnreadableRulesError) as error:
        raise click.UsageError(str(error)) from None
    planned = runnable(plan(compilation.project.platform, services, packs), program)
    with _trials(sum(len(suite.trials) for suite in planned.suites)) as done:
        result = prove(planned, program, done, least=fail_under)
    said, aside = render(result, report_format, inputs.texts, colour=colour())
    click.echo(said, nl=False)
    click.echo(aside, nl=False, err=True, color=colour())
    if result.findings:
        raise SystemExit(FINDINGS)


@contextlib.contextmanager
def _trials(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal while trials run; what it yields is told how many have ended."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=total, label="Testing", file=sys.stderr) as bar:
        yield bar.update
