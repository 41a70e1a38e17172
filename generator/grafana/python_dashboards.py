"""A team's own dashboards in plain grafanalib: run, normalised, and checked like ours.

`dashboards/*.dashboard.py` defines `dashboard`, or a list `dashboards`. It is code of the repository and runs
with the rights of whoever generates, which is why it takes `pythonDashboards: true`.
"""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from types import ModuleType, TracebackType

from generator import names
from generator.diagnostics import Diagnostics, Span
from generator.documents import Source
from generator.grafana.render import Rendered, render_object
from generator.spec.model import Platform

SUFFIX = ".dashboard.py"
# The name that a dashboard's module sees as its own while it runs.
_MODULE = "sightline_dashboard"
_ASSIGNMENT = re.compile(r"^dashboards?\b[^=\n]*=", re.MULTILINE)
_MESSAGE_LIMIT = 300


class _ModuleError(Exception):
    """What a user's module did wrong, in our words, with the line where it did."""

    def __init__(self, code: str, message: str, line: int, fix: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.fix = code, message, line, fix


def load_dashboards(
    sources: Sequence[Source], platform: Platform, diagnostics: Diagnostics
) -> list[Rendered]:
    """Run the modules in the order of their paths and return their dashboards as Grafana's JSON.

    A module that fails is reported with the line of its own that failed, and the others still run.
    """
    found: list[Rendered] = []
    for source in sorted(sources, key=lambda source: source.path):
        if not platform.python_dashboards:
            diagnostics.warning(
                "dashboard/python-disabled",
                "this dashboard is not built, because Python dashboards are not allowed",
                line_span(source, 1),
                fix=f"set pythonDashboards: true in {platform.source}, or write the dashboard in YAML.",
            )
            continue
        try:
            found.extend(_run(source, platform))
        except _ModuleError as failure:
            span = line_span(source, failure.line)
            diagnostics.error(failure.code, failure.message, span, fix=failure.fix)
    return found


def line_span(source: Source, line: int) -> Span:
    """Return the place of a line of a Python file, without its indentation."""
    lines = source.text.splitlines() or [""]
    line = min(max(line, 1), len(lines))
    text = lines[line - 1]
    indent = len(text) - len(text.lstrip())
    return Span(source.path, line, indent + 1, line, max(len(text), indent + 1) + 1)


def _run(source: Source, platform: Platform) -> Iterator[Rendered]:
    with _contained() as module:
        with _blamed(source):
            exec(compile(source.text, source.path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # opted in
            values = _dashboards(source, module)
        for value in values:
            with _blamed(source):
                rendered = _render(source, value, platform, alone=len(values) == 1)
            yield rendered


@contextlib.contextmanager
def _contained() -> Iterator[ModuleType]:
    """Give a module to run in, and afterwards leave the interpreter as it was.

    While it runs it is in `sys.modules`, where dataclasses look for it. It writes no bytecode beside the
    sources, and what it prints goes to stderr, for stdout is data. If it changes the working directory, ours
    stays: the output is written there.
    """
    module = ModuleType(_MODULE)
    path, bytecode, recursion = list(sys.path), sys.dont_write_bytecode, sys.getrecursionlimit()
    sys.modules[_MODULE] = module
    sys.dont_write_bytecode = True
    try:
        with contextlib.redirect_stdout(sys.stderr), contextlib.chdir("."), warnings.catch_warnings():
            yield module
    finally:
        sys.setrecursionlimit(recursion)
        sys.modules.pop(_MODULE, None)
        sys.path[:], sys.dont_write_bytecode = path, bytecode


@contextlib.contextmanager
def _blamed(source: Source) -> Iterator[None]:
    """Turn whatever a user's code raises into what we say of it; only an interrupt ends the run."""
    try:
        yield
    except (KeyboardInterrupt, _ModuleError):
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit, GeneratorExit and those of libraries too
        raise _failure(source, error) from None


def _dashboards(source: Source, module: ModuleType) -> Sequence[object]:
    if hasattr(module, "dashboards"):
        values = module.dashboards
        values = list(values) if isinstance(values, (list, tuple)) else [values]
    else:
        values = [module.dashboard] if hasattr(module, "dashboard") else []
    if not values or not all(hasattr(value, "to_json_data") and hasattr(value, "panels") for value in values):
        raise _ModuleError(
            "dashboard/python-missing",
            "the module does not define a grafanalib Dashboard",
            _assignment_line(source),
            'assign one to "dashboard", or a list of them to "dashboards".',
        )
    return values


def _render(source: Source, value: object, platform: Platform, *, alone: bool) -> Rendered:
    if not getattr(value, "uid", None):
        value = _with_uid(source, value, platform, alone=alone)
    return render_object(value, source.path, own=False)


def _with_uid(source: Source, value: object, platform: Platform, *, alone: bool) -> object:
    """Return the dashboard with a uid from the file's name, and its title where it is not alone there."""
    import attr  # grafanalib's own dependency

    parts = [PurePosixPath(source.path).name.removesuffix(SUFFIX)]
    if not alone:
        parts.append(str(getattr(value, "title", "")))
    uid = names.dashboard_uid(platform.project, "dashboard", *map(names.slug, parts))
    return attr.evolve(value, uid=uid)  # type: ignore[misc]  # an attrs class, as all of grafanalib


def _failure(source: Source, error: BaseException) -> _ModuleError:
    # What attrs raises says it first, and then how it is made; a syntax error repeats file and line.
    said = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    words = " ".join(said.split())[:_MESSAGE_LIMIT]
    named = f"{type(error).__name__}: {words}" if words else type(error).__name__
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == source.path else 0
    line = line or _failing_line(source, error.__traceback__) or _assignment_line(source)
    return _ModuleError("dashboard/python-error", f"the dashboard's module fails: {named}", line)


def _failing_line(source: Source, traceback: TracebackType | None) -> int:
    """Return the innermost line of the user's file in a traceback, 0 when none is in it."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == source.path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _assignment_line(source: Source) -> int:
    """Return the line that defines the dashboard, or the first."""
    match = _ASSIGNMENT.search(source.text)
    return source.text.count("\n", 0, match.start()) + 1 if match else 1
