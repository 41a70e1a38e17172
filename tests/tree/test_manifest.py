"""The manifest's text: what is written comes back, and nothing that a merge or a user does to it crashes."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics, Severity, Span
from generator.tree.manifest import HEADER, Line, parse_manifest, render_manifest
from tree.trees import codes

HASH_1, HASH_2, HASH_3 = (sha256(bytes([number])).hexdigest() for number in range(3))
A1, A2 = Line("a.yaml", HASH_1, "slos/a.yaml"), Line("a.yaml", HASH_2, "slos/a.yaml")
B, C = Line("b/b.yaml", HASH_1, "slos/b.yaml"), Line("c.json", HASH_3, "slos/c.yaml")


def parse(text: str) -> tuple[tuple[Line, ...], Diagnostics]:
    diagnostics = Diagnostics()
    return parse_manifest(text, "out/.sightline/shop.manifest", diagnostics), diagnostics


def row(line: Line) -> str:
    return f"{line.sha256}\t{line.path}\t{line.source}\n"


def test_lines_are_sorted_and_distinct_below_a_comment():
    assert render_manifest([C, A1, B, A1]) == HEADER + row(A1) + row(B) + row(C)


def test_a_line_shows_hash_path_and_source():
    assert render_manifest([B]).splitlines()[1].split("\t") == [HASH_1, "b/b.yaml", "slos/b.yaml"]


names = st.from_regex(r"[a-z0-9_][a-z0-9._-]{0,8}[a-z0-9]", fullmatch=True).filter(
    lambda name: name.split(".")[0] not in {"con", "prn", "aux", "nul"} and name[:3] not in {"com", "lpt"}
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
lines = st.builds(Line, paths, st.sampled_from([HASH_1, HASH_2, HASH_3]), st.text())


@given(st.lists(lines))
def test_what_is_written_comes_back(written):
    text = render_manifest(written)
    read, diagnostics = parse(text)
    assert diagnostics.items == []
    assert read == tuple(sorted(set(written)))
    assert render_manifest(read) == text


@given(lines)
def test_a_line_is_one_line_whatever_its_source_holds(line):
    assert len(render_manifest([line]).splitlines()) == 2


@pytest.mark.parametrize(
    "source",
    ["a\tb", "a\nb", "a\r", "back\\slash", "\\u0041", "\\\\u0041", "\u2028", "\u202e", "\ud800", "ü", ""],
)
def test_sources_with_control_characters_come_back(source):
    line = Line("a.yaml", HASH_1, source)
    assert parse(render_manifest([line]))[0] == (line,)
    render_manifest([line]).encode()


@given(st.text())
def test_no_text_crashes(text):
    parse(text)


def test_conflict_markers_give_the_union_of_both_sides():
    text = f"{HEADER}{row(B)}<<<<<<< HEAD\n{row(A1)}=======\n{row(A2)}{row(C)}>>>>>>> topic\n"
    read, diagnostics = parse(text)
    assert diagnostics.items == []
    assert read == tuple(sorted([A1, A2, B, C]))


def test_the_common_ancestor_of_a_conflict_is_no_side():
    text = f"<<<<<<< HEAD\n{row(A1)}||||||| 1234567\n{row(B)}=======\n{row(A2)}>>>>>>> topic\n{row(C)}"
    assert parse(text)[0] == tuple(sorted([A1, A2, C]))


def test_a_checkout_with_crlf_is_read_alike():
    text = f"<<<<<<< HEAD\n{row(A1)}=======\n{row(B)}>>>>>>> topic\n".replace("\n", "\r\n")
    assert parse(text) == ((A1, B), Diagnostics())


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        f"{HASH_1}\ta.yaml",
        f"{HASH_1}\ta.yaml\tsource\tmore",
        f"{HASH_1[:-1]}\ta.yaml\tsource",
        f"{HASH_1.upper()}\ta.yaml\tsource",
        f"{HASH_1}\t\tsource",
        f"{HASH_1}\ta.yaml\tback\\slash",
        f"{HASH_1}\t../a.yaml\tsource",
        f"{HASH_1}\t/etc/passwd\tsource",
        f"{HASH_1}\t.sightline/other.manifest\tsource",
        f"{HASH_1}\ta\\u002f..\\u002fb\tsource",
    ],
)
def test_a_line_that_cannot_be_read_is_a_warning_at_its_place(bad):
    read, diagnostics = parse(f"{HEADER}{row(A1)}{bad}\n{row(B)}")
    assert read == (A1, B)
    assert codes(diagnostics, Severity.WARNING) == ["tree/manifest-line"]
    assert diagnostics.items[0].span == Span("out/.sightline/shop.manifest", 3, 1, 3, len(bad) + 1)
