"""`sightline diff` on real repositories: what is told of each kind of change, and what is in the way.

`rules/` and `dashboards/` each have a small project, `base/`, the last commit. Each folder in `cases/` has
the files that a change leaves different there, `removed.txt` the paths of those that are gone, and what is
told: `diff.txt`, and where a case is about them, `diff.md` and `diff.json`. `pytest tests/diff --update`
rewrites these.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli

HERE = Path(__file__).parent
CASES = sorted(path.relative_to(HERE).as_posix() for path in HERE.glob("*/cases/*"))
OBJECTIVE = HERE / "rules" / "cases" / "objective"
FORMS = {"diff.txt": "text", "diff.md": "markdown", "diff.json": "json"}


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular, whatever the machine's configuration says."""
    settings = ("user.name=a", "user.email=a@example.com", "commit.gpgsign=false", "init.defaultBranch=main")
    options = [part for setting in settings for part in ("-c", setting)]
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A base project, committed, in a folder below the top of its repository; its name is given."""

    def make(name: str) -> Path:
        folder = tmp_path / "repository" / "ops"
        copytree(HERE / name / "base", folder)
        git(folder.parent, "init", "--quiet")
        commit(folder.parent)
        monkeypatch.chdir(folder)
        return folder

    return make


@pytest.fixture
def project(repository) -> Path:
    """The project of rules."""
    return repository("rules")


def diff(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *arguments], catch_exceptions=False)


def change(case: Path, folder: Path) -> None:
    """Make the change that a case is about."""
    for path in sorted(case.rglob("*.yaml")):
        target = folder / path.relative_to(case)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    listed = case / "removed.txt"
    for path in listed.read_text("utf-8").split() if listed.exists() else ():
        (folder / path).unlink()


@pytest.mark.parametrize("name", CASES)
def test_case(name, repository, update):
    case = HERE / name
    change(case, repository(case.parents[1].name))
    for file, form in FORMS.items():
        expected = case / file
        if not expected.exists() and not (update and form == "text"):
            continue
        told = diff("--format", form)
        if update:
            expected.write_text(told.stdout, "utf-8")
        assert told.stdout == expected.read_text("utf-8")
        assert told.exit_code == 1
        assert told.stderr.splitlines()[-1].startswith("Different: ")


def test_without_a_change_there_is_none(project):
    told = diff()
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "No differences.\n")
    (project / "slos" / "search.yaml").write_text(
        "# A comment, and another order of keys.\nkind: Service\napiVersion: sightline/v1\nspec: {}\n"
        "metadata: {name: search}\n"
    )
    assert diff().exit_code == 0


@pytest.mark.parametrize("kind", ["rules", "dashboards"])
def test_back_again_is_the_opposite(kind, repository):
    """Every text before is the one after of the way back; only what is said of history has a direction."""
    project = repository(kind)
    for name in CASES:
        if not name.startswith(kind):
            continue
        change(HERE / name, project)
        there = json.loads(diff("--format", "json").stdout)
        commit(project)
        git(project, "rm", "--quiet", "-r", ".")
        git(project, "checkout", "--quiet", "HEAD~1", "--", ".")
        back = json.loads(diff("--format", "json").stdout)
        git(project, "reset", "--quiet", "--hard", "HEAD~1")
        assert _texts(there, "before", "after") == _texts(back, "after", "before"), name


def _texts(report: dict, first: str, second: str) -> list[tuple[str, ...]]:
    told = [(each["kind"], change) for each in report["differences"] for change in each["changes"]]
    return sorted(
        (kind, change["what"], change[first], change[second])
        for kind, change in told
        if change["what"] != "history"
    )


def test_another_revision_and_another_place(project, monkeypatch):
    """A tag, an older commit; from elsewhere in the repository."""
    change(OBJECTIVE, project)
    git(project, "tag", "released")
    commit(project)
    assert diff().exit_code == 0
    told = diff("HEAD~1").stdout
    assert told == (OBJECTIVE / "diff.txt").read_text("utf-8")
    assert diff("released").stdout == told
    monkeypatch.chdir(project / "slos")
    assert diff("released").stdout == told
    monkeypatch.chdir(project.parent)
    assert diff("released", "--config", "ops/sightline.yaml").stdout == told


def test_a_project_that_was_not_there_is_new(project):
    git(project, "rm", "--quiet", "-r", "--cached", ".")
    git(project, "commit", "--quiet", "--message", "x")
    told = diff()
    assert told.exit_code == 1
    assert told.stdout.splitlines()[0] == "Platform shop: new"
    assert "Service shop/cart: new" in told.stdout


def test_hidden_and_linked_files_are_read_as_the_work_tree_reads_them(project):
    (project / "shared").mkdir()
    (project / "slos" / "search.yaml").rename(project / "shared" / "search.yaml")
    (project / "slos" / "search.yaml").symlink_to("../shared/search.yaml")
    (project / "slos" / ".hidden.yaml").write_text("not: ours\n")
    commit(project)
    assert diff().exit_code == 0


def test_fixtures_are_those_of_the_revision(project):
    """They are found by the globs of the platform; one that is missing there is a mistake there."""
    platform = project / "sightline.yaml"
    platform.write_text(platform.read_text() + "  fixtures: ['tests/**/*.yaml']\n")
    commit(project)
    fixture = project / "tests" / "deep" / "mesh.yaml"
    fixture.parent.mkdir(parents=True)
    fixture.write_text((HERE.parent / "fixtures" / "istio.yaml").read_text("utf-8"))
    told = diff()
    assert told.exit_code == 2
    assert "HEAD" in told.stderr
    assert "platform/fixture-path" in told.stderr
    commit(project)
    assert diff().exit_code == 0


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("nowhere", 'there is no revision "nowhere" here'),
        ("--output=x", "No such option"),
        ("-- --output=x", 'there is no revision "--output=x" here'),
        ("HEAD:ops", 'there is no revision "HEAD:ops" here'),
    ],
)
def test_a_revision_that_is_none(project, revision, said):
    told = diff(*revision.split())
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr


def test_what_is_needed_is_said(tmp_path, project, monkeypatch):
    """No repository, no commit, a shallow clone as CI makes it, no git."""
    alone = tmp_path / "alone" / "ops"
    copytree(HERE / "rules" / "base", alone)
    monkeypatch.chdir(alone)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    told = diff()
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("error[input/revision]: ops is not in a git repository\n")
    git(alone, "init", "--quiet")
    assert "nothing has been committed yet" in diff().stderr

    commit(project)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{project.parent}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow" / "ops")
    told = diff("HEAD~1")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "this clone is shallow" in told.stderr
    assert "fetch-depth: 0" in told.stderr

    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    told = diff()
    assert (told.exit_code, told.stdout) == (2, "")
    assert "git is not installed" in told.stderr


def test_mistakes_here_come_first_and_mistakes_there_end_with_trouble(project):
    cart = project / "slos" / "cart.yaml"
    good = cart.read_text()
    cart.write_text(good.replace("objective: 99", "objective: 999"))
    told = diff()
    assert (told.exit_code, told.stdout) == (1, "")
    assert "objective must be less than 100" in told.stderr
    commit(project)
    cart.write_text(good)
    told = diff()
    assert (told.exit_code, told.stdout) == (2, "")
    assert "At HEAD, to compare with:" in told.stderr
    assert "objective: 999" in told.stderr


def test_nothing_is_written(project):
    change(OBJECTIVE, project)
    before = {path: path.read_bytes() for path in project.parent.rglob("*") if path.is_file()}
    assert diff().exit_code == 1
    assert before == {path: path.read_bytes() for path in project.parent.rglob("*") if path.is_file()}


def test_an_environment_is_compared_with_itself(project):
    """What only an environment changes is a difference in that environment; it need not have been there."""
    platform = project / "sightline.yaml"
    platform.write_text(platform.read_text() + "  environments: {staging: {defaults: {period: 7d}}}\n")
    assert diff().exit_code == 0
    told = diff("--environment", "staging")
    assert told.exit_code == 2
    assert "staging" in told.stderr
    commit(project)
    platform.write_text(platform.read_text().replace("7d", "14d"))
    assert diff().exit_code == 0
    told = diff("--environment", "staging")
    assert told.exit_code == 1
    assert "period: 7d → 14d" in told.stdout
