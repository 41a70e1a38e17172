"""A stretch of a scalar's text is found again in the file, whatever the style it was written in."""

import itertools

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics, Span
from generator.documents import Mapping, Scalar, Sequence, Source, node_reader, parse, place_in_scalar

PATH = "slos/reviews.yaml"


def scalar_under(text: str, key: str = "a") -> tuple[Scalar, Source]:
    source = Source(PATH, text)
    diagnostics = Diagnostics()
    (document,) = parse(source, diagnostics)
    assert not list(diagnostics)
    assert isinstance(document.root, Mapping)
    scalar = document.root.get(key)
    assert isinstance(scalar, Scalar)
    return scalar, source


def under(source: Source, span: Span) -> str:
    """The text of a file under a span."""
    lines = source.text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    inner = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *inner, lines[span.end_line - 1][: span.end_column - 1]]
    )


@pytest.mark.parametrize(
    ("text", "found", "place"),
    [
        ("a: rate(x[5m])\n", "x", (1, 9, 1, 10)),
        ("a: rate(\n   x[5m])\n", "x[5m]", (2, 4, 2, 9)),
        ("a: one\n\n\n  two\n", "two", (4, 3, 4, 6)),
        ("a: 'it''s x'\n", "x", (1, 11, 1, 12)),
        ("a: 'it''s x'\n", "'", (1, 7, 1, 9)),
        ("a: 'one\n\n  two'\n", "two", (3, 3, 3, 6)),
        ("a: ' \n  x '\n", "x", (2, 3, 2, 4)),
        ('a: "x\\ty\\u4e00z"\n', "z", (1, 15, 1, 16)),
        ('a: "x\\ty\\u4e00z"\n', "\u4e00", (1, 9, 1, 15)),
        ('a: "x\\x41\\U0001f600\\\\\\"\\/z"\n', "z", (1, 26, 1, 27)),
        ('a: "one \\\n   two\n   three"\n', "two", (2, 4, 2, 7)),
        ('a: "one \\\n   two\n   three"\n', "three", (3, 4, 3, 9)),
        ('a: "one\\\n\n\n   \\  two"\n', "two", (4, 7, 4, 10)),
        ("a: |\n  one\n\n    two\n  three\n", "two", (4, 5, 4, 8)),
        ("a: |2-\n    one\n  two\n", "one", (2, 5, 2, 8)),
        ("a: |+  # why\n  one\n\n\nb: 1\n", "one", (2, 3, 2, 6)),
        ("a: |\n\n\n  one\n", "one", (4, 3, 4, 6)),
        ("a: |\n \n  one\n   \n  two\n", "two", (5, 3, 5, 6)),
        ("a: |1\n    \n one\n", "one", (3, 2, 3, 5)),
        ("a: |2\n  \tone\n", "one", (2, 4, 2, 7)),
        ("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "two", (3, 3, 3, 6)),
        ("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "three", (5, 3, 5, 8)),
        ("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "four", (6, 5, 6, 9)),
        ("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "five", (7, 3, 7, 7)),
        ("a: >-2\n   one\n\n   two\n  x\n", "x", (5, 3, 5, 4)),
        ("a: &b !!str >\n  one\n  two\n", "two", (3, 3, 3, 6)),
        ("a: &b 'one two'\n", "two", (1, 12, 1, 15)),
        ("- - |\n   one\n   two\n", "two", (3, 4, 3, 7)),
        ("a: 리뷰 😀 x\n", "x", (1, 9, 1, 10)),
    ],
)
def test_a_word_is_found_where_it_was_written(
    text: str, found: str, place: tuple[int, int, int, int]
) -> None:
    if text.startswith("- "):
        source = Source(PATH, text)
        root = parse(source, Diagnostics())[0].root
        assert isinstance(root, Sequence)
        scalar = root.items[0].items[0]
    else:
        scalar, source = scalar_under(text)
    start = scalar.text.index(found)
    assert place_in_scalar(scalar, source, start, start + len(found)) == Span(PATH, *place)


def test_a_range_over_a_fold_reaches_over_it() -> None:
    scalar, source = scalar_under("a: >\n  one\n  two\n  three\n")
    start = scalar.text.index("e two t")
    span = place_in_scalar(scalar, source, start, start + len("e two t"))
    assert span == Span(PATH, 2, 5, 4, 4)
    assert under(source, span) == "e\n  two\n  t"


def test_an_empty_range_is_an_empty_span() -> None:
    scalar, source = scalar_under("a: one\n")
    assert place_in_scalar(scalar, source, 1, 1) == Span(PATH, 1, 5, 1, 5)
    assert place_in_scalar(scalar, source, 3, 3) == Span(PATH, 1, 7, 1, 7)


def test_a_break_at_the_end_lies_behind_its_line() -> None:
    scalar, source = scalar_under("a: |+\n  one\n\nb: 1\n")
    assert scalar.text == "one\n\n"
    assert place_in_scalar(scalar, source, 3, 4) == Span(PATH, 2, 6, 3, 1)
    assert place_in_scalar(scalar, source, 4, 5) == Span(PATH, 3, 1, 4, 1)


@pytest.mark.parametrize("text", ["a:\n", "a: ''\n", "a: |1\n   \n"])
def test_what_cannot_be_followed_is_the_whole_scalar(text: str) -> None:
    scalar, source = scalar_under(text)
    assert place_in_scalar(scalar, source, 0, len(scalar.text)) == scalar.span


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 99), (50, 60)])
def test_a_range_outside_the_text_is_the_whole_scalar(start: int, end: int) -> None:
    scalar, source = scalar_under("a: one\n")
    assert place_in_scalar(scalar, source, start, end) == scalar.span


def test_a_source_that_does_not_fit_is_the_whole_scalar() -> None:
    scalar, _ = scalar_under("a: one\n")
    assert place_in_scalar(scalar, Source(PATH, "a: two\n"), 0, 1) == scalar.span


# Scalars whose visible characters are all different: then a character found under a span is the right one.

LINE = st.tuples(st.integers(0, 2), st.lists(st.integers(1, 3), max_size=3))  # extra indentation, words
LINES = st.lists(LINE, min_size=1, max_size=6)
ESCAPES = ["", "''", '\\"', "\\\\", "\\u0041", "\\t", "\\U0001f600"]


def written_lines(shape: list[tuple[int, list[int]]]) -> list[str]:
    letters = map(chr, itertools.count(0x4E00))
    return [
        " " * extra + " ".join("".join(itertools.islice(letters, size)) for size in words)
        for extra, words in shape
    ]


def check_every_character(text: str) -> None:
    scalar, source = scalar_under(text)
    last = (0, 0)
    for offset, character in enumerate(scalar.text):
        span = place_in_scalar(scalar, source, offset, offset + 1)
        raw = under(source, span)
        if character.isspace() and not raw.startswith("\\"):
            assert not raw.strip()
        elif raw.startswith("\\"):
            assert yaml.safe_load(f'"{raw}"') == character
        else:
            assert raw.replace("''", "'") == character
        assert (span.line, span.column) >= last
        last = (span.line, span.column)
    for start, end in itertools.combinations(range(len(scalar.text) + 1), 2):
        raw = under(source, place_in_scalar(scalar, source, start, end))
        if "\n" not in raw and "\\" not in raw and "'" not in raw:
            assert raw == scalar.text[start:end]


@given(
    shape=LINES.filter(lambda shape: any(words for _, words in shape)),
    style=st.sampled_from("|>"),
    chomping=st.sampled_from(["", "-", "+"]),
    indent=st.integers(1, 4),
    rest=st.sampled_from(["", "\n", "\nb: 1\n", "\n# c\n", "\n\n\nb: 1"]),
    indicated=st.booleans(),
)
def test_block_scalars_of_every_shape(
    shape: list[tuple[int, list[int]]], style: str, chomping: str, indent: int, rest: str, *, indicated: bool
) -> None:
    lines = written_lines(shape)
    first = next(line for line in lines if line.strip())
    first_lead = len(first) - len(first.lstrip())
    leads = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    if not indicated and (
        min(leads) < first_lead or any(len(line) > first_lead for line in lines if not line.strip())
    ):
        indicated = True  # without an indicator the first line of text sets the indentation
    header = f"a: {style}{indent if indicated else ''}{chomping}"
    check_every_character("\n".join([header, *(" " * indent + line for line in lines)]) + rest)


@given(LINES, st.sampled_from(["", "'", '"']), st.lists(st.sampled_from(ESCAPES), min_size=6, max_size=6))
def test_plain_and_quoted_scalars_of_every_shape(
    shape: list[tuple[int, list[int]]], style: str, escapes: list[str]
) -> None:
    lines = written_lines(shape)
    if style:
        fits = "'" if style == "'" else "\\"
        lines = [
            line + (escape if escape.startswith(fits) else "")
            for line, escape in zip(lines, escapes, strict=False)
        ]
    else:
        lines = [line for line in lines if line.strip()] or ["x"]
    body = "\n".join([lines[0], *("  " + line for line in lines[1:])])
    check_every_character(f"a: {style}{body}{style}\n")


@given(LINES)
def test_both_parsers_agree_on_places(shape: list[tuple[int, list[int]]]) -> None:
    text = "a: '" + "\n  ".join(written_lines(shape)) + "'\n"
    found = []
    original = node_reader.LOADER
    try:
        for loader in (yaml.CBaseLoader, yaml.BaseLoader):
            node_reader.LOADER = loader
            found.append(scalar_under(text)[0])
    finally:
        node_reader.LOADER = original
    assert found[0] == found[1]
