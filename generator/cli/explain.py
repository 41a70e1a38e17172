"""`explain`: an SLO or a finding in words."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import config_option
from generator.cli.project import compiled, report


@click.command()
@click.argument("subject")
@config_option
@click.option(
    "--format",
    "report_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How SLOs are explained; findings are in words only.",
)
def explain(subject: str, config: Path | None, report_format: str) -> None:
    """Explain an SLO in words, or what a finding means.

    SUBJECT is SERVICE or SERVICE/SLO (with NAMESPACE/ before it where needed), or a finding's code such as
    spec/unknown-key.
    """
    from generator.explain import explain_code, explain_slos

    text = explain_code(subject)
    if text is None:
        inputs, diagnostics, compilation = compiled(config)
        report(diagnostics, inputs, "text")
        text = explain_slos(compilation, subject, report_format)
        if text is None:
            raise click.UsageError(
                f'nothing is called "{subject}": neither a service, an SLO nor a finding\'s code.'
            )
    click.echo(text, nl=False)
