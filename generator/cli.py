"""The command line: arguments -> call -> report -> exit code.

Everything else is imported by the command that needs it.

Exit codes, the same for every command: 0 clean; 1 findings, or `--check` found differences; 2 usage,
configuration or input/output; 3 a defect of Sightline; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from generator.diagnostics import Diagnostics
    from generator.pipeline import Compilation
    from generator.promql.checks import Known
    from generator.spec.model import Service
    from generator.tree.inputs import Inputs
    from generator.tree.model import Changes

_CONFIG = "sightline.yaml"
_FINDINGS, _TROUBLE, _DEFECT, _INTERRUPTED = 1, 2, 3, 130
# What lies outside of the author's text: the machine, not the spec, is wrong.
_TROUBLE_AREAS = ("input/", "tree/", "capture/")

_ENVIRONMENT = "sightline.environment"  # of click's context: what `_compile` takes from there


def _config(command: Callable[..., None]) -> Callable[..., None]:
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
    context.meta[_ENVIRONMENT] = name


_file = click.Path(dir_okay=False, path_type=Path)
_format = click.option(
    "--format",
    "report_format",
    type=click.Choice(["text", "json", "sarif", "github", "junit"]),
    default="text",
    show_default=True,
    help="How findings are reported.",
)


class _Program(click.Group):
    """The group of commands; a reader that goes away is trouble, where click would say findings (1)."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Python flushes stdout once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(_TROUBLE) from None


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean; 1 findings or differences; 2 usage, configuration, I/O; 3 a defect of "
    "ours; 130 interrupted.",
)
@click.version_option(package_name="sightline", message="sightline %(version)s")
def cli() -> None:
    """SLOs, alerts, dashboards and mesh links as code."""


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_config
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The output tree. [default: out]"
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change, and say what.")
@click.option("--stdout", is_flag=True, help="Print every file as one YAML stream and write nothing.")
@_format
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
    inputs, diagnostics, compilation = _compile(config)
    if stdout:
        _report(diagnostics, inputs, "text")
        click.echo(_stream(compilation), nl=False)
        return
    folder = out or inputs.root / "out"
    changes = _write(inputs, compilation, diagnostics, folder, paths, check=check)
    listed = {"created": changes.created, "changed": changes.changed, "removed": changes.removed}
    _report(diagnostics, inputs, report_format, more={"changes": listed})
    if report_format != "json":
        _tell(changes, folder, check=check, aside=report_format != "text")
    if check and changes.differs:
        raise SystemExit(_FINDINGS)


_path = click.Path(path_type=Path)


@cli.command()
@_config
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
@_format
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
    inputs, diagnostics, compilation = _compile(config)
    services = compilation.project.services if compilation.project else ()
    more = _coverage(compilation.known, services, report_format) if coverage else {}
    _report(diagnostics, inputs, report_format, more=more)
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
    _report(diagnostics, inputs, report_format, more=more)
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


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_config
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
    from generator.proof.prove import prove
    from generator.proof.reports import render
    from generator.proof.run import NoPromtoolError, find

    inputs, diagnostics, compilation = _compile(config)
    _report(diagnostics, inputs, "text")
    assert compilation.project is not None  # noqa: S101  # without one there was an error
    chosen = [_relative(path, inputs.root) for path in paths]
    services = [one for one in compilation.services if _among(one.service.source, chosen)]
    packs = [one for one in compilation.packs if _among(one.pack.source, chosen)]
    try:
        program = find(promtool)
        if rules:
            services, packs = rule_files.replaced(rules, services, packs)
    except (NoPromtoolError, rule_files.UnreadableRulesError) as error:
        raise click.UsageError(str(error)) from None
    planned = plan(compilation.project.platform, services, packs)
    with _trials(sum(len(suite.trials) for suite in planned.suites)) as done:
        result = prove(planned, program, done, least=fail_under)
    said, aside = render(result, report_format, inputs.texts, colour=_colour())
    click.echo(said, nl=False)
    click.echo(aside, nl=False, err=True, color=_colour())
    if result.findings:
        raise SystemExit(_FINDINGS)


def _among(source: str, chosen: list[str]) -> bool:
    return not chosen or any(_below(source, path) for path in chosen)


@contextlib.contextmanager
def _trials(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal while trials run; what it yields is told how many have ended."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=total, label="Testing", file=sys.stderr) as bar:
        yield bar.update


@cli.command()
@click.argument("subject")
@_config
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
        inputs, diagnostics, compilation = _compile(config)
        _report(diagnostics, inputs, "text")
        text = explain_slos(compilation, subject, report_format)
        if text is None:
            raise click.UsageError(
                f'nothing is called "{subject}": neither a service, an SLO nor a finding\'s code.'
            )
    click.echo(text, nl=False)


@cli.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@_config
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

    inputs, diagnostics, after = _compile(config)
    _report(diagnostics, inputs, "text")
    before = _compile_revision(inputs, revision)
    found = compare(before, after)
    click.echo(REPORTS[report_format](found, revision), nl=False)
    click.echo(summary(found), err=True)
    if found:
        raise SystemExit(_FINDINGS)


@cli.command()
@click.option(
    "--catalogue", is_flag=True, help="Print the schema of fixtures (catalogues of metrics) instead."
)
def schema(catalogue: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Print the JSON Schema of every kind of document, for editors."""
    from generator.scaffold import catalogue_schema_text, schema_text

    click.echo(catalogue_schema_text() if catalogue else schema_text(), nl=False)


@cli.command()
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


@cli.command()
@click.option("--prometheus", metavar="URL", help="Ask the Prometheus at this URL.")
@click.option("--exposition", type=_file, help="Read the text of a target's /metrics.")
@click.option("--series", type=_file, help="Read an answer of /api/v1/series.")
@click.option("--metadata", type=_file, help="Read an answer of /api/v1/metadata, beside --series.")
@click.option("--output", type=_file, help="The fixture to write. [default: stdout]")
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
    type=_file,
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
    _report(diagnostics, inputs, "text")
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


def _compile(config: Path | None) -> tuple[Inputs, Diagnostics, Compilation]:
    from generator.diagnostics import Diagnostics
    from generator.pipeline import compile_project
    from generator.tree.inputs import Inputs

    file = config or _nearest_config()
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}.")
    inputs = Inputs(file.parent if file.parent.parts else Path(), file.name)
    diagnostics = Diagnostics()
    environment = click.get_current_context().meta.get(_ENVIRONMENT)
    return inputs, diagnostics, compile_project(inputs, diagnostics, environment)


def _compile_revision(inputs: Inputs, revision: str) -> Compilation:
    """The project as it was at a revision; one that has errors there cannot be compared: that ends with 2."""
    from generator.diagnostics import Diagnostics
    from generator.diagnostics.reporters import REPORTERS
    from generator.pipeline import compile_project
    from generator.tree.revision import GitError, at_revision

    diagnostics = Diagnostics()
    try:
        there = at_revision(inputs.root, inputs.config, revision)
        before = compile_project(there, diagnostics, click.get_current_context().meta.get(_ENVIRONMENT))
    except GitError as error:
        diagnostics.error("input/revision", str(error), None, cause=error.cause, fix=error.fix)
        _report(diagnostics, inputs, "text")
        raise
    errors = [item for item in diagnostics if item.severity == "error"]
    if errors and there.exists:
        click.echo(f"At {revision}, to compare with:", err=True)
        click.echo(
            REPORTERS["text"](errors, there.texts, colour=_colour()), nl=False, err=True, color=_colour()
        )
        raise SystemExit(_TROUBLE)
    return before


def _nearest_config() -> Path:
    """The platform file here or in a folder above, up to the repository's root."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _CONFIG).is_file():
            return Path(os.path.relpath(folder / _CONFIG))
        if (folder / ".git").exists():
            break
    raise click.UsageError(f"there is no {_CONFIG} here or above. `sightline init` writes a first one.")


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
    chosen = [_relative(path, inputs.root) for path in paths]
    only = (lambda artifact: any(_below(artifact.source, path) for path in chosen)) if chosen else None
    act = tree.check if check else tree.apply
    return act(out, compilation.project.platform.project, compilation.artifacts, diagnostics, only=only)


def _relative(path: Path, root: Path) -> str:
    if not path.exists():
        raise click.UsageError(f"there is no {path}.")
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} is outside of the project.") from None


def _below(source: str, path: str) -> bool:
    return path in {".", source} or source.startswith(f"{path}/")


def _report(
    diagnostics: Diagnostics, inputs: Inputs, report_format: str, *, more: Mapping[str, object] | None = None
) -> None:
    """Report the findings, as words on stderr or for programs on stdout; an error ends the program.

    `more` are fields beside the findings in the JSON report.
    """
    from generator.diagnostics.reporters import REPORTERS

    found = list(diagnostics)
    report = REPORTERS[report_format](found, inputs.texts, colour=_colour())
    if report_format == "text":
        click.echo(report, nl=False, err=True, color=_colour())
    else:
        click.echo(_with(report, more) if report_format == "json" and more else report, nl=False)
    errors = [item for item in found if item.severity == "error"]
    if errors:
        trouble = all(item.code.startswith(_TROUBLE_AREAS) for item in errors)
        raise SystemExit(_TROUBLE if trouble else _FINDINGS)


def _with(report: str, more: Mapping[str, object]) -> str:
    """A JSON report with more fields."""
    import orjson

    merged = {**orjson.loads(report), **more}
    return orjson.dumps(merged, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def _colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR"))


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


def main() -> None:
    """Run the command line; no traceback ever reaches a user."""
    # One run keeps nearly all that it makes until it ends: looking for cycles costs a tenth of the time and
    # finds nothing.
    gc.disable()
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        raise SystemExit(_INTERRUPTED) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(_TROUBLE) from None
    except click.exceptions.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(_INTERRUPTED) from None
    except Exception as error:  # noqa: BLE001  # the last resort: a defect, told in one line with a place to look
        _report_defect(error)
        raise SystemExit(_DEFECT) from None


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
