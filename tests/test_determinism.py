"""The same input gives the same bytes, whatever the machine, its settings and the order of its files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
INPUTS = ("sightline.yaml", "slos", "alerts", "dashboards", "tests/fixtures")
# Nothing of the caller's environment but what finds the programs.
CLEAN = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def input_files() -> list[Path]:
    """The worked example's files, relative to the repository."""
    found = [ROOT / name for name in INPUTS if (ROOT / name).is_file()]
    for name in INPUTS:
        found += [path for path in (ROOT / name).rglob("*") if path.suffix in {".yaml", ".py"}]
    return sorted(path.relative_to(ROOT) for path in found)


def copy_example(folder: Path, files: list[Path]) -> Path:
    """Write the example's files in the given order: many file systems list them in another one then."""
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes((ROOT / path).read_bytes())
    return folder


def generated(project: Path, *, cwd: Path | None = None, **environment: str) -> dict[str, bytes]:
    """The tree that a process of its own generates."""
    command = [sys.executable, "-W", "error", "-m", "generator", "generate"]
    if cwd:
        command += ["--config", os.path.relpath(project / "sightline.yaml", cwd)]
    run = subprocess.run(
        command, cwd=cwd or project, env=CLEAN | environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return tree(project / "out")


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a tree; the manifest is among them, the lock is no content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The tree under the plainest settings."""
    return generated(copy_example(tmp_path_factory.mktemp("reference"), input_files()), PYTHONHASHSEED="0")


def test_the_committed_tree_is_what_the_sources_say(reference):
    """`make generate` writes it anew."""
    assert reference == tree(ROOT / "out")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "7", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {
            "PYTHONHASHSEED": "99",
            "LC_ALL": "POSIX",
            "PYTHONUTF8": "0",
            "HOME": "/",
            "COLUMNS": "20",
            "FORCE_COLOR": "1",
        },
        {"PYTHONHASHSEED": "3", "SOURCE_DATE_EPOCH": "1", "USER": "somebody", "PYTHONOPTIMIZE": "1"},
    ],
    ids="-".join,
)
def test_settings_of_the_machine_do_not_matter(environment, reference, tmp_path):
    assert generated(copy_example(tmp_path, input_files()), **environment) == reference


def test_the_order_of_keys_does_not_matter(reference, tmp_path):
    """A mapping means the same however its keys are sorted; lists keep their order."""
    project = copy_example(tmp_path, input_files())
    for path in project.rglob("*.yaml"):
        documents = yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        turned = [_turned(document) for document in documents]
        path.write_text(yaml.dump_all(turned, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    assert generated(project, PYTHONHASHSEED="0") == reference


def _turned(node: object) -> object:
    if isinstance(node, dict):
        return {key: _turned(value) for key, value in reversed(node.items())}
    return [_turned(item) for item in node] if isinstance(node, list) else node


def test_the_order_of_files_does_not_matter(reference, tmp_path):
    assert generated(copy_example(tmp_path, input_files()[::-1])) == reference


def test_the_working_directory_does_not_matter(reference, tmp_path):
    """`--config` names the project from elsewhere; paths in the output stay relative to the project."""
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    assert generated(copy_example(tmp_path / "project", input_files()), cwd=elsewhere) == reference


def test_names_of_files_matter_only_where_they_are_cited(reference, tmp_path):
    """Read in another order, under other names, the documents mean the same."""
    names = ["bookinfo", "ingress", "reviews"]
    project = copy_example(tmp_path, input_files())
    cited = {
        f"slos/{name}.yaml": f"slos/{number}-{name}.yaml" for number, name in zip("312", names, strict=True)
    }
    for old, new in cited.items():
        (project / old).rename(project / new)
    files = generated(project)
    assert files.keys() == reference.keys()
    for path, content in files.items():
        if not path.startswith(".sightline/"):
            renamed = content.decode()
            for old, new in cited.items():
                renamed = renamed.replace(new, old)
            assert renamed == reference[path].decode()


def test_a_second_run_changes_nothing(reference, tmp_path):
    """Not even the times of the files."""
    project = copy_example(tmp_path, input_files())
    generated(project)
    before = {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*.*")}
    assert generated(project) == reference
    assert {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*.*")} == before


def test_nothing_of_the_machine_stands_in_the_tree(reference, tmp_path):
    """No absolute path, neither of the project nor of the program."""
    import generator

    everything = b"\n".join(reference.values())
    for secret in (ROOT, tmp_path.parent, Path(generator.__file__).parent):
        assert str(secret).encode() not in everything
