"""A team's own grafanalib modules: run only when allowed, contained, and blamed at the line that fails."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostics, Severity
from generator.documents import Source
from generator.grafana.compile import compile_dashboards
from generator.grafana.python_dashboards import load_dashboards
from generator.spec.model import Platform, Project
from grafana.examples import project

HEAD = "from grafanalib.core import *\n"
GOOD = HEAD + 'dashboard = Dashboard(title="Mine", uid="mine")\n'
REPOSITORY = Path(__file__).parents[2]


def load(text, *, allowed=True, path="dashboards/my-team.dashboard.py"):
    diagnostics = Diagnostics()
    platform = Platform(project="shop", python_dashboards=allowed)
    return load_dashboards([Source(path, text)], platform, diagnostics), list(diagnostics)


def test_a_module_is_run_only_when_allowed():
    made, said = load("raise SystemExit('ran')", allowed=False)
    assert made == []
    assert [(item.code, item.severity) for item in said] == [("dashboard/python-disabled", Severity.WARNING)]


def test_one_dashboard_or_a_list():
    (one,), said = load(GOOD)
    assert (one.page.uid, one.page.title, one.page.source, said) == (
        "mine",
        "Mine",
        "dashboards/my-team.dashboard.py",
        [],
    )
    many, said = load(HEAD + 'dashboards = [Dashboard(title=t) for t in ("Übersicht", "Zwei")]\n')
    assert [item.page.uid for item in many] == [
        "shop--dashboard--my-team--ubersicht",
        "shop--dashboard--my-team--zwei",
    ]
    assert said == []


def test_a_missing_uid_comes_from_the_file():
    (made,), _ = load(HEAD + 'dashboard = Dashboard(title="x")')
    assert made.page.uid == "shop--dashboard--my-team"


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        (HEAD + "\n\nx = 1 / 0\n", "dashboard/python-error", 4, "ZeroDivisionError"),
        (HEAD + "def f():\n    return [][1]\n\nf()\n", "dashboard/python-error", 3, "IndexError"),
        (HEAD + "dashboard = (\n", "dashboard/python-error", 2, "SyntaxError"),
        ("import no_such_library\n", "dashboard/python-error", 1, "no_such_library"),
        ("import sys\nsys.exit(3)\n", "dashboard/python-error", 2, "SystemExit"),
        ("import sys\nraise GeneratorExit\n", "dashboard/python-error", 2, "GeneratorExit"),
        (
            (
                "class Own(BaseException):\n    pass\n\n"
                "class D:\n    panels = []\n    uid = 'x'\n"
                "    def to_json_data(self):\n        raise Own('no')\ndashboard = D()\n"
            ),
            "dashboard/python-error",
            8,
            "Own: no",
        ),
        (
            "class D:\n    def __getattr__(self, name):\n        raise SystemExit(0)\n\ndashboard = D()\n",
            "dashboard/python-error",
            3,
            "SystemExit",
        ),
        (HEAD + '\ndashboard = Dashboard(titel="x")\n', "dashboard/python-error", 3, "titel"),
        (HEAD + 'p = TimeSeries(\n  title="x", valueMin=0.5)\n', "dashboard/python-error", 2, "TypeError"),
        (HEAD + "\ndashboard = 3\n", "dashboard/python-missing", 3, "does not define"),
        ("x = 1\n", "dashboard/python-missing", 1, "does not define"),
        (HEAD + "dashboards = []\n", "dashboard/python-missing", 2, "does not define"),
        (
            HEAD + 'dashboard = Dashboard(title="x", panels=[Text(extraJson={"a": {1}})])\n',
            "dashboard/python-error",
            2,
            "JSON cannot say",
        ),
    ],
)
def test_a_failing_module_is_blamed_at_its_own_line(text, code, line, words):
    made, (said,) = load(text)
    assert made == []
    assert (said.code, said.span.line, said.span.path) == (code, line, "dashboards/my-team.dashboard.py")
    assert words in said.message
    assert "\n" not in said.message


def test_one_failure_does_not_stop_the_others():
    diagnostics = Diagnostics()
    sources = [Source("dashboards/b.dashboard.py", GOOD), Source("dashboards/a.dashboard.py", "boom")]
    made = load_dashboards(sources, Platform(project="shop", python_dashboards=True), diagnostics)
    assert [item.page.uid for item in made] == ["mine"]
    assert len(diagnostics.items) == 1


def test_the_interpreter_is_left_as_it_was(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared.py").write_text("TITLE = 'Shared'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = (set(sys.modules), list(sys.path), sys.dont_write_bytecode)
    text = (
        "from __future__ import annotations\n"
        "import dataclasses, sys\n"
        "from grafanalib.core import *\n"
        "from shared import TITLE\n"
        "@dataclasses.dataclass\n"
        "class Row:\n    title: str\n"
        "sys.path.append('/nowhere')\n"
        "print('hello')\n"
        "dashboard = Dashboard(title=Row(TITLE).title, uid='x')\n"
    )
    (made,), said = load(text)
    assert made.page.title == "Shared"
    assert said == []
    assert set(sys.modules) - before[0] == {"shared"}
    assert (list(sys.path), sys.dont_write_bytecode) == before[1:]
    assert list(tmp_path.rglob("*.pyc")) == []
    assert capsys.readouterr().out == ""
    monkeypatch.delitem(sys.modules, "shared")


def test_what_a_module_changes_for_itself_it_changes_for_itself_alone(tmp_path):
    before = (Path.cwd(), sys.getrecursionlimit(), list(warnings.filters))
    text = GOOD + (
        "import os, sys, warnings\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "sys.setrecursionlimit(2_000)\n"
        "warnings.simplefilter('error')\n"
        "del sys.modules[__name__]\n"
    )
    made, said = load(text)
    assert (len(made), said) == (1, [])
    assert (Path.cwd(), sys.getrecursionlimit(), list(warnings.filters)) == before


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'dashboard = Dashboard(title="x", panels=None)',
        HEAD + 'dashboard = Dashboard(title="x", tags={"a", "b"})',
        HEAD + 'dashboard = Dashboard(title="x", tags=[object()])',
    ],
)
def test_a_failure_is_told_in_the_same_words_in_each_run(text):
    _, (said,) = load(text)
    assert "0x" not in said.message
    assert "{" not in said.message
    assert "Attribute(" not in said.message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("panels=[3]", "panels[0] is no object"),
        ("panels=[Text(), {'type': 'row', 'panels': 5}]", "panels[1].panels is no list"),
        ("panels=[{'type': 'stat', 'targets': {}}]", "panels[0].targets is no list"),
        (
            "panels=[{'type': 'stat', 'fieldConfig': {'overrides': [1]}}]",
            "panels[0].fieldConfig.overrides[0] is no object",
        ),
        ("templating=Templating(list=['a'])", "templating.list[0] is no object"),
        ("annotations=Annotations(list=[[]])", "annotations.list[0] is no object"),
        ("links='a'", "links is no list"),
    ],
)
def test_what_is_no_dashboard_is_told_where(arguments, words):
    _, (said,) = load(HEAD + f"dashboard = Dashboard(title='x', {arguments})")
    assert (said.code, said.span.line) == ("dashboard/python-error", 2)
    assert words in said.message


def test_a_mistake_in_an_imported_module_is_no_line_of_ours(tmp_path, monkeypatch):
    (tmp_path / "broken_import.py").write_text("\n" * 40 + "def (\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    _, (said,) = load(HEAD + "\nimport broken_import\n")
    assert (said.code, said.span.line) == ("dashboard/python-error", 3)


def test_findings_point_at_the_panel_in_the_module():
    text = HEAD + (
        'dashboard = Dashboard(title="Mine", uid="mine", panels=[\n'
        "    Stat(\n"
        '        title="Speed", format="kmh", description="d", gridPos=GridPos(x=0, y=0, w=4, h=4)),\n'
        "])\n"
    )
    diagnostics = Diagnostics()
    source = Source("dashboards/x.dashboard.py", text)
    compile_dashboards(
        Project(platform=Platform(project="shop", python_dashboards=True)),
        diagnostics,
        python_sources=[source],
    )
    (said,) = diagnostics
    assert (said.code, said.span.line) == ("dashboard/unit", 4)
    assert '"Speed"' in said.message


def test_a_uid_that_is_ours_is_reported_with_both_places():
    text = HEAD + 'dashboard = Dashboard(title="Mine", uid="shop--fleet")\n'
    diagnostics = Diagnostics()
    source = Source("dashboards/x.dashboard.py", text)
    compile_dashboards(project(python_dashboards=True), diagnostics, python_sources=[source])
    (said,) = [item for item in diagnostics if item.severity is Severity.ERROR]
    assert (said.code, said.span.path) == ("dashboard/uid-clash", "dashboards/x.dashboard.py")


def test_the_worked_example_is_clean():
    path = "dashboards/bookinfo-edge.dashboard.py"
    source = Source(path, (REPOSITORY / path).read_text(encoding="utf-8"))
    diagnostics = Diagnostics()
    project = Project(platform=Platform(project="shop", python_dashboards=True))
    pages = compile_dashboards(project, diagnostics, python_sources=[source])
    assert diagnostics.items == []
    assert pages[-1].uid == "bookinfo-edge"
