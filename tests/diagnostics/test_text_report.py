"""The text report: exact drawings, carets under wide characters, and nothing a terminal would obey."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.diagnostics.excerpt import MAX_WIDTH, excerpt
from generator.diagnostics.reporters import REPORTERS
from generator.diagnostics.terminal import safe, width

PATH = "slos/reviews.yaml"
render = REPORTERS["text"]


def error(span: Span | None, message: str = "wrong", **words: object) -> Diagnostic:
    return Diagnostic(code="spec/unknown-key", message=message, span=span, **words)


def drawn(line: str, column: int, end_column: int) -> tuple[str, str]:
    """The source row and the caret row of a span in a one-line file."""
    report = render([error(Span(PATH, 1, column, 1, end_column))], {PATH: line + "\n"})
    rows = report.splitlines()
    return rows[2].removeprefix("1 | "), rows[3].removeprefix("  | ")


def test_place_message_line_cause_and_fix() -> None:
    source = "\n" * 13 + "      objectve: 99.9\n"
    diagnostic = error(
        Span(PATH, 14, 7, 14, 15),
        'unknown key "objectve" in an SLO',
        cause="an SLO has no such field",
        fix='did you mean "objective"?',
    )
    assert render([diagnostic], {PATH: source}) == (
        'slos/reviews.yaml:14:7: error[spec/unknown-key]: unknown key "objectve" in an SLO\n'
        "   |\n"
        "14 |       objectve: 99.9\n"
        "   |       ^^^^^^^^\n"
        "   = cause: an SLO has no such field\n"
        '   = fix: did you mean "objective"?\n'
        "\n"
        "1 error in 1 file\n"
    )


def test_related_places_share_the_gutter() -> None:
    source = "name: a\n" + "\n" * 8 + "name: b\n"
    related = (
        Related(Span(PATH, 1, 1, 1, 5), "first given here"),
        Related(Span("gone.yaml", 7, 1, 7, 2), "and here"),
    )
    report = render([error(Span(PATH, 10, 1, 10, 5), fix="remove one", related=related)], {PATH: source})
    assert report == (
        "slos/reviews.yaml:10:1: error[spec/unknown-key]: wrong\n"
        "   |\n"
        "10 | name: b\n"
        "   | ^^^^\n"
        "   = fix: remove one\n"
        "slos/reviews.yaml:1:1: note: first given here\n"
        "   |\n"
        " 1 | name: a\n"
        "   | ^^^^\n"
        "gone.yaml:7:1: note: and here\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_a_span_over_several_lines_draws_the_first() -> None:
    report = render([error(Span(PATH, 1, 4, 3, 2))], {PATH: "a: [1,\n 2,\n ]\n"})
    assert report.splitlines()[2:4] == ["1 | a: [1,", "  |    ^^^"]


def test_without_a_place_or_a_source_there_is_no_drawing() -> None:
    report = render(
        [error(None, "no folder", cause="it is gone"), error(Span(PATH, 9, 1, 9, 2))], {PATH: "a: 1\n"}
    )
    assert report == (
        "error[spec/unknown-key]: no folder\n"
        " = cause: it is gone\n"
        "\n"
        "slos/reviews.yaml:9:1: error[spec/unknown-key]: wrong\n"
        "\n"
        "2 errors in 1 file\n"
    )


def test_an_empty_line_and_an_empty_span_get_one_caret() -> None:
    assert drawn("", 1, 1) == ("1 |", "^")
    assert drawn("a:", 3, 3) == ("a:", "  ^")


@pytest.mark.parametrize(
    ("line", "column", "end_column", "shown", "carets"),
    [
        ("이름: x", 5, 6, "이름: x", "      ^"),
        ("이름: x", 1, 3, "이름: x", "^^^^"),
        ("😀😀 x", 4, 5, "😀😀 x", "     ^"),
        ("e\u0301 x", 4, 5, "e\u0301 x", "  ^"),
        ("\u1112\u1161\u11ab x", 5, 6, "\u1112\u1161\u11ab x", "   ^"),
        ("Ａ x", 3, 4, "Ａ x", "   ^"),
        ("\tx", 2, 3, "    x", "    ^"),
        ("a\tx", 3, 4, "a    x", "     ^"),
        ("\x1b[31m x", 7, 8, "\\x1b[31m x", "         ^"),
        ("\u202ex", 2, 3, "\\u202ex", "      ^"),
        ("\u202ex", 1, 2, "\\u202ex", "^^^^^^"),
        ("👩\u200d💻 x", 5, 6, "👩\\u200d💻 x", "           ^"),
        ("\U000e0041 x", 3, 4, "\\U000e0041 x", "           ^"),
        ("שלום x", 6, 7, "שלום x", "     ^"),
    ],
)
def test_carets_stand_below_their_characters(
    line: str, column: int, end_column: int, shown: str, carets: str
) -> None:
    assert drawn(line, column, end_column) == (shown, carets)


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "a" * 300 + "WRONG" + "b" * 300
    shown, carets = drawn(line, 301, 306)
    assert shown.startswith("...aaa")
    assert shown.endswith("bbb...")
    assert len(shown) == MAX_WIDTH + 6
    assert shown[len(carets) - 5 : len(carets)] == "WRONG"
    assert carets.strip() == "^^^^^"


def test_a_long_span_in_a_long_line_is_cut_too() -> None:
    shown, carets = drawn("a" * 1000, 1, 1001)
    assert shown == "a" * MAX_WIDTH + "..."
    assert carets == "^" * MAX_WIDTH


def test_wide_characters_are_cut_by_width() -> None:
    shown, carets = drawn("한" * 300 + "x" + "글" * 300, 301, 302)
    assert width(shown) <= MAX_WIDTH + 6
    assert carets == " " * (3 + 40) + "^"


def test_a_line_of_combining_marks_stays_bounded() -> None:
    shown, _ = drawn("a" + "\u0301" * 100_000, 1, 2)
    assert len(shown) <= 2 * MAX_WIDTH


def test_foreign_words_and_paths_are_made_harmless() -> None:
    hostile = "\x1b]0;owned\x07\r\n::error::x\u202e\x9b31m"
    diagnostic = error(
        Span(hostile, 1, 1, 1, 2),
        hostile,
        cause=hostile,
        fix=hostile,
        related=(Related(Span(hostile, 1, 1, 1, 2), hostile),),
    )
    report = render([diagnostic], {hostile: hostile})
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in report.replace("\n", ""))
    assert not any(line.startswith("::error") for line in report.splitlines())
    assert safe("a\n\tb\r") == "a\\n\\tb\\r"


def test_summary_counts_errors_warnings_and_files() -> None:
    warning = Diagnostic(code="a/b", message="m", span=Span("b.yaml", 1, 1, 1, 1), severity=Severity.WARNING)
    span = Span("a.yaml", 1, 1, 1, 1)
    assert render([error(span), error(span), warning], {}).endswith("\n2 errors, 1 warning in 2 files\n")
    assert render([warning], {}).endswith("\n1 warning in 1 file\n")
    assert render([error(None)], {}).endswith("\n1 error\n")


def test_nothing_to_say_is_an_empty_report() -> None:
    assert render([], {}) == ""


def test_colour_only_when_asked_and_only_around_the_words() -> None:
    items = [
        error(Span(PATH, 1, 1, 1, 2), cause="c", fix="f", related=(Related(Span(PATH, 1, 1, 1, 2), "r"),))
    ]
    plain = render(items, {PATH: "a: 1\n"})
    coloured = render(items, {PATH: "a: 1\n"}, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[spec/unknown-key]\x1b[0m" in coloured
    for code in ("0", "1", "1;31", "1;34"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


@given(st.text(max_size=400), st.integers(1, 500), st.integers(0, 500))
def test_any_line_is_drawn_safely_with_carets_below_it(line: str, column: int, length: int) -> None:
    line = line.replace("\n", "")
    drawing = excerpt(Span(PATH, 1, column, 1, column + length), line)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in drawing.text)
    assert width(drawing.text) <= MAX_WIDTH + 6
    assert drawing.carets >= 1
    assert drawing.indent + drawing.carets <= MAX_WIDTH + 4


@given(
    path=st.text(max_size=40),
    message=st.text(max_size=40),
    source=st.text(max_size=200),
    colour=st.booleans(),
)
def test_no_text_raises(path: str, message: str, source: str, *, colour: bool) -> None:
    diagnostic = error(Span(path, 1, 3, 2, 1), message, cause=message, fix=message)
    render([diagnostic], {path: source}, colour=colour).encode()
