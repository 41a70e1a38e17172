"""From a place in a text with replaced tokens back to the place in the text that a user wrote."""

from hypothesis import given
from hypothesis import strategies as st

from generator.promql.substitution import Substitution
from generator.promql.tokens import substitute_tokens

WRITTEN = 'sum(rate(x{$selector, a=~"b"}[$window])) > 1 # $window'
VALUES = {"selector": 'n="s",m="t"', "window": "5m"}


def found(word: str) -> str:
    """What the user wrote where `word` stands in the result."""
    filled, unknown = substitute_tokens(WRITTEN, VALUES)
    assert not unknown
    start = filled.text.index(word)
    begin, end = filled.original(start, start + len(word))
    return WRITTEN[begin:end]


def test_words_of_the_user_are_found_and_replaced_ones_are_their_tokens():
    assert [found(word) for word in ("sum", "x", '"b"', "> 1", "# $window")] == [
        "sum",
        "x",
        '"b"',
        "> 1",
        "# $window",
    ]
    assert found('m="t"') == "$selector"
    assert found("5m") == "$window"
    assert found('x{n="s"') == "x{$selector"


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))))
def test_every_place_leads_into_the_original(pairs):
    """Also where pieces are empty, or the place is behind the end."""
    pieces, length = [], 0
    for replaced, original in pairs:
        pieces.append((replaced, length, length + len(original)))
        length += len(original)
    filled = Substitution(tuple(pieces))
    for start in range(len(filled.text) + 2):
        for end in range(start, len(filled.text) + 2):
            begin, stop = filled.original(start, end)
            assert 0 <= begin <= stop <= length
