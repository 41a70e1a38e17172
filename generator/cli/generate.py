"""`generate`: everything is checked, then the output tree is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import config_option, report_format_option
from generator.cli.project import FINDINGS, among, compiled, relative, report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.diagnostics import Diagnostics
    from generator.pipeline import Compilation
    from generator.tree.inputs import Inputs
    from generator.tree.model import Changes


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@config_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The output tree. [default: out]"
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change, and say what.")
@click.option("--stdout", is_flag=True, help="Print every file as one YAML stream and write nothing.")
@report_format_option
def generate(
    paths: tuple[Path, ...],
    config: Path | None,
    out: Path | None,
    check: bool,  # noqa: FBT001  # click passes options by name
    stdout: bool,  # noqa: FBT001  # as above
    report_format: str,
) -> None:
    """Validate everything, then write the output tree.

    PATHS limit what is written (to what comes from these files or folders), never what is read and checked.
    Nothing is written when there is an error.
    """
    inputs, diagnostics, compilation = compiled(config)
    if stdout:
        report(diagnostics, inputs, "text")
        click.echo(_stream(compilation), nl=False)
        return
    folder = out or inputs.root / "out"
    changes = _write(inputs, compilation, diagnostics, folder, paths, check=check)
    listed = {"created": changes.created, "changed": changes.changed, "removed": changes.removed}
    report(diagnostics, inputs, report_format, more={"changes": listed})
    if report_format != "json":
        _tell(changes, folder, check=check, aside=report_format != "text")
    if check and changes.differs:
        raise SystemExit(FINDINGS)


def _write(
    inputs: Inputs,
    compilation: Compilation,
    diagnostics: Diagnostics,
    out: Path,
    paths: Iterable[Path],
    *,
    check: bool,  # click passes options by name
) -> Changes:
    from generator import tree

    if diagnostics.has_errors or compilation.project is None:
        return tree.Changes()
    chosen = [relative(path, inputs.root) for path in paths]
    only = (lambda artifact: among(artifact.source, chosen)) if chosen else None
    act = tree.check if check else tree.apply
    return act(out, compilation.project.platform.project, compilation.artifacts, diagnostics, only=only)


def _tell(changes: Changes, out: Path, *, check: bool, aside: bool) -> None:
    """Say what became of the tree: the paths on stdout (`aside`: a report is there), a summary on stderr."""
    marks = (("+", changes.created), ("~", changes.changed), ("-", changes.removed))
    for mark, paths in marks:
        for path in paths:
            click.echo(f"{mark} {out / path}", err=aside)
    total = len(changes.created) + len(changes.changed) + len(changes.unchanged)
    counts = f"{len(changes.created)} new, {len(changes.changed)} changed, {len(changes.removed)} removed"
    verb = "would be " if check else ""
    click.echo(
        f"{total} files in {out}: {verb}{counts}."
        if changes.differs
        else f"{total} files in {out}: up to date.",
        err=True,
    )


def _stream(compilation: Compilation) -> str:
    """Every artifact as one YAML stream, its path before it; JSON is YAML, prose becomes a comment."""
    parts = []
    for artifact in sorted(compilation.artifacts):
        is_data = artifact.path.endswith((".yaml", ".json"))
        body = artifact.text if is_data else "".join(f"# {line}\n" for line in artifact.text.splitlines())
        parts.append(f"---\n# {artifact.path}\n{body}")
    return "".join(parts)
