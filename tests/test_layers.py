"""The house rules that a program can check: who imports whom, who has effects, who knows the SLI kinds."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import ROOT, of

from generator.sli import KINDS
from generator.telemetry import PROFILES, load_profile

MODULES = sorted((ROOT / "generator").rglob("*.py"))

# Who may do what nobody else may. `tree` reads the inputs and writes the output, `proof` runs promtool,
# `scaffold` is `init`, `live` asks servers, `cli` is the edge, `reference` prints a page. The package's own
# data, by importlib.resources, may be read by all.
EFFECTS = {
    "os": {"tree", "proof", "cli"},
    "io": {"live"},
    "shutil": {"tree", "proof"},
    "tempfile": {"proof"},
    "filelock": {"tree"},
    "sys": {"cli", "reference", "grafana"},
    "time": {"live"},
    "datetime": {"links", "promql"},
    "random": set(),
    "secrets": set(),
    "uuid": set(),
    "socket": {"live"},
    "ssl": {"live"},
    "http": {"live"},
    "urllib.request": set(),
    "subprocess": {"tree", "proof"},
    "multiprocessing": set(),
    "threading": set(),
    "asyncio": set(),
    "locale": set(),
    "platform": set(),
    "getpass": set(),
    "pathlib": {"tree", "proof", "scaffold", "live", "cli", "grafana"},
    "contextlib": {"grafana", "cli"},
}
# Why an exception is one: package by module, what it does, and that it does nothing else.
EXPLAINED = {
    ("grafana", "sys"): "python_dashboards.py runs a team's module, once it is allowed to: sys.modules",
    ("grafana", "contextlib"): "python_dashboards.py keeps such a module's prints out of stdout",
    ("grafana", "pathlib"): "python_dashboards.py takes a module's name from its path, with PurePosixPath",
    ("links", "datetime"): "window.py writes a given time as a date, its grammar reads it; no clock",
    ("promql", "datetime"): "tree.py: the parser gives durations as timedelta",
}
CALLS = {"open", "print", "input", "breakpoint", "exec", "eval", "__import__"}
METHODS = {
    *("read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "touch", "iterdir"),
    *("rglob", "symlink_to", "chmod", "getenv", "today", "utcnow"),
}
MAY_TOUCH_FILES = {"tree", "proof", "scaffold", "cli"}


def _package(path: Path) -> str:
    """The name below `generator` that a file belongs to: `sli` for generator/sli/model.py."""
    return path.relative_to(ROOT / "generator").parts[0].removesuffix(".py")


def _order() -> list[str]:
    (block,) = (block for block in of("text") if block.argument == "import-order")
    assert block.page.name == "architecture.md"
    return block.text.split()


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, wherever in it: at the top, in a function, for the type checker."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            module = node.module or ""
            # `from generator import names` and `from urllib import request` name modules behind the import.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def test_the_order_names_every_package_once() -> None:
    there = {_package(path) for path in MODULES} - {"__init__", "library"}
    assert sorted(_order()) == sorted(there)


def test_the_library_holds_no_code() -> None:
    for path in (ROOT / "generator" / "library").rglob("*.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    order = {name: place for place, name in enumerate(_order())}
    own = _package(path)
    if own in {"__init__", "library"}:
        assert list(_imports(path)) == []
        return
    wrong = [
        f"line {line}: {own} imports {module}"
        for line, module in _imports(path)
        if module.startswith("generator.") and order[module.split(".")[1]] > order[own]
    ]
    assert not wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_the_edge_has_effects(path: Path) -> None:
    own = _package(path)
    wrong = []
    for line, module in _imports(path):
        for forbidden, allowed in EFFECTS.items():
            if own not in allowed and (module == forbidden or module.startswith(f"{forbidden}.")):
                wrong.append(f"line {line}: imports {module}")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and own not in MAY_TOUCH_FILES:
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in CALLS or method in METHODS:
                wrong.append(f"line {node.lineno}: calls {name or method}")
    assert sorted(wrong) == sorted(f"line {line}: calls {call}" for line, call in _allowed_calls(path))


def _allowed_calls(path: Path) -> list[tuple[int, str]]:
    """A team's dashboard module is executed in one place, and only there."""
    if path.name != "python_dashboards.py":
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(number, "exec") for number, line in enumerate(lines, 1) if re.search(r"\bexec\(", line)][:1]


def test_every_exception_is_used_and_explained() -> None:
    used = {
        (_package(path), forbidden)
        for path in MODULES
        for _, module in _imports(path)
        for forbidden in EFFECTS
        if module == forbidden or module.startswith(f"{forbidden}.")
    }
    listed = {(package, module) for module, packages in EFFECTS.items() for package in packages}
    assert listed <= used, "an exception that nobody needs"
    edge = {"tree", "proof", "scaffold", "live", "cli", "reference"}
    assert {(package, module) for package, module in listed if package not in edge} == set(EXPLAINED)


def test_grafanalib_stays_in_its_place() -> None:
    users = {
        _package(path)
        for path in MODULES
        for _, module in _imports(path)
        if module.split(".")[0] == "grafanalib"
    }
    assert users == {"grafana"}


def test_no_pattern_is_misread_by_an_early_python_3_11() -> None:
    """Python 3.11.2, Debian 12's, finds no match where a possessive repeat of alternatives has one."""
    wrong = []
    for path in MODULES:
        if path.name == "__main__.py":
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for attribute, value in vars(importlib.import_module(name)).items():
            if not isinstance(value, re.Pattern):
                continue
            with contextlib.redirect_stdout(io.StringIO()) as described:
                re.compile(value.pattern, value.flags | re.DEBUG)
            if re.search(r"POSSESSIVE_REPEAT|ATOMIC_GROUP", described.getvalue()):
                wrong.append(f"{name}.{attribute}")
    assert not wrong


# Where a word that names an SLI kind, a profile or a protocol stands in another meaning. A constant of that
# spelling anywhere else fails, however it is asked for: compared, looked up, matched, or kept in a table.
_OTHER_MEANINGS = {
    ("delivery/runbooks.py", "threshold"): "a variable of the template",
    ("explain/json.py", "threshold"): "a key of the report",
    ("grafana/dashboards/capacity.py", "events"): "a panel's key",
    ("grafana/dashboards/mesh_requests.py", "grpc"): "the mesh's own dashboard, by protocol",
    ("grafana/dashboards/mesh_requests.py", "http"): "the mesh's own dashboard, by protocol",
    ("grafana/dashboards/mesh_requests.py", "tcp"): "the mesh's own dashboard, by protocol",
    ("grafana/dashboards/service.py", "latency"): "a row's key",
    ("grafana/dashboards/slo.py", "events"): "a panel's key",
    ("grafana/dashboards/slo_panels.py", "events"): "a panel's key",
    ("grafana/dashboards/workload.py", "events"): "a panel's key",
    ("grafana/text.py", "http"): "the scheme of an address",
    ("grafana/lint/links.py", "http"): "the scheme of an address",
    ("links/grammar/kiali.py", "grpc"): "a choice of Kiali's graph",
    ("links/grammar/kiali.py", "http"): "a choice of Kiali's graph",
    ("links/grammar/kiali.py", "istio"): "Kiali's pages of Istio's own configuration",
    ("links/grammar/kiali.py", "tcp"): "a choice of Kiali's graph",
    ("links/kiali/find.py", "grpc"): "a word of Kiali's search",
    ("links/kiali/find.py", "http"): "a word of Kiali's search",
    ("links/kiali/find.py", "tcp"): "a word of Kiali's search",
    ("links/kiali/graph.py", "grpc"): "a choice of Kiali's graph",
    ("links/kiali/graph.py", "http"): "a choice of Kiali's graph",
    ("links/kiali/graph.py", "tcp"): "a choice of Kiali's graph",
    ("links/kiali/pages.py", "istio"): "Kiali's pages of Istio's own configuration",
    ("links/url.py", "http"): "the scheme of an address",
    ("live/families.py", "ratio"): "a unit",
    ("live/http.py", "http"): "the scheme of a server's address",
    ("promql/flow/units.py", "ratio"): "a unit",
    ("rules/shape.py", "threshold"): "a slot of a rule",
    ("scaffold/first_service.py", "availability"): "a first service for each protocol, in words",
    ("scaffold/first_service.py", "http"): "a first service for each protocol, in words",
    ("scaffold/first_service.py", "latency"): "a first service for each protocol, in words",
}
# Who knows the kinds by name: the kinds themselves, and what says independently of them what has to happen.
_OF_KINDS = ("sli/", "proof/world/")
_OF_PROFILES = ("telemetry/", "spec/")


def _within(path: Path) -> str:
    return path.relative_to(ROOT / "generator").as_posix()


def _words(path: Path) -> Iterator[str]:
    """Every constant string of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_nobody_asks_for_the_sli_kind_the_profile_or_the_protocol() -> None:
    """What differs between them is their own modules' and data: no name of one decides anything elsewhere."""
    of_profiles = set(PROFILES) | {one for name in PROFILES for one in load_profile(name).protocols}
    named = {
        (_within(path), word)
        for path in MODULES
        for words, own in ((set(KINDS), _OF_KINDS), (of_profiles, _OF_PROFILES))
        if not _within(path).startswith(own)
        for word in _words(path)
        if word in words
    }
    assert named == _OTHER_MEANINGS.keys()


def test_nobody_looks_into_the_record_of_an_sli() -> None:
    """An SLO's `sli` gives its events, two can be equal, and no other module knows what else is in it."""
    uses = {
        (_within(path), ast.unparse(node))
        for path in MODULES
        if not _within(path).startswith(_OF_KINDS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for part in ast.iter_child_nodes(node)
        if isinstance(part, ast.Attribute) and part.attr == "sli"
    }
    assert uses == {
        ("diff/slos.py", "before.slo.sli == after.slo.sli"),
        ("rules/slo.py", "slo.sli.events"),
    }


def test_the_types_of_telemetry_stay_there() -> None:
    """A subject is all that others see of a profile, a protocol or a data plane."""
    own = {"Profile", "Protocol", "Dataplane"}
    wrong = [
        f"{path.name}:{line}: imports {name}"
        for path in MODULES
        if _package(path) not in {"telemetry", "spec", "reference", "scaffold"}
        for line, name in _imports(path)
        if name.startswith("generator.telemetry.") and name.rpartition(".")[2] in own
    ]
    assert not wrong


def test_the_records_of_sli_kinds_stay_there() -> None:
    """No other module names them, not even for a type check."""
    kinds = {module.__name__ for module in KINDS.values()}
    for path in MODULES:
        if _package(path) != "sli":
            assert not {
                name for _, name in _imports(path) if name.rpartition(".")[0] in kinds or name in kinds
            }
