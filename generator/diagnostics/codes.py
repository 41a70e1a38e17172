"""What each diagnostic code means, in a paragraph: what `explain` prints and the reference lists.

One table per area. A new code is one entry in its area's table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeDoc:
    """The documentation of one code: a title, a paragraph, and an input that earns the code."""

    title: str
    explanation: str
    example: str = ""


YAML_CODES: dict[str, CodeDoc] = {
    "yaml/ambiguous-scalar": CodeDoc(
        "A number that YAML readers disagree about",
        "Most tools read YAML 1.1 or 1.2, and the two editions read some numbers differently: `012` is "
        "ten or twelve, `1:30` is ninety or text, `1_000` is a thousand or text. Sightline reads YAML 1.2 "
        "and refuses what the older edition would read as another value. Quote the value if it is text; "
        "otherwise write the number in plain digits.",
        "minFailures: 012\n",
    ),
    "yaml/duplicate-key": CodeDoc(
        "A key given twice in one mapping",
        "YAML requires the keys of a mapping to be different. Many readers keep the last value and say "
        "nothing, so an objective pasted twice would silently win or lose. Remove one of the two; the "
        "first place is shown with the finding.",
        "objective: 99.9\nobjective: 99.5\n",
    ),
    "yaml/encoding": CodeDoc(
        "A file that is not UTF-8",
        "Files are read as UTF-8, with or without a byte order mark. The finding points at the first byte "
        "that is not valid UTF-8. Save the file as UTF-8 in your editor.",
    ),
    "yaml/file-too-large": CodeDoc(
        "A file larger than what is read",
        "A file is read up to 5,000,000 bytes. A larger one is more likely a mistake than a definition; "
        "split it into several files if it is not.",
    ),
    "yaml/hidden-character": CodeDoc(
        "A character that nobody can see",
        "Control characters, bidirectional overrides, zero-width characters and exotic line breaks make a "
        "text read differently from what it is: two names look the same, or a reviewer sees another order "
        "of words than the file holds. They are refused in files and in escapes. Joiners inside emoji and "
        "between letters outside ASCII are welcome, and so are direction marks next to right-to-left "
        "letters.",
        'name: "check\\u200bout"\n',
    ),
    "yaml/key": CodeDoc(
        "A key that is not a string",
        "Keys are strings, as in JSON. A plain `on` or `1` counts as the string it is written as. A list, "
        "a mapping, an alias, an empty key or a key with another tag is refused.",
        "? [a, b]\n: 1\n",
    ),
    "yaml/merge-key": CodeDoc(
        "A merge key",
        "`<<` is an addition to YAML 1.1 that YAML 1.2 does not have. Which of two values wins depends on "
        "the reader. Write the keys out; values that many SLOs share belong in a tier. In rule files of "
        "others merge keys are followed, as Prometheus does, and only one that names no mapping is refused.",
        "base: &base {objective: 99.9}\nother:\n  <<: *base\n",
    ),
    "yaml/number": CodeDoc(
        "A number that is not finite or out of range",
        "Infinity and not-a-number have no form in JSON and no meaning in a definition. Numbers have at "
        "most 64 characters and stay between 1e-300 and 1e300 in size. Quote the value if it is text.",
        "objective: .nan\n",
    ),
    "yaml/recursive-alias": CodeDoc(
        "A value that contains itself",
        "An alias stands inside the value that it names, so the value would go on without end. Write the "
        "value out.",
        "a: &a [*a]\n",
    ),
    "yaml/syntax": CodeDoc(
        "A text that is not YAML",
        "The file cannot be read as YAML from the marked place on; the mistake is there or shortly before "
        "it. The usual causes are indentation (spaces only), a quote or bracket left open, and text with "
        "`: `, ` #`, `@` or `%` that needs quotes.",
        "description: note: this needs quotes\n",
    ),
    "yaml/tag": CodeDoc(
        "A tag that is not one of JSON's types",
        "Tags such as `!!binary`, `!!set`, `!!python/object` or a tool's own are not read: a definition "
        "holds strings, numbers, booleans, null, lists and mappings. `!!str`, `!!int`, `!!float`, "
        "`!!bool`, `!!null`, `!!seq` and `!!map` are allowed where they fit the value.",
        "name: !!binary aGVsbG8=\n",
    ),
    "yaml/too-deep": CodeDoc(
        "Lists and mappings nested too deep",
        "At most 64 lists and mappings may stand inside each other, aliases expanded. No definition needs "
        "more.",
    ),
    "yaml/too-many-errors": CodeDoc(
        "A file with a hundred mistakes",
        "Reading stops after 100 mistakes in one file. Correct those first; they are often one mistake "
        "repeated.",
    ),
    "yaml/too-many-nodes": CodeDoc(
        "A file that holds or expands to too many values",
        "A file may hold 300,000 values, and its aliases may add 10,000 when they are written out. A few "
        "lines of nested aliases can stand for billions of values; split the file, or write values out.",
    ),
    "yaml/unknown-alias": CodeDoc(
        "An alias without an anchor",
        "An alias `*name` repeats the value marked `&name` before it in the same document. There is none "
        "of that name. Text that starts with `*` must be quoted.",
        "paths: *all\n",
    ),
}

CODES: dict[str, CodeDoc] = {**YAML_CODES}
