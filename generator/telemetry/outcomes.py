"""What counts as a failure: values as the spec writes them, to regular expressions of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.promql.build import regex_literal

GRPC_CODES = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
"""gRPC's status codes in the order of their numbers (grpc.io, "Status codes")."""

ANY = "*"
# An error's type is a word, or repeats the HTTP status code. Of codes, `httpCodes` alone says which fail.
_NO_CODE = "[^0-9].*"
# Go's names are those of the codes in camel case, but for these (grpc/grpc-go, codes/code_string.go).
_GO_NAMES = {"OK": "OK", "CANCELLED": "Canceled"}


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What counts as a failure: values by key (`httpCodes`, `grpcCodes`), and response flags.

    A key without an entry keeps the profile's values for the protocols that have it.
    """

    values: Mapping[str, tuple[str, ...]]
    flags: tuple[str, ...] | None = None


def pattern(key: str, values: tuple[str, ...], spelling: str) -> str:
    """The regular expression for a label's `values` under a key of the error policy."""
    if key == "httpCodes":
        return "|".join(value.replace("x", ".") for value in values)
    if key == "grpcCodes":
        return _grpc_codes(values, spelling)
    return "|".join(_NO_CODE if value == ANY else regex_literal(value) for value in values)


def _grpc_codes(codes: tuple[str, ...], spelling: str) -> str:
    """`("UNKNOWN", "UNAVAILABLE")` as the label writes them: `2|14`, or as names."""
    numbers = sorted(map(GRPC_CODES.index, codes))
    if spelling == "number":
        return "|".join(map(str, numbers))
    names = [GRPC_CODES[number] for number in numbers]
    return "|".join(names if spelling == "upper" else map(_camel, names))


def _camel(name: str) -> str:
    return _GO_NAMES.get(name) or "".join(word.capitalize() for word in name.split("_"))


def any_flag(flags: tuple[str, ...]) -> str:
    """A regular expression for a comma-joined list that holds one of `flags` (Envoy writes `UF,URX`)."""
    return f"(.*,)?({'|'.join(map(regex_literal, flags))})(,.*)?"
