"""From the command line to a compiled project, and from its findings to a report and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.diagnostics import Diagnostics
    from generator.pipeline import Compilation
    from generator.tree.inputs import Inputs

CONFIG = "sightline.yaml"
FINDINGS, TROUBLE, DEFECT, INTERRUPTED = 1, 2, 3, 130
# What lies outside of the author's text: the machine, not the spec, is wrong.
TROUBLE_AREAS = ("input/", "tree/", "capture/")


def compiled(config: Path | None) -> tuple[Inputs, Diagnostics, Compilation]:
    """Compile the project of a platform file, or of the nearest one, in the environment that was asked for.

    Raises UsageError where there is no such file.
    """
    from generator.cli.processes import spread
    from generator.diagnostics import Diagnostics
    from generator.pipeline import compile_project
    from generator.tree.inputs import Inputs

    file = config or nearest_config()
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}.")
    inputs = Inputs(file.parent if file.parent.parts else Path(), file.name)
    diagnostics = Diagnostics()
    environment = click.get_current_context().meta.get(ENVIRONMENT)
    return inputs, diagnostics, compile_project(inputs, diagnostics, environment, spread)


def nearest_config() -> Path:
    """The platform file here or in a folder above, up to the repository's root."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return Path(os.path.relpath(folder / CONFIG))
        if (folder / ".git").exists():
            break
    raise click.UsageError(f"there is no {CONFIG} here or above. `sightline init` writes a first one.")


def relative(path: Path, root: Path) -> str:
    """A file or folder that a user named, from the project's folder; UsageError for one outside of it."""
    if not path.exists():
        raise click.UsageError(f"there is no {path}.")
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} is outside of the project.") from None


def _below(source: str, path: str) -> bool:
    return path in {".", source} or source.startswith(f"{path}/")


def among(source: str, chosen: list[str]) -> bool:
    """Whether a source is one of the files or folders, or nothing was chosen."""
    return not chosen or any(_below(source, path) for path in chosen)


def report(
    diagnostics: Diagnostics, inputs: Inputs, report_format: str, *, more: Mapping[str, object] | None = None
) -> None:
    """Report the findings, as words on stderr or for programs on stdout; an error ends the program.

    `more` are fields beside the findings in the JSON report.
    """
    from generator.diagnostics.reporters import REPORTERS

    found = list(diagnostics)
    report = REPORTERS[report_format](found, inputs.texts, colour=colour())
    if report_format == "text":
        click.echo(report, nl=False, err=True, color=colour())
    else:
        click.echo(_with(report, more) if report_format == "json" and more else report, nl=False)
    errors = [item for item in found if item.severity == "error"]
    if errors:
        trouble = all(item.code.startswith(TROUBLE_AREAS) for item in errors)
        raise SystemExit(TROUBLE if trouble else FINDINGS)


def _with(report: str, more: Mapping[str, object]) -> str:
    """A JSON report with more fields."""
    import orjson

    merged = {**orjson.loads(report), **more}
    return orjson.dumps(merged, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def colour() -> bool:
    """Whether stderr is to be coloured."""
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR"))
