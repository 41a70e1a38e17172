"""The plan: who owns what, what collides, what is safe; pure, without a disk."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics, Severity
from generator.tree.manifest import Line, render_manifest
from generator.tree.model import Changes, Claims, Entry, Kind, Plan, Selection, encode
from generator.tree.paths import collisions, fold, folders_of, path_fault
from generator.tree.plan import plan
from tree.trees import codes

SOURCE = "slos/shop.yaml"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def line(path: str, text: str) -> Line:
    return Line(path, digest(text), SOURCE)


def planned(
    wanted: dict[str, str],
    there: dict[str, str | Kind],
    own: list[Line],
    others: dict[str, str] | None = None,
    only: Selection | None = None,
) -> tuple[Plan, Diagnostics]:
    """Plan for a tree that holds `there`: texts of files, or kinds of other things."""
    diagnostics = Diagnostics()
    encoded = encode([Artifact(path, text, SOURCE) for path, text in wanted.items()], diagnostics)
    existing = {
        path: Entry(found, path) if isinstance(found, Kind) else Entry(Kind.FILE, path, digest(found))
        for path, found in (
            dict.fromkeys((*wanted, *(line.path for line in own)), Kind.ABSENT) | there
        ).items()
    }
    claims = Claims("shop", tuple(own), others or {}, render_manifest(own) if own else None)
    return plan(encoded, existing, claims, diagnostics, only=only), diagnostics


def test_each_file_is_created_changed_removed_or_left():
    result, diagnostics = planned(
        {"new": "n", "changed": "2", "same": "s"},
        {"changed": "1", "same": "s", "stale": "x"},
        [line("changed", "1"), line("same", "s"), line("stale", "x")],
    )
    assert diagnostics.items == []
    assert result.changes == Changes(
        created=("new",), changed=("changed",), removed=("stale",), unchanged=("same",), manifest_changed=True
    )
    assert [item.artifact.path for item in result.writes] == ["changed", "new"]
    assert result.manifest == render_manifest([line("changed", "2"), line("new", "n"), line("same", "s")])
    assert result.changes.differs


def test_a_tree_that_is_as_wanted_does_not_differ():
    result, _ = planned({"a": "1"}, {"a": "1"}, [line("a", "1")])
    assert not result.changes.differs
    assert result.writes == ()


def test_an_edited_file_is_overwritten_with_a_warning():
    result, diagnostics = planned({"a": "2"}, {"a": "edited"}, [line("a", "1")])
    assert result.changes.changed == result.changes.overwritten_edits == ("a",)
    assert codes(diagnostics, Severity.WARNING) == ["tree/edited-file"]
    assert not diagnostics.has_errors


def test_an_edited_file_that_is_no_longer_generated_is_removed_with_a_warning():
    result, diagnostics = planned({}, {"a": "edited"}, [line("a", "1")])
    assert result.changes.removed == result.changes.overwritten_edits == ("a",)
    assert codes(diagnostics, Severity.WARNING) == ["tree/edited-file"]
    assert result.manifest is None


@pytest.mark.parametrize("found", ["1", "2"])
def test_either_side_of_a_merge_is_no_edit(found):
    result, diagnostics = planned({"a": "3"}, {"a": found}, [line("a", "1"), line("a", "2")])
    assert result.changes.changed == ("a",)
    assert diagnostics.items == []


def test_a_foreign_file_is_refused():
    _, diagnostics = planned({"a": "1", "b": "1"}, {"a": "theirs"}, [])
    assert codes(diagnostics) == ["tree/foreign-file"]
    assert diagnostics.items[0].span.path == SOURCE


def test_a_foreign_file_with_our_bytes_is_taken_over():
    result, diagnostics = planned({"a": "1"}, {"a": "1"}, [])
    assert diagnostics.items == []
    assert result.changes == Changes(unchanged=("a",), manifest_changed=True)
    assert result.manifest == render_manifest([line("a", "1")])


def test_what_is_listed_and_gone_is_forgotten():
    result, diagnostics = planned({}, {}, [line("a/b", "1")])
    assert diagnostics.items == []
    assert result.changes == Changes(manifest_changed=True)
    assert (result.gone, result.manifest) == (("a/b",), None)


@pytest.mark.parametrize("found", ["1", "theirs", Kind.ABSENT])
def test_a_path_of_another_project_is_refused_whatever_is_there(found):
    _, diagnostics = planned({"a": "1"}, {"a": found}, [line("a", "1")], {"a": "blog"})
    assert codes(diagnostics) == ["tree/other-project"]
    assert '"blog" owns a' in diagnostics.items[0].message


def test_a_renamed_project_gives_one_diagnostic():
    wanted = {f"{number:03}": "1" for number in range(100)}
    _, diagnostics = planned(wanted, wanted, [], dict.fromkeys(wanted, "before"))
    assert codes(diagnostics) == ["tree/other-project"]
    assert "000, 001, 002 and 97 more" in diagnostics.items[0].message
    assert ".sightline/before.manifest to .sightline/shop.manifest" in diagnostics.items[0].fix


def test_what_another_project_lists_is_never_removed():
    result, diagnostics = planned({"b": "1"}, {"a": "1"}, [line("a", "1")], {"a": "blog"})
    assert diagnostics.items == []
    assert result.changes == Changes(created=("b",), manifest_changed=True)
    assert result.gone == ()


@pytest.mark.parametrize(
    ("found", "code"),
    [(Kind.SYMLINK, "symlink"), (Kind.FOLDER, "not-a-file"), (Kind.SPECIAL, "not-a-file")],
)
@pytest.mark.parametrize("wanted", [{"a": "1"}, {}])
def test_only_files_are_replaced_or_removed(found, code, wanted):
    _, diagnostics = planned(wanted, {"a": found}, [line("a", "1")])
    assert codes(diagnostics) == [f"tree/{code}"]


@pytest.mark.parametrize(
    ("found", "code"),
    [(Kind.SYMLINK, "symlink"), (Kind.FILE, "not-a-folder"), (Kind.SPECIAL, "not-a-folder")],
)
def test_a_folder_that_is_none_is_refused(found, code):
    diagnostics = Diagnostics()
    encoded = encode([Artifact("a/b", "1", SOURCE)], diagnostics)
    plan(encoded, {"a/b": Entry(found, "a")}, Claims("shop"), diagnostics)
    assert codes(diagnostics) == [f"tree/{code}"]


def test_a_stale_file_behind_a_file_is_gone():
    diagnostics = Diagnostics()
    claims = Claims("shop", (line("a/b", "1"),))
    result = plan([], {"a/b": Entry(Kind.FILE, "a")}, claims, diagnostics)
    assert diagnostics.items == []
    assert result.gone == ("a/b",)


def test_what_is_not_selected_is_neither_written_nor_pruned_and_keeps_its_line():
    own = [line("dash/a", "1"), line("dash/stale", "1"), line("rules/a", "1"), line("rules/stale", "1")]
    wanted = {"dash/a": "2", "dash/new": "2", "rules/a": "2", "rules/new": "2"}
    there = {item.path: "1" for item in own} | {"dash/new": "foreign"}
    result, diagnostics = planned(
        wanted,
        there,
        own,
        only=lambda artifact: artifact.path.startswith("rules/") and artifact.source == SOURCE,
    )
    assert diagnostics.items == []
    assert result.changes == Changes(
        created=("rules/new",), changed=("rules/a",), removed=("rules/stale",), manifest_changed=True
    )
    kept = [line("dash/a", "1"), line("dash/stale", "1")]
    assert result.manifest == render_manifest([*kept, line("rules/a", "2"), line("rules/new", "2")])


texts = st.sampled_from(["1", "2", "3"])
files = st.dictionaries(st.sampled_from(["a", "b/c", "b/d", "e"]), texts)


@given(files, files, files)
def test_an_error_free_plan_leads_to_the_wanted_tree_and_keeps_what_is_foreign(wanted, owned, foreign):
    there = {**foreign, **owned}
    result, diagnostics = planned(wanted, there, [line(path, text) for path, text in owned.items()])
    clashes = {path for path in wanted if path not in owned and there.get(path, wanted[path]) != wanted[path]}
    assert codes(diagnostics) == ["tree/foreign-file"] * len(clashes)
    if not clashes:
        after = {path: text for path, text in there.items() if path not in result.changes.removed}
        after |= {item.artifact.path: item.data.decode() for item in result.writes}
        assert after == {path: text for path, text in foreign.items() if path not in owned} | wanted


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "prometheus/rules/shop/cart.yaml",
        "grafana/dashboards/_folder.json",
        "links/README.md",
        "é/日本.json",
        "e\u0301.json",
        "a..b",
        "x" * 255,
        "console.yaml",
        "com10.yaml",
        "İ.yaml",
        "हिन्दी.yaml",
    ],
)
def test_safe_paths(path):
    assert path_fault(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/abs",
        "//host/share",
        "a//b",
        "a/",
        ".",
        "..",
        "../x",
        "a/../b",
        "a/./b",
        "a\\b",
        "C:",
        "C:/x",
        "~",
        ".hidden",
        ".git/hooks/pre-commit",
        ".sightline/shop.manifest",
        "-rf",
        "a/-b",
        "a.",
        "a./b",
        "a ",
        " a",
        "a b",
        "a\nb",
        "a\0",
        "a\x7f",
        "a\u200bb",
        "a\u202eb",
        "a\ud800",
        "a:b",
        'a"b',
        "a*",
        "a?",
        "a|b",
        "<a>",
        "CON",
        "con.yaml",
        "a/Aux",
        "nul.tar.gz",
        "COM1",
        "lpt9.txt",
        "lpt\u00b9",
        "prn/a",
        "x" * 256,
        "é" * 128,
    ],
)
def test_unsafe_paths_are_errors(path):
    diagnostics = Diagnostics()
    encoded = encode([Artifact(path, "text", SOURCE), Artifact("fine", "text", SOURCE)], diagnostics)
    assert [item.artifact.path for item in encoded] == ["fine"]
    assert codes(diagnostics) == ["tree/unsafe-path"]
    assert diagnostics.items[0].message.isascii()
    assert diagnostics.items[0].message.isprintable()


def test_text_that_is_no_unicode_is_an_error():
    diagnostics = Diagnostics()
    assert encode([Artifact("a", "x\ud800", SOURCE)], diagnostics) == []
    assert codes(diagnostics) == ["tree/bad-text"]
    assert "\\ud800" in diagnostics.items[0].message


@pytest.mark.parametrize("text", ["", "no newline at the end", "a\r\nb\r\n", "\ufeffa\n", "é\u2028\n"])
def test_bytes_are_the_text_and_nothing_else(text):
    assert encode([Artifact("a", text, SOURCE)], Diagnostics())[0].data == text.encode()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Checkout.json", "checkout.json"),
        ("a/Shop/x.yaml", "a/shop/y.yaml"),
        ("\u00e9.yaml", "e\u0301.yaml"),
        ("\u00c9.yaml", "e\u0301.yaml"),
        ("stra\u00dfe", "strasse"),
        ("\u0130.yaml", "i\u0307.yaml"),
        ("a", "a/b"),
        ("A", "a/b/c"),
        ("same", "same"),
    ],
)
def test_paths_that_are_one_file_somewhere_collide(first, second):
    assert list(collisions([first, second], [])) == [(second, first)]
    assert list(collisions([second, first], [])) == [(first, second)]
    diagnostics = Diagnostics()
    encoded = encode([Artifact(first, "1", "1.yaml"), Artifact(second, "2", "2.yaml")], diagnostics)
    plan(encoded, {path: Entry(Kind.ABSENT, path) for path in (first, second)}, Claims("shop"), diagnostics)
    assert codes(diagnostics) == ["tree/path-collision"]
    if first != second:
        diagnostics = Diagnostics()
        encoded = encode([Artifact(second, "2", "2.yaml")], diagnostics)
        plan(
            encoded, {second: Entry(Kind.ABSENT, second)}, Claims("shop", others={first: "blog"}), diagnostics
        )
        assert codes(diagnostics) == ["tree/path-collision"]
        assert '"blog"' in diagnostics.items[0].message


@pytest.mark.parametrize(
    "pair", [("a", "b"), ("a/b", "a/c"), ("a", "ab"), ("ab/c", "a/b"), ("é", "e"), ("a.b", "a/b")]
)
def test_paths_that_differ_everywhere_do_not_collide(pair):
    assert list(collisions(pair, [])) == []
    assert list(collisions(pair[:1], pair[1:])) == []


def test_a_path_that_another_project_spells_alike_is_no_collision_but_a_second_one_of_ours_is():
    assert list(collisions(["a/b"], ["a/b"])) == []
    assert list(collisions(["a/b", "a/b"], ["a/b"])) == [("a/b", "a/b")]


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_folders_of_a_path():
    assert list(folders_of("a/b/c")) == ["a", "a/b"]
    assert list(folders_of("a")) == []
