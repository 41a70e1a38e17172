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
    ("promql", "datetime"): "parse.py: the parser gives durations as timedelta",
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


def test_nobody_asks_for_the_sli_kind() -> None:
    """Beyond `sli` nothing depends on a kind: no comparison, no look-up, no import of a kind's module."""
    wrong = []
    for path in MODULES:
        if _package(path) == "sli":
            continue
        wrong += [f"{path.name}:{line}: imports {name}" for line, name in _imports(path) if _is_kind(name)]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for asked in _decided_by(node):
                if isinstance(asked, ast.Constant) and isinstance(asked.value, str) and asked.value in KINDS:
                    wrong.append(f"{path.name}:{asked.lineno}: depends on {asked.value}")
    assert not wrong


# Where a word is that of a profile or a protocol, and why nothing about rules or dashboards depends on it.
_NO_DECISIONS = {
    ("links/kiali/pages.py", "istio"): "Kiali's pages of Istio's own configuration",
    ("live/http.py", "http"): "the scheme of a server's address",
    ("scaffold/first_service.py", "http"): "a first service for each protocol, in words",
    ("sli/latency.py", "tcp"): "why there is no latency, in words",
}


def test_nobody_asks_for_the_profile_or_the_protocol() -> None:
    """What differs between them is data of `telemetry`; `spec` checks what users write of it."""
    known = set(PROFILES) | {protocol for name in PROFILES for protocol in load_profile(name).protocols}
    asked_of = {
        (path.relative_to(ROOT / "generator").as_posix(), str(asked.value))
        for path in MODULES
        if _package(path) not in {"telemetry", "spec"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for asked in _decided_by(node)
        if isinstance(asked, ast.Constant) and asked.value in known
    }
    assert asked_of <= set(_NO_DECISIONS), "data of the telemetry profile decides, not its name"


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


def _is_kind(module: str) -> bool:
    return any(module.startswith(f"generator.sli.{kind}.") for kind in KINDS)


def _decided_by(node: ast.AST) -> list[ast.expr]:
    """The constants that a comparison, a `match` or a look-up asks for."""
    if isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        return parts + [
            item for part in parts if isinstance(part, ast.Tuple | ast.Set | ast.List) for item in part.elts
        ]
    if isinstance(node, ast.MatchValue):
        return [node.value]
    return [node.slice] if isinstance(node, ast.Subscript) else []
