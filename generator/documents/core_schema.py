"""What a plain scalar means: YAML 1.2's core schema, and no guess beyond it.

Source: YAML 1.2.2, section 10.3.2 (tag resolution). `yes`, `no`, `on`, `off` and dates are strings there.
Many readers still follow YAML 1.1, where `012` is ten, `1:30` is ninety and `1_000` is a thousand; a
number that the two editions read differently is doubtful, and a doubtful number is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from generator.documents.nodes import ScalarValue

MAX_NUMBER_LENGTH = 64
MAX_NUMBER_EXPONENT = 300  # inside the range of a double, so that no later conversion overflows


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a plain scalar cannot be taken as it stands: the parts of a diagnostic."""

    code: str
    message: str
    cause: str
    fix: str


_CONSTANTS: dict[str, ScalarValue] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE](?P<exponent>[-+]?[0-9]+))?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
# YAML 1.1's int and float types (yaml.org/type/int.html, yaml.org/type/float.html) as far as 1.2 differs.
_YAML_1_1_NUMBER = re.compile(
    r"[-+]?(?:"
    r"0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
    r")"
)


def resolve(text: str) -> tuple[ScalarValue, Doubt | None]:
    """Value of a plain scalar, and the doubt about it if there is one.

    Integers become `int`, floats `Decimal`. With a doubt the value is the nearest harmless one, so that
    checks that follow have something to look at.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text], None
    if text[0] not in _NUMBER_START:
        return text, None
    return _resolve_number(text)


def _resolve_number(text: str) -> tuple[ScalarValue, Doubt | None]:
    """Value of a plain scalar that starts like a number."""
    if _INTEGER.fullmatch(text):
        return (int(text, 0), None) if len(text) <= MAX_NUMBER_LENGTH else (text, _out_of_range(text))
    if _LEADING_ZERO.fullmatch(text):
        return _doubtful(text)
    if match := _FLOAT.fullmatch(text):
        return _float(text, match["exponent"] or "0")
    if _NOT_FINITE.fullmatch(text):
        return text, Doubt(
            "yaml/number",
            f"{text} is not a finite number",
            "JSON has no form for it, and no field has a use for it",
            "write a finite number, or quote it if it is text",
        )
    if _YAML_1_1_NUMBER.fullmatch(text):
        return _doubtful(text)
    return text, None


def _float(text: str, exponent: str) -> tuple[ScalarValue, Doubt | None]:
    """Decimal number, bounded in length and size: a long exponent costs memory in later arithmetic."""
    if len(text) > MAX_NUMBER_LENGTH or abs(int(exponent)) > MAX_NUMBER_EXPONENT:
        return text, _out_of_range(text)
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_NUMBER_EXPONENT:
        return text, _out_of_range(text)
    return value, None


def _out_of_range(text: str) -> Doubt:
    shown = text if len(text) <= MAX_NUMBER_LENGTH else f"{text[:16]}... ({len(text):,} characters)"
    return Doubt(
        "yaml/number",
        f"the number {shown} is out of range",
        f"numbers have at most {MAX_NUMBER_LENGTH} characters and stay between 1e-{MAX_NUMBER_EXPONENT} and "
        f"1e{MAX_NUMBER_EXPONENT}",
        "write a smaller number, or quote it if it is text",
    )


def _doubtful(text: str) -> tuple[ScalarValue, Doubt | None]:
    """Doubt about a number that depends on the reader; its value is the plain reading if there is one."""
    plain = text.replace("_", "")
    sign, digits = (plain[0], plain[1:]) if plain[0] in "+-" else ("", plain)
    plain = sign + (digits.lstrip("0") or "0") if digits.isdecimal() else plain
    value, doubt = _resolve_number(plain) if plain != text else (text, None)
    if isinstance(value, str) or doubt:
        value, advice = text, "quote it if it is text, or write the number in plain decimal digits"
    else:
        advice = f'write {plain} for the number, "{text}" for the text'
    shown = text if len(text) <= MAX_NUMBER_LENGTH else f"{text[:16]}..."
    return value, Doubt(
        "yaml/ambiguous-scalar",
        f"{shown} means different things to different YAML readers",
        "YAML 1.1 reads numbers with a leading zero as octal, drops underscores and takes colons for "
        "base 60; YAML 1.2 does not",
        advice,
    )
