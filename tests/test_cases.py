"""Golden cases: each folder in tests/cases is a small project together with what must come of it.

    sightline.yaml    the platform; without one, the case uses tests/cases/platform.yaml
    slos/, alerts/    the rest of the input, and any other file that the command needs
    args.txt          the command line, one argument a line; without it, `generate`
    expected/         the whole output tree, without the manifest (tests/tree has those)
    only.txt          where a case is about a few of the files: patterns of the paths that `expected/` holds
    diagnostics.txt   exactly what is reported

A case without diagnostics.txt reports nothing. A case without expected/ fails with exit code 1, or the one in
exit.txt, and writes nothing at all. `pytest tests/test_cases.py --update` rewrites the results.
"""

from fnmatch import fnmatchcase
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.rules.codes import CODES as RULE_CODES
from generator.sli.codes import CODES as SLI_CODES
from generator.spec.codes import CODES as SPEC_CODES

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
_RESULTS = ("expected", "diagnostics.txt", "args.txt", "only.txt", "exit.txt")


@pytest.mark.parametrize("name", NAMES)
def test_case(name, tmp_path, monkeypatch, update):
    case = CASES / name
    copy_inputs(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, arguments(case), catch_exceptions=False)
    said, written = reported(result), output(tmp_path / "out", case)
    if update:
        rewrite(case, said, written)
    expected = case / "expected"
    assert said == read(case / "diagnostics.txt")
    assert written == (tree(expected) if expected.is_dir() else {})
    if expected.is_dir():
        assert result.exit_code == 0
    else:
        assert result.exit_code == int(read(case / "exit.txt") or 1)
        assert said
        assert not (tmp_path / "out").exists()


def copy_inputs(case: Path, folder: Path) -> None:
    """The case's project as a user would have it in `folder`."""
    for path in case.iterdir():
        if path.name in _RESULTS:
            continue
        if path.is_dir():
            copytree(path, folder / path.name)
        else:
            (folder / path.name).write_bytes(path.read_bytes())
    if not (folder / "sightline.yaml").exists():
        (folder / "sightline.yaml").write_bytes((CASES / "platform.yaml").read_bytes())


def arguments(case: Path) -> list[str]:
    """The command line of a case."""
    return read(case / "args.txt").splitlines() or ["generate"]


def reported(result: Result) -> str:
    """What was said about the input: stderr without the line that closes a run without errors."""
    lines = result.stderr.splitlines(keepends=True)
    return "".join(lines[:-1] if result.exit_code == 0 else lines)


def output(out: Path, case: Path) -> dict[str, str]:
    """The output tree as far as the case is about it."""
    patterns = read(case / "only.txt").splitlines() or ["*"]
    files = tree(out) if out.is_dir() else {}
    return {
        path: text
        for path, text in files.items()
        if not path.startswith(".sightline/") and any(fnmatchcase(path, pattern) for pattern in patterns)
    }


def tree(folder: Path) -> dict[str, str]:
    """The files below `folder` by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rewrite(case: Path, said: str, written: dict[str, str]) -> None:
    """Make the present results the expected ones."""
    rmtree(case / "expected", ignore_errors=True)
    (case / "diagnostics.txt").unlink(missing_ok=True)
    if said:
        (case / "diagnostics.txt").write_text(said, encoding="utf-8")
    for path, text in written.items():
        file = case / "expected" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def read(path: Path) -> str:
    """A file's text; nothing where there is no file."""
    return path.read_bytes().decode() if path.exists() else ""


def test_each_code_of_the_spec_is_shown_by_a_case():
    """What a code means is seen best where it happens."""
    shown = "".join(read(CASES / name / "diagnostics.txt") for name in NAMES)
    codes = {**SPEC_CODES, **SLI_CODES, **RULE_CODES}
    assert [code for code in codes if f"[{code}]" not in shown and not code.startswith("input/")] == []


def test_one_wrong_slo_among_fifty_leaves_the_tree_as_it_is(tmp_path, monkeypatch):
    """All or nothing, down to times and the manifest."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sightline.yaml").write_bytes((CASES / "platform.yaml").read_bytes())
    (tmp_path / "slos").mkdir()
    service = (CASES / "events" / "slos" / "cart.yaml").read_text("utf-8")
    for number in range(50):
        file = tmp_path / "slos" / f"{number:02}.yaml"
        file.write_text(service.replace("name: cart", f"name: s{number:02}"), "utf-8")
    assert CliRunner().invoke(cli, ["generate"]).exit_code == 0
    before = snapshot(tmp_path / "out")
    assert sum(path.suffix == ".yaml" for path in before) == 50
    (tmp_path / "slos" / "17.yaml").write_text(
        file.read_text("utf-8").replace("objective: 99", "objective: 101"), "utf-8"
    )
    (tmp_path / "slos" / "18.yaml").unlink()
    assert CliRunner().invoke(cli, ["generate"]).exit_code == 1
    assert snapshot(tmp_path / "out") == before


def snapshot(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Content and time of change of every file."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
