"""`diff`: what changed since a revision of git, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import ENVIRONMENT, config_option
from generator.cli.project import FINDINGS, TROUBLE, colour, compiled, report

if TYPE_CHECKING:
    from generator.pipeline import Compilation
    from generator.tree.inputs import Inputs


@click.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@config_option
@click.option(
    "--format",
    "report_format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How differences are reported; markdown is for a pull request.",
)
def diff(revision: str, config: Path | None, report_format: str) -> None:
    """Say in words what changed since a revision.

    Compares what the files here compile to with what they compiled to at REV, a revision of git. [default:
    HEAD, the last commit]
    """
    from generator.diff import REPORTS, compare, summary

    inputs, diagnostics, after = compiled(config)
    report(diagnostics, inputs, "text")
    before = _compile_revision(inputs, revision)
    found = compare(before, after)
    click.echo(REPORTS[report_format](found, revision), nl=False)
    click.echo(summary(found), err=True)
    if found:
        raise SystemExit(FINDINGS)


def _compile_revision(inputs: Inputs, revision: str) -> Compilation:
    """The project as it was at a revision; one that has errors there cannot be compared: that ends with 2."""
    from generator.cli.processes import spread
    from generator.diagnostics import Diagnostics
    from generator.diagnostics.reporters import REPORTERS
    from generator.pipeline import compile_project
    from generator.tree.revision import GitError, at_revision

    diagnostics = Diagnostics()
    try:
        there = at_revision(inputs.root, inputs.config, revision)
        environment = click.get_current_context().meta.get(ENVIRONMENT)
        before = compile_project(there, diagnostics, environment, spread)
    except GitError as error:
        diagnostics.error("input/revision", str(error), None, cause=error.cause, fix=error.fix)
        report(diagnostics, inputs, "text")
        raise
    errors = [item for item in diagnostics if item.severity == "error"]
    if errors and there.exists:
        click.echo(f"At {revision}, to compare with:", err=True)
        click.echo(
            REPORTERS["text"](errors, there.texts, colour=colour()), nl=False, err=True, color=colour()
        )
        raise SystemExit(TROUBLE)
    return before
