"""`capture`: a fixture from a running system."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.options import FILE
from generator.cli.project import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command()
@click.option("--prometheus", metavar="URL", help="Ask the Prometheus at this URL.")
@click.option("--exposition", type=FILE, help="Read the text of a target's /metrics.")
@click.option("--series", type=FILE, help="Read an answer of /api/v1/series.")
@click.option("--metadata", type=FILE, help="Read an answer of /api/v1/metadata, beside --series.")
@click.option("--output", type=FILE, help="The fixture to write. [default: stdout]")
@click.option(
    "--match",
    multiple=True,
    metavar="SELECTOR",
    help="Ask for these series only; may be given several times.",
)
@click.option(
    "--drop-label",
    multiple=True,
    metavar="NAME",
    help="Leave out the values of a label, as those of pod and instance are; may be given several times.",
)
@click.option(
    "--target-label",
    multiple=True,
    metavar="NAME",
    help="A label that Prometheus adds to what the exposition has, beside instance and job; may be given "
    "several times.",
)
@click.option("--since", metavar="DURATION", help="Ask for series with samples in this time. [default: 1h]")
@click.option("--timeout", metavar="DURATION", help="The time that all answers may take. [default: 1m]")
@click.option(
    "--token-file",
    type=FILE,
    help="A file with a bearer token. [default: the environment variable SIGHTLINE_PROMETHEUS_TOKEN]",
)
def capture(output: Path | None, drop_label: tuple[str, ...], **options: Any) -> None:
    """Write a fixture: what the metrics of a running system look like.

    One of --prometheus, --exposition and --series says where from. What a person wrote into the file before,
    such as closed, stays (docs/catalogue.md). Nothing is written when there is an error.
    """
    from generator.diagnostics import Diagnostics
    from generator.live.capture import file_text, hide
    from generator.live.origin import TOKEN_VARIABLE, Origin
    from generator.tree import single_file
    from generator.tree.inputs import Inputs

    inputs, diagnostics = Inputs(Path()), Diagnostics()
    before = single_file.source(output, inputs.texts, diagnostics) if output and output.exists() else None
    try:
        origin = Origin(token=os.environ.get(TOKEN_VARIABLE, ""), **options)
        origin.check()
        secret = origin.secret(diagnostics)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with _progress(origin.prometheus) as answered:
        observation = origin.observe(secret, inputs.texts, diagnostics, answered)
    name = output.stem if output else "captured"
    text = file_text(observation, name, before, frozenset(drop_label), secret, diagnostics)
    written = single_file.replace(output, text, diagnostics) if text and output else False
    hide(secret, diagnostics)
    report(diagnostics, inputs, "text")
    if output is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"{output}: {'written' if written else 'up to date'}.", err=True)


@contextlib.contextmanager
def _progress(url: str | None) -> Iterator[Callable[[], None]]:
    """A bar on a terminal while a server is asked; what it yields is called after each answer."""
    if not (url and sys.stderr.isatty()):
        yield lambda: None
        return
    from generator.live.prometheus import ANSWERS

    with click.progressbar(length=ANSWERS, label="Asking Prometheus", file=sys.stderr) as bar:
        yield lambda: bar.update(1)
