"""What several commands ask for: the project, its environment, a file, the form of a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

ENVIRONMENT = "sightline.environment"  # of click's context: what `compiled` takes from there


def config_option(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which project is meant, and in which environment."""
    environment = click.option(
        "--environment",
        metavar="NAME",
        expose_value=False,
        callback=_remember_environment,
        help="One of the platform's environments. [default: the platform without their overrides]",
    )
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The platform file. [default: the nearest sightline.yaml, from here upward]",
    )
    return config(environment(command))


def _remember_environment(context: click.Context, _: click.Parameter, name: str | None) -> None:
    context.meta[ENVIRONMENT] = name


FILE = click.Path(dir_okay=False, path_type=Path)
report_format_option = click.option(
    "--format",
    "report_format",
    type=click.Choice(["text", "json", "sarif", "github", "junit"]),
    default="text",
    show_default=True,
    help="How findings are reported.",
)
