"""The command line: arguments -> call -> report -> exit code.

A command is a module here and a line in `COMMANDS`; it is imported when it is called, and imports everything
else itself, where it needs it.

Exit codes, the same for every command: 0 clean; 1 findings, or `--check` found differences; 2 usage,
configuration or input/output; 3 a defect of Sightline; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from generator.cli.project import DEFECT, INTERRUPTED, TROUBLE

COMMANDS = ("capture", "diff", "explain", "generate", "init", "schema", "test", "validate")


class _Program(click.Group):
    """The group of commands; a reader that goes away is trouble, where click would say findings (1)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, from the module of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"generator.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Python flushes stdout once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(TROUBLE) from None


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean; 1 findings or differences; 2 usage, configuration, I/O; 3 a defect of "
    "ours; 130 interrupted.",
)
@click.version_option(package_name="sightline", message="sightline %(version)s")
def cli() -> None:
    """SLOs, alerts, dashboards and mesh links as code."""


def main() -> None:
    """Run the command line; no traceback ever reaches a user."""
    # One run keeps nearly all that it makes until it ends: looking for cycles costs a tenth of the time and
    # finds nothing.
    gc.disable()
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        raise SystemExit(INTERRUPTED) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(TROUBLE) from None
    except click.exceptions.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:  # noqa: BLE001  # the last resort: a defect, told in one line with a place to look
        _report_defect(error)
        raise SystemExit(DEFECT) from None


def _report_defect(error: Exception) -> None:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    click.echo(
        f"sightline: a defect of ours, not of your files: {type(error).__name__}: {error} ({place})", err=True
    )
    if os.environ.get("SIGHTLINE_TRACEBACK"):
        traceback.print_exception(error)
    else:
        click.echo("Set SIGHTLINE_TRACEBACK=1 to see where, and please report it.", err=True)
