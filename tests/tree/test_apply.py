"""Applying to a real disk: what is written, what is touched, what is refused, and who waits for whom."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics, Severity
from generator.tree import TREE_CODES, Changes, apply, check
from generator.tree.manifest import HEADER
from tree.trees import (
    LOCK,
    PROJECT,
    artifacts,
    codes,
    fork,
    limit_file_size,
    run,
    snapshot,
    stamps,
    visible,
    wait,
    write,
)

FILES = {"rules/a.yaml": "a\n", "rules/b.yaml": "b\n", "links/README.md": "# é\n"}
MANIFEST = f".sightline/{PROJECT}.manifest"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def refused(root: Path, files: dict[str, str], project: str = PROJECT) -> list[str]:
    """Apply and check; both must say the same and leave everything as it was."""
    before = snapshot(root) if root.is_dir() else None
    results = []
    for work in (check, apply):
        diagnostics = Diagnostics()
        assert work(root, project, artifacts(files), diagnostics) == Changes()
        results.append(codes(diagnostics))
        assert set(results[-1]) <= set(TREE_CODES)
    assert results[0] == results[1]
    assert (snapshot(root) if root.is_dir() else None) == before
    return results[0]


def test_a_first_run_writes_the_files_the_manifest_and_what_git_ignores(out):
    changes = run(out, FILES)
    assert changes == Changes(created=tuple(sorted(FILES)), manifest_changed=True)
    assert visible(out) == FILES
    state = {name for name in snapshot(out) if name.startswith(".sightline/")}
    assert state == {MANIFEST, ".sightline/.gitignore"}
    manifest = (out / MANIFEST).read_text()
    assert manifest.startswith(HEADER)
    assert [row.split("\t")[1:] for row in manifest.splitlines()[1:]] == [
        [path, "slos/shop.yaml"] for path in sorted(FILES)
    ]


def test_bytes_are_those_of_the_text(out):
    files = {"a": "", "b": "no end", "c": "a\r\nb\n", "d": "é\u2028\n"}
    run(out, files)
    assert {path: (out / path).read_bytes() for path in files} == {
        path: text.encode() for path, text in files.items()
    }


def test_the_same_artifacts_in_any_order_give_the_same_tree(tmp_path):
    run(tmp_path / "1", FILES)
    run(tmp_path / "2", dict(reversed(FILES.items())))
    assert snapshot(tmp_path / "1") == snapshot(tmp_path / "2")


def test_nothing_to_change_touches_nothing(out):
    run(out, FILES)
    before = stamps(out)
    assert run(out, FILES) == Changes(unchanged=tuple(sorted(FILES)))
    assert stamps(out) == before


def test_nothing_to_change_needs_no_lock(out):
    run(out, FILES)
    (out / LOCK).unlink()
    run(out, FILES)
    assert not (out / LOCK).exists()


def test_only_what_differs_is_written(out):
    run(out, FILES)
    before = stamps(out)
    changes = run(out, FILES | {"rules/a.yaml": "new\n"})
    assert changes.changed == ("rules/a.yaml",)
    after = stamps(out)
    assert after[str(out / "rules/b.yaml")] == before[str(out / "rules/b.yaml")]
    assert after[str(out / "rules/a.yaml")] != before[str(out / "rules/a.yaml")]


def test_no_artifacts_in_no_tree_make_no_folder(out):
    assert run(out, {}) == Changes()
    assert not out.exists()


def test_what_is_no_longer_generated_goes_with_the_folders_that_it_empties(out):
    run(out, FILES | {"rules/deep/er/c.yaml": "c\n"})
    (out / "mine").mkdir()
    write(out, {"links/notes.txt": "mine\n"})
    changes = run(out, {"rules/a.yaml": "a\n"})
    assert changes.removed == ("links/README.md", "rules/b.yaml", "rules/deep/er/c.yaml")
    assert visible(out) == {"rules/a.yaml": "a\n", "links/notes.txt": "mine\n"}
    assert (out / "mine").is_dir()
    assert not (out / "rules/deep").exists()


def test_generating_nothing_at_all_leaves_no_manifest(out):
    run(out, FILES)
    run(out, {})
    assert [name for name, content in snapshot(out).items() if content != "folder"] == [
        ".sightline/.gitignore"
    ]
    before = stamps(out)
    assert run(out, {}) == Changes()
    assert stamps(out) == before


def test_an_edit_is_overwritten_with_a_warning(out):
    run(out, FILES)
    write(out, {"rules/a.yaml": "edited\n"})
    for work in (check, apply):
        diagnostics = Diagnostics()
        changes = work(out, PROJECT, artifacts(FILES), diagnostics)
        assert changes.overwritten_edits == changes.changed == ("rules/a.yaml",)
        assert codes(diagnostics, Severity.WARNING) == ["tree/edited-file"]
        assert not diagnostics.has_errors
    assert visible(out) == FILES


def test_a_foreign_file_stops_everything(out):
    run(out, {"rules/a.yaml": "a\n"})
    write(out, {"rules/b.yaml": "mine\n"})
    assert refused(out, {"rules/a.yaml": "new\n", "rules/b.yaml": "b\n"}) == ["tree/foreign-file"]


def test_a_lost_manifest_is_rebuilt_from_files_with_our_bytes(out):
    run(out, FILES)
    before = snapshot(out)
    (out / MANIFEST).unlink()
    assert run(out, FILES) == Changes(unchanged=tuple(sorted(FILES)), manifest_changed=True)
    assert snapshot(out) == before


def test_a_manifest_in_conflict_is_healed(out):
    run(out, FILES | {"rules/ours.yaml": "o\n"})
    ours = (out / MANIFEST).read_text()
    run(out, FILES | {"rules/theirs.yaml": "t\n"})
    theirs = (out / MANIFEST).read_text()
    write(out, {MANIFEST: f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> topic\n", "rules/ours.yaml": "o\n"})
    assert run(out, FILES).removed == ("rules/ours.yaml", "rules/theirs.yaml")
    assert visible(out) == FILES
    assert "<<<<" not in (out / MANIFEST).read_text()


def test_a_damaged_manifest_line_is_a_warning_and_heals(out):
    run(out, FILES)
    before = snapshot(out)
    with (out / MANIFEST).open("ab") as file:
        file.write(b"\xff\xfe nonsense\n")
    diagnostics = Diagnostics()
    assert apply(out, PROJECT, artifacts(FILES), diagnostics).manifest_changed
    assert codes(diagnostics, Severity.WARNING) == ["tree/manifest-line"]
    assert snapshot(out) == before


def test_a_manifest_cannot_make_a_run_delete_outside_of_the_tree(tmp_path, out):
    run(out, FILES)
    write(tmp_path, {"secret": "keep\n"})
    with (out / MANIFEST).open("a") as file:
        file.write(f"{'0' * 64}\t../secret\tx\n{'0' * 64}\t{tmp_path}/secret\tx\n")
    diagnostics = Diagnostics()
    apply(out, PROJECT, artifacts(FILES), diagnostics)
    assert (tmp_path / "secret").read_text() == "keep\n"
    assert codes(diagnostics, Severity.WARNING) == ["tree/manifest-line"] * 2


def test_two_projects_share_a_tree(out):
    run(out, FILES, "shop")
    run(out, {"rules/c.yaml": "c\n"}, "blog")
    both = visible(out)
    assert both == FILES | {"rules/c.yaml": "c\n"}
    assert refused(out, {"rules/a.yaml": "a\n"}, "blog") == ["tree/other-project"]
    assert refused(out, {"rules/A.yaml": "a\n"}, "blog") == ["tree/path-collision"]
    run(out, {}, "blog")
    assert visible(out) == FILES
    run(out, {"rules/c.yaml": "c\n"}, "blog")
    run(out, {}, "shop")
    assert visible(out) == {"rules/c.yaml": "c\n"}


def test_what_a_dead_run_may_have_written_belongs_to_its_project(out):
    run(out, FILES)
    (out / MANIFEST).rename(out / f".sightline/{PROJECT}.journal")
    assert refused(out, {"rules/a.yaml": "a\n"}, "blog") == ["tree/other-project"]
    assert run(out, {"rules/a.yaml": "new\n"}).removed == ("links/README.md", "rules/b.yaml")
    assert {path.name for path in (out / ".sightline").iterdir()} == {
        "lock",
        ".gitignore",
        f"{PROJECT}.manifest",
    }


def test_a_renamed_project_keeps_its_files_with_its_manifest(out):
    run(out, FILES, "before")
    assert refused(out, FILES, "after") == ["tree/other-project"]
    (out / ".sightline/before.manifest").rename(out / ".sightline/after.manifest")
    assert run(out, FILES, "after") == Changes(unchanged=tuple(sorted(FILES)))


def test_writing_a_selection_leaves_the_rest_alone(out):
    run(out, FILES | {"rules/stale.yaml": "s\n", "links/stale.json": "s\n"})
    wanted = artifacts({"rules/a.yaml": "new\n", "links/README.md": "new\n", "links/new.json": "n\n"})

    def only(artifact: Artifact) -> bool:
        return artifact.path.startswith("rules/")

    diagnostics = Diagnostics()
    expected = Changes(
        changed=("rules/a.yaml",), removed=("rules/b.yaml", "rules/stale.yaml"), manifest_changed=True
    )
    assert check(out, PROJECT, wanted, diagnostics, only=only) == expected
    assert apply(out, PROJECT, wanted, diagnostics, only=only) == expected
    assert visible(out) == {"rules/a.yaml": "new\n", "links/README.md": "# é\n", "links/stale.json": "s\n"}
    rest = apply(out, PROJECT, wanted, diagnostics)
    assert rest == Changes(
        created=("links/new.json",),
        changed=("links/README.md",),
        removed=("links/stale.json",),
        unchanged=("rules/a.yaml",),
        manifest_changed=True,
    )
    assert diagnostics.items == []


def test_check_says_what_apply_does_and_writes_nothing(out):
    assert check(out, PROJECT, artifacts(FILES), Diagnostics()).created == tuple(sorted(FILES))
    assert not out.exists()
    run(out, FILES)
    write(out, {"rules/a.yaml": "edited\n"})
    (out / LOCK).unlink()
    before = stamps(out)
    wanted = artifacts({"rules/a.yaml": "a\n", "rules/c.yaml": "c\n"})
    found = check(out, PROJECT, wanted, Diagnostics())
    assert stamps(out) == before
    assert found == apply(out, PROJECT, wanted, Diagnostics())
    assert found.differs
    assert not check(out, PROJECT, wanted, Diagnostics()).differs


def test_nothing_is_written_when_the_compilation_had_errors(out):
    diagnostics = Diagnostics()
    diagnostics.error("yaml/syntax", "wrong", None)
    assert apply(out, PROJECT, artifacts(FILES), diagnostics) == Changes()
    assert not out.exists()


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../x": "1"}, "tree/unsafe-path"),
        ({"a": "1", "A": "1"}, "tree/path-collision"),
        ({"a": "\ud800"}, "tree/bad-text"),
    ],
)
def test_artifacts_that_cannot_be_written_stop_everything(out, files, code):
    assert refused(out, FILES | files) == [code]
    assert not out.exists()


@pytest.mark.parametrize("project", ["../x", "a/b", "", ".", "con"])
def test_a_project_name_that_is_no_slug_is_an_error(out, project):
    assert refused(out, FILES, project) == ["tree/unsafe-path"]
    assert not out.exists()


@pytest.mark.parametrize("path", ["rules", "rules/a.yaml", ".sightline", MANIFEST, LOCK, ".sightline/stage"])
@pytest.mark.parametrize("dangling", [True, False])
def test_no_link_in_the_tree_is_followed(tmp_path, out, path, dangling):
    outside = tmp_path / "outside"
    (out / path).parent.mkdir(parents=True)
    if not dangling:
        write(outside, {"a.yaml": "outside\n"})
    (out / path).symlink_to(
        outside if path in {"rules", ".sightline", ".sightline/stage"} else outside / "a.yaml"
    )
    assert refused(out, FILES) == ["tree/symlink"]
    assert outside.exists() != dangling
    assert dangling or visible(outside) == {"a.yaml": "outside\n"}


def test_nothing_is_deleted_through_a_link(tmp_path, out):
    run(out, FILES)
    write(tmp_path / "outside", {"a.yaml": "a\n", "b.yaml": "b\n"})
    for path in ("rules/a.yaml", "rules/b.yaml"):
        (out / path).unlink()
    (out / "rules").rmdir()
    (out / "rules").symlink_to(tmp_path / "outside")
    assert refused(out, {"links/README.md": "new\n"}) == ["tree/symlink"]
    assert visible(tmp_path / "outside") == {"a.yaml": "a\n", "b.yaml": "b\n"}


@pytest.mark.parametrize("name", ["out", "deep/out", "x/../out", "deep/out/../out"])
def test_no_link_between_the_working_directory_and_the_tree_is_followed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / name.split("/", maxsplit=1)[0].replace("x", "out")).symlink_to(outside)
    for root in (Path(name), tmp_path / name):
        diagnostics = Diagnostics()
        apply(root, PROJECT, artifacts(FILES), diagnostics)
        assert codes(diagnostics) == ["tree/symlink"]
    assert list(outside.iterdir()) == []


def test_links_above_the_working_directory_are_the_users_own(tmp_path, monkeypatch):
    (tmp_path / "real/repository").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "real")
    run(tmp_path / "link/repository/out", FILES)
    assert visible(tmp_path / "real/repository/out") == FILES


def test_a_hard_link_is_replaced_and_its_twin_kept(tmp_path, out):
    run(out, FILES)
    twin = tmp_path / "twin"
    os.link(out / "rules/a.yaml", twin)
    run(out, FILES | {"rules/a.yaml": "new\n"})
    assert (twin.read_text(), (out / "rules/a.yaml").read_text()) == ("a\n", "new\n")


@pytest.mark.parametrize("path", ["rules/a.yaml", MANIFEST, LOCK])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_left_alone(out, path, make):
    (out / path).parent.mkdir(parents=True)
    make(out / path)
    before = stamps(out)
    for work in (check, apply):
        diagnostics = Diagnostics()
        work(out, PROJECT, artifacts(FILES), diagnostics)
        assert codes(diagnostics) == ["tree/not-a-file"]
    assert stamps(out) == before


@pytest.mark.parametrize("path", ["", "rules", ".sightline", ".sightline/stage"])
def test_a_file_in_place_of_a_folder_is_left_alone(tmp_path, out, path):
    write(out.parent, {f"out/{path}".rstrip("/"): "mine\n"})
    before = stamps(tmp_path)
    for work in (check, apply):
        diagnostics = Diagnostics()
        work(out, PROJECT, artifacts(FILES), diagnostics)
        assert set(codes(diagnostics)) == {"tree/not-a-folder"}
    assert stamps(tmp_path) == before


def test_a_file_above_the_tree_is_reported(tmp_path):
    write(tmp_path, {"file": "mine\n"})
    assert refused(tmp_path / "file/out", FILES) == ["tree/io"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("count", [1, 100])
def test_a_full_disk_leaves_the_old_tree(out, count):
    run(out, FILES)
    before = snapshot(out)
    files = FILES | {"rules/a.yaml": "new\n"} | {f"rules/x{number}.yaml": "x\n" for number in range(count)}
    files["rules/z.yaml"] = "z" * 20_000

    def child() -> int:
        limit_file_size(16_384)
        diagnostics = Diagnostics()
        apply(out, PROJECT, artifacts(files), diagnostics)
        assert codes(diagnostics) == ["tree/io"]
        assert "rules/z.yaml: File too large" in diagnostics.items[0].message
        return 0

    assert wait(fork(child)) == 0
    assert snapshot(out) == before
    run(out, files)
    assert visible(out) == files


def test_a_run_that_cannot_get_the_lock_says_so(out, monkeypatch):
    run(out, FILES)
    monkeypatch.setattr(sys.modules["generator.tree.apply"], "LOCK_SECONDS", 0.05)
    before = snapshot(out)
    with (out / LOCK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        diagnostics = Diagnostics()
        assert apply(out, PROJECT, artifacts({"a": "1"}), diagnostics) == Changes()
        assert codes(diagnostics) == ["tree/locked"]
        assert check(out, PROJECT, artifacts({"a": "1"}), Diagnostics()).created == ("a",)
        run(out, FILES)
    assert snapshot(out) == before
    run(out, {"a": "1"})
    assert visible(out) == {"a": "1"}


def race(root: Path, runs: list[tuple[str, dict[str, str]]]) -> None:
    """Apply all of it at the same time; every run must end well and say nothing."""

    def start(project: str, files: dict[str, str]) -> int:
        def child() -> int:
            diagnostics = Diagnostics()
            apply(root, project, artifacts(files), diagnostics)
            return len(diagnostics.items)

        return fork(child)

    assert [wait(child) for child in [start(*each) for each in runs]] == [0] * len(runs)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_concurrent_runs_of_one_project_leave_one_of_the_trees(tmp_path):
    trees = [{f"{part}/{n}.yaml": f"{part}{n}\n" for n in range(40)} | {"all": f"{part}\n"} for part in "abc"]
    references = []
    for number, files in enumerate(trees):
        run(tmp_path / f"reference{number}", files)
        references.append(snapshot(tmp_path / f"reference{number}"))
    for turn in range(10):
        race(tmp_path / f"out{turn}", [(PROJECT, files) for files in trees])
        assert snapshot(tmp_path / f"out{turn}") in references


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_concurrent_runs_of_several_projects_leave_all_trees(tmp_path):
    trees = {part: {f"{part}/{n}.yaml": f"{n}\n" for n in range(40)} for part in ("shop", "blog", "wiki")}
    for turn in range(10):
        race(tmp_path / f"out{turn}", list(trees.items()))
        assert visible(tmp_path / f"out{turn}") == trees["shop"] | trees["blog"] | trees["wiki"]


def test_git_sees_only_what_is_meant_for_it(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    run(tmp_path / "out", FILES)
    write(tmp_path / "out/.sightline", {"shop.journal": HEADER, "stage/0": "half"})
    status = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "-uall"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    seen = {row.split(maxsplit=1)[1] for row in status.splitlines()}
    assert seen == {f"out/{path}" for path in (*FILES, MANIFEST, ".sightline/.gitignore")}


def test_a_users_own_gitignore_stays(out):
    write(out, {".sightline/.gitignore": "# mine\n"})
    run(out, FILES)
    assert (out / ".sightline/.gitignore").read_text() == "# mine\n"
