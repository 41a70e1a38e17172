"""Everything a YAML file can do to a reader: the result is nodes or diagnostics, never an exception."""

from decimal import Decimal

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.diagnostics.codes import CODES, YAML_CODES
from generator.documents import Document, Mapping, Node, Scalar, Sequence, Source, decode, node_reader, parse
from generator.documents.decode import MAX_FILE_BYTES
from generator.documents.limits import MAX_ALIASED_NODES, MAX_DEPTH, MAX_FINDINGS, MAX_NODES

PATH = "slos/reviews.yaml"
LOADERS = {"libyaml": yaml.CBaseLoader, "python": yaml.BaseLoader}


@pytest.fixture(params=LOADERS, autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_reader, "LOADER", LOADERS[request.param])


def read(text: str | bytes) -> tuple[tuple[Document, ...], list[Diagnostic]]:
    diagnostics = Diagnostics()
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    source = decode(PATH, data, diagnostics)
    documents = parse(source, diagnostics) if source else ()
    return documents, list(diagnostics)


def root(text: str) -> Node | None:
    documents, findings = read(text)
    assert not findings
    (document,) = documents
    return document.root


def value(text: str) -> object:
    node = root(text)
    assert isinstance(node, Scalar)
    return node.value


def values(node: Node) -> object:
    """The node as plain data."""
    if isinstance(node, Mapping):
        return {key.text: values(child) for key, child in node.entries}
    return [values(item) for item in node.items] if isinstance(node, Sequence) else node.value


def finding(text: str | bytes) -> Diagnostic:
    """The one finding of a text."""
    _, findings = read(text)
    (only,) = findings
    assert only.span is not None
    assert only.code in CODES
    return only


def place(diagnostic: Diagnostic) -> tuple[int, int]:
    assert diagnostic.span is not None
    return diagnostic.span.line, diagnostic.span.column


# What is read


def test_every_leaf_keeps_text_value_place_and_style() -> None:
    node = root("name: reviews\nobjective: 99.90\nquery: 'a''b'\n")
    assert isinstance(node, Mapping)
    assert node.span == Span(PATH, 1, 1, 3, 14)
    assert node.key("objective") == Scalar("objective", "objective", Span(PATH, 2, 1, 2, 10))
    assert node.get("objective") == Scalar("99.90", Decimal("99.90"), Span(PATH, 2, 12, 2, 17))
    assert node.get("query") == Scalar("a'b", "a'b", Span(PATH, 3, 8, 3, 14), "'")
    assert node.get("other") is None
    assert node.key("other") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, None) for text in ("~", "null", "Null", "NULL", "!!null ''")),
        *((text, True) for text in ("true", "True", "TRUE", "!!bool true")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *(
            (text, text)
            for text in ("nULL", "tRUE", "fAlse", "2024-13-45", "2024-01-01 10:00:00", "=", "250ms")
        ),
        *((text, text) for text in ("1.2.3", "1e", "e3", "0x", "0o8", "1,000", "+", ".", "8080:80", "１２")),
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("!!int '7'", 7),
        ("!!str 012", "012"),
        ("! 012", "012"),
        ("'012'", "012"),
        ('"null"', "null"),
        ("|\n  12\n", "12\n"),
        ("99.9", Decimal("99.9")),
        ("99.90", Decimal("99.90")),
        ("1e3", Decimal("1e3")),
        ("-.5", Decimal("-0.5")),
        ("5.", Decimal(5)),
        ("!!float 1.5", Decimal("1.5")),
        ("9" * 64, int("9" * 64)),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)
    assert not isinstance(found, Decimal) or str(found) == str(expected)


def test_an_empty_value_is_null_with_a_place() -> None:
    node = root("a:\nb: 1\n")
    assert isinstance(node, Mapping)
    assert node.get("a") == Scalar("", None, Span(PATH, 1, 3, 1, 3))


def test_prose_of_every_script_passes_and_columns_count_code_points() -> None:
    prose = {
        "korean": "리뷰 서비스의 가용성",
        "decomposed": "\u1112\u1161\u11ab",
        "emoji": "👩\u200d💻 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 👍🏽 🇰🇷",
        "flag": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "hebrew": "זמינות של C++\u200f ושל Go",
        "arabic": "نسبة التوفر",
        "persian": "می\u200cخواهم",
        "combining": "e\u0301",
    }
    node = root("".join(f"{key}: {text}\n" for key, text in prose.items()) + "d: {한국: 😀, x: y}\n")
    assert isinstance(node, Mapping)
    assert {key: node.get(key).value for key in prose} == prose
    inner = node.get("d")
    assert isinstance(inner, Mapping)
    assert inner.get("x").span == Span(PATH, 9, 15, 9, 16)


def test_anchors_and_aliases_share_a_node() -> None:
    node = root("a: &x [1, 2]\nb: *x\n&k c: d\n")
    assert isinstance(node, Mapping)
    assert node.get("b") is node.get("a")
    assert node.get("c").value == "d"


def test_an_anchor_named_twice_means_the_latest() -> None:
    assert values(root("[&a 1, *a, &a 2, *a]\n")) == [1, 1, 2, 2]


def test_an_anchor_on_a_key_can_be_repeated_as_a_value() -> None:
    assert values(root("&a k: *a\n")) == {"k": "k"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x   !!str  one\n", (1, 16, 1, 19)),
        ("a: !!str &x 'one'\n", (1, 13, 1, 18)),
        ("a: &x # why\n  # because\n  one\n", (3, 3, 3, 6)),
        ("a: !<tag:yaml.org,2002:str> one\n", (1, 29, 1, 32)),
        ("a: &x |\n  one\n\n\n", (1, 7, 2, 6)),
        ("a: &x\n", (1, 6, 1, 6)),
        ("a: |+\n  one\n\n\nb: 1\n", (1, 4, 2, 6)),
        ("a: >-\n  one\n  two", (1, 4, 3, 6)),
        ("a: |\n", (1, 4, 1, 5)),
        ("a: one\n  two  # c\n", (1, 4, 2, 6)),
        ("a: [1,\n 2\n ]\n", (1, 4, 3, 3)),
        ("a:\n  - 1\n  - b: 2\n\n# c\n", (2, 3, 3, 9)),
        ("a: &x {}\n", (1, 4, 1, 9)),
    ],
)
def test_spans_cover_the_token(text: str, expected: tuple[int, int, int, int]) -> None:
    node = root(text)
    assert isinstance(node, Mapping)
    assert node.get("a").span == Span(PATH, *expected)


def test_several_documents_in_a_file() -> None:
    documents, findings = read("%YAML 1.2\n---\na: 1\n...\n---\n---\nnull\n---\n''\n")
    assert not findings
    assert [document.root and values(document.root) for document in documents] == [{"a": 1}, None, None, ""]
    assert documents[1].root is None
    assert isinstance(documents[2].root, Scalar)


# Rows of the list of bad inputs that concern reading


def test_row_01_alias_bomb() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    assert finding(bomb).code == "yaml/too-many-nodes"


def test_row_01_alias_expansion_is_allowed_up_to_its_limit() -> None:
    ten = "base: &base [1, 2, 3, 4, 5, 6, 7, 8, 9]\nall:\n"
    read_all = ten + "  - *base\n" * (MAX_ALIASED_NODES // 10)
    assert isinstance(root(read_all), Mapping)
    assert finding(read_all + "  - *base\n").code == "yaml/too-many-nodes"


def test_row_01_alias_expansion_counts_over_all_documents_of_a_file() -> None:
    document = "---\nbase: &base [1, 2, 3, 4, 5, 6, 7, 8, 9]\nall: [" + "*base, " * 500 + "]\n"
    documents, findings = read(document * 3)
    assert [item.code for item in findings] == ["yaml/too-many-nodes"]
    assert len(documents) == 2


def test_row_02_recursive_alias() -> None:
    found = finding("a: &a [*a]\n")
    assert found.code == "yaml/recursive-alias"
    assert place(found) == (1, 8)
    assert finding("&a {b: {c: *a}}\n").code == "yaml/recursive-alias"


def test_row_02_unknown_alias_also_of_an_earlier_document() -> None:
    assert finding("a: *nowhere\n").code == "yaml/unknown-alias"
    assert place(finding("a: &a 1\n---\nb: *a\n")) == (3, 4)


@pytest.mark.parametrize(
    "text", ["[" * 1000, "[" * 1000 + "]" * 1000, "{a: " * 1000, "- " * 1000, "? " * 1000]
)
def test_row_03_nesting_a_thousand_deep(text: str) -> None:
    assert finding(text).code == "yaml/too-deep"


def test_row_03_nesting_through_aliases_counts() -> None:
    half = MAX_DEPTH // 2
    chain = f"- &a {'[' * half}{']' * half}\n- {'[' * (half - 1)}*a{']' * (half - 1)}\n"
    assert isinstance(root(chain), Sequence)
    assert finding(f"- &a {'[' * half}{']' * half}\n- {'[' * half}*a{']' * half}\n").code == "yaml/too-deep"
    inner = f"- &a {'[' * 30}{']' * 30}\n- &b {'[' * 30}*a{']' * 30}\n- {'[' * 4}*b{']' * 4}\n"
    assert finding(inner).code == "yaml/too-deep"


def test_row_03_the_limit_itself_is_allowed() -> None:
    assert isinstance(root("[" * MAX_DEPTH + "]" * MAX_DEPTH), Sequence)


def test_row_04_duplicate_keys() -> None:
    found = finding("name: a\nspec:\n  x: 1\nname: b\n")
    assert (found.code, place(found)) == ("yaml/duplicate-key", (4, 1))
    assert [(item.span.line, item.span.column) for item in found.related] == [(1, 1)]


def test_row_04_keys_are_compared_as_strings_and_the_first_is_kept() -> None:
    documents, findings = read("'1': a\n1: b\n")
    assert [item.code for item in findings] == ["yaml/duplicate-key"]
    assert values(documents[0].root) == {"1": "a"}


def test_row_05_yes_no_on_off_are_strings() -> None:
    node = root("on: yes\noff: no\nNo: y\n")
    assert values(node) == {"on": "yes", "off": "no", "No": "y"}


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("012", 12),
        ("-012", -12),
        ("089", 89),
        ("00", 0),
        ("1_000", 1000),
        ("99.9_5", Decimal("99.95")),
        ("0x1_F", 31),
        ("1:30", "1:30"),
        ("190:20:30.15", "190:20:30.15"),
        ("1_0:30", "1_0:30"),
        ("0b101", "0b101"),
        ("-0x1F", "-0x1F"),
        ("0" * 5000, 0),
        ("1_" * 5000, "1_" * 5000),
    ],
)
def test_row_06_numbers_that_readers_disagree_about(text: str, nearest: object) -> None:
    documents, findings = read(f"a: {text}\n")
    assert [item.code for item in findings] == ["yaml/ambiguous-scalar"]
    assert place(findings[0]) == (1, 4)
    assert len(findings[0].message) < 200
    assert values(documents[0].root) == {"a": nearest}


def test_row_06_the_advice_offers_both_readings() -> None:
    assert finding("a: 1_000\n").fix == 'write 1000 for the number, "1_000" for the text'


def test_row_07_an_impossible_date_is_a_string() -> None:
    assert value("2024-13-45") == "2024-13-45"


@pytest.mark.parametrize(
    "text",
    [
        "9" * 65,
        "9" * 5000,
        "1.0e+999",
        "1e" + "9" * 60,
        "1e-301",
        "0e9999",
        "0x" + "f" * 5000,
        "1" * 60 + "e300",
    ],
)
def test_row_08_numbers_have_bounds(text: str) -> None:
    found = finding(f"a: {text}\n")
    assert found.code == "yaml/number"
    assert len(found.message) < 200


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.inf", "+.INF"])
def test_row_09_not_finite(text: str) -> None:
    assert finding(f"objective: {text}\n").code == "yaml/number"


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9f"),
        *("\u202a", "\u202e", "\u2066", "\u2069", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u2028", "\u2029"),
        *("\ufffe", "\U000e0041"),
    ],
)
def test_row_10_hidden_characters_raw_and_escaped(character: str) -> None:
    number = ord(character)
    raw = finding(f"a: 1\nname: x{character}y\n")
    assert (raw.code, place(raw)) == ("yaml/hidden-character", (2, 8))
    assert f"U+{number:04X}" in raw.message
    escaped = finding(f'a: 1\nname: "한x\\U{number:08x}y"\n')
    assert (escaped.code, escaped.span) == ("yaml/hidden-character", Span(PATH, 2, 10, 2, 20))
    assert finding(f'"x\\U{number:08x}": 1\n').code == "yaml/hidden-character"
    assert finding(f"a: 1  # {character}\n").code == "yaml/hidden-character"


@pytest.mark.parametrize("character", ["\u200c", "\u200d", "\u200e", "\u200f", "\u061c"])
def test_row_10_joiners_and_direction_marks_have_no_place_in_ascii(character: str) -> None:
    assert finding(f"# שלום\nname: x{character}y\n").code == "yaml/hidden-character"


def test_row_10_line_feed_and_tab_escapes_are_fine() -> None:
    assert value('"a\\n\\tb"') == "a\n\tb"


def test_row_11_lone_surrogate() -> None:
    found = finding('a: "\\ud800"\n')
    assert found.code in ("yaml/hidden-character", "yaml/syntax")  # the parsers differ in who refuses it
    diagnostics = Diagnostics()
    assert parse(Source(PATH, "a: \ud800\n"), diagnostics) == ()
    assert [item.code for item in diagnostics] == ["yaml/hidden-character"]


def test_row_12_byte_order_mark_and_crlf() -> None:
    documents, findings = read(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
    assert not findings
    node = documents[0].root
    assert isinstance(node, Mapping)
    assert values(node) == {"a": 1, "b": "x\ny\n"}
    assert node.get("a").span == Span(PATH, 1, 4, 1, 5)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_row_12_utf_16_and_utf_32(encoding: str) -> None:
    assert finding("name: reviews\n".encode(encoding)).code == "yaml/encoding"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"name: caf\xe9\n", (1, 10)),
        ("한: 1\nd: 글".encode() + b"\xc3(\n", (2, 5)),
        (b"\xef\xbb\xbfa: \xff\n", (1, 4)),
        (b"a: 1\r\nb: \xed\xa0\x80\r\n", (2, 4)),
        (b"a: \xc0\x80\n", (1, 4)),
        (b"a: \xe2\x82", (1, 4)),
    ],
)
def test_row_12_bad_utf_8_is_placed_at_the_byte(data: bytes, expected: tuple[int, int]) -> None:
    found = finding(data)
    assert (found.code, place(found)) == ("yaml/encoding", expected)


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "\t- a\n", "a: |\n\tb\n"])
def test_row_12_tabs_do_not_indent(text: str) -> None:
    found = finding(text)
    assert (found.code, found.fix) == ("yaml/syntax", "use spaces instead of the tab")


def test_row_12_tabs_elsewhere_are_fine() -> None:
    assert values(root("a: xy  # c\td\nb: 'x\ty'\nc: |\n  x\ty\n")) == {"a": "xy", "b": "x\ty", "c": "x\ty\n"}


def test_row_12_a_lone_carriage_return_is_no_line_end() -> None:
    assert finding("a: 1\rb: 2\r").code == "yaml/hidden-character"


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']\n",
        "a: !!python/name:os.system\n",
        "a: !!binary aGVsbG8=\n",
        "a: !!set {x}\n",
        "a: !!omap [x: 1]\n",
        "a: !!timestamp 2024-01-01\n",
        "a: !vault |\n  x\n",
        "%TAG !e! tag:example.com,2024:\n---\na: !e!x 1\n",
        "a: !!int x\n",
        "a: !!float 1\n",
        "a: !!bool 'yes'\n",
        "a: !!map [x]\n",
        "a: !!int 012\n",
    ],
)
def test_row_14_tags_that_json_does_not_have(text: str) -> None:
    found = finding(text)
    assert found.code == "yaml/tag"
    assert place(found)[1] == 4


def test_row_14_merge_keys() -> None:
    found = finding("base: &base {a: 1}\nb:\n  <<: *base\n  c: 1\n")
    assert (found.code, place(found)) == ("yaml/merge-key", (3, 3))
    assert values(root("'<<': 1\n")) == {"<<": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- &a {x: 1, y: 1}\n- {<<: *a, y: 2}\n", {"x": 1, "y": 2}),
        ("- &a {x: 1, y: 1}\n- {y: 2, <<: *a}\n", {"x": 1, "y": 2}),
        ("- {}\n- <<: [{x: 1}, {x: 2, y: 3}]\n", {"x": 1, "y": 3}),
        ("- &a {<<: &b {x: 1}, y: 2}\n- {<<: *a, z: 3}\n", {"x": 1, "y": 2, "z": 3}),
        ("- {}\n- {<<: []}\n", {}),
    ],
)
def test_row_14_merge_keys_of_files_that_others_read(text: str, expected: dict[str, int]) -> None:
    """As https://yaml.org/type/merge.html has it: a key of one's own wins, then the first mapping's."""
    diagnostics = Diagnostics()
    (document,) = parse(Source("rules.yaml", text), diagnostics, merge_keys=True)
    assert list(diagnostics) == []
    assert document.root is not None
    assert values(document.root)[1] == expected


@pytest.mark.parametrize("value", ["1", "", "[1]", "[{a: 1}, 2]"])
def test_row_14_a_merge_key_takes_mappings(value: str) -> None:
    diagnostics = Diagnostics()
    parse(Source("rules.yaml", f"a: {{<<: {value}}}\n"), diagnostics, merge_keys=True)
    (found,) = diagnostics
    assert (found.code, found.span.column) == ("yaml/merge-key", 5)


@pytest.mark.parametrize("key", ["? [a]\n", "? {a: b}\n", "? |\n  a\n", "? 'a'\n", "? !!str a\n"])
def test_row_14_keys_are_strings(key: str) -> None:
    _, findings = read(f"{key}: 1\n")
    assert [item.code for item in findings] == (["yaml/key"] if key[2] in "[{" else [])


@pytest.mark.parametrize(
    "text", ["&a x: 1\n*a : 2\n", "? \n: 1\n", "? ", "!!int 1: 2\n", "!x y: 1\n", "? - a\n"]
)
def test_row_14_keys_that_are_no_strings(text: str) -> None:
    assert finding(text).code == "yaml/key"


@pytest.mark.parametrize("escape", ['"\\q"', '"\\x4"', '"\\U00110000"', '"\\UFFFFFFFF"'])
def test_bad_escapes(escape: str) -> None:
    assert finding(f"a: {escape}\n").code == "yaml/syntax"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c\n", (1, 5)),
        ("a: [1, 2\n\n\n", (1, 9)),
        ("a: 'x\n", (1, 6)),
        ("a: @x\n", (1, 4)),
        ("a: 1\n  b: 2\n", (2, 4)),
        ("- a\nb: 1\n", (2, 1)),
        ("a: 1\n---\nb: ]\n", (3, 4)),
    ],
)
def test_syntax_errors_have_a_place_inside_the_file_and_advice(text: str, expected: tuple[int, int]) -> None:
    found = finding(text)
    assert (found.code, place(found)) == ("yaml/syntax", expected)
    assert found.fix


def test_documents_before_a_syntax_error_are_returned() -> None:
    documents, findings = read("a: 1\n---\nb: [\n")
    assert len(findings) == 1
    assert [values(document.root) for document in documents] == [{"a": 1}]


def test_an_error_in_one_file_leaves_others_alone() -> None:
    diagnostics = Diagnostics()
    assert parse(Source("a.yaml", "a: [\n"), diagnostics) == ()
    (document,) = parse(Source("b.yaml", "a: 1\n"), diagnostics)
    assert values(document.root) == {"a": 1}
    assert [item.span.path for item in diagnostics] == ["a.yaml"]


def test_all_mistakes_of_a_file_are_found() -> None:
    _, findings = read("a: 012\nb: {c: 1, c: 2}\nd: !x y\n<<: 1\ne: *f\n")
    assert [item.code for item in findings] == [
        "yaml/ambiguous-scalar",
        "yaml/duplicate-key",
        "yaml/tag",
        "yaml/merge-key",
        "yaml/unknown-alias",
    ]


@pytest.mark.parametrize(
    "text", ["- 012\n" * 5000, "".join(f'a{n}: "\\0"\n' for n in range(5000)), "x\0\n" * 5000]
)
def test_row_32_mistakes_have_a_bound(text: str) -> None:
    _, findings = read(text)
    assert len(findings) == MAX_FINDINGS + 1
    assert [item.code for item in findings].count("yaml/too-many-errors") == 1


def test_row_32_a_file_over_the_size_limit() -> None:
    assert finding(b"#" * (MAX_FILE_BYTES + 1)).code == "yaml/file-too-large"


def test_row_32_a_file_with_too_many_values(loader: None) -> None:
    if node_reader.LOADER is yaml.CBaseLoader:  # a minute of work for the other parser, and the same code
        assert finding("[" + "a," * MAX_NODES + "]").code == "yaml/too-many-nodes"


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "--- # c\n...\n", "\ufeff"])
def test_row_34_nothing_in_a_file_is_one_empty_document(text: str) -> None:
    documents, findings = read(text)
    assert not findings
    assert [document.root for document in documents] == [None]


def test_row_34_null_a_list_and_proto_like_keys_are_ordinary_nodes() -> None:
    assert value("null\n") is None
    assert values(root("- a\n- b\n")) == ["a", "b"]
    keys = ["__proto__", "constructor", "__class__", "null", "~", "true"]
    assert values(root("".join(f"{key}: 1\n" for key in keys))) == dict.fromkeys(keys, 1)


def test_every_example_of_the_code_table_earns_its_code() -> None:
    for code, doc in YAML_CODES.items():
        assert doc.title
        assert doc.explanation
        if doc.example:
            assert finding(doc.example).code == code


# Anything at all

FRAGMENTS = st.sampled_from(
    [
        *(
            "a",
            "b",
            ": ",
            ":",
            "- ",
            "-",
            "\n",
            "\n  ",
            "\n    ",
            "'",
            '"',
            "|",
            "|-",
            ">+",
            ">2",
            "? ",
            "<<",
            " ",
        ),
        *(
            "\\n",
            "\\",
            "\\x41",
            "\\ud800",
            "&a ",
            "*a",
            "!!str ",
            "!t ",
            "!",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "#",
            " #c\n",
        ),
        *(
            "\t",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "%TAG ! x\n",
            "한",
            "😀",
            "012",
            "1_0",
            ".nan",
            "\r\n",
            "\0",
            "\u202e",
        ),
    ]
)
ANYTHING = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(FRAGMENTS, max_size=25).map(lambda parts: "".join(parts).encode()),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
@example(b'a: "\\U00110000"')
@example(b"%YAML 1." + b"9" * 5000 + b"\n--- a\n")
def test_nothing_raises_and_every_place_lies_in_the_file(data: bytes) -> None:
    documents, findings = read(data)
    last = data.count(b"\n") + 1
    for item in findings:
        assert item.code in CODES
        for span in (item.span, *(other.span for other in item.related)):
            assert 1 <= span.line <= span.end_line <= last
            assert (span.line, span.column) <= (span.end_line, span.end_column)
    for document in documents:
        for node in walk(document.root):
            span = node.span
            assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
            assert span.end_line <= last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_text_that_a_program_built_never_raises(text: str) -> None:
    parse(Source(PATH, text), Diagnostics())


def walk(node: Node | None) -> list[Node]:
    if isinstance(node, Mapping):
        return [node, *(part for key, child in node.entries for part in (key, *walk(child)))]
    if isinstance(node, Sequence):
        return [node, *(part for item in node.items for part in walk(item))]
    return [] if node is None else [node]
